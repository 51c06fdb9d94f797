using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Clients;

/// <summary>Who asks whom for what, as a link says it to whoever holds it.</summary>
/// <param name="Asker">The MSP.</param>
/// <param name="Areas">What is read.</param>
/// <param name="Reads">The integration reads just now; otherwise it is paused or stands still, and reads later.</param>
internal sealed record ConsentInvitation(ConsentLink Link, string Asker, TimeZoneInfo Zone, string Company, string Vendor, string Word, IReadOnlyList<string> Areas, bool Reads);

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

    /// <summary>It came to nothing for so many accounts that the link is good no more.</summary>
    Closed,
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
internal sealed class ConsentVisits(PortalDatabase database, ConnectorRegistry connectors, ConnectingClients connecting, ConsentLinks links, ConsentTries tries, TimeProvider clock)
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

        var actor = new Actor(link.TenantId, $"consent link of {link.CreatedBy}", from);
        var left = tries.Take(link, partition);
        var outcome = left is null ? new ConsentOutcome(ConsentResult.Failed, invitation) : await TryAsync(invitation, partition, hash, actor, ct);
        if (left is > 0 || outcome.Result is not (ConsentResult.Failed or ConsentResult.NotYet))
        {
            return outcome;
        }

        await links.CloseAsync(link, $"It was answered for {ConsentTries.Most} different accounts, and none could be connected.", actor, CancellationToken.None);
        return new ConsentOutcome(ConsentResult.Closed, invitation);
    }

    private async Task<ConsentOutcome> TryAsync(ConsentInvitation invitation, string partition, byte[] state, Actor actor, CancellationToken ct)
    {
        if (await WhyNotAsync(invitation, partition, ct) is not { } note)
        {
            return await ConnectAsync(invitation, partition, state, actor);
        }

        // One sentence, whatever the reason: whether an account is known here is nobody's business outside.
        await NoteAsync(invitation.Link, note, ct);
        return new ConsentOutcome(
            ConsentResult.Failed, invitation,
            $"This link is for {invitation.Company}, and the {invitation.Word} that agreed cannot be connected by it. Sign in as an administrator of the right one, or ask {invitation.Asker}.");
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

    private async Task<string?> WhyNotAsync(ConsentInvitation invitation, string partition, CancellationToken ct)
    {
        await using var db = database.Open(invitation.Link.TenantId);
        return await ConsentOwners.WhyNotAsync(db, invitation, partition, ct);
    }

    private async Task<Uri> AddressAsync(ConsentInvitation invitation, string state, CancellationToken ct)
    {
        var link = invitation.Link;
        await using var db = database.Open(link.TenantId);
        return await connecting.ConsentAddressAsync(link.TenantId, link.IntegrationId, links.Back, state, await ConsentOwners.ExpectedAsync(db, link, ct), ct);
    }

    /// <summary>Only a state that we made says whose answer it is; each connector is asked, since each vendor words it differently.</summary>
    private async Task<(ConsentAnswer Answer, ConsentLink Link, byte[] Hash)?> AnswerAsync(IReadOnlyDictionary<string, string> query, CancellationToken ct)
    {
        foreach (var connector in connectors.All)
        {
            if (connector.Partitions?.ReadConsent(query) is { } answer && ConsentTokens.Hash(answer.State) is { } hash
                && await LinkAsync(l => l.StateHash == hash, ct) is { } link && await IntegrationAsync(link, ct) is { } integration && integration.Provider == connector.Info.Id)
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

    private async Task<(string Provider, IntegrationStatus Status)?> IntegrationAsync(ConsentLink link, CancellationToken ct)
    {
        await using var db = database.Open(link.TenantId);
        var row = await db.Integrations.Where(i => i.Id == link.IntegrationId).Select(i => new { i.Provider, i.Status }).FirstOrDefaultAsync(ct);
        return row is null ? null : (row.Provider, row.Status);
    }

    /// <summary>Null when company or integration are gone.</summary>
    private async Task<ConsentInvitation?> InvitationAsync(ConsentLink link, CancellationToken ct)
    {
        await using var db = database.Open(link.TenantId);
        var company = await db.Companies.Where(c => c.Id == link.CompanyId).Select(c => c.Name).FirstOrDefaultAsync(ct);
        var tenant = await db.Tenants.Where(t => t.Id == link.TenantId).Select(t => new { t.Name, t.TimeZone }).FirstOrDefaultAsync(ct);
        return company is not null && tenant is not null && await IntegrationAsync(link, ct) is var (provider, status) && connectors.Find(provider) is { Partitions: { } support } connector
            ? new ConsentInvitation(
                link, tenant.Name, TimeZoneInfo.TryFindSystemTimeZoneById(tenant.TimeZone, out var zone) ? zone : TimeZoneInfo.Utc, company, connector.Info.Name, support.Word,
                [.. connector.Streams.Where(s => s.PerPartition).Select(s => s.Permission.Area).Distinct()], status == IntegrationStatus.Active)
            : null;
    }

    /// <summary>
    /// Of two requests with the same answer only the one that takes the link goes on. While it is taken it counts as used, so that it can neither be begun anew
    /// nor taken back: whoever is told that it was revoked can rely on it.
    /// </summary>
    private async Task<bool> ClaimAsync(ConsentLink link, byte[] state)
    {
        var now = clock.GetUtcNow();
        await using var db = database.Open(link.TenantId);
        return await Open(db, link.Id, now).Where(l => l.StateHash == state)
            .ExecuteUpdateAsync(set => set.SetProperty(l => l.UsedAt, (DateTimeOffset?)now).SetProperty(l => l.StateHash, (byte[]?)null)) == 1;
    }

    /// <summary>Gives state and link back, so that the same answer can be tried again, or tells that it is done.</summary>
    private Task<bool> EndAsync(ConsentLink link, byte[] state, ClientConnection? made, Actor actor) => database.WriteAsync(
        link.TenantId,
        async db =>
        {
            if (await db.ConsentLinks.FirstOrDefaultAsync(l => l.Id == link.Id, CancellationToken.None) is { } row)
            {
                var now = clock.GetUtcNow();
                (row.StateHash, row.LastProblem, row.UsedAt) = (state, made?.Problem, null);
                if (made is { Succeeded: true, Partition: { } client })
                {
                    row.UsedAt = now;
                    await ConsentLinks.AuditAsync(db, row, actor, now, "integration.consent_link_used", new { client = client.Name, client.Detail, partition = client.Id }, CancellationToken.None);
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

    private static IQueryable<ConsentLink> Open(PortalContext db, long id, DateTimeOffset now) => ConsentLinks.Open(db, now).Where(l => l.Id == id);

    private bool IsOpen(ConsentLink link) => link is { UsedAt: null, RevokedAt: null } && link.ExpiresAt > clock.GetUtcNow();
}
