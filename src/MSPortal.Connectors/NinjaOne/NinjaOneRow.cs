using System.Globalization;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.NinjaOne;

/// <summary>What NinjaOne's rows have in common: times as numbers, and fields in which people write what nobody else should see.</summary>
internal static class NinjaOneRow
{
    /// <summary>From here on a number counts milliseconds: as seconds it would be a year far away.</summary>
    private const decimal Milliseconds = 1_000_000_000_000;

    private const decimal Latest = 253_402_300_799;   // The last second that .NET knows.

    private static readonly string[] Withheld = ["userData", "notes", "data", "description"];

    /// <summary>Maps one row; whatever is wrong with it stays with it.</summary>
    /// <param name="id">The row's id; null when it has none.</param>
    public static (T? Record, BadRow? Bad) Read<T>(JsonElement element, Func<JsonRow, string?> id, Func<JsonElement, JsonRow, T> map)
        where T : ExternalRecord =>
        JsonRow.Read(element, "id", id, row => map(element, row), e => RowSample.Of(e, Withheld));

    /// <summary>Seconds since 1970 with a fraction, in some places milliseconds, now and then a text; UTC, and null for zero.</summary>
    public static DateTimeOffset? Time(JsonRow row, string path)
    {
        if (row.Text(path) is not { } text)
        {
            return null;
        }

        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return row.Time(path);
        }

        var seconds = Math.Abs(number) >= Milliseconds ? number / 1000 : number;
        return seconds <= 0 ? null
            : seconds <= Latest ? DateTimeOffset.UnixEpoch.AddTicks((long)(Math.Round(seconds, 3) * TimeSpan.TicksPerSecond))
            : throw new FieldException(path, $"expected a time, found {VendorResponse.Shorten(text, 60)}");
    }
}
