using System.Diagnostics;
using MSPortal.Core.Contracts;

namespace MSPortal.Core.Sync;

/// <summary>What the engine does about a fault; closed like the faults themselves.</summary>
internal abstract record FaultAction
{
    private FaultAction()
    {
    }

    /// <summary>Not a failure: the pass goes on from its cursor after the pause.</summary>
    /// <param name="Kept">The budget keeps it already.</param>
    public sealed record Pause(TimeSpan For, bool Kept = false) : FaultAction;

    /// <summary>One step up the ladder.</summary>
    /// <param name="Unintelligible">Counts towards stopping the integration.</param>
    public sealed record BackOff(string Kind, string Sentence, bool Unintelligible = false) : FaultAction;

    /// <summary>Nothing is concluded before the account test has spoken.</summary>
    public sealed record AskAccount(Fault Fault) : FaultAction;

    /// <summary>The credentials are refused: no more calls until someone reconnects.</summary>
    public sealed record Disconnect(string Reason, string WhatToDo) : FaultAction;

    /// <summary>One client's connection is refused: its data types wait, the other clients go on.</summary>
    public sealed record Detach(PartitionStatus Status, string Reason, string WhatToDo) : FaultAction;

    /// <summary>This data type is off until the permission is there.</summary>
    public sealed record Deny(VendorPermission Permission) : FaultAction;
}

/// <summary>One switch from what a vendor said to what happens; pure, so that every case can be tested.</summary>
internal static class FaultPolicy
{
    public static FaultAction For(Fault fault, SyncOptions options) => fault switch
    {
        Fault.RateLimited limited => new FaultAction.Pause(options.Pause(limited.RetryAfter), limited.Kept),
        Fault.VendorDown down => new FaultAction.BackOff(Kind(down), down.Sentence),
        Fault.BadData bad => new FaultAction.BackOff(Kind(bad), bad.Sentence, Unintelligible: true),
        Fault.AuthFailed or Fault.PermissionMissing => new FaultAction.AskAccount(fault),
        _ => throw new UnreachableException($"No policy for {fault.GetType().Name}."),
    };

    /// <summary>What the account test makes of a refusal: only a plain word of the vendor disconnects or denies, everything else is a reason to try again.</summary>
    /// <param name="report">Null when the test itself could not be done.</param>
    /// <param name="isOneClient">The report is about one client's connection alone.</param>
    public static FaultAction Judge(Fault refusal, TestReport? report, StreamDefinition stream, bool isOneClient = false)
    {
        if (report?.Problem is { Fault: Fault.AuthFailed } problem)
        {
            return isOneClient
                ? new FaultAction.Detach(problem.NeedsConsent ? PartitionStatus.NeedsConsent : PartitionStatus.Error, problem.Message, problem.WhatToDo)
                : new FaultAction.Disconnect(problem.Message, problem.WhatToDo);
        }

        var tryAgain = new FaultAction.BackOff(Kind(refusal), refusal.Sentence);
        if (report is not { Passed: true })
        {
            return tryAgain;
        }

        var area = report.Areas.FirstOrDefault(a => a.DataType == stream.DataType);
        return (refusal, area?.Outcome) switch
        {
            (_, AreaOutcome.NotPermitted) => new FaultAction.Deny(area!.Permission),
            (Fault.PermissionMissing missing, null) => new FaultAction.Deny(missing.Permission),
            _ => tryAgain,
        };
    }

    public static string Kind(Fault fault) => fault.GetType().Name;
}
