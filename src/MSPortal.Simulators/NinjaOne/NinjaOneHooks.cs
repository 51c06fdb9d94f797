using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.NinjaOne;

/// <summary>The one webhook of the client app: activities that it asked for are posted with the headers that it gave.</summary>
internal sealed class NinjaOneHooks : IDisposable
{
    private readonly NinjaOneVendor vendor;
    private readonly Channel<(JsonObject Webhook, string Body)> queue = Channel.CreateUnbounded<(JsonObject Webhook, string Body)>();
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(20) };
    private readonly CancellationTokenSource stop = new();
    private long activity = 1_000_000;

    public NinjaOneHooks(NinjaOneVendor vendor)
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

    /// <summary>Called under the gate, when a device or an alert was made, changed or ended.</summary>
    public void Announce(string kind, JsonObject row, string status)
    {
        if (kind is not ("devices" or "alerts") || vendor.World["webhooks"].Find(1) is not { } webhook)
        {
            return;
        }

        var type = kind == "alerts" ? "CONDITION" : "SYSTEM";
        if (webhook["activities"] is JsonObject wanted && wanted[type] is JsonArray codes && codes.Any(c => c?.ToString() is { } code && (code == "*" || code == status)))
        {
            queue.Writer.TryWrite(((JsonObject)webhook.DeepClone(), Activity(kind, row, type, status).ToJsonString()));
        }
    }

    private JsonObject Activity(string kind, JsonObject row, string type, string status)
    {
        var isAlert = kind == "alerts";
        return new JsonObject
        {
            ["id"] = ++activity,
            ["activityTime"] = NinjaOneSeed.Seconds(vendor.Clock.GetUtcNow()),
            ["deviceId"] = row.Whole(isAlert ? "deviceId" : "id"),
            ["severity"] = "NONE",
            ["priority"] = "NONE",
            ["seriesUid"] = isAlert ? row.Text("uid") : null,
            ["activityType"] = type,
            ["statusCode"] = status,
            ["status"] = status.Replace('_', ' ').ToLowerInvariant(),
            ["activityResult"] = "SUCCESS",
            ["subject"] = isAlert ? row.Text("subject") : "Device",
            ["message"] = isAlert ? row.Text("message") : "Device changed",
            ["type"] = isAlert ? "Condition" : "System",
            ["data"] = new JsonObject(),
        };
    }

    private async Task DeliverAsync()
    {
        try
        {
            await foreach (var (webhook, body) in queue.Reader.ReadAllAsync(stop.Token))
            {
                var status = await PostAsync(webhook, body);
                lock (vendor.Gate)
                {
                    var deliveries = vendor.World["deliveries"];
                    deliveries.Put(deliveries.NextId, new JsonObject { ["id"] = deliveries.NextId, ["url"] = webhook.Text("url"), ["body"] = body, ["status"] = status });
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The simulator ends.
        }
    }

    private async Task<int> PostAsync(JsonObject webhook, string body)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Text("url")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            foreach (var header in (webhook["headers"] as JsonArray ?? []).OfType<JsonObject>())
            {
                request.Headers.TryAddWithoutValidation(header.Text("name") ?? "X", header.Text("value"));
            }

            using var response = await http.SendAsync(request, stop.Token);
            return (int)response.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or UriFormatException or InvalidOperationException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            return 0;
        }
    }
}
