using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.HaloPsa;

/// <summary>How each kind of record is read.</summary>
internal static class HaloPsaStreams
{
    private const string Inactive = "includeactive=true&includeinactive=true";

    public static HaloPsaList Companies { get; } =
        new("/Client", "clients", "clients", HaloPsaPermissions.Companies, HaloPsaMapping.Company) { Always = Inactive };

    public static HaloPsaList Contacts { get; } =
        new("/Users", "users", "users", HaloPsaPermissions.Contacts, HaloPsaMapping.Contact) { Always = Inactive };

    public static HaloPsaList Agents { get; } =
        new("/Agent", "agents", "agents", HaloPsaPermissions.Users, HaloPsaMapping.Agent) { Always = "includeenabled=true&includedisabled=true", IsWhole = true };

    /// <summary>Serial numbers and operating systems are fields of the asset's type, and only come when one type is asked for.</summary>
    public static HaloPsaList Devices { get; } =
        new("/Asset", "assets", "assets", HaloPsaPermissions.Devices, HaloPsaMapping.Device) { Always = $"{Inactive}&includeassetfields=true&includeuser=true" };

    private static HaloPsaList AssetTypes { get; } =
        new("/AssetType", "assettypes", "asset types", HaloPsaPermissions.Devices, row => new ReferenceItem
        {
            ExternalId = row.NeedId("id"),
            ItemId = row.NeedId("id"),
            Kind = "asset_type",
            Name = row.Text("name") ?? "",
        });

    /// <summary>As Halo reads it: UTC without an offset; whole seconds, rounded down, read one second twice rather than none.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);

    /// <param name="remember">Whether their actions are going to be read next.</param>
    public static async Task<HaloPsaList> TicketsAsync(HaloPsaClient client, bool remember, CancellationToken ct)
    {
        var list = Tickets(client, await HaloPsaStatuses.RecentAsync(client, ct));
        var (kept, clock) = (HaloPsaDescriptions.Of(client.Session), client.Session.Clock);
        return !remember ? list : list with
        {
            Map = row =>
            {
                var ticket = list.Map(row);
                kept.Keep(row, ticket.ExternalId, clock.GetUtcNow());
                return ticket;
            },
        };
    }

    public static HaloPsaList Tickets(HaloPsaClient client, HaloPsaStatuses statuses) =>
        new("/Tickets", "tickets", "tickets", HaloPsaPermissions.Tickets, row => HaloPsaMapping.Ticket(row, statuses, id => $"{client.Site}tickets?id={id}"))
        {
            Always = "includestatus=true&includetickettype=true&includeagent=true",
        };

    /// <summary>Everything, or what changed since; the change time is the only filter, so that rows leaving a scope are seen to leave it.</summary>
    public static IAsyncEnumerable<Page> Read(Session session, HaloPsaList list, ReadRequest request, CancellationToken ct) =>
        HaloPsaPass.ReadAsync(new HaloPsaClient(session), list, _ => [Changes(request)], request, ct);

    /// <summary>Agents come whole, bare or in an envelope.</summary>
    public static async IAsyncEnumerable<Page> ReadAgents(Session session, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var page = await HaloPsaLists.WholeAsync(new HaloPsaClient(session), Agents, ct);
        var doubt = page.Received == 0 ? "HaloPSA sent no agents, and there always are some."
            : page.Received < page.Total ? string.Create(CultureInfo.InvariantCulture, $"HaloPSA counts {page.Total:N0} agents but delivered only {page.Received:N0}.")
            : null;
        yield return new Page([.. page.Rows.Values], Cursor.Start)
        {
            Bad = page.Bad,
            Complete = doubt is null,
            Doubt = doubt,
            Total = page.Total,
            VendorTime = page.VendorTime,
        };
    }

    public static async IAsyncEnumerable<Page> ReadTickets(Session session, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        if (session.Scope.SelectsNothing)
        {
            yield return new Page([], Cursor.Start) { Complete = true };
            yield break;
        }

        var client = new HaloPsaClient(session);
        var list = await TicketsAsync(client, remember: request.Pass == PassKind.Incremental, ct);
        await foreach (var page in HaloPsaPass.ReadAsync(client, list, startedAt => TicketQueries(session.Scope, request, startedAt), request, ct))
        {
            yield return page;
        }
    }

    public static async IAsyncEnumerable<Page> ReadDevices(Session session, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var client = new HaloPsaClient(session);
        var types = (await HaloPsaLists.WholeAsync(client, AssetTypes, ct)).Rows.Keys.OrderBy(id => id.Length).ThenBy(id => id, StringComparer.Ordinal).ToList();
        IReadOnlyList<string> queries = types.Count == 0
            ? [Changes(request)]
            : [.. types.Select(type => HaloPsaLists.Join($"assettype_id={type}", Changes(request)))];
        await foreach (var page in HaloPsaPass.ReadAsync(client, Devices, _ => queries, request, ct))
        {
            yield return page;
        }
    }

    /// <summary>The filters that together bring the selected tickets.</summary>
    public static IReadOnlyList<string> TicketQueries(TicketScope scope, ReadRequest request, DateTimeOffset startedAt) =>
        Changes(request) is { Length: > 0 } changes ? [changes] : Selected(scope, scope.ClosedSince(startedAt));

    /// <summary>Whoever closes a ticket changes it, so closed ones are asked for by their last change: some have no closing date.</summary>
    public static IReadOnlyList<string> Selected(TicketScope scope, DateTimeOffset? closedSince)
    {
        var ids = scope.Containers?.Where(HaloPsaByIds.IsNumber).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var types = ids is { Count: > 0 } ? $"requesttype={string.Join(',', ids)}" : "";
        return closedSince is { } since
            ? [HaloPsaLists.Join(types, "open_only=true"), HaloPsaLists.Join(types, "closed_only=true", $"lastupdatefromdate={Time(since)}")]
            : [types];
    }

    /// <summary>The ticket's description and everything that people did; complete only when the count agrees.</summary>
    public static async Task<ChildrenResult> ReadNotesAsync(Session session, string ticketId, CancellationToken ct)
    {
        if (!HaloPsaByIds.IsNumber(ticketId))
        {
            return new ChildrenResult([], Complete: false);
        }

        var client = new HaloPsaClient(session);
        var description = HaloPsaDescriptions.Of(session).Take(ticketId, session.Clock.GetUtcNow());
        if (description is null)
        {
            var response = await client.AskAsync($"/Tickets/{ticketId}", "includedetails=true", ct);
            if (HaloPsaErrors.IsNotFound(response))
            {
                return new ChildrenResult([], Complete: false, ParentGone: true);
            }

            using var json = response.IsSuccess ? response.TryJson() : throw HaloPsaErrors.Of(response, HaloPsaPermissions.Notes, session.Clock.GetUtcNow(), client.Scrub);
            description = json is { RootElement.ValueKind: JsonValueKind.Object } ? Description(json.RootElement, ticketId) : throw HaloPsaErrors.NoData(response, client.Scrub);
        }

        var actions = await HaloPsaActions.ReadAsync(client, ticketId, ct);
        return description is null ? actions : actions with { Rows = [description, .. actions.Rows] };
    }

    private static TicketNote? Description(JsonElement ticket, string ticketId)
    {
        try
        {
            return HaloPsaMapping.Description(new JsonRow(ticket), ticketId);
        }
        catch (FieldException)
        {
            return null;   // The ticket's own read says what is wrong with it.
        }
    }

    private static string Changes(ReadRequest request) =>
        request is { Pass: PassKind.Incremental, Since: { } since } ? $"lastupdatefromdate={Time(since)}" : "";
}
