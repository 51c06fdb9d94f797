using System.Globalization;
using System.Text.Json;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Tests.Web.Tickets;

/// <summary>Writes what a sync would have written, row by row, so that a test says which tickets there are.</summary>
internal sealed class TicketSeed(PortalDatabase database, long tenant, DateTimeOffset now)
{
    public static readonly TicketScope AllBoards = new()
    {
        Containers = ["1", "2"],
        Stages = new Dictionary<string, TicketStage> { ["10"] = TicketStage.New, ["11"] = TicketStage.Working, ["12"] = TicketStage.Resolved },
    };

    public async Task<long> IntegrationAsync(
        string name = "Main PSA", string provider = "connectwise", TicketScope? scope = null, Action<Integration>? change = null, Action<StreamRow>? tickets = null)
    {
        await using var db = database.Open(tenant);
        var integration = new Integration
        {
            TenantId = tenant,
            Provider = provider,
            Name = name,
            StatusSince = now,
            Settings = "{}",
            Scope = JsonSerializer.Serialize(scope ?? AllBoards),
            CompanyFilter = "{}",
            CreatedAt = now,
        };
        change?.Invoke(integration);
        db.Integrations.Add(integration);
        await db.SaveChangesAsync();
        foreach (var type in new[] { DataType.Reference, DataType.Companies, DataType.Tickets, DataType.TicketNotes })
        {
            var stream = new StreamRow
            {
                TenantId = tenant,
                IntegrationId = integration.Id,
                DataType = type,
                Enabled = true,
                Interval = TimeSpan.FromMinutes(15),
                ReconcileInterval = TimeSpan.FromDays(1),
                DueAt = now,
                LastCompleteAt = now,
            };
            if (type == DataType.Tickets)
            {
                tickets?.Invoke(stream);
            }

            db.Streams.Add(stream);
        }

        await db.SaveChangesAsync();
        return integration.Id;
    }

    /// <summary>A company that the integration has read.</summary>
    public async Task ExternalCompanyAsync(long integration, string id, string name, int generation = 1)
    {
        await using var db = database.Open(tenant);
        db.ExternalCompanies.Add(new ExternalCompanyRow
        {
            Id = RecordId.For(integration, DataType.Companies, id),
            TenantId = tenant,
            IntegrationId = integration,
            Generation = generation,
            ExternalId = id,
            CreatedAt = now,
            ChangedAt = now,
            Payload = "{}",
            Name = name,
            NormalizedName = CompanyName.Normalize(name),
        });
        await db.SaveChangesAsync();
    }

    /// <summary>A company of ours that is linked to the external one.</summary>
    public async Task<Guid> LinkAsync(long integration, string externalId, string name, string partition = "")
    {
        await using var db = database.Open(tenant);
        var company = db.Companies.FirstOrDefault(c => c.Name == name)
            ?? db.Companies.Add(new Company { Id = Guid.NewGuid(), TenantId = tenant, Name = name, NormalizedName = CompanyName.Normalize(name), CreatedAt = now }).Entity;
        db.CompanyLinks.Add(new CompanyLink
        {
            TenantId = tenant,
            CompanyId = company.Id,
            IntegrationId = integration,
            Partition = partition,
            ExternalId = externalId,
            LinkedBy = "test",
            LinkedAt = now,
        });
        await db.SaveChangesAsync();
        return company.Id;
    }

    public async Task BlockAsync(long integration, string externalId)
    {
        await using var db = database.Open(tenant);
        db.BlockedCompanies.Add(new BlockedCompany { TenantId = tenant, IntegrationId = integration, ExternalId = externalId, Name = "?", BlockedBy = "test", BlockedAt = now });
        await db.SaveChangesAsync();
    }

    public async Task<Guid> TicketAsync(long integration, string id, string? company, Action<TicketRow>? change = null, Ticket? record = null, int generation = 1, string partition = "")
    {
        record ??= new Ticket { ExternalId = id, Number = id, Summary = $"Ticket {id}" };
        var row = new TicketRow
        {
            Id = RecordId.For(integration, DataType.Tickets, id, partition),
            TenantId = tenant,
            IntegrationId = integration,
            Partition = partition,
            Generation = generation,
            ExternalId = id,
            VendorUpdatedAt = record.VendorUpdatedAt ?? now,
            CreatedAt = now,
            ChangedAt = now,
            Payload = Canonical.Json(record with { CompanyId = company }),
            Number = record.Number,
            NumberOrder = long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0,
            Summary = record.Summary,
            ContainerId = record.ContainerId ?? "1",
            ContainerName = record.ContainerName ?? "Help Desk",
            StatusId = record.StatusId ?? "10",
            StatusName = record.StatusName ?? "New",
            CompanyId = company,
            CompanyName = company is null ? null : $"Vendor's {company}",
            ContactName = record.ContactName,
            OwnerName = record.OwnerName,
            Priority = record.Priority,
            PriorityName = record.PriorityName,
            OpenedAt = record.CreatedAt ?? now,
        };
        change?.Invoke(row);
        await using var db = database.Open(tenant);
        db.Tickets.Add(row);
        await db.SaveChangesAsync();
        return row.Id;
    }

    public async Task NoteAsync(long integration, string ticket, TicketNote note, int generation = 1)
    {
        await using var db = database.Open(tenant);
        db.TicketNotes.Add(new TicketNoteRow
        {
            Id = RecordId.For(integration, DataType.TicketNotes, note.ExternalId),
            TenantId = tenant,
            IntegrationId = integration,
            Generation = generation,
            ExternalId = note.ExternalId,
            CreatedAt = now,
            ChangedAt = now,
            Payload = Canonical.Json(note),
            TicketId = ticket,
            IsDescription = note.IsDescription,
            IsInternal = note.IsInternal,
            WrittenAt = note.CreatedAt,
        });
        await db.SaveChangesAsync();
    }

    public async Task TimeAsync(long integration, TimeEntry entry) => await DoAsync(db =>
    {
        if (!db.Streams.Any(s => s.IntegrationId == integration && s.DataType == DataType.TimeEntries))
        {
            db.Streams.Add(new StreamRow
            {
                TenantId = tenant,
                IntegrationId = integration,
                DataType = DataType.TimeEntries,
                Enabled = true,
                Interval = TimeSpan.FromHours(1),
                ReconcileInterval = TimeSpan.FromDays(1),
                DueAt = now,
            });
        }

        db.TimeEntries.Add(new TimeEntryRow
        {
            Id = RecordId.For(integration, DataType.TimeEntries, entry.ExternalId),
            TenantId = tenant,
            IntegrationId = integration,
            Generation = 1,
            ExternalId = entry.ExternalId,
            CreatedAt = now,
            ChangedAt = now,
            Payload = Canonical.Json(entry),
            TicketId = entry.TicketId,
            StartedAt = entry.StartedAt,
        });
        return Task.CompletedTask;
    });

    public async Task ReferenceAsync(long integration, string kind, string id, string name, string? container = null)
    {
        await using var db = database.Open(tenant);
        db.Reference.Add(new ReferenceRow
        {
            Id = RecordId.For(integration, DataType.Reference, ReferenceItem.Key(kind, id)),
            TenantId = tenant,
            IntegrationId = integration,
            Generation = 1,
            ExternalId = ReferenceItem.Key(kind, id),
            CreatedAt = now,
            ChangedAt = now,
            Payload = "{}",
            Kind = kind,
            ItemId = id,
            Name = name,
            ContainerId = container,
        });
        await db.SaveChangesAsync();
    }

    public async Task DoAsync(Func<PortalContext, Task> change)
    {
        await using var db = database.Open(tenant);
        await change(db);
        await db.SaveChangesAsync();
    }
}
