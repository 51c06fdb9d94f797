using System.CommandLine;
using System.Text.Json;
using MSPortal.Histories.Vendors;

namespace MSPortal.Bench.Speed;

/// <summary>One side of a comparison in a process of its own, so that its processor time and memory are nobody else's.</summary>
internal static class ChildCommand
{
    private const double Changed = 0.01;

    public static Command Make()
    {
        var side = new Argument<string>("side");
        var address = new Option<string>("--vendor") { Required = true };
        var database = new Option<string>("--database") { Required = true };
        var folder = new Option<string>("--folder") { Required = true };
        var first = new Option<string?>("--first");
        var command = new Command("child", "Used by the other commands.") { side, address, database, folder, first };
        command.Hidden = true;
        command.SetAction(async (parsed, ct) =>
        {
            using var vendor = new Vendor(new Uri(parsed.GetRequiredValue(address)));
            var results = parsed.GetRequiredValue(side) == "probe"
                ? ProbeAsync(vendor, parsed.GetRequiredValue(first)!, parsed.GetRequiredValue(database), ct)
                : ProductAsync(vendor, parsed.GetRequiredValue(folder), parsed.GetRequiredValue(database), ct);
            await foreach (var measured in results.WithCancellation(ct))
            {
                Console.WriteLine(JsonSerializer.Serialize(measured));
            }
        });
        return command;
    }

    private static async IAsyncEnumerable<Measured> ProductAsync(
        Vendor vendor, string folder, string database, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var product = new Product(folder, database);
        await product.PrepareAsync(vendor, ct);
        yield return await product.MeasureAsync("import", vendor, ct);
        await product.AskAsync(full: true, ct);
        yield return await product.MeasureAsync("re-read", vendor, ct);
        await ChangeAsync(vendor, ct);
        await product.AskAsync(full: false, ct);
        yield return await product.MeasureAsync("incremental", vendor, ct);
    }

    private static async IAsyncEnumerable<Measured> ProbeAsync(
        Vendor vendor, string first, string database, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var probe = new Probe(vendor, new Uri(vendor.Address, first), database);
        yield return await probe.RunAsync("import", null, ct);
        yield return await probe.RunAsync("re-read", null, ct);
        var since = DateTimeOffset.UtcNow;
        await ChangeAsync(vendor, ct);
        yield return await probe.RunAsync("incremental", $"lastUpdated>=[{since.AddSeconds(-1):yyyy-MM-dd'T'HH:mm:ss}Z]", ct);
    }

    /// <summary>One in a hundred tickets is changed by somebody at the vendor.</summary>
    private static async Task ChangeAsync(Vendor vendor, CancellationToken ct)
    {
        var tickets = vendor.About["counts"]!["tickets"]!.GetValue<int>();
        await vendor.Control.DoAsync(new Edit(HttpMethod.Post, "bulk", new { kind = "tickets", count = (int)(tickets * Changed), change = new { customerUpdatedFlag = true } }), ct);
    }
}
