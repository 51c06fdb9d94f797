using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.WebUtilities;
using MSPortal.Web.Access;
using MSPortal.Web.Ui;
using MudBlazor;

namespace MSPortal.Web.Features.Devices;

/// <summary>The address says what is shown; every change goes through it, so that it can be sent to a colleague and the browser's Back works.</summary>
public sealed partial class DevicesPage
{
    private static readonly Dictionary<string, object?> Download = new() { ["download"] = "" };

    private readonly CancellationTokenSource gone = new();
    private RecordGrid<DeviceLine>? grid;
    private IDisposable? beating;
    private IReadOnlyList<DeviceOrigin> origins = [];
    private IReadOnlyList<DeviceSourceMark> sources = [];
    private DeviceParameters parameters = new();
    private DeviceSort sort = DeviceSort.ByName;
    private int? any;

    /// <summary>Who cannot import them is not told of them.</summary>
    private int Waiting => origins.Sum(o => o.Waiting);

    private RenderFragment Nothing => builder =>
    {
        var (title, text, label, href) = Why();
        builder.OpenComponent<EmptyState>(0);
        builder.AddComponentParameter(1, nameof(EmptyState.Icon), Icons.Material.Outlined.Devices);
        builder.AddComponentParameter(2, nameof(EmptyState.Title), title);
        builder.AddComponentParameter(3, nameof(EmptyState.Text), text);
        builder.AddComponentParameter(4, nameof(EmptyState.ChildContent), (RenderFragment)(inner =>
        {
            if (href is not null && User.MayOpen(href))
            {
                inner.OpenComponent<MudButton>(0);
                inner.AddComponentParameter(1, nameof(MudButton.Variant), Variant.Filled);
                inner.AddComponentParameter(2, nameof(MudButton.Color), Color.Primary);
                inner.AddComponentParameter(3, nameof(MudButton.DropShadow), false);
                inner.AddComponentParameter(4, nameof(MudButton.Href), href);
                inner.AddComponentParameter(5, nameof(MudButton.ChildContent), (RenderFragment)(words => words.AddContent(0, label)));
                inner.CloseComponent();
            }
        }));
        builder.CloseComponent();
    };

    public void Dispose()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        beating?.Dispose();
        gone.Cancel();
        gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        ReadAddress();
        Navigation.LocationChanged += OnLocationChanged;
        await ReadAsync();
        beating = Clock.OnBeat(() => _ = InvokeAsync(BeatAsync));
    }

    private static string Href(DeviceLine device) => $"/devices/{device.Id}";

    private static string Counted(int count, string one, string many) => $"{DeviceWords.Devices(count)} {(count == 1 ? one : many)}";

    private async Task ReadAsync()
    {
        sources = await Devices.SourcesAsync(User.TenantId, gone.Token);
        origins = User.May(Permissions.WriteDevices) ? await Origins.ListAsync(User.TenantId, gone.Token) : [];
        any = await Devices.CountAsync(User.Sight, gone.Token);
    }

    /// <summary>The first devices show by themselves.</summary>
    private async Task BeatAsync()
    {
        if (!gone.IsCancellationRequested && any == 0)
        {
            await ReadAsync();
            StateHasChanged();
        }
    }

    private SortDirection Initial(string property) => sort.Property != property ? SortDirection.None : sort.Descending ? SortDirection.Descending : SortDirection.Ascending;

    private void Open(DeviceLine device) => Navigation.NavigateTo(Href(device));

    private async Task<RecordPage<DeviceLine>> LoadAsync(RecordQuery query, CancellationToken ct)
    {
        var wanted = DeviceSort.OfProperty(query.SortBy, query.Descending) ?? DeviceSort.ByName;
        var page = await Devices.ListAsync(User.Sight, parameters.Read(out _), wanted.Query(query.Skip, query.Take), ct);
        if (wanted != sort)
        {
            sort = wanted;
            Go(parameters, wanted);
        }

        return page;
    }

    private void Go(DeviceParameters to, DeviceSort by)
    {
        var pairs = to.Pairs().Select(p => KeyValuePair.Create(p.Key, (string?)p.Value)).ToList();
        if (by != DeviceSort.ByName)
        {
            pairs.Add(new("sort", by.ToString()));
        }

        Navigation.NavigateTo(QueryHelpers.AddQueryString("/devices", pairs), replace: to.Search != parameters.Search);
    }

    private void ReadAddress()
    {
        var uri = Navigation.ToAbsoluteUri(Navigation.Uri);
        var query = QueryHelpers.ParseQuery(uri.Query);
        parameters = DeviceParameters.Of(name => [.. query.TryGetValue(name, out var values) ? values.OfType<string>() : []]);
        sort = (query.TryGetValue("sort", out var by) ? DeviceSort.Parse(by.ToString()) : null) ?? DeviceSort.ByName;
        Place.Address = uri.PathAndQuery;
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e)
    {
        if (Navigation.ToAbsoluteUri(e.Location).AbsolutePath != "/devices")
        {
            return;
        }

        var before = parameters;
        ReadAddress();
        if (!before.Pairs().SequenceEqual(parameters.Pairs()))
        {
            _ = InvokeAsync(async () =>
            {
                StateHasChanged();
                await (grid?.ReloadAsync() ?? Task.CompletedTask);
            });
        }
    }

    private (string Title, string Text, string? Label, string? Href) Why()
    {
        if (!User.May(Permissions.WriteDevices))
        {
            return ("No devices yet", "No device of a company that you may see is here. Whoever runs this portal imports them.", null, null);
        }

        if (origins.Count == 0)
        {
            return ("Nothing with devices is connected", "Connect an RMM or a PSA; the devices that it knows are then imported here.", "Connect an integration", "/settings/integrations");
        }

        if (Waiting > 0)
        {
            return ("Devices wait to be imported", $"{Counted(Waiting, "waits", "wait")} to be imported. Decide which types you want to see, then import them.", "Import devices", "/settings/devices");
        }

        if (origins.Sum(o => o.Unlinked) is > 0 and var unlinked)
        {
            return ("Devices wait for their companies", $"{Counted(unlinked, "belongs", "belong")} to companies that are not linked to one of yours yet.", "Map companies", "/settings/integrations/companies");
        }

        if (origins.FirstOrDefault(o => o.DeniedPermission is not null) is { } denied)
        {
            return ("Devices are not permitted", $"{denied.Name} does not let us read devices: the key lacks the permission “{denied.DeniedPermission}”.", "Re-check permissions", $"/settings/integrations/{denied.Id}/setup/permissions");
        }

        return origins.Any(o => o is { Enabled: true, ReadAt: null })
            ? ("Devices are being read", "They can be imported as soon as they have been read.", "See progress", "/settings/integrations")
            : origins.All(o => !o.Enabled)
                ? ("Reading devices is turned off", "Turn on devices in the integration's Sync step.", "Open integrations", "/settings/integrations")
                : ("No devices yet", "None of your tools has a device that could be imported.", "See what they have", "/settings/devices");
    }
}
