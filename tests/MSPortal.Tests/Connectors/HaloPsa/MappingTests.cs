using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Connectors.HaloPsa;
using MSPortal.Core.Model;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.HaloPsa;

/// <summary>Halo's rows become MSPortal's records: nobody is nobody, never is never, and nothing secret comes along.</summary>
public sealed class MappingTests
{
    private static readonly HaloPsaStatuses Statuses = new(new Dictionary<string, string> { ["1"] = "New", ["9"] = "Closed" }, new HashSet<string> { "9" });

    [Fact]
    public void A_ticket_of_a_list_is_read_in_full()
    {
        var ticket = Ticket("""
            {"id":2001,"summary":"Größe","dateoccurred":"2025-05-01T10:00:00.1234567","last_update":"2025-05-02T11:00:00","dateclosed":"1900-01-01T00:00:00","fixbydate":"2025-05-04T10:00:00","deadlinedate":"1900-01-01T00:00:00",
             "status_id":1,"tickettype_id":3,"tickettype_name":"Incident","client_id":12.0,"client_name":"Acme","site_name":"Main","user_id":7,"user_name":"Ann","user_email":"a@b.c","agent_id":4,"agent_name":"Bob","priority_id":2,
             "team":"1st Line","category_1":"Hardware>Printer","categoryid_1":5,"parent_id":0,"merged_into_id":0,"impact":2,
             "customfields":[{"id":1,"name":"CFx","label":"Contract","value":[1,2],"display":"Gold"},{"label":"Root password","display":"p"},{"label":"Hidden","display":"p","isencrypted":true}]}
            """);

        ticket.ShouldBe(new Ticket
        {
            ExternalId = "2001", Number = "2001", Summary = "Größe", VendorUpdatedAt = Utc(2025, 5, 2, 11), CreatedAt = Utc(2025, 5, 1, 10).AddTicks(1234567),
            ContainerId = "3", ContainerName = "Incident", StatusId = "1", StatusName = "New", PriorityId = "2", Priority = PriorityLevel.High, TypeId = "5", TypeName = "Hardware>Printer", TeamName = "1st Line", GroupId = "1st Line", GroupName = "1st Line",
            CompanyId = "12", CompanyName = "Acme", ContactId = "7", ContactName = "Ann", ContactEmail = "a@b.c", OwnerId = "4", OwnerName = "Bob", SiteName = "Main", DueAt = Utc(2025, 5, 4, 10),
            Url = "https://acme.example/tickets?id=2001", Extra = ticket.Extra,
        });
        ticket.Extra.ShouldBe(new Dictionary<string, string?> { ["custom: Contract"] = "Gold", ["impact"] = "2" }, ignoreOrder: true);
    }

    [Theory]
    [InlineData("""{"id":1,"last_update":"2025-05-02T11:00:00"}""")]
    [InlineData("""{"id":1,"lastupdate":"2025-05-02T11:00:00Z"}""")]
    [InlineData("""{"id":1,"last_update":"1899-12-30T00:00:00","lastupdate":"2025-05-02T13:00:00+02:00"}""")]
    public void The_change_time_has_two_names_and_is_UTC_without_saying_so(string row) => Ticket(row).VendorUpdatedAt.ShouldBe(Utc(2025, 5, 2, 11));

    [Fact]
    public void The_unassigned_agent_and_the_unknown_client_are_nobody()
    {
        var ticket = Ticket("""{"id":5,"client_id":1,"client_name":"Unknown","agent_id":1,"agent_name":"Unassigned","merged_into_id":4,"parent_id":3}""");

        (ticket.CompanyId, ticket.CompanyName, ticket.OwnerId, ticket.OwnerName, ticket.MergedIntoId, ticket.ParentTicketId).ShouldBe((null, null, null, null, "4", "3"));
    }

    [Theory]
    [InlineData("""{"id":1,"status_id":9,"dateclosed":"2025-05-02T11:00:00"}""", true, true)]
    [InlineData("""{"id":1,"status_id":9,"dateclosed":"1900-01-01T00:00:00"}""", true, false)]
    [InlineData("""{"id":1,"status_id":1,"dateclosed":"2025-05-02T11:00:00","hasbeenclosed":true}""", false, false)]
    [InlineData("""{"id":1,"status_id":77,"dateclosed":"2025-05-02T11:00:00"}""", true, true)]
    [InlineData("""{"id":1,"status_id":77}""", false, false)]
    public void Closed_is_what_the_status_says_and_the_date_where_it_says_nothing(string row, bool closed, bool dated)
    {
        var ticket = Ticket(row);

        (ticket.IsClosed, ticket.ClosedAt is not null).ShouldBe((closed, dated));
    }

    [Theory]
    [InlineData("Critical", "7", PriorityLevel.Critical)]
    [InlineData("P2 – High", null, PriorityLevel.High)]
    [InlineData(null, "3", PriorityLevel.Medium)]
    [InlineData("Whenever", "4", PriorityLevel.Low)]
    [InlineData("Whenever", "12", null)]
    public void Priorities_go_by_their_words_and_then_by_their_number(string? name, string? id, PriorityLevel? level) => HaloPsaMapping.Level(name, id).ShouldBe(level);

    [Theory]
    [InlineData("""{"id":3,"note":"Hello","hiddenfromuser":false,"who":"Ann","who_agentid":0,"actionby_user_id":7,"datetime":"2025-05-01T10:00:00"}""", false, true)]
    [InlineData("""{"id":3,"note":"Hello","hiddenfromuser":true,"who":"Ann","who_agentid":4,"actionby_user_id":0}""", true, false)]
    [InlineData("""{"id":3,"note":"Hello","who":"Ann"}""", true, false)]
    public void An_action_is_internal_unless_halo_says_that_users_see_it(string row, bool isInternal, bool fromContact)
    {
        var note = HaloPsaMapping.Action(Row(row), "2001");

        (note.ExternalId, note.TicketId, note.Text, note.AuthorName, note.IsInternal, note.IsFromContact).ShouldBe(("2001-3", "2001", "Hello", "Ann", isInternal, fromContact));
    }

    [Fact]
    public void A_client_names_the_ids_that_other_systems_know_it_by()
    {
        var company = HaloPsaMapping.Company(Row("""{"id":12,"name":"Acme","ref":"C1","inactive":true,"main_phonenumber":"1","website":"w","autotaskid":77,"connectwiseid":0,"alastupdate":"2025-05-02T11:00:00"}"""));

        (company.ExternalId, company.Name, company.Identifier, company.IsInactive, company.Phone, company.Website, company.VendorUpdatedAt).ShouldBe(("12", "Acme", "C1", true, "1", "w", Utc(2025, 5, 2, 11)));
        company.Extra.ShouldBe(new Dictionary<string, string?> { ["autotaskCompanyId"] = "77" }, ignoreOrder: true);
    }

    [Fact]
    public void A_user_without_first_and_last_name_keeps_its_name()
    {
        var contact = HaloPsaMapping.Contact(Row("""{"id":5,"name":"General User","client_id":12,"site_id":1012.0,"emailaddress":"","mobilenumber":"7","new_password":"x"}"""));

        (contact.LastName, contact.FirstName, contact.CompanyId, contact.Email, contact.Phone).ShouldBe(("General User", null, "12", null, "7"));
    }

    [Fact]
    public void An_agent_says_whether_it_is_a_program()
    {
        var agent = HaloPsaMapping.Agent(Row("""{"id":2,"name":"Portal API","firstname":"Portal","surname":"API","email":"p@x","initials":"PA","isdisabled":true,"isapiagent":true,"last_modified":"2025-05-02T11:00:00"}"""));

        (agent.FirstName, agent.LastName, agent.Identifier, agent.IsInactive, agent.IsApiUser).ShouldBe(("Portal", "API", "PA", true, true));
    }

    [Fact]
    public void What_one_wants_to_know_of_an_asset_stands_in_the_fields_of_its_type()
    {
        var device = HaloPsaMapping.Device(Row("""
            {"id":9,"inventory_number":"A-9","key_field":"WS-9","assettype_id":1,"assettype_name":"Workstation","client_id":12,"status_id":1,"status_name":"Active","username":"CORP\\ann","warranty_end":"1900-01-01T00:00:00",
             "users":[{"id":7,"name":"Ann"}],
             "fields":[{"id":1,"name":"Serial Number","value":"SN1"},{"name":"Model","value":"T14"},{"name":"Manufacturer","value":"Lenovo"},{"name":"Operating System","value":"Windows 11"},{"name":"MAC Address","value":"AA, BB"},{"name":"BIOS Password","value":"letmein"}]}
            """));

        (device.Name, device.TagNumber, device.SerialNumber, device.ModelNumber, device.Manufacturer, device.OsName, device.ContactId, device.WarrantyExpiresAt).ShouldBe(("WS-9", "A-9", "SN1", "T14", "Lenovo", "Windows 11", "7", null));
        device.MacAddresses.ShouldBe(["AA", "BB"]);
        Canonical.Json(device).ShouldNotContain("letmein");
    }

    [Theory]
    [InlineData("""{"id":1,"status_id":"x"}""", "status_id")]
    [InlineData("""{"id":1,"dateoccurred":"yesterday"}""", "dateoccurred")]
    [InlineData("""{"id":1,"customfields":{}}""", "customfields")]
    [InlineData("""{"summary":"no id"}""", "id")]
    public void A_wrong_field_is_named(string row, string field) => Should.Throw<FieldException>(() => Ticket(row)).Message.ShouldStartWith(field + ": ");

    private static Ticket Ticket(string json) => HaloPsaMapping.Ticket(Row(json), Statuses, id => $"https://acme.example/tickets?id={id}");

    private static JsonRow Row(string json) => new(JsonDocument.Parse(json).RootElement);

    private static DateTimeOffset Utc(int year, int month, int day, int hour) => new(year, month, day, hour, 0, 0, TimeSpan.Zero);
}
