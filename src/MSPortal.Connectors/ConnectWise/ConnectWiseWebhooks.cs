using System.Globalization;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.ConnectWise;

/// <summary>ConnectWise's callbacks: one per kind of record for everything that happens to it, each delivery signed with a key that ConnectWise gives out.</summary>
internal static class ConnectWiseWebhooks
{
    private const string Path = "/system/callbacks";
    private const string Fields = "id,url,objectId,type,level,inactiveFlag";

    /// <summary>ConnectWise appends the id and more to whatever is registered.</summary>
    private const string Query = "?recordId=";

    private static readonly Dictionary<string, DataType> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ticket"] = DataType.Tickets,
        ["company"] = DataType.Companies,
        ["contact"] = DataType.Contacts,
        ["configuration"] = DataType.Devices,
        ["member"] = DataType.Users,
    };

    public static WebhookSupport Support { get; } = new()
    {
        DataTypes = [.. Types.Values],
        Read = ReadAsync,
        Provision = ProvisionAsync,
        Check = CheckAsync,
        Remove = RemoveAsync,
    };

    private static async Task<string?> ProvisionAsync(Session session, WebhookEndpoint endpoint, CancellationToken ct)
    {
        var client = new ConnectWiseClient(session);
        var there = await MineAsync(client, endpoint, ct);
        foreach (var wrong in there.Where(c => !IsRight(c, endpoint)))
        {
            await DeleteAsync(client, wrong.Id, ct);
        }

        foreach (var type in Types.Keys.Where(type => !there.Any(c => c.IsOf(type) && IsRight(c, endpoint))))
        {
            var response = await client.SendAsync(HttpMethod.Post, Path, Body(endpoint, type), ct);
            if (!response.IsSuccess)
            {
                throw ConnectWiseErrors.Of(response, ConnectWisePermissions.Callbacks, session.Clock.GetUtcNow(), client.Scrub);
            }
        }

        return null;
    }

    private static async Task<string?> CheckAsync(Session session, WebhookEndpoint endpoint, CancellationToken ct)
    {
        var there = await MineAsync(new ConnectWiseClient(session), endpoint, ct);
        var missing = Types.Keys.Where(type => !there.Any(c => c.IsOf(type) && IsRight(c, endpoint))).ToList();
        return missing.Count == 0 ? null
            : missing.Exists(type => there.Any(c => c.IsOf(type) && c.IsInactive)) ? "ConnectWise has switched callbacks to this portal off."
            : $"ConnectWise has no callback to this portal for: {string.Join(", ", missing)}.";
    }

    private static async Task RemoveAsync(Session session, WebhookEndpoint endpoint, CancellationToken ct)
    {
        var client = new ConnectWiseClient(session);
        foreach (var callback in await MineAsync(client, endpoint, ct))
        {
            await DeleteAsync(client, callback.Id, ct);
        }
    }

    private static async Task<WebhookVerdict> ReadAsync(Session session, WebhookEndpoint endpoint, WebhookDelivery delivery, CancellationToken ct)
    {
        if (ConnectWiseDelivery.Of(delivery.Body) is not { } sent)
        {
            return new WebhookVerdict.Forged();
        }

        var client = new ConnectWiseClient(session);
        // Keys are given out to every account of a host: the account's name is part of what is signed.
        if (sent.CompanyId is not null && !sent.CompanyId.Equals(client.CompanyId, StringComparison.OrdinalIgnoreCase))
        {
            return new WebhookVerdict.Forged();
        }

        return await new ConnectWiseKeys(client).IsSignedAsync(sent.KeyUrl, delivery, ct) switch
        {
            true => new WebhookVerdict.Genuine(Hints(sent)),
            false => new WebhookVerdict.Forged(),
            null => new WebhookVerdict.Unsure(),
        };
    }

    private static IReadOnlyList<WebhookHint> Hints(ConnectWiseDelivery sent) =>
        sent.Type is not null && Types.TryGetValue(sent.Type, out var type) && sent.Id > 0
            ? [new WebhookHint(type, sent.Id.ToString(CultureInfo.InvariantCulture), "deleted".Equals(sent.Action, StringComparison.OrdinalIgnoreCase))]
            : [];

    private static string Body(WebhookEndpoint endpoint, string type) => JsonSerializer.Serialize(new
    {
        description = "MSPortal",
        url = endpoint.Address + Query,
        objectId = 1,
        type,
        level = "owner",
        inactiveFlag = false,
    });

    private static bool IsRight(Callback callback, WebhookEndpoint endpoint) =>
        callback is { IsInactive: false, ObjectId: 1 } && callback.Url == endpoint.Address + Query && "owner".Equals(callback.Level, StringComparison.OrdinalIgnoreCase);

    /// <summary>The path is ours alone, whatever address the portal had when it was registered.</summary>
    private static async Task<IReadOnlyList<Callback>> MineAsync(ConnectWiseClient client, WebhookEndpoint endpoint, CancellationToken ct)
    {
        var secret = endpoint.Address.Segments[^1];
        var response = await client.GetAsync(Path, ConnectWiseQuery.Of($"url contains \"{secret}\"", Fields, pageSize: 1000), ConnectWisePermissions.Callbacks, ct);
        using var json = response.TryJson();
        if (json is not { RootElement.ValueKind: JsonValueKind.Array })
        {
            throw new FaultException(response.NotJson("ConnectWise"));
        }

        try
        {
            return [.. json.RootElement.EnumerateArray().Select(e => Callback.Of(new JsonRow(e))).Where(c => c.Url.Contains(secret, StringComparison.Ordinal))];
        }
        catch (FieldException e)
        {
            throw new FaultException(new Fault.BadData($"ConnectWise's list of callbacks cannot be understood: {e.Message}"));
        }
    }

    private static async Task DeleteAsync(ConnectWiseClient client, string id, CancellationToken ct)
    {
        var response = await client.SendAsync(HttpMethod.Delete, $"{Path}/{id}", null, ct);
        if (!response.IsSuccess && !ConnectWiseErrors.IsRecordNotFound(response))
        {
            throw ConnectWiseErrors.Of(response, ConnectWisePermissions.Callbacks, client.Session.Clock.GetUtcNow(), client.Scrub);
        }
    }

    private sealed record Callback(string Id, string Url, long? ObjectId, string? Type, string? Level, bool IsInactive)
    {
        public static Callback Of(JsonRow row) =>
            new(row.NeedId("id"), row.Text("url") ?? "", row.Whole("objectId"), row.Text("type"), row.Text("level"), row.Flag("inactiveFlag") is true);

        public bool IsOf(string type) => type.Equals(Type, StringComparison.OrdinalIgnoreCase);
    }
}
