using System.Globalization;
using System.Net.Sockets;
using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.EntityFrameworkCore;
using MimeKit;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Notifications;

/// <summary>Sends what is new in the book by e-mail: one mail for all of it, at most every few minutes, so that a bad day floods nobody.</summary>
internal sealed class MailPost(PortalDatabase database, PortalOptions options, NotificationSettings settings, TimeProvider clock)
{
    private static readonly TimeSpan Between = TimeSpan.FromMinutes(5);

    /// <summary>What is over for less than this may come back, and its end is no news yet.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(10);

    public SmtpServer? Server => options.Smtp;

    /// <summary>The answer is how many people got a mail.</summary>
    /// <exception cref="IOException">The mail server could not be used; it is tried again at the next look.</exception>
    public async Task<int> SendDueAsync(long tenantId, CancellationToken ct)
    {
        if (Server is null || await settings.RecipientsAsync(tenantId, ct) is not { Count: > 0 } recipients)
        {
            return 0;
        }

        var now = clock.GetUtcNow();
        await using var db = database.Open(tenantId);
        var recent = now - Between;
        if (await db.Notifications.AnyAsync(n => n.MailedAt > recent || n.EndMailedAt > recent, ct))
        {
            return 0;
        }

        var (begun, over) = await ClaimAsync(db, now, ct);
        if (begun.Count + over.Count == 0)
        {
            return 0;
        }

        try
        {
            await SendAsync(recipients, Subject(begun, over), Text(begun, over), ct);
            return recipients.Count;
        }
        catch (IOException)
        {
            await ReturnAsync(db, begun, over, ct);
            throw;
        }
    }

    /// <summary>One mail to one person, now.</summary>
    /// <exception cref="IOException">The mail server could not be used; the message says why.</exception>
    public Task SendAsync(string to, string subject, string text, CancellationToken ct) => SendAsync([to], subject, text, ct);

    /// <summary>So that an administrator sees that mail arrives.</summary>
    /// <exception cref="IOException">It does not; the message says why.</exception>
    public Task SendTestAsync(string to, CancellationToken ct) =>
        SendAsync([to], "MSPortal: test", $"This is what mails of MSPortal look like. They come from {options.AddressOf("/")}.", ct);

    /// <summary>Whoever marks a row first sends it; the other node finds nothing left.</summary>
    private static async Task<(List<NotificationRow> Begun, List<NotificationRow> Over)> ClaimAsync(PortalContext db, DateTimeOffset now, CancellationToken ct)
    {
        var settled = now - Settled;
        var due = await db.Notifications.AsNoTracking()
            .Where(n => (n.MailedAt == null && n.EndedAt == null) || (n.MailedAt != null && n.EndMailedAt == null && n.EndedAt < settled)).OrderBy(n => n.Id).ToListAsync(ct);
        var (begun, over) = (new List<NotificationRow>(), new List<NotificationRow>());
        foreach (var row in due)
        {
            if (row.EndedAt is null && await db.Notifications.Where(n => n.Id == row.Id && n.MailedAt == null).ExecuteUpdateAsync(u => u.SetProperty(n => n.MailedAt, now), ct) == 1)
            {
                begun.Add(row);
            }
            else if (row.EndedAt is not null && await db.Notifications.Where(n => n.Id == row.Id && n.EndMailedAt == null).ExecuteUpdateAsync(u => u.SetProperty(n => n.EndMailedAt, now), ct) == 1)
            {
                over.Add(row);
            }
        }

        return (begun, over);
    }

    private static async Task ReturnAsync(PortalContext db, List<NotificationRow> begun, List<NotificationRow> over, CancellationToken ct)
    {
        var (begunIds, overIds) = (begun.ConvertAll(n => n.Id), over.ConvertAll(n => n.Id));
        DateTimeOffset? none = null;
        await db.Notifications.Where(n => begunIds.Contains(n.Id)).ExecuteUpdateAsync(u => u.SetProperty(n => n.MailedAt, none), ct);
        await db.Notifications.Where(n => overIds.Contains(n.Id)).ExecuteUpdateAsync(u => u.SetProperty(n => n.EndMailedAt, none), ct);
    }

    private async Task SendAsync(IReadOnlyList<string> recipients, string subject, string text, CancellationToken ct)
    {
        var server = Server ?? throw new IOException("No mail server is set. The operator sets MSPORTAL_SMTP.");
        using var client = new SmtpClient();
        try
        {
            await client.ConnectAsync(server.Host, server.Port, server.Security ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTlsWhenAvailable, ct);
            if (server.User is { } user)
            {
                await client.AuthenticateAsync(user, server.Password ?? "", ct);
            }

            foreach (var recipient in recipients)
            {
                using var message = Message(server.From, recipient, subject, text);
                await client.SendAsync(message, ct);
            }

            await client.DisconnectAsync(quit: true, ct);
        }
        catch (Exception e) when (e is SocketException or TimeoutException or SmtpCommandException or SmtpProtocolException or AuthenticationException or SslHandshakeException or MailKit.ServiceNotConnectedException or NotSupportedException or ParseException)
        {
            throw new IOException($"The mail server {server} did not take the mail: {e.Message}", e);
        }
    }

    private static MimeMessage Message(string from, string to, string subject, string text)
    {
        var message = new MimeMessage { Subject = subject, Body = new TextPart("plain") { Text = text } };
        message.From.Add(MailboxAddress.Parse(from));
        message.To.Add(MailboxAddress.Parse(to));
        return message;
    }

    private static string Subject(List<NotificationRow> begun, List<NotificationRow> over) => (begun.Count, over.Count) switch
    {
        (1, 0) => $"MSPortal: {Short(begun[0].Sentence)}",
        (0, 1) => $"MSPortal: over: {Short(over[0].Sentence)}",
        (0, var ended) => $"MSPortal: {ended} troubles are over",
        var (count, _) => string.Create(CultureInfo.InvariantCulture, $"MSPortal: {count} {(count == 1 ? "thing needs" : "things need")} attention"),
    };

    private string Text(List<NotificationRow> begun, List<NotificationRow> over)
    {
        var text = new StringBuilder();
        foreach (var row in begun)
        {
            text.AppendLine(row.Sentence).AppendLine(row.Advice).AppendLine(CultureInfo.InvariantCulture, $"{row.Label}: {options.AddressOf(row.Href)}").AppendLine();
        }

        foreach (var row in over)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"Over since {row.EndedAt!.Value.UtcDateTime:d MMM yyyy, HH:mm} UTC: {row.Sentence}").AppendLine();
        }

        return text.Append(CultureInfo.InvariantCulture, $"All notifications: {options.AddressOf("/notifications")}").ToString();
    }

    private static string Short(string sentence) => sentence.Length <= 90 ? sentence : sentence[..89] + "…";
}
