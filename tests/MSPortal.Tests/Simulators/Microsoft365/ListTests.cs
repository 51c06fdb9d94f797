using System.Net;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.Microsoft365;

/// <summary>Lists and single reads, with what they tell only when they are asked for it.</summary>
public sealed class ListTests
{
    private static readonly string[] Usual = ["businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation", "preferredLanguage", "surname", "userPrincipalName", "id"];

    [Fact]
    public async Task Pages_of_users_are_all_users_and_only_those_that_live()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        var truth = RunningMicrosoft365.Ids(sim.Truth(sim.Large, "users"));
        sim.Truth(sim.Large, "deletedUsers").Count.ShouldBeGreaterThan(0);

        var (rows, delta, pages) = await sim.ReadAsync(sim.Large, "/users");
        pages.ShouldBe((truth.Length + 99) / 100);
        delta.ShouldBeNull();
        RunningMicrosoft365.Ids(rows).ShouldBe(truth);
        rows.ShouldAllBe(r => r.Select(p => p.Key).SequenceEqual(Usual));

        (await sim.ReadAsync(sim.Large, "/users?$top=7&$select=id&$skip=50")).Rows.Select(r => (string)r["id"]!).ShouldBe(truth, "skip is passed over");
        (await sim.GetAsync(sim.Nobody, "/users"))["value"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_list_goes_on_where_it_was_although_people_come_and_go()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        var truth = RunningMicrosoft365.Ids(sim.Truth(sim.Large, "users"));
        sim.Vendor.Before("/users.*skiptoken", 1, () =>
        {
            sim.Vendor.DeleteUser(sim.Large.Id, truth[0]);
            sim.Vendor.DeleteUser(sim.Large.Id, truth[15]);
        });

        (await sim.ReadAsync(sim.Large, "/users?$top=10")).Rows.Select(r => (string)r["id"]!).ShouldBe(truth.Where(id => id != truth[15]));
    }

    [Theory]
    [InlineData("/users?$select=aboutMe", "501 NotImplemented")]
    [InlineData("/users?$select=id,skills", "501 NotImplemented")]
    [InlineData("/users?$select=shoeSize", "400 BadRequest")]
    [InlineData("/users?$top=1000", "400 Request_UnsupportedQuery")]
    [InlineData("/users?$top=0", "400 Request_UnsupportedQuery")]
    [InlineData("/users?$count=true", "400 Request_UnsupportedQuery")]
    [InlineData("/users?$filter=userType ne 'Guest'", "400 Request_UnsupportedQuery")]
    [InlineData("/users?$filter=userType eq", "400 Request_UnsupportedQuery")]
    [InlineData("/users?$skiptoken=abc", "400 Directory_ExpiredPageToken")]
    [InlineData("/users/98cf5b14-0000-4015-9f88-db11b333ea5f", "404 Request_ResourceNotFound")]
    [InlineData("/nothing/here", "400 BadRequest")]
    public async Task What_cannot_be_answered_is_refused_in_the_vendors_words(string path, string refusal)
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        (await sim.RefusalAsync(sim.Large, path)).ShouldBe(refusal);
    }

    [Fact]
    public async Task Only_what_is_selected_is_told_not_even_the_id()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        (await sim.GetAsync(sim.Large, "/users?$select=displayName&$top=1"))["value"]![0]!.ToJsonString().ShouldBe("""{"displayName":"Admin"}""");
        var id = RunningMicrosoft365.Ids(sim.Truth(sim.Large, "users"))[2];
        (await sim.GetAsync(sim.Large, $"/users/{id}?$select=aboutMe,id")).AsObject().Select(p => p.Key).ShouldBe(["@odata.context", "aboutMe", "id"]);
    }

    [Fact]
    public async Task Filters_find_what_they_describe()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        var users = sim.Truth(sim.Large, "users");
        async Task<string[]> FoundAsync(string filter, params (string, string)[] headers) => RunningMicrosoft365.Ids((await sim.ReadAsync(sim.Large, $"/users?$select=id&$filter={Uri.EscapeDataString(filter)}" + (headers.Length > 0 ? "&$count=true" : ""), headers)).Rows);

        (await FoundAsync("userType eq 'Guest'")).ShouldBe(RunningMicrosoft365.Ids(users.Where(u => (string?)u["userType"] == "Guest")));
        (await FoundAsync("accountEnabled eq false and userType eq 'Member'")).ShouldBe(RunningMicrosoft365.Ids(users.Where(u => !(bool)u["accountEnabled"]! && (string?)u["userType"] == "Member")));
        (await FoundAsync($"id in ('{users[1]["id"]}','{users[4]["id"]}')")).ShouldBe([(string)users[1]["id"]!, (string)users[4]["id"]!]);
        (await FoundAsync("startswith(displayName,'an') or (mail eq null)")).ShouldBe(RunningMicrosoft365.Ids(users.Where(u => u["mail"] is null || u["displayName"]!.ToString().StartsWith("an", StringComparison.OrdinalIgnoreCase))));
        (await FoundAsync("userType ne 'Guest'", ("ConsistencyLevel", "eventual"))).ShouldBe(RunningMicrosoft365.Ids(users.Where(u => (string?)u["userType"] != "Guest")));
        (await sim.GetAsync(sim.Large, "/users?$count=true&$top=1", ("ConsistencyLevel", "eventual")))["@odata.count"]!.GetValue<int>().ShouldBe(users.Count);
    }

    [Fact]
    public async Task A_user_is_found_by_id_and_by_name_with_the_licences_that_it_has()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        var user = sim.Truth(sim.Large, "users").First(u => u["assignedLicenses"]!.AsArray().Count > 1);
        (await sim.GetAsync(sim.Large, $"/users/{user["userPrincipalName"]}"))["id"]!.ToString().ShouldBe(user["id"]!.ToString());
        (await sim.GetAsync(sim.Large, $"/users/{user["id"]}/licenseDetails"))["value"]!.AsArray().Select(l => l!["skuId"]!.ToString())
            .ShouldBe(user["assignedLicenses"]!.AsArray().Select(l => l!["skuId"]!.ToString()));
    }

    [Fact]
    public async Task Licences_that_are_used_are_counted()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        async Task<int> ConsumedAsync() => (int)(await sim.GetAsync(sim.Large, "/subscribedSkus"))["value"]!.AsArray().Single(s => (string?)s!["skuPartNumber"] == "MCOEV")!["consumedUnits"]!;

        var before = await ConsumedAsync();
        var id = RunningMicrosoft365.Ids(sim.Truth(sim.Large, "users").Where(u => !u["assignedLicenses"]!.ToJsonString().Contains("e43b5b99", StringComparison.Ordinal)))[0];
        sim.Vendor.AssignLicence(sim.Large.Id, id, "MCOEV", group: "98cf5b14-0000-4015-9f88-db11b333ea5f");
        (await ConsumedAsync()).ShouldBe(before + 1);
        (await sim.GetAsync(sim.Large, $"/users/{id}?$select=licenseAssignmentStates")).ToJsonString().ShouldContain("98cf5b14-0000-4015-9f88-db11b333ea5f");
        sim.Vendor.RemoveLicence(sim.Large.Id, id, "e43b5b99-8dfb-405f-9987-dc307f34bcbd");
        (await ConsumedAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Scores_come_newest_first_for_ninety_days_and_a_new_day_brings_a_new_one()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        var (rows, _, pages) = await sim.ReadAsync(sim.Large, "/security/secureScores?$top=40");
        (rows.Count, pages).ShouldBe((90, 3));
        rows[0]["id"]!.ToString().ShouldBe($"{sim.Large.Id}_2026-03-01");
        rows.Select(r => r["createdDateTime"]!.ToString()).ShouldBe(rows.Select(r => r["createdDateTime"]!.ToString()).OrderDescending());
        rows[0]["currentScore"]!.GetValue<double>().ShouldBe(rows[0]["controlScores"]!.AsArray().Sum(c => c!["score"]!.GetValue<double>()), 0.01);
        var profiles = (await sim.GetAsync(sim.Large, "/security/secureScoreControlProfiles"))["value"]!.AsArray();
        profiles.Count.ShouldBeInRange(35, 50);
        rows[0]["controlScores"]!.AsArray().Select(c => c!["controlName"]!.ToString()).ShouldBeSubsetOf(profiles.Select(p => p!["id"]!.ToString()));

        sim.Vendor.ChangeSecureScore(sim.Large.Id, 12.5);
        sim.Vendor.ShiftClock(TimeSpan.FromDays(1));
        await sim.SignInAsync(sim.Large);
        var later = (await sim.GetAsync(sim.Large, "/security/secureScores?$top=3"))["value"]!.AsArray();
        later[0]!["id"]!.ToString().ShouldEndWith("_2026-03-02");
        later[1]!["currentScore"]!.GetValue<double>().ShouldBe(12.5);
        later[2]!.ToJsonString().ShouldBe(rows[1].ToJsonString());
        (await sim.GetAsync(sim.Nobody, "/security/secureScores"))["value"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_partner_sees_its_customers_and_nobody_else_does()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        var customers = sim.Vendor.Tenants.Skip(1).ToList();
        (await sim.GetAsync(sim.Partner, "/contracts"))["value"]!.AsArray().Select(c => c!["customerId"]!.ToString()).ShouldBe(customers.Select(c => c.Id));
        (await sim.GetAsync(sim.Partner, "/tenantRelationships/delegatedAdminCustomers"))["value"]!.AsArray().Select(c => c!["tenantId"]!.ToString()).ShouldBe(customers.Where(c => c.HasRelationship).Select(c => c.Id));
        (await sim.GetAsync(sim.Partner, "/tenantRelationships/delegatedAdminRelationships?$filter=status eq 'active'"))["value"]!.AsArray().Select(c => c!["customer"]!["tenantId"]!.ToString()).ShouldBe(customers.Where(c => c.HasRelationship).Select(c => c.Id));
        customers.Count(c => !c.HasRelationship).ShouldBe(1);

        foreach (var path in new[] { "/contracts", "/tenantRelationships/delegatedAdminCustomers", "/tenantRelationships/delegatedAdminRelationships" })
        {
            (await sim.GetAsync(sim.Large, path))["value"]!.AsArray().ShouldBeEmpty();
        }

        (await sim.GetAsync(sim.Partner, $"/tenantRelationships/findTenantInformationByDomainName(domainName='{sim.Large.DefaultDomain}')"))["tenantId"]!.ToString().ShouldBe(sim.Large.Id);
    }

    [Fact]
    public async Task A_row_can_lose_its_id_and_its_kind()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        var ids = RunningMicrosoft365.Ids(sim.Truth(sim.Large, "users"));
        sim.Vendor.AddFault($$"""{"kind":"mutate","path":"/users","keys":["{{ids[1]}}"],"property":"displayName","value":7}""");
        sim.Vendor.AddFault($$"""{"kind":"mutate","path":"/users","keys":["{{ids[2]}}"],"property":"displayName","raw":"\"a\\u0000b\""}""");
        sim.Vendor.AddFault($$"""{"kind":"mutate","path":"/users","keys":["{{ids[3]}}"],"property":"id","remove":true}""");

        var rows = (await sim.GetAsync(sim.Large, "/users"))["value"]!.AsArray();

        rows[1]!["displayName"]!.GetValueKind().ShouldBe(System.Text.Json.JsonValueKind.Number);
        rows[2]!["displayName"]!.ToString().ShouldBe("a\0b");
        rows[3]!.AsObject().ContainsKey("id").ShouldBeFalse();
        rows[4]!["id"]!.ToString().ShouldBe(ids[4]);
    }

    [Theory]
    [InlineData("""{"kind":"truncate"}""")]
    [InlineData("""{"kind":"html"}""")]
    [InlineData("""{"kind":"status","code":200,"body":""}""")]
    public async Task An_answer_can_be_none(string fault)
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        sim.Vendor.AddFault(fault.Replace("}", ",\"path\":\"/v1.0/\"}", StringComparison.Ordinal));
        using var response = await sim.SendAsync(sim.Large, "/users");
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var text = await response.Content.ReadAsStringAsync();
        Should.Throw<System.Text.Json.JsonException>(() => JsonNode.Parse(text));
    }
}
