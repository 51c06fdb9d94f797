using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Core.Model;
using MSPortal.Storage.Model;
using MSPortal.Tests.Web.Tickets;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Hosting;

public sealed class GaugeTests
{
    [Fact]
    public async Task Metrics_say_how_old_data_is_how_old_it_may_be_and_whether_it_is_late()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var portal = await RunningPortal.SetUpAsync(clock: clock);
        var now = clock.GetUtcNow();
        await new TicketSeed(portal.Data, 1, now).IntegrationAsync(tickets: s => (s.LastCompleteAt, s.Interval) = (now.AddHours(-1), TimeSpan.FromMinutes(20)));

        var text = await ReadAsync(portal, clock, t => Find(t, "msportal_sync_late") > 0);

        Find(text, "msportal_sync_late").ShouldBe(1, text);
        Find(text, "msportal_sync_schedule").ShouldBe(2400);
        Find(text, "msportal_sync_freshness").ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(3600);
    }

    [Fact]
    public async Task A_client_that_should_have_been_read_by_now_and_never_was_is_not_hidden_by_one_that_was()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var portal = await RunningPortal.SetUpAsync(clock: clock);
        var now = clock.GetUtcNow();
        var id = await new TicketSeed(portal.Data, 1, now).IntegrationAsync();
        await using (var db = portal.Data.Open(1))
        {
            StreamRow Row(DataType type, string client, DateTimeOffset? readAt, DateTimeOffset dueAt) => new()
            {
                TenantId = 1, IntegrationId = id, DataType = type, Partition = client, Enabled = true, Interval = TimeSpan.FromHours(6), ReconcileInterval = TimeSpan.FromDays(1), LastCompleteAt = readAt, DueAt = dueAt,
            };
            db.Partitions.AddRange(new[] { "read", "waits" }.Select(c => new PartitionRow { TenantId = 1, IntegrationId = id, Partition = c, Name = c, StatusSince = now, ConnectedAt = now, ConnectedBy = "ada" }));
            db.Streams.AddRange(
                Row(DataType.Licenses, "read", now, now.AddHours(6)), Row(DataType.Licenses, "waits", null, now.AddDays(-2)),
                Row(DataType.Domains, "read", now, now.AddHours(6)), Row(DataType.Domains, "waits", null, now));
            await db.SaveChangesAsync();
        }

        var text = await ReadAsync(portal, clock, t => Find(t, "msportal_sync_late", "domains") is not null);

        Find(text, "msportal_sync_late", "licenses").ShouldBe(3, text);
        Find(text, "msportal_sync_freshness", "licenses").ShouldBeNull("it has no age");
        Find(text, "msportal_sync_late", "domains").ShouldBe(0, "the other one is only new");
    }

    /// <summary>The portal may have looked while the seed was half sown; it looks again, in its own time on a busy machine.</summary>
    private static async Task<string> ReadAsync(RunningPortal portal, FakeTimeProvider clock, Func<string, bool> isWhole)
    {
        var text = "";
        for (var i = 0; i < 240 && !isWhole(text); i++)
        {
            clock.Advance(i % 4 == 0 ? TimeSpan.FromSeconds(30) : TimeSpan.Zero);
            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System);
            using var answer = await portal.GetAsync("/metrics");
            text = await answer.Content.ReadAsStringAsync();
        }

        return text;
    }

    /// <summary>Null when the gauge has no such line.</summary>
    private static double? Find(string text, string gauge, string type = "tickets")
    {
        var line = text.Split('\n').FirstOrDefault(l => l.StartsWith(gauge, StringComparison.Ordinal) && l.Contains($"data_type=\"{type}\"", StringComparison.Ordinal));
        return line is null ? null : double.Parse(line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
