using MSPortal.Core.Model;

namespace MSPortal.Histories.Plan;

/// <summary>What a vendor's histories are about: which records there are, what people do with them, and what only this vendor does wrong. Part of what a seed means with it.</summary>
internal sealed record Repertoire
{
    /// <summary>The records that most happens to.</summary>
    public DataType Main { get; init; } = DataType.Tickets;

    /// <summary>Beside the main one and companies: which data types some histories have, by percent.</summary>
    public IReadOnlyList<(int Percent, DataType Type)> Sometimes { get; init; } = [(40, DataType.TicketNotes), (20, DataType.Reference), (20, DataType.Devices)];

    public IReadOnlyList<(int Weight, ChangeKind Kind)> Changes { get; init; } =
    [
        (24, ChangeKind.Update), (16, ChangeKind.Create), (14, ChangeKind.Delete), (5, ChangeKind.Undelete), (5, ChangeKind.Merge),
        (12, ChangeKind.Move), (8, ChangeKind.Close), (4, ChangeKind.Reopen), (4, ChangeKind.Rename), (4, ChangeKind.BulkChange), (4, ChangeKind.BulkDelete),
    ];

    public IReadOnlyList<DataType> Renamed { get; init; } = [DataType.Reference, DataType.Companies];

    public IReadOnlyList<DataType> Merged { get; init; } = [DataType.Tickets, DataType.Companies];

    /// <summary>Faults that no other vendor has, by weight.</summary>
    public IReadOnlyList<(int Weight, FaultKind Kind)> Faults { get; init; } = [];

    /// <summary>People have asked for everything as often as it may be read, where a day lies between two reads otherwise.</summary>
    public bool IsImpatient { get; init; }
}
