using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.Microsoft365;

/// <summary>Clients are those that the partner's relationships name and those that are connected on their own; what may not be known proves nothing.</summary>
public sealed class CompanyTests
{
    private const string List = "/v1.0/tenantRelationships/delegatedAdminCustomers";
    private const string Other = "33333333-3333-4333-8333-333333333333";

    [Fact]
    public async Task Listed_and_connected_clients_come_once_each_with_their_main_domain()
    {
        var graph = Graph(c => c.Path switch
        {
            List => GraphScript.List(Customer(GraphScript.Client, "Contoso") + "," + Customer(GraphScript.Id(7), "Fabrikam")),
            "/v1.0/contracts" => GraphScript.List($$"""{"customerId":"{{GraphScript.Client}}","defaultDomainName":"contoso.com"}"""),
            "/v1.0/organization" when c.Token == $"token-of-{Other}" => GraphScript.List($$"""{"id":"{{Other}}","displayName":"Tailspin","verifiedDomains":[{"name":"tailspin.com","isDefault":true}]}"""),
            _ => null,
        });
        graph.Partitions.AddRange([new(GraphScript.Client, "Old name", "old.example"), new(Other, "Old name", "old.example")]);

        var pages = await graph.ReadAsync(DataType.Companies);

        pages[^1].Complete.ShouldBeTrue();
        pages.SelectMany(p => p.Rows).Cast<ExternalCompany>().Select(c => (c.ExternalId, c.Name, c.Identifier, c.Website)).ShouldBe(
            [(GraphScript.Id(7), "Fabrikam", null, null), (GraphScript.Client, "Contoso", "contoso.com", null), (Other, "Tailspin", "tailspin.com", null)]);
    }

    [Theory]
    [InlineData(403, "Authorization_RequestDenied")]
    [InlineData(404, "Request_ResourceNotFound")]
    [InlineData(400, "BadRequest")]
    public async Task Without_the_list_there_are_the_connected_ones_and_of_the_others_nothing_is_concluded(int status, string code)
    {
        var graph = Graph(c => c.Path.StartsWith(List, StringComparison.Ordinal) ? GraphScript.Error(status, code)
            : c.Token == $"token-of-{GraphScript.Own}" && c.Path == "/v1.0/organization" ? GraphScript.List($$"""{"id":"{{GraphScript.Own}}","displayName":"MSP"}""")
            : null);
        graph.Partitions.Add(new(Other, "Tailspin", "tailspin.com"));

        var pages = await graph.ReadAsync(DataType.Companies);
        var results = await graph.ByIdsAsync(DataType.Companies, GraphScript.Client, Other);
        var area = (await graph.Connector.TestAsync(graph.Session(), TestContext.Current.CancellationToken)).Areas.Single();

        pages.SelectMany(p => p.Rows).Select(r => r.ExternalId).ShouldBe([Other]);
        results.Select(r => r.GetType()).ShouldBe([typeof(ReadResult.Unknown), typeof(ReadResult.Present)]);
        (area.Outcome, area.Required).ShouldBe((AreaOutcome.Granted, true));
        area.Detail.ShouldNotBeNull().ShouldContain("DelegatedAdminRelationship.Read.All");
    }

    [Theory]
    [InlineData("refused")]
    [InlineData("forbidden")]
    [InlineData("down")]
    public async Task A_client_in_trouble_is_called_as_it_was_called_last(string trouble)
    {
        var graph = Graph(c => c.Path.Contains(Other, StringComparison.Ordinal) && trouble == "refused" ? GraphScript.Refusal(700016)
            : c.Path == "/v1.0/organization" ? GraphScript.Error(trouble == "down" ? 500 : 403, "x") : null);
        graph.Partitions.Add(new(Other, "Tailspin", "tailspin.com"));

        var pages = await graph.ReadAsync(DataType.Companies);

        pages.SelectMany(p => p.Rows).Cast<ExternalCompany>().Select(c => (c.ExternalId, c.Name, c.Identifier)).ShouldBe([(Other, "Tailspin", "tailspin.com")]);
    }

    [Fact]
    public async Task A_pause_for_one_client_is_none_for_the_others()
    {
        var graph = Graph(c => c.Path == "/v1.0/organization" ? GraphScript.Error(429, "TooManyRequests") : null);
        graph.Partitions.Add(new(Other, "Tailspin", null));

        (await graph.ReadAsync(DataType.Companies)).SelectMany(p => p.Rows).Cast<ExternalCompany>().Single(c => c.ExternalId == Other).Name.ShouldBe("Tailspin");
    }

    [Fact]
    public async Task A_client_is_gone_only_by_a_plain_word_while_the_list_answers()
    {
        var graph = Graph(c => c.Path == List ? GraphScript.List(Customer(GraphScript.Client, "Contoso"))
            : c.Path == $"{List}/{Other}" ? GraphScript.Error(404, "Request_ResourceNotFound")
            : c.Path == $"{List}/{GraphScript.Id(7)}" ? GraphScript.Answer(404, "<html>", "text/html")
            : null);

        (await graph.ByIdsAsync(DataType.Companies, GraphScript.Client, Other, GraphScript.Id(7), "no id")).Select(r => r.GetType())
            .ShouldBe([typeof(ReadResult.Present), typeof(ReadResult.Gone), typeof(ReadResult.Unknown), typeof(ReadResult.Unknown)]);
    }

    [Fact]
    public async Task Many_clients_come_in_pages_and_a_pass_goes_on_from_any()
    {
        var graph = Graph(c => c.Path == List && c.Query("page") is null
            ? GraphScript.List(string.Join(',', Enumerable.Range(1, 30).Select(i => Customer(GraphScript.Id(i), $"C{i}"))), $"\"@odata.nextLink\":\"https://graph.microsoft.com{List}?page=2\",")
            : c.Path == List ? GraphScript.List(string.Join(',', Enumerable.Range(31, 20).Select(i => Customer(GraphScript.Id(i), $"C{i}"))))
            : null);

        var pages = await graph.ReadAsync(DataType.Companies);
        var rest = await graph.ReadAsync(DataType.Companies, cursor: pages[0].Next);

        pages.Select(p => (p.Rows.Count, p.Complete)).ShouldBe([(20, false), (20, false), (10, true)]);
        rest.SelectMany(p => p.Rows).Select(r => r.ExternalId).ShouldBe(Enumerable.Range(21, 30).Select(GraphScript.Id));
    }

    private static GraphScript Graph(Func<GraphScript.Call, HttpResponseMessage?> script) => new() { Script = script };

    private static string Customer(string id, string name) => $$"""{"id":"{{id}}","tenantId":"{{id}}","displayName":"{{name}}"}""";
}
