using System.Globalization;
using Microsoft.AspNetCore.Components;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Web.Ui;
using MudBlazor;

namespace MSPortal.Web.Features.Companies;

/// <summary>Keeps what a person has chosen while lists are searched, read anew and imported.</summary>
public sealed partial class CompanyImportPanel
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);
    private static readonly ExternalFilter NotImported = new(State: ImportState.NotImported);

    private static readonly ExternalFilter OnlyThoseNew = NotImported with { IsNew = true };

    private readonly Dictionary<string, Chosen> chosen = [];
    private RecordGrid<ExternalCompanyItem>? grid;
    private ImportSource? source;
    private ExternalCompanyItem? house;
    private ExternalFilter filter = NotImported;
    private IReadOnlyList<string> types = [];
    private IReadOnlyList<string> statuses = [];
    private IReadOnlyDictionary<string, TicketCount> tickets = new Dictionary<string, TicketCount>();
    private OperationResult? result;
    private OperationResult? undone;
    private ITimer? timer;
    private bool matching;
    private bool busy;
    private bool polling;

    [Parameter, EditorRequired]
    public long IntegrationId { get; set; }

    /// <summary>Begins with what came after people had made their choice, if there is any.</summary>
    [Parameter]
    public bool OnlyNew { get; set; }

    /// <summary>Something was imported, linked or taken back.</summary>
    [Parameter]
    public EventCallback<OperationResult> Imported { get; set; }

    [Inject]
    private ImportSourceQueries Sources { get; set; } = null!;

    [Inject]
    private ExternalCompanyQueries Externals { get; set; } = null!;

    [Inject]
    private CompanyImport Import { get; set; } = null!;

    [Inject]
    private CompanyActions Actions { get; set; } = null!;

    [Inject]
    private NewCompanies NewOnes { get; set; } = null!;

    [Inject]
    private CompanyUndo Undo { get; set; } = null!;

    [Inject]
    private IIntegrationStore Integrations { get; set; } = null!;

    [Inject]
    private CurrentUser User { get; set; } = null!;

    [Inject]
    private UiClock Clock { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = null!;

    private string Shows
    {
        get
        {
            var counts = chosen.Keys.Select(tickets.GetValueOrDefault).OfType<TicketCount>().ToList();
            return string.Create(CultureInfo.InvariantCulture, $"{counts.Sum(c => c.All):N0} tickets, {counts.Sum(c => c.Open):N0} of them open");
        }
    }

    public void Dispose() => timer?.Dispose();

    protected override async Task OnInitializedAsync()
    {
        filter = OnlyNew ? OnlyThoseNew : NotImported;
        await ReadAsync();
        if (source is { Linked: 0, Known: > 0 })
        {
            await SelectAllAsync(); // Whoever has just connected wants their clients; nothing happens before Import is pressed.
        }
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            timer = Clock.Clock.CreateTimer(_ => _ = InvokeAsync(PollAsync), null, Beat, Beat);
        }
    }

    private async Task ReadAsync()
    {
        source = await Sources.FindAsync(User.TenantId, IntegrationId, CancellationToken.None);
        filter = filter with { IsNew = filter.IsNew && source?.New is not null }; // The line that ends it is gone, too.
        house = source is null ? null : await Externals.HouseAsync(User.TenantId, IntegrationId, CancellationToken.None);
        tickets = await Externals.TicketsAsync(User.TenantId, IntegrationId, CancellationToken.None);
        (types, statuses) = await Externals.ChoicesAsync(User.TenantId, IntegrationId, CancellationToken.None);
    }

    /// <summary>Other pages, programs and the schedule change things too.</summary>
    private async Task PollAsync()
    {
        if (polling || busy)
        {
            return;
        }

        polling = true;
        try
        {
            var now = await Sources.FindAsync(User.TenantId, IntegrationId, CancellationToken.None);
            if (now is not null && now != source)
            {
                var changed = now.Known != source?.Known || now.Linked != source?.Linked || now.Blocked != source?.Blocked || now.ReadAt != source?.ReadAt || now.New != source?.New;
                source = now;
                if (changed)
                {
                    await ReloadAsync();
                }

                StateHasChanged();
            }
        }
        finally
        {
            polling = false;
        }
    }

    private Task<RecordPage<ExternalCompanyItem>> LoadAsync(RecordQuery query, CancellationToken ct) => Externals.ListAsync(User.TenantId, IntegrationId, filter, query, ct);

    private Task FilterAsync(ExternalFilter changed)
    {
        filter = changed;
        return grid!.ReloadAsync();
    }

    private async Task ReloadAsync()
    {
        await ReadAsync();
        if (grid is not null && !matching)
        {
            await grid.ReloadAsync(first: false);
        }
    }

    private async Task RefreshAsync()
    {
        var order = new SyncOrder(IntegrationId, SyncTrigger.Settings, [DataType.Companies]);
        var answer = await Integrations.RequestSyncAsync(order, window: null, User.Actor, CancellationToken.None);
        if (answer.Refusal is { } refusal)
        {
            Snackbar.Add(refusal, Severity.Warning);
        }

        await PollAsync();
    }

    private async Task SelectAllAsync()
    {
        foreach (var id in await Externals.ImportableAsync(User.TenantId, IntegrationId, filter, CancellationToken.None))
        {
            chosen.TryAdd(id, new Chosen(new ImportChoice(id), null));
        }
    }

    private void Choose(ExternalCompanyItem item, bool wanted)
    {
        if (!wanted)
        {
            chosen.Remove(item.ExternalId);
        }
        else if (item.Namesake is { } namesake)
        {
            Set(item, new Chosen(new ImportChoice(item.ExternalId, namesake.Id), namesake.Name));
        }
        else
        {
            Set(item, new Chosen(new ImportChoice(item.ExternalId), null));
        }
    }

    private void Set(ExternalCompanyItem item, Chosen choice) => chosen[item.ExternalId] = choice;

    private async Task LinkToAsync(ExternalCompanyItem item)
    {
        if (await ChooseCompanyDialog.AskAsync(Dialogs, item) is { } company)
        {
            Set(item, new Chosen(new ImportChoice(item.ExternalId, company.Id), company.Name));
        }
    }

    private Task BlockAsync(ExternalCompanyItem item)
    {
        chosen.Remove(item.ExternalId);
        return DoAsync(async () =>
        {
            await Actions.BlockAsync([new ExternalKey(IntegrationId, item.ExternalId)], User.Actor, CancellationToken.None);
            Snackbar.Add($"{item.Name} is blocked. Blocked companies lets it in again.", Severity.Success);
        });
    }

    private Task DismissAsync(DateTimeOffset until) => DoAsync(() => NewOnes.DismissAsync(IntegrationId, until, User.Actor, CancellationToken.None));

    private Task ImportAsync() => DoAsync(async () =>
    {
        (result, undone) = (await Import.ImportAsync(IntegrationId, [.. chosen.Values.Select(c => c.Choice)], User.Actor, CancellationToken.None), null);
        chosen.Clear();
        await Imported.InvokeAsync(result);
    });

    private Task MatchedAsync(OperationResult matched)
    {
        (result, undone, matching) = (matched, null, false);
        return DoAsync(() => Imported.InvokeAsync(matched));
    }

    private Task UndoAsync() => DoAsync(async () =>
    {
        undone = await Undo.UndoAsync(result!.OperationId!.Value, User.Actor, CancellationToken.None);
        await Imported.InvokeAsync(undone);
    });

    private async Task DoAsync(Func<Task> action)
    {
        busy = true;
        try
        {
            await action();
        }
        catch (CompanyProblemException e)
        {
            Snackbar.Add(e.Message, Severity.Error);
        }
        finally
        {
            busy = false;
        }

        await ReloadAsync();
    }

    /// <param name="CompanyName">Of the company to link to.</param>
    private sealed record Chosen(ImportChoice Choice, string? CompanyName);
}
