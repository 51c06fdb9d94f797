using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Tickets;

/// <summary>What the filters offer.</summary>
internal sealed record TicketChoices(
    IReadOnlyList<string> Statuses, IReadOnlyList<string> Containers, IReadOnlyList<string> Assignees, IReadOnlyList<NamedIntegration> Integrations)
{
    public static TicketChoices None { get; } = new([], [], [], []);
}

internal sealed record NamedIntegration(long Id, string Name);

internal sealed record NamedCompany(Guid Id, string Name);

/// <summary>Names to choose from in the filters of the list.</summary>
internal sealed class TicketChoiceQueries(PortalDatabase database)
{
    private const int Companies = 20;

    public async Task<TicketChoices> ReadAsync(Sight sight, CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        if (sight.Client is not null)
        {
            return await OfClientAsync(TicketWhere.Visible(db, sight), ct);
        }

        var sources = await TicketSource.ReadAsync(db, ct);
        var reference = await db.Reference.AsNoTracking()
            .Where(r => (r.Kind == ReferenceKinds.Status || r.Kind == ReferenceKinds.Container) && !r.IsInactive)
            .Where(r => db.Streams.Any(s => s.IntegrationId == r.IntegrationId && s.DataType == DataType.Reference && s.Partition == r.Partition && s.LiveGeneration == r.Generation))
            .Select(r => new { r.IntegrationId, r.Kind, r.ItemId, r.ContainerId, r.Name }).ToListAsync(ct);
        bool Chosen(long integration, string? container) =>
            container is null || sources.GetValueOrDefault(integration)?.Scope.Containers is not { } chosen || chosen.Contains(container);
        var with = await db.Streams.Where(s => s.DataType == DataType.Tickets).Select(s => s.IntegrationId).Distinct().ToListAsync(ct);
        return new TicketChoices(
            Names(reference.Where(r => r.Kind == ReferenceKinds.Status && Chosen(r.IntegrationId, r.ContainerId)).Select(r => r.Name)),
            Names(reference.Where(r => r.Kind == ReferenceKinds.Container && Chosen(r.IntegrationId, r.ItemId)).Select(r => r.Name)),
            Names(await (sight.Companies is null ? db.Tickets : TicketWhere.Visible(db, sight)).Where(t => t.OwnerName != null).Select(t => t.OwnerName!).Distinct().ToListAsync(ct)),
            [.. sources.Values.Where(s => with.Contains(s.Id)).Select(s => new NamedIntegration(s.Id, s.Name)).OrderBy(s => s.Name, StringComparer.OrdinalIgnoreCase)]);
    }

    /// <summary>What their own tickets have, and not what else there is.</summary>
    private static async Task<TicketChoices> OfClientAsync(IQueryable<TicketRow> tickets, CancellationToken ct)
    {
        var values = await tickets.Select(t => new { t.StatusName, t.ContainerName, t.OwnerName }).Distinct().ToListAsync(ct);
        return new TicketChoices(
            Names(values.Select(v => v.StatusName).OfType<string>()), Names(values.Select(v => v.ContainerName).OfType<string>()), Names(values.Select(v => v.OwnerName).OfType<string>()), []);
    }

    /// <summary>Linked companies whose name has the text somewhere.</summary>
    public async Task<IReadOnlyList<NamedCompany>> CompaniesAsync(Sight sight, string? text, CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        var wanted = CompanyName.Normalize(text ?? "");
        return await sight.Of(db.Companies).Where(c => db.CompanyLinks.Any(l => l.CompanyId == c.Id) && c.NormalizedName.Contains(wanted))
            .OrderBy(c => c.NormalizedName).ThenBy(c => c.Id).Take(Companies).Select(c => new NamedCompany(c.Id, c.Name)).ToListAsync(ct);
    }

    public async Task<IReadOnlyDictionary<Guid, string>> CompanyNamesAsync(Sight sight, IReadOnlyList<Guid> ids, CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        return await sight.Of(db.Companies).Where(c => ids.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.Name, ct);
    }

    private static List<string> Names(IEnumerable<string> names) => [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.OrdinalIgnoreCase)];
}
