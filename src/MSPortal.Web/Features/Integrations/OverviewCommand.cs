using System.CommandLine;
using MSPortal.Core.Model;
using MSPortal.Web.Hosting;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Integrations;

/// <summary><c>msportal overview</c>: for whoever is on call, and for monitoring that goes by exit codes.</summary>
internal static class OverviewCommand
{
    /// <summary>Something needs a person.</summary>
    public const int NotWell = 2;

    public static Command Create(PortalCommandContext context)
    {
        var json = CommandOutput.JsonOption();
        return PortalCommandContext.Run(new Command("overview", "What is late and what is wrong over all integrations. Ends with 2 when something needs a person.") { json }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var (clock, all) = (session.Get<TimeProvider>(), await session.Get<IntegrationQueries>().ListAsync(session.TenantId, ct));
            var overview = OverviewResource.Of(all, clock.GetUtcNow());
            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(overview);
                return overview.IsWell ? 0 : NotWell;
            }

            await parsed.WriteTableAsync(
                ["ID", "NAME", "STATUS", "TICKETS", "NEXT"],
                overview.Integrations.Select(i => new[]
                {
                    IntegrationCommands.Number(i.Id), i.Name, i.Status.ToString(), Age(i.DataTypes.FirstOrDefault(d => d.DataType == DataType.Tickets.Slug())),
                    i.NextSyncAt is { } next ? RelativeTime.Of(next, overview.At) : "-",
                }));
            foreach (var item in overview.Items)
            {
                await parsed.WriteLineAsync($"{(item.Tone is Tone.Negative or Tone.Attention ? "!" : "-")} {item.Integration}: {item.Sentence} {item.WhatToDo}".TrimEnd());
            }

            return overview.IsWell ? 0 : NotWell;
        });
    }

    private static string Age(OverviewDataType? tickets) =>
        tickets is null ? "-" : tickets.AgeMinutes is { } age ? $"{RelativeTime.Span(TimeSpan.FromMinutes(age))} ({tickets.Freshness.ToString().ToLowerInvariant()})" : "never";
}
