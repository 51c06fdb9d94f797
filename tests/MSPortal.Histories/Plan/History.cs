using System.Globalization;
using MSPortal.Core.Model;

namespace MSPortal.Histories.Plan;

/// <summary>What happens, as data: it can be printed, replayed and shortened.</summary>
internal sealed record History(long Seed, World World, IReadOnlyList<Step> Steps)
{
    public override string ToString() =>
        $"{World}{string.Concat(Steps.Select((s, i) => string.Create(CultureInfo.InvariantCulture, $"\n  {i + 1,2}. {s}")))}";
}

/// <summary>What is there at the beginning, and how the vendor behaves as long as nothing is wrong.</summary>
internal sealed record World
{
    /// <summary>How many of the main records: tickets, devices, people.</summary>
    public required int Tickets { get; init; }
    public required int Companies { get; init; }
    public required int Boards { get; init; }

    /// <summary>The main one first.</summary>
    public required IReadOnlyList<DataType> DataTypes { get; init; }

    public DataType Main => DataTypes[0];

    /// <summary>A second process of the portal works on the same database.</summary>
    public bool TwoNodes { get; init; }

    /// <summary>Changes are seen in lists only a while after the time that they carry.</summary>
    public bool LateLists { get; init; }

    /// <summary>At the end the nightly complete read is waited for instead of being asked for.</summary>
    public bool WaitsForNight { get; init; }

    /// <summary>The vendor tells by itself what changes.</summary>
    public bool Webhooks { get; init; }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Tickets} {Main.Slug()}, {Companies} companies, {Boards} boards; {string.Join(", ", DataTypes.Select(t => t.Slug()))}{(TwoNodes ? "; two nodes" : "")}{(LateLists ? "; lists lag" : "")}{(WaitsForNight ? "; ends with a night" : "")}{(Webhooks ? "; webhooks" : "")}");
}

/// <summary>A deed, now or in the middle of what the portal does next.</summary>
/// <param name="At">Not now, but at the so-manieth call of the portal to its database or its vendor from here on, before it is made or after it was answered.</param>
internal sealed record Step(int? At, Deed Deed)
{
    public override string ToString() => At is { } at ? string.Create(CultureInfo.InvariantCulture, $"at call {at}: {Deed}") : Deed.ToString()!;
}

/// <summary>One thing that somebody does or that goes wrong. Records are picked by a number that means one of those that are there.</summary>
internal abstract record Deed;

internal enum ChangeKind
{
    Create,
    Update,
    Delete,
    Undelete,
    Merge,
    Move,
    Close,
    Reopen,
    Rename,
    BulkChange,
    BulkDelete,
}

/// <summary>Somebody works at the vendor.</summary>
/// <param name="Silent">Without moving the change date.</param>
internal sealed record Change(ChangeKind Kind, DataType Type, int Pick, int Other, string Text, bool Silent) : Deed
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"vendor: {Kind} {Type.Slug()} #{Pick} ({Other}, “{(Text.Length > 20 ? Text[..20] + "…" : Text)}”){(Silent ? " silently" : "")}");
}

/// <summary>The vendor's clock is off from here on.</summary>
internal sealed record Skew(TimeSpan By) : Deed;

internal enum FaultKind
{
    Status500,
    Status502,
    Status503,
    TooMany,
    Timeout,
    Reset,
    Slow,
    Truncated,
    WebPage,
    Empty,
    ShortPage,
    LowerCap,
    RowTwice,
    BadField,
    Hidden,
    Refused,
    Forbidden,

    /// <summary>Refused as one too many at once.</summary>
    Threads,

    /// <summary>Others have used so much of the budget that all share.</summary>
    OtherPrograms,

    /// <summary>The data live elsewhere from now on.</summary>
    ZoneMoves,

    /// <summary>“Something is wrong with your request”, by a status that means trouble of the vendor's own.</summary>
    NotValid,

    /// <summary>Of two columns for the change date only one moves.</summary>
    HalfDates,

    /// <summary>A missing permission, or a refused key, has another status.</summary>
    DeniedOtherwise,

    /// <summary>Pages have other sizes than is usual or was asked for.</summary>
    SmallPages,

    /// <summary>Every token that was given ends.</summary>
    TokensLost,

    /// <summary>Tokens last for seconds.</summary>
    TokensShort,

    /// <summary>The first page comes whichever is asked for.</summary>
    FirstPageAgain,

    /// <summary>The vendor really refuses, and sooner than it says.</summary>
    TightLimit,

    /// <summary>Whether notes move the change date of their ticket is another matter from here on.</summary>
    QuietNotes,

    /// <summary>Lists have another order.</summary>
    OtherOrder,

    /// <summary>One permission of several is missing, and may sound like a refused key.</summary>
    MissingScope,

    /// <summary>Nobody says how many pages there are.</summary>
    NoPageCounts,

    /// <summary>The place from which a list was to go on is forgotten.</summary>
    CursorForgotten,

    /// <summary>What comes along with a record is more than before, or less.</summary>
    OtherForm,

    /// <summary>Whoever asks too often is shut out for a while, and hears it as if a permission were missing.</summary>
    ShutOut,

    /// <summary>What was deleted stays in lists, marked.</summary>
    Marked,

    /// <summary>Tokens may be asked for a few times a minute.</summary>
    FewTokens,

    /// <summary>The next page is said to be at another host.</summary>
    LeadsElsewhere,

    /// <summary>The mark from which changes are told is not known any more.</summary>
    MarkLost,

    /// <summary>Pages without a row lead on to those that have some.</summary>
    EmptyPages,

    /// <summary>One client of several no longer agrees that it is read.</summary>
    ConsentWithdrawn,
}

/// <summary>Which calls a fault strikes.</summary>
internal enum Where
{
    Anywhere,
    Lists,
    Singles,
    Children,
}

/// <summary>Something is wrong with the vendor for so many calls.</summary>
/// <param name="Variant">Which of the fault's forms.</param>
internal sealed record Break(FaultKind Kind, Where Where, int Skip, int Times, int Variant) : Deed;

internal sealed record Heal : Deed;

/// <summary>Time passes, and the portal does what is due.</summary>
internal sealed record Live(TimeSpan Time) : Deed;

internal enum Button
{
    SyncNow,
    QuickSync,
    ClearAndResync,
    ReadAll,
    Pause,
    Resume,
    Disconnect,
    Reconnect,
    Release,
    Drop,
    Link,
    Unlink,
    Recheck,
}

internal sealed record Press(Button Button, int Pick) : Deed;

/// <summary>Ticket Settings: which boards (a bit each).</summary>
internal sealed record Choose(int Boards, bool NoClosed) : Deed;

internal sealed record Toggle(DataType Type) : Deed;

/// <summary>Someone opens a ticket, which reads it at once; meanwhile everything else goes on.</summary>
internal sealed record Refresh(int Pick, TimeSpan Takes) : Deed;

/// <summary>The process is gone, and comes again after a while.</summary>
internal sealed record Die(TimeSpan Away) : Deed;

/// <summary>The process stands still, then goes on as if nothing had been.</summary>
internal sealed record Freeze(TimeSpan For) : Deed;

/// <summary>Not now, but so much later, while the portal goes on with what it does.</summary>
internal sealed record Later(TimeSpan After, Deed Deed) : Deed
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{After.TotalSeconds:0} s later: {Deed}");
}

/// <summary>The database refuses one call.</summary>
internal sealed record DatabaseFails : Deed;

/// <summary>What becomes of the vendor's webhooks on their way.</summary>
internal enum Way
{
    Prompt,
    Lost,
    Twice,
    Late,

    /// <summary>All of that, and in any order.</summary>
    Mixed,
}

/// <summary>So travels from here on what the vendor tells.</summary>
/// <param name="Takes">How long late ones take at most.</param>
internal sealed record Travel(Way Way, TimeSpan Takes) : Deed;

/// <summary>What the vendor once told comes once more.</summary>
internal sealed record Again(int Pick) : Deed;

/// <summary>Somebody who is not the vendor sends what looks like it.</summary>
/// <param name="Variant">What is wrong with it.</param>
internal sealed record Forge(int Variant, int Pick) : Deed;
