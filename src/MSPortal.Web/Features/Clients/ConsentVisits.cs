using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Clients;

/// <summary>Who asks whom for what, as a link says it to whoever holds it.</summary>
/// <param name="Asker">The MSP.</param>
/// <param name="Areas">What is read.</param>
internal sealed record ConsentInvitation(ConsentLink Link, string Asker, TimeZoneInfo Zone, string Company, string Vendor, string Word, IReadOnlyList<string> Areas);

/// <summary>How an answer of the vendor ended.</summary>
internal enum ConsentResult
{
    /// <summary>It belongs to no link that is open.</summary>
    Unknown,

    /// <summary>It was begun in another browser, perhaps by somebody else.</summary>
    OtherBrowser,

    /// <summary>Nobody agreed; the link stays good.</summary>
    Refused,

    /// <summary>Somebody agreed, and the vendor does not know of it everywhere yet.</summary>
    NotYet,
    Failed,
    Connected,

    /// <summary>By this very link, before.</summary>
    DoneBefore,
}

/// <param name="Sentence">What the visitor may know of why.</param>
/// <param name="Client">What was connected.</param>
internal sealed record ConsentOutcome(ConsentResult Result, ConsentInvitation? Invitation = null, string? Sentence = null, AccountIdentity? Client = null);

/// <summary>
/// What people outside do by a consent link. They are not signed in: the link is all they have, so they are told nothing but what it is about,
/// and the vendor's answer counts in the browser alone that asked for it.
/// </summary>
internal sealed class ConsentVisits(PortalDatabase database, ConnectorRegistry connectors, ConnectingClients connecting, ConsentLinks links, TimeProvider clock)
{
    private static readonly string[] EveryTenant = [PortalContext.TenantFilter];

    /// <summary>Null when there is no such link, or when it was used, revoked or has ended.</summary>
    public async Task<ConsentInvitation?> FindAsync(string? token, CancellationToken ct) =>
        ConsentTokens.Hash(token) is { } hash && await LinkAsync(l => l.TokenHash == hash, ct) is { } link && IsOpen(link) ? await InvitationAsync(link, ct) : null;

    /// <summary>Where the visitor agrees, without beginning anything.</summary>
    public Task<Uri> TargetAsync(ConsentInvitation invitation, CancellationToken ct) => AddressAsync(invitation, "none", ct);

    /// <summary>Where the visitor agrees, with the state that comes back with them; an earlier one counts no more. Null when the link has ended.</summary>
    public async Task<(Uri Address, string State)?> BeginAsync(string? token, CancellationToken ct)
    {
        if (await FindAsync(token, ct) is not { Link: var link } invitation)
        {
            return null;
        }

        var state = ConsentTokens.New();
        var (address, hash, now) = (await AddressAsync(invitation, state, ct), ConsentTokens.Hash(state), clock.GetUtcNow());
        await using var db = database.Open(link.TenantId);
        var begun = await Open(db, link.Id, now).ExecuteUpdateAsync(set => set.SetProperty(l => l.StateHash, hash), ct);
        return begun == 1 ? (address, state) : null;
    }

    /// <summary>Takes the vendor's answer.</summary>
    /// <param name="query">Of the address to which the visitor came back.</param>
    /// <param name="begun">The state that this browser was sent away with; null when it was not.</param>
    /// <param name="from">The visitor's address, for the audit log.</param>
    public async Task<ConsentOutcome> ReturnAsync(IReadOnlyDictionary<string, string> query, string? begun, string? from, CancellationToken ct)
    {
        if (await AnswerAsync(query, ct) is not var (answer, link, hash) || await InvitationAsync(link, ct) is not { } invitation)
        {
            return new ConsentOutcome(ConsentResult.Unknown);
        }

        if (!ConsentTokens.AreSame(answer.State!, begun))
        {
            return new ConsentOutcome(ConsentResult.OtherBrowser);
        }

        if (link.UsedAt is not null || !IsOpen(link))
        {
            return new ConsentOutcome(link.UsedAt is not null ? ConsentResult.DoneBefore : ConsentResult.Unknown, invitation);
        }

        if (answer is not { Partition: { Length: > 0 } partition, Refusal: null })
        {
            var refusal = answer.Refusal ?? $"{invitation.Vendor} did not say who agreed.";
            await NoteAsync(link, refusal, ct);
            return new ConsentOutcome(ConsentResult.Refused, invitation, refusal);
        }

        if (await WhyNotAsync(invitation, partition, ct) is var (problem, note))
        {
            await NoteAsync(link, note, ct);
            return new ConsentOutcome(ConsentResult.Failed, invitation, problem);
        }

        return await ConnectAsync(invitation, partition, hash, new Actor(link.TenantId, $"consent link of {link.CreatedBy}", from));
    }

    /// <summary>From here on the visitor's going away stops nothing: who comes back must find it done or not done.</summary>
    private async Task<ConsentOutcome> ConnectAsync(ConsentInvitation invitation, string partition, byte[] state, Actor actor)
    {
        var link = invitation.Link;
        if (!await ClaimAsync(link, state))
        {
            return new ConsentOutcome(ConsentResult.Unknown);
        }

        ClientConnection? made = null;
        try
        {
            made = await connecting.ConnectAsync(link.IntegrationId, partition, link.CompanyId, actor, CancellationToken.None);
        }
        finally
        {
            await EndAsync(link, state, made, actor);
        }

        if (made.Succeeded)
        {
            return new ConsentOutcome(ConsentResult.Connected, invitation, null, made.Partition);
        }

        // What the vendor said of their own account they may know; what is refused here may name other clients.
        var sentence = made.Partition is not null ? made.Problem : $"The connection could not be made. {invitation.Asker} can see why.";
        return new ConsentOutcome(made.NeedsConsent ? ConsentResult.NotYet : ConsentResult.Failed, invitation, sentence, made.Partition);
    }

    /// <summary>Why whoever holds this link may not connect this one: a sentence for them that names nobody else, and one for those who made the link.</summary>
    private async Task<(string Problem, string Note)?> WhyNotAsync(ConsentInvitation invitation, string partition, CancellationToken ct)
    {
        var link = invitation.Link;
        await using var db = database.Open(link.TenantId);
        var owner = await db.CompanyLinks.Where(l => l.IntegrationId == link.IntegrationId && l.Partition == "" && l.ExternalId == partition).Select(l => (Guid?)l.CompanyId).FirstOrDefaultAsync(ct);
        if (owner == link.CompanyId)
        {
            return null;
        }

        // Anybody can write another's id into an address, and that one may have agreed long ago: whoever is known here has to be known as this company's.
        var known = await db.Partitions.Where(p => p.IntegrationId == link.IntegrationId && p.Partition == partition).Select(p => p.Name).FirstOrDefaultAsync(ct)
            ?? await db.ExternalCompanies.Where(e => e.IntegrationId == link.IntegrationId && e.Partition == "" && e.ExternalId == partition).Select(e => e.Name).FirstOrDefaultAsync(ct);
        if (owner is not null || known is not null)
        {
            return (
                $"This link is for {invitation.Company}, and the {invitation.Word} that agreed is not known as theirs. Ask {invitation.Asker}.",
                $"{known ?? partition} agreed, which is {(owner is null ? "linked to no company" : "linked to another company")}. If it is {invitation.Company}, link it under Company mapping and connect it.");
        }

        var other = $"This link is for another {invitation.Word} of {invitation.Company}. Sign in there as an administrator, or ask {invitation.Asker}.";
        return await ExpectedAsync(db, link, ct) is null ? null : (other, $"Another {invitation.Word} agreed than the one that is linked to {invitation.Company} ({partition}).");
    }

    /// <summary>The company's account at the vendor, where it is known and not connected; null when the visitor chooses.</summary>
    private static async Task<string?> ExpectedAsync(PortalContext db, ConsentLink link, CancellationToken ct)
    {
        var connected = PartitionStatus.Connected;
        var waiting = await db.CompanyLinks
            .Where(l => l.IntegrationId == link.IntegrationId && l.CompanyId == link.CompanyId && l.Partition == ""
                && !db.Partitions.Any(p => p.IntegrationId == l.IntegrationId && p.Partition == l.ExternalId && p.Status == connected))
            .Select(l => l.ExternalId).Take(2).ToListAsync(ct);
        return waiting is [var one] ? one : null;
    }

    private async Task<Uri> AddressAsync(ConsentInvitation invitation, string state, CancellationToken ct)
    {
        var link = invitation.Link;
        await using var db = database.Open(link.TenantId);
        return await connecting.ConsentAddressAsync(link.TenantId, link.IntegrationId, links.Back, state, await ExpectedAsync(db, link, ct), ct);
    }

    /// <summary>Only a state that we made says whose answer it is; each connector is asked, since each vendor words it differently.</summary>
    private async Task<(ConsentAnswer Answer, ConsentLink Link, byte[] Hash)?> AnswerAsync(IReadOnlyDictionary<string, string> query, CancellationToken ct)
    {
        foreach (var connector in connectors.All)
        {
            if (connector.Partitions?.ReadConsent(query) is { } answer && ConsentTokens.Hash(answer.State) is { } hash
                && await LinkAsync(l => l.StateHash == hash, ct) is { } link && await ProviderAsync(link, ct) == connector.Info.Id)
            {
                return (answer, link, hash);
            }
        }

        return null;
    }

    private async Task<ConsentLink?> LinkAsync(System.Linq.Expressions.Expression<Func<ConsentLink, bool>> which, CancellationToken ct)
    {
        await using var db = database.Open();
        return await db.ConsentLinks.IgnoreQueryFilters(EveryTenant).AsNoTracking().FirstOrDefaultAsync(which, ct);
    }

    private async Task<string?> ProviderAsync(ConsentLink link, CancellationToken ct)
    {
        await using var db = database.Open(link.TenantId);
        return await db.Integrations.Where(i => i.Id == link.IntegrationId).Select(i => i.Provider).FirstOrDefaultAsync(ct);
    }

    /// <summary>Null when company or integration are gone.</summary>
    private async Task<ConsentInvitation?> InvitationAsync(ConsentLink link, CancellationToken ct)
    {
        await using var db = database.Open(link.TenantId);
        var company = await db.Companies.Where(c => c.Id == link.CompanyId).Select(c => c.Name).FirstOrDefaultAsync(ct);
        var tenant = await db.Tenants.Where(t => t.Id == link.TenantId).Select(t => new { t.Name, t.TimeZone }).FirstOrDefaultAsync(ct);
        return company is not null && tenant is not null && await ProviderAsync(link, ct) is { } provider && connectors.Find(provider) is { Partitions: { } support } connector
            ? new ConsentInvitation(
                link, tenant.Name, TimeZoneInfo.TryFindSystemTimeZoneById(tenant.TimeZone, out var zone) ? zone : TimeZoneInfo.Utc, company, connector.Info.Name, support.Word,
                [.. connector.Streams.Where(s => s.PerPartition).Select(s => s.Permission.Area).Distinct()])
            : null;
    }

    /// <summary>Of two requests with the same answer only the one that takes the state goes on.</summary>
    private async Task<bool> ClaimAsync(ConsentLink link, byte[] state)
    {
        await using var db = database.Open(link.TenantId);
        return await Open(db, link.Id, clock.GetUtcNow()).Where(l => l.StateHash == state).ExecuteUpdateAsync(set => set.SetProperty(l => l.StateHash, (byte[]?)null)) == 1;
    }

    /// <summary>Gives the state back, so that the same answer can be tried again, or tells that it is done; a newer one stays.</summary>
    private Task<bool> EndAsync(ConsentLink link, byte[] state, ClientConnection? made, Actor actor) => database.WriteAsync(
        link.TenantId,
        async db =>
        {
            if (await db.ConsentLinks.FirstOrDefaultAsync(l => l.Id == link.Id, CancellationToken.None) is { } row)
            {
                row.StateHash ??= state;
                row.LastProblem = made?.Problem;
                if (made is { Succeeded: true, Partition: { } client })
                {
                    row.UsedAt = clock.GetUtcNow();
                    await ConsentLinks.AuditAsync(db, row, actor, clock.GetUtcNow(), "integration.consent_link_used", new { client = client.Name, client.Detail, partition = client.Id }, CancellationToken.None);
                }
            }

            return true;
        },
        CancellationToken.None);

    private async Task NoteAsync(ConsentLink link, string problem, CancellationToken ct)
    {
        await using var db = database.Open(link.TenantId);
        await db.ConsentLinks.Where(l => l.Id == link.Id).ExecuteUpdateAsync(set => set.SetProperty(l => l.LastProblem, problem), ct);
    }

    private static IQueryable<ConsentLink> Open(PortalContext db, long id, DateTimeOffset now) =>
        db.ConsentLinks.Where(l => l.Id == id && l.UsedAt == null && l.RevokedAt == null && l.ExpiresAt > now);

    private bool IsOpen(ConsentLink link) => link is { UsedAt: null, RevokedAt: null } && link.ExpiresAt > clock.GetUtcNow();
}
