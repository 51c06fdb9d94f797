using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using MSPortal.Core.Contracts;
using MSPortal.Web.Features.Api;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Cloud;

/// <summary>A filter as people and programs write it: the page's address, the API's query and the command line's options are read by the same words.</summary>
public sealed record CloudUserParameters
{
    internal static readonly (string Word, CloudUserKind Value)[] Kinds = [("enabled", CloudUserKind.Enabled), ("disabled", CloudUserKind.Disabled), ("guest", CloudUserKind.Guest)];

    internal static readonly (string Word, CloudLicensing Value)[] Licensings = [("with", CloudLicensing.With), ("without", CloudLicensing.Without), ("problems", CloudLicensing.Problems)];

    [FromQuery(Name = "q"), Description("Part of a name or an address; with an @ also of further addresses.")]
    public string? Search { get; init; }

    [FromQuery(Name = "status"), Description("enabled, disabled or guest.")]
    public string? Status { get; init; }

    [FromQuery(Name = "licenses"), Description("with, without or problems: only people who have a licence, none, or one that does not work.")]
    public string? Licenses { get; init; }

    [FromQuery(Name = "product"), Description("Only people who have this product, by its id or the vendor's short name; may be repeated.")]
    public string[]? Product { get; init; }

    [FromQuery(Name = "connection"), Description("Only one of the company's connections: integration id, colon, the vendor's id of the client.")]
    public string? Connection { get; init; }

    /// <summary>Whether anything narrows the list.</summary>
    internal bool Narrows => Pairs().Any(p => p.Key != "connection");

    /// <summary>Reads the words; what cannot be understood is named in <paramref name="errors"/> by parameter and left out.</summary>
    internal CloudUserFilter Read(out IReadOnlyList<FieldError> errors)
    {
        List<FieldError> wrong = [];
        errors = wrong;
        return new CloudUserFilter(
            string.IsNullOrWhiteSpace(Search) ? null : Search.Trim(),
            ApiWord.Read("status", Status, wrong, Kinds),
            ApiWord.Read("licenses", Licenses, wrong, Licensings),
            [.. (Product ?? []).Where(p => !string.IsNullOrWhiteSpace(p)).Distinct()],
            string.IsNullOrWhiteSpace(Connection) ? null : Connection);
    }

    /// <summary>Reads a page's address.</summary>
    internal static CloudUserParameters Of(Func<string, IReadOnlyList<string>> values)
    {
        return new() { Search = One("q"), Status = One("status"), Licenses = One("licenses"), Product = [.. values("product")], Connection = One("connection") };

        string? One(string name) => values(name) is [.., var last] ? last : null;
    }

    /// <summary>The same as name and value for an address, without what is not set.</summary>
    internal IEnumerable<KeyValuePair<string, string?>> Pairs() =>
        new[] { KeyValuePair.Create("q", Search), KeyValuePair.Create("status", Status), KeyValuePair.Create("licenses", Licenses) }
            .Concat((Product ?? []).Distinct().Select(p => KeyValuePair.Create("product", (string?)p))).Append(KeyValuePair.Create("connection", Connection))
            .Where(p => !string.IsNullOrWhiteSpace(p.Value));
}

/// <summary>What people are ordered by, in the words of addresses.</summary>
internal sealed record CloudUserSort(string Word, bool Descending)
{
    private static readonly (string Word, string Property)[] Columns =
        [("name", nameof(CloudUserLine.Name)), ("address", nameof(CloudUserLine.Address)), ("status", nameof(CloudUserLine.IsEnabled)), ("licenses", nameof(CloudUserLine.LicenseCount))];

    public static CloudUserSort ByName { get; } = new("name", Descending: false);

    public static string Words { get; } = string.Join(", ", Columns.Select(c => c.Word));

    public string Property => Array.Find(Columns, c => c.Word == Word).Property;

    public RecordQuery Query(int skip, int take) => new(skip, take, Property, Descending);

    public override string ToString() => (Descending ? "-" : "") + Word;

    /// <summary>Null when there is no such column.</summary>
    public static CloudUserSort? Parse(string text) =>
        Array.Find(Columns, c => c.Word.Equals(text.TrimStart('-'), StringComparison.OrdinalIgnoreCase)) is { Word: { } word } ? new(word, text.StartsWith('-')) : null;

    public static CloudUserSort? OfProperty(string? property, bool descending) => Array.Find(Columns, c => c.Property == property) is { Word: { } word } ? new(word, descending) : null;
}
