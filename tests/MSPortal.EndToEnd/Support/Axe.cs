using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace MSPortal.EndToEnd.Support;

/// <summary>What keeps people from using a page, as far as a machine can see it.</summary>
public static class Axe
{
    /// <summary>
    /// Looks within the page itself: the package's own way opens a further page for every look, and carries megabytes about what is right.
    /// </summary>
    private const string Look = """
        async () => {
            const found = await axe.run(document, { resultTypes: ['violations'] });
            const figures = node => [...node.any, ...node.all, ...node.none].map(check => `\n        ${check.message}`).join('');
            const nodes = rule => rule.nodes.map(node => `    ${node.target.join(' ')}: ${node.html}${figures(node)}`).join('\n');
            return { passes: found.passes.length, violations: found.violations.map(rule => `${rule.id} (${rule.impact}): ${rule.help}\n${nodes(rule)}`) };
        }
        """;

    private static readonly string Script = new BundledAxeScriptProvider().GetScript();

    /// <summary>One text per violation: rule, weight, what is wrong, and every element that it is wrong with.</summary>
    public static async Task<IReadOnlyList<string>> ViolationsAsync(IPage page)
    {
        if (!await page.EvaluateAsync<bool>("() => 'axe' in window"))
        {
            await page.EvaluateAsync(Script);
        }

        var found = await page.EvaluateAsync<Found>(Look);
        return found.Passes == 0 ? throw new InvalidOperationException($"axe saw nothing at all on {page.Url}.") : found.Violations;
    }

    private sealed record Found
    {
        public int Passes { get; init; }

        public string[] Violations { get; init; } = [];
    }
}
