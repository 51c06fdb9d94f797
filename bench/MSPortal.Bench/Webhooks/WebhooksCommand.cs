using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MSPortal.Bench.Speed;
using MSPortal.Core.Model;
using MSPortal.Histories.Vendors.Psas;
using MSPortal.Storage;

namespace MSPortal.Bench.Webhooks;

/// <summary>From a change at the vendor to the portal's list, over the vendor's own webhook; and a burst of deliveries for one integration.</summary>
internal static class WebhooksCommand
{
    private const string Mark = "Heard ";

    /// <summary>At each vendor before the measuring.</summary>
    private const int Tickets = 40;

    /// <summary>So many more at the one of the burst, so that each hears of itself again and again.</summary>
    private const int BurstTickets = 200;

    /// <summary>Who looks more often takes from the portal the processor that it is measured by.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static Command Make()
    {
        var clients = new Option<int>("--integrations") { DefaultValueFactory = _ => 100, Description = "Simulated ConnectWise clients, each with a vendor of its own." };
        var rate = new Option<int>("--rate") { DefaultValueFactory = _ => 100, Description = "Changed tickets a second, over all clients in turn." };
        var seconds = new Option<int>("--seconds") { DefaultValueFactory = _ => 60 };
        var burst = new Option<int>("--burst") { DefaultValueFactory = _ => 1000, Description = "Deliveries a second for one Syncro client, for ten seconds." };
        var portal = new Option<string?>("--portal") { Description = "The portal's program; the one beside this by itself." };
        var database = new Option<string?>("--database") { Description = "An empty PostgreSQL database; without it a new SQLite file." };
        var command = new Command("webhooks", "From a change at the vendor to the list, by webhook, and a burst of deliveries.") { clients, rate, seconds, burst, portal, database };
        command.SetAction((parsed, ct) => RunAsync(
            new Load(parsed.GetValue(clients), parsed.GetValue(rate), parsed.GetValue(seconds), parsed.GetValue(burst)), parsed.GetValue(portal), parsed.GetValue(database), ct));
        return command;
    }

    private static async Task<int> RunAsync(Load load, string? portal, string? database, CancellationToken ct)
    {
        Machine.Print();
        var folder = Directory.CreateTempSubdirectory("msportal-bench-");
        var setting = database ?? Path.Combine(folder.FullName, "portal.db");
        await using var server = await Server.StartAsync(portal ?? Path.Combine(AppContext.BaseDirectory, "msportal"), folder.FullName, setting, ct);
        var data = new PortalDatabase(DatabaseSetting.Parse(setting, folder.FullName));
        var all = Enumerable.Range(1, load.Clients).Select(n => new Client(Psa.All.Single(p => p.Provider == "connectwise"), n)).ToList();
        await using var one = new Client(Psa.All.Single(p => p.Provider == "syncro"), load.Clients + 1);
        try
        {
            await Parallel.ForEachAsync(all.Append(one), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = ct }, async (client, stop) => await client.ConnectAsync(server, Tickets, client == one ? BurstTickets : 0, stop));
            await UntilReadAsync(data, [.. all, one], ct);
            var isWhole = await ChangesAsync(server, data, all, load, ct);
            return await BurstAsync(data, one, load, ct) && isWhole ? 0 : 1;
        }
        finally
        {
            foreach (var client in all)
            {
                await client.DisposeAsync();
            }

            folder.Delete(recursive: true);
        }
    }

    /// <summary>Every client is read once, so that nothing but the webhooks is at work.</summary>
    private static async Task UntilReadAsync(PortalDatabase data, IReadOnlyList<Client> clients, CancellationToken ct)
    {
        await using var db = data.Open(1);
        while (await db.Streams.AnyAsync(s => s.Enabled && s.LastCompleteAt == null, ct) || await db.ChildQueue.AnyAsync(ct))
        {
            await Task.Delay(500, ct);
        }

        foreach (var client in clients)
        {
            client.Keep((await db.Tickets.Where(t => t.IntegrationId == client.Id).Select(t => t.ExternalId).ToListAsync(ct)).ToHashSet(StringComparer.Ordinal));
        }
    }

    private static async Task<bool> ChangesAsync(Server server, PortalDatabase data, List<Client> clients, Load load, CancellationToken ct)
    {
        var sent = new ConcurrentDictionary<(long, string), ConcurrentQueue<(int Number, long At)>>();
        var waits = new List<double>();
        var count = load.Rate * load.Seconds;
        var cpu = server.Cpu;
        var began = Stopwatch.GetTimestamp();
        Task ChangeAsync(int n)
        {
            var client = clients[n % clients.Count];
            var ticket = client.Tickets[n / clients.Count % client.Tickets.Count];
            sent.GetOrAdd((client.Id, ticket["id"]!.ToJsonString()), _ => []).Enqueue((n, Stopwatch.GetTimestamp()));
            return client.RenameAsync(ticket, string.Create(CultureInfo.InvariantCulture, $"{Mark}{n}"), ct);
        }

        var sending = Task.Run(() => PaceAsync(count, load.Rate, ChangeAsync, ct), ct);

        var (sentAt, looks) = (TimeSpan.Zero, 1);
        while (waits.Count < count && (!sending.IsCompleted || Stopwatch.GetElapsedTime(began) - sentAt < Patience))
        {
            if (!sending.IsCompleted)
            {
                sentAt = Stopwatch.GetElapsedTime(began);
            }

            // What was written lately, and everything now and then.
            await LookAsync(data, looks++ % 40 == 0 ? DateTimeOffset.MinValue : DateTimeOffset.UtcNow - Lately, sent, waits, ct);
            await Task.Delay(LookEvery, ct);
        }

        await sending;
        waits.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{load.Rate} changes a second for {load.Seconds} s over {load.Clients} integrations (sent in {sentAt.TotalSeconds:0.0} s): {waits.Count} of {count} seen; from the change to the list p50 {Quantile.At(waits, 0.5):0} ms, p99 {Quantile.At(waits, 0.99):0} ms, longest {waits.LastOrDefault():0} ms; processor time of the portal {(server.Cpu - cpu).TotalSeconds:0.0} s"));
        return waits.Count == count;
    }

    /// <summary>A newer name of the same ticket says that the older one has been there or been overtaken.</summary>
    private static async Task LookAsync(PortalDatabase data, DateTimeOffset since, ConcurrentDictionary<(long, string), ConcurrentQueue<(int Number, long At)>> sent, List<double> waits, CancellationToken ct)
    {
        await using var db = data.Open(1);
        var shown = await db.Tickets.Where(t => t.ChangedAt >= since && t.Summary.StartsWith(Mark)).Select(t => new { t.IntegrationId, t.ExternalId, t.Summary }).ToListAsync(ct);
        var now = Stopwatch.GetTimestamp();
        foreach (var ticket in shown)
        {
            var number = int.Parse(ticket.Summary.AsSpan(Mark.Length), CultureInfo.InvariantCulture);
            var waiting = sent[(ticket.IntegrationId, ticket.ExternalId)];
            while (waiting.TryPeek(out var change) && change.Number <= number && waiting.TryDequeue(out change))
            {
                waits.Add(Stopwatch.GetElapsedTime(change.At, now).TotalMilliseconds);
            }
        }
    }

    private static async Task<bool> BurstAsync(PortalDatabase data, Client client, Load load, CancellationToken ct)
    {
        foreach (var ticket in client.Tickets)
        {
            await client.RenameAsync(ticket, $"{Mark}in the burst {ticket["id"]}", ct);
        }

        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 128 });
        var (waits, refused) = (new ConcurrentBag<double>(), 0);
        await client.Control.ForgetAsync(ct);
        var began = Stopwatch.GetTimestamp();
        await PaceAsync(load.Burst * 10, load.Burst, n => DeliverAsync(client.Tickets[n % client.Tickets.Count]), ct);
        var took = Stopwatch.GetElapsedTime(began);
        var sorted = waits.Order().ToList();
        var theirs = (await client.Control.RecordsAsync("tickets", ct)).Select(t => $"{t["id"]} {t["subject"]}").ToHashSet(StringComparer.Ordinal);
        var ours = new HashSet<string>(StringComparer.Ordinal);
        while (Stopwatch.GetElapsedTime(began) - took < Patience)
        {
            await using var db = data.Open(1);
            ours = [.. await db.Tickets.Where(t => t.IntegrationId == client.Id).Select(t => t.ExternalId + " " + t.Summary).ToListAsync(ct)];
            if (ours.IsSubsetOf(theirs) && client.Tickets.All(t => ours.Any(o => o.StartsWith($"{t["id"]} {Mark}", StringComparison.Ordinal))))
            {
                break;
            }

            await Task.Delay(LookEvery, ct);
        }

        var right = Stopwatch.GetElapsedTime(began) - took;
        var calls = (await client.Control.RequestsAsync(ct)).Count;
        var isWhole = refused == 0 && ours.IsSubsetOf(theirs);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{sorted.Count + refused} deliveries at {load.Burst} a second for one integration (in {took.TotalSeconds:0.0} s): {refused} refused; acknowledged p50 {Quantile.At(sorted, 0.5):0} ms, p99 {Quantile.At(sorted, 0.99):0} ms; {client.Tickets.Count} changed tickets right {right.TotalSeconds:0.0} s after the last, for which the vendor was asked {calls} times: {(isWhole ? "yes" : "NO")}"));
        return isWhole;

        async Task DeliverAsync(JsonNode ticket)
        {
            var asked = Stopwatch.GetTimestamp();
            using var body = new StringContent($$$"""{"text":"Ticket updated","link":"","attributes":{{{ticket.ToJsonString()}}}}""", Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(new Uri(client.Address!), body, ct);
            if (answer.StatusCode is >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices)
            {
                waits.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            }
            else
            {
                Interlocked.Increment(ref refused);
            }
        }
    }

    /// <summary>Begins so many a second, however long each takes, and waits for all.</summary>
    private static async Task PaceAsync(int count, int rate, Func<int, Task> begin, CancellationToken ct)
    {
        var began = Stopwatch.GetTimestamp();
        var begun = new List<Task>(count);
        for (var n = 0; n < count; n++)
        {
            var due = TimeSpan.FromSeconds((double)n / rate) - Stopwatch.GetElapsedTime(began);
            if (due > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(due, ct);
            }

            begun.Add(begin(n));
        }

        await Task.WhenAll(begun);
    }

    private sealed record Load(int Clients, int Rate, int Seconds, int Burst);
}
