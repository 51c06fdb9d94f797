using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Core.Model;

namespace MSPortal.Histories.Vendors;

/// <summary>Reads the vendor's own rows and ours side by side: the same fields of both as one line per record, so that sets and contents are compared at once.</summary>
internal sealed record Truth(DataType DataType, string Kind, params (string Vendor, string Ours)[] Fields)
{
    /// <summary>The vendor's columns of which at least one moves with every change that it dates.</summary>
    public IReadOnlyList<string> ChangedBy { get; init; } = [.. Fields.Where(f => f.Ours == "vendorUpdatedAt").Select(f => f.Vendor)];

    /// <summary>As the portal knows it.</summary>
    public string Id(JsonNode row) => At(row, VendorField("externalId"))!.ToString();

    /// <summary>The vendor's name of one of our fields.</summary>
    public string VendorField(string ours) => Fields.Single(f => f.Ours == ours).Vendor;

    /// <summary>The time that the vendor goes by when it is asked for changes; null where it has none.</summary>
    public DateTimeOffset? ChangedAt(JsonNode row) => ChangedBy.Select(column => Time(row, column)).Max();

    public string VendorLine(JsonNode row) => string.Join(" | ", Fields.Select(f => Text(At(row, f.Vendor))));

    public string OurLine(string payload)
    {
        var row = JsonNode.Parse(payload)!;
        return string.Join(" | ", Fields.Select(f => Text(At(row, f.Ours))));
    }

    public static JsonNode? At(JsonNode? row, string path) => path.Split('/').Aggregate(row, (node, name) => (node as JsonObject)?[name]);

    public static DateTimeOffset? Time(JsonNode? row, string path) =>
        At(row, path) is { } value ? DateTimeOffset.Parse(value.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) : null;

    /// <summary>Absent, empty, zero and false are the same nothing; times are compared in UTC.</summary>
    public static string Text(JsonNode? value)
    {
        var text = value switch
        {
            null => "",
            JsonValue v when v.GetValueKind() == JsonValueKind.String => v.GetValue<string>(),
            _ => value.ToJsonString(),
        };
        return text is "0" or "false" || string.IsNullOrWhiteSpace(text) ? ""
            : text.Length >= 19 && text[4] == '-' && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? time.UtcDateTime.ToString("s", CultureInfo.InvariantCulture)
            : text.Trim();
    }
}
