using Shouldly;
using Xunit;

namespace MSPortal.Tests.Architecture;

public sealed class SourceTests
{
    [Fact]
    public void The_sources_are_found()
    {
        SourceFile.All.Select(f => f.Path).ShouldContain("src/MSPortal.Core/Contracts/IConnector.cs");
        SourceFile.All.Select(f => f.Project).Distinct().ShouldBeSubsetOf(Projects.All.Select(p => p.Name));
    }

    [Fact]
    public void Core_Storage_and_Web_know_no_vendor_by_name() => SourceFile.All.SelectMany(SourceRules.VendorNames).ShouldBeEmpty();

    [Fact]
    public void A_file_fits_in_a_head() => SourceFile.All.SelectMany(SourceRules.TooLong).ShouldBeEmpty();

    [Fact]
    public void Nothing_is_left_for_later() => SourceFile.All.SelectMany(SourceRules.ForLater).ShouldBeEmpty();

    [Fact]
    public void Time_comes_from_a_TimeProvider() => SourceFile.All.SelectMany(SourceRules.OwnClock).ShouldBeEmpty();

    [Fact]
    public void Only_Hosting_composes() => SourceRules.Composition(SourceFile.All).ShouldBeEmpty();

    [Theory]
    [InlineData("src/MSPortal.Core/A.cs", "var x = \"ConnectWise\";", true)]
    [InlineData("src/MSPortal.Core/AutotaskThing.cs", "", true)]
    [InlineData("src/MSPortal.Web/A.razor", "<p>syncro</p>", true)]
    [InlineData("src/MSPortal.Web/A.cs", "new SyncroClient()", true)]
    [InlineData("src/MSPortal.Storage/A.cs", "new HaloClient()", true)]
    [InlineData("src/MSPortal.Storage/A.cs", "// a halo", true)]
    [InlineData("src/MSPortal.Storage/A.cs", "theAsioToken", true)]
    [InlineData("src/MSPortal.Storage/A.cs", "on occasion, a haloed synchronous SyncRow", false)]
    [InlineData("src/MSPortal.Connectors/ConnectWise/A.cs", "ConnectWise", false)]
    public void A_vendor_name_is_noticed(string path, string text, bool broken) =>
        SourceRules.VendorNames(new(path, text)).Any().ShouldBe(broken);

    [Theory]
    [InlineData("DateTime.UtcNow", true)]
    [InlineData("DateTimeOffset\n    .Now", true)]
    [InlineData("Thread.Sleep(1)", true)]
    [InlineData("time.GetUtcNow()", false)]
    public void A_clock_of_its_own_is_noticed(string text, bool broken)
    {
        SourceRules.OwnClock(new("src/MSPortal.Core/A.cs", text)).Any().ShouldBe(broken);
        SourceRules.OwnClock(new("src/MSPortal.Simulators/A.cs", text)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("// TODO later", true)]
    [InlineData("throw new NotImplementedException();", true)]
    [InlineData("toDo hackney", false)]
    public void Something_left_for_later_is_noticed(string text, bool broken) =>
        SourceRules.ForLater(new("src/MSPortal.Simulators/A.cs", text)).Any().ShouldBe(broken);

    [Theory]
    [InlineData(350, false)]
    [InlineData(351, true)]
    public void A_long_file_is_noticed(int lines, bool broken) =>
        SourceRules.TooLong(new("src/MSPortal.Core/A.cs", string.Concat(Enumerable.Repeat("x\n", lines)))).Any().ShouldBe(broken);

    [Theory]
    [InlineData(new[] { "src/MSPortal.Core/A.cs" }, true)]
    [InlineData(new[] { "src/MSPortal.Web/Features/Tickets/A.cs" }, true)]
    [InlineData(new[] { "src/MSPortal.Storage/A.cs", "src/MSPortal.Storage/B.cs" }, true)]
    [InlineData(new[] { "src/MSPortal.Connectors/A.cs", "src/MSPortal.Connectors/B.cs" }, true)]
    [InlineData(new[] { "src/MSPortal.Web/Hosting/A.cs", "src/MSPortal.Web/Hosting/B.cs" }, false)]
    [InlineData(new[] { "src/MSPortal.Storage/A.cs", "src/MSPortal.Connectors/A.cs", "src/MSPortal.Demo/Program.cs" }, false)]
    public void Composing_elsewhere_is_noticed(string[] paths, bool broken) =>
        SourceRules.Composition(paths.Select(p => new SourceFile(p, "services.AddSingleton<A>();"))).Any().ShouldBe(broken);
}
