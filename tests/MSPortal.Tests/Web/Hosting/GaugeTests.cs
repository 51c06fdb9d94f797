using System.Globalization;
using Microsoft.Extensions.Time.Testing;
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

        var text = "";
        // The portal may have looked while the seed was half sown; it looks again, in its own time on a busy machine.
        for (var i = 0; i < 240 && Find(text, "msportal_sync_late") is not > 0; i++)
        {
            clock.Advance(i % 4 == 0 ? TimeSpan.FromSeconds(30) : TimeSpan.Zero);
            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System);
            using var answer = await portal.GetAsync("/metrics");
            text = await answer.Content.ReadAsStringAsync();
        }

        Find(text, "msportal_sync_late").ShouldBe(1, text);
        Find(text, "msportal_sync_schedule").ShouldBe(2400);
        Find(text, "msportal_sync_freshness").ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(3600);
    }

    /// <summary>Of the tickets; null when the gauge has no such line.</summary>
    private static double? Find(string text, string gauge)
    {
        var line = text.Split('\n').FirstOrDefault(l => l.StartsWith(gauge, StringComparison.Ordinal) && l.Contains("data_type=\"tickets\"", StringComparison.Ordinal));
        return line is null ? null : double.Parse(line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
