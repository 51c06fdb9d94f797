using System.Globalization;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Common;

/// <summary>What a test of any connection comes to.</summary>
internal static class TestReports
{
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    /// <summary>Credentials that are accepted and may read nothing are a problem, too.</summary>
    /// <param name="nothing">What that is then, and what to do about it.</param>
    public static TestReport Of(AccountIdentity account, IReadOnlyList<AreaResult> areas, (string? Field, string Message, string WhatToDo) nothing) =>
        areas.All(a => a.Outcome == AreaOutcome.NotPermitted)
            ? Failed(nothing.Field, nothing.Message, nothing.WhatToDo, new Fault.PermissionMissing(areas[0].Permission)) with { Areas = areas }
            : new TestReport { Account = account, Areas = areas };

    public static TestReport Failed(string? field, string message, string whatToDo, Fault fault) =>
        new() { Problem = new TestProblem(field, message, whatToDo, fault) };

    /// <summary>Says at the tickets when this machine's clock and the vendor's differ too much.</summary>
    /// <param name="vendor">The vendor's time; null when it does not say.</param>
    public static IReadOnlyList<AreaResult> WithClock(IReadOnlyList<AreaResult> areas, string vendorName, DateTimeOffset? vendor, DateTimeOffset now) =>
        vendor is { } time && (now - time).Duration() > ClockTolerance
            ? With(areas, DataType.Tickets, string.Create(
                CultureInfo.InvariantCulture,
                $"This machine's clock is {(now - time).Duration().TotalMinutes:0} minutes {(now > time ? "ahead of" : "behind")} {vendorName}'s. Set it right: times of changes are compared with it."))
            : areas;

    /// <summary>With some words more about one of the areas; null for none.</summary>
    public static IReadOnlyList<AreaResult> With(IReadOnlyList<AreaResult> areas, DataType type, string? words) =>
        words is null ? areas : [.. areas.Select(a => a.DataType == type ? a with { Detail = a.Detail is null ? words : $"{a.Detail} {words}" } : a)];
}
