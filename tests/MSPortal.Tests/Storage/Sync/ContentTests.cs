using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Storage.Sync.SyncHome;
using DatabaseDataAttribute = MSPortal.Tests.Support.DatabaseDataAttribute;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Storage.Sync;

public sealed class ContentTests
{
    private const string Odd = "a\0b \uD83D c \uDE00 d 😀 é مرحبا ‮ \u0001\t\r\n '); DROP TABLE tickets;--";
    private static readonly string Huge = string.Concat(Enumerable.Repeat("0123456789😀", 90_000));

    [Theory, DatabaseData]
    public async Task Any_text_is_stored_and_comes_back(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        Ticket[] tickets =
        [
            Ticket(Odd, Odd) with { ContactName = Odd, Extra = new() { [Odd] = Odd, ["null"] = null } },
            Ticket("huge", Huge) with { ContainerId = Huge, StatusId = Huge, OwnerId = Huge, CompanyId = Huge, CompanyName = Huge, Number = Huge },
            Ticket("empty", ""),
            Ticket("times", "Times") with { CreatedAt = new DateTimeOffset(1, 1, 2, 0, 0, 0, TimeSpan.Zero), VendorUpdatedAt = new DateTimeOffset(2026, 1, 1, 1, 0, 0, TimeSpan.FromHours(5)), ClosedAt = new DateTimeOffset(9999, 12, 30, 0, 0, 0, TimeSpan.Zero) },
        ];
        var run = await home.BeginAsync();
        var changes = (await home.ReadAsync(tickets)) with { Bad = [new BadRow(Odd + "!", Odd, Odd)], OutOfScope = [new Exclusion(Odd + "?", Odd)], Gone = [Odd + "-"] };

        await home.CommitAsync(run, changes);
        var again = await home.CommitAsync(run, changes with { ReadSequence = await home.NextAsync() });

        again.Unchanged.ShouldBe(4);
        (await home.RowsAsync()).Select(r => r.Payload).ShouldBe(tickets.Select(Canonical.Json), ignoreOrder: true);
        (await home.RowsAsync()).Select(r => r.ExternalId).ShouldBe([Canonical.Clean(Odd), "empty", "huge", "times"], ignoreOrder: true);
        (await home.Store.QuarantinedAsync(home.Tickets, 9, default)).ShouldBe([Canonical.Clean(Odd + "!")]);
        (await home.RowsAsync()).Single(r => r.ExternalId == "times").VendorUpdatedAt.ShouldBe(tickets[3].VendorUpdatedAt);
    }

    [Theory, DatabaseData]
    public async Task Every_kind_of_record_has_its_table(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        ExternalRecord[] records =
        [
            new ReferenceItem { ExternalId = "status:1", Kind = ReferenceKinds.Status, ItemId = "1", Name = "New", Level = PriorityLevel.Low, SortOrder = 3 },
            new ExternalCompany { ExternalId = "1", Name = "Größe & Söhne GmbH", TypeNames = ["Client", "Vendor"], IsInactive = true },
            new ExternalContact { ExternalId = "1", FirstName = "Ada", CompanyId = "1", IsPrimary = true },
            new ExternalUser { ExternalId = "1", Identifier = "ada", IsApiUser = true },
            new ExternalDevice { ExternalId = "1", Name = "Server", MacAddresses = ["00:11"], SerialNumber = "S" },
        ];
        DataType[] types = [DataType.Reference, DataType.Companies, DataType.Contacts, DataType.Users, DataType.Devices];
        var integration = await home.AddIntegrationAsync(home.Home.Tenant, types);
        foreach (var (record, type) in records.Zip(types))
        {
            var key = new StreamKey(home.Home.Tenant, integration, type);
            await home.Store.CommitReadsAsync(key, home.Of(await home.NextAsync(key), record) with { ChildType = null }, default);
        }

        await using var db = home.Open();
        Canonical.Read<ReferenceItem>((await db.Reference.SingleAsync()).Payload).ShouldBe(records[0]);
        (await db.Reference.SingleAsync()).ShouldSatisfyAllConditions(r => r.Level.ShouldBe(PriorityLevel.Low), r => r.SortOrder.ShouldBe(3), r => r.Kind.ShouldBe("status"));
        (await db.ExternalCompanies.SingleAsync()).ShouldSatisfyAllConditions(
            c => c.NormalizedName.ShouldBe("grosse and sohne"), c => c.TypeNames.ShouldBe("Client, Vendor"), c => c.IsInactive.ShouldBeTrue());
        (await db.ExternalContacts.SingleAsync()).ShouldSatisfyAllConditions(c => c.FirstName.ShouldBe("Ada"), c => c.IsPrimary.ShouldBeTrue());
        (await db.ExternalUsers.SingleAsync()).IsApiUser.ShouldBeTrue();
        (await db.ExternalDevices.SingleAsync()).SerialNumber.ShouldBe("S");
    }

    [Theory, DatabaseData]
    public async Task What_is_read_for_each_client_comes_back_and_is_written_once(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var at = new DateTimeOffset(2026, 2, 28, 0, 0, 0, TimeSpan.Zero);
        ExternalRecord[] records =
        [
            new CloudUser { ExternalId = "1", PrincipalName = "ada@acme.example", OtherEmails = ["a@b"], IsGuest = true, CreatedAt = at, Licenses = [new CloudLicenseUse("x") { GroupIds = ["g"], Problem = "CountViolation" }, new CloudLicenseUse("y") { IsDirect = true }] },
            new CloudGroup { ExternalId = "1", Name = "Größe", Kind = CloudGroupKind.Collaboration, IsDynamic = true },
            new CloudLicense { ExternalId = "1", PartNumber = "SPB", Name = "Business", Enabled = 25, Used = 27, NextChangeAt = at },
            new CloudDomain { ExternalId = "acme.example", Name = "acme.example", IsDefault = true, Services = ["Email", "Teams"] },
            new SecurityScore { ExternalId = "2026-02-28", At = at, Score = 123.4567890123m, Highest = 79_228_162_514.25m, AverageOfAll = 41.1m, Controls = [new SecurityControlScore("mfa", 8.5m) { State = "Default" }] },
            new SecurityControl { ExternalId = "mfa", Title = "Require it", Highest = 10m, Rank = 1, Threats = ["Account breach"], Url = "https://vendor.example/" },
        ];
        DataType[] types = [DataType.CloudUsers, DataType.CloudGroups, DataType.Licenses, DataType.Domains, DataType.SecurityScores, DataType.SecurityControls];
        var integration = await home.AddIntegrationAsync(home.Home.Tenant, types);
        await home.ChangeAsync(async db => await db.Streams.Where(s => s.IntegrationId == integration).ExecuteUpdateAsync(s => s.SetProperty(x => x.Partition, "t1")));
        var results = new List<CommitResult>();
        foreach (var (record, type) in records.Concat(records).Zip(types.Concat(types)))
        {
            var key = new StreamKey(home.Home.Tenant, integration, type, "t1");
            results.Add((await home.Store.CommitReadsAsync(key, home.Of(await home.NextAsync(key), record) with { ChildType = null }, default))!);
            home.Home.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        results.Select(r => (r.Created, r.Updated, r.Unchanged)).ShouldBe([.. Enumerable.Repeat((1L, 0L, 0L), 6), .. Enumerable.Repeat((0L, 0L, 1L), 6)]);
        await using var db = home.Open();
        RecordRow[] rows =
        [
            await db.Live<CloudUserRow>(types[0]).SingleAsync(), await db.Live<CloudGroupRow>(types[1]).SingleAsync(), await db.Live<CloudLicenseRow>(types[2]).SingleAsync(),
            await db.Live<CloudDomainRow>(types[3]).SingleAsync(), await db.Live<SecurityScoreRow>(types[4]).SingleAsync(), await db.Live<SecurityControlRow>(types[5]).SingleAsync(),
        ];
        rows.Select(r => (r.Payload, r.Partition, r.ChangedAt)).ShouldBe(records.Select((r, i) => (Canonical.Json(r), "t1", StorageHome.Start.AddMinutes(i))));
        ((CloudUserRow)rows[0]).ShouldSatisfyAllConditions(
            u => u.Name.ShouldBe("ada@acme.example"), u => u.Licenses.ShouldBe(2), u => u.IsGuest.ShouldBeTrue(), u => u.IsEnabled.ShouldBeNull(), u => u.Email.ShouldBeNull());
        ((CloudGroupRow)rows[1]).Name.ShouldBe("Größe");
        ((CloudLicenseRow)rows[2]).ShouldSatisfyAllConditions(l => l.Name.ShouldBe("Business"), l => l.Enabled.ShouldBe(25), l => l.Used.ShouldBe(27));
        ((CloudDomainRow)rows[3]).ShouldSatisfyAllConditions(d => d.Name.ShouldBe("acme.example"), d => d.IsDefault.ShouldBeTrue());
        ((SecurityScoreRow)rows[4]).ShouldSatisfyAllConditions(s => s.At.ShouldBe(at), s => s.Score.ShouldBe(123.4567890123m), s => s.Highest.ShouldBe(79_228_162_514.25m));
        ((SecurityControlRow)rows[5]).Title.ShouldBe("Require it");
    }

    [Theory]
    [DatabaseData("99", 99L)]
    [DatabaseData("T-7", 0L)]
    [DatabaseData("12-3", 12L)]
    [DatabaseData("99999999999999999999", long.MaxValue)]
    public async Task Numbers_are_ordered_by_their_leading_digits(DatabaseKind kind, string number, long order)
    {
        await using var home = await CreateAsync(kind);
        await home.Store.CommitReadsAsync(home.Tickets, await home.ReadAsync(Ticket("1") with { Number = number }), default);

        (await home.RowsAsync()).Single().NumberOrder.ShouldBe(order);
    }
}
