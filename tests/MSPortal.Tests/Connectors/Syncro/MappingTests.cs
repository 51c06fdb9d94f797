using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Connectors.Syncro;
using MSPortal.Core.Model;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.Syncro;

public sealed class MappingTests
{
    private static readonly Uri Site = new("https://acme.syncromsp.com/");

    [Fact]
    public void A_ticket_keeps_what_a_list_and_a_single_read_both_say()
    {
        const string inList = """
            {"id":5,"number":1004,"subject":"Some problem","created_at":"2026-04-04T08:59:31.034Z","updated_at":"2026-05-04T08:59:31.034Z","customer_id":3,
            "customer_business_then_name":"Acme","due_date":"2026-05-10T00:00:00.000Z","resolved_at":null,"problem_type":"Virus","status":"In Progress",
            "ticket_type_id":2,"ticket_type_name":"Hardware","properties":{"Gerät":"Laptop","Admin Password":"x","agent":{"a":1},"Count":3},"user_id":7,
            "user":{"id":7,"full_name":"Joe Doe"},"priority":"1 High","tag_list":["vip","onsite"],"contact_id":9,"contact_fullname":"Boba Fett",
            "sla_name":"Gold","contract_name":"C","location_name":"L","comments":[{"id":1}]}
            """;
        const string alone = """
            {"id":5,"number":1004,"subject":"Some problem","created_at":"2026-04-04T08:59:31.034Z","updated_at":"2026-05-04T08:59:31.034Z","customer_id":3,
            "customer_business_then_name":"Acme","due_date":"2026-05-10T00:00:00.000Z","resolved_at":null,"problem_type":"Virus","status":"In Progress",
            "properties":{"Gerät":"Laptop","Admin Password":"x","agent":{"a":1},"Count":3},"user_id":7,"user":{"id":7,"full_name":"Joe Doe"},
            "priority":"1 High","tag_list":["onsite","vip"],"asset_ids":[],"contact":{"id":9,"name":"Boba Fett"},"ticket_type":{"id":2,"name":"Hardware"},
            "customer":{"id":3,"online_profile_url":"https://x/?portal_key=1"}}
            """;

        var ticket = Ticket(inList);

        Canonical.Json(ticket).ShouldBe(Canonical.Json(Ticket(alone)));
        Canonical.Json(ticket).ShouldBe(Canonical.Json(new Ticket
        {
            ExternalId = "5",
            Number = "1004",
            Summary = "Some problem",
            VendorUpdatedAt = new(2026, 5, 4, 8, 59, 31, 34, TimeSpan.Zero),
            CreatedAt = new(2026, 4, 4, 8, 59, 31, 34, TimeSpan.Zero),
            DueAt = new(2026, 5, 10, 0, 0, 0, TimeSpan.Zero),
            StatusId = "In Progress",
            StatusName = "In Progress",
            PriorityId = "1 High",
            PriorityName = "1 High",
            Priority = PriorityLevel.High,
            TypeId = "2",
            TypeName = "Hardware",
            SubTypeId = "Virus",
            SubTypeName = "Virus",
            CompanyId = "3",
            CompanyName = "Acme",
            ContactId = "9",
            ContactName = "Boba Fett",
            OwnerId = "7",
            OwnerName = "Joe Doe",
            Url = "https://acme.syncromsp.com/tickets/5",
            Extra = new(StringComparer.Ordinal) { ["custom: Gerät"] = "Laptop", ["custom: Count"] = "3", ["tags"] = "onsite, vip" },
        }));
    }

    [Theory]
    [InlineData("Resolved", true)]
    [InlineData("Invoiced", false)]
    [InlineData("New", false)]
    public void Only_resolved_counts_as_closed_and_only_a_closed_ticket_has_a_closing_time(string status, bool closed)
    {
        var ticket = Ticket($$"""{"id":5,"status":"{{status}}","resolved_at":"2026-05-10T00:00:00.000Z"}""");

        (ticket.IsClosed, ticket.ClosedAt is not null).ShouldBe((closed, closed));
    }

    [Theory]
    [InlineData("0 Urgent", PriorityLevel.Critical)]
    [InlineData("1 High", PriorityLevel.High)]
    [InlineData("2 Normal", PriorityLevel.Medium)]
    [InlineData("Normal", PriorityLevel.Medium)]
    [InlineData("3 Low", PriorityLevel.Low)]
    [InlineData("low", PriorityLevel.Low)]
    [InlineData("9 Whenever", null)]
    [InlineData(null, null)]
    public void A_priority_is_known_by_its_word(string? name, PriorityLevel? level) => SyncroMapping.Level(name).ShouldBe(level);

    [Fact]
    public void A_bare_ticket_is_a_ticket_and_nulls_are_nothing()
    {
        var ticket = Ticket("""{"id":5,"user":null,"contact":null,"ticket_type":null,"properties":null,"tag_list":null,"priority":"","due_date":null}""");

        Canonical.Json(ticket).ShouldBe(Canonical.Json(new Ticket { ExternalId = "5", Number = "5", Summary = "(no subject)", Url = "https://acme.syncromsp.com/tickets/5" }));
    }

    [Theory]
    [InlineData("""{"id":1,"hidden":false}""", false)]
    [InlineData("""{"id":1,"hidden":true}""", true)]
    [InlineData("""{"id":1}""", true)]
    [InlineData("""{"id":1,"hidden":null}""", true)]
    public void A_comment_is_public_only_when_it_says_so(string json, bool inside) => Comment(json).IsInternal.ShouldBe(inside);

    [Fact]
    public void The_description_is_the_initial_issue_or_the_first_comment()
    {
        TicketNote[] named = [Comment("""{"id":2,"created_at":"2026-01-01T00:00:00Z","subject":"Update"}"""), Comment("""{"id":3,"created_at":"2026-01-02T00:00:00Z","subject":"Initial Issue"}""")];
        TicketNote[] unnamed = [Comment("""{"id":20,"created_at":"2026-01-01T00:00:00Z"}"""), Comment("""{"id":3,"created_at":"2026-01-01T00:00:00Z"}""")];

        SyncroMapping.MarkDescription(named).Where(n => n.IsDescription).Select(n => n.ExternalId).ShouldBe(["3"]);
        SyncroMapping.MarkDescription(unnamed).Where(n => n.IsDescription).Select(n => n.ExternalId).ShouldBe(["3"]);
        SyncroMapping.MarkDescription([]).ShouldBeEmpty();
    }

    [Fact]
    public void A_customer_is_called_by_its_business_or_else_by_its_person_and_nothing_secret_is_kept()
    {
        var company = Company("""
            {"id":3,"firstname":"Ann","lastname":"Lee","fullname":"Ann Lee","business_name":"Acme","email":"a@acme.example","phone":null,"mobile":"415","disabled":true,
            "address":"12 High St","city":"Tampa","state":"FL","zip":"33602","notes":"alarm 4711","online_profile_url":"https://x/my_profile/v2/index?portal_key=verysecret",
            "properties":{"SLA":"Gold","WiFi Password":"hunter2"},"updated_at":"2026-05-04T08:59:31.034Z"}
            """);

        (company.Name, company.Phone, company.IsInactive, company.City, company.PostalCode).ShouldBe(("Acme", "415", true, "Tampa", "33602"));
        company.Extra.ShouldBe(new SortedDictionary<string, string?> { ["custom: SLA"] = "Gold", ["email"] = "a@acme.example" });
        Canonical.Json(company).ShouldNotContain("verysecret");
        Canonical.Json(company).ShouldNotContain("hunter2");
        Canonical.Json(company).ShouldNotContain("4711");
        Company("""{"id":3,"business_name":"","fullname":"Ann Lee","business_then_name":"Ann Lee"}""").Name.ShouldBe("Ann Lee");
    }

    [Theory]
    [InlineData("Boba Fett", "Boba", "Fett")]
    [InlineData("Anna Maria de Souza", "Anna Maria de", "Souza")]
    [InlineData("Cher", "Cher", null)]
    [InlineData("  ", null, null)]
    public void One_field_for_a_name_becomes_two(string name, string? first, string? last)
    {
        var contact = (ExternalContact)Map($$$"""{"id":1,"name":"{{{name}}}","customer_id":4,"mobile":"1","properties":{"title":"CEO"}}""", SyncroMapping.Contact);

        (contact.FirstName, contact.LastName, contact.CompanyId, contact.Phone, contact.Title).ShouldBe((first, last, "4", "1", "CEO"));
    }

    [Fact]
    public void A_device_takes_from_the_free_fields_what_has_a_place_and_nothing_else()
    {
        var device = (ExternalDevice)Map("""
            {"id":7,"name":"WS-1","customer_id":3,"contact_id":9,"asset_type":"Syncro Device","asset_serial":"SN1","updated_at":"2026-05-04T08:59:31.034Z",
            "properties":{"OS":"Windows 11","manufacturer":"Dell","Model":"Latitude","Admin Password":"Summer2019!","kabuto_information":{"general":{}}},
            "customer":{"online_profile_url":"https://x/?portal_key=verysecret"}}
            """, SyncroMapping.Device);

        (device.Name, device.TypeName, device.SerialNumber, device.OsName, device.Manufacturer, device.ModelNumber).ShouldBe(("WS-1", "Syncro Device", "SN1", "Windows 11", "Dell", "Latitude"));
        Canonical.Json(device).ShouldNotContain("Summer2019!");
        Canonical.Json(device).ShouldNotContain("verysecret");
    }

    [Fact]
    public void What_is_kept_of_a_bad_row_has_no_secret()
    {
        using var row = JsonDocument.Parse("""
            {"id":3,"disabled":"perhaps","online_profile_url":"https://x/?portal_key=verysecret","properties":{"a":"hunter2"},"user_token":"usersecret",
            "customer":{"notes":"alarm 4711","x":"see ?portal_key=othersecret&y"},"list":[{"properties":{"b":"hunter3"}}],"subject":"kept 💻"}
            """);

        var bad = SyncroLists.Read(row.RootElement, SyncroMapping.Company).Bad!;

        bad.ExternalId.ShouldBe("3");
        bad.Sample.ShouldContain("perhaps");
        foreach (var secret in new[] { "verysecret", "hunter2", "usersecret", "4711", "othersecret", "hunter3" })
        {
            bad.Sample.ShouldNotContain(secret);
            bad.Reason.ShouldNotContain(secret);
        }
    }

    private static ExternalRecord Map(string json, Func<JsonElement, JsonRow, ExternalRecord> map)
    {
        using var document = JsonDocument.Parse(json);
        return map(document.RootElement, new JsonRow(document.RootElement));
    }

    private static Ticket Ticket(string json) => (Ticket)Map(json, (element, row) => SyncroMapping.Ticket(element, row, Site));

    private static ExternalCompany Company(string json) => (ExternalCompany)Map(json, SyncroMapping.Company);

    private static TicketNote Comment(string json) => (TicketNote)Map(json, (_, row) => SyncroMapping.Comment(row, "5"));
}
