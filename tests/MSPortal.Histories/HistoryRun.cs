using System.Globalization;
using Microsoft.AspNetCore.DataProtection;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Histories.Clockwork;
using MSPortal.Histories.Defects;
using MSPortal.Histories.Judgement;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Portal;
using MSPortal.Histories.Vendors;
using MSPortal.Storage;
using MSPortal.Storage.Integrations;
using MSPortal.Storage.Secrets;
using MSPortal.Storage.Sync;
using MSPortal.Storage.Webhooks;

namespace MSPortal.Histories;

/// <summary>How a history ended.</summary>
/// <param name="Violation">What must not be; null when all was well.</param>
/// <param name="Trace">Every call in its order, for comparing.</param>
/// <param name="Struck">How often each kind of fault met a request, or began to be the vendor's way.</param>
/// <param name="Post">What became of webhooks and of the hints in them, and how often.</param>
internal sealed record Ending(string? Violation, IReadOnlyList<string> Trace, int Calls, long VendorCalls, TimeSpan Lived, IReadOnlyDictionary<FaultKind, int> Struck, IReadOnlyDictionary<string, int> Post);

/// <summary>Plays one history: the real engine and the real storage between a vendor that is broken and people who press buttons.</summary>
internal sealed partial class HistoryRun : IFate, IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 10, 9, 0, 0, TimeSpan.Zero);
    private static readonly EphemeralDataProtectionProvider Protection = new();
    private static readonly Actor Ada = new(Databases.Tenant, "ada@example.com", "192.0.2.1");

    /// <summary>Of the whole history, and some a minute on top: some vendors are asked every five minutes all night, each time with twenty calls for every data type.</summary>
    private const int FewCalls = 25_000;

    private const int CallsPerMinute = 15;

    /// <summary>In one go, and one a minute on top.</summary>
    private const int FewTurns = 400;

    private static readonly TimeSpan Impatience = TimeSpan.FromMinutes(15);

    /// <summary>Everything small, so that small worlds meet every boundary.</summary>
    private static readonly SyncOptions Options = new()
    {
        SlicePages = 3, SliceParents = 4, ConfirmBatch = 3, ClearBatch = 6, QuarantineBatch = 3, GuardRows = 3,
    };

    private readonly History history;
    private readonly VirtualClock clock;
    private readonly Pump pump;
    private readonly Repertoire repertoire;
    private readonly IVendorWorld vendor;
    private readonly PortalDatabase database;
    private readonly SyncStore store;
    private readonly IntegrationStore integrations;
    private readonly WebhookStore webhooks;
    private readonly IConnector connector;
    private readonly Flaw flaw;
    private readonly Door door;
    private readonly LogWatch logs;
    private readonly Timeline timeline = new();
    private readonly Judge judge;
    private readonly Process[] processes;
    private readonly List<Task> background = [];
    private readonly List<DateTimeOffset> announced = [];
    private readonly SortedDictionary<int, List<Deed>> ambushes = [];
    private readonly List<string>? trace;
    private int events;
    private bool changed;
    private long integrationId;
    private string? violation;

    private HistoryRun(History history, PortalDatabase database, HistoryVendor vendor, Defect? defect, bool traced)
    {
        (this.history, this.database, repertoire, flaw) = (history, database, vendor.Repertoire, defect?.Make() ?? new Flaw());
        clock = new VirtualClock(Start);
        pump = new Pump(clock);
        this.vendor = vendor.Make(history.World, clock);
        connector = flaw.Connector(this.vendor.Connector, (request, ct) => door!.SendAsync(processes![0].Id, request, ct));
        var vault = new Vault(database, Protection);
        store = new SyncStore(database, vault, clock);
        integrations = new IntegrationStore(database, vault, clock);
        webhooks = new WebhookStore(database, vault, clock);
        door = new Door(this.vendor, clock, history.Seed);
        logs = new LogWatch(this.vendor.Secrets);
        judge = new Judge(this.vendor, timeline, Options);
        trace = traced ? [] : null;
        processes = [.. Enumerable.Range(1, history.World.TwoNodes ? 2 : 1).Select(n => New($"node{n}", 1))];
    }

    public static Ending Play(History history, PortalDatabase database, HistoryVendor vendor, Defect? defect = null, bool traced = false)
    {
        using var run = new HistoryRun(history, database, vendor, defect, traced);
        try
        {
            run.pump.Run(run.PlayAsync);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            run.violation ??= $"{e.GetType().Name}: {e.Message}{(e is ViolationException ? "" : $"\n{e.StackTrace}")}";
        }
        finally
        {
            Pump.AtOnce(async () => await run.vendor.DisposeAsync());
        }

        // Another one every time.
        var path = run.endpoint?.Path;
        var calls = path is null ? run.trace : run.trace?.ConvertAll(t => t.Replace(path, "path", StringComparison.Ordinal));
        return new Ending(run.violation, calls ?? [], run.events, run.door.Watch.Calls, run.clock.Now - Start, run.door.Struck, run.post);
    }

    /// <summary>Every call of the portal counts as one event, before it is made and when it was answered.</summary>
    public Task PassAsync(Process process, string what)
    {
        if (violation is not null)
        {
            // The rest would only take time.
            throw new ViolationException(violation);
        }

        if (++events > FewCalls + (CallsPerMinute * (clock.Now - Start).TotalMinutes))
        {
            Fail($"The engine finds no end: {events} calls.");
            throw new ViolationException(violation!);
        }

        trace?.Add(string.Create(CultureInfo.InvariantCulture, $"{clock.Now:dd HH:mm:ss.fff} {process.Id} {what}"));
        while (ambushes.Count > 0 && ambushes.First() is var (at, deeds) && at <= events)
        {
            ambushes.Remove(at);
            Here(() => deeds.ForEach(d => Do(d, process)));
        }

        return Task.CompletedTask;
    }

    /// <summary>Also from within a step: what a deed begins goes on afterwards, on the thread of the history.</summary>
    private void Here(Action act)
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(pump);
        try
        {
            act();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    public void Stored(string call, object?[] arguments, object? result)
    {
        changed |= call is nameof(ISyncStore.CommitPageAsync) or nameof(ISyncStore.CommitReadsAsync) or nameof(ISyncStore.CommitChildrenAsync)
            or nameof(ISyncStore.UpdateRunAsync) or nameof(ISyncStore.SwapGenerationAsync) or nameof(ISyncStore.CarryOverAsync);
        Fail(judge.Stored(call, arguments, result));
        Noted(call, arguments, result);
    }

    public void Dispose()
    {
        logs.Dispose();
        counter.Dispose();
    }

    public void Failed() => door.Troubles.Add((clock.Now, clock.Now));

    private Process New(string name, int life)
    {
        Process? process = null;
        var stored = flaw.Store(store, () =>
        {
            PassAsync(process!, "between").GetAwaiter().GetResult();
            process!.ThrowIfDead();
        });
        process = new Process(name, life, stored, integrations, connector, door, Options, clock, logs, this, history.World.TwoNodes ? 2 : 1);
        if (history.World.Webhooks)
        {
            process.Receive(webhooks, flaw.Hinted(connector));
        }

        if (endpoint is not null)
        {
            process.Reception!.Start();
        }

        return process;
    }

    private void Fail(string? wrong)
    {
        if (wrong is not null)
        {
            violation ??= string.Create(CultureInfo.InvariantCulture, $"{clock.Now:dd HH:mm:ss}: {wrong}");
        }
    }

    private void ThrowIfWrong()
    {
        Fail(door.Watch.Violation);
        Fail(logs.Violation);
        if (violation is not null)
        {
            throw new ViolationException(violation);
        }
    }

    private async Task PlayAsync()
    {
        Observe();
        await ConnectAsync();
        foreach (var step in history.Steps)
        {
            if (step.At is { } at)
            {
                (ambushes.TryGetValue(events + at, out var deeds) ? deeds : ambushes[events + at] = []).Add(step.Deed);
            }
            else if (step.Deed is Live live)
            {
                await LiveAsync(live.Time);
            }
            else
            {
                Do(step.Deed, processes[0]);
            }

            ThrowIfWrong();
        }

        await EndAsync();
    }

    private async Task ConnectAsync()
    {
        var made = await processes[0].Connecting.ConnectAsync(connector.Info.Id, "Contoso PSA", vendor.Settings, skipTest: false, Ada, default);
        integrationId = made.IntegrationId ?? throw new ViolationException(string.Join(' ', made.Errors.Select(e => e.Message)));
        foreach (var client in vendor.Clients)
        {
            var connected = await processes[0].Clients.ConnectAsync(integrationId, client, null, Ada, default);
            Fail(connected.Problem);
            ThrowIfWrong();
        }

        if (repertoire.IsImpatient)
        {
            Hurry();
        }

        Choose(new Choose(1, false));
        await SubscribeAsync();
    }

    private void Hurry()
    {
        foreach (var stream in Pump.AtOnce(StreamsAsync))
        {
            var least = connector.Streams.Single(s => s.DataType == stream.Key.DataType).MinInterval;
            var often = least > Impatience ? least : Impatience;
            if (often < stream.Interval)
            {
                Try(() => integrations.SetStreamAsync(stream.Key, stream.Enabled, often, Ada, default));
            }
        }
    }

    /// <summary>What the vendor has now, as far as it has to be remembered.</summary>
    private void Observe()
    {
        foreach (var stream in connector.Streams)
        {
            timeline.Look(stream.DataType, vendor.Tell(stream.DataType), clock.Now);
        }
    }

    private void Look(bool last = false)
    {
        var shown = Pump.AtOnce(() => Shown.ReadAsync(database, store, integrationId, last ? 0 : judge.Ended));
        Fail(judge.Look(shown, clock.Now, door.Troubles));
        ThrowIfWrong();
    }

    private async Task LiveAsync(TimeSpan time)
    {
        var until = clock.Now + time;
        var sweeping = SweepAsync(until);
        await Task.WhenAll(processes.Select((_, i) => WorkAsync(i, until, FewTurns + (int)time.TotalMinutes)));
        while (background.Count > 0)
        {
            // What is done in the background may be begun there.
            List<Task> under = [.. background];
            background.Clear();
            await Task.WhenAll(under);
        }

        await clock.DelayAsync(until - clock.Now);
        await sweeping;
        ThrowIfWrong();
    }

    /// <summary>As the real host does it: whenever something is due, a turn; a process that has died comes back after a while.</summary>
    private async Task WorkAsync(int place, DateTimeOffset until, int mostTurns)
    {
        for (var turns = 0; violation is null; turns++)
        {
            if (turns > mostTurns)
            {
                Fail($"The engine finds no end: {mostTurns} turns in one go.");
                return;
            }

            if (processes[place] is { IsDead: true } dead)
            {
                await clock.DelayAsync(dead.Away);
                processes[place] = New(dead.Name, dead.Life + 1);
            }

            var next = Pump.AtOnce(() => store.NextDueAsync(Databases.Tenant, integrationId, default));
            if (announced.Count > 0 && announced.Min() is var soon && soon <= until && !(next <= soon))
            {
                // Somebody may want something then.
                await clock.DelayAsync(soon + TimeSpan.FromSeconds(1) - clock.Now);
                continue;
            }

            if (next is not { } due || due > until)
            {
                return;
            }

            await clock.DelayAsync(due - clock.Now);
            await TurnAsync(processes[place]);
            await clock.DelayAsync(TimeSpan.FromSeconds(1));
        }
    }

    private async Task TurnAsync(Process process)
    {
        try
        {
            await process.Store.SweepAsync(default);
            await process.Runner.RunDueAsync(Databases.Tenant, integrationId, default);
            if (changed)
            {
                Look();
                changed = false;
            }
        }
        catch (Exception e) when (e is ProcessDiedException or IOException)
        {
            // Whatever it had begun is for the next one.
        }
    }

    private sealed class ViolationException(string message) : Exception(message);
}
