using System.Text;
using System.Text.Json.Nodes;
using MSPortal.Connectors.NinjaOne;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Tests.Connectors.Contract;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.NinjaOne;

/// <summary>The one webhook of a client app: set up with a secret of ours, believed only with it, and taken as a hint.</summary>
public sealed class WebhookTests(AllSimulators vendors) : IClassFixture<AllSimulators>
{
    private const string Secret = "s3cr3t-of-ours-0123456789";

    private static readonly WebhookEndpoint Endpoint = new(new Uri("https://portal.example/hooks/abc"), Secret, null);

    private static readonly WebhookSupport Hooks = NinjaOneWebhooks.Support;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_set_up_with_our_header_once_or_twice_and_taken_off_again()
    {
        await using var bench = await StartAsync();

        await Hooks.Provision!(bench.Session(), Endpoint, Stop);
        await Hooks.Provision(bench.Session(), Endpoint, Stop);

        var webhook = (await TruthAsync("webhooks")).ShouldHaveSingleItem()!;
        webhook["url"]!.ToString().ShouldBe(Endpoint.Address.AbsoluteUri);
        webhook["headers"]!.AsArray().Select(h => (h!["name"]!.ToString(), h["value"]!.ToString())).ShouldBe([(NinjaOneWebhooks.SecretHeader, Secret)]);
        webhook["activities"]!["SYSTEM"]!.AsArray().Select(a => a!.ToString()).ShouldContain("NODE_DELETED");

        await Hooks.Remove!(bench.Session(), Endpoint, Stop);
        await Hooks.Remove(bench.Session(), Endpoint, Stop);
        (await TruthAsync("webhooks")).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_app_that_no_system_administrator_made_is_told_so_in_words()
    {
        await using var bench = await StartAsync();
        await vendors.ControlAsync("ninjaone", HttpMethod.Post, "set/credentials", new { byAdministrator = false });
        var refused = await Should.ThrowAsync<FaultException>(() => Hooks.Provision!(bench.Session(), Endpoint, Stop));
        await vendors.ControlAsync("ninjaone", HttpMethod.Post, "set/credentials", new { byAdministrator = true });

        refused.Fault.Sentence.ShouldContain("system administrator");
        refused.Fault.ShouldBeOfType<Fault.PermissionMissing>();
    }

    [Theory]
    [InlineData("NODE_UPDATED", "SYSTEM", DataType.Devices, "7", false)]
    [InlineData("NODE_CREATED", "SYSTEM", DataType.Devices, "7", false)]
    [InlineData("NODE_DELETED", "SYSTEM", DataType.Devices, "7", true)]
    [InlineData("TRIGGERED", "CONDITION", DataType.Alerts, "7:u-1", false)]
    [InlineData("RESET", "CONDITION", DataType.Alerts, "7:u-1", true)]
    [InlineData("RESET_BY_PSA_TICKET_CALLBACK", "CONDITION", DataType.Alerts, "7:u-1", true)]
    public async Task An_activity_says_what_to_read_again(string status, string type, DataType about, string id, bool deleted)
    {
        var body = $$"""{"id":1,"activityTime":1772366400.5,"deviceId":7,"seriesUid":"u-1","activityType":"{{type}}","statusCode":"{{status}}","message":"x"}""";

        foreach (var sent in new[] { body, $"[{body},{body}]" })
        {
            (await ReadAsync(sent, Secret)).ShouldBeOfType<WebhookVerdict.Genuine>().Hints.ShouldBe([new WebhookHint(about, id, deleted)]);
        }
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"deviceId":"x"}""")]
    [InlineData("""{"deviceId":null,"activityType":"SYSTEM"}""")]
    public async Task What_is_about_no_device_is_taken_and_asks_for_nothing(string body) =>
        (await ReadAsync(body, Secret)).ShouldBeOfType<WebhookVerdict.Genuine>().Hints.ShouldBeEmpty();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("s3cr3t-of-ours-012345678")]
    [InlineData("S3CR3T-OF-OURS-0123456789")]
    public async Task Without_our_secret_it_is_nobodys(string? header) =>
        (await ReadAsync("""{"deviceId":7}""", header)).ShouldBeOfType<WebhookVerdict.Forged>();

    [Fact]
    public void Everything_that_is_announced_can_be_read_alone()
    {
        var streams = new NinjaOneConnector().Streams;
        Hooks.DataTypes.ShouldAllBe(t => streams.Single(s => s.DataType == t).ReadByIds != null);
    }

    private static Task<WebhookVerdict> ReadAsync(string body, string? header)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (header is not null)
        {
            headers[NinjaOneWebhooks.SecretHeader] = header;
        }

        return Hooks.Read(null!, Endpoint, new WebhookDelivery(Encoding.UTF8.GetBytes(body), headers, ""), Stop);
    }

    private Task<ConnectorBench> StartAsync() => ConnectorBench.StartAsync(vendors, "ninjaone");

    private async Task<JsonArray> TruthAsync(string kind) => (await vendors.ControlAsync("ninjaone", HttpMethod.Get, $"records/{kind}"))!.AsArray();
}
