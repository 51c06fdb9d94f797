using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MSPortal.Storage.Model;

namespace MSPortal.Storage;

/// <summary>
/// One index for each thing that the ticket list is ordered or narrowed by. All begin with tenant and state, since open tickets are few among many, and all end
/// with which ticket it is and what says whether it may be seen, so that counting and paging look at no ticket that is not shown. The one by summary is written in
/// the migrations: the model knows no expressions.
/// </summary>
internal static class TicketIndexes
{
    private static readonly string[] Which = [nameof(TicketRow.ExternalId), nameof(TicketRow.IntegrationId), nameof(TicketRow.Partition)];
    private static readonly string[] Sight = [nameof(TicketRow.CompanyId), nameof(TicketRow.Generation)];

    public static void Configure(EntityTypeBuilder<TicketRow> tickets, bool postgres)
    {
        tickets.HasIndex(t => new { t.TenantId, t.Number }); // Who asks about one ticket asks by its number.
        Index(tickets, postgres, "ix_tickets_updated", [], nameof(TicketRow.VendorUpdatedAt));
        Index(tickets, postgres, "ix_tickets_opened", [], nameof(TicketRow.OpenedAt));
        Index(tickets, postgres, "ix_tickets_number_order", [], nameof(TicketRow.NumberOrder));
        Index(tickets, postgres, "ix_tickets_priority", [], nameof(TicketRow.Priority), nameof(TicketRow.VendorUpdatedAt));
        Index(tickets, postgres, "ix_tickets_status", [nameof(TicketRow.ContainerName)], nameof(TicketRow.StatusName), nameof(TicketRow.VendorUpdatedAt));
        Index(tickets, postgres, "ix_tickets_status_id", [], nameof(TicketRow.StatusId), nameof(TicketRow.VendorUpdatedAt));
        Index(tickets, postgres, "ix_tickets_container", [], nameof(TicketRow.ContainerName), nameof(TicketRow.VendorUpdatedAt));
        Index(tickets, postgres, "ix_tickets_owner", [], nameof(TicketRow.OwnerName), nameof(TicketRow.VendorUpdatedAt));
        Index(tickets, postgres, "ix_tickets_company", [], nameof(TicketRow.CompanyId), nameof(TicketRow.VendorUpdatedAt));
        Index(tickets, postgres, "ix_tickets_contact", [], nameof(TicketRow.ContactId), nameof(TicketRow.VendorUpdatedAt));
    }

    /// <param name="beside">What is often asked for together with it.</param>
    private static void Index(EntityTypeBuilder<TicketRow> tickets, bool postgres, string name, string[] beside, params string[] order)
    {
        string[] key = [nameof(TicketRow.TenantId), nameof(TicketRow.IsClosed), .. order, .. Which];
        string[] sight = [.. Sight.Except(order), .. beside];
        if (postgres)
        {
            tickets.HasIndex(key, name).IncludeProperties(sight);
        }
        else
        {
            tickets.HasIndex([.. key, .. sight], name);
        }
    }
}
