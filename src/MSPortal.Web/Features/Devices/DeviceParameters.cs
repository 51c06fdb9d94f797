using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using MSPortal.Core.Contracts;
using MSPortal.Core.Devices;
using MSPortal.Web.Features.Api;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Devices;

/// <summary>A filter as people and programs write it: the page's address, the API's query and the command line's options are read by the same words.</summary>
public sealed record DeviceParameters
{
    [FromQuery(Name = "q"), Description("Part of name, serial number, last user, IP address, operating system or model.")]
    public string? Search { get; init; }

    [FromQuery(Name = "company"), Description("Id of a company; may be repeated.")]
    public string[]? Company { get; init; }

    [FromQuery(Name = "type"), Description("workstation, laptop, server, virtual_host, network, firewall, printer, mobile, storage, power or other; may be repeated.")]
    public string[]? Type { get; init; }

    [FromQuery(Name = "integration"), Description("Id of an integration that knows it; may be repeated.")]
    public string[]? Integration { get; init; }

    [FromQuery(Name = "online"), Description("yes, no or unknown.")]
    public string? Online { get; init; }

    [FromQuery(Name = "alerts"), Description("yes: only devices that something is wrong with.")]
    public string? Alerts { get; init; }

    [FromQuery(Name = "sources"), Description("several: only devices that several tools know; one: only those that just one knows.")]
    public string? Sources { get; init; }

    /// <summary>Whether anything narrows the list.</summary>
    internal bool Narrows => Pairs().Any();

    /// <summary>Reads the words; what cannot be understood is named in <paramref name="errors"/> by parameter and left out.</summary>
    internal DeviceFilter Read(out IReadOnlyList<FieldError> errors)
    {
        List<FieldError> wrong = [];
        errors = wrong;
        return new DeviceFilter(
            string.IsNullOrWhiteSpace(Search) ? null : Search.Trim(),
            Several("company", Company, "the id of a company", text => Guid.TryParse(text, out var id) ? id : (Guid?)null),
            Known("type", Type),
            Several("integration", Integration, "the id of an integration", text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : (long?)null),
            ApiWord.Read("online", Online, wrong, ("yes", DeviceReach.Online), ("no", DeviceReach.Offline), ("unknown", DeviceReach.Unknown)),
            ApiWord.Read("alerts", Alerts, wrong, ("yes", true)) is true,
            ApiWord.Read("sources", Sources, wrong, ("several", true), ("one", false)));

        List<T> Several<T>(string name, string[]? texts, string allowed, Func<string, T?> read)
            where T : struct
        {
            var values = new List<T>();
            foreach (var text in Filled(texts))
            {
                if (read(text) is { } value)
                {
                    values.Add(value);
                }
                else
                {
                    wrong.Add(new FieldError(name, $"“{text}” is not {allowed}."));
                }
            }

            return values;
        }

        List<string> Known(string name, string[]? texts)
        {
            var slugs = Filled(texts).Select(t => t.ToLowerInvariant()).ToLookup(DeviceTypes.Knows);
            wrong.AddRange(slugs[false].Select(t => new FieldError(name, $"“{t}” is no type of device.")));
            return [.. slugs[true]];
        }
    }

    /// <summary>Reads a page's address.</summary>
    public static DeviceParameters Of(Func<string, IReadOnlyList<string>> values)
    {
        return new()
        {
            Search = One("q"),
            Company = [.. values("company")],
            Type = [.. values("type")],
            Integration = [.. values("integration")],
            Online = One("online"),
            Alerts = One("alerts"),
            Sources = One("sources"),
        };

        string? One(string name) => values(name) is [.., var last] ? last : null;
    }

    /// <summary>The same as name and value for an address, without what is not set.</summary>
    public IEnumerable<KeyValuePair<string, string>> Pairs() =>
    [
        .. One("q", Search), .. Many("company", Company), .. Many("type", Type), .. Many("integration", Integration), .. One("online", Online), .. One("alerts", Alerts), .. One("sources", Sources),
    ];

    private static string[] Filled(string[]? texts) => texts is null ? [] : [.. texts.Where(t => !string.IsNullOrWhiteSpace(t)).Distinct()];

    private static KeyValuePair<string, string>[] One(string name, string? value) => string.IsNullOrWhiteSpace(value) ? [] : [new(name, value)];

    private static IEnumerable<KeyValuePair<string, string>> Many(string name, string[]? values) => Filled(values).Select(value => KeyValuePair.Create(name, value));
}

/// <summary>What devices are ordered by, in the words of addresses.</summary>
internal sealed record DeviceSort(string Word, bool Descending)
{
    private static readonly (string Word, string Property)[] Columns =
    [
        ("name", nameof(DeviceLine.Name)), ("company", nameof(DeviceLine.Company)), ("type", nameof(DeviceLine.TypeLabel)), ("online", nameof(DeviceLine.Reach)), ("seen", nameof(DeviceLine.LastSeenAt)),
        ("os", nameof(DeviceLine.OsName)), ("serial", nameof(DeviceLine.SerialNumber)), ("user", nameof(DeviceLine.LastUser)), ("alerts", nameof(DeviceLine.Alerts)), ("warranty", nameof(DeviceLine.WarrantyExpiresAt)),
    ];

    public static DeviceSort ByName { get; } = new("name", Descending: false);

    public static string Words { get; } = string.Join(", ", Columns.Select(c => c.Word));

    public string Property => Array.Find(Columns, c => c.Word == Word).Property;

    public RecordQuery Query(int skip, int take) => new(skip, take, Property, Descending);

    /// <summary>“-seen”: by that column, the largest first.</summary>
    public override string ToString() => (Descending ? "-" : "") + Word;

    /// <summary>Null when there is no such column.</summary>
    public static DeviceSort? Parse(string text) =>
        Array.Find(Columns, c => c.Word.Equals(text.TrimStart('-'), StringComparison.OrdinalIgnoreCase)) is { Word: { } word } ? new DeviceSort(word, text.StartsWith('-')) : null;

    public static DeviceSort? OfProperty(string? property, bool descending) => Array.Find(Columns, c => c.Property == property) is { Word: { } word } ? new DeviceSort(word, descending) : null;
}

/// <summary>Which list one came from, so that Back leads there.</summary>
internal sealed class DeviceListPlace
{
    public string Address { get; set; } = "/devices";
}
