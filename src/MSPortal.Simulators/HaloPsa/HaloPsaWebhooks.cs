using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.HaloPsa;

/// <summary>Webhooks and the notifications that feed them: what happens to tickets is posted, signed as the webhook says.</summary>
internal sealed class HaloPsaWebhooks : IDisposable
{
    private const int NewTicket = 3;
    private const int TicketUpdated = 61;

    private readonly HaloPsaVendor vendor;
    private readonly Channel<Delivery> queue = Channel.CreateUnbounded<Delivery>();
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(20) };
    private readonly CancellationTokenSource stop = new();

    public HaloPsaWebhooks(HaloPsaVendor vendor)
    {
        this.vendor = vendor;
        _ = DeliverAsync();
    }

    public void Dispose()
    {
        stop.Cancel();
        http.Dispose();
        stop.Dispose();
    }

    /// <summary>Called under the gate, when a ticket was made or changed.</summary>
    public void Announce(JsonObject ticket, bool isNew)
    {
        var number = isNew ? NewTicket : TicketUpdated;
        foreach (var notification in vendor.World["notifications"].Rows.Where(n => n.Whole("eventno") == number && n.Whole("delivery_method") == 6))
        {
            if (vendor.World["webhooks"].Rows.FirstOrDefault(w => w.Text("id") == notification.Text("webhook_id")) is { } webhook && webhook.Flag("active"))
            {
                var delivery = new Delivery((JsonObject)webhook.DeepClone(), Payload(webhook, notification, ticket, isNew));
                if (vendor.Options.Outbox is { } outbox)
                {
                    outbox(Request(delivery));
                }
                else
                {
                    queue.Writer.TryWrite(delivery);
                }
            }
        }
    }

    public JsonAnswer Answer(VendorRequest request, string kind, string? id)
    {
        var table = vendor.World[kind];
        JsonObject? Find(string? wanted) => table.Rows.FirstOrDefault(r => r["id"]?.ToString() == wanted);
        switch (request.Method, id)
        {
            case ("GET", null):
                var webhook = request.Query("webhook_id");
                return JsonAnswer.List([.. table.Rows.Where(r => webhook is null || r.Text("webhook_id") == webhook).Select(Shown)], kind);
            case ("GET", _):
                return Find(id) is { } row ? JsonAnswer.One(Shown(row), kind) : JsonAnswer.Nothing(404);
            case ("POST", null):
                return Save(request, kind, table);
            case ("DELETE", not null) when Find(id) is { } gone:
                table.Remove(table.Rows.Where(r => r == gone).Select(r => r.Whole("key")).First());
                return JsonAnswer.Json(new JsonObject { ["id"] = gone["id"]?.DeepClone() });
            default:
                return JsonAnswer.Nothing(404);
        }
    }

    private static JsonAnswer Save(VendorRequest request, string kind, JsonTable table)
    {
        if (JsonNode.Parse(request.Body) is not JsonArray { Count: 1 } rows || rows[0] is not JsonObject given)
        {
            return JsonAnswer.Json(new JsonObject { [""] = new JsonArray("The JSON value could not be converted to a list.") }, 400);
        }

        var before = table.Rows.FirstOrDefault(r => r["id"]?.ToString() == given["id"]?.ToString());
        var row = (before ?? new JsonObject { ["active"] = true }).Over(given);
        var key = before?.Whole("key") ?? table.NextId;
        row["key"] = key;
        row["id"] = before?["id"]?.DeepClone() ?? (kind == "webhooks" ? JsonValue.Create(Guid.NewGuid().ToString()) : JsonValue.Create(key));
        table.Put(key, row);
        return JsonAnswer.Json(Shown(row), 201);
    }

    /// <summary>Secrets are taken, and never shown again.</summary>
    private static JsonObject Shown(JsonObject row) => new(row.Where(p => p.Key is not ("basic_password" or "key")).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));

    private string Payload(JsonObject webhook, JsonObject notification, JsonObject ticket, bool isNew) => new JsonObject
    {
        ["id"] = Guid.NewGuid().ToString(),
        ["notification_id"] = notification.Whole("id"),
        ["webhook_id"] = webhook.Text("id"),
        ["event"] = isNew ? "New Ticket Logged" : "Ticket Updated",
        ["object_id"] = ticket.Whole("id"),
        ["timestamp"] = HaloPsaShapes.Stamp(vendor.Clock.GetUtcNow()),
        ["ticket"] = ticket.DeepClone(),
    }.ToJsonString();

    private async Task DeliverAsync()
    {
        try
        {
            await foreach (var delivery in queue.Reader.ReadAllAsync(stop.Token))
            {
                var (status, error) = await PostAsync(delivery);
                lock (vendor.Gate)
                {
                    var events = vendor.World["webhookevents"];
                    events.Put(events.NextId, new JsonObject
                    {
                        ["id"] = events.NextId, ["webhook_id"] = delivery.Webhook.Text("id"), ["requestbody"] = delivery.Body, ["responsestatus"] = status, ["error"] = error,
                    });
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The simulator ends.
        }
    }

    private async Task<(int Status, string? Error)> PostAsync(Delivery delivery)
    {
        try
        {
            using var request = Request(delivery);
            using var response = await http.SendAsync(request, stop.Token);
            return ((int)response.StatusCode, null);
        }
        catch (Exception e) when (e is HttpRequestException or UriFormatException or InvalidOperationException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            return (0, e.Message);
        }
    }

    private static HttpRequestMessage Request(Delivery delivery)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, delivery.Webhook.Text("url")) { Content = new StringContent(delivery.Body, Encoding.UTF8, "application/json") };
        Sign(request, delivery);
        return request;
    }

    private static void Sign(HttpRequestMessage request, Delivery delivery)
    {
        var (webhook, secret) = (delivery.Webhook, delivery.Webhook.Text("basic_password") ?? "");
        switch (webhook.Whole("authentication_type"))
        {
            case 1:
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{webhook.Text("basic_username")}:{secret}")));
                break;
            case 3:
                var signature = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(delivery.Body)));
                request.Headers.TryAddWithoutValidation(webhook.Text("authentication_header") ?? "Token", webhook.Text("signature_prefix") + signature);
                break;
            default:
                break;
        }
    }

    private sealed record Delivery(JsonObject Webhook, string Body);
}
