using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Connectors.ConnectWise;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.ConnectWise;

public sealed class MappingTests
{
    [Fact]
    public void A_ticket_is_taken_over_field_by_field()
    {
        var ticket = Ticket(
            """
            {"id":4711,"summary":"Drucker 🖨 läuft nicht","recordType":"ServiceTicket","board":{"id":3,"name":"Service Desk"},"status":{"id":12,"name":">Closed","sort":1},
             "company":{"id":20,"identifier":"ACME","name":"Acme GmbH"},"siteName":"Main","contact":{"id":5,"name":"Ann Lee"},"contactEmailAddress":"ann@acme.example",
             "type":{"id":7,"name":"Incident"},"subType":{"id":8,"name":"Printer"},"item":{"id":9,"name":"Toner"},"team":{"id":2,"name":"Tier 1"},
             "owner":{"id":31,"identifier":"jdoe","name":"Jo Doe"},"priority":{"id":1,"name":"Priority 1","level":"Critical"},"source":{"id":1,"name":"Phone"},
             "requiredDate":"2025-02-03T04:05:06Z","closedDate":"2025-02-02T00:00:00Z","closedFlag":true,"parentTicketId":0,"mergedParentTicket":{"id":4000},
             "customFields":[{"id":1,"caption":"Asset","value":"PC-1"},{"id":2,"caption":"Admin password","value":"hunter2"},{"id":3,"caption":"Empty","value":null}],
             "_info":{"lastUpdated":"2025-02-02T01:00:00Z","dateEntered":"2025-01-01T00:00:00Z"}}
            """);

        ticket.ShouldBe(
            new Ticket
            {
                ExternalId = "4711",
                Number = "4711",
                Summary = "Drucker 🖨 läuft nicht",
                ContainerId = "3",
                ContainerName = "Service Desk",
                StatusId = "12",
                StatusName = ">Closed",
                IsClosed = true,
                CompanyId = "20",
                CompanyName = "Acme GmbH",
                SiteName = "Main",
                ContactId = "5",
                ContactName = "Ann Lee",
                ContactEmail = "ann@acme.example",
                TypeId = "7",
                TypeName = "Incident",
                SubTypeId = "8",
                SubTypeName = "Printer",
                ItemName = "Toner",
                TeamId = "2",
                TeamName = "Tier 1",
                OwnerId = "31",
                OwnerName = "Jo Doe",
                PriorityId = "1",
                PriorityName = "Priority 1",
                Priority = PriorityLevel.Critical,
                SourceName = "Phone",
                DueAt = Utc(2025, 2, 3, 4, 5, 6),
                ClosedAt = Utc(2025, 2, 2),
                VendorUpdatedAt = Utc(2025, 2, 2, 1),
                CreatedAt = Utc(2025, 1, 1),
                MergedIntoId = "4000",
                Url = "https://psa/4711",
            } with { Extra = ticket.Extra });
        ticket.Extra.ShouldBe(new Dictionary<string, string?> { ["custom: Asset"] = "PC-1" });
    }

    [Theory]
    [InlineData("""{"id":1,"summary":"x"}""")]
    [InlineData("""{"id":1,"summary":"x","site":null,"board":null,"status":null,"company":null,"contact":null,"owner":null,"priority":null,"customFields":null,"_info":null,"closedFlag":null}""")]
    [InlineData("""{"id":"1","summary":"x","closedFlag":"false","company":{"id":0},"unknown":{"of":["a","newer","version"]}}""")]
    public void Absent_null_and_unknown_fields_cost_nothing(string json)
    {
        var ticket = Ticket(json);

        (ticket.ExternalId, ticket.Summary, ticket.CompanyId, ticket.IsClosed).ShouldBe(("1", "x", null, false));
    }

    [Theory]
    [InlineData("""{"id":1,"board":[1]}""", "1", "board: expected an object, found [1]")]
    [InlineData("""{"id":1,"_info":{"lastUpdated":"yesterday"}}""", "1", "lastUpdated")]
    [InlineData("""{"id":1,"closedFlag":3}""", "1", "closedFlag: expected true or false, found 3")]
    [InlineData("""{"summary":"no id"}""", null, "id: is missing")]
    [InlineData("""7""", null, "row: expected an object, found 7")]
    public void A_field_of_a_wrong_kind_names_itself(string json, string? id, string reason)
    {
        var (record, bad) = Read(json, row => ConnectWiseMapping.Ticket(row, _ => ""));

        record.ShouldBeNull();
        bad!.ExternalId.ShouldBe(id);
        bad.Reason.ShouldContain(reason);
    }

    [Fact]
    public void The_sample_of_a_bad_row_holds_no_custom_field()
    {
        var (_, bad) = JsonRow.Read(
            JsonSerializer.Deserialize<JsonElement>("""{"id":1,"summary":"kept","closedFlag":3,"customFields":[{"caption":"Admin password","value":"hunter2"}]}"""),
            row => ConnectWiseMapping.Ticket(row, _ => ""),
            ConnectWiseMapping.Withheld);

        bad!.Sample.ShouldContain("kept");
        bad.Sample.ShouldNotContain("hunter2");
    }

    [Fact]
    public void Text_that_no_database_takes_is_repaired()
    {
        Ticket("""{"id":1,"summary":"a\u0000b \ud83d lone"}""").Summary.ShouldBe("a\uFFFDb \uFFFD lone");
    }

    [Theory]
    [InlineData("false", "false", null, false)]
    [InlineData("false", "true", null, true)]
    [InlineData("true", "false", null, true)]
    [InlineData(null, null, null, true)]
    [InlineData(null, "false", null, true)]
    [InlineData("false", null, "true", false)]
    public void A_note_is_internal_unless_ConnectWise_says_otherwise(string? analysis, string? inside, string? outside, bool isInternal)
    {
        var note = (TicketNote)Record(
            $$"""{"id":1,"text":"t","internalAnalysisFlag":{{analysis ?? "null"}},"internalFlag":{{inside ?? "null"}},"externalFlag":{{outside ?? "null"}}}""",
            row => ConnectWiseMapping.Note(row, "9"));

        note.IsInternal.ShouldBe(isInternal);
    }

    [Fact]
    public void The_description_is_the_first_note_of_the_discussion()
    {
        TicketNote Note(string id, int day) => new() { ExternalId = id, TicketId = "1", CreatedAt = Utc(2025, 1, day) };

        var marked = ConnectWiseMapping.MarkDescription([Note("3", 3), Note("10", 2), Note("9", 2), Note("1", 1)], new HashSet<string> { "3", "10", "9" });

        marked.Where(n => n.IsDescription).Select(n => n.ExternalId).ShouldBe(["9"]);
    }

    [Theory]
    [InlineData("""{"id":1,"primaryEmail":"p@x","officeEmail":"o@x"}""", "p@x")]
    [InlineData("""{"id":1,"defaultEmail":"Mobile","mobileEmail":"m@x","officeEmail":"o@x"}""", "m@x")]
    [InlineData("""{"id":1,"defaultEmail":"Home","officeEmail":"o@x"}""", "o@x")]
    [InlineData("""{"id":1}""", null)]
    public void A_member_s_address_is_the_one_that_counts(string json, string? email) =>
        ((ExternalUser)Record(json, ConnectWiseMapping.Member)).Email.ShouldBe(email);

    [Fact]
    public void Api_members_are_told_from_people()
    {
        ((ExternalUser)Record("""{"id":1,"licenseClass":"A"}""", ConnectWiseMapping.Member)).IsApiUser.ShouldBeTrue();
        ((ExternalUser)Record("""{"id":1,"licenseClass":"F"}""", ConnectWiseMapping.Member)).IsApiUser.ShouldBeFalse();
    }

    [Fact]
    public void A_company_is_inactive_by_its_status_or_its_deletion()
    {
        ExternalCompany Company(string json) => (ExternalCompany)Record(json, row => ConnectWiseMapping.Company(row, (id, _) => id == "9"));

        (Company("""{"id":1,"name":"A","status":{"id":1}}""") is { IsInactive: false, IsDeleted: false }).ShouldBeTrue();
        (Company("""{"id":1,"name":"A","status":{"id":9}}""") is { IsInactive: true, IsDeleted: false }).ShouldBeTrue();
        (Company("""{"id":1,"name":"A","deletedFlag":true}""") is { IsInactive: true, IsDeleted: true }).ShouldBeTrue();
        Company("""{"id":1,"identifier":"ACME","name":null}""").Name.ShouldBe("ACME");
        Company("""{"id":1,"name":"A","types":[{"id":10,"name":"Vendor"},{"id":9,"name":"Client"}]}""").TypeIds.ShouldBe(["9", "10"]);
    }

    [Fact]
    public void A_contact_s_default_address_wins()
    {
        var contact = (ExternalContact)Record(
            """
            {"id":1,"firstName":"Ann","communicationItems":[{"communicationType":"Email","value":"a@x"},{"communicationType":"Email","value":"b@x","defaultFlag":true},
             {"communicationType":"Phone","value":"123","defaultFlag":true}]}
            """,
            ConnectWiseMapping.Contact);

        (contact.Email, contact.Phone).ShouldBe(("b@x", "123"));
    }

    [Fact]
    public void A_device_has_its_addresses_one_by_one()
    {
        var device = (ExternalDevice)Record("""{"id":1,"name":"PC","macAddress":"AA:BB, CC:DD","ipAddress":"10.0.0.1;10.0.0.2","activeFlag":false}""", ConnectWiseMapping.Device);

        device.MacAddresses.ShouldBe(["AA:BB", "CC:DD"]);
        device.IpAddresses.ShouldBe(["10.0.0.1", "10.0.0.2"]);
        device.IsInactive.ShouldBeTrue();
    }

    private static DateTimeOffset Utc(int year, int month, int day, int hour = 0, int minute = 0, int second = 0) => new(year, month, day, hour, minute, second, TimeSpan.Zero);

    private static Ticket Ticket(string json) => (Ticket)Record(json, row => ConnectWiseMapping.Ticket(row, id => $"https://psa/{id}"));

    private static ExternalRecord Record<T>(string json, Func<JsonRow, T> map)
        where T : ExternalRecord
    {
        var (record, bad) = Read(json, map);
        return record ?? throw new InvalidOperationException(bad!.Reason);
    }

    private static (T? Record, BadRow? Bad) Read<T>(string json, Func<JsonRow, T> map)
        where T : ExternalRecord => JsonRow.Read(VendorJson.Parse(System.Text.Encoding.UTF8.GetBytes(json)).RootElement, map);
}
