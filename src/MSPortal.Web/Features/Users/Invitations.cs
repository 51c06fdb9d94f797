using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Account;
using MSPortal.Web.Features.Notifications;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Users;

/// <summary>What became of an invitation.</summary>
/// <param name="Link">To be passed on by whoever invited; null when it was mailed.</param>
internal sealed record SentInvitation(Guid UserId, string Email, InvitationDelivery Delivery, string? Trouble, Uri? Link, DateTimeOffset EndsAt);

/// <summary>Sends people the link by which they choose a password: by mail where a mail server is set, else for whoever invites to pass on.</summary>
internal sealed class Invitations(PortalDatabase database, InvitationLinks links, MailPost post, PortalOptions options, AccessBook access, TimeProvider clock)
{
    /// <summary>Also to somebody who has a password and has forgotten it. An earlier link ends.</summary>
    /// <param name="by">What the inviting person may do: a link opens the portal as somebody else.</param>
    /// <exception cref="KeyNotFoundException">There is no such person.</exception>
    /// <exception cref="ActionRefusedException">They are disabled, or may do more than who invites.</exception>
    public async Task<SentInvitation> SendAsync(Guid userId, PortalAccess by, Actor actor, CancellationToken ct)
    {
        await using var db = database.Open(actor.TenantId);
        var (user, link) = await MakeAsync(db, userId, by, actor, ct);
        var now = clock.GetUtcNow();
        var trouble = await MailAsync(user, link, await db.Tenants.Where(t => t.Id == actor.TenantId).Select(t => t.Name).FirstAsync(ct), ct);
        var delivery = post.Server is null ? InvitationDelivery.Shown : trouble is null ? InvitationDelivery.Mailed : InvitationDelivery.Failed;
        // Whatever else is being changed of them stays; with a stamp of its own, so that Identity does not write over it.
        var stamp = Guid.NewGuid().ToString();
        await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(
            u => u.SetProperty(x => x.ConcurrencyStamp, stamp).SetProperty(x => x.InvitedAt, now).SetProperty(x => x.Invitation, delivery).SetProperty(x => x.InvitationTrouble, trouble), ct);
        var entry = AuditEntries.By(actor, now, "user.invited", "user", user.Id.ToString(), user.Email);
        entry.After = System.Text.Json.JsonSerializer.Serialize(new { delivery = delivery.ToString().ToLowerInvariant() });
        db.Audit.Add(entry);
        await db.SaveChangesAsync(ct);
        access.Forget();
        return new SentInvitation(user.Id, user.Email!, delivery, trouble, delivery == InvitationDelivery.Mailed ? null : link, now + InvitationLinks.Lifetime);
    }

    /// <summary>In one with the question whether it may be, so that no link outlives a change of who may do what.</summary>
    private async Task<(PortalUser User, Uri Link)> MakeAsync(PortalContext db, Guid userId, PortalAccess by, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var user = await UserRules.FindAsync(db, userId, await UserRules.BeginAsync(db, by, Permissions.WriteUsers, actor, ct), ct);
        if (user.IsDisabled)
        {
            throw new ActionRefusedException($"{user.DisplayName} is disabled. Enable them first.");
        }

        var link = options.AddressOf(await links.CreateAsync(db, userId, ct));
        await transaction.CommitAsync(ct);
        return (user, link);
    }

    /// <summary>Null when it went out, or when there is no mail server.</summary>
    private async Task<string?> MailAsync(PortalUser user, Uri link, string tenant, CancellationToken ct)
    {
        if (post.Server is null)
        {
            return null;
        }

        var isNew = user.PasswordHash is null;
        var text = string.Create(CultureInfo.InvariantCulture, $"""
            Hello {user.DisplayName},

            {(isNew ? $"{tenant} has invited you to its portal. Choose a password here:" : $"choose a new password for the portal of {tenant} here:")}
            {link}

            The link can be used once, within {InvitationLinks.Lifetime.TotalDays:0} days. If you did not expect this mail, ignore it.
            """);
        try
        {
            await post.SendAsync(user.Email!, isNew ? $"Your invitation to the portal of {tenant}" : $"A new password for the portal of {tenant}", text, ct);
            return null;
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }
}
