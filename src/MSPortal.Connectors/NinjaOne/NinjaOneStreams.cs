using System.Runtime.CompilerServices;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.NinjaOne;

/// <summary>Which lists there are, and what is read beside them.</summary>
internal static class NinjaOneStreams
{
    public static NinjaOneList Companies { get; } = new("/organizations", "/organization", "organizations", 1000, NinjaOnePermissions.Companies, NinjaOneMapping.Company);

    public static NinjaOneList Devices(NinjaOneClient client, NinjaOneExtras extras) =>
        new("/devices-detailed", "/device", "devices", 500, NinjaOnePermissions.Devices, (element, row) => NinjaOneMapping.Device(element, row, extras, client.Site));

    public static IAsyncEnumerable<Page> ReadCompanies(Session session, ReadRequest request, CancellationToken ct) =>
        NinjaOneLists.ReadAsync(new NinjaOneClient(session), Companies, NinjaOnePlace.Read(request.Cursor), ct);

    public static async IAsyncEnumerable<Page> ReadDevices(Session session, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var client = new NinjaOneClient(session);
        var (extras, place) = await NinjaOneExtras.OfPassAsync(client, NinjaOnePlace.Read(request.Cursor), ct);
        await foreach (var page in NinjaOneLists.ReadAsync(client, Devices(client, extras), place, ct))
        {
            if (page.Next.IsStart)
            {
                NinjaOneExtras.Forget(session);
            }

            yield return page;
        }
    }

    public static async Task<IReadOnlyList<ReadResult>> ReadDevicesByIdsAsync(Session session, IReadOnlyList<string> ids, CancellationToken ct)
    {
        var client = new NinjaOneClient(session);
        var extras = await NinjaOneExtras.OfAsync(client, ids.Where(NinjaOneByIds.IsNumber).Distinct(StringComparer.Ordinal), ct);
        return await NinjaOneByIds.ReadAsync(client, Devices(client, extras), ids, ct);
    }
}
