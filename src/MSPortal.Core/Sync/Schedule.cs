using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MSPortal.Core.Model;

namespace MSPortal.Core.Sync;

/// <summary>When a stream is due again: spread so that integrations do not start together, daily work at the tenant's night.</summary>
public static class Schedule
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Night = TimeSpan.FromHours(6);

    /// <summary>Work that ran late by less than this still keeps the next night.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromHours(18);

    /// <summary>The next time after a pass that began at <paramref name="from"/>: short intervals ±10 %, from a day on in the night (00:00–06:00) of the zone.</summary>
    /// <param name="purpose">Keeps a stream's incremental and complete reads apart.</param>
    /// <param name="zone">IANA; an unknown one counts as UTC.</param>
    public static DateTimeOffset Next(StreamKey key, string purpose, DateTimeOffset from, TimeSpan interval, string zone)
    {
        var share = Share(key, purpose);
        return interval < Day
            ? from + (interval * (0.9 + (0.2 * share)))
            : NextNight(from + interval - Slack, Night * share, Zone(zone));
    }

    /// <summary>The next time that is also a while ahead of <paramref name="now"/>, so that a stream that takes longer than its interval leaves room for others.</summary>
    internal static DateTimeOffset Next(StreamKey key, string purpose, DateTimeOffset from, DateTimeOffset now, TimeSpan interval, string zone)
    {
        var next = Next(key, purpose, from, interval, zone);
        var soonest = now + (interval / 4);
        return interval < Day && next < soonest ? soonest : next;
    }

    private static DateTimeOffset NextNight(DateTimeOffset earliest, TimeSpan slot, TimeZoneInfo zone)
    {
        var date = TimeZoneInfo.ConvertTime(earliest, zone).Date;
        for (var day = 0; ; day++)
        {
            var local = date.AddDays(day) + slot;
            // In spring an hour of the night is missing.
            local = zone.IsInvalidTime(local) ? local.AddHours(1) : local;
            var at = new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
            if (at >= earliest)
            {
                return at;
            }
        }
    }

    /// <summary>0 to 1, always the same for the same stream and purpose.</summary>
    private static double Share(StreamKey key, string purpose)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{key.IntegrationId}\n{key.DataType.Slug()}\n{key.Partition}\n{purpose}");
        return BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name))) / (double)uint.MaxValue;
    }

    private static TimeZoneInfo Zone(string id) => TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : TimeZoneInfo.Utc;
}
