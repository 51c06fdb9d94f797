using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.WebUtilities;
using MSPortal.Core.Sync;
using MSPortal.Web.Access;
using MSPortal.Web.Ui;
using MudBlazor;

namespace MSPortal.Web.Features.Tickets;

/// <summary>The columns that one may show or hide; the summary always shows.</summary>
public enum TicketColumnName
{
    Number,
    Company,
    Status,
    Priority,
    Container,
    Assignee,
    Contact,
    Integration,
    Opened,
    Updated,
}

/// <summary>The address says what is shown; every change goes through it, so that it can be sent to a colleague and the browser's Back works.</summary>
public sealed partial class TicketsPage
{
    private static readonly TicketColumnName[] AtFirst =
    [
        TicketColumnName.Number, TicketColumnName.Company, TicketColumnName.Status, TicketColumnName.Priority, TicketColumnName.Container, TicketColumnName.Assignee,
        TicketColumnName.Updated,
    ];

    private readonly CancellationTokenSource gone = new();
    private RecordGrid<TicketLine>? grid;
    private IDisposable? beating;
    private IReadOnlyList<TicketOrigin>? origins;
    private TicketParameters parameters = new();
    private TicketSort sort = TicketSort.Newest;
    private IReadOnlySet<TicketColumnName> shown = AtFirst.ToHashSet();
    private bool empty;

    private string ContainerTitle => origins?.Select(o => o.ContainerWord).OfType<string>().Distinct().ToList() is { Count: > 0 } words
        ? string.Join(" / ", words.Select(w => char.ToUpperInvariant(w[0]) + w[1..]))
        : "Board";

    private IReadOnlyList<(TicketColumnName Name, string Title)> All =>
        [.. Enum.GetValues<TicketColumnName>().Select(name => (name, name == TicketColumnName.Container ? ContainerTitle : name.ToString()))];

    private List<TicketNotice> Notices => origins is null ? [] : [.. origins.SelectMany(o => User.IsClient ? TicketNotices.ForClients(o, Clock.Now) : TicketNotices.Of(o, Clock.Now)).Distinct()];

    private bool Unfiltered => !parameters.Narrows && string.IsNullOrEmpty(parameters.State);

    /// <summary>What stands in the empty list is not said twice.</summary>
    private List<TicketNotice> Banners => [.. Notices.Where(n => n != Reason)];

    private TicketNotice? Reason => empty && !parameters.Narrows ? Notices.Find(n => n.Blocks) ?? Notices.Find(n => n.Title == TicketNotices.Waiting) : null;

    private RenderFragment Nothing => builder => RenderNothing(builder);

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
        if (User.IsClient)
        {
            shown = AtFirst.Where(c => c != TicketColumnName.Company).ToHashSet();
        }

        if (User.UserId is { } person && await ColumnChoices.ReadAsync(User.TenantId, person, gone.Token) is { } kept)
        {
            shown = kept.Select(name => Enum.TryParse<TicketColumnName>(name, out var column) ? column : (TicketColumnName?)null).OfType<TicketColumnName>().ToHashSet();
        }

        origins = await Origins.ReadAsync(User.Sight, gone.Token);
        beating = Clock.OnBeat(() => _ = InvokeAsync(BeatAsync));
    }

    private static string Href(TicketLine ticket) => $"/tickets/{ticket.Id}";

    /// <summary>Not said when the status says it already.</summary>
    private static string? Stage(TicketLine ticket) =>
        ticket.Stage?.ToString() is { } stage && ticket.Status?.Contains(stage, StringComparison.OrdinalIgnoreCase) is not true ? stage : null;

    private bool Shows(TicketColumnName column) => shown.Contains(column);

    private SortDirection Initial(TicketColumn column) => sort.By != column ? SortDirection.None : sort.Descending ? SortDirection.Descending : SortDirection.Ascending;

    private void Open(TicketLine ticket) => Navigation.NavigateTo(Href(ticket));

    /// <summary>Progress of a first read, and tickets that begin to come in, show by themselves.</summary>
    private async Task BeatAsync()
    {
        if (gone.IsCancellationRequested || !(empty || Notices.Count > 0))
        {
            return;
        }

        origins = await Origins.ReadAsync(User.Sight, gone.Token);
        if (empty && grid is not null)
        {
            await grid.ReloadAsync();
        }

        StateHasChanged();
    }

    private async Task<RecordPage<TicketLine>> LoadAsync(RecordQuery query, CancellationToken ct)
    {
        var wanted = query.SortBy is { } by && Column(by) is { } column ? new TicketSort(column, query.Descending) : TicketSort.Newest;
        var filter = parameters.Read(User.TimeZone, out _, TicketState.Open);
        var page = await Tickets.PageAsync(User.Sight, filter, wanted, query.Skip, query.Take, ct);
        empty = page.Total == 0;
        if (wanted != sort)
        {
            sort = wanted;
            Go(parameters, wanted);
        }

        _ = InvokeAsync(StateHasChanged);
        return page;
    }

    private static TicketColumn? Column(string property) => property switch
    {
        nameof(TicketLine.UpdatedAt) => TicketColumn.Updated,
        nameof(TicketLine.OpenedAt) => TicketColumn.Opened,
        _ => Enum.TryParse<TicketColumn>(property, out var column) ? column : null,
    };

    private async Task ShowAsync(IReadOnlySet<TicketColumnName> columns)
    {
        shown = columns;
        if (User.UserId is { } person)
        {
            await ColumnChoices.KeepAsync(User.TenantId, person, [.. columns.Order().Select(c => c.ToString())], gone.Token);
        }
    }

    private void Go(TicketParameters to, TicketSort by)
    {
        var pairs = to.Pairs().Select(p => KeyValuePair.Create(p.Key, (string?)p.Value)).ToList();
        if (by != TicketSort.Newest)
        {
            pairs.Add(new("sort", by.ToString()));
        }

        Navigation.NavigateTo(QueryHelpers.AddQueryString("/tickets", pairs), replace: to.Search != parameters.Search);
    }

    private void ReadAddress()
    {
        var uri = Navigation.ToAbsoluteUri(Navigation.Uri);
        var query = QueryHelpers.ParseQuery(uri.Query);
        parameters = TicketParameters.Of(name => [.. query.TryGetValue(name, out var values) ? values.OfType<string>() : []]);
        sort = (query.TryGetValue("sort", out var by) ? TicketSort.Parse(by.ToString()) : null) ?? TicketSort.Newest;
        Place.Address = uri.PathAndQuery;
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e)
    {
        if (Navigation.ToAbsoluteUri(e.Location).AbsolutePath != "/tickets")
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

    private void RenderNothing(RenderTreeBuilder builder)
    {
        var (icon, title, text, label, href) = Why();
        builder.OpenComponent<EmptyState>(0);
        builder.AddComponentParameter(1, nameof(EmptyState.Icon), icon);
        builder.AddComponentParameter(2, nameof(EmptyState.Title), title);
        builder.AddComponentParameter(3, nameof(EmptyState.Text), text);
        builder.AddComponentParameter(4, nameof(EmptyState.ChildContent), (RenderFragment)(inner =>
        {
            if (User.MayOpen(href))
            {
                inner.OpenComponent<MudButton>(0);
                inner.AddComponentParameter(1, nameof(MudButton.Variant), Unfiltered ? Variant.Filled : Variant.Outlined);
                inner.AddComponentParameter(2, nameof(MudButton.Color), Unfiltered ? Color.Primary : Color.Default);
                inner.AddComponentParameter(3, nameof(MudButton.DropShadow), false);
                inner.AddComponentParameter(4, nameof(MudButton.Href), href);
                inner.AddComponentParameter(5, nameof(MudButton.ChildContent), (RenderFragment)(words => words.AddContent(0, label)));
                inner.CloseComponent();
            }

            if (User.May(Permissions.ReadDiagnosis) && Missed is { } missed)
            {
                inner.OpenComponent<MudButton>(6);
                inner.AddComponentParameter(7, nameof(MudButton.Variant), Variant.Outlined);
                inner.AddComponentParameter(8, nameof(MudButton.Href), $"/settings/integrations/diagnose?ticket={Uri.EscapeDataString(missed)}");
                inner.AddComponentParameter(9, nameof(MudButton.ChildContent), (RenderFragment)(words => words.AddContent(0, $"Why is {missed} not here?")));
                inner.CloseComponent();
            }
        }));
        builder.CloseComponent();
    }

    /// <summary>What was searched for, when it looks like the number of a ticket.</summary>
    private string? Missed => parameters.Search?.Trim() is { Length: > 0 and < 40 } word && word.Any(char.IsAsciiDigit) && !word.Any(char.IsWhiteSpace) ? word : null;

    private (string Icon, string Title, string Text, string Label, string Href) Why()
    {
        if (parameters.Narrows)
        {
            return (Icons.Material.Outlined.SearchOff, "No ticket matches", "Nothing that you may see matches the search and the filters.", "Clear search and filters", "/tickets");
        }

        if (User.IsClient)
        {
            return parameters.State is "closed" or "all"
                ? (Icons.Material.Outlined.Inbox, "No tickets here", "There is no such ticket that you may see.", "Show open tickets", "/tickets")
                : (Icons.Material.Outlined.TaskAlt, "No open tickets", "There is no open ticket that you may see.", "Show closed tickets", "/tickets?state=closed");
        }

        if (Reason is { } notice)
        {
            return (Icon(notice.Tone), notice.Title, notice.Advice is { } advice ? $"{notice.Sentence} {advice}" : notice.Sentence, notice.Action, notice.Href);
        }

        return parameters.State is "closed" or "all"
            ? (Icons.Material.Outlined.Inbox, "No tickets here", "There is no such ticket of the imported companies.", "Show open tickets", "/tickets")
            : (Icons.Material.Outlined.TaskAlt, "No open tickets", "No imported company has an open ticket.", "Show closed tickets", "/tickets?state=closed");
    }

    private static string Icon(Tone tone) => tone switch
    {
        Tone.Negative => Icons.Material.Outlined.ErrorOutline,
        Tone.Attention => Icons.Material.Outlined.WarningAmber,
        _ => Icons.Material.Outlined.Inbox,
    };
}
