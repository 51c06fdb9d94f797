using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.ConnectWiseAsio;

/// <summary>What the platform tells of a device only when asked for that one: its volumes and who uses it. Read when the device's own time of change moves, within a budget of its own.</summary>
internal static class AsioDetails
{
    private const string Fields = "macAddress,ipAddress,modifiedAt,virtualType,os,system,bios,baseboard,processors,physicalMemory,logicalVolume";

    /// <summary>The address names company and site, too; where the device stands, one question more tells.</summary>
    public static async Task<ChildrenResult> ReadAsync(Session session, string device, CancellationToken ct)
    {
        var client = new AsioClient(session);
        var place = await AsioDevices.PlaceAsync(client, device, ct);
        if (place is not { Company: { } company, Site: { } site })
        {
            // One without a site cannot be asked for; of one that is not there the engine asks once more before it believes it.
            return place is null ? new ChildrenResult([], Complete: false, ParentGone: true) : new ChildrenResult([]);
        }

        var response = await AskAsync(client, company, site, device, ct);
        if (AsioErrors.IsNotFound(response))
        {
            return new ChildrenResult([]);   // A device without details.
        }

        if (!response.IsSuccess)
        {
            throw client.Refusal(response, AsioPermissions.Devices);
        }

        var answer = client.Data(response, JsonValueKind.Object);
        var element = AsioDevices.Categories.Select(c => answer.TryGetProperty(c, out var part) && part.ValueKind == JsonValueKind.Object ? part : (JsonElement?)null).FirstOrDefault(p => p is not null) ?? answer;
        try
        {
            return new ChildrenResult([AsioMapping.Detail(new JsonRow(element), device)]);
        }
        catch (Exception e) when (e is FieldException or InvalidOperationException)
        {
            return new ChildrenResult([]) { Bad = [new BadRow(device, JsonRow.Reason(e), RowSample.Of(element, "users", "username", "description"))] };
        }
    }

    public static Task<VendorResponse> AskAsync(AsioClient client, string company, string site, string device, CancellationToken ct) => client.AskAsync(
        HttpMethod.Get, $"/v2/device/companies/{company}/sites/{site}/endpoints/{device}?field={Uri.EscapeDataString(Fields)}", null, AsioPermissions.Devices, ct);
}
