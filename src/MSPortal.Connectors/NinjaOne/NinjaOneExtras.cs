using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.NinjaOne;

/// <param name="Pending">Patches of the system and of software that are to be installed.</param>
internal sealed record NinjaOneHealth(string? Status, int? Pending, int? Failed, bool RebootPending);

internal sealed record NinjaOneAntivirus(string Product, string? State, string? Definitions);

/// <summary>
/// What the list of devices lacks, by device: antivirus and patches, asked in bulk once a pass. No list of devices is worth
/// a wrong one, so that trouble here is the pass's; only what this account may not ask is left out.
/// </summary>
internal sealed class NinjaOneExtras
{
    private const string Memory = "ninjaone.extras";
    private const int PageSize = 1000;

    /// <summary>Ids in one filter: far below any limit of an address.</summary>
    private const int MostIds = 100;

    private static readonly string[] Counts = ["pendingOSPatchesCount", "pendingSoftwarePatchesCount", "failedOSPatchesCount", "failedSoftwarePatchesCount"];

    private readonly Dictionary<string, NinjaOneHealth> health = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<NinjaOneAntivirus>> antivirus = new(StringComparer.Ordinal);

    public NinjaOneHealth? Health(string device) => health.GetValueOrDefault(device);

    /// <summary>Those that are on, or all where none is: Windows lists its own beside the one that replaced it.</summary>
    public IReadOnlyList<NinjaOneAntivirus> Antivirus(string device)
    {
        if (!antivirus.TryGetValue(device, out var all))
        {
            return [];
        }

        var on = all.Where(a => a.State?.Equals("ON", StringComparison.OrdinalIgnoreCase) is true).ToList();
        return [.. (on.Count > 0 ? on : all).OrderBy(a => a.Product, StringComparer.Ordinal).ThenBy(a => a.State, StringComparer.Ordinal).ThenBy(a => a.Definitions, StringComparer.Ordinal)];
    }

    /// <summary>Those of all devices: remembered from the pass's first page on, and asked for again when this process has forgotten them.</summary>
    public static async Task<(NinjaOneExtras Extras, NinjaOnePlace Place)> OfPassAsync(NinjaOneClient client, NinjaOnePlace place, CancellationToken ct)
    {
        var memory = client.Session.Memory;
        if (place.Pass is { } pass && memory.TryGetValue(Memory, out var known) && known is Remembered remembered && remembered.Pass == pass)
        {
            return (remembered.Extras, place);
        }

        var name = client.Session.Clock.GetUtcNow().UtcTicks.ToString(CultureInfo.InvariantCulture);
        var extras = new NinjaOneExtras();
        await extras.AddAsync(client, "", ct);
        memory[Memory] = new Remembered(name, extras);
        return (extras, place with { Pass = name });
    }

    /// <summary>The pass is over.</summary>
    public static void Forget(Session session) => session.Memory.TryRemove(Memory, out _);

    /// <summary>Those of a few devices, by the same questions with a filter.</summary>
    public static async Task<NinjaOneExtras> OfAsync(NinjaOneClient client, IEnumerable<string> ids, CancellationToken ct)
    {
        var extras = new NinjaOneExtras();
        foreach (var chunk in ids.Chunk(MostIds))
        {
            await extras.AddAsync(client, $"df={Uri.EscapeDataString($"id in ({string.Join(',', chunk)})")}&", ct);
        }

        return extras;
    }

    private async Task AddAsync(NinjaOneClient client, string filter, CancellationToken ct)
    {
        await foreach (var row in RowsAsync(client, "/queries/antivirus-status", filter, ct))
        {
            if (row.Id("deviceId") is { } device && row.Text("productName")?.Trim() is { Length: > 0 } product)
            {
                (antivirus.TryGetValue(device, out var list) ? list : antivirus[device] = []).Add(new NinjaOneAntivirus(product, row.Text("productState"), row.Text("definitionStatus")));
            }
        }

        await foreach (var row in RowsAsync(client, "/queries/device-health", filter, ct))
        {
            if (row.Id("deviceId") is { } device)
            {
                health[device] = new NinjaOneHealth(
                    row.Text("healthStatus"),
                    Sum(row.Whole("pendingOSPatchesCount"), row.Whole("pendingSoftwarePatchesCount")),
                    Sum(row.Whole("failedOSPatchesCount"), row.Whole("failedSoftwarePatchesCount")),
                    row.Text("pendingRebootReason") is not null);
            }
        }
    }

    /// <summary>A row that cannot be understood is passed over: it costs its device some fields, and no other.</summary>
    private static async IAsyncEnumerable<JsonRow> RowsAsync(NinjaOneClient client, string path, string filter, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var page in NinjaOneQueries.ReadAsync(client, path, filter, PageSize, ct))
        {
            foreach (var element in page.EnumerateArray())
            {
                if (IsGood(element))
                {
                    yield return new JsonRow(element);
                }
            }
        }
    }

    private static bool IsGood(JsonElement element)
    {
        try
        {
            var row = new JsonRow(element);
            _ = (row.Id("deviceId"), row.Text("productName"), row.Text("productState"), row.Text("definitionStatus"), row.Text("healthStatus"), row.Text("pendingRebootReason"));
            return Counts.All(n => row.Whole(n) is null or (>= 0 and < int.MaxValue / 2));
        }
        catch (Exception e) when (e is FieldException or InvalidOperationException)
        {
            return false;
        }
    }

    private static int? Sum(long? one, long? other) => one is null && other is null ? null : (int)((one ?? 0) + (other ?? 0));

    private sealed record Remembered(string Pass, NinjaOneExtras Extras);
}
