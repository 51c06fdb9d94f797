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
        // The portal may have looked while the seed was half sown; it looks again.
        for (var i = 0; i < 500 && !(text.Contains("msportal_sync_late", StringComparison.Ordinal) && Value(text, "msportal_sync_late") > 0); i++)
        {
            if (i % 20 == 0)
            {
                clock.Advance(TimeSpan.FromSeconds(30));
            }

            using var answer = await portal.GetAsync("/metrics");
            text = await answer.Content.ReadAsStringAsync();
        }

        Value(text, "msportal_sync_late").ShouldBe(1);
        Value(text, "msportal_sync_schedule").ShouldBe(2400);
        Value(text, "msportal_sync_freshness").ShouldBeGreaterThanOrEqualTo(3600);
    }

    private static double Value(string text, string gauge)
    {
        var line = text.Split('\n').First(l => l.StartsWith(gauge, StringComparison.Ordinal) && l.Contains("data_type=\"tickets\"", StringComparison.Ordinal));
        return double.Parse(line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
