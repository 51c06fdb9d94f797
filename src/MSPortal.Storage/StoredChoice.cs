using MSPortal.Core.Contracts;
using MSPortal.Core.Sync;

namespace MSPortal.Storage;

/// <summary>What people want of an integration, from the columns that hold it; an empty one holds no choice.</summary>
public static class StoredChoice
{
    public static TicketScope Tickets(string? json) => StoredJson.Read<TicketScope>(json) ?? new TicketScope();

    public static CompanyFilter Companies(string? json) => StoredJson.Read<CompanyFilter>(json) ?? new CompanyFilter();
}
