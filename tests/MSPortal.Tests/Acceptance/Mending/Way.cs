using MSPortal.Core.Diagnosis;

namespace MSPortal.Tests.Acceptance.Mending;

/// <summary>One way in which a ticket comes to be missing; somebody really goes it.</summary>
/// <param name="Group">Two of one group cannot be true at once.</param>
internal sealed record Way(string Name, Cause Cause, string Group, Func<MendingWorld, Missing, Task> HideAsync)
{
    /// <summary>It hides what was seen; otherwise only a ticket that is new is missed.</summary>
    public bool TakesAway { get; init; }

    /// <summary>The ticket is seen all the same: what is asked for is whether it is right.</summary>
    public bool LeavesInSight { get; init; }

    /// <summary>The ticket that it can happen to; null: any.</summary>
    public Func<MendingWorld, Task<Missing>>? Ticket { get; init; }

    /// <summary>Where at the vendor the words have to lead; null when nothing has to be done there.</summary>
    public Func<MendingWorld, string>? Place { get; init; }

    /// <summary>What is done there before the button is pressed.</summary>
    public Func<MendingWorld, Missing, Task>? AtVendorAsync { get; init; }

    /// <summary>What is done after it, as the words say.</summary>
    public Func<MendingWorld, Missing, Task>? AfterwardsAsync { get; init; }

    /// <summary>What comes to light once the cause is gone, and is mended by its own button.</summary>
    public IReadOnlyList<Cause> Then { get; init; } = [];

    /// <summary>Whether it can happen with this vendor.</summary>
    public Func<MendingWorld, bool> Exists { get; init; } = _ => true;

    /// <summary>It costs the world too much to be one of two.</summary>
    public bool IsAlone { get; init; }

    public override string ToString() => Name;
}
