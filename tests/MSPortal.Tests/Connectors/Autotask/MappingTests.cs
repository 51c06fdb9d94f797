using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Connectors.Autotask;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Simulators.Common;
using MSPortal.Tests.Simulators.Autotask;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Connectors.Autotask.AutotaskBench;

namespace MSPortal.Tests.Connectors.Autotask;

public sealed class MappingTests(RunningAutotask vendor) : IClassFixture<RunningAutotask>
{
    [Fact]
    public async Task Tickets_carry_the_names_of_everything_they_point_at()
    {
        await using var bench = On(vendor);
        async Task<Dictionary<string, string>> LabelsAsync(string kind) => (await bench.Vendor.TruthAsync(kind)).ToDictionary(r => r.Text("value") ?? r.Text("id")!, r => (r.Text("label") ?? r.Text("name"))!);
        var (queues, statuses, priorities, types, issues, subs, sources, categories) = (await LabelsAsync("queues"), await LabelsAsync("statuses"), await LabelsAsync("priorities"),
            await LabelsAsync("ticketTypes"), await LabelsAsync("issueTypes"), await LabelsAsync("subIssueTypes"), await LabelsAsync("sources"), await LabelsAsync("ticketCategories"));
        var people = (await bench.Vendor.TruthAsync("resources")).ToDictionary(r => r.Whole("id"), r => $"{r.Text("firstName")} {r.Text("lastName")}");
        var contacts = (await bench.Vendor.TruthAsync("contacts")).ToDictionary(r => r.Whole("id"));
        string? Of(Dictionary<string, string> names, JsonObject row, string field) => row.Text(field) is { } value ? names[value] : null;

        var tickets = (await bench.ReadAsync(DataType.Tickets)).SelectMany(p => p.Rows).Cast<Ticket>().ToDictionary(t => t.ExternalId);

        foreach (var row in await bench.Vendor.TruthAsync("tickets"))
        {
            var ticket = tickets[row.Text("id")!];
            ticket.Summary.ShouldBe(row.Text("title"));
            ticket.ContainerId.ShouldBe(row.Text("queueID") ?? "0");
            string?[] names = [ticket.ContainerName, ticket.StatusName, ticket.PriorityName, ticket.TypeName, ticket.SubTypeName, ticket.ItemName, ticket.SourceName, ticket.GroupName, ticket.Extra!["category"]];
            names.ShouldBe([Of(queues, row, "queueID"), Of(statuses, row, "status"), Of(priorities, row, "priority"), Of(types, row, "ticketType"), Of(issues, row, "issueType"),
                Of(subs, row, "subIssueType"), Of(sources, row, "source"), Of(categories, row, "ticketCategory"), Of(categories, row, "ticketCategory")]);
            ticket.GroupId.ShouldBe(row.Text("ticketCategory"));
            ticket.CompanyId.ShouldBe(row.Text("companyID"));
            ticket.OwnerName.ShouldBe(row["assignedResourceID"] is null ? null : people[row.Whole("assignedResourceID")]);
            var contact = row["contactID"] is null ? null : contacts[row.Whole("contactID")];
            (ticket.ContactName, ticket.ContactEmail).ShouldBe((contact is null ? null : $"{contact.Text("firstName")} {contact.Text("lastName")}", contact?.Text("emailAddress")));
            ticket.Option.ShouldBe(row.Text("ticketNumber")!.Length > 14 ? "recurring" : null);
            (ticket.IsClosed, ticket.ClosedAt is not null).ShouldBe((row.Whole("status") == 5, row.Whole("status") == 5));
            ticket.Url!.ShouldEndWith("/autotask/ww5/Autotask/AutotaskExtend/ExecuteCommand.aspx?Code=OpenTicketDetail&TicketID=" + ticket.ExternalId);
        }

        tickets.Values.Select(t => t.Priority).Distinct().ShouldBe([PriorityLevel.High, PriorityLevel.Medium, PriorityLevel.Low, PriorityLevel.Critical], ignoreOrder: true);
    }

    [Fact]
    public async Task A_value_that_was_added_since_is_looked_up_once()
    {
        await using var bench = await StartAsync();
        await bench.ReadAsync(DataType.Tickets);
        var made = (await bench.ControlAsync("records/statuses", new { label = "Parts ordered" }))!["value"]!.GetValue<string>();
        var id = (await bench.TruthIdsAsync("tickets"))[0];
        bench.Vendor.Clock.Advance(TimeSpan.FromMinutes(10));
        await bench.Vendor.ControlAsync(HttpMethod.Patch, $"records/tickets/{id}", new { status = int.Parse(made, CultureInfo.InvariantCulture) });
        bench.Seen.Clear();

        var since = bench.Vendor.Clock.GetUtcNow().AddMinutes(-1);
        ((Ticket)(await bench.ReadAsync(DataType.Tickets, PassKind.Incremental, since))[0].Rows.Single()).StatusName.ShouldBe("Parts ordered");
        await bench.ReadAsync(DataType.Tickets, PassKind.Incremental, since);

        bench.Seen.Count(r => r.Path == "Tickets/entityInformation/fields").ShouldBe(1);
    }

    [Fact]
    public async Task No_secret_of_the_vendor_is_in_any_record()
    {
        await using var bench = On(vendor);
        foreach (var type in new[] { DataType.Tickets, DataType.TimeEntries, DataType.Companies, DataType.Contacts, DataType.Users, DataType.Devices })
        {
            var json = string.Concat((await bench.ReadAsync(type)).SelectMany(p => p.Rows).Select(Canonical.Json));
            json.ShouldNotContain("SECRET-");
            json.Length.ShouldBeGreaterThan(1000);
        }

        bench.Seen.Where(r => r.Path == "Resources/query").ShouldAllBe(r => r.Body!.Contains("IncludeFields") && !r.Body.Contains("homePhone") && !r.Body.Contains("Cost"));
    }

    [Fact]
    public async Task User_defined_fields_are_kept_by_their_names()
    {
        await using var bench = On(vendor);
        var row = (await bench.Vendor.TruthAsync("companies")).First(c => c["userDefinedFields"]?[1]?["value"]?.GetValue<string>() == "Gold");

        var company = (await bench.ReadAsync(DataType.Companies)).SelectMany(p => p.Rows).Single(r => r.ExternalId == row.Text("id"));

        company.Extra!["udf: Backup tier"].ShouldBe("Gold");
        company.Extra.Keys.ShouldNotContain("udf: Admin password");
    }

    [Fact]
    public async Task The_own_company_inactive_contacts_and_api_users_are_told()
    {
        await using var bench = On(vendor);
        async Task<List<T>> AllAsync<T>(DataType type) => (await bench.ReadAsync(type)).SelectMany(p => p.Rows).Cast<T>().ToList();

        (await AllAsync<ExternalCompany>(DataType.Companies))[0].ShouldSatisfyAllConditions(c => c.ExternalId.ShouldBe("0"), c => c.Name.ShouldBe("Simulated MSP, Inc."), c => c.Country.ShouldNotBeNull());
        (await AllAsync<ExternalContact>(DataType.Contacts)).Where(c => c.IsInactive).Select(c => c.ExternalId).ShouldBe((await bench.Vendor.TruthAsync("contacts")).Where(c => c.Whole("isActive") == 0).Select(c => c.Text("id")));
        (await AllAsync<ExternalUser>(DataType.Users)).Where(u => u.IsApiUser).Select(u => u.LastName).ShouldBe(["API", "Integration"]);
        (await AllAsync<ExternalDevice>(DataType.Devices)).ShouldContain(d => d.Manufacturer != null && d.ModelNumber != null && d.TypeName != null && d.MacAddresses.Count == 2);
        (await AllAsync<TimeEntry>(DataType.TimeEntries)).ShouldAllBe(t => t.Hours == 0.75m && t.TicketId != null && t.UserName != null && t.WorkType == "Remote Support" && t.Billable != null && t.IsInternal);
    }

    [Theory]
    [InlineData("T20230609.1234", false)]
    [InlineData("T20230609.1234.009", true)]
    [InlineData("T20230609.1234.", false)]
    [InlineData("T20230609.1234.x", false)]
    [InlineData("100123", false)]
    public void A_recurring_ticket_is_told_by_its_number(string number, bool recurring) => AutotaskMapping.IsRecurring(number).ShouldBe(recurring);

    [Theory]
    [InlineData("1 - Critical", PriorityLevel.Critical)]
    [InlineData("URGENT", PriorityLevel.Critical)]
    [InlineData("High", PriorityLevel.High)]
    [InlineData("Normal", PriorityLevel.Medium)]
    [InlineData("lowest", PriorityLevel.Low)]
    [InlineData("Whenever", null)]
    [InlineData(null, null)]
    public void A_priority_is_as_urgent_as_its_name_says(string? name, PriorityLevel? level) => AutotaskMapping.Level(name).ShouldBe(level);

    [Fact]
    public async Task Notes_of_a_page_come_with_its_tickets_in_few_calls()
    {
        await using var bench = On(vendor);

        var pages = await bench.ReadAsync(DataType.Tickets);

        var sets = pages.SelectMany(p => p.Children).ToList();
        sets.Select(s => s.ParentId).ShouldBe(await bench.TruthIdsAsync("tickets"));
        sets.ShouldAllBe(s => s.Result.Complete && s.DataType == DataType.TicketNotes);
        foreach (var set in sets.Take(10))
        {
            var alone = await bench.Stream(DataType.TicketNotes).ReadChildren!(bench.Session(), set.ParentId, TestContext.Current.CancellationToken);
            set.Result.Rows.Select(Canonical.Json).ShouldBe(alone.Rows.Select(Canonical.Json), set.ParentId);
        }

        var notes = sets.SelectMany(s => s.Result.Rows).Cast<TicketNote>().ToList();
        notes.Where(n => !n.ExternalId.Contains('-')).Select(n => n.ExternalId).ShouldBe(await bench.TruthIdsAsync("ticketNotes"), ignoreOrder: true);
        notes.Count(n => n.IsDescription).ShouldBe((await bench.Vendor.TruthAsync("tickets")).Count(t => t["description"] is not null));
        bench.Seen.TakeWhile(r => !r.Path.StartsWith("Tickets/1", StringComparison.Ordinal)).Count(r => r.Path.StartsWith("TicketNotes/", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task A_note_is_for_clients_only_when_it_is_published_to_all()
    {
        await using var bench = On(vendor);
        var rows = (await bench.Vendor.TruthAsync("ticketNotes")).ToDictionary(r => r.Text("id")!);

        var notes = (await bench.ReadAsync(DataType.Tickets)).SelectMany(p => p.Children).SelectMany(c => c.Result.Rows).Cast<TicketNote>().ToList();

        foreach (var note in notes.Where(n => rows.ContainsKey(n.ExternalId)))
        {
            var row = rows[note.ExternalId];
            note.IsInternal.ShouldBe(row.Whole("publish") != 1);
            note.IsFromContact.ShouldBe(row["createdByContactID"] is not null);
            note.AuthorName.ShouldNotBeNull();
            note.Text!.ShouldEndWith(row.Text("description")!);
        }

        notes.Where(n => n.IsDescription).ShouldAllBe(n => !n.IsInternal);
        notes.Where(n => n.IsResolution).ShouldAllBe(n => n.IsInternal);
    }

    [Fact]
    public async Task Notes_that_cannot_be_read_now_never_hold_up_their_tickets()
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("faults", new { kind = "status", code = 503, path = "TicketNotes" });

        var pages = await bench.ReadAsync(DataType.Tickets);

        Ids(pages).ShouldBe(await bench.TruthIdsAsync("tickets"));
        pages.SelectMany(p => p.Children).ShouldBeEmpty();
        pages[^1].Complete.ShouldBeTrue();
    }

    [Fact]
    public async Task A_note_that_cannot_be_understood_stays_with_its_ticket()
    {
        await using var bench = await StartAsync();
        var note = (await bench.Vendor.TruthAsync("ticketNotes"))[5];
        await bench.ControlAsync("faults", new { kind = "mutate", property = "createDateTime", raw = "17", ids = new[] { note.Whole("id") }, path = "TicketNotes" });

        var sets = (await bench.ReadAsync(DataType.Tickets)).SelectMany(p => p.Children).ToList();

        sets.ShouldAllBe(s => s.Result.Complete);
        sets.Where(s => s.Result.Bad.Count > 0).Select(s => s.ParentId).ShouldBe([note.Text("ticketID")!]);
    }

    [Fact]
    public async Task A_ticket_that_is_gone_has_no_notes_to_be_complete_about()
    {
        await using var bench = On(vendor);

        (await bench.Stream(DataType.TicketNotes).ReadChildren!(bench.Session(), "999999999", TestContext.Current.CancellationToken)).ParentGone.ShouldBeTrue();
    }

    [Fact]
    public async Task Reference_data_are_the_picklists_and_a_queue_for_tickets_without_one()
    {
        await using var bench = On(vendor);

        var page = (await bench.ReadAsync(DataType.Reference)).Single();

        var items = page.Rows.Cast<ReferenceItem>().ToList();
        page.Complete.ShouldBeTrue();
        foreach (var (kind, list) in new[] { ("status", "statuses"), ("priority", "priorities"), ("type", "ticketTypes"), ("subtype", "issueTypes"), ("item", "subIssueTypes"), ("source", "sources"), ("company_type", "companyTypes") })
        {
            items.Where(i => i.Kind == kind).Select(i => $"{i.ItemId} {i.Name}").ShouldBe((await bench.Vendor.TruthAsync(list)).Select(r => $"{r.Text("value")} {r.Text("label")}"), kind);
        }

        items.Where(i => i.Kind == "container").Select(i => i.ItemId).ShouldBe(["0", .. (await bench.Vendor.TruthAsync("queues")).Select(q => q.Text("value")!)]);
        items.Single(i => i.Name == "Old queue (do not use)").IsInactive.ShouldBeTrue();
        items.Where(i => i.IsClosed).Select(i => i.ExternalId).ShouldBe(["status:5"]);
        items.ShouldContain(i => i.ExternalId == "source:-2" && i.Name == "Insourced");
        (await bench.ByIdsAsync(DataType.Reference, "status:5", "status:99", "nonsense:1")).Select(r => r.GetType().Name).ShouldBe(["Present", "Gone", "Unknown"]);
    }

    [Theory]
    [InlineData("""{"fields":[]}""")]
    [InlineData("""{"fields":[{"name":"queueID","isPickList":true,"picklistValues":null},{"name":"status","isPickList":true,"picklistValues":[]}]}""")]
    public async Task Lists_without_a_queue_or_a_status_are_a_doubt(string body)
    {
        await using var bench = On(vendor);
        bench.Script = r => r.Path == "Tickets/entityInformation/fields" ? Answer(200, body) : null;

        var page = (await bench.ReadAsync(DataType.Reference)).Single();

        (page.Complete, page.Doubt is null).ShouldBe((false, false));
        (await bench.ByIdsAsync(DataType.Reference, "status:5")).Single().ShouldBeOfType<ReadResult.Unknown>();
    }

    [Fact]
    public async Task Company_types_that_may_not_be_read_cost_no_other_list()
    {
        await using var bench = await StartAsync(tickets: 5);
        await bench.ControlAsync("permissions", new { companies = false });

        var items = (await bench.ReadAsync(DataType.Reference)).Single().Rows.Cast<ReferenceItem>().ToList();

        items.ShouldNotContain(i => i.Kind == "company_type");
        items.ShouldContain(i => i.Kind == "status");
        (await bench.ByIdsAsync(DataType.Reference, "company_type:1")).Single().ShouldBeOfType<ReadResult.Unknown>();
    }
}
