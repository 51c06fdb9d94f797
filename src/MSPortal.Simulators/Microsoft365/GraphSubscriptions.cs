using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>Whoever wants to be told of changes of users, and the telling.</summary>
internal sealed class GraphSubscriptions : IDisposable
{
    private const int MostMinutes = 41_760;

    private readonly Microsoft365Vendor vendor;
    private readonly Dictionary<string, (Tenant Tenant, JsonObject Row)> wanted = new(StringComparer.OrdinalIgnoreCase);
    private readonly Channel<(string Url, string Body)> queue = Channel.CreateUnbounded<(string Url, string Body)>();
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly CancellationTokenSource stop = new();
    private int made;

    public GraphSubscriptions(Microsoft365Vendor vendor)
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

    /// <summary>Asks the address that notices would go to, before anything is promised.</summary>
    public async Task<bool> ValidateAsync(byte[] body, CancellationToken cancellationToken)
    {
        if (Read(body)?.Text("notificationUrl") is not { } url || !Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            return false;
        }

        const string Token = "Validation: Testing client application reachability for subscription Request-Id: simulated";
        try
        {
            using var content = new StringContent("", Encoding.UTF8, "text/plain");
            using var response = await http.PostAsync(new Uri($"{url}{(address.Query.Length > 0 ? '&' : '?')}validationToken={Uri.EscapeDataString(Token)}"), content, cancellationToken);
            return (int)response.StatusCode == 200 && response.Content.Headers.ContentType?.MediaType == "text/plain" && await response.Content.ReadAsStringAsync(cancellationToken) == Token;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public JsonAnswer Answer(GraphRequest request, EntraAccess access)
    {
        foreach (var old in wanted.Where(w => DateTimeOffset.Parse(w.Value.Row.Text("expirationDateTime")!, CultureInfo.InvariantCulture) < vendor.Clock.GetUtcNow()).Select(w => w.Key).ToList())
        {
            wanted.Remove(old);
        }

        var own = wanted.Where(w => w.Value.Tenant == access.Tenant && w.Value.Row.Text("applicationId") == access.App.ClientId).ToDictionary(w => w.Key, w => w.Value.Row, StringComparer.OrdinalIgnoreCase);
        if (request.Steps is [_])
        {
            return request.Method == "POST" ? Create(request, access) : Graph.List(vendor, "subscriptions", [.. own.Values.Select(r => (JsonObject)r.DeepClone())]);
        }

        if (!own.TryGetValue(request.Steps[1], out var row))
        {
            throw new GraphException(404, "ResourceNotFound", "The object was not found.");
        }

        switch (request.Method)
        {
            case "PATCH":
                row["expirationDateTime"] = Until(Read(request.Body));
                return Graph.One(vendor, "subscriptions", (JsonObject)row.DeepClone());
            case "DELETE":
                wanted.Remove(request.Steps[1]);
                return JsonAnswer.Nothing(204);
            default:
                return Graph.One(vendor, "subscriptions", (JsonObject)row.DeepClone());
        }
    }

    /// <summary>Called under the gate. Made, changed or put into the bin is “updated”; “deleted” is only what is gone for good.</summary>
    public void Announce(Tenant tenant, DirectoryEntry user)
    {
        var change = user.IsGone ? "deleted" : "updated";
        foreach (var (_, row) in wanted.Values.Where(w => w.Tenant == tenant && w.Row.Text("changeType")!.Split(',').Contains(change)))
        {
            var notice = new JsonObject
            {
                ["subscriptionId"] = row.Text("id"), ["clientState"] = row.Text("clientState"), ["changeType"] = change, ["resource"] = $"Users/{user.Id}", ["tenantId"] = tenant.Id,
                ["subscriptionExpirationDateTime"] = row.Text("expirationDateTime"),
                ["resourceData"] = new JsonObject { ["@odata.type"] = "#Microsoft.Graph.User", ["@odata.id"] = $"Users/{user.Id}", ["id"] = user.Id, ["organizationId"] = tenant.Id, ["sequenceNumber"] = tenant.Version },
            };
            queue.Writer.TryWrite((row.Text("notificationUrl")!, new JsonObject { ["value"] = new JsonArray(notice) }.ToJsonString()));
        }
    }

    private static JsonObject? Read(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private JsonAnswer Create(GraphRequest request, EntraAccess access)
    {
        var given = Read(request.Body) ?? throw new GraphException(400, "BadRequest", "Empty Payload. JSON content expected.");
        if (given.Text("changeType")?.Split(',').All(c => c is "updated" or "deleted") is not true || given.Text("resource")?.Trim('/') != "users" || given.Text("clientState")?.Length > 128)
        {
            throw new GraphException(400, "ValidationError", "Only users are watched here, for updated and deleted, with a clientState of 128 characters at most.");
        }

        if (!request.IsValidated)
        {
            throw new GraphException(400, "ValidationError", "Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request.");
        }

        var id = TenantSeed.Uid(TenantSeed.Fresh(vendor.Options.Seed, 3000, ++made));
        var row = new JsonObject
        {
            ["id"] = id, ["resource"] = "users", ["applicationId"] = access.App.ClientId, ["changeType"] = given.Text("changeType"), ["clientState"] = given.Text("clientState"), ["notificationUrl"] = given.Text("notificationUrl"),
            ["notificationQueryOptions"] = null, ["lifecycleNotificationUrl"] = given.Text("lifecycleNotificationUrl"), ["expirationDateTime"] = Until(given), ["creatorId"] = access.App.ClientId, ["includeResourceData"] = null,
            ["latestSupportedTlsVersion"] = "v1_2", ["encryptionCertificate"] = null, ["encryptionCertificateId"] = null, ["notificationUrlAppId"] = null,
        };
        wanted[id] = (access.Tenant, row);
        var answer = Graph.One(vendor, "subscriptions", (JsonObject)row.DeepClone());
        answer.Status = 201;
        return answer;
    }

    private string Until(JsonObject? given)
    {
        var now = vendor.Clock.GetUtcNow();
        return DateTimeOffset.TryParse(given?.Text("expirationDateTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until) && until > now && until <= now.AddMinutes(MostMinutes)
            ? Graph.Time(until)
            : throw new GraphException(400, "ValidationError", "Subscription expiration can only be between now and 41760 minutes in the future.");
    }

    private async Task DeliverAsync()
    {
        try
        {
            await foreach (var (url, body) in queue.Reader.ReadAllAsync(stop.Token))
            {
                try
                {
                    using var content = new StringContent(body, Encoding.UTF8, "application/json");
                    using var response = await http.PostAsync(new Uri(url), content, stop.Token);
                }
                catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
                {
                    // Whoever cannot be reached misses it.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The simulator ends.
        }
    }
}
