using System.Diagnostics;
using System.Globalization;

namespace MSPortal.Bench.Speed;

/// <summary>What one piece of work cost in one process.</summary>
/// <param name="Wall">Seconds.</param>
/// <param name="Cpu">Seconds of user and system time.</param>
/// <param name="PeakMb">Largest resident size during it, in MB.</param>
/// <param name="Connections">Connections opened to the vendor during it.</param>
/// <param name="Written">Rows of the record table that it wrote.</param>
internal sealed record Measured(string Phase, double Wall, double Cpu, double PeakMb, int Rows, int Calls, int Connections, int Written);

/// <summary>Reads the clock, the processor time and the memory of this process, and counts its new connections.</summary>
internal sealed class Stopclock : IDisposable
{
    private readonly ConnectionCounter connections = new();
    private readonly long began;
    private readonly TimeSpan cpu;

    public Stopclock()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        File.WriteAllText("/proc/self/clear_refs", "5"); // The peak of the resident size begins anew.
        cpu = Environment.CpuUsage.TotalTime;
        began = Stopwatch.GetTimestamp();
    }

    public Measured Stop(string phase, int rows, int calls, int written) => new(
        phase, Stopwatch.GetElapsedTime(began).TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds, Peak(Environment.ProcessId), rows, calls, connections.Opened, written);

    public void Dispose() => connections.Dispose();

    /// <summary>Peak resident size of a process in MB.</summary>
    public static double Peak(int process) => Status(process, "VmHWM:");

    /// <summary>Resident size of a process in MB.</summary>
    public static double Resident(int process) => Status(process, "VmRSS:");

    private static double Status(int process, string name) => File.ReadLines($"/proc/{process}/status")
        .Where(l => l.StartsWith(name, StringComparison.Ordinal))
        .Select(l => double.Parse(l[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) / 1024)
        .First();

    /// <summary>The runtime tells of each connection that an HTTP client opens.</summary>
    private sealed class ConnectionCounter : System.Diagnostics.Tracing.EventListener
    {
        private int opened;

        public int Opened => opened;

        protected override void OnEventSourceCreated(System.Diagnostics.Tracing.EventSource eventSource)
        {
            if (eventSource.Name == "System.Net.Http")
            {
                EnableEvents(eventSource, System.Diagnostics.Tracing.EventLevel.Informational);
            }
        }

        protected override void OnEventWritten(System.Diagnostics.Tracing.EventWrittenEventArgs eventData)
        {
            if (eventData.EventName == "ConnectionEstablished")
            {
                Interlocked.Increment(ref opened);
            }
        }
    }
}

/// <summary>Where of many values a share lies below.</summary>
internal static class Quantile
{
    /// <param name="sorted">Smallest first.</param>
    /// <param name="share">0 to 1.</param>
    /// <returns>Not a number when there is none.</returns>
    public static double At(List<double> sorted, double share) => sorted.Count == 0 ? double.NaN : sorted[(int)((sorted.Count - 1) * share)];
}
