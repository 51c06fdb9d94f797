using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Histories.Clockwork;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Portal;
using MSPortal.Histories.Vendors;
using MSPortal.Storage.Model;

namespace MSPortal.Histories;

internal sealed partial class HistoryRun
{
    private readonly Dictionary<string, Guid> links = [];

    private void Do(Deed deed, Process process)
    {
        trace?.Add($"  {deed}");
        switch (deed)
        {
            case Change change:
                vendor.Do(change);
                Observe();
                Post();
                break;
            case Skew skew:
                vendor.Skew(skew.By);
                break;
            case Break { Kind: FaultKind.Refused or FaultKind.Forbidden } fault:
                vendor.Allow(credentials: fault.Kind != FaultKind.Refused, main: fault.Kind != FaultKind.Forbidden);
                door.Count(fault.Kind);
                break;
            case Break fault when vendor.Turn(fault):
                door.Count(fault.Kind);
                break;
            case Break fault:
                door.Break(fault);
                break;
            case Plan.Heal:
                Heal();
                break;
            case Press press:
                Press(press);
                break;
            case Choose choose:
                Choose(choose);
                break;
            case Toggle toggle:
                Toggle(toggle.Type);
                break;
            case Refresh refresh:
                background.Add(RefreshAsync(processes[^1], refresh));
                break;
            case Later later:
                background.Add(DoLaterAsync(later, process));
                break;
            case Travel way:
                travel = way;
                break;
            case Again again:
                Again(again);
                break;
            case Forge forge:
                Forge(forge);
                break;
            case Die die:
                process.Die(die.Away);
                break;
            case Freeze freeze:
                process.FrozenUntil = clock.Now + freeze.For;
                door.Troubles.Add((clock.Now, process.FrozenUntil + TimeSpan.FromSeconds(1)));
                break;
            case DatabaseFails:
                process.DatabaseFails = true;
                break;
            default:
                throw new InvalidOperationException($"Nobody can do {deed.GetType().Name} here.");
        }
    }

    private async Task DoLaterAsync(Later later, Process process)
    {
        var at = clock.Now + later.After;
        announced.Add(at);
        await clock.DelayAsync(later.After);
        announced.Remove(at);
        if (violation is null)
        {
            Do(later.Deed, process);
        }
    }

    private void Heal()
    {
        door.Heal();
        vendor.Heal();
    }

    /// <summary>What a person presses may be refused as things stand; that is an answer, too.</summary>
    private static void Try(Func<Task> press)
    {
        try
        {
            Pump.AtOnce(press);
        }
        catch (ActionRefusedException)
        {
            // The page says why.
        }
    }

    private void Press(Press press)
    {
        switch (press.Button)
        {
            case Button.SyncNow: Order(SyncOrders.Now(integrationId)); break;
            case Button.QuickSync: Order(SyncOrders.Quick(integrationId)); break;
            case Button.ClearAndResync: Order(SyncOrders.ClearAndResync(integrationId)); break;
            case Button.ReadAll: Order(SyncOrders.Now(integrationId) with { Full = true }); break;
            case Button.Pause: Try(() => integrations.SetStatusAsync(integrationId, IntegrationStatus.Paused, null, Ada, default)); break;
            case Button.Resume: Try(() => integrations.SetStatusAsync(integrationId, IntegrationStatus.Active, null, Ada, default)); break;
            case Button.Disconnect: Try(() => integrations.DisconnectAsync(integrationId, Ada, default)); break;
            case Button.Reconnect: background.Add(AskAsync(p => p.Connecting.ReconnectAsync(integrationId, vendor.Settings, Ada, default))); break;
            case Button.Recheck: background.Add(AskAsync(p => p.Connecting.RecheckAsync(integrationId, Ada, default))); break;
            case Button.Release: Decide(release: true); break;
            case Button.Drop: Decide(release: false); break;
            case Button.Link: Link(press.Pick); break;
            default: Unlink(press.Pick); break;
        }
    }

    private void Order(SyncOrder order) => Try(() => integrations.RequestSyncAsync(order, null, Ada, default));

    private void Decide(bool release)
    {
        foreach (var stream in Pump.AtOnce(StreamsAsync))
        {
            if (stream.Progress.Full is { Phase: PassPhase.Held, ReleasedBy: null })
            {
                Try(() => integrations.DecideHeldAsync(stream.Key, release, Ada, default));
            }
        }
    }

    private void Choose(Choose choose)
    {
        var boards = vendor.Boards?.Where((_, i) => ((choose.Boards >> i) & 1) == 1).ToList();
        judge.Scope = new TicketScope { Containers = boards, HistoryMonths = choose.NoClosed ? 1 : 24 };
        judge.ScopeSince = clock.Now;
        Try(() => integrations.SetScopeAsync(integrationId, judge.Scope, Ada, default));
    }

    private void Toggle(DataType type)
    {
        var streams = Pump.AtOnce(StreamsAsync);
        if (streams.FirstOrDefault(s => s.Key.DataType == type) is { } stream)
        {
            Try(() => integrations.SetStreamAsync(stream.Key, !stream.Enabled, stream.Interval, Ada, default));
        }
    }

    private void Link(int pick)
    {
        var ids = vendor.Tell(DataType.Companies).Keys.Order(StringComparer.Ordinal).ToList();
        if (ids.Count == 0 || links.ContainsKey(ids[pick % ids.Count]))
        {
            return;
        }

        var company = new Company { Id = new Guid(pick, 0, 0, new byte[8]), TenantId = Databases.Tenant, Name = $"Client {links.Count}", NormalizedName = $"client {links.Count}", CreatedAt = clock.Now };
        var link = new CompanyLink { TenantId = Databases.Tenant, CompanyId = company.Id, IntegrationId = integrationId, ExternalId = ids[pick % ids.Count], LinkedBy = Ada.Name, LinkedAt = clock.Now };
        if (links.ContainsValue(company.Id))
        {
            return;
        }

        Pump.AtOnce(async () =>
        {
            await using var db = database.Open(Databases.Tenant);
            db.AddRange(company, link);
            await db.SaveChangesAsync();
        });
        links[link.ExternalId] = company.Id;
    }

    private void Unlink(int pick)
    {
        if (links.Count == 0)
        {
            return;
        }

        var id = links.Keys.Order(StringComparer.Ordinal).ElementAt(pick % links.Count);
        links.Remove(id);
        Pump.AtOnce(async () =>
        {
            await using var db = database.Open(Databases.Tenant);
            db.RemoveRange(db.CompanyLinks.Where(l => l.ExternalId == id).ToList());
            await db.SaveChangesAsync();
        });
    }

    private async Task AskAsync(Func<Process, Task<ConnectResult>> ask)
    {
        try
        {
            await ask(processes[^1]);
        }
        catch (Exception e) when (e is ProcessDiedException or IOException or FaultException or ActionRefusedException or OperationCanceledException)
        {
            // The page shows it, and the person comes again.
        }
    }

    private async Task RefreshAsync(Process process, Refresh refresh)
    {
        var ids = vendor.Tell(history.World.Main).Keys.Order(StringComparer.Ordinal).ToList();
        if (ids.Count == 0)
        {
            return;
        }

        try
        {
            Door.TakeYourTime(refresh.Takes);
            var (client, id) = ClientIds.Split(ids[refresh.Pick % ids.Count]);
            await process.Reads.ReadAsync(new StreamKey(Databases.Tenant, integrationId, history.World.Main, client), id, WorkPriority.Interactive, default);
            Look();
        }
        catch (Exception e) when (e is ProcessDiedException or IOException)
        {
            // The page shows what it had.
        }
    }
}
