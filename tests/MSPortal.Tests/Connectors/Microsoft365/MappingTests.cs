using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Connectors.Microsoft365;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.Microsoft365;

/// <summary>What becomes of Graph's rows.</summary>
public sealed class MappingTests
{
    private const string Id = "AAAAAAAA-0000-4000-8000-000000000001";
    private const string Sku = "CBDC14AB-d96c-4c30-b9f4-6ada7cdc1d46";
    private const string Group = "BBBBBBBB-0000-4000-8000-000000000002";

    [Fact]
    public void A_user_is_whole_and_says_of_each_license_where_it_comes_from()
    {
        var user = Read<CloudUser>(Microsoft365Kinds.Users, $$"""
            {"id":"{{Id}}","userPrincipalName":" ada@contoso.com ","displayName":"Ada Lovelace","givenName":"Ada","surname":"Lovelace","mail":"ada@contoso.com","mobilePhone":"+1","businessPhones":["+2","+2"],"jobTitle":"Counter",
             "department":"Engines","companyName":"Contoso","officeLocation":"12","usageLocation":"gb","accountEnabled":false,"userType":"Guest","createdDateTime":"2020-01-02T03:04:05Z","onPremisesSyncEnabled":true,
             "proxyAddresses":["SMTP:ada@contoso.com","smtp:b@contoso.com","smtp:A.L@contoso.com","x500:/o=x","SIP:ada@contoso.com"],
             "assignedLicenses":[{"skuId":"{{Sku}}","disabledPlans":[]},{"skuId":"{{Id}}"}],
             "licenseAssignmentStates":[{"skuId":"{{Sku}}","assignedByGroup":"{{Group}}","state":"Active","error":"None"},{"skuId":"{{Sku}}","assignedByGroup":null,"state":"Error","error":"CountViolation"},
                                        {"skuId":"{{Group}}","assignedByGroup":"{{Group}}","state":"Error","error":"CountViolation"},{"skuId":"{{Id}}","assignedByGroup":null,"state":"Disabled","error":null}]}
            """);

        Canonical.Json(user).ShouldBe(Canonical.Json(new CloudUser
        {
            ExternalId = Id.ToLowerInvariant(),
            PrincipalName = "ada@contoso.com",
            DisplayName = "Ada Lovelace",
            FirstName = "Ada",
            LastName = "Lovelace",
            Email = "ada@contoso.com",
            OtherEmails = ["A.L@contoso.com", "b@contoso.com"],
            JobTitle = "Counter",
            Department = "Engines",
            OrganizationName = "Contoso",
            Office = "12",
            MobilePhone = "+1",
            Phones = ["+2"],
            CountryCode = "GB",
            IsEnabled = false,
            IsGuest = true,
            IsSynced = true,
            CreatedAt = new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Licenses =
            [
                new CloudLicenseUse(Id.ToLowerInvariant()) { IsDirect = true, Problem = "Disabled" },
                new CloudLicenseUse(Group.ToLowerInvariant()) { GroupIds = [Group.ToLowerInvariant()], Problem = "CountViolation" },
                new CloudLicenseUse(Sku.ToLowerInvariant()) { IsDirect = true, GroupIds = [Group.ToLowerInvariant()] },
            ],
        }));
    }

    [Fact]
    public void What_was_never_set_is_nothing()
    {
        var user = Read<CloudUser>(Microsoft365Kinds.Users, $$"""{"id":"{{Id}}","userPrincipalName":"a@b.c","mail":null,"accountEnabled":null}""");

        Canonical.Json(user).ShouldBe(Canonical.Json(new CloudUser { ExternalId = Id.ToLowerInvariant(), PrincipalName = "a@b.c" }));
    }

    [Theory]
    [InlineData("""["Unified"]""", true, false, CloudGroupKind.Collaboration)]
    [InlineData("""["Unified","DynamicMembership"]""", true, true, CloudGroupKind.Collaboration)]
    [InlineData("[]", true, true, CloudGroupKind.MailSecurity)]
    [InlineData("[]", true, false, CloudGroupKind.Distribution)]
    [InlineData("""["DynamicMembership"]""", false, true, CloudGroupKind.Security)]
    public void A_group_is_what_its_flags_say(string types, bool mail, bool security, CloudGroupKind kind)
    {
        var group = Read<CloudGroup>(Microsoft365Kinds.Groups, $$"""{"id":"{{Id}}","displayName":"G","groupTypes":{{types}},"mailEnabled":{{(mail ? "true" : "false")}},"securityEnabled":{{(security ? "true" : "false")}} }""");

        (group.Kind, group.IsDynamic).ShouldBe((kind, types.Contains("Dynamic", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("SPB", "Microsoft 365 Business Premium")]
    [InlineData("SOMETHING_NEW", "SOMETHING_NEW")]
    public void A_license_is_called_as_people_call_it_or_by_its_part_number(string part, string name)
    {
        var row = $$"""{"id":"t_{{Sku}}","skuId":"{{Sku}}","skuPartNumber":"{{part}}","appliesTo":"Company","capabilityStatus":"Warning","consumedUnits":12,"prepaidUnits":{"enabled":10,"suspended":1,"warning":2,"lockedOut":3} }""";
        var at = new DateTimeOffset(2026, 9, 1, 0, 0, 0, TimeSpan.Zero);
        var known = new Microsoft365Context(new Dictionary<string, Microsoft365Subscription> { [Sku.ToLowerInvariant()] = new(at, true) });

        Canonical.Json(Read<CloudLicense>(Microsoft365Kinds.Licenses, row, known)).ShouldBe(Canonical.Json(new CloudLicense
        {
            ExternalId = Sku.ToLowerInvariant(), PartNumber = part, Name = name, Status = "Warning", IsForCompany = true, Enabled = 10, Warning = 2, Suspended = 1, LockedOut = 3, Used = 12, NextChangeAt = at, IsTrial = true,
        }));
    }

    [Fact]
    public void A_score_and_its_controls_are_read()
    {
        var score = Read<SecurityScore>(Microsoft365Kinds.Scores, """
            {"id":"t_2026-03-01","createdDateTime":"2026-03-01T00:00:00Z","currentScore":387.126,"maxScore":697.0,"activeUserCount":3,"licensedUserCount":100,
             "averageComparativeScores":[{"basis":"AllTenants","averageScore":37.5},{"basis":"TotalSeats","averageScore":46},{"basis":"IndustryTypes","averageScore":1}],
             "controlScores":[{"controlName":"b","score":20.0,"description":"x"},{"controlName":"a","score":null},{"controlName":"b","score":21.5}]}
            """);
        var control = Read<SecurityControl>(Microsoft365Kinds.Controls, """
            {"id":"AdminMFAV2","title":"Require MFA","controlCategory":"Identity","service":"AzureAD","maxScore":10,"rank":1,"userImpact":"Low","implementationCost":"Moderate","remediation":"<p>Open&nbsp;<b>Entra</b>.</p><ul><li>One<li>Two</ul>",
             "threats":["Password Cracking","Account Breach"],"actionUrl":"javascript:alert(1)","deprecated":false,"lastModifiedDateTime":"2026-01-01T00:00:00Z",
             "controlStateUpdates":[{"state":"Ignored","updatedDateTime":"2026-02-01T00:00:00Z","updatedBy":"ada"},{"state":"Default","updatedDateTime":"2025-02-01T00:00:00Z"}]}
            """);

        (score.Score, score.Highest, score.AverageOfAll, score.AverageOfSize, score.ActiveUsers, score.LicensedUsers).ShouldBe((387.13m, 697, 37.5m, 46, 3, 100));
        score.Controls.ShouldBe([new SecurityControlScore("a", 0), new SecurityControlScore("b", 21.5m)]);
        (control.Remediation, control.Url, control.Extra!["state"], control.Highest).ShouldBe(("Open Entra.\n- One\n- Two", null, "Ignored", 10));
        control.Threats.ShouldBe(["Account Breach", "Password Cracking"]);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(" <br/> ", null)]
    [InlineData("1 < 2 &lt; 3", "1 < 2 < 3")]
    [InlineData("a<script>alert('<b>')</script>b", "ab")]
    [InlineData("a<script>never ends", "a")]
    [InlineData("a<!-- no -->b<p class=\"x\">c", "ab\nc")]
    [InlineData("cut <a href=", "cut")]
    public void Html_becomes_plain_text(string? html, string? text) => Microsoft365Html.Plain(html).ShouldBe(text);

    [Theory]
    [InlineData("""{"id":"AAAAAAAA-0000-4000-8000-000000000001"}""", "userPrincipalName")]
    [InlineData("""{"id":"7","userPrincipalName":"a"}""", "id")]
    [InlineData("""{"userPrincipalName":"a"}""", "id")]
    [InlineData("""{"id":"AAAAAAAA-0000-4000-8000-000000000001","userPrincipalName":"a","assignedLicenses":"none"}""", "assignedLicenses")]
    [InlineData("""{"id":"AAAAAAAA-0000-4000-8000-000000000001","userPrincipalName":"a","createdDateTime":"soon"}""", "createdDateTime")]
    public void A_wrong_field_is_named_and_costs_its_row(string row, string field)
    {
        using var json = JsonDocument.Parse(row);
        var (record, bad) = Microsoft365Kinds.Users.Read(json.RootElement, Microsoft365Context.Empty);

        record.ShouldBeNull();
        bad!.Reason.ShouldStartWith(field);
    }

    private static T Read<T>(Microsoft365Kind kind, string row, Microsoft365Context? context = null)
        where T : ExternalRecord
    {
        using var json = JsonDocument.Parse(row);
        var (record, bad) = kind.Read(json.RootElement, context ?? Microsoft365Context.Empty);
        bad.ShouldBeNull();
        return record.ShouldBeOfType<T>();
    }
}
