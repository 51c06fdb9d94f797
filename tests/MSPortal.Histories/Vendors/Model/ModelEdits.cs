using MSPortal.Core.Model;
using MSPortal.Histories.Plan;

namespace MSPortal.Histories.Vendors.Model;

/// <summary>What people do at the model vendor, also what leaves its change dates alone.</summary>
internal sealed class ModelEdits(ModelTables tables)
{
    /// <summary>Long enough ago to be outside of the tickets' history.</summary>
    private const int LongAgo = 30;

    public bool Do(Change change) => change.Kind switch
    {
        ChangeKind.Create => Create(change),
        ChangeKind.Undelete => tables.Restore(change.Type, change.Pick),
        ChangeKind.Rename => Rename(change),
        ChangeKind.BulkChange or ChangeKind.BulkDelete => Bulk(change),
        _ => Pick(change.Type, change.Pick) is { } id && One(change, id),
    };

    public int? Pick(DataType type, int pick) => tables[type] is { Count: > 0 } table ? table.Keys.ElementAt(pick % table.Count) : null;

    private bool One(Change change, int id)
    {
        var record = tables.Find(change.Type, id)!.Record;
        switch (change.Kind)
        {
            case ChangeKind.Delete:
                tables.Remove(change.Type, id);
                Touch(record);
                return true;
            case ChangeKind.Merge:
                return Merge(change, id);
            case ChangeKind.Update:
                tables.Put(change.Type, id, Changed(record, change), change.Silent && change.Type != DataType.TicketNotes);
                Touch(record);
                return true;
            default:
                return record is Ticket ticket && Put(id, Moved(ticket, change), change.Silent);
        }
    }

    private bool Put(int id, Ticket? ticket, bool silent)
    {
        if (ticket is not null)
        {
            tables.Put(DataType.Tickets, id, ticket, silent);
        }

        return ticket is not null;
    }

    private Ticket? Moved(Ticket ticket, Change change) => change.Kind switch
    {
        ChangeKind.Move when change.Other % 2 == 0 => OnBoard(ticket, change.Other / 2),
        ChangeKind.Move => OfCompany(ticket, change.Other),
        ChangeKind.Close => ticket with { IsClosed = true, ClosedAt = change.Other % 4 == 0 ? tables.Time.AddMonths(-LongAgo) : tables.Time },
        ChangeKind.Reopen => ticket with { IsClosed = false, ClosedAt = null },
        _ => null,
    };

    private bool Create(Change change)
    {
        if (change.Type == DataType.TicketNotes && Pick(DataType.Tickets, change.Pick) is not { })
        {
            return false;
        }

        var id = tables.Next(change.Type);
        var text = ModelTables.Text(id);
        var record = change.Type switch
        {
            DataType.Reference => (ExternalRecord)new ReferenceItem
            {
                ExternalId = ReferenceItem.Key(ReferenceKinds.Container, text), Kind = ReferenceKinds.Container, ItemId = text, Name = change.Text,
            },
            DataType.Companies => new ExternalCompany { ExternalId = text, Name = change.Text },
            DataType.Devices => new ExternalDevice { ExternalId = text, Name = change.Text, SerialNumber = $"S-{change.Other}" },
            DataType.TicketNotes => new TicketNote { ExternalId = text, TicketId = ModelTables.Text(Pick(DataType.Tickets, change.Pick)!.Value), Text = change.Text, CreatedAt = tables.Time },
            _ => OfCompany(OnBoard(new Ticket { ExternalId = text, Number = text, Summary = change.Text, StatusId = "1", CreatedAt = tables.Time }, change.Other), change.Pick),
        };
        tables.Put(change.Type, id, record);
        Touch(record);
        return true;
    }

    /// <summary>A note moves the change date of its ticket.</summary>
    private void Touch(ExternalRecord record)
    {
        if (record is TicketNote note && tables.Find(DataType.Tickets, ModelTables.Id(note.TicketId)) is { } ticket)
        {
            tables.Put(DataType.Tickets, ModelTables.Id(note.TicketId), ticket.Record);
        }
    }

    private Ticket OnBoard(Ticket ticket, int pick)
    {
        var board = (ReferenceItem)tables.Find(DataType.Reference, Pick(DataType.Reference, pick)!.Value)!.Record;
        return ticket with { ContainerId = board.ItemId, ContainerName = board.Name };
    }

    private Ticket OfCompany(Ticket ticket, int pick) => Pick(DataType.Companies, pick) is { } id
        ? ticket with { CompanyId = ModelTables.Text(id), CompanyName = ((ExternalCompany)tables.Find(DataType.Companies, id)!.Record).Name }
        : ticket with { CompanyId = null, CompanyName = null };

    private static ExternalRecord Changed(ExternalRecord record, Change change) => record switch
    {
        Ticket ticket => (change.Other % 4) switch
        {
            0 => ticket with { Summary = change.Text },
            1 => ticket with { OwnerName = change.Text },
            2 => ticket with { Priority = (PriorityLevel)(1 + (change.Other % 3)), PriorityName = change.Text },
            _ => ticket with { SiteName = change.Text, DueAt = ticket.CreatedAt?.AddHours(change.Other) },
        },
        ExternalCompany company => company with { City = change.Text, IsInactive = change.Other % 3 == 0 },
        ExternalDevice device => device with { SerialNumber = change.Text },
        TicketNote note => note with { Text = change.Text },
        ReferenceItem item => item with { Color = change.Text },
        _ => record,
    };

    private bool Merge(Change change, int id)
    {
        if (change.Type == DataType.Tickets && Pick(DataType.Tickets, change.Other) is { } into && into != id)
        {
            return Put(id, (Ticket)tables.Find(DataType.Tickets, id)!.Record with { MergedIntoId = ModelTables.Text(into) }, silent: true);
        }

        if (change.Type != DataType.Companies || Pick(DataType.Companies, change.Other) is not { } target || target == id)
        {
            return false;
        }

        var name = ((ExternalCompany)tables.Find(DataType.Companies, target)!.Record).Name;
        foreach (var (ticketId, row) in tables[DataType.Tickets].Where(t => ((Ticket)t.Value.Record).CompanyId == ModelTables.Text(id)).ToList())
        {
            Put(ticketId, (Ticket)row.Record with { CompanyId = ModelTables.Text(target), CompanyName = name }, silent: true);
        }

        tables.Remove(DataType.Companies, id);
        return true;
    }

    /// <summary>The new name is seen in every ticket, and no ticket says that it changed.</summary>
    private bool Rename(Change change)
    {
        if (Pick(change.Type, change.Pick) is not { } id)
        {
            return false;
        }

        var text = ModelTables.Text(id);
        switch (tables.Find(change.Type, id)!.Record)
        {
            case ReferenceItem board:
                tables.Put(change.Type, id, board with { Name = change.Text });
                Each(t => t.ContainerId == text ? t with { ContainerName = change.Text } : null);
                return true;
            case ExternalCompany company:
                tables.Put(change.Type, id, company with { Name = change.Text });
                Each(t => t.CompanyId == text ? t with { CompanyName = change.Text } : null);
                return true;
            default:
                return false;
        }
    }

    private void Each(Func<Ticket, Ticket?> change)
    {
        foreach (var (id, row) in tables[DataType.Tickets].ToList())
        {
            Put(id, change((Ticket)row.Record), silent: true);
        }
    }

    /// <summary>Many at one moment: all of them share one change second.</summary>
    private bool Bulk(Change change)
    {
        var ids = tables[change.Type].Keys.Where(id => (id + change.Pick) % 3 != 0).ToList();
        foreach (var id in ids)
        {
            One(change with { Kind = change.Kind == ChangeKind.BulkDelete ? ChangeKind.Delete : ChangeKind.Update }, id);
        }

        return ids.Count > 0;
    }
}
