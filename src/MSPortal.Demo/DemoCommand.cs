using System.CommandLine;

namespace MSPortal.Demo;

/// <summary>How large the demo is and where it listens.</summary>
/// <param name="Urls">Null: the portal's usual address, or a free port when that is taken.</param>
/// <param name="ChangesPerMinute">What happens at the vendor while one looks on.</param>
internal sealed record DemoOptions(string? Urls, int Companies, int Tickets, int Seed, int ChangesPerMinute);

/// <summary>The demo's command line.</summary>
internal static class DemoCommand
{
    public static Task<int> RunAsync(string[] args, TextWriter output)
    {
        var urls = new Option<string?>("--urls") { Description = "Where the portal listens (default: http://127.0.0.1:5080, or a free port).", HelpName = "urls" };
        var companies = Number("--companies", "Companies at the vendor.", 40);
        var tickets = Number("--tickets", "Tickets at the vendor.", 5000);
        var seed = Number("--seed", "The same seed gives the same data.", 1);
        var changes = Number("--changes", "Changes at the vendor per minute; 0: none.", 6);
        var root = new RootCommand("A portal with a simulated vendor: nothing to install, nothing to sign up for. Its data go when it ends.") { urls, companies, tickets, seed, changes };
        root.SetAction((parsed, ct) => new DemoRun(
            new DemoOptions(parsed.GetValue(urls), parsed.GetValue(companies), parsed.GetValue(tickets), parsed.GetValue(seed), parsed.GetValue(changes)),
            output).RunAsync(ct));
        return root.Parse(args).InvokeAsync();
    }

    private static Option<int> Number(string name, string description, int usual) => new(name) { Description = $"{description} Default: {usual}.", DefaultValueFactory = _ => usual };
}
