using System.CommandLine;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Tickets;

namespace MSPortal.Bench.Speed;

/// <summary>The ticket list as page and API ask for it, on a database with many tickets, in every offered order and with every filter.</summary>
internal static class ListCommand
{
    private const int PageSize = 50;

    public static Command Make()
    {
        var database = new Option<string>("--database") { Required = true, Description = "A database that a sync has filled (SQLite path or PostgreSQL connection string)." };
        var times = new Option<int>("--times") { DefaultValueFactory = _ => 20, Description = "How often each list is asked for." };
        var command = new Command("list", "The ticket list: each filter, each order, page 1 and page 100.") { database, times };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetRequiredValue(database), parsed.GetValue(times), ct));
        return command;
    }

    private static async Task RunAsync(string setting, int times, CancellationToken ct)
    {
        Machine.Print();
        var database = new PortalDatabase(DatabaseSetting.Parse(setting, "."));
        await database.MigrateAsync(ct);
        await using (var db = database.Open(1))
        {
            Console.WriteLine($"{await db.Tickets.CountAsync(ct)} tickets");
        }

        var queries = new TicketQueries(database);
        Console.WriteLine("| list | page 1: median, p95, processor ms | page 100: median, p95, processor ms |");
        Console.WriteLine("|---|---|---|");
        foreach (var (name, filter, sort) in await CasesAsync(database, ct))
        {
            var (near, far) = (await TimeAsync(queries, filter, sort, 0, times, ct), await TimeAsync(queries, filter, sort, 99 * PageSize, times, ct));
            Console.WriteLine($"| {name} | {near} | {far} |");
        }
    }

    private static async Task<string> TimeAsync(TicketQueries queries, TicketFilter filter, TicketSort sort, int skip, int times, CancellationToken ct)
    {
        await queries.PageAsync(Sight.Whole(1), filter, sort, skip, PageSize, ct);
        var taken = new List<double>();
        var cpu = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < times; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await queries.PageAsync(Sight.Whole(1), filter, sort, skip, PageSize, ct);
            taken.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        // On a busy machine the processor time says more; on PostgreSQL it leaves out what the server takes.
        cpu = Environment.CpuUsage.TotalTime - cpu;
        taken.Sort();
        return $"{taken[times / 2]:0}, {taken[(int)(times * 0.95)]:0}, {cpu.TotalMilliseconds / times:0}";
    }

    private static async Task<IReadOnlyList<(string Name, TicketFilter Filter, TicketSort Sort)>> CasesAsync(PortalDatabase database, CancellationToken ct)
    {
        await using var db = database.Open(1);
        var usual = await db.Tickets.GroupBy(t => new { t.StatusName, t.ContainerName, t.OwnerName }).OrderByDescending(g => g.Count()).Select(g => g.Key).FirstAsync(ct);
        var link = await db.CompanyLinks.OrderBy(l => l.ExternalId).FirstOrDefaultAsync(ct);
        var ticket = await db.Tickets.OrderBy(t => t.Id).FirstAsync(ct);
        var all = TicketFilter.Everything;
        var now = DateTimeOffset.UtcNow;
        List<(string, TicketFilter)> filters =
        [
            ("open", new TicketFilter()),
            ("all", all),
            ("closed", new TicketFilter { State = TicketState.Closed }),
            ("search word", all with { Search = ticket.Summary.Split(' ').MaxBy(w => w.Length) }),
            ("search number", all with { Search = ticket.Number }),
            ("search nothing", all with { Search = "zzqxw" }),
            ("status", all with { Statuses = [usual.StatusName!] }),
            ("stage none", all with { Stages = [null] }),
            ("priority high", all with { Priorities = [PriorityLevel.High] }),
            ("no company", all with { Companies = [null] }),
            ("assignee", all with { Assignees = [usual.OwnerName] }),
            ("board", all with { Containers = [usual.ContainerName!] }),
            ("updated last week", all with { UpdatedFrom = now.AddDays(-7) }),
            ("opened last month", all with { OpenedFrom = now.AddDays(-30) }),
            ("open + priority", new TicketFilter { Priorities = [PriorityLevel.High] }),
            ("open + board", new TicketFilter { Containers = [usual.ContainerName!] }),
            ("open + assignee", new TicketFilter { Assignees = [usual.OwnerName] }),
            ("open + search", new TicketFilter { Search = "printer" }),
            ("open + updated last week", new TicketFilter { UpdatedFrom = now.AddDays(-7) }),
            ("board + status", all with { Containers = [usual.ContainerName!], Statuses = [usual.StatusName!] }),
        ];
        if (link is not null)
        {
            filters.Add(("company", all with { Companies = [link.CompanyId] }));
            filters.Add(("open + company", new TicketFilter { Companies = [link.CompanyId] }));
        }

        return
        [
            .. filters.Select(f => (f.Item1, f.Item2, TicketSort.Newest)),
            .. Enum.GetValues<TicketColumn>().SelectMany(c => new[] { ("open by " + c, new TicketFilter(), new TicketSort(c, false)), ("all by " + c, all, new TicketSort(c, true)) }),
        ];
    }
}
