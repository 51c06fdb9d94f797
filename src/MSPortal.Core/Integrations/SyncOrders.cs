using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;

namespace MSPortal.Core.Integrations;

/// <summary>What people ask for when they press a sync button, in the engine's terms.</summary>
public static class SyncOrders
{
    /// <summary>Every enabled data type, tickets first.</summary>
    public static SyncOrder Now(long integrationId) => new(integrationId, SyncTrigger.Manual, DataTypes: null);

    /// <summary>Boards, statuses and the other lists only.</summary>
    public static SyncOrder Reference(long integrationId) => new(integrationId, SyncTrigger.Manual, [DataType.Reference]);

    /// <summary>Recent changes of tickets and their notes; keeps what is here.</summary>
    public static SyncOrder Quick(long integrationId) => new(integrationId, SyncTrigger.Manual, [DataType.Tickets, DataType.TicketNotes]);

    /// <summary>The tickets are read anew beside the old copy, which is shown until the new one is complete.</summary>
    public static SyncOrder ClearAndResync(long integrationId) => new(integrationId, SyncTrigger.Resync, [DataType.Tickets], Full: true, Shadow: true);
}
