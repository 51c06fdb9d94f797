using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MSPortal.Connectors.HaloPsa;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Connectors.HaloPsa.ScriptedHalo;

namespace MSPortal.Tests.Connectors.HaloPsa;

/// <summary>Which deliveries are Halo's own, what they are about, and how they are asked for.</summary>
public sealed class WebhookTests
{
    private static readonly WebhookEndpoint Endpoint = new(new Uri("https://portal.example/hooks/secret-path"), "the-secret-of-43-characters", null);

    private readonly ScriptedHalo vendor = new();
    private readonly List<JsonObject> webhooks = [];
    private readonly List<JsonObject> notifications = [];

    public WebhookTests() => vendor.Script = r => (r.Method, r.Path) switch
    {
        ("GET", "/Webhook") => Answer(200, new JsonArray([.. webhooks.Select(w => w.DeepClone())]).ToJsonString()),
        ("GET", "/Notification") => Answer(200, new JsonArray([.. notifications.Where(n => n["webhook_id"]!.ToString() == r["webhook_id"]).Select(w => w.DeepClone())]).ToJsonString()),
        ("POST", "/Webhook") => Answer(201, Save(webhooks, r.Body, "11111111-2222-3333-4444-555555555555")),
        ("POST", "/Notification") => Answer(201, Save(notifications, r.Body, notifications.Count + 1)),
        ("DELETE", _) when r.Path.StartsWith("/Webhook/", StringComparison.Ordinal) => Answer(webhooks.RemoveAll(w => w["id"]!.ToString() == r.Path[9..]) > 0 ? 200 : 404, ""),
        _ => null,
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"event":"Ticket Updated","object_id":42,"ticket":{"id":42,"summary":"x"}}""", "42")]
    [InlineData("""{"event":"New Action","object_id":7,"action":{"id":7,"ticket_id":43}}""", "43")]
    [InlineData("""{"object_id":44}""", "44")]
    [InlineData("""[{"ticket":{"id":42}},{"ticket":{"id":43}},{"ticket":{"id":42}}]""", "42,43")]
    [InlineData("""{"ticket":"odd"}""", "")]
    [InlineData("not json", "")]
    public async Task A_signed_delivery_says_which_tickets_to_read_again(string body, string tickets) =>
        (await ReadAsync(body, Sign(body, Endpoint.Secret))).ShouldBeOfType<WebhookVerdict.Genuine>().Hints
            .ShouldBe(tickets.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(id => new WebhookHint(DataType.Tickets, id)));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("§§§")]
    [InlineData("another key")]
    public async Task Everything_else_is_forged(string? how)
    {
        const string body = """{"ticket":{"id":42}}""";

        (await ReadAsync(body, how is "another key" ? Sign(body, how) : how)).ShouldBeOfType<WebhookVerdict.Forged>();
        (await ReadAsync(body + " ", Sign(body, Endpoint.Secret))).ShouldBeOfType<WebhookVerdict.Forged>();
    }

    [Fact]
    public async Task Provisioning_makes_a_signed_webhook_with_its_events_and_twice_is_no_more_than_once()
    {
        (await CheckAsync()).ShouldBe("HaloPSA has no webhook to this portal.");

        var state = await ProvisionAsync();
        await ProvisionAsync();

        state.ShouldBe("11111111-2222-3333-4444-555555555555");
        var made = webhooks.ShouldHaveSingleItem();
        (made["url"]!.ToString(), made["active"]!.GetValue<bool>(), made["authentication_type"]!.GetValue<int>(), made["basic_password"]!.ToString()).ShouldBe(("https://portal.example/hooks/secret-path", true, 3, Endpoint.Secret));
        notifications.Select(n => n["eventno"]!.GetValue<int>()).ShouldBe([3, 61]);
        (await CheckAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task What_was_switched_off_led_elsewhere_or_was_taken_off_is_noticed_and_mended()
    {
        await ProvisionAsync();
        webhooks[0]["active"] = false;
        (await CheckAsync()).ShouldBe("HaloPSA's webhook to this portal is switched off.");
        await ProvisionAsync();
        webhooks[0]["url"] = "https://old.example/hooks/secret-path";
        (await CheckAsync()).ShouldBe("HaloPSA's webhook to this portal was changed.");
        await ProvisionAsync();
        notifications.RemoveAt(1);
        (await CheckAsync()).ShouldBe("HaloPSA's webhook to this portal no longer announces: ticket updated.");
        await ProvisionAsync();

        (await CheckAsync()).ShouldBeNull();
        webhooks.Count.ShouldBe(1);
        notifications.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Removing_takes_off_ours_and_nobody_elses()
    {
        webhooks.Add(new JsonObject { ["id"] = "other", ["url"] = "https://elsewhere.example/hooks/x", ["active"] = true });
        await ProvisionAsync();

        await HaloPsaWebhooks.Support.Remove!(vendor.Session(), Endpoint, Ct);
        await HaloPsaWebhooks.Support.Remove!(vendor.Session(), Endpoint, Ct);

        webhooks.Select(w => w["id"]!.ToString()).ShouldBe(["other"]);
    }

    [Fact]
    public async Task A_missing_permission_is_named()
    {
        vendor.Script = r => r.Path == "/Webhook" ? Answer(403, "") : null;

        (await Should.ThrowAsync<FaultException>(ProvisionAsync)).Fault.ShouldBe(new Fault.PermissionMissing(HaloPsaPermissions.Webhooks));
    }

    private static string Save(List<JsonObject> rows, string body, JsonNode id)
    {
        var given = JsonNode.Parse(body)!.AsArray().ShouldHaveSingleItem()!.AsObject();
        var before = given["id"] is { } known ? rows.Single(r => r["id"]!.ToString() == known.ToString()) : null;
        var row = (JsonObject)(before ?? new JsonObject { ["id"] = id });
        foreach (var (name, value) in given)
        {
            row[name] = value?.DeepClone();
        }

        if (before is null)
        {
            rows.Add(row);
        }

        return new JsonObject { ["id"] = row["id"]!.DeepClone() }.ToJsonString();
    }

    private static string Sign(string body, string key) => Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(body)));

    private Task<string?> ProvisionAsync() => HaloPsaWebhooks.Support.Provision!(vendor.Session(), Endpoint, Ct);

    private Task<string?> CheckAsync() => HaloPsaWebhooks.Support.Check!(vendor.Session(), Endpoint, Ct);

    private Task<WebhookVerdict> ReadAsync(string body, string? signature)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (signature is not null)
        {
            headers["x-msportal-signature"] = signature;
        }

        return HaloPsaWebhooks.Support.Read(vendor.Session(), Endpoint, new WebhookDelivery(Encoding.UTF8.GetBytes(body), headers, ""), Ct);
    }
}
