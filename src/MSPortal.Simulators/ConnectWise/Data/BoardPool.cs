using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Data;

/// <summary>What a ticket of one board can have, ready to be chosen.</summary>
internal sealed class BoardPool
{
    public BoardPool(Seeding seeding, Node board)
    {
        Board = seeding.Ref(Kind.Boards, board);
        IsProject = board.Flag("projectFlag");
        Open = Refs(seeding, Kind.Statuses, board.Id, s => !s.Flag("closedStatus") && !s.Flag("inactive"));
        Closed = Refs(seeding, Kind.Statuses, board.Id, s => s.Flag("closedStatus"));
        Types = Refs(seeding, Kind.Types, board.Id, _ => true);
        Subtypes = Refs(seeding, Kind.Subtypes, board.Id, _ => true);
        Items = Refs(seeding, Kind.Items, board.Id, _ => true);
        Teams = Refs(seeding, Kind.Teams, board.Id, _ => true);
    }

    public Node Board { get; }

    public bool IsProject { get; }

    public IReadOnlyList<Node> Open { get; }

    public IReadOnlyList<Node> Closed { get; }

    public IReadOnlyList<Node> Types { get; }

    public IReadOnlyList<Node> Subtypes { get; }

    public IReadOnlyList<Node> Items { get; }

    public IReadOnlyList<Node> Teams { get; }

    private static List<Node> Refs(Seeding seeding, Kind kind, int board, Func<Node, bool> take) =>
        [.. seeding.Rows[kind].Where(r => Kinds.Get(kind).ParentOf(r) == board && take(r)).Select(r => seeding.Ref(kind, r))];
}
