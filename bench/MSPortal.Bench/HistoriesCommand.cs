using System.Diagnostics;
using System.Globalization;
using MSPortal.Histories.Defects;
using MSPortal.Histories.Vendors;

namespace MSPortal.Bench;

/// <summary>The long run of the random histories, and the replay of one.</summary>
internal static class HistoriesCommand
{
    public static int Usage()
    {
        Console.Error.WriteLine("""
            histories [--seeds N] [--first S] [--workers W] [--postgres] [--as-they-are]   plays N histories from seed S on; failing ones are not shortened
            histories --each [--seeds N] [--first S] [--step D]                            plays them one by one, or every so-manieth, and says what each took
            histories --seed N [--postgres] [--trace] [--as-they-are]                      replays one
            histories --defects [NAME]                                                     says by which seed each deliberate defect is noticed
            With --vendor NAME, the real connector against that simulator (connectwise, autotask, halopsa, syncro,
            ninjaone, microsoft365, dattormm, cwasio) instead of the model vendor.
            """);
        return 2;
    }

    public static int Run(string[] args)
    {
        string? Value(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
        long Number(string name, long otherwise) => Value(name) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : otherwise;
        var postgres = args.Contains("--postgres")
            ? Environment.GetEnvironmentVariable("MSPORTAL_TEST_POSTGRES") ?? throw new InvalidOperationException("MSPORTAL_TEST_POSTGRES is not set.")
            : null;
        using var histories = new Histories.Histories(postgres, Value("--vendor") is { } vendor ? HistoryVendor.Get(vendor) : null);
        if (args.Contains("--defects"))
        {
            return Defects(histories, Value("--defects"));
        }

        if (args.Contains("--each"))
        {
            return Each(histories, Number("--first", 1), Number("--seeds", 100), Number("--step", 1));
        }

        return Value("--seed") is not null
            ? Replay(histories, Number("--seed", 0), args)
            : Play(histories, Number("--first", 1), (int)Number("--seeds", 1000), (int)Number("--workers", Environment.ProcessorCount), !args.Contains("--as-they-are"));
    }

    private static int Replay(Histories.Histories histories, long seed, string[] args)
    {
        var history = histories.Make(seed);
        Console.WriteLine($"seed {seed}: {history}");
        var ending = histories.Play(history, traced: true);
        if (args.Contains("--trace"))
        {
            Console.WriteLine(string.Join('\n', ending.Trace));
        }

        Console.WriteLine(ending.Violation is null ? $"All was well ({ending.Calls:N0} calls, {ending.VendorCalls:N0} of them to the vendor, in {ending.Lived.TotalHours:0.0} hours of virtual time)." : args.Contains("--as-they-are") ? ending.Violation : histories.Shorten(history));
        return ending.Violation is null ? 0 : 1;
    }

    private static int Each(Histories.Histories histories, long first, long count, long step)
    {
        var failed = 0;
        for (var seed = first; seed < first + (count * step); seed += step)
        {
            var cpu = Environment.CpuUsage.TotalTime;
            var ending = histories.Play(histories.Make(seed));
            failed += ending.Violation is null ? 0 : 1;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"seed {seed}: {ending.Calls:N0} calls, {ending.VendorCalls:N0} to the vendor, {ending.Lived.TotalHours:0.0} h, {(Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds:0} ms of CPU{(ending.Violation is { } wrong ? ": " + wrong : "")}"));
        }

        Say(histories);
        return failed;
    }

    private static int Defects(Histories.Histories histories, string? only)
    {
        var unnoticed = 0;
        foreach (var defect in AllDefects.List.Where(d => only is null || d.Name == only))
        {
            var seed = histories.FirstSeedThatNotices(defect, most: 500);
            unnoticed += seed is null ? 1 : 0;
            Console.WriteLine($"| {defect.Name} | {defect.What} | {seed?.ToString(CultureInfo.InvariantCulture) ?? "never"} |");
            if (seed is { } noticed)
            {
                Console.WriteLine($"  {histories.Play(histories.Make(noticed), defect).Violation}");
            }
        }

        return unnoticed;
    }

    private static int Play(Histories.Histories histories, long first, int count, int workers, bool shorten)
    {
        var watch = Stopwatch.StartNew();
        var failures = histories.Play(first, count, workers, done =>
        {
            if (done % Math.Max(10, count / 20) == 0)
            {
                Console.WriteLine($"{done:N0} of {count:N0}, {watch.Elapsed:hh\\:mm\\:ss}, {Environment.CpuUsage.TotalTime:hh\\:mm\\:ss\\.f} of CPU");
            }
        }, shorten: shorten);
        foreach (var failure in failures)
        {
            Console.WriteLine(failure);
            Console.WriteLine();
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{count:N0} histories from seed {first} in {watch.Elapsed.TotalSeconds:0.0} s: {failures.Count} failed; {histories.VendorCalls:N0} vendor calls, {histories.Lived.TotalDays:N0} days of virtual time."));
        Say(histories);
        return failures.Count == 0 ? 0 : 1;
    }

    private static void Say(Histories.Histories histories)
    {
        Console.WriteLine($"Faults that struck: {string.Join(", ", histories.Struck.OrderBy(s => s.Key).Select(s => $"{s.Key} {s.Value:N0}"))}.");
        Console.WriteLine($"Webhooks and hints: {string.Join(", ", histories.Post.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key} {p.Value:N0}"))}.");
    }
}
