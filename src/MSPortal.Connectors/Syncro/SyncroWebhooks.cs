using System.Globalization;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Syncro;

/// <summary>
/// What Syncro's Notification Center sends. It signs nothing: whoever knows the address is believed, and of what it says only
/// an id is taken, which is then read by our own key.
/// </summary>
internal static class SyncroWebhooks
{
    /// <summary>Some deliveries are JSON inside a JSON text.</summary>
    private const int MostWrappings = 2;

    public static WebhookSupport Support { get; } = new()
    {
        DataTypes = [DataType.Tickets, DataType.Companies, DataType.Contacts, DataType.Devices],
        Read = (_, _, delivery, _) => Task.FromResult<WebhookVerdict>(new WebhookVerdict.Genuine(Hints(delivery.Body))),
        ByHand = "In Syncro open Admin → Notification Center → Notification Sets, make a set with the events of tickets, customers, contacts and RMM alerts that matter, "
            + "choose Webhook as the way to send it, and paste this address. Syncro signs nothing: the address is a secret, so share it with nobody.",
    };

    /// <summary>No delivery says what kind of record it is about; that shows in its fields. What shows nothing is of no interest, since polling brings it.</summary>
    public static IReadOnlyList<WebhookHint> Hints(ReadOnlyMemory<byte> body)
    {
        try
        {
            return Hints(body, 0);
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static IReadOnlyList<WebhookHint> Hints(ReadOnlyMemory<byte> body, int wrappings)
    {
        using var json = VendorJson.Parse(body);
        return json.RootElement.ValueKind switch
        {
            JsonValueKind.String when wrappings < MostWrappings => Hints(System.Text.Encoding.UTF8.GetBytes(JsonText.Of(json.RootElement)), wrappings + 1),
            JsonValueKind.Object when json.RootElement.TryGetProperty("attributes", out var attributes) && attributes.ValueKind == JsonValueKind.Object => About(attributes),
            _ => [],
        };
    }

    private static IReadOnlyList<WebhookHint> About(JsonElement record)
    {
        bool Has(params string[] names) => names.All(n => record.TryGetProperty(n, out _));
        return Has("computer_name") && (Has("formatted_output") || Has("resolved")) ? Of(DataType.Devices, record, "asset_id")   // An alert is about its machine.
            : Has("number") && (Has("subject") || Has("status") || Has("problem_type")) ? Of(DataType.Tickets, record, "id")
            : Has("ticket_id") ? Of(DataType.Tickets, record, "ticket_id")   // A comment, an appointment, time.
            : Has("asset_type") || Has("asset_serial") ? Of(DataType.Devices, record, "id")
            : Has("business_then_name") || Has("business_name") ? Of(DataType.Companies, record, "id")
            : Has("customer_id", "name") && (Has("email") || Has("phone") || Has("mobile")) ? Of(DataType.Contacts, record, "id")
            : [];
    }

    private static IReadOnlyList<WebhookHint> Of(DataType type, JsonElement record, string field) =>
        record.TryGetProperty(field, out var value)
        && (value.ValueKind == JsonValueKind.Number ? value.TryGetInt64(out var id) : long.TryParse(value.ValueKind == JsonValueKind.String ? JsonText.Of(value) : "", NumberStyles.None, CultureInfo.InvariantCulture, out id))
        && id > 0
            ? [new WebhookHint(type, id.ToString(CultureInfo.InvariantCulture))]
            : [];
}
