using System.Net;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.Microsoft365;

/// <summary>Whoever follows a delta has in the end what there is, whatever happens on the way.</summary>
public sealed class DeltaTests
{
    private const string Query = "/users/delta?$select=displayName,accountEnabled,assignedLicenses,mobilePhone";

    [Fact]
    public async Task The_first_round_tells_of_all_who_live_and_of_nothing_that_was_never_set()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        sim.Vendor.Behaviour = sim.Vendor.Behaviour with { DeltaPage = 50 };

        var (rows, delta, pages) = await sim.ReadAsync(sim.Large, Query);

        pages.ShouldBeGreaterThan(2);
        delta.ShouldNotBeNull();
        RunningMicrosoft365.Ids(rows).ShouldBe(RunningMicrosoft365.Ids(sim.Truth(sim.Large, "users")), ignoreOrder: true);
        rows.ShouldAllBe(r => r.All(p => p.Value != null) && r.ContainsKey("accountEnabled"));
        rows.ShouldContain(r => !r.ContainsKey("mobilePhone"));
        rows.SelectMany(r => r.Select(p => p.Key)).Distinct().ShouldBe(["id", "displayName", "accountEnabled", "assignedLicenses", "mobilePhone"], ignoreOrder: true);
    }

    [Fact]
    public async Task Every_kind_of_change_is_told_and_nothing_else()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        var (rows, delta, _) = await sim.ReadAsync(sim.Large, Query);
        var ids = RunningMicrosoft365.Ids(rows);
        var (v, t) = (sim.Vendor, sim.Large.Id);

        v.RenameUser(t, ids[3], "Renamed");
        v.DisableUser(t, ids[4]);
        v.AssignLicence(t, ids[5], "EXCHANGESTANDARD");
        v.DeleteUser(t, ids[6]);
        v.EraseUser(t, ids[7]);
        v.ChangeUser(t, ids[8], new JsonObject { ["mobilePhone"] = null });
        v.ChangeUser(t, ids[9], new JsonObject { ["jobTitle"] = "Not asked for" });
        var made = v.CreateUser(t);
        (rows, delta, _) = await sim.ReadAsync(sim.Large, delta!);

        RunningMicrosoft365.Ids(rows).ShouldBe([ids[3], ids[4], ids[5], ids[6], ids[7], ids[8], made], ignoreOrder: true);
        var told = rows.ToDictionary(r => (string)r["id"]!);
        told[ids[3]]["displayName"]!.ToString().ShouldBe("Renamed");
        told[ids[4]]["accountEnabled"]!.GetValue<bool>().ShouldBeFalse();
        told[ids[5]]["assignedLicenses"]!.ToJsonString().ShouldContain("4b9405b0-7788-4568-add1-99614e613b69");
        told[ids[6]].ToJsonString().ShouldBe($$$"""{"id":"{{{ids[6]}}}","@removed":{"reason":"changed"}}""");
        told[ids[7]].ToJsonString().ShouldBe($$$"""{"id":"{{{ids[7]}}}","@removed":{"reason":"deleted"}}""");
        told[ids[8]].ContainsKey("mobilePhone").ShouldBeTrue("what was emptied is told as null");
        told[ids[8]]["mobilePhone"].ShouldBeNull();

        v.RestoreUser(t, ids[6]);
        (rows, delta, _) = await sim.ReadAsync(sim.Large, delta!);
        rows.ShouldHaveSingleItem().ContainsKey("displayName").ShouldBeTrue();
        (rows, _, _) = await sim.ReadAsync(sim.Large, delta!);
        rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task After_thirty_days_in_the_bin_a_user_is_gone_for_good()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        sim.Vendor.Behaviour = sim.Vendor.Behaviour with { DeltaDays = 100, TokenSeconds = 10_000_000 };
        var id = RunningMicrosoft365.Ids(sim.Truth(sim.Large, "users"))[5];
        sim.Vendor.DeleteUser(sim.Large.Id, id);
        (await sim.RefusalAsync(sim.Large, $"/users/{id}")).ShouldBe("404 Request_ResourceNotFound");
        (await sim.GetAsync(sim.Large, $"/directory/deletedItems/{id}"))["deletedDateTime"]!.ToString().ShouldBe("2026-03-01T12:00:00Z");
        var (_, delta, _) = await sim.ReadAsync(sim.Large, Query);

        sim.Vendor.ShiftClock(TimeSpan.FromDays(30));

        var (rows, _, _) = await sim.ReadAsync(sim.Large, delta!);
        rows.Single(r => (string)r["id"]! == id)["@removed"]!["reason"]!.ToString().ShouldBe("deleted");
        (await sim.RefusalAsync(sim.Large, $"/directory/deletedItems/{id}")).ShouldBe("404 Request_ResourceNotFound");
    }

    [Fact]
    public async Task What_changes_between_two_pages_is_told_again_and_never_lost()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        var (v, t) = (sim.Vendor, sim.Large.Id);
        v.Behaviour = v.Behaviour with { DeltaPage = 30 };
        var ids = RunningMicrosoft365.Ids(sim.Truth(sim.Large, "users"));
        v.Before("/users/delta", 3, () =>
        {
            v.RenameUser(t, ids[2], "Behind the reader");
            v.RenameUser(t, ids[^3], "Before the reader");
            v.DeleteUser(t, ids[1]);
            v.EraseUser(t, ids[^2]);
            v.CreateUser(t, new JsonObject { ["displayName"] = "Born in between" });
        });

        var (first, delta, _) = await sim.ReadAsync(sim.Large, Query);
        var (second, _, _) = await sim.ReadAsync(sim.Large, delta!);

        var held = new Dictionary<string, JsonObject>();
        foreach (var row in first.Concat(second))
        {
            if (row.ContainsKey("@removed"))
            {
                held.Remove((string)row["id"]!);
            }
            else
            {
                held[(string)row["id"]!] = row;
            }
        }

        var truth = sim.Truth(sim.Large, "users").ToDictionary(u => (string)u["id"]!, u => (string?)u["displayName"]);
        held.ToDictionary(h => h.Key, h => (string?)h.Value["displayName"]).ShouldBe(truth, ignoreOrder: true);
        RunningMicrosoft365.Ids(first).ShouldContain(ids[^3]);
        RunningMicrosoft365.Ids(second).ShouldContain(ids[^3], "it is told twice");
    }

    [Fact]
    public async Task Who_prefers_it_is_told_of_changed_properties_alone()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        var (rows, delta, _) = await sim.ReadAsync(sim.Large, Query);
        var id = (string)rows[3]["id"]!;
        sim.Vendor.RenameUser(sim.Large.Id, id, "Renamed");

        var (minimal, _, _) = await sim.ReadAsync(sim.Large, delta!, ("Prefer", "return=minimal"));
        var (usual, _, _) = await sim.ReadAsync(sim.Large, delta!);

        minimal.ShouldHaveSingleItem().ToJsonString().ShouldBe($$"""{"id":"{{id}}","displayName":"Renamed"}""");
        usual.ShouldHaveSingleItem().ContainsKey("accountEnabled").ShouldBeTrue();
    }

    [Fact]
    public async Task From_now_on_means_that_nothing_is_told_of_before()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        var (none, delta, _) = await sim.ReadAsync(sim.Large, Query + "&$deltatoken=latest");
        none.ShouldBeEmpty();
        var id = sim.Vendor.CreateUser(sim.Large.Id);
        RunningMicrosoft365.Ids((await sim.ReadAsync(sim.Large, delta!)).Rows).ShouldBe([id]);
    }

    [Theory]
    [InlineData("syncStateNotFound", 400, "syncStateNotFound", false)]
    [InlineData("resyncRequired", 410, "resyncRequired", false)]
    [InlineData("gone", 410, "resyncRequired", true)]
    public async Task A_link_that_rested_for_seven_days_leads_nowhere(string how, int status, string code, bool hasLocation)
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        sim.Vendor.Behaviour = sim.Vendor.Behaviour with { ExpiredDelta = how };
        var (_, delta, _) = await sim.ReadAsync(sim.Large, Query);

        sim.Vendor.ShiftClock(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        await sim.SignInAsync(sim.Large);
        await sim.GetAsync(sim.Large, delta!);
        sim.Vendor.ShiftClock(TimeSpan.FromSeconds(1));

        (await sim.RefusalAsync(sim.Large, delta!)).ShouldBe($"{status} {code}");
        using var refused = await sim.SendAsync(sim.Large, delta!);
        (refused.Headers.Location is not null).ShouldBe(hasLocation);
    }

    [Fact]
    public async Task After_a_reset_the_address_that_comes_with_the_410_starts_again()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        var (all, delta, _) = await sim.ReadAsync(sim.Large, Query);
        sim.Vendor.ResetDelta(sim.Large.Id);

        using var refused = await sim.SendAsync(sim.Large, delta!);

        refused.StatusCode.ShouldBe(HttpStatusCode.Gone);
        var (again, fresh, _) = await sim.ReadAsync(sim.Large, refused.Headers.Location!.ToString());
        again.Select(r => r.ToJsonString()).ShouldBe(all.Select(r => r.ToJsonString()));
        await sim.GetAsync(sim.Large, fresh!);
    }

    [Fact]
    public async Task Faults_forget_the_place_and_give_empty_pages_and_rows_twice()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        var (all, delta, pages) = await sim.ReadAsync(sim.Large, Query);
        sim.Vendor.AddFault("""{"kind":"forgetCursor","path":"deltatoken","times":1}""");
        (await sim.RefusalAsync(sim.Large, delta!)).ShouldBe("410 resyncRequired");
        await sim.GetAsync(sim.Large, delta!);

        sim.Vendor.AddFault("""{"kind":"emptyPage","path":"users/delta","times":1}""");
        var (same, _, more) = await sim.ReadAsync(sim.Large, Query);
        more.ShouldBe(pages + 1);
        RunningMicrosoft365.Ids(same).ShouldBe(RunningMicrosoft365.Ids(all));

        sim.Vendor.AddFault("""{"kind":"duplicateRow","path":"users/delta","rows":2,"times":1}""");
        RunningMicrosoft365.Ids((await sim.ReadAsync(sim.Large, Query)).Rows).Length.ShouldBe(all.Count + 2);
    }

    [Fact]
    public async Task Only_what_a_delta_knows_may_be_asked_and_only_at_its_start()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        foreach (var option in new[] { "$top=5", "$expand=manager", "$orderby=displayName", "$filter=accountEnabled eq true", "$select=signInActivity" })
        {
            (await sim.RefusalAsync(sim.Large, "/users/delta?" + option)).ShouldBe("400 Request_UnsupportedQuery", option);
        }

        var ids = RunningMicrosoft365.Ids(sim.Truth(sim.Large, "users"));
        var (rows, delta, _) = await sim.ReadAsync(sim.Large, $"/users/delta()?$filter=id eq '{ids[1]}' or id eq '{ids[2]}'&$select=displayName");
        RunningMicrosoft365.Ids(rows).ShouldBe([ids[1], ids[2]], ignoreOrder: true);
        sim.Vendor.RenameUser(sim.Large.Id, ids[1], "Watched");
        sim.Vendor.RenameUser(sim.Large.Id, ids[3], "Not watched");
        (rows, _, _) = await sim.ReadAsync(sim.Large, delta! + "&$select=mail");
        rows.ShouldHaveSingleItem().ToJsonString().ShouldBe($$"""{"id":"{{ids[1]}}","displayName":"Watched"}""");

        (await sim.RefusalAsync(sim.Large, delta![..^4] + "AAAA")).ShouldBe("400 Request_BadRequest");
        (await sim.RefusalAsync(sim.Partner, delta!)).ShouldBe("400 Request_BadRequest");
    }

    [Fact]
    public async Task Groups_have_deltas_too()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        var (rows, delta, _) = await sim.ReadAsync(sim.Large, "/groups/delta()?$select=displayName,groupTypes");
        RunningMicrosoft365.Ids(rows).ShouldBe(RunningMicrosoft365.Ids(sim.Truth(sim.Large, "groups")), ignoreOrder: true);

        sim.Vendor.DeleteGroup(sim.Large.Id, (string)rows[0]["id"]!);
        sim.Vendor.ChangeGroup(sim.Large.Id, (string)rows[1]["id"]!, new JsonObject { ["displayName"] = "Renamed" });
        var made = sim.Vendor.AddGroup(sim.Large.Id);

        var (changes, _, _) = await sim.ReadAsync(sim.Large, delta!);
        RunningMicrosoft365.Ids(changes).ShouldBe([(string)rows[0]["id"]!, (string)rows[1]["id"]!, made], ignoreOrder: true);
        changes.Single(c => (string)c["id"]! == (string)rows[0]["id"]!)["@removed"]!["reason"]!.ToString().ShouldBe("changed");
    }
}
