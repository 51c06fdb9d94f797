using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Syncro;

/// <summary>The Notification Center: says what happened once, unsigned, and never again when nobody listens.</summary>
internal sealed class SyncroNotices : IDisposable
{
    private readonly SyncroVendor vendor;
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly Channel<(Uri To, string Body, long Notice)> queue = Channel.CreateUnbounded<(Uri, string, long)>();
    private readonly CancellationTokenSource stop = new();

    public SyncroNotices(SyncroVendor vendor)
    {
        this.vendor = vendor;
        _ = Task.Run(SendAsync);
    }

    /// <summary>Where a person at the vendor has it sent to; null: nowhere.</summary>
    public Uri? Url { get; set; }

    /// <summary>Whether bodies are JSON inside a JSON text, as some accounts send them.</summary>
    public bool Wrapped { get; set; }

    /// <summary>To be called under the gate.</summary>
    public void Announce(string kind, JsonObject row, string what)
    {
        if (Url is not { } to || kind is not ("tickets" or "customers" or "contacts" or "assets" or "comments"))
        {
            return;
        }

        var text = $"{kind} {row.Whole("id")} {what}";
        var body = new JsonObject
        {
            ["text"] = text,
            ["html"] = $"<p>{text}</p>",
            ["link"] = $"https://{vendor.Subdomain}.syncromsp.com/{kind}/{row.Whole("id")}",
            ["attributes"] = kind == "comments" ? SyncroShapes.Comment(vendor, row) : SyncroShapes.InList(vendor, kind, row),
        }.ToJsonString();
        var notice = vendor.World["notices"].NextId;
        vendor.World["notices"].Put(notice, new JsonObject { ["id"] = notice, ["text"] = text, ["status"] = null });
        var sent = Wrapped ? JsonValue.Create(body).ToJsonString() : body;
        if (vendor.Options.Outbox is { } outbox)
        {
            outbox(new HttpRequestMessage(HttpMethod.Post, to) { Content = new StringContent(sent, Encoding.UTF8, "application/json") });
        }
        else
        {
            queue.Writer.TryWrite((to, sent, notice));
        }
    }

    public void Dispose()
    {
        stop.Cancel();
        client.Dispose();
        stop.Dispose();
    }

    private async Task SendAsync()
    {
        try
        {
            await foreach (var (to, body, notice) in queue.Reader.ReadAllAsync(stop.Token))
            {
                var status = await SendAsync(to, body);
                lock (vendor.Gate)
                {
                    vendor.World["notices"].Get(notice)["status"] = status;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The vendor is closed.
        }
    }

    /// <returns>0: nobody answered.</returns>
    private async Task<int> SendAsync(Uri to, string body)
    {
        try
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var response = await client.PostAsync(to, content, stop.Token);
            return (int)response.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            return 0;
        }
    }
}
