using System.Text.RegularExpressions;
using MSPortal.Connectors;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors;

/// <summary>Every connector says of every rule of the quality scale whether it keeps it, and if not, why not.</summary>
public sealed partial class QualityTests
{
    public static TheoryData<string> Folders => [.. ConnectorRegistration.All.Select(c => c.GetType().Namespace!.Split('.')[^1])];

    [Theory, MemberData(nameof(Folders))]
    public void Each_rule_is_done_or_exempt_with_a_reason(string folder)
    {
        var scale = Table(Path.Combine("docs", "connectors.md"), "Quality scale");
        var states = Table(Path.Combine("src", "MSPortal.Connectors", folder, "README.md"), "Quality");

        scale.Count.ShouldBeGreaterThan(19);
        states.Select(s => s.Rule).ShouldBe(scale.Select(s => s.Rule), $"the rules of docs/connectors.md, each once and in their order, in {folder}/README.md");
        states.Where(s => !State().IsMatch(s.Text)).ShouldBeEmpty("“done”, or “exempt: ” and a reason");
    }

    [Theory]
    [InlineData("done", true)]
    [InlineData("done: by the pure step of the pass", true)]
    [InlineData("exempt: the vendor has no webhooks", true)]
    [InlineData("exempt", false)]
    [InlineData("exempt: no", false)]
    [InlineData("soon", false)]
    public void A_state_is_one_of_two(string text, bool valid) => State().IsMatch(text).ShouldBe(valid);

    private static List<(string Rule, string Text)> Table(string file, string heading)
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, file));
        var start = Array.IndexOf(lines, $"## {heading}");
        start.ShouldBeGreaterThanOrEqualTo(0, $"{file} has no “## {heading}”");
        return
        [
            .. lines.Skip(start + 1).TakeWhile(l => !l.StartsWith("## ", StringComparison.Ordinal)).Where(l => l.StartsWith("| ", StringComparison.Ordinal)).Skip(1)
                .Select(l => l.Trim('|').Split('|', 2)).Select(cells => (cells[0].Trim(), cells[1].Trim())),
        ];
    }

    [GeneratedRegex("^(done(: .{5,})?|exempt: .{10,})$", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex State();
}
