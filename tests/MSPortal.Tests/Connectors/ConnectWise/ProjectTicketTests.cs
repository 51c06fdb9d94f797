using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Connectors.Common;
using MSPortal.Connectors.ConnectWise;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Connectors.ConnectWise.ScriptedVendor;

namespace MSPortal.Tests.Connectors.ConnectWise;

/// <summary>Two collections of tickets, one stream; and the time that was spent on them.</summary>
public sealed class ProjectTicketTests
{
    private static readonly ReadRequest Full = new(PassKind.Full, Cursor.Start, null);

    private readonly ScriptedVendor vendor = new();

    public ProjectTicketTests()
    {
        vendor.With("/service/tickets", Enumerable.Range(1, 1200).Where(i => i % 5 != 0));
        vendor.With("/project/tickets", Enumerable.Range(1, 1200).Where(i => i % 5 == 0));
        vendor.Scope = new TicketScope { Containers = ["1"], Options = ["project"] };
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Project_tickets_come_after_the_others_and_say_what_they_are()
    {
        var pages = await ReadAsync(Full);

        var tickets = pages.SelectMany(p => p.Rows).Cast<Ticket>().ToList();
        tickets.Select(Number).Order().ShouldBe(Enumerable.Range(1, 1200));
        tickets.Where(t => t.IsProjectTicket && t.Option == "project").Select(Number).Order().ShouldBe(Enumerable.Range(1, 1200).Where(i => i % 5 == 0));
        tickets.Where(t => !t.IsProjectTicket && t.Option is null).Count().ShouldBe(960);
        pages.Select(p => p.Complete).ShouldBe([.. pages.SkipLast(1).Select(_ => false), true]);
    }

    [Fact]
    public async Task Without_the_choice_they_are_not_asked_for()
    {
        vendor.Scope = vendor.Scope with { Options = [] };

        (await ReadAsync(Full)).SelectMany(p => p.Rows).Count().ShouldBe(960);
        vendor.Seen.ShouldAllBe(r => !r.Path.StartsWith("/project", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_pass_goes_on_from_any_page_of_either_collection()
    {
        var whole = await ReadAsync(Full);
        whole.Count.ShouldBeGreaterThan(1);

        for (var cut = 0; cut < whole.Count - 1; cut++)
        {
            var rest = await ReadAsync(Full with { Cursor = whole[cut].Next });
            whole.Take(cut + 1).Concat(rest).SelectMany(p => p.Rows).Select(r => r.ExternalId).Distinct().Count().ShouldBe(1200);
            rest[^1].Complete.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task A_doubt_about_one_collection_is_a_doubt_about_the_pass_and_the_other_is_read_all_the_same()
    {
        vendor.Script = r => r.Path == "/service/tickets" ? Answer(200, "[]") : null;

        var pages = await ReadAsync(Full);

        pages.SelectMany(p => p.Rows).Count().ShouldBe(240);
        (pages[^1].Complete, pages[^1].Doubt).ShouldBe((false, "ConnectWise counts 960 tickets but delivered only 0, also when asked a second time."));
        pages.SkipLast(1).ShouldAllBe(p => p.Doubt == null);
    }

    [Fact]
    public async Task Changes_are_asked_of_both_by_their_time_only()
    {
        await ReadAsync(new ReadRequest(PassKind.Incremental, Cursor.Start, new(2025, 1, 2, 3, 4, 5, TimeSpan.Zero)));

        vendor.Seen.Where(r => r.Path.EndsWith("/tickets", StringComparison.Ordinal)).Select(r => (r.Path, r["conditions"])).Distinct()
            .ShouldBe([("/service/tickets", "lastUpdated>=[2025-01-02T03:04:05Z]"), ("/project/tickets", "lastUpdated>=[2025-01-02T03:04:05Z]")]);
    }

    [Fact]
    public async Task A_ticket_is_gone_only_when_neither_collection_has_it()
    {
        var results = await ConnectWiseTickets.ReadByIdsAsync(vendor.Session(), ["1", "5", "9999"], Stop);

        results.Select(r => (r.ExternalId, r.GetType())).ShouldBe([("1", typeof(ReadResult.Present)), ("5", typeof(ReadResult.Present)), ("9999", typeof(ReadResult.Gone))], ignoreOrder: true);

        vendor.Script = r => r.Path.StartsWith("/project", StringComparison.Ordinal) ? Answer(403, "") : null;
        await Should.ThrowAsync<FaultException>(() => ConnectWiseTickets.ReadByIdsAsync(vendor.Session(), ["9999"], Stop));
    }

    [Fact]
    public async Task A_key_that_needs_no_project_tickets_need_not_be_let_at_them_to_say_that_there_is_no_such_ticket()
    {
        vendor.Script = r => r.Path.StartsWith("/project", StringComparison.Ordinal) ? Answer(403, "") : null;
        (await Should.ThrowAsync<FaultException>(() => ConnectWiseTickets.FindAsync(vendor.Session(), "9999", Stop))).Fault.ShouldBeOfType<Fault.PermissionMissing>();

        vendor.Scope = vendor.Scope with { Options = [] };
        (await ConnectWiseTickets.FindAsync(vendor.Session(), "9999", Stop)).ShouldBeOfType<ReadResult.Gone>();
    }

    [Fact]
    public async Task Notes_are_found_where_the_ticket_is()
    {
        vendor.With("/service/tickets/1/notes", [3], Note);
        vendor.With("/project/tickets/5/notes", [4], Note);

        (await ConnectWiseTickets.ReadNotesAsync(vendor.Session(), "1", Stop)).Rows.Single().ExternalId.ShouldBe("3");
        (await ConnectWiseTickets.ReadNotesAsync(vendor.Session(), "5", Stop)).Rows.Single().ExternalId.ShouldBe("4");
        vendor.Calls("/service/tickets/1/notes").ShouldAllBe(r => r["fields"]!.Contains("dateCreated"));
        vendor.Calls("/project/tickets/5/notes").ShouldAllBe(r => !r["fields"]!.Contains("dateCreated") && !r["fields"]!.Contains("createdBy"), "the vendor's description has them for service tickets only");
        (await ConnectWiseTickets.ReadNotesAsync(vendor.Session(), "7", Stop)).ParentGone.ShouldBeTrue();
    }

    [Fact]
    public async Task The_preview_counts_both()
    {
        (await new ConnectWiseConnector().PreviewTicketsAsync(vendor.Session(), vendor.Scope, Stop)).ShouldBe(1200);
        (await new ConnectWiseConnector().PreviewTicketsAsync(vendor.Session(), vendor.Scope with { Options = [] }, Stop)).ShouldBe(960);
    }

    [Fact]
    public void Time_is_kept_with_its_hours_and_without_its_price()
    {
        using var row = JsonDocument.Parse("""
            {"id":9,"chargeToId":77,"chargeToType":"ServiceTicket","ticket":{"id":77},"member":{"id":3,"name":"Ann"},"workType":{"name":"Remote"},
            "timeStart":"2026-01-02T03:00:00Z","timeEnd":"2026-01-02T04:45:00Z","actualHours":1.75,"billableOption":"DoNotBill","notes":"Done",
            "addToDetailDescriptionFlag":true,"_info":{"lastUpdated":"2026-01-03T00:00:00Z"}}
            """);

        Canonical.Json(ConnectWiseMapping.Time(new JsonRow(row.RootElement))).ShouldBe(Canonical.Json(new TimeEntry
        {
            ExternalId = "9",
            VendorUpdatedAt = new(2026, 1, 3, 0, 0, 0, TimeSpan.Zero),
            TicketId = "77",
            UserId = "3",
            UserName = "Ann",
            StartedAt = new(2026, 1, 2, 3, 0, 0, TimeSpan.Zero),
            EndedAt = new(2026, 1, 2, 4, 45, 0, TimeSpan.Zero),
            Hours = 1.75m,
            Billable = false,
            Notes = "Done",
            IsInternal = false,
            WorkType = "Remote",
        }));
        ConnectWiseMapping.TimeFields.ShouldNotContain("hourlyCost");
        ConnectWiseMapping.TimeFields.ShouldNotContain("internalNotes");
    }

    [Theory]
    [InlineData("""{"id":9}""", null, null, true)]
    [InlineData("""{"id":9,"chargeToId":7,"chargeToType":"ChargeCode","billableOption":"Billable"}""", null, true, true)]
    [InlineData("""{"id":9,"chargeToId":7,"chargeToType":"ProjectTicket","billableOption":"NoCharge","addToResolutionFlag":true}""", "7", false, false)]
    public void Time_without_a_ticket_has_none_and_what_is_not_said_is_internal_and_unknown(string json, string? ticket, bool? billable, bool inside)
    {
        using var row = JsonDocument.Parse(json);
        var time = ConnectWiseMapping.Time(new JsonRow(row.RootElement));

        (time.TicketId, time.Billable, time.IsInternal, time.Hours).ShouldBe((ticket, billable, inside, 0m));
    }

    private static int Number(Ticket ticket) => int.Parse(ticket.ExternalId, CultureInfo.InvariantCulture);

    private static JsonObject Note(int id) => new() { ["id"] = id, ["text"] = "x", ["dateCreated"] = "2025-01-01T00:00:00Z" };

    private async Task<List<Page>> ReadAsync(ReadRequest request)
    {
        var pages = new List<Page>();
        await foreach (var page in ConnectWiseTickets.ReadAsync(vendor.Session(), request, Stop))
        {
            pages.Add(page);
            pages.Count.ShouldBeLessThan(100);
        }

        return pages;
    }
}
