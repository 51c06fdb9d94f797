using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Companies;

/// <summary>A company that came after people had made their choice.</summary>
/// <param name="StoredAt">When it was stored here first.</param>
internal sealed record NewCompany(string Name, DateTimeOffset StoredAt);

/// <summary>The companies of an integration that wait for a choice since its mark, by name.</summary>
/// <param name="After">Where the mark stands; another one once people have decided.</param>
/// <param name="Since">The same in people's time: what stood there then is not new.</param>
internal sealed record NewCompanyList(long IntegrationId, string Integration, DateTimeOffset After, DateTimeOffset Since, IReadOnlyList<NewCompany> Companies);

/// <summary>What was found at an integration and by what: as long as neither its filter nor its undecided companies change, it is the same.</summary>
/// <param name="Filter">As it is stored.</param>
/// <param name="Undecided">By id, whatever the filter says of them.</param>
internal sealed record NewCompanyLook(string Filter, IReadOnlyList<(Guid Id, DateTimeOffset ChangedAt)> Undecided, NewCompanyList Found);

/// <summary>From where on an integration's companies are new. The mark stands in the company filter and is moved only within the filter that it was read from.</summary>
internal static class NewCompanyMarks
{
    /// <summary>In the stored filter of an integration where something new was seen, and in no other.</summary>
    public const string Seen = "\"newest\":\"";

    /// <summary>The mark after which something new was seen in the live copy; null when there is nothing.</summary>
    public static NewCompanyMark? Waiting(string stored, int live) =>
        StoredChoice.Companies(stored).NewFrom is { After: not null, Newest: not null } mark && mark.Generation == live ? mark : null;

    /// <summary>The stream of companies, once all have been read since the mark was set and no complete read is under way: changes alone do not show who was there before.</summary>
    public static async Task<StreamRow?> ReadAsync(PortalContext db, long integrationId, NewCompanyMark? mark, CancellationToken ct) =>
        await db.Streams.AsNoTracking().FirstOrDefaultAsync(s => s.IntegrationId == integrationId && s.DataType == DataType.Companies && s.Partition == "", ct)
            is { LastCompleteAt: { } read, FullPass: null } stream && !(read < mark?.Since) ? stream : null;

    /// <summary>The mark that makes everything known that is stored now.</summary>
    public static async Task<NewCompanyMark> LatestAsync(PortalContext db, StreamRow stream, CancellationToken ct)
    {
        var youngest = await db.ExternalCompanies.Where(e => e.IntegrationId == stream.IntegrationId && e.Partition == "" && e.Generation == stream.LiveGeneration)
            .MaxAsync(e => (DateTimeOffset?)e.CreatedAt, ct);
        return new NewCompanyMark(stream.LastCompleteAt!.Value, stream.LiveGeneration, youngest ?? stream.LastCompleteAt);
    }

    /// <summary>With the first import people have chosen among everything that is stored; before companies are read to the end they have not seen it all, and the next look begins.</summary>
    public static async Task BeginAsync(PortalContext db, Integration integration, CancellationToken ct)
    {
        if (await ReadAsync(db, integration.Id, StoredChoice.Companies(integration.CompanyFilter).NewFrom, ct) is { } stream)
        {
            await MoveAsync(db, integration.Id, integration.CompanyFilter, await LatestAsync(db, stream, ct), ct);
        }
    }

    /// <summary>False, and nothing is written, when the filter is another one than <paramref name="stored"/> meanwhile.</summary>
    public static async Task<bool> MoveAsync(PortalContext db, long integrationId, string stored, NewCompanyMark mark, CancellationToken ct)
    {
        var next = StoredJson.Write(StoredChoice.Companies(stored) with { NewFrom = mark });
        return await db.Integrations.Where(i => i.Id == integrationId && i.CompanyFilter == stored).ExecuteUpdateAsync(set => set.SetProperty(i => i.CompanyFilter, next), ct) == 1;
    }

    /// <summary>What waits for a choice; empty when all is decided, null when nothing new was seen.</summary>
    public static async Task<NewCompanyList?> FindAsync(PortalContext db, Integration integration, CancellationToken ct) =>
        await UndecidedAsync(db, integration, ct) is var (mark, rows) ? await ListAsync(integration, mark, rows, ct) : null;

    /// <summary>The same for whoever asks again and again: records are read only when they, or what is chosen, are others than before.</summary>
    public static async Task<NewCompanyLook?> LookAsync(PortalContext db, Integration integration, NewCompanyLook? before, CancellationToken ct)
    {
        if (await UndecidedAsync(db, integration, ct) is not var (mark, rows))
        {
            return null;
        }

        var undecided = (await rows.OrderBy(e => e.Id).Select(e => new { e.Id, e.ChangedAt }).ToListAsync(ct)).ConvertAll(e => (e.Id, e.ChangedAt));
        return before is not null && before.Filter == integration.CompanyFilter && before.Found.Integration == integration.Name && before.Undecided.SequenceEqual(undecided)
            ? before
            : new NewCompanyLook(integration.CompanyFilter, undecided, await ListAsync(integration, mark, rows, ct));
    }

    /// <summary>The mark after which something new was seen, and the companies since that are neither imported nor blocked.</summary>
    private static async Task<(NewCompanyMark Mark, IQueryable<ExternalCompanyRow> Rows)?> UndecidedAsync(PortalContext db, Integration integration, CancellationToken ct)
    {
        if (!integration.CompanyFilter.Contains(Seen, StringComparison.Ordinal))
        {
            return null;
        }

        var live = await ExternalNames.LiveAsync(db, integration.Id, DataType.Companies, ct);
        return Waiting(integration.CompanyFilter, live) is { } mark
            ? (mark, ExternalCompanyQueries.Filter(db, integration, live, new ExternalFilter(State: ImportState.NotImported, IsNew: true)))
            : null;
    }

    private static async Task<NewCompanyList> ListAsync(Integration integration, NewCompanyMark mark, IQueryable<ExternalCompanyRow> undecided, CancellationToken ct)
    {
        var admitting = StoredChoice.Companies(integration.CompanyFilter);
        var rows = await undecided.OrderBy(e => e.NormalizedName).ThenBy(e => e.ExternalId).Select(e => new { e.Name, e.CreatedAt, e.Payload }).ToListAsync(ct);
        return new NewCompanyList(
            integration.Id, integration.Name, mark.After!.Value, mark.Since, [.. rows.Where(r => CompanyImport.Admits(admitting, r.Payload)).Select(r => new NewCompany(r.Name, r.CreatedAt))]);
    }
}
