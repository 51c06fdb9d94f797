using MSPortal.EndToEnd.Support;
using Shouldly;
using Xunit;

namespace MSPortal.EndToEnd.SupportTests;

public sealed class ChildProcessTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Both_streams_the_arguments_and_the_environment_arrive()
    {
        await using var child = Shell("echo \"out $1 $WORD\"; echo err >&2; exit 7", "a b");

        (await child.WaitForExitAsync(Limit)).ShouldBe(7);

        (child.Output, child.Error).ShouldBe(("out a b hello\n", "err\n"));
    }

    [Fact]
    public async Task A_line_is_found_before_and_after_it_is_printed()
    {
        await using var child = Shell("echo 'ready http://127.0.0.1:1'; exec sleep 60");
        string? Pick(string line) => line.StartsWith("ready ", StringComparison.Ordinal) ? line[6..] : null;

        (await child.WaitForLineAsync(Pick, Limit)).ShouldBe("http://127.0.0.1:1");
        (await child.WaitForLineAsync(Pick, Limit)).ShouldBe("http://127.0.0.1:1");
    }

    [Fact]
    public async Task A_process_that_ends_early_is_shown_with_what_it_said()
    {
        await using var child = Shell("echo 'no such database'; exit 3");

        var error = await Should.ThrowAsync<TimeoutException>(() => child.WaitForLineAsync(_ => null, Limit));

        error.Message.ShouldContain("ended with exit code 3");
        error.Message.ShouldContain("no such database");
    }

    [Fact]
    public async Task Terminate_lets_it_tidy_up_and_kill_does_not()
    {
        const string Script = "trap 'echo tidy; exit 5' TERM; echo up; while :; do sleep 0.05; done";
        await using var polite = Shell(Script);
        await using var killed = Shell(Script);
        await Task.WhenAll(UpAsync(polite), UpAsync(killed));

        polite.Terminate();
        (await polite.WaitForExitAsync(Limit)).ShouldBe(5);
        await killed.KillAsync();

        polite.Output.ShouldBe("up\ntidy\n");
        killed.Output.ShouldBe("up\n");
        killed.HasExited.ShouldBeTrue();
    }

    [Fact]
    public async Task A_paused_process_stands_still_until_it_is_resumed()
    {
        await using var child = Shell("echo up; exec sleep 60");
        await UpAsync(child);

        child.Pause();
        await Eventually.IsAsync("stopped", () => StateAsync(child), state => state == 'T');
        child.Resume();
        await Eventually.IsAsync("running again", () => StateAsync(child), state => state is 'S' or 'R');
    }

    [Fact]
    public async Task Nothing_is_left_after_disposal()
    {
        var child = Shell("echo up; exec sleep 60");
        await UpAsync(child);
        var id = child.Id;
        child.Pause();

        await child.DisposeAsync();

        Directory.Exists($"/proc/{id}").ShouldBeFalse();
    }

    private static Task<string> UpAsync(ChildProcess child) => child.WaitForLineAsync(line => line == "up" ? line : null, Limit);

    private static async Task<char> StateAsync(ChildProcess child)
    {
        var stat = await File.ReadAllTextAsync($"/proc/{child.Id}/stat");
        return stat[stat.LastIndexOf(')') + 2];
    }

    private static ChildProcess Shell(string script, params string[] arguments) => ChildProcess.Start(
        "/bin/sh", ["-c", script, "sh", .. arguments], new Dictionary<string, string?>(StringComparer.Ordinal) { ["WORD"] = "hello" });
}
