using System.Net;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.DattoRmm;

/// <summary>Audits, one request per device, at another address for each class of device.</summary>
internal static class DattoRmmAudits
{
    private const string MemoryKey = "dattormm.class/";
    private const string Usual = "device";

    /// <summary>The classes that have an audit.</summary>
    private static readonly string[] Classes = [Usual, "printer", "esxihost"];

    public static bool IsAudited(string? deviceClass) => deviceClass is not null && Classes.Contains(deviceClass);

    /// <summary>Which class a device has comes with its list; without it each audit would cost a second request.</summary>
    public static void Remember(Session session, JsonRow device)
    {
        if (device.Uid("uid") is { } uid && device.Text("deviceClass") is { } known)
        {
            session.Memory[MemoryKey + uid] = string.IsInterned(known) ?? known;
        }
    }

    public static async Task<ChildrenResult> ReadAsync(Session session, string deviceId, CancellationToken ct)
    {
        if (!JsonRow.IsUid(deviceId))
        {
            return new ChildrenResult([], Complete: false);
        }

        var client = new DattoRmmClient(session);
        return await ReadAsync(client, deviceId, session.Memory.TryGetValue(MemoryKey + deviceId, out var known) ? (string)known : null, ct);
    }

    /// <summary>A device whose class has changed since answers 400, and is asked for its class then.</summary>
    private static async Task<ChildrenResult> ReadAsync(DattoRmmClient client, string deviceId, string? remembered, CancellationToken ct)
    {
        if (remembered is not null && !IsAudited(remembered))
        {
            return new ChildrenResult([]);
        }

        var response = remembered is null ? null : await client.AskAsync($"/v2/audit/{remembered}/{deviceId}", ct);
        if (response is null || response.Status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound)
        {
            var (gone, deviceClass) = await ClassAsync(client, deviceId, ct);
            if (gone)
            {
                return new ChildrenResult([], Complete: false, ParentGone: true);
            }

            if (!IsAudited(deviceClass) || (deviceClass == remembered && response is not null && DattoRmmErrors.IsNotFound(response)))
            {
                return new ChildrenResult([]);   // It is there, and there is no audit of it.
            }

            response = deviceClass == remembered ? response : await client.AskAsync($"/v2/audit/{deviceClass}/{deviceId}", ct);
            return DattoRmmErrors.IsNotFound(response!) ? new ChildrenResult([]) : Understand(client, deviceId, deviceClass!, response!);
        }

        return Understand(client, deviceId, remembered!, response);
    }

    private static ChildrenResult Understand(DattoRmmClient client, string deviceId, string deviceClass, VendorResponse response)
    {
        if (!response.IsSuccess)
        {
            throw client.Refusal(response, DattoRmmPermissions.Audits);
        }

        using var json = response.TryJson();
        if (json is not { RootElement.ValueKind: JsonValueKind.Object })
        {
            throw DattoRmmErrors.NoData(response, client.Scrub);
        }

        try
        {
            return new ChildrenResult([DattoRmmAuditMapping.Detail(new JsonRow(json.RootElement), deviceId, deviceClass)]);
        }
        catch (Exception e) when (e is FieldException or InvalidOperationException)
        {
            return new ChildrenResult([]) { Bad = [new BadRow(deviceId, JsonRow.Reason(e), "") { ParentId = deviceId }] };
        }
    }

    private static async Task<(bool Gone, string? Class)> ClassAsync(DattoRmmClient client, string deviceId, CancellationToken ct)
    {
        var response = await client.AskAsync($"{DattoRmmStreams.Devices.Single}/{deviceId}", ct);
        if (DattoRmmErrors.IsNotFound(response))
        {
            return (true, null);
        }

        if (!response.IsSuccess)
        {
            throw client.Refusal(response, DattoRmmPermissions.Devices);
        }

        using var json = response.TryJson();
        if (json is not { RootElement.ValueKind: JsonValueKind.Object })
        {
            throw DattoRmmErrors.NoData(response, client.Scrub);
        }

        try
        {
            var row = new JsonRow(json.RootElement);
            Remember(client.Session, row);
            return (row.Flag("deleted") is true, row.Text("deviceClass"));
        }
        catch (Exception e) when (e is FieldException or InvalidOperationException)
        {
            throw new FaultException(new Fault.BadData("Datto RMM says nothing readable about a device."), e);
        }
    }
}
