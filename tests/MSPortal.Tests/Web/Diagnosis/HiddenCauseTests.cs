using System.Globalization;
using MSPortal.Core.Contracts;
using MSPortal.Core.Diagnosis;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Diagnosis;

/// <summary>Somebody hides a ticket in one way or in two, and the diagnosis has to name the one that comes first.</summary>
public sealed class HiddenCauseTests
{
    /// <summary>500 in all, each database with its own.</summary>
    private const int Cases = 250;

    /// <summary>In the order in which data meets them. Two of one group cannot be true at once.</summary>
    private static readonly (Cause Cause, string Group, Action<TicketCase, DateTimeOffset> Hide)[] Causes =
    [
        (Cause.ConnectorMissing, "connector", (c, _) => Row(c, r => r.Provider = "forgotten")),
        (Cause.CredentialsUnreadable, "key", (c, _) => Row(c, r => r.Secrets = [1, 2, 3])),
        (Cause.KeyExpired, "status", (c, now) => Row(c, r => (r.Status, r.KeyExpiresOn) = (IntegrationStatus.Disconnected, DateOnly.FromDateTime(now.UtcDateTime.AddDays(-2))))),
        (Cause.Disconnected, "status", (c, _) => Row(c, r => (r.Status, r.StatusReason) = (IntegrationStatus.Disconnected, "The key was refused."))),
        (Cause.Stopped, "status", (c, _) => Row(c, r => r.Status = IntegrationStatus.Stopped)),
        (Cause.Paused, "status", (c, _) => Row(c, r => (r.Status, r.StatusReason) = (IntegrationStatus.Paused, "Paused by kim."))),
        (Cause.VendorTrouble, "status", (c, _) => Row(c, r => r.Status = IntegrationStatus.Error)),
        (Cause.DataTypeOff, "off", (c, _) => c.OnTickets(s => s.Enabled = false)),
        (Cause.PermissionMissing, "permission", (c, _) => c.OnTickets(s => s.DeniedPermission = "Read Tickets")),
        (Cause.NothingSelected, "nothing", (c, _) => Row(c, r => r.Scope = StoredJson.Write(new TicketScope { Containers = [] }))),
        (Cause.NoSuchTicket, "ticket", (c, _) => (c.IsNotAtVendor, c.Ledger) = (true, null)),
        (Cause.DeletedAtVendor, "ticket", (c, _) => (c.IsNotAtVendor, c.Ledger) = (true, LedgerState.Gone)),
        (Cause.CouldNotAsk, "ticket", (c, _) => (c.Vendor, c.Ledger) = (() => throw new FaultException(new Fault.VendorDown("It answered 502.")), null)),
        (Cause.TicketRefused, "ticket", (c, _) => (c.Vendor, c.Ledger) = (() => new ReadResult.Unknown(c.Number, "The key lacks the permission “Read single tickets” (Admin → Roles).") { IsRefused = true }, null)),
        (Cause.Merged, "merged", (c, _) => c.Absent(t => t with { MergedIntoId = "77" })),
        (Cause.ContainerNotSelected, "board", (c, _) => c.Absent(t => t with { ContainerId = "9", ContainerName = "Sales" })),
        (Cause.StatusExcluded, "excluded", (c, _) => c.Absent(t => t with { StatusId = "excluded", StatusName = "Spam" })),
        (Cause.GroupExcluded, "group", (c, _) => c.Absent(t => t with { GroupId = "5", GroupName = "Sales" })),
        (Cause.OptionLeftOut, "option", (c, _) => c.Absent(t => t with { Option = "project" })),
        (Cause.OutsideHistory, "history", (c, now) => c.Absent(t => t with { IsClosed = true, ClosedAt = now.AddYears(-3) })),
        (Cause.HeldByGuard, "held", (c, _) => c.OnTickets(s => s.FullPass = Held())),
        (Cause.Quarantined, "aside", (c, _) => c.QuarantineReason = "status: not a number."),
        (Cause.FirstReadPending, "stale", (c, _) => c.OnTickets(s => s.LastCompleteAt = null)),
        (Cause.Stale, "stale", (c, now) => c.OnTickets(s => (s.LastCompleteAt, s.FaultSentence) = (now.AddHours(-5), "It answered 502."))),
        (Cause.NotSyncedYet, "new", (c, _) => c.Absent()),
        (Cause.CompanyBlocked, "blocked", (c, _) => c.IsBlocked = true),
        (Cause.CompanyFilteredOut, "company", (c, _) => (c.CompanyLedger, c.IsLinked) = (LedgerState.OutOfScope, false)),
        (Cause.CompanyDeletedAtVendor, "company", (c, _) => (c.CompanyLedger, c.IsLinked) = (LedgerState.Gone, false)),
        (Cause.CompanyNotRead, "company", (c, _) => (c.CompanyLedger, c.IsLinked) = (null, false)),
        (Cause.CompanyNotImported, "company", (c, _) => c.IsLinked = false),
        (Cause.CannotSignIn, "person", (c, _) => c.Viewer = u => u.InvitedAt = null),
        (Cause.CannotSignIn, "person", (c, _) => c.Viewer = u => u.IsDisabled = true),
        (Cause.CannotSignIn, "person", (c, _) => c.Viewer = u => u.TwoFactorEnabled = false),
        (Cause.HiddenFromRole, "person", (c, _) => c.Viewer = u => u.SeesAssignedOnly = true),
    ];

    /// <summary>A ticket that is not at the vendor, or not to be asked about, is neither on a board nor here.</summary>
    private static readonly string[] OfThoseThere = ["merged", "board", "excluded", "group", "option", "history", "held", "aside", "new"];

    [Theory, DatabaseData]
    public async Task The_first_of_one_or_two_hidden_causes_is_named(DatabaseKind kind)
    {
        await using var clinic = await Clinic.OpenAsync(kind);
        var dice = new Random(20_260_301 + (int)kind);
        var wrong = new List<string>();
        for (var i = 0; i < Cases; i++)
        {
            var number = (1000 + i).ToString(CultureInfo.InvariantCulture);
            var hidden = Draw(dice);
            var about = new TicketCase(number);
            foreach (var cause in hidden)
            {
                cause.Hide(about, clinic.Now);
            }

            var walk = (await clinic.TicketAsync(await clinic.AddAsync(about), number)).Walk;
            var truth = hidden.MinBy(h => Array.IndexOf(Causes, h)).Cause;
            if (walk.Finding?.Cause != truth)
            {
                wrong.Add($"{number}: {string.Join(" + ", hidden.Select(h => h.Cause))}, said {walk.Finding?.Cause.ToString() ?? "nothing"}: {walk.Summary}");
            }
        }

        wrong.ShouldBeEmpty($"of {Cases}");
    }

    [Theory, DatabaseData]
    public async Task Each_cause_alone_is_named_with_a_place_that_mends_it(DatabaseKind kind)
    {
        await using var clinic = await Clinic.OpenAsync(kind);
        foreach (var (at, (cause, _, hide)) in Causes.Index())
        {
            var about = new TicketCase($"{cause}{at}");
            hide(about, clinic.Now);
            var walk = await clinic.TicketAsync(await clinic.AddAsync(about), about.Number);
            var finding = walk.Walk.Finding.ShouldNotBeNull(cause.ToString());
            finding.Cause.ShouldBe(cause);
            finding.Sentence.ShouldEndWith(".");
            finding.Remedy.Kind.ShouldBe(Remedies[cause]);
            finding.Advice.ShouldNotBeNull();
            walk.Walk.Stages.Select(s => s.Stage).ShouldBe(Enum.GetValues<Stage>());
            walk.Walk.Stages.TakeWhile(s => s.Outcome == StageOutcome.Passed).Count().ShouldBe((int)finding.Stage, cause.ToString());
            walk.Walk.Stages.Skip((int)finding.Stage + 1).ShouldAllBe(s => s.Outcome == StageOutcome.NotReached);
        }
    }

    private static readonly Dictionary<Cause, RemedyKind> Remedies = new()
    {
        [Cause.ConnectorMissing] = RemedyKind.OpenIntegration,
        [Cause.CredentialsUnreadable] = RemedyKind.Reconnect,
        [Cause.KeyExpired] = RemedyKind.Reconnect,
        [Cause.Disconnected] = RemedyKind.Reconnect,
        [Cause.Stopped] = RemedyKind.Resume,
        [Cause.Paused] = RemedyKind.Resume,
        [Cause.VendorTrouble] = RemedyKind.OpenIntegration,
        [Cause.DataTypeOff] = RemedyKind.ChooseData,
        [Cause.PermissionMissing] = RemedyKind.CheckPermissions,
        [Cause.NothingSelected] = RemedyKind.ChooseTickets,
        [Cause.NoSuchTicket] = RemedyKind.AtVendor,
        [Cause.DeletedAtVendor] = RemedyKind.AtVendor,
        [Cause.CouldNotAsk] = RemedyKind.OpenIntegration,
        [Cause.TicketRefused] = RemedyKind.AtVendor,
        [Cause.Merged] = RemedyKind.DiagnoseOther,
        [Cause.ContainerNotSelected] = RemedyKind.ChooseTickets,
        [Cause.StatusExcluded] = RemedyKind.ChooseTickets,
        [Cause.GroupExcluded] = RemedyKind.ChooseTickets,
        [Cause.OptionLeftOut] = RemedyKind.ChooseTickets,
        [Cause.OutsideHistory] = RemedyKind.ChooseTickets,
        [Cause.HeldByGuard] = RemedyKind.DecideRemovals,
        [Cause.Quarantined] = RemedyKind.OpenIntegration,
        [Cause.FirstReadPending] = RemedyKind.OpenIntegration,
        [Cause.Stale] = RemedyKind.SyncNow,
        [Cause.NotSyncedYet] = RemedyKind.BringIn,
        [Cause.CompanyBlocked] = RemedyKind.SeeBlocked,
        [Cause.CompanyFilteredOut] = RemedyKind.ChooseData,
        [Cause.CompanyDeletedAtVendor] = RemedyKind.AtVendor,
        [Cause.CompanyNotRead] = RemedyKind.SyncNow,
        [Cause.CompanyNotImported] = RemedyKind.ImportCompanies,
        [Cause.CannotSignIn] = RemedyKind.ChangePerson,
        [Cause.HiddenFromRole] = RemedyKind.ChangePerson,
    };

    private static List<(Cause Cause, string Group, Action<TicketCase, DateTimeOffset> Hide)> Draw(Random dice)
    {
        while (true)
        {
            var one = Causes[dice.Next(Causes.Length)];
            if (dice.Next(3) == 0)
            {
                return [one];
            }

            var other = Causes[dice.Next(Causes.Length)];
            var isHeld = new[] { one.Group, other.Group }.Contains("held");
            var isAbsent = new[] { one.Group, other.Group }.Intersect(["ticket", .. OfThoseThere]).Except(["held", "aside"]).Any();
            var isUnsaid = new[] { one.Group, other.Group } is var groups && groups.Contains("ticket") && groups.Intersect(OfThoseThere).Any();
            if (one.Group != other.Group && !isUnsaid && !(isHeld && isAbsent))
            {
                return [one, other];
            }
        }
    }

    private static void Row(TicketCase about, Action<Integration> change)
    {
        var before = about.Integration;
        about.Integration = row =>
        {
            before(row);
            change(row);
        };
    }

    private static string Held() => StoredJson.Write(new PassState
    {
        Kind = PassKind.Full, RunId = 0, Trigger = SyncTrigger.Reconcile, StartedAt = DateTimeOffset.UnixEpoch, StartSequence = 9, Generation = 1, Phase = PassPhase.Held, HeldMissing = 312,
    });
}
