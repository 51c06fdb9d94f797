using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Http;

/// <summary>Calls those who registered, signed, and again only for the few answers that the vendor repeats for.</summary>
internal sealed class Callbacks : IDisposable
{
    private const string SigningKey = "c1mulat0r-signing-key";
    private const string KeyId = "7f1d9a52";

    private static readonly string[] What = ["url", "objectId", "type", "level"];

    private readonly Vendor vendor;
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(5) };
    private readonly CancellationTokenSource stopping = new();
    private readonly Channel<(Node Callback, Change Change)> queue = Channel.CreateBounded<(Node, Change)>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropOldest });

    public Callbacks(Vendor vendor)
    {
        this.vendor = vendor;
        vendor.Store.Changed = Enqueue;
        for (var i = 0; i < 4; i++)
        {
            _ = Task.Run(DeliverAllAsync);
        }
    }

    /// <summary>Where the key is fetched that a delivery names; without sign-in.</summary>
    public static Answer Key(Vendor vendor, string key) => key == KeyId
        ? Answer.Json(new { signing_key = vendor.SigningKey })
        : throw VendorException.NotFound("key");

    public static string DefaultSigningKey => SigningKey;

    public static Node Register(Draft draft, Node made)
    {
        bool Same(Node other) => What.All(n => Equals(other[n], made[n]));
        if (draft.All(Kind.Callbacks).Any(Same))
        {
            throw VendorException.Invalid("callback", "ObjectExists", "A matching callback entry already exists", "objectId");
        }

        return made.With("memberId", 301L).With("payloadVersion", made["payloadVersion"] ?? "3.0.0");
    }

    public void Dispose()
    {
        stopping.Cancel();
        http.Dispose();
        stopping.Dispose();
    }

    private void Enqueue(IReadOnlyList<Change> changes)
    {
        var callbacks = vendor.Store.World[Kind.Callbacks].Rows;
        foreach (var change in callbacks.Length == 0 ? [] : changes)
        {
            foreach (var callback in callbacks.Where(c => Wants(c, change)))
            {
                if (vendor.Options.Outbox is { } outbox)
                {
                    outbox(Request(Url(callback, change), Payload(change)));
                }
                else
                {
                    queue.Writer.TryWrite((callback, change));
                }
            }
        }
    }

    private static bool Wants(Node callback, Change change)
    {
        var row = change.Row;
        var of = callback.Whole("objectId");
        return !callback.Flag("inactiveFlag")
            && !(change.ByApi && callback.Flag("isSelfSuppressedFlag"))
            && TypeOf(change.Kind) is { } type
            && string.Equals(callback.Text("type"), type, StringComparison.OrdinalIgnoreCase)
            && callback.Text("level")?.ToLowerInvariant() switch
            {
                "owner" => true,
                "board" => row.RefId("board") == of,
                "status" => row.RefId("status") == of,
                "company" when change.Kind is not Kind.Companies => row.RefId("company") == of,
                { } level => level == type && row.Id == of,
                null => false,
            };
    }

    private static string? TypeOf(Kind kind) => kind switch
    {
        Kind.Tickets or Kind.ProjectTickets => "ticket",
        Kind.Companies => "company",
        Kind.Contacts => "contact",
        Kind.Configurations => "configuration",
        Kind.Members => "member",
        Kind.TimeEntries => "time",
        _ => null,
    };

    private async Task DeliverAllAsync()
    {
        try
        {
            await foreach (var (callback, change) in queue.Reader.ReadAllAsync(stopping.Token))
            {
                await DeliverAsync(callback, change);
            }
        }
        catch (OperationCanceledException)
        {
            // The simulator stops.
        }
    }

    private async Task DeliverAsync(Node callback, Change change)
    {
        var body = Payload(change);
        var url = Url(callback, change);
        for (var attempt = 0; attempt < 3; attempt++)
        {
            if (attempt > 0)
            {
                await Task.Delay(vendor.Options.CallbackRetry * attempt, vendor.Options.Time, stopping.Token);
            }

            var status = await PostAsync(url, body);
            vendor.Deliveries.Enqueue(new(url, (int?)status, attempt + 1));
            if (status is not (HttpStatusCode.NotFound or HttpStatusCode.Conflict or (HttpStatusCode)419 or HttpStatusCode.TooManyRequests))
            {
                return;
            }
        }
    }

    private async Task<HttpStatusCode?> PostAsync(string url, byte[] body)
    {
        try
        {
            using var request = Request(url, body);
            using var response = await http.SendAsync(request, stopping.Token);
            return response.StatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or UriFormatException or InvalidOperationException or TaskCanceledException && !stopping.IsCancellationRequested)
        {
            return null;
        }
    }

    private static string Url(Node callback, Change change) =>
        $"{callback.Text("url")}{change.Row.Id.ToString(CultureInfo.InvariantCulture)}&action={change.Action.ToString().ToLowerInvariant()}";

    private HttpRequestMessage Request(string url, byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        request.Headers.Add("x-content-signature", Sign(body, vendor.SigningKey));
        return request;
    }

    private static string Sign(byte[] body, string key) =>
        Convert.ToBase64String(HMACSHA256.HashData(SHA256.HashData(Encoding.UTF8.GetBytes(key)), body));

    private byte[] Payload(Change change)
    {
        var row = change.Row;
        var entity = change.Action is ChangeAction.Deleted ? null : Encoding.UTF8.GetString(NodeJson.Bytes(row));
        return NodeJson.Bytes(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("Action", change.Action.ToString().ToLowerInvariant());
            writer.WriteString("Type", TypeOf(change.Kind));
            writer.WriteNumber("ID", row.Id);
            writer.WriteString("CompanyId", vendor.Credentials.CompanyId);
            writer.WriteString("MemberId", row.Child("_info")?.Text("updatedBy") ?? "zadmin");
            writer.WriteString("FromUrl", "simulated.myconnectwise.net");
            writer.WriteString("Entity", entity);
            writer.WriteStartObject("Metadata");
            writer.WriteString("key_url", $"{vendor.PublicUrl}/{vendor.Codebase}apis/3.0/system/callbackKeys/{KeyId}");
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }
}

/// <summary>One attempt to call back; null: nobody answered.</summary>
internal sealed record Delivery(string Url, int? Status, int Attempt);
