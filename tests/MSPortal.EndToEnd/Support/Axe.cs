using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace MSPortal.EndToEnd.Support;

/// <summary>What keeps people from using a page, as far as a machine can see it.</summary>
public static class Axe
{
    /// <summary>Of what is right, one example of each rule: all of them are megabytes.</summary>
    private static readonly AxeRunOptions Briefly = new() { ResultTypes = [ResultType.Violations] };

    /// <summary>One text per violation: rule, weight, what is wrong, and every element that it is wrong with.</summary>
    public static async Task<IReadOnlyList<string>> ViolationsAsync(IPage page)
    {
        var result = await page.RunAxe(Briefly);
        return result.Passes.Length == 0
            ? throw new InvalidOperationException($"axe saw nothing at all on {page.Url}.")
            : [.. result.Violations.Select(Describe)];
    }

    private static string Describe(AxeResultItem item) =>
        $"{item.Id} ({item.Impact}): {item.Help}\n" + string.Join('\n', item.Nodes.Select(n => $"    {n.Target}: {n.Html}{Figures(n)}"));

    private static string Figures(AxeResultNode node) =>
        string.Concat(node.Any.Concat(node.All).Concat(node.None).Select(check => $"\n        {check.Message}"));
}
