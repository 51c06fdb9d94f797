using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Integrations;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Clients;

/// <summary>An open link as lists show it.</summary>
/// <param name="LastProblem">Why the last attempt by it came to nothing.</param>
public sealed record ConsentLinkItem(
    long Id, long IntegrationId, string Integration, Guid CompanyId, string CompanyName, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, string? LastProblem);

/// <param name="Address">The link itself: shown now and never again.</param>
/// <param name="Warning">What should be done before it is sent, or it may come to nothing; null when nothing.</param>
public sealed record MadeConsentLink(ConsentLinkItem Link, Uri Address, string? Warning);

/// <summary>Links by which an administrator of a client agrees that its data is read: made, listed, taken back.</summary>
internal sealed class ConsentLinks(PortalDatabase database, ConnectorRegistry connectors, PortalOptions options, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    public const string Path = "/connect";
    public const string ReturnPath = Path + "/return";

    /// <summary>Why a link cannot be taken back.</summary>
    public const string WhyNotOpen = "It was used or revoked, has ended, or somebody is agreeing by it at this moment.";

    /// <summary>Where the vendor sends people back; it has to be registered there.</summary>
    public Uri Back => options.AddressOf(ReturnPath);

    /// <summary>People outside reach the portal by an address that somebody has set.</summary>
    public bool HasPublicAddress => options.PublicUrl is not null;

    /// <exception cref="KeyNotFoundException">There is no such integration.</exception>
    /// <exception cref="ActionRefusedException">It reads all clients through one connection or is disconnected, or there is no such company.</exception>
    public async Task<MadeConsentLink> CreateAsync(long integrationId, Guid companyId, Actor actor, CancellationToken ct)
    {
        var token = ConsentTokens.New();
        var link = await database.WriteAsync(actor.TenantId, db => CreateAsync(db, integrationId, companyId, token, actor, ct), ct);
        return new MadeConsentLink(link, options.AddressOf($"{Path}/{token}"), await WarningAsync(actor.TenantId, integrationId, companyId, ct));
    }

    /// <summary>What to do before a link for this company is sent, in one sentence; null when nothing.</summary>
    public async Task<string?> WarningAsync(long tenantId, long integrationId, Guid companyId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        if (!await ConsentOwners.MayBeRefusedAsync(db, integrationId, companyId, ct))
        {
            return null;
        }

        var integration = await db.Integrations.Where(i => i.Id == integrationId).Select(i => new { i.Name, i.Provider }).FirstOrDefaultAsync(ct);
        var company = await db.Companies.Where(c => c.Id == companyId).Select(c => c.Name).FirstOrDefaultAsync(ct);
        var word = integration is null ? null : connectors.Find(integration.Provider)?.Partitions?.Word;
        return word is null || company is null ? null
            : $"{company} is not linked to a {word} of {integration!.Name}. If its {word} is listed there, link it under Company mapping first, or the answer of a client that is listed there will be refused.";
    }

    /// <summary>Those that can still be used, the newest first.</summary>
    public async Task<IReadOnlyList<ConsentLinkItem>> ListAsync(long tenantId, long? integrationId, Guid? companyId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var db = database.Open(tenantId);
        return await (
            from link in Open(db, now)
            join integration in db.Integrations on link.IntegrationId equals integration.Id
            join company in db.Companies on link.CompanyId equals company.Id
            where (integrationId == null || link.IntegrationId == integrationId) && (companyId == null || link.CompanyId == companyId)
            orderby link.Id descending
            select new ConsentLinkItem(link.Id, link.IntegrationId, integration.Name, link.CompanyId, company.Name, link.CreatedBy, link.CreatedAt, link.ExpiresAt, link.LastProblem)).ToListAsync(ct);
    }

    /// <summary>From now on it opens nothing; false when there is no such link that is still open, or when somebody is agreeing by it.</summary>
    public Task<bool> RevokeAsync(long integrationId, long id, Actor actor, CancellationToken ct) => EndAsync(integrationId, id, null, actor, ct);

    /// <summary>The same because of what was done by the link itself.</summary>
    public Task CloseAsync(ConsentLink link, string why, Actor actor, CancellationToken ct) => EndAsync(link.IntegrationId, link.Id, new { why }, actor, ct);

    /// <summary>Those by which somebody can still agree.</summary>
    public static IQueryable<ConsentLink> Open(PortalContext db, DateTimeOffset now) => db.ConsentLinks.Where(l => l.UsedAt == null && l.RevokedAt == null && l.ExpiresAt > now);

    /// <summary>Which link, of which integration, for which company.</summary>
    public static async Task AuditAsync(PortalContext db, ConsentLink link, Actor actor, DateTimeOffset at, string action, object? more, CancellationToken ct)
    {
        var integration = await db.Integrations.Where(i => i.Id == link.IntegrationId).Select(i => i.Name).FirstOrDefaultAsync(ct);
        var company = await db.Companies.Where(c => c.Id == link.CompanyId).Select(c => c.Name).FirstOrDefaultAsync(ct);
        var entry = AuditEntries.By(actor, at, action, "integration", link.IntegrationId.ToString(CultureInfo.InvariantCulture), integration);
        entry.After = JsonSerializer.Serialize(new { link = link.Id, company, madeBy = link.CreatedBy, endsAt = link.ExpiresAt, more });
        db.Audit.Add(entry);
    }

    /// <summary>In one statement, so that an attempt by the link either has begun before and keeps it, or does not begin.</summary>
    private Task<bool> EndAsync(long integrationId, long id, object? more, Actor actor, CancellationToken ct) => database.WriteAsync(
        actor.TenantId,
        async db =>
        {
            var now = clock.GetUtcNow();
            if (await Open(db, now).Where(l => l.Id == id && l.IntegrationId == integrationId).ExecuteUpdateAsync(set => set.SetProperty(l => l.RevokedAt, (DateTimeOffset?)now), ct) == 0)
            {
                return false;
            }

            await AuditAsync(db, await db.ConsentLinks.AsNoTracking().FirstAsync(l => l.Id == id, ct), actor, now, "integration.consent_link_revoked", more, ct);
            return true;
        },
        ct);

    private async Task<ConsentLinkItem> CreateAsync(PortalContext db, long integrationId, Guid companyId, string token, Actor actor, CancellationToken ct)
    {
        var integration = await db.Integrations.AsNoTracking().FirstOrDefaultAsync(i => i.Id == integrationId, ct) ?? throw new KeyNotFoundException($"There is no integration {integrationId}.");
        if (connectors.Find(integration.Provider)?.Partitions is null)
        {
            throw new ActionRefusedException($"{integration.Name} reads all clients through one connection.");
        }

        if (integration.Secrets is null)
        {
            throw new ActionRefusedException($"{integration.Name} is disconnected. Reconnect it first.");
        }

        var company = await db.Companies.AsNoTracking().FirstOrDefaultAsync(c => c.Id == companyId, ct) ?? throw new ActionRefusedException("That company is not there (any more).");
        var now = clock.GetUtcNow();
        var link = new ConsentLink
        {
            TenantId = actor.TenantId,
            IntegrationId = integrationId,
            CompanyId = companyId,
            TokenHash = ConsentTokens.Hash(token)!,
            CreatedBy = actor.Name,
            CreatedAt = now,
            ExpiresAt = now + Lifetime,
        };
        db.ConsentLinks.Add(link);
        await db.SaveChangesAsync(ct); // Gives it the id that its entry names.
        await AuditAsync(db, link, actor, now, "integration.consent_link_created", null, ct);
        return new ConsentLinkItem(link.Id, integrationId, integration.Name, companyId, company.Name, actor.Name, now, link.ExpiresAt, null);
    }
}
