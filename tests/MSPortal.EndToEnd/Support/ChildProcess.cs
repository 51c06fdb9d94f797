using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace MSPortal.EndToEnd.Support;

/// <summary>A real process of a test: its output is kept for the failure message, and it never outlives the test run.</summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private const int Sigterm = 15;
    private const int Sigcont = 18;
    private const int Sigstop = 19;

    private static readonly ConcurrentDictionary<int, Process> Running = StopAllAtExit();

    private readonly Process process;
    private readonly StringBuilder everything = new();
    private readonly StringBuilder output = new();
    private readonly StringBuilder error = new();
    private readonly List<(Func<string, string?> Pick, TaskCompletionSource<string> Found)> waiting = [];
    private readonly Lock gate = new();

    private ChildProcess(ProcessStartInfo start)
    {
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) => Take(e.Data, output);
        process.ErrorDataReceived += (_, e) => Take(e.Data, error);
        process.Start();
        Running[process.Id] = process;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>Both streams in the order of arrival.</summary>
    public string Everything => Read(everything);

    public string Output => Read(output);

    public string Error => Read(error);

    /// <param name="environment">Added to this process's own; null takes a variable away.</param>
    public static ChildProcess Start(string executable, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment)
    {
        var start = new ProcessStartInfo(executable, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ChildProcess(start);
    }

    /// <summary>The first line, past or future, from which <paramref name="pick"/> takes something.</summary>
    public async Task<string> WaitForLineAsync(Func<string, string?> pick, TimeSpan within)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (everything.ToString().Split('\n').Select(pick).FirstOrDefault(text => text is not null) is { } before)
            {
                return before;
            }

            waiting.Add((pick, found));
        }

        var first = await Task.WhenAny(found.Task, process.WaitForExitAsync(), Task.Delay(within));
        return first == found.Task || found.Task.IsCompleted
            ? await found.Task
            : throw new TimeoutException(Describe(HasExited ? $"ended with exit code {process.ExitCode}" : $"did not print the awaited line within {within}"));
    }

    /// <summary>Waits for the end, with all output read.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode;
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException(Describe($"did not end within {within}"), e);
        }
    }

    /// <summary>SIGTERM: the polite end.</summary>
    public void Terminate() => Send(Sigterm);

    /// <summary>SIGSTOP: alive for its database and its leases, but deaf, like a machine that was put to sleep.</summary>
    public void Pause() => Send(Sigstop);

    /// <summary>SIGCONT.</summary>
    public void Resume() => Send(Sigcont);

    /// <summary>SIGKILL: no chance to tidy up.</summary>
    public async Task KillAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        await process.WaitForExitAsync();
    }

    public string Describe(string what) => $"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)} {what}. Its output:\n{Everything}";

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Running.TryRemove(process.Id, out _);
        process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int process, int signal);

    private static ConcurrentDictionary<int, Process> StopAllAtExit()
    {
        var running = new ConcurrentDictionary<int, Process>();
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            foreach (var left in running.Values.Where(p => !p.HasExited))
            {
                left.Kill(entireProcessTree: true);
            }
        };
        return running;
    }

    private void Send(int signal)
    {
        if (SendSignal(process.Id, signal) != 0)
        {
            throw new InvalidOperationException(Describe($"could not be sent signal {signal}"));
        }
    }

    private void Take(string? line, StringBuilder stream)
    {
        if (line is null)
        {
            return;
        }

        lock (gate)
        {
            stream.Append(line).Append('\n');
            everything.Append(line).Append('\n');
            foreach (var (pick, found) in waiting)
            {
                if (pick(line) is { } text)
                {
                    found.TrySetResult(text);
                }
            }
        }
    }

    private string Read(StringBuilder text)
    {
        lock (gate)
        {
            return text.ToString();
        }
    }
}
