using System.Net;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Histories.Vendors;
using MSPortal.Tests.Sync.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.Contract;

/// <summary>What every connector makes of a vendor in trouble, what it leaves in logs and messages, and that it keeps the vendor's budget.</summary>
public sealed class RefusalContractTests(AllSimulators vendors) : IClassFixture<AllSimulators>
{
    public static TheoryData<string> Connectors => ConnectorBench.All;

    public static MatrixTheoryData<string, string> Refusals => new(
        ConnectorBench.All.Select(row => row.Data), ["401", "403", "429", "500", "503 html", "no answer", "no host", "reset", "silent", "html", "cut", "empty", "huge"]);

    [Theory, MemberData(nameof(Refusals))]
    public async Task A_vendor_in_trouble_is_the_fault_that_it_means(string provider, string trouble)
    {
        await using var bench = await ConnectorBench.StartAsync(vendors, provider);
        var stream = bench.Stream(KnownVendor.For(provider).Asked);
        var paths = await bench.OwnPathsAsync(stream);
        bench.Script = (request, ct) => paths.Contains(request.RequestUri!.AbsolutePath) ? AnswerAsync(trouble, ct) : Task.FromResult<HttpResponseMessage?>(null);

        var reading = bench.ReadAsync(stream);
        for (var waited = 0; trouble == "silent" && !reading.IsCompleted; waited++)
        {
            waited.ShouldBeLessThan(1000);
            vendors.Clock.Advance(VendorHttp.Deadline);
            await Task.WhenAny(reading, Task.Delay(TimeSpan.FromMilliseconds(5), ConnectorBench.Stop));
        }

        var fault = (await Should.ThrowAsync<FaultException>(reading)).Fault;
        fault.GetType().ShouldBeOneOf(trouble switch
        {
            "401" => [typeof(Fault.AuthFailed), typeof(Fault.PermissionMissing)],   // Which of the two the account test tells.
            "403" => [typeof(Fault.PermissionMissing)],
            "429" => [typeof(Fault.RateLimited)],
            "html" or "cut" or "empty" or "huge" => [typeof(Fault.BadData)],
            _ => [typeof(Fault.VendorDown)],
        });
        (fault as Fault.RateLimited)?.RetryAfter.ShouldBe(TimeSpan.FromSeconds(7));
        fault.Sentence.ShouldEndWith(".");
    }

    [Theory, MemberData(nameof(Connectors))]
    public async Task No_secret_is_in_addresses_logs_or_messages_whatever_the_vendor_repeats(string provider)
    {
        await using var bench = await ConnectorBench.StartAsync(vendors, provider);
        await bench.TestAsync();
        var paths = await bench.OwnPathsAsync(bench.Stream(KnownVendor.For(provider).Asked));
        var said = new List<string>();
        foreach (var (status, type) in new[] { (400, "application/json"), (401, "application/json"), (403, "application/json"), (404, "application/json"), (500, "application/json"), (200, "text/html"), (500, "text/html") })
        {
            bench.Script = (request, _) => Task.FromResult(paths.Contains(request.RequestUri!.AbsolutePath) ? ConnectorBench.Answer(status, Body(type, [.. bench.Secrets, request.Headers.Authorization?.Parameter ?? ""]), type) : null);
            var thrown = await Should.ThrowAsync<FaultException>(() => bench.ReadAsync(bench.Stream(KnownVendor.For(provider).Asked)));
            said.AddRange([thrown.ToString(), thrown.Fault.ToString(), thrown.Fault.Sentence, (thrown.Fault as Fault.BadData)?.Sample ?? ""]);
            var report = await bench.TestAsync();
            said.AddRange([report.Problem?.ToString() ?? "", .. report.Areas.Select(a => a.ToString())]);
        }

        var secrets = bench.Secrets.Concat(bench.Signatures.Keys).Distinct().ToList();
        said.AddRange(bench.Logged);
        bench.Logged.ShouldNotBeEmpty();
        secrets.Where(s => said.Any(l => l.Contains(s, StringComparison.OrdinalIgnoreCase))).ShouldBeEmpty();
        bench.Seen.Select(s => Uri.UnescapeDataString(s.Uri.ToString())).Where(u => secrets.Any(u.Contains)).ShouldBeEmpty();
        bench.Session().Settings.ToString().ShouldNotContain(secrets[0]);
    }

    [Theory, MemberData(nameof(Connectors))]
    public async Task Reads_that_go_on_at_once_stay_within_the_published_limits(string provider)
    {
        await using var bench = await ConnectorBench.StartAsync(vendors, provider);
        await bench.ControlAsync("faults", new { kind = "capPage", rows = 4 });
        var limits = bench.Connector.Limits;
        limits.ShouldNotBeEmpty();
        var counting = new Counting(vendors, limits, VendorHttp.CreateHandler(allowPrivateNetworks: true, TimeProvider.System));
        var sessions = new Sessions(new ConnectorRegistry([bench.Connector]), new Budgets(vendors.Clock), counting, new SyncOptions { MaxBudgetWait = TimeSpan.FromHours(2) }, vendors.Clock, NullLoggerFactory.Instance, allowPrivateNetworks: true);
        var integration = new IntegrationState
        {
            TenantId = 1, Id = 1, Provider = provider, Name = "x", Status = IntegrationStatus.Active, Settings = bench.Settings, Scope = bench.Scope,
        };
        var reads = Task.WhenAll(bench.Connector.Streams.Where(s => s.Read is not null).Select(async stream =>
        {
            await foreach (var page in stream.Read!(sessions.ForPartition(integration, WorkPriority.Backfill, stream.PerPartition ? bench.Client! : ""), new ReadRequest(PassKind.Full, Cursor.Start, null), ConnectorBench.Stop))
            {
                page.Bad.ShouldBeEmpty();
            }
        }));

        // Time leaps when nobody has sent anything for some looks, so that what was let go at one moment is hardly ever seen at a later one.
        for (var (before, still) = (-1, 0); await Task.WhenAny(reads, Task.Delay(TimeSpan.FromMilliseconds(1), ConnectorBench.Stop)) != reads;)
        {
            var (now, isIdle) = counting.State;
            (before, still) = (now, isIdle && now == before ? still + 1 : 0);
            vendors.Clock.Advance(TimeSpan.FromMilliseconds(still >= 3 ? 500 : 1));
        }

        await reads;
        counting.Refused.ShouldBe(0, "the simulator keeps the vendor's limits, too");
        counting.Peak.ShouldBeGreaterThanOrEqualTo(2);
        foreach (var (limit, n) in limits.Select((limit, n) => (limit, n)))
        {
            foreach (var part in counting.Sent.GroupBy(s => s.Parts[n]).Where(p => p.Key is not null))
            {
                counting.Peaks[(n, part.Key!)].ShouldBeLessThanOrEqualTo(limit.Concurrency, $"{n} {part.Key}");
                part.Select(s => s.At).ShouldKeep(limit.Window, limit.Permits);
            }
        }
    }

    private static string Body(string type, string[] secrets)
    {
        var echo = string.Join(' ', secrets);
        return type == "text/html" ? $"<html>{echo}</html>" : $$"""{"error":"{{echo}}","message":"{{echo}}","errors":["{{echo}}"],"code":"{{secrets[0]}}"}""";
    }

    private static async Task<HttpResponseMessage?> AnswerAsync(string trouble, CancellationToken ct)
    {
        switch (trouble)
        {
            case "no answer": throw new HttpRequestException(HttpRequestError.ConnectionError, "refused");
            case "no host": throw new HttpRequestException(HttpRequestError.NameResolutionError, "no such host");
            case "reset": throw new HttpIOException(HttpRequestError.ResponseEnded, "ended");
            case "silent": await Task.Delay(Timeout.Infinite, ct); break;
            case "huge": return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new Endless()) };
            case "429":
                var pause = ConnectorBench.Answer(429, "");
                pause.Headers.TryAddWithoutValidation("Retry-After", "7");
                return pause;
            default: break;
        }

        return trouble switch
        {
            "html" => ConnectorBench.Answer(200, "<html>Sign in</html>", "text/html"),
            "503 html" => ConnectorBench.Answer(503, "<html>down</html>", "text/html"),
            "cut" => ConnectorBench.Answer(200, """{"items":[{"id":1"""),
            "empty" => ConnectorBench.Answer(200, ""),
            _ => ConnectorBench.Answer(int.Parse(trouble, System.Globalization.CultureInfo.InvariantCulture), "{}"),
        };
    }

    /// <param name="limits">Each counts its own parts, told by the very request that is sent.</param>
    private sealed class Counting(AllSimulators vendors, IReadOnlyList<RateLimit> limits, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        private readonly Lock gate = new();
        private readonly List<Sending> sent = [];
        private readonly Dictionary<(int Limit, string Part), int> running = [];
        private readonly TaskCompletionSource together = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int all;

        public (int Sent, bool IsIdle) State
        {
            get
            {
                lock (gate)
                {
                    return (sent.Count, all == 0);
                }
            }
        }

        public int Peak { get; private set; }

        public Dictionary<(int Limit, string Part), int> Peaks { get; } = [];

        public int Refused { get; private set; }

        public IReadOnlyList<Sending> Sent => sent;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            List<string?> parts = [.. limits.Select(l => l.Part is { } part ? part(request) : "")];
            lock (gate)
            {
                Peak = Math.Max(Peak, ++all);
                foreach (var key in Keys(parts))
                {
                    running[key] = running.GetValueOrDefault(key) + 1;
                    Peaks[key] = Math.Max(Peaks.GetValueOrDefault(key), running[key]);
                }

                sent.Add(new Sending(parts, vendors.Clock.GetUtcNow()));
                if (all > 1)
                {
                    together.TrySetResult();
                }
            }

            // Who comes alone, and is no sign-in that the others wait for, has company in a moment.
            await Task.WhenAny(together.Task, Task.Delay(TimeSpan.FromSeconds(1), cancellationToken));
            try
            {
                var answer = await base.SendAsync(request, cancellationToken);
                if (answer.StatusCode == HttpStatusCode.TooManyRequests)
                {
                    lock (gate)
                    {
                        Refused++;
                    }
                }

                return answer;
            }
            finally
            {
                lock (gate)
                {
                    all--;
                    foreach (var key in Keys(parts))
                    {
                        running[key]--;
                    }
                }
            }
        }

        private static IEnumerable<(int Limit, string Part)> Keys(List<string?> parts) => parts.Select((part, n) => (n, part!)).Where(key => key.Item2 is not null);
    }

    /// <param name="Parts">By limit; null where it is not about this request.</param>
    private sealed record Sending(IReadOnlyList<string?> Parts, DateTimeOffset At);

    /// <summary>More than fits, and no end.</summary>
    private sealed class Endless : MemoryStream
    {
        public override int Read(Span<byte> buffer) => buffer.Length;

        public override int Read(byte[] buffer, int offset, int count) => count;

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(buffer.Length);
    }
}
