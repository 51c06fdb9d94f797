using System.Globalization;
using System.Text;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.HaloPsa;

/// <summary>Halo's webhooks: one address, and a notification per event that is sent to it, signed with a secret that we gave it.</summary>
internal static class HaloPsaWebhooks
{
    /// <summary>The header that carries the signature: we name it ourselves.</summary>
    private const string SignatureHeader = "X-MSPortal-Signature";

    private const string Webhooks = "/Webhook";
    private const string Notifications = "/Notification";

    /// <summary>How Halo numbers them: HMAC over the raw body; SHA-256; a webhook as the receiver of a notification.</summary>
    private const int Hmac = 3;
    private const int Sha256 = 0;
    private const int ToWebhook = 6;

    private static readonly Dictionary<int, string> Events = new()
    {
        [3] = "new ticket logged",
        [61] = "ticket updated",
    };

    public static WebhookSupport Support { get; } = new()
    {
        DataTypes = [DataType.Tickets],
        Read = (_, endpoint, delivery, _) => Task.FromResult(Read(endpoint, delivery)),
        Provision = ProvisionAsync,
        Check = CheckAsync,
        Remove = RemoveAsync,
    };

    private static async Task<string?> ProvisionAsync(Session session, WebhookEndpoint endpoint, CancellationToken ct)
    {
        var client = new HaloPsaClient(session);
        var mine = await MineAsync(client, endpoint, ct);
        foreach (var surplus in mine.Skip(1))
        {
            await DeleteAsync(client, $"{Webhooks}/{surplus.Id}", ct);
        }

        // Halo does not show the secret again, so it is set each time: only so it is sure to be ours.
        var id = await SaveAsync(client, Webhooks, Webhook(endpoint, mine.Count > 0 ? mine[0].Id : null), ct) ?? (mine.Count > 0 ? mine[0].Id : null)
            ?? throw new FaultException(new Fault.BadData("HaloPSA made a webhook and did not say which."));
        var there = await EventsAsync(client, id, ct);
        foreach (var missing in Events.Keys.Where(e => !there.Contains(e)))
        {
            await SaveAsync(client, Notifications, Notification(id, missing), ct);
        }

        return id;
    }

    private static async Task<string?> CheckAsync(Session session, WebhookEndpoint endpoint, CancellationToken ct)
    {
        var client = new HaloPsaClient(session);
        var mine = await MineAsync(client, endpoint, ct);
        if (mine.Count == 0)
        {
            return "HaloPSA has no webhook to this portal.";
        }

        if (!mine.Any(w => w.IsRight(endpoint)))
        {
            return mine.Any(w => !w.IsActive) ? "HaloPSA's webhook to this portal is switched off." : "HaloPSA's webhook to this portal was changed.";
        }

        var there = await EventsAsync(client, mine.First(w => w.IsRight(endpoint)).Id, ct);
        var missing = Events.Where(e => !there.Contains(e.Key)).Select(e => e.Value).ToList();
        return missing.Count == 0 ? null : $"HaloPSA's webhook to this portal no longer announces: {string.Join(", ", missing)}.";
    }

    private static async Task RemoveAsync(Session session, WebhookEndpoint endpoint, CancellationToken ct)
    {
        var client = new HaloPsaClient(session);
        foreach (var webhook in await MineAsync(client, endpoint, ct))
        {
            await DeleteAsync(client, $"{Webhooks}/{webhook.Id}", ct);
        }
    }

    private static WebhookVerdict Read(WebhookEndpoint endpoint, WebhookDelivery delivery)
    {
        if (!Signatures.IsHmacSha256(delivery.Body.Span, Encoding.UTF8.GetBytes(endpoint.Secret), delivery.Header(SignatureHeader)))
        {
            return new WebhookVerdict.Forged();
        }

        try
        {
            using var json = VendorJson.Parse(delivery.Body);
            // Batched events come as a list.
            var events = json.RootElement.ValueKind == JsonValueKind.Array ? json.RootElement.EnumerateArray().ToList() : [json.RootElement];
            return new WebhookVerdict.Genuine([.. events.Select(TicketOf).OfType<string>().Distinct(StringComparer.Ordinal).Select(id => new WebhookHint(DataType.Tickets, id))]);
        }
        catch (JsonException)
        {
            return new WebhookVerdict.Genuine([]);
        }
    }

    /// <summary>The ticket itself, the ticket of an action, or the object's id where nothing else is sent.</summary>
    private static string? TicketOf(JsonElement sent)
    {
        try
        {
            var row = new JsonRow(sent);
            return row.Id("ticket/id") ?? row.Id("action/ticket_id") ?? row.Id("object_id");
        }
        catch (FieldException)
        {
            return null;
        }
    }

    private static string Webhook(WebhookEndpoint endpoint, string? id)
    {
        var body = new Dictionary<string, object?>
        {
            ["name"] = "MSPortal",
            ["url"] = endpoint.Address.AbsoluteUri,
            ["type"] = 0,
            ["method"] = 0,
            ["content_type"] = "application/json",
            ["active"] = true,
            ["authentication_type"] = Hmac,
            ["authentication_header"] = SignatureHeader,
            ["algorithm"] = Sha256,
            ["basic_password"] = endpoint.Secret,
        };
        if (id is not null)
        {
            body["id"] = id;
        }

        return JsonSerializer.Serialize(new[] { body });
    }

    private static string Notification(string webhook, int eventNumber) => JsonSerializer.Serialize(new[]
    {
        new Dictionary<string, object?>
        {
            ["name"] = $"MSPortal: {Events[eventNumber]}",
            ["webhook_id"] = webhook,
            ["type"] = -2,
            ["delivery_method"] = ToWebhook,
            ["eventno"] = eventNumber,
            ["agent_id"] = 0,
            ["filter_type"] = 2,
            ["interval"] = 0,
            ["emailtemplate_id"] = 32,
            ["conditions"] = Array.Empty<object>(),
        },
    });

    /// <summary>The path is ours alone, whatever address the portal had when it was registered.</summary>
    private static async Task<IReadOnlyList<Registered>> MineAsync(HaloPsaClient client, WebhookEndpoint endpoint, CancellationToken ct)
    {
        var secret = endpoint.Address.Segments[^1];
        return [.. (await RowsAsync(client, Webhooks, "", "webhooks", Registered.Of, ct)).Where(w => w.Url.Contains(secret, StringComparison.Ordinal))];
    }

    private static async Task<IReadOnlyList<int>> EventsAsync(HaloPsaClient client, string webhook, CancellationToken ct) =>
        [.. (await RowsAsync(client, Notifications, $"webhook_id={Uri.EscapeDataString(webhook)}", "notifications", row => (Webhook: row.Text("webhook_id"), Event: (int)(row.Whole("eventno") ?? 0)), ct))
            .Where(n => string.Equals(n.Webhook, webhook, StringComparison.OrdinalIgnoreCase)).Select(n => n.Event)];

    private static async Task<IReadOnlyList<T>> RowsAsync<T>(HaloPsaClient client, string path, string query, string envelope, Func<JsonRow, T> map, CancellationToken ct)
    {
        var response = await client.GetAsync(path, query, HaloPsaPermissions.Webhooks, ct);
        using var json = response.TryJson();
        if (json is null || HaloPsaLists.Rows(json.RootElement, envelope) is not { } rows)
        {
            throw HaloPsaErrors.NoData(response, client.Scrub);
        }

        try
        {
            return [.. rows.Select(r => map(new JsonRow(r)))];
        }
        catch (FieldException e)
        {
            throw new FaultException(new Fault.BadData(string.Create(CultureInfo.InvariantCulture, $"HaloPSA's list of {envelope} cannot be understood: {e.Message}")));
        }
    }

    /// <summary>The new record's id: one posted record comes back bare, or alone in a list.</summary>
    private static async Task<string?> SaveAsync(HaloPsaClient client, string path, string body, CancellationToken ct)
    {
        var response = await client.AskAsync(HttpMethod.Post, path, body, ct);
        if (!response.IsSuccess)
        {
            throw HaloPsaErrors.Of(response, HaloPsaPermissions.Webhooks, client.Session.Clock.GetUtcNow(), client.Scrub);
        }

        using var json = response.TryJson();
        var made = json?.RootElement is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() == 1 ? list[0] : json?.RootElement;
        return made is { ValueKind: JsonValueKind.Object } one ? new JsonRow(one).Text("id") : null;
    }

    private static async Task DeleteAsync(HaloPsaClient client, string path, CancellationToken ct)
    {
        var response = await client.AskAsync(HttpMethod.Delete, path, null, ct);
        if (!response.IsSuccess && !HaloPsaErrors.IsNotFound(response))
        {
            throw HaloPsaErrors.Of(response, HaloPsaPermissions.Webhooks, client.Session.Clock.GetUtcNow(), client.Scrub);
        }
    }

    private sealed record Registered(string Id, string Url, bool IsActive, long? Authentication, string? Header)
    {
        public static Registered Of(JsonRow row) =>
            new(row.Need("id"), row.Text("url") ?? "", row.Flag("active") is not false && row.Flag("disabled") is not true, row.Whole("authentication_type"), row.Text("authentication_header"));

        public bool IsRight(WebhookEndpoint endpoint) =>
            IsActive && Url == endpoint.Address.AbsoluteUri && Authentication == Hmac && string.Equals(Header, SignatureHeader, StringComparison.OrdinalIgnoreCase);
    }
}
