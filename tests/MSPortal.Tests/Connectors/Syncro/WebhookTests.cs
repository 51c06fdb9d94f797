using System.Text;
using System.Text.Json;
using MSPortal.Connectors.Syncro;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.Syncro;

/// <summary>Deliveries are believed for their address, and nothing is taken from them but which record to read.</summary>
public sealed class WebhookTests
{
    private const string Ticket = """{"text":"Ticket 1001 changed","html":"<b>x</b>","link":"https://acme.syncromsp.com/tickets/5","attributes":{"id":5,"number":1001,"status":"New","customer_business_then_name":"Acme"}}""";

    [Theory]
    [InlineData(Ticket, DataType.Tickets, "5")]
    [InlineData("""{"attributes":{"id":77,"ticket_id":5,"subject":"Update","body":"Hello"}}""", DataType.Tickets, "5")]
    [InlineData("""{"attributes":{"id":9,"computer_name":"WS-1","formatted_output":"offline","resolved":"True","asset_id":"70001","customer":{"id":3}}}""", DataType.Devices, "70001")]
    [InlineData("""{"attributes":{"id":70001,"name":"WS-1","customer_id":3,"asset_type":"Syncro Device"}}""", DataType.Devices, "70001")]
    [InlineData("""{"attributes":{"id":3,"business_then_name":"Acme","email":"a@acme.example"}}""", DataType.Companies, "3")]
    [InlineData("""{"attributes":{"id":"12","name":"Boba Fett","customer_id":3,"email":"b@acme.example"}}""", DataType.Contacts, "12")]
    public async Task A_record_is_known_by_its_fields(string body, DataType type, string id) =>
        (await ReadAsync(body)).Hints.ShouldBe([new WebhookHint(type, id)]);

    [Fact]
    public async Task Json_inside_a_json_text_is_read_too() =>
        (await ReadAsync(JsonSerializer.Serialize(Ticket))).Hints.ShouldBe([new WebhookHint(DataType.Tickets, "5")]);

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("[1]")]
    [InlineData("{}")]
    [InlineData("""{"attributes":[1]}""")]
    [InlineData("""{"attributes":{"id":5}}""")]
    [InlineData("""{"attributes":{"id":8,"name":"Contract","customer_id":3}}""")]
    [InlineData("""{"attributes":{"id":-5,"number":1001,"subject":"x"}}""")]
    [InlineData("""{"attributes":{"id":"5; drop","number":1001,"subject":"x"}}""")]
    [InlineData("""{"attributes":{"number":1001,"subject":"x"}}""")]
    [InlineData("""{"attributes":{"id":9,"computer_name":"WS-1","resolved":true}}""")]
    [InlineData("""{"attributes":{"id":"\ud83d","number":1001,"subject":"\ud83d"}}""")]
    public async Task What_is_of_no_interest_is_answered_all_the_same(string body) => (await ReadAsync(body)).Hints.ShouldBeEmpty();

    [Fact]
    public async Task A_text_inside_a_text_inside_a_text_has_an_end()
    {
        var body = Ticket;
        for (var i = 0; i < 5; i++)
        {
            body = JsonSerializer.Serialize(body);
        }

        (await ReadAsync(body)).Hints.ShouldBeEmpty();
    }

    [Fact]
    public void Everything_that_is_announced_can_be_read_alone_and_a_person_is_told_what_to_do()
    {
        var connector = new SyncroConnector();

        connector.Streams.Where(s => connector.Webhooks!.DataTypes.Contains(s.DataType)).Count(s => s.ReadByIds is not null).ShouldBe(connector.Webhooks!.DataTypes.Count);
        (connector.Webhooks.Provision, connector.Webhooks.ByHand).ShouldSatisfyAllConditions(w => w.Provision.ShouldBeNull(), w => w.ByHand!.ShouldContain("Notification Center"));
    }

    private static async Task<WebhookVerdict.Genuine> ReadAsync(string body)
    {
        var endpoint = new WebhookEndpoint(new Uri("https://portal.example/hooks/secret"), "secret", null);
        var delivery = new WebhookDelivery(Encoding.UTF8.GetBytes(body), new Dictionary<string, string>(), "");
        return (await new SyncroConnector().Webhooks!.Read(new SyncroScript().Session(), endpoint, delivery, TestContext.Current.CancellationToken)).ShouldBeOfType<WebhookVerdict.Genuine>();
    }
}
