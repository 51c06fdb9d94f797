using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Histories.Vendors;
using MSPortal.Histories.Vendors.Rmms;

namespace MSPortal.Bench.Together;

/// <summary>An RMM with all its devices, what is told of each alone, and what is wrong with them.</summary>
internal sealed class ConnectedRmm(Rmm rmm, IServiceProvider portal, TimeProvider clock, Wire wire) : Connected(rmm, portal, clock, wire)
{
    protected override IReadOnlyList<Truth> Truths => rmm.Others;

    /// <summary>Where single devices are asked, half of what changes is looked into again, too.</summary>
    public override async Task<int> ChangeAsync(CancellationToken ct)
    {
        var chosen = (await TheirsAsync(rmm.Devices, ct)).Select(d => d.Row).Where((_, i) => i % 100 == 0).ToList();
        foreach (var (device, i) in chosen.Select((d, i) => (d, i)))
        {
            await Control.DoAsync(rmm.Rename(device, string.Create(CultureInfo.InvariantCulture, $"CHANGED-{i}")), ct);
            if (i % 2 == 0 && rmm.LookAgain(device, "somebody.else") is { } look)
            {
                await Control.DoAsync(look, ct);
            }
        }

        return chosen.Count;
    }

    protected override async Task<IEnumerable<(string Partition, JsonNode Row)>> TheirsAsync(Truth truth, CancellationToken ct) =>
        rmm.Plain(truth, await RecordsAsync(truth.Kind, ct)).Select(r => ("", r));
}
