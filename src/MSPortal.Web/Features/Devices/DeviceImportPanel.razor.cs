using Microsoft.AspNetCore.Components;
using MSPortal.Core.Devices;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Web.Ui;
using MudBlazor;

namespace MSPortal.Web.Features.Devices;

/// <summary>Keeps what a person has chosen while lists are searched, read anew and imported.</summary>
public sealed partial class DeviceImportPanel
{
    private static readonly StagedStatus[] Statuses =
        [StagedStatus.Ready, StagedStatus.Imported, StagedStatus.TypeUndecided, StagedStatus.TypeIgnored, StagedStatus.CompanyNotLinked, StagedStatus.Inactive];

    private readonly HashSet<DeviceKey> chosen = [];
    private RecordGrid<StagedDevice>? grid;
    private IDisposable? beating;
    private DeviceOrigin? origin;
    private IReadOnlyList<SourceTypeLine> lines = [];
    private StagingFilter filter = new();
    private DeviceImportResult? result;
    private bool busy;

    [Parameter, EditorRequired]
    public long IntegrationId { get; set; }

    /// <summary>Something was decided or imported.</summary>
    [Parameter]
    public EventCallback Changed { get; set; }

    private int Ready => lines.Where(l => l.Decision == TypeDecision.Mapped).Sum(l => l.Ready);

    public void Dispose() => beating?.Dispose();

    protected override async Task OnInitializedAsync()
    {
        await ReadAsync();
        beating = Clock.OnBeat(() => _ = InvokeAsync(BeatAsync));
    }

    /// <summary>A type may be called like nothing at all.</summary>
    private static string TypeValue(string? type) => type is null ? "" : $"={type}";

    private static string? OfTypeValue(string? value) => string.IsNullOrEmpty(value) ? null : value[1..];

    private async Task ReadAsync()
    {
        origin = (await Origins.ListAsync(User.TenantId, CancellationToken.None)).FirstOrDefault(o => o.Id == IntegrationId);
        lines = origin is null ? [] : await Types.ListAsync(User.TenantId, IntegrationId, CancellationToken.None);
    }

    /// <summary>What a sync brings meanwhile shows by itself.</summary>
    private async Task BeatAsync()
    {
        if (busy)
        {
            return;
        }

        var before = origin;
        await ReadAsync();
        if (origin != before)
        {
            StateHasChanged();
            await (grid?.ReloadAsync(first: false) ?? Task.CompletedTask);
        }
    }

    private Task<RecordPage<StagedDevice>> LoadAsync(RecordQuery query, CancellationToken ct) => Import.ListAsync(User.TenantId, IntegrationId, filter, query, ct);

    private Task FilterAsync(StagingFilter changed)
    {
        filter = changed;
        return grid!.ReloadAsync();
    }

    private async Task RefreshAsync()
    {
        var answer = await Integrations.RequestSyncAsync(new SyncOrder(IntegrationId, SyncTrigger.Settings, [DataType.Devices]), window: null, User.Actor, CancellationToken.None);
        Snackbar.Add(answer.Refusal ?? "The devices are read now; the list follows.", answer.Refusal is null ? Severity.Info : Severity.Warning);
    }

    private void Choose(DeviceKey key, bool wanted)
    {
        if (wanted)
        {
            chosen.Add(key);
        }
        else
        {
            chosen.Remove(key);
        }
    }

    private async Task SelectAllAsync() => chosen.UnionWith(await Import.ReadyAsync(User.TenantId, IntegrationId, filter, CancellationToken.None));

    private Task SaveAsync(IReadOnlyList<TypeChoice> choices) => DoAsync(async () =>
    {
        var before = origin!.Imported;
        await Types.ChooseAsync(IntegrationId, choices, User.Actor, CancellationToken.None);
        await ReadAsync();
        var came = origin!.Imported - before;
        Snackbar.Add(came > 0 ? $"Saved. {DeviceWords.Devices(came)} more in the inventory." : "Saved.", Severity.Success);
    });

    private Task ImportAsync() => DoAsync(async () =>
    {
        result = await Import.ImportAsync(IntegrationId, [.. chosen], User.Actor, CancellationToken.None);
        chosen.Clear();
    });

    private Task ImportAllAsync() => DoAsync(async () =>
    {
        result = await Import.ImportAllAsync(IntegrationId, User.Actor, CancellationToken.None);
        chosen.Clear();
    });

    private async Task DoAsync(Func<Task> action)
    {
        busy = true;
        StateHasChanged();
        try
        {
            await Task.Run(action); // Comparing thousands of machines is not the circuit's.
        }
        catch (DeviceProblemException e)
        {
            Snackbar.Add(e.Message, Severity.Error);
        }
        finally
        {
            busy = false;
        }

        await ReadAsync();
        await (grid?.ReloadAsync(first: false) ?? Task.CompletedTask);
        await Changed.InvokeAsync();
    }
}
