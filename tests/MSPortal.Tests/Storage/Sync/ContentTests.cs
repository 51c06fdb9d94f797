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
