using System.CommandLine;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Bulk;
using MSPortal.Storage.Model;
using MSPortal.Storage.Sync;
using MSPortal.Web.Hosting;

namespace MSPortal.Bench.Speed;

/// <summary>A database with many tickets in minutes: made-up tickets through the portal's own bulk writer, without vendor and ledger, for measuring lists.</summary>
internal static class FillCommand
{
    private const int Batch = 2_000;

    public static Command Make()
    {
        var database = new Option<string>("--database") { Required = true, Description = "SQLite path or PostgreSQL connection string of a database that is new." };
        var tickets = new Option<int>("--tickets") { DefaultValueFactory = _ => 1_000_000, Description = "Tickets to make." };
        var command = new Command("fill", "Fills a new database with made-up tickets, for the command list.") { database, tickets };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetRequiredValue(database), parsed.GetValue(tickets), ct));
        return command;
    }

    private static async Task RunAsync(string setting, int count, CancellationToken ct)
    {
        Machine.Print();
        var began = Stopwatch.GetTimestamp();
        var database = new PortalDatabase(DatabaseSetting.Parse(setting, "."));
        await database.MigrateAsync(ct);
        var tenant = await FirstTenant.GetOrAddAsync(database, TimeProvider.System, ct);
        var made = new MadeUpTickets(count, DateTimeOffset.UtcNow);
        var integration = await PrepareAsync(database, tenant, made, ct);
        var key = new StreamKey(tenant, integration, DataType.Tickets);
        var rows = new RecordRows(key, made.Scope, made.Now);
        for (var from = 0; from < count; from += Batch)
        {
            var batch = Enumerable.Range(from, Math.Min(Batch, count - from)).Select(i => (TicketRow)rows.Of(made.Ticket(i))).ToList();
            batch.ForEach(r => r.Generation = 1);
            await using var db = database.Open(tenant);
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            await Dialect.Of(database.Kind).UpsertAsync(db, batch, ct);
            await transaction.CommitAsync(ct);
            if ((from + Batch) % 100_000 == 0)
            {
                Console.WriteLine($"{from + Batch:N0} tickets after {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s");
            }
        }
    }

    private static async Task<long> PrepareAsync(PortalDatabase database, long tenant, MadeUpTickets made, CancellationToken ct)
    {
        await using var db = database.Open(tenant);
        var integration = new Integration
        {
            TenantId = tenant,
            Provider = "connectwise",
            Name = "Made up",
            Status = IntegrationStatus.Paused,
            StatusSince = made.Now,
            Settings = "{}",
            Scope = StoredJson.Write(made.Scope),
            CompanyFilter = "{}",
            CreatedAt = made.Now,
        };
        db.Integrations.Add(integration);
        await db.SaveChangesAsync(ct);
        db.Streams.Add(new StreamRow
        {
            TenantId = tenant,
            IntegrationId = integration.Id,
            DataType = DataType.Tickets,
            Enabled = true,
            Interval = TimeSpan.FromMinutes(15),
            ReconcileInterval = TimeSpan.FromDays(1),
            DueAt = made.Now.AddYears(1),
            LastCompleteAt = made.Now,
        });
        made.Link(db, tenant, integration.Id);
        await db.SaveChangesAsync(ct);
        return integration.Id;
    }
}
