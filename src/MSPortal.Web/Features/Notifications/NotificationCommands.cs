using System.CommandLine;
using MSPortal.Web.Hosting;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Notifications;

/// <summary><c>msportal notifications …</c></summary>
internal static class NotificationCommands
{
    private const int Most = 100;

    public static Command Create(PortalCommandContext context) => new("notifications", "What people were told of.") { List(context), TestMail(context) };

    private static Command List(PortalCommandContext context)
    {
        var open = new Option<bool>("--open") { Description = "Only those that last." };
        var json = CommandOutput.JsonOption();
        return PortalCommandContext.Run(new Command("list", "Each trouble once, those that last first.") { open, json }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var rows = (await session.Get<NotificationBook>().ListAsync(session.TenantId, parsed.GetValue(open), 0, Most, ct)).Rows;
            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(rows.Select(NotificationResource.Of));
                return 0;
            }

            var now = session.Get<TimeProvider>().GetUtcNow();
            await parsed.WriteTableAsync(
                ["SINCE", "OVER", "WHAT"],
                rows.Select(r => new[] { RelativeTime.Of(r.RaisedAt, now), r.EndedAt is { } over ? RelativeTime.Of(over, now) : "going on", r.Sentence }));
            return 0;
        });
    }

    private static Command TestMail(PortalCommandContext context)
    {
        var to = new Argument<string>("address") { Description = "Who gets it." };
        return PortalCommandContext.Run(new Command("test-mail", "Sends a mail, to see whether mails arrive.") { to }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            await session.Get<MailPost>().SendTestAsync(parsed.GetValue(to)!, ct);
            await parsed.WriteLineAsync("Sent.");
            return 0;
        });
    }
}
