using System.Globalization;
using MSPortal.Simulators.Common;
using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Data;

/// <summary>What the makers of data share: the dice, the origin of the clock, the rows so far, and the references that point at them.</summary>
internal sealed class Seeding(ulong seed, DateTimeOffset origin)
{
    private readonly Dictionary<(Kind Kind, int Id), Node> references = [];

    public Dice Dice { get; private set; } = new(seed);

    public DateTimeOffset Origin { get; } = new(origin.UtcTicks - (origin.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);

    public Dictionary<Kind, List<Node>> Rows { get; } = Enum.GetValues<Kind>().ToDictionary(k => k, _ => new List<Node>());

    /// <summary>A maker of its own dice: more tickets do not change the companies.</summary>
    public void Restart(ulong part) => Dice = new((seed * 1_000_003) + part);

    public Node Add(Kind kind, params (string Name, object? Value)[] properties)
    {
        var row = Node.Of(Kinds.Get(kind).Shape, properties);
        Rows[kind].Add(row);
        return row;
    }

    public Node Ref(Kind kind, Node row)
    {
        if (!references.TryGetValue((kind, row.Id), out var reference))
        {
            references[(kind, row.Id)] = reference = References.To(kind, row);
        }

        return reference;
    }

    public static Node Plain(int id, string name) => Node.Of(Shapes.Reference, ("id", id), ("name", name));

    public (string Name, object? Value) Info(DateTimeOffset entered, DateTimeOffset updated, string by = "zadmin", string? enteredBy = null) =>
        ("_info", Node.Of(Shapes.Info, ("lastUpdated", Store.Stamp(updated < Origin ? updated : Origin)), ("updatedBy", by),
            ("dateEntered", Store.Stamp(entered)), ("enteredBy", enteredBy ?? by)));

    public DateTimeOffset Ago(double days) => Origin.AddSeconds(-Math.Floor(days * 86400));

    public string Digits(int count)
    {
        var text = "";
        for (var i = 0; i < count; i++)
        {
            text += Dice.Below(10).ToString(CultureInfo.InvariantCulture);
        }

        return text;
    }
}
