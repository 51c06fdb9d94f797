using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Autotask;

/// <summary>One attempt to deliver; a status of null: nobody answered.</summary>
internal sealed record AutotaskDelivery(string Url, string Entity, long Id, string Action, int? Status, int Attempt);

/// <summary>Delivers events in the order of each webhook, signed, several times when it must, and gives up on those who do not answer.</summary>
internal sealed class AutotaskHooks(AutotaskVendor vendor) : IDisposable
{
    /// <summary>The resource that belongs to the API user: who excludes it hears nothing of its own changes.</summary>
    public const long ApiResource = 29_682_999;

    private const int Attempts = 5;
    private const int FailuresUntilDisabled = 25;

    /// <summary>Everything but plain letters is written as \uXXXX, and the signature is about those very bytes.</summary>
    private static readonly JsonSerializerOptions Escaped = new() { Encoder = JavaScriptEncoder.Default };

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<(string Kind, long Id), Channel<Event>> queues = new();
    private readonly ConcurrentDictionary<(string Kind, long Id), int> sequences = new();
    private readonly ConcurrentDictionary<(string Kind, long Id), int> failures = new();

    public ConcurrentQueue<AutotaskDelivery> Deliveries { get; } = new();

    private sealed record Event(JsonObject Hook, string Action, long Id, byte[] Body);

    public void Announce(string kind, string action, JsonObject row, bool byApi, IEnumerable<string>? changed = null)
    {
        var (hooks, entity) = kind.ToLowerInvariant() switch { "tickets" => ("ticketWebhooks", "Ticket"), "companies" => ("companyWebhooks", "Account"), _ => ("", "") };
        if (hooks.EndsWith("ebhooks", StringComparison.Ordinal))
        {
            var names = changed?.ToHashSet(StringComparer.Ordinal);
            foreach (var hook in vendor.World[hooks].Rows.Where(h => Wants(h, hooks, action, byApi, names)).ToList())
            {
                Send(hooks, hook, action, row.Whole("id"), entity, Fields(hooks, hook, row, names));
            }
        }
        else if (kind.ToLowerInvariant() is "ticketwebhooks" or "companywebhooks" && (action == "Delete" || (action == "Update" && !row.Flag("isActive"))))
        {
            Deactivate(kind, row);
        }
    }

    public void Dispose()
    {
        stopping.Cancel();
        http.Dispose();
        stopping.Dispose();
    }

    private bool Wants(JsonObject hook, string hooks, string action, bool byApi, HashSet<string>? changed)
    {
        var single = hooks[..^1];
        return hook.Flag("isActive") && hook.Flag("isReady") && hook.Flag($"isSubscribedTo{action}Events")
            && !(byApi && vendor.World[single + "ExcludedResources"].Rows.Any(e => e.Whole("webhookID") == hook.Whole("id") && e.Whole("resourceID") == ApiResource))
            && (changed is null || Subscribed(hooks, hook).Any(f => f.Subscribed && changed.Contains(f.Name)));
    }

    private IEnumerable<(string Name, bool Subscribed, bool Always)> Subscribed(string hooks, JsonObject hook)
    {
        var choices = vendor.World[(hooks == "ticketWebhooks" ? "tickets" : "companies") + "WebhookFieldIDs"];
        return vendor.World[hooks[..^1] + "Fields"].Rows.Where(f => f.Whole("webhookID") == hook.Whole("id"))
            .Select(f => (choices.Find(f.Whole("fieldID"))?.Text("label") ?? "", f.Flag("isSubscribedField"), f.Flag("isDisplayAlwaysField")));
    }

    private JsonObject Fields(string hooks, JsonObject hook, JsonObject row, HashSet<string>? changed)
    {
        var fields = new JsonObject();
        foreach (var (name, _, _) in Subscribed(hooks, hook).Where(f => f.Name.Length > 0 && (f.Always || changed is null || changed.Contains(f.Name))))
        {
            fields[char.ToUpperInvariant(name[0]) + name[1..]] = row[name]?.DeepClone();
        }

        return fields;
    }

    private void Send(string hooks, JsonObject hook, string action, long id, string entity, JsonObject fields)
    {
        var key = (hooks, hook.Whole("id"));
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject
            {
                ["Action"] = action, ["Guid"] = hook.Text("webhookGUID"), ["EntityType"] = entity, ["Id"] = id, ["Fields"] = fields, ["EventTime"] = AutotaskEdits.Stamp(vendor.Clock.GetUtcNow()),
                ["SequenceNumber"] = sequences.AddOrUpdate(key, 1, (_, n) => n + 1), ["PersonID"] = 29_682_885,
            },
            Escaped);
        if (vendor.Options.Outbox is { } outbox)
        {
            outbox(Request(hook.Text("webhookUrl"), body, hook.Text("secretKey") ?? ""));
            return;
        }

        var queue = queues.GetOrAdd(key, of =>
        {
            var made = Channel.CreateUnbounded<Event>();
            _ = Task.Run(() => DeliverAllAsync(of, made.Reader));
            return made;
        });
        queue.Writer.TryWrite(new Event(hook, action, id, body));
    }

    private async Task DeliverAllAsync((string Kind, long Id) key, ChannelReader<Event> events)
    {
        try
        {
            await foreach (var one in events.ReadAllAsync(stopping.Token))
            {
                if (vendor.World[key.Kind].Find(key.Id)?.Flag("isActive") is true)
                {
                    await DeliverAsync(key, one);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The simulator stops.
        }
    }

    private async Task DeliverAsync((string Kind, long Id) key, Event one)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            if (attempt > 1)
            {
                await Task.Delay(vendor.Options.CallbackRetry, vendor.Options.Time, stopping.Token);
            }

            var status = await PostAsync(one.Hook.Text("webhookUrl"), one.Body, one.Hook.Text("secretKey") ?? "");
            Deliveries.Enqueue(new(one.Hook.Text("webhookUrl") ?? "", key.Kind, one.Id, one.Action, status, attempt));
            if (status is >= 200 and < 300)
            {
                failures[key] = 0;
                return;
            }

            if (failures.AddOrUpdate(key, 1, (_, n) => n + 1) >= FailuresUntilDisabled)
            {
                Disable(key);
                return;
            }
        }
    }

    /// <summary>Who refuses twenty-five times in a row is not called any more.</summary>
    private void Disable((string Kind, long Id) key)
    {
        lock (vendor.Gate)
        {
            if (vendor.World[key.Kind].Find(key.Id) is { } hook && hook.Flag("isActive"))
            {
                hook["isActive"] = false;
                Deactivate(key.Kind, hook);
            }
        }
    }

    private void Deactivate(string kind, JsonObject hook)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["Action"] = "Deactivated", ["Guid"] = hook.Text("webhookGUID"), ["EventTime"] = AutotaskEdits.Stamp(vendor.Clock.GetUtcNow()) }, Escaped);
        var (url, secret, id) = (hook.Text("deactivationUrl"), hook.Text("secretKey") ?? "", hook.Whole("id"));
        if (vendor.Options.Outbox is { } outbox)
        {
            outbox(Request(url, body, secret));
            return;
        }

        _ = Task.Run(async () => Deliveries.Enqueue(new(url ?? "", kind, id, "Deactivated", await PostAsync(url, body, secret), 1)));
    }

    private async Task<int?> PostAsync(string? url, byte[] body, string secret)
    {
        try
        {
            using var request = Request(url, body, secret);
            using var response = await http.SendAsync(request, stopping.Token);
            return (int)response.StatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or UriFormatException or InvalidOperationException or TaskCanceledException && !stopping.IsCancellationRequested)
        {
            return null;
        }
    }

    private static HttpRequestMessage Request(string? url, byte[] body, string secret)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        request.Headers.Add("X-Hook-Signature", Sign(body, secret));
        return request;
    }

#pragma warning disable CA5350 // The vendor signs with SHA-1.
    private static string Sign(byte[] body, string secret) => "sha1=" + Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), body));
#pragma warning restore CA5350
}
