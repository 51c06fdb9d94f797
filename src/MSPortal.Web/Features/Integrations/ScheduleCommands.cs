using System.CommandLine;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Web.Hosting;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Integrations;

/// <summary><c>msportal schedules …</c></summary>
internal static class ScheduleCommands
{
    public static Command Create(PortalCommandContext context) => new("schedules", "When each data type is read.") { List(context), Set(context) };

    private static Command List(PortalCommandContext context)
    {
        var json = CommandOutput.JsonOption();
        return PortalCommandContext.Run(new Command("list", "All schedules, with last and next run.") { json }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var lines = await session.Get<Schedules>().ReadAsync(session.TenantId, ct);
            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(lines.Select(ScheduleResource.Of));
                return 0;
            }

            var now = session.Get<TimeProvider>().GetUtcNow();
            await parsed.WriteTableAsync(
                ["INTEGRATION", "DATA TYPE", "EVERY", "COMPLETE", "LAST RUN", "NEXT RUN", "CALLS/24 H"],
                lines.Select(l => new[]
                {
                    l.Integration, l.Stream.DataType.Slug(), l.Stream.Enabled ? Words.Every(l.Stream.Interval) : "off", Words.Every(l.Stream.ReconcileInterval),
                    l.Stream.LastRun?.EndedAt is { } last ? RelativeTime.Of(last, now) : "never", l.Stream.NextAt is { } next ? RelativeTime.Of(next, now) : "-", Words.Number(l.CallsPerDay),
                }));
            return 0;
        });
    }

    private static Command Set(PortalCommandContext context)
    {
        var which = IntegrationCommands.Which();
        var type = new Argument<string>("data-type") { Description = "Such as tickets or companies." };
        var every = new Option<string>("--every") { Description = "Such as 15m, 2h or 1d.", Required = true, HelpName = "interval" };
        return PortalCommandContext.Run(new Command("set", "Changes how often a data type is read, within what it allows.") { which, type, every }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var (id, name) = await session.IntegrationAsync(parsed.GetValue(which)!, ct);
            var dataType = DataTypes.Parse(parsed.GetValue(type)) ?? throw new CommandFailedException($"There is no data type “{parsed.GetValue(type)}”.");
            var interval = Intervals.Parse(parsed.GetRequiredValue(every)) ?? throw new CommandFailedException("Give an interval such as 15m, 2h or 1d.");
            await session.Get<Schedules>().SetAsync(id, dataType, interval, session.Actor, ct);
            await parsed.WriteLineAsync($"{name}: {dataType.Label()} are read {Intervals.Word(interval)}.");
            return 0;
        });
    }
}
