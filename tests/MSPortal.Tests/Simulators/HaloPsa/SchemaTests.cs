using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.HaloPsa;

/// <summary>What is served fits the vendor's own description of its records.</summary>
public sealed class SchemaTests(RunningHalo halo) : IClassFixture<RunningHalo>
{
    [Theory]
    [InlineData("Tickets?pageinate=true&page_size=100&page_no=1&includestatus=true&includetickettype=true&includeagent=true", "tickets", "Faults_List")]
    [InlineData("Client?count=100&includeactive=true&includeinactive=true", "clients", "Area")]
    [InlineData("Site?count=100", "sites", "Site")]
    [InlineData("Users?count=100", "users", "Users")]
    [InlineData("Asset?count=100&assettype_id=1&includeassetfields=true&includeuser=true", "assets", "Device")]
    [InlineData("Agent?includedisabled=true", null, "Uname")]
    [InlineData("Team?includedisabled=true", null, "SectionDetail")]
    [InlineData("TicketType?showinactive=true", null, "RequestType")]
    [InlineData("Status?type=ticket", null, "TStatus")]
    [InlineData("Priority", null, "Policy")]
    [InlineData("SLA", null, "SlaHead")]
    [InlineData("Category?type_id=2", null, "CategoryDetail")]
    [InlineData("AssetType", null, "Xtype")]
    [InlineData("TimesheetEvent?start_date=2025-01-01&end_date=2026-12-31", null, "TimesheetEvent")]
    public async Task Records_fit_the_vendors_description(string path, string? envelope, string schema)
    {
        var description = Description.Require();
        var answer = await halo.JsonAsync(path);

        var rows = (envelope is null ? answer : answer[envelope])!.AsArray();

        rows.Count.ShouldBeGreaterThan(0);
        description.Misfits(rows, schema).ShouldBeEmpty();
    }

    [Fact]
    public async Task Actions_fit_it_too()
    {
        var description = Description.Require();
        var ticket = (await halo.TruthAsync("actions"))[0]!["ticket_id"]!;

        // Every client reads who it was, though the description does not know it.
        description.Misfits((await halo.JsonAsync($"Actions?ticket_id={ticket}"))["actions"]!.AsArray(), "Actions").ShouldBe(["Actions/who is not described"]);
    }

    [Theory]
    [InlineData("""{"id":"7"}""", "id")]
    [InlineData("""{"id":1,"label":"x"}""", "label")]
    [InlineData("""{"id":1,"onhold":"no"}""", "onhold")]
    [InlineData("""{"id":1,"last_update":"yesterday"}""", "last_update")]
    public void A_misfit_is_noticed(string row, string named) =>
        Description.Require().Misfits([JsonNode.Parse(row)], "Faults_List").ShouldHaveSingleItem().ShouldContain(named);

    [Theory]
    [InlineData("http://x/api/Tickets?page_size=many", "page_size=many is no int")]
    [InlineData("http://x/api/Tickets?paginate=true", "paginate=true is not described")]
    [InlineData("http://x/api/NoSuchThing", "is not described")]
    public void A_request_that_the_vendor_does_not_know_is_noticed(string uri, string said) =>
        Description.Require().Breaks("GET", new Uri(uri)).ShouldHaveSingleItem().ShouldContain(said);
}
