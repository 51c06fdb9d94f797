using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Autotask;

/// <summary>Autotask's webhooks: one for tickets and one for companies, each told of every field, signed with our key.</summary>
internal static class AutotaskWebhooks
{
    private const string SignatureHeader = "X-Hook-Signature";
    private const string SignaturePrefix = "sha1=";

    /// <summary>At the end of the address that Autotask calls when it switches a webhook off; what it sends there is not documented.</summary>
    private const string SwitchedOff = "?off=";

    private static readonly Kind[] Kinds =
    [
        new("Ticket", "tickets", DataType.Tickets, ["Ticket"]),
        new("Company", "companies", DataType.Companies, ["Account", "Company"]),
    ];

    public static WebhookSupport Support { get; } = new()
    {
        DataTypes = [.. Kinds.Select(k => k.DataType)],
        Read = (_, endpoint, delivery, _) => Task.FromResult(Judge(endpoint, delivery)),
        Provision = ProvisionAsync,
        Check = CheckAsync,
        Remove = RemoveAsync,
    };

    /// <param name="Words">For sentences.</param>
    /// <param name="Names">What deliveries call it.</param>
    private sealed record Kind(string Name, string Words, DataType DataType, string[] Names)
    {
        public string Path => $"{Name}Webhooks";
    }

    /// <summary>Everything is signed but the call that a webhook is off: of that the address, which nobody else knows, is the proof, and it only makes us look.</summary>
    private static WebhookVerdict Judge(WebhookEndpoint endpoint, WebhookDelivery delivery)
    {
        if (delivery.Query.StartsWith(SwitchedOff, StringComparison.Ordinal))
        {
            return new WebhookVerdict.Genuine([]) { SwitchedOff = true };
        }

        return IsSigned(endpoint, delivery) && Event(delivery) is { } sent
            ? new WebhookVerdict.Genuine(sent.Hint is null ? [] : [sent.Hint]) { SwitchedOff = sent.Off }
            : new WebhookVerdict.Forged();
    }

    /// <summary>The signature is about the bytes as they are sent, with everything but plain letters escaped.</summary>
    private static bool IsSigned(WebhookEndpoint endpoint, WebhookDelivery delivery) =>
        delivery.Header(SignatureHeader)?.Trim() is { } header && header.StartsWith(SignaturePrefix, StringComparison.OrdinalIgnoreCase)
        && Signatures.IsHmacSha1(delivery.Body.Span, Encoding.UTF8.GetBytes(endpoint.Secret), header[SignaturePrefix.Length..]);

    /// <summary>What a signed delivery is about; null when it is no event at all.</summary>
    private static (WebhookHint? Hint, bool Off)? Event(WebhookDelivery delivery)
    {
        try
        {
            using var json = VendorJson.Parse(delivery.Body);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            // Sources disagree about the letters' case.
            var sent = json.RootElement.EnumerateObject().GroupBy(p => p.Name, StringComparer.OrdinalIgnoreCase).ToDictionary(g => g.Key, g => g.First().Value, StringComparer.OrdinalIgnoreCase);
            string? Text(string name) => sent.TryGetValue(name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : null;
            var kind = Kinds.FirstOrDefault(k => k.Names.Contains(Text("EntityType"), StringComparer.OrdinalIgnoreCase));
            var action = Text("Action") ?? "";
            var hint = kind is not null && Text("Id") is { } id && AutotaskQuery.IsNumber(id)
                ? new WebhookHint(kind.DataType, id, action.Equals("Delete", StringComparison.OrdinalIgnoreCase))
                : null;
            return (hint, action.Equals("Deactivated", StringComparison.OrdinalIgnoreCase));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<string?> ProvisionAsync(Session session, WebhookEndpoint endpoint, CancellationToken ct)
    {
        var client = new AutotaskClient(session);
        var own = await OwnResourceAsync(client, ct);
        foreach (var kind in Kinds)
        {
            var mine = await MineAsync(client, kind, endpoint, ct);
            foreach (var more in mine.Skip(1))
            {
                await DeleteAsync(client, kind, more.Id, ct);
            }

            var first = mine.Count > 0 ? mine[0] : null;
            var id = first is not null && IsRight(first, endpoint) && endpoint.State == Mark(endpoint) ? first.Id : await PutAsync(client, kind, endpoint, first?.Id, own, ct);
            await SubscribeAsync(client, kind, id, ct);
            if (own is not null)
            {
                await ExcludeAsync(client, kind, id, own, ct);
            }
        }

        return Mark(endpoint);
    }

    private static async Task<string?> CheckAsync(Session session, WebhookEndpoint endpoint, CancellationToken ct)
    {
        var client = new AutotaskClient(session);
        foreach (var kind in Kinds)
        {
            var trouble = await MineAsync(client, kind, endpoint, ct) switch
            {
                [] => $"Autotask has no webhook to this portal for {kind.Words}.",
                [{ IsActive: false }, ..] => $"Autotask has switched the webhook for {kind.Words} off.",
                [{ IsReady: false }, ..] => $"The webhook for {kind.Words} has no fields in Autotask.",
                [var hook, ..] when !IsRight(hook, endpoint) => $"The webhook for {kind.Words} leads elsewhere in Autotask.",
                _ => null,
            };
            if (trouble is not null)
            {
                return trouble;
            }
        }

        return endpoint.State == Mark(endpoint) ? null : "The webhooks in Autotask have another key.";
    }

    private static async Task RemoveAsync(Session session, WebhookEndpoint endpoint, CancellationToken ct)
    {
        var client = new AutotaskClient(session);
        foreach (var kind in Kinds)
        {
            foreach (var hook in await MineAsync(client, kind, endpoint, ct))
            {
                await DeleteAsync(client, kind, hook.Id, ct);
            }
        }
    }

    /// <summary>Makes a webhook or, when there is an id, makes that one right.</summary>
    private static async Task<string> PutAsync(AutotaskClient client, Kind kind, WebhookEndpoint endpoint, string? id, string? owner, CancellationToken ct)
    {
        var hook = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["name"] = $"MSPortal {kind.Words}",
            ["webhookUrl"] = endpoint.Address.AbsoluteUri,
            ["deactivationUrl"] = endpoint.Address.AbsoluteUri + SwitchedOff + kind.Words,
            ["secretKey"] = endpoint.Secret,
            ["isActive"] = true,
            ["isSubscribedToCreateEvents"] = true,
            ["isSubscribedToUpdateEvents"] = true,
            ["isSubscribedToDeleteEvents"] = true,
            ["sendThresholdExceededNotification"] = false,
        };
        if (id is not null)
        {
            hook["id"] = Number(id);
        }
        else if (owner is not null)
        {
            hook["ownerResourceID"] = Number(owner);
        }

        var response = await client.AskAsync(kind.Path, JsonSerializer.Serialize(hook), AutotaskPermissions.Webhooks, ct, id is null ? HttpMethod.Post : HttpMethod.Patch);
        using var json = response.TryJson();
        return id ?? (AutotaskEntities.Property(json, "itemId") is { ValueKind: JsonValueKind.Number } made ? made.GetRawText() : throw AutotaskEntities.NoData(client, response));
    }

    /// <summary>Every field that Autotask can announce, one after the other: several at once meet the limit of three places.</summary>
    private static async Task SubscribeAsync(AutotaskClient client, Kind kind, string id, CancellationToken ct)
    {
        var fields = (await AutotaskPicklists.ReadAsync(client, $"{kind.Name}WebhookFields", AutotaskPermissions.Webhooks, ct))["fieldID"];
        var there = await RowsAsync(client, $"{kind.Name}WebhookFields", [AutotaskQuery.Is("webhookID", "eq", Number(id))], row => (Field: row.Text("fieldID"), On: row.Flag("isSubscribedField") is true), ct);
        foreach (var field in fields.Where(f => AutotaskQuery.IsNumber(f.Value) && !there.Contains((f.Value, true))))
        {
            var body = JsonSerializer.Serialize(new { fieldID = Number(field.Value), isDisplayAlwaysField = false, isSubscribedField = true, webhookID = Number(id) });
            await client.AskAsync($"{kind.Path}/{id}/Fields", body, AutotaskPermissions.Webhooks, ct);
        }
    }

    /// <summary>What this very user changes need not be told.</summary>
    private static async Task ExcludeAsync(AutotaskClient client, Kind kind, string id, string own, CancellationToken ct)
    {
        var excluded = await RowsAsync(client, $"{kind.Name}WebhookExcludedResources", [AutotaskQuery.Is("webhookID", "eq", Number(id))], row => row.Text("resourceID"), ct);
        if (!excluded.Contains(own))
        {
            await client.AskAsync($"{kind.Path}/{id}/ExcludedResources", JsonSerializer.Serialize(new { resourceID = Number(own), webhookID = Number(id) }), AutotaskPermissions.Webhooks, ct);
        }
    }

    private static async Task DeleteAsync(AutotaskClient client, Kind kind, string id, CancellationToken ct) =>
        await client.AskAsync($"{kind.Path}/{id}", null, AutotaskPermissions.Webhooks, ct, HttpMethod.Delete);

    /// <summary>The path is ours alone, whatever address the portal had when it was registered.</summary>
    private static async Task<IReadOnlyList<Hook>> MineAsync(AutotaskClient client, Kind kind, WebhookEndpoint endpoint, CancellationToken ct)
    {
        var path = endpoint.Address.Segments[^1];
        var all = await RowsAsync(client, kind.Path, [AutotaskQuery.Is("id", "gt", 0)], Hook.Of, ct);
        return [.. all.Where(h => h.Url.Contains(path, StringComparison.Ordinal))];
    }

    /// <summary>The resource that the API user is; null when it cannot be told.</summary>
    private static async Task<string?> OwnResourceAsync(AutotaskClient client, CancellationToken ct)
    {
        try
        {
            var names = new[] { client.Username, client.Username.Split('@')[0] }.Select(n => JsonSerializer.Serialize(n)).Distinct();
            var filter = AutotaskQuery.Or([.. names.Select(n => $$"""{"op":"eq","field":"userName","value":{{n}}}""")]);
            return await RowsAsync(client, "Resources", [filter], row => row.Id("id"), ct, ["id"]) is [{ } only] ? only : null;
        }
        catch (FaultException e) when (e.Fault is Fault.PermissionMissing or Fault.BadData)
        {
            return null;
        }
    }

    private static async Task<IReadOnlyList<T>> RowsAsync<T>(
        AutotaskClient client, string entity, IReadOnlyList<string> filters, Func<JsonRow, T> map, CancellationToken ct, string[]? fields = null)
    {
        var response = await client.AskAsync($"{entity}/query", AutotaskQuery.Body(filters, fields), AutotaskPermissions.Webhooks, ct);
        using var json = response.TryJson();
        if (AutotaskEntities.Property(json, "items") is not { ValueKind: JsonValueKind.Array } items)
        {
            throw AutotaskEntities.NoData(client, response);
        }

        try
        {
            return [.. items.EnumerateArray().Select(i => map(new JsonRow(i)))];
        }
        catch (FieldException e)
        {
            throw new FaultException(new Fault.BadData($"Autotask's list of {entity} cannot be understood ({e.Message})."), e);
        }
    }

    private static bool IsRight(Hook hook, WebhookEndpoint endpoint) => hook is { IsActive: true, TellsAll: true } && hook.Url == endpoint.Address.AbsoluteUri;

    /// <summary>Which key the webhooks got: Autotask does not give it back to compare.</summary>
    private static string Mark(WebhookEndpoint endpoint) => "key " + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes("autotask webhook " + endpoint.Secret)))[..16];

    private static long Number(string id) => long.Parse(id, NumberStyles.None, CultureInfo.InvariantCulture);

    private sealed record Hook(string Id, string Url, bool IsActive, bool IsReady, bool TellsAll)
    {
        public static Hook Of(JsonRow row) => new(
            row.NeedId("id"),
            row.Text("webhookUrl") ?? "",
            row.Flag("isActive") is true,
            row.Flag("isReady") is true,
            row.Flag("isSubscribedToCreateEvents") is true && row.Flag("isSubscribedToUpdateEvents") is true && row.Flag("isSubscribedToDeleteEvents") is true);
    }
}
