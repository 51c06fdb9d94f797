using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Sync;

public sealed class FaultPolicyTests
{
    private static readonly SyncOptions Options = new();
    private static readonly VendorPermission Permission = new("Tickets", "Service tickets", "Security roles");

    private static readonly StreamDefinition Tickets = new()
    {
        DataType = DataType.Tickets,
        Label = "Tickets",
        Interval = TimeSpan.FromMinutes(5),
        Permission = Permission,
    };

    [Theory]
    [InlineData(null, 30)]
    [InlineData(-5, 1)]
    [InlineData(0, 1)]
    [InlineData(45, 45)]
    [InlineData(1800, 1800)]
    [InlineData(86_400_000, 1800)]
    public void A_rate_limit_is_a_pause_of_a_sensible_length_and_never_a_failure(int? asked, int expected)
    {
        var fault = new Fault.RateLimited(asked is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

        FaultPolicy.For(fault, Options).ShouldBe(new FaultAction.Pause(TimeSpan.FromSeconds(expected)));
    }

    [Fact]
    public void A_vendor_that_is_down_steps_up_the_ladder() =>
        FaultPolicy.For(new Fault.VendorDown("It is down."), Options).ShouldBe(new FaultAction.BackOff("VendorDown", "It is down."));

    [Fact]
    public void Data_that_makes_no_sense_also_counts_towards_stopping() =>
        FaultPolicy.For(new Fault.BadData("A web page."), Options).ShouldBe(new FaultAction.BackOff("BadData", "A web page.", Unintelligible: true));

    [Fact]
    public void A_refusal_is_not_believed_before_the_account_test()
    {
        foreach (Fault refusal in new Fault[] { new Fault.AuthFailed("401"), new Fault.PermissionMissing(Permission) })
        {
            FaultPolicy.For(refusal, Options).ShouldBe(new FaultAction.AskAccount(refusal));
        }
    }

    [Fact]
    public void Credentials_that_the_test_finds_refused_disconnect()
    {
        var report = new TestReport { Problem = new TestProblem("key", "The key was refused.", "Make a new one.", new Fault.AuthFailed("401")) };

        FaultPolicy.Judge(new Fault.AuthFailed("401"), report, Tickets).ShouldBe(new FaultAction.Disconnect("The key was refused.", "Make a new one."));
        FaultPolicy.Judge(new Fault.PermissionMissing(Permission), report, Tickets).ShouldBeOfType<FaultAction.Disconnect>();
    }

    [Fact]
    public void A_refusal_that_the_test_does_not_confirm_is_tried_again()
    {
        var refusal = new Fault.AuthFailed("401 once.");

        FaultPolicy.Judge(refusal, null, Tickets).ShouldBe(new FaultAction.BackOff("AuthFailed", "401 once."));
        FaultPolicy.Judge(refusal, Passed(), Tickets).ShouldBe(new FaultAction.BackOff("AuthFailed", "401 once."));
        FaultPolicy.Judge(refusal, Passed(AreaOutcome.Granted), Tickets).ShouldBe(new FaultAction.BackOff("AuthFailed", "401 once."));
        var down = new TestReport { Problem = new TestProblem(null, "Down.", "Wait.", new Fault.VendorDown("Down.")) };
        FaultPolicy.Judge(refusal, down, Tickets).ShouldBe(new FaultAction.BackOff("AuthFailed", "401 once."));
    }

    [Fact]
    public void Only_the_area_that_is_not_permitted_is_denied()
    {
        FaultPolicy.Judge(new Fault.PermissionMissing(Permission), Passed(AreaOutcome.NotPermitted), Tickets).ShouldBe(new FaultAction.Deny(Permission));
        FaultPolicy.Judge(new Fault.PermissionMissing(Permission), Passed(), Tickets).ShouldBe(new FaultAction.Deny(Permission));
        FaultPolicy.Judge(new Fault.PermissionMissing(Permission), Passed(AreaOutcome.CouldNotVerify), Tickets).ShouldBeOfType<FaultAction.BackOff>();
    }

    private static TestReport Passed(AreaOutcome? tickets = null) => new()
    {
        Account = new AccountIdentity("1", "Contoso"),
        Areas = tickets is { } outcome ? [new AreaResult(DataType.Tickets, outcome, Permission, Required: true)] : [],
    };
}
