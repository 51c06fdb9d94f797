using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.NinjaOne;

/// <summary>
/// NinjaOne sends activities to one address per client app. It signs nothing, but adds the headers that it was given: one of
/// them is a secret of ours. What it has cannot be asked for, so that setting it up again is the only way to mend it.
/// </summary>
internal static class NinjaOneWebhooks
{
    public const string SecretHeader = "X-MSPortal-Secret";
    private const string Path = "/webhook";
    private const string Deleted = "NODE_DELETED";

    /// <summary>Devices that come, change and go; conditions that trigger and end. Of all else there is far too much.</summary>
    private static readonly Dictionary<string, string[]> Activities = new(StringComparer.Ordinal)
    {
        ["SYSTEM"] = ["NODE_CREATED", "NODE_UPDATED", Deleted, "NODE_RE_ENROLLED", "NODE_IDENTIFICATION_UPDATED", "NODE_MANUALLY_APPROVED", "NODE_AUTOMATICALLY_APPROVED", "SYSTEM_REBOOTED"],
        ["CONDITION"] = ["TRIGGERED", "RESET", "RESET_BY_PSA_TICKET_CALLBACK"],
    };

    public static WebhookSupport Support { get; } = new()
    {
        DataTypes = [DataType.Devices, DataType.Alerts],
        Read = (_, endpoint, delivery, _) => Task.FromResult(Read(endpoint, delivery)),
        Provision = ProvisionAsync,
        Remove = RemoveAsync,
    };

    /// <summary>One call makes it as it should be, whatever was there.</summary>
    private static async Task<string?> ProvisionAsync(Session session, WebhookEndpoint endpoint, CancellationToken ct)
    {
        var client = new NinjaOneClient(session);
        var body = JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["url"] = endpoint.Address.AbsoluteUri,
            ["activities"] = Activities,
            ["expand"] = Array.Empty<string>(),
            ["headers"] = new[] { new Dictionary<string, string> { ["name"] = SecretHeader, ["value"] = endpoint.Secret } },
        });
        var response = await client.AskAsync(HttpMethod.Put, Path, body, ct);
        return response.IsSuccess ? null : throw Refused(client, response);
    }

    private static async Task RemoveAsync(Session session, WebhookEndpoint endpoint, CancellationToken ct)
    {
        var client = new NinjaOneClient(session);
        var response = await client.AskAsync(HttpMethod.Delete, Path, null, ct);
        if (!response.IsSuccess && !NinjaOneErrors.IsNotFound(response))
        {
            throw Refused(client, response);
        }
    }

    /// <summary>Only system administrators may: that is about who made the app, not about its scopes.</summary>
    private static FaultException Refused(NinjaOneClient client, VendorResponse response) => client.Refusal(response, NinjaOnePermissions.Webhooks);

    private static WebhookVerdict Read(WebhookEndpoint endpoint, WebhookDelivery delivery)
    {
        if (!Signatures.IsSame(endpoint.Secret, delivery.Header(SecretHeader)))
        {
            return new WebhookVerdict.Forged();
        }

        try
        {
            using var json = VendorJson.Parse(delivery.Body);
            // No document says whether several come at once.
            var activities = json.RootElement.ValueKind == JsonValueKind.Array ? json.RootElement.EnumerateArray().ToList() : [json.RootElement];
            return new WebhookVerdict.Genuine([.. activities.SelectMany(Hints).Distinct()]);
        }
        catch (JsonException)
        {
            return new WebhookVerdict.Genuine([]);
        }
    }

    /// <summary>The device, and the alert whose series of activities it is.</summary>
    private static IEnumerable<WebhookHint> Hints(JsonElement activity)
    {
        try
        {
            var row = new JsonRow(activity);
            if (row.Id("deviceId") is not { } device)
            {
                return [];
            }

            var status = row.Text("statusCode")?.ToUpperInvariant();
            var isCondition = row.Text("activityType")?.Equals("CONDITION", StringComparison.OrdinalIgnoreCase) is true;
            return isCondition && row.Text("seriesUid") is { } series
                ? [new WebhookHint(DataType.Alerts, $"{device}:{series}", MaybeDeleted: status?.StartsWith("RESET", StringComparison.Ordinal) is true)]
                : [new WebhookHint(DataType.Devices, device, MaybeDeleted: status is Deleted)];
        }
        catch (Exception e) when (e is FieldException or InvalidOperationException)
        {
            return [];
        }
    }
}
