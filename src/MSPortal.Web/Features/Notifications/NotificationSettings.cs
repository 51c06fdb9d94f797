using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Notifications;

/// <summary>Who gets e-mails; every change is in the audit log.</summary>
/// <param name="Everyone">All people who may see notifications; otherwise the addresses.</param>
internal sealed record MailRecipients(bool Everyone, IReadOnlyList<string> Addresses)
{
    public static MailRecipients Default { get; } = new(true, []);
}

internal sealed class NotificationSettings(PortalDatabase database, AccessBook access, TimeProvider clock)
{
    private const string Key = "notifications.mail";
    private const int MostAddresses = 50;

    public async Task<MailRecipients> ReadAsync(long tenantId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        return await db.TenantSettings.Where(s => s.Key == Key).Select(s => s.Value).FirstOrDefaultAsync(ct) is { } value
            ? JsonSerializer.Deserialize<MailRecipients>(value) ?? MailRecipients.Default
            : MailRecipients.Default;
    }

    /// <summary>Stores them; the answer is empty when all is well.</summary>
    public async Task<IReadOnlyList<FieldError>> SaveAsync(MailRecipients wanted, Actor actor, CancellationToken ct)
    {
        var next = wanted with { Addresses = [.. wanted.Addresses.Select(a => a.Trim()).Where(a => a.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)] };
        var check = new EmailAddressAttribute();
        if (next.Addresses.FirstOrDefault(a => !check.IsValid(a)) is { } wrong)
        {
            return [new FieldError("addresses", $"“{wrong}” is not an e-mail address.")];
        }

        if (next.Addresses.Count > MostAddresses)
        {
            return [new FieldError("addresses", $"Give at most {MostAddresses} addresses.")];
        }

        var before = await ReadAsync(actor.TenantId, ct);
        await using var db = database.Open(actor.TenantId);
        var value = JsonSerializer.Serialize(next);
        await db.PutSettingAsync(Key, value, ct);
        var entry = AuditEntries.By(actor, clock.GetUtcNow(), "settings.changed", "settings", "notifications", "Notifications");
        (entry.Before, entry.After) = (JsonSerializer.Serialize(before), value);
        db.Audit.Add(entry);
        await db.SaveChangesAsync(ct);
        return [];
    }

    /// <summary>Addresses to send to.</summary>
    public async Task<IReadOnlyList<string>> RecipientsAsync(long tenantId, CancellationToken ct)
    {
        var chosen = await ReadAsync(tenantId, ct);
        if (!chosen.Everyone)
        {
            return chosen.Addresses;
        }

        return [.. (await access.WhoMayAsync(tenantId, Permissions.ReadNotifications, ct)).Select(u => u.Email!)];
    }
}
