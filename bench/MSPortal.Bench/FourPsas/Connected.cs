using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Histories.Vendors;
using MSPortal.Histories.Vendors.Psas;
using MSPortal.Simulators;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Bench.FourPsas;

/// <summary>One of the four: its simulator, and its integration in the portal that all share.</summary>
internal sealed class Connected(Psa psa, IServiceProvider portal, TimeProvider clock, Wire wire) : IAsyncDisposable
{
    private static readonly Actor Person = new(1, "bench@example.com", null);

    private SimulatedPsa? vendor;
    private long id;

    public Psa Psa => psa;

    public IConnector Connector { get; } = portal.GetServices<IConnector>().Single(c => c.Info.Id == psa.Provider);

    public Line Line => wire.Of(vendor!.Address);

    private VendorControl Control => vendor!.Control;

    private ISyncStore Store => portal.GetRequiredService<ISyncStore>();

    private IIntegrationStore Integrations => portal.GetRequiredService<IIntegrationStore>();

    private PortalDatabase Data => portal.GetRequiredService<PortalDatabase>();

    /// <summary>Every ticket that the usual choice allows, however old.</summary>
    public async Task ConnectAsync(int tickets, CancellationToken ct)
    {
        vendor = await SimulatedPsa.StartAsync(psa, new SimulatorOptions { Seed = 11, Companies = 200, Tickets = tickets, Now = clock.GetUtcNow(), Time = clock }, ct);
        if (psa.Provider == "connectwise")
        {
            await Control.DoAsync(new Edit(HttpMethod.Post, "rate", new { perMinute = 1000 }), ct);   // The others' limits are on by themselves.
        }

        var entered = await Control.SettingsAsync(Connector.Settings.Fields.Select(f => f.Key), ct);
        var made = await portal.GetRequiredService<Connecting>().ConnectAsync(psa.Provider, "", entered, skipTest: false, Person, ct);
        id = made.IntegrationId ?? throw new InvalidOperationException($"{psa.Provider}: {string.Join(" ", made.Errors.Select(e => e.Message))}");
        var scope = (await Store.IntegrationAsync(1, id, ct))!.Scope with { Containers = await psa.ContainersAsync(vendor.Rows(ct)), HistoryMonths = null };
        await Integrations.SetScopeAsync(id, scope, Person, ct);
    }

    /// <summary>Works as the portal does until everything was read once and nothing waits.</summary>
    public async Task FirstImportAsync(CancellationToken ct)
    {
        while (!await IsImportedAsync(ct))
        {
            await TurnAsync(ct);
        }
    }

    /// <summary>One cycle of all data types that are read by the list, and of the notes of what changed.</summary>
    /// <returns>Calls by data type.</returns>
    public async Task<IReadOnlyDictionary<DataType, long>> CycleAsync(bool full, CancellationToken ct)
    {
        var types = Connector.Streams.Select(s => s.DataType).Where(t => !full || t != DataType.TicketNotes).ToList();
        var asked = await Integrations.RequestSyncAsync(new SyncOrder(id, SyncTrigger.Manual, types, Full: full), null, Person, ct);
        var request = asked.RequestId ?? throw new InvalidOperationException(asked.Refusal);
        while (true)
        {
            await using (var db = Data.Open(1))
            {
                if (await db.SyncRequests.Where(r => r.Id == request).Select(r => r.EndedAt).SingleAsync(ct) is not null)
                {
                    var runs = await db.Runs.Where(r => r.RequestId == request).ToListAsync(ct);
                    return runs.Any(r => r.Status is not (RunStatus.Succeeded or RunStatus.Partial))
                        ? throw new InvalidOperationException($"{psa.Provider}: {string.Join(" ", runs.Select(r => $"{r.DataType} {r.Status} {r.Message}"))}")
                        : runs.GroupBy(r => r.DataType).ToDictionary(g => g.Key, g => g.Sum(r => r.ApiCalls));
                }
            }

            await TurnAsync(ct);
        }
    }

    public async Task<IReadOnlyDictionary<DataType, long>> CallsAsync(CancellationToken ct)
    {
        await using var db = Data.Open(1);
        return await db.Runs.Where(r => r.IntegrationId == id).GroupBy(r => r.DataType).Select(g => new { g.Key, Calls = g.Sum(r => r.ApiCalls) }).ToDictionaryAsync(g => g.Key, g => g.Calls, ct);
    }

    public async Task<IReadOnlyDictionary<DataType, int>> CountsAsync(CancellationToken ct)
    {
        var counts = new Dictionary<DataType, int>();
        foreach (var truth in psa.Others.Append(psa.Tickets).Append(psa.Notes))
        {
            counts[truth.DataType] = (await PayloadsAsync(truth.DataType, ct)).Count;
        }

        return counts;
    }

    /// <summary>One in a hundred tickets gets another name.</summary>
    public async Task<int> ChangeAsync(CancellationToken ct)
    {
        var chosen = (await InScopeAsync(ct)).Where((_, i) => i % 100 == 0).ToList();
        foreach (var ticket in chosen)
        {
            await Control.DoAsync(psa.Rename(ticket, string.Create(CultureInfo.InvariantCulture, $"Changed {ticket["id"]}")), ct);
        }

        return chosen.Count;
    }

    /// <returns>What is not as it is at the vendor, by data type; empty when all sets are equal, contents included.</returns>
    public async Task<IReadOnlyList<string>> DifferencesAsync(CancellationToken ct)
    {
        var tickets = await InScopeAsync(ct);
        var found = new List<string>();
        async Task CompareAsync(Truth truth, IEnumerable<JsonNode> rows)
        {
            var theirs = rows.Select(truth.VendorLine).ToHashSet(StringComparer.Ordinal);
            var ours = (await PayloadsAsync(truth.DataType, ct)).Select(truth.OurLine).ToHashSet(StringComparer.Ordinal);
            if (!ours.SetEquals(theirs))
            {
                found.Add($"{truth.DataType}: {theirs.Except(ours).Count()} missing or other, {ours.Except(theirs).Count()} too many or other; e.g. {theirs.Except(ours).FirstOrDefault()} / {ours.Except(theirs).FirstOrDefault()}");
            }
        }

        await CompareAsync(psa.Tickets, psa.Plain(psa.Tickets, tickets));
        await CompareAsync(psa.Notes, await psa.NotesAsync(tickets, vendor!.Rows(ct)));
        foreach (var truth in psa.Others)
        {
            await CompareAsync(truth, psa.Plain(truth, await Control.RecordsAsync(truth.Kind, ct)));
        }

        return found;
    }

    public ValueTask DisposeAsync() => vendor?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task TurnAsync(CancellationToken ct)
    {
        await portal.GetRequiredService<IntegrationRunner>().RunDueAsync(1, id, ct);
        if (await Store.NextDueAsync(1, id, ct) is { } due && due - clock.GetUtcNow() is var wait && wait > TimeSpan.Zero)
        {
            await Task.Delay(wait < TimeSpan.FromSeconds(30) ? wait : TimeSpan.FromSeconds(30), clock, ct);
        }
    }

    private async Task<bool> IsImportedAsync(CancellationToken ct)
    {
        await using var db = Data.Open(1);
        return !await db.Streams.AnyAsync(s => s.IntegrationId == id && s.Enabled && s.LastCompleteAt == null, ct)
            && !await db.ChildQueue.AnyAsync(q => q.IntegrationId == id, ct);
    }

    private async Task<IReadOnlyList<JsonNode>> InScopeAsync(CancellationToken ct)
    {
        var scope = (await Store.IntegrationAsync(1, id, ct))!.Scope;
        return [.. (await Control.RecordsAsync(psa.Tickets.Kind, ct)).Where(t => psa.IsInScope(t, scope, clock.GetUtcNow()))];
    }

    private async Task<IReadOnlyList<string>> PayloadsAsync(DataType type, CancellationToken ct)
    {
        var live = (await Store.StreamsAsync(1, id, ct)).Single(s => s.Key.DataType == type).Progress.LiveGeneration;
        await using var db = Data.Open(1);
        IQueryable<RecordRow> rows = type switch
        {
            DataType.Tickets => db.Tickets,
            DataType.TicketNotes => db.TicketNotes,
            DataType.Companies => db.ExternalCompanies,
            DataType.Contacts => db.ExternalContacts,
            DataType.Users => db.ExternalUsers,
            DataType.Devices => db.ExternalDevices,
            _ => db.TimeEntries,
        };
        return await rows.AsNoTracking().Where(r => r.IntegrationId == id && r.Generation == live).Select(r => r.Payload).ToListAsync(ct);
    }
}
