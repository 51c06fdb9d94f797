using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Histories.Vendors;
using MSPortal.Histories.Vendors.Psas;

namespace MSPortal.Bench.Together;

/// <summary>A PSA with every ticket that the usual choice allows, however old.</summary>
internal sealed class ConnectedPsa(Psa psa, IServiceProvider portal, TimeProvider clock, Wire wire) : Connected(psa, portal, clock, wire)
{
    protected override IReadOnlyList<Truth> Truths => [psa.Tickets, psa.Notes, .. psa.Others];

    public override async Task<int> ChangeAsync(CancellationToken ct)
    {
        var chosen = (await InScopeAsync(ct)).Where((_, i) => i % 100 == 0).ToList();
        foreach (var ticket in chosen)
        {
            await Control.DoAsync(psa.Rename(ticket, string.Create(CultureInfo.InvariantCulture, $"Changed {ticket["id"]}")), ct);
        }

        return chosen.Count;
    }

    /// <summary>The others' limits are on by themselves.</summary>
    protected override Task PrepareAsync(CancellationToken ct) =>
        psa.Provider == "connectwise" ? Control.DoAsync(new Edit(HttpMethod.Post, "rate", new { perMinute = 1000 }), ct) : Task.CompletedTask;

    protected override async Task ChooseAsync(CancellationToken ct)
    {
        var scope = (await Store.IntegrationAsync(1, Id, ct))!.Scope with { Containers = await psa.ContainersAsync(kind => RecordsAsync(kind, ct)), HistoryMonths = null };
        await Integrations.SetScopeAsync(Id, scope, Person, ct);
    }

    protected override async Task<IEnumerable<(string Partition, JsonNode Row)>> TheirsAsync(Truth truth, CancellationToken ct) => (
        truth == psa.Tickets ? psa.Plain(truth, await InScopeAsync(ct))
        : truth == psa.Notes ? await psa.NotesAsync(await InScopeAsync(ct), kind => RecordsAsync(kind, ct))
        : psa.Plain(truth, await RecordsAsync(truth.Kind, ct))).Select(r => ("", r));

    private async Task<IReadOnlyList<JsonNode>> InScopeAsync(CancellationToken ct)
    {
        var scope = (await Store.IntegrationAsync(1, Id, ct))!.Scope;
        return [.. (await RecordsAsync(psa.Tickets.Kind, ct)).Where(t => psa.IsInScope(t, scope, Clock.GetUtcNow()))];
    }
}
