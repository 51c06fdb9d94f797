using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Histories.Portal;
using MSPortal.Histories.Vendors;
using MSPortal.Simulators;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Bench.Together;

/// <summary>One vendor among several: its simulator, and its integration in the portal that all share.</summary>
internal abstract class Connected(KnownVendor vendor, IServiceProvider portal, TimeProvider clock, Wire wire) : IAsyncDisposable
{
    protected static readonly Actor Person = new(1, "bench@example.com", null);

    private SimulatedVendor? simulator;

    public string Provider => vendor.Provider;

    public IConnector Connector { get; } = portal.GetServices<IConnector>().Single(c => c.Info.Id == vendor.Provider);

    public Line Line => wire.Of(simulator!.Address);

    protected long Id { get; private set; }

    protected VendorControl Control => simulator!.Control;

    protected TimeProvider Clock => clock;

    protected IServiceProvider Portal => portal;

    protected ISyncStore Store => portal.GetRequiredService<ISyncStore>();

    protected IIntegrationStore Integrations => portal.GetRequiredService<IIntegrationStore>();

    /// <summary>What is counted and compared of it.</summary>
    protected abstract IReadOnlyList<Truth> Truths { get; }

    private PortalDatabase Data => portal.GetRequiredService<PortalDatabase>();

    public async Task ConnectAsync(SimulatorOptions size, CancellationToken ct)
    {
        simulator = await SimulatedVendor.StartAsync(vendor.Provider, size with { Now = clock.GetUtcNow(), Time = clock }, ct);
        await PrepareAsync(ct);
        var about = await Control.AboutAsync(ct);
        var made = await portal.GetRequiredService<Connecting>().ConnectAsync(vendor.Provider, "", vendor.Entered(about, Connector), skipTest: false, Person, ct);
        Id = made.IntegrationId ?? throw new InvalidOperationException($"{vendor.Provider}: {string.Join(" ", made.Errors.Select(e => e.Message))}");
        await ChooseAsync(ct);
    }

    /// <summary>Works as the portal does until everything was read once and nothing waits.</summary>
    public async Task FirstImportAsync(CancellationToken ct)
    {
        while (!await IsImportedAsync(ct))
        {
            await TurnAsync(ct);
        }
    }

    /// <summary>One cycle of all data types that are read by the list, and of what hangs on what changed.</summary>
    /// <returns>Calls by data type.</returns>
    public async Task<IReadOnlyDictionary<DataType, long>> CycleAsync(bool full, CancellationToken ct)
    {
        var types = Connector.Streams.Where(s => !full || s.Parent is null).Select(s => s.DataType).ToList();
        var asked = await Integrations.RequestSyncAsync(new SyncOrder(Id, SyncTrigger.Manual, types, Full: full), null, Person, ct);
        var request = asked.RequestId ?? throw new InvalidOperationException(asked.Refusal);
        while (true)
        {
            await using (var db = Data.Open(1))
            {
                if (await db.SyncRequests.Where(r => r.Id == request).Select(r => r.EndedAt).SingleAsync(ct) is not null)
                {
                    var runs = await db.Runs.Where(r => r.RequestId == request).ToListAsync(ct);
                    return runs.Any(r => r.Status is not (RunStatus.Succeeded or RunStatus.Partial))
                        ? throw new InvalidOperationException($"{vendor.Provider}: {string.Join(" ", runs.Select(r => $"{r.DataType} {r.Status} {r.Message}"))}")
                        : runs.GroupBy(r => r.DataType).ToDictionary(g => g.Key, g => g.Sum(r => r.ApiCalls));
                }
            }

            await TurnAsync(ct);
        }
    }

    public async Task<IReadOnlyDictionary<DataType, long>> CallsAsync(CancellationToken ct)
    {
        await using var db = Data.Open(1);
        return await db.Runs.Where(r => r.IntegrationId == Id).GroupBy(r => r.DataType).Select(g => new { g.Key, Calls = g.Sum(r => r.ApiCalls) }).ToDictionaryAsync(g => g.Key, g => g.Calls, ct);
    }

    /// <summary>Rows by data type, of each client where they are kept apart.</summary>
    public async Task<IReadOnlyDictionary<DataType, IReadOnlyList<int>>> CountsAsync(CancellationToken ct)
    {
        var counts = new Dictionary<DataType, IReadOnlyList<int>>();
        foreach (var truth in Truths)
        {
            counts[truth.DataType] = [.. (await RowsAsync(truth.DataType, ct)).GroupBy(r => r.Partition).Select(g => g.Count())];
        }

        return counts;
    }

    /// <summary>One in a hundred of what changes most gets another name.</summary>
    /// <returns>How many.</returns>
    public abstract Task<int> ChangeAsync(CancellationToken ct);

    /// <returns>What is not as it is at the vendor, by data type; empty when all sets are equal, contents included.</returns>
    public async Task<IReadOnlyList<string>> DifferencesAsync(CancellationToken ct)
    {
        var found = new List<string>();
        foreach (var truth in Truths)
        {
            var theirs = (await TheirsAsync(truth, ct)).Select(r => $"{r.Partition} {truth.VendorLine(r.Row)}").ToHashSet(StringComparer.Ordinal);
            var ours = (await RowsAsync(truth.DataType, ct)).Select(r => $"{r.Partition} {truth.OurLine(r.Payload)}").ToHashSet(StringComparer.Ordinal);
            if (!ours.SetEquals(theirs))
            {
                found.Add($"{truth.DataType}: {theirs.Except(ours).Count()} missing or other, {ours.Except(theirs).Count()} too many or other; e.g. {theirs.Except(ours).FirstOrDefault()} / {ours.Except(theirs).FirstOrDefault()}");
            }
        }

        return found;
    }

    public ValueTask DisposeAsync() => simulator?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>What is done at the vendor before anybody connects.</summary>
    protected virtual Task PrepareAsync(CancellationToken ct) => Task.CompletedTask;

    /// <summary>What a person chooses once it is connected.</summary>
    protected virtual Task ChooseAsync(CancellationToken ct) => Task.CompletedTask;

    /// <summary>The vendor's rows, with the client that each belongs to where they are kept apart.</summary>
    protected abstract Task<IEnumerable<(string Partition, JsonNode Row)>> TheirsAsync(Truth truth, CancellationToken ct);

    protected Task<IReadOnlyList<JsonNode>> RecordsAsync(string kind, CancellationToken ct) => Control.RecordsAsync(kind, ct);

    protected async Task TurnAsync(CancellationToken ct)
    {
        await portal.GetRequiredService<IntegrationRunner>().RunDueAsync(1, Id, ct);
        if (await Store.NextDueAsync(1, Id, ct) is { } due && due - clock.GetUtcNow() is var wait && wait > TimeSpan.Zero)
        {
            await Task.Delay(wait < TimeSpan.FromSeconds(30) ? wait : TimeSpan.FromSeconds(30), clock, ct);
        }
    }

    private async Task<bool> IsImportedAsync(CancellationToken ct)
    {
        await using var db = Data.Open(1);
        return !await db.Streams.AnyAsync(s => s.IntegrationId == Id && s.Enabled && s.LastCompleteAt == null, ct)
            && !await db.ChildQueue.AnyAsync(q => q.IntegrationId == Id, ct);
    }

    private async Task<IReadOnlyList<(string Partition, string Payload)>> RowsAsync(DataType type, CancellationToken ct)
    {
        await using var db = Data.Open(1);
        var live = await db.Streams.Where(s => s.IntegrationId == Id && s.DataType == type).ToDictionaryAsync(s => s.Partition, s => s.LiveGeneration, ct);
        var all = await RecordRows.Of(db, type).AsNoTracking().Where(r => r.IntegrationId == Id).Select(r => new { r.Partition, r.Generation, r.Payload }).ToListAsync(ct);
        return [.. all.Where(r => live.GetValueOrDefault(r.Partition) == r.Generation).Select(r => (r.Partition, r.Payload))];
    }
}
