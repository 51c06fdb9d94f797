using System.Globalization;
using System.Text.Json;

namespace MSPortal.Connectors.Autotask;

/// <summary>Writes Autotask's filters. Ids are written as numbers: a long column that is compared with a text matches nothing, silently.</summary>
internal static class AutotaskQuery
{
    /// <summary>The most that Autotask gives.</summary>
    public const int PageSize = 500;

    /// <summary>Autotask takes 500 conditions; some are left for the rest of the filter.</summary>
    public const int LongestList = 400;

    public static string Is(string field, string op, long value) => string.Create(CultureInfo.InvariantCulture, $$"""{"op":"{{op}}","field":"{{field}}","value":{{value}}}""");

    public static string Is(string field, string op, DateTimeOffset value) => $$"""{"op":"{{op}}","field":"{{field}}","value":"{{Time(value)}}"}""";

    public static string Is(string field, string op, string value) => $$"""{"op":"{{op}}","field":"{{field}}","value":{{JsonSerializer.Serialize(value)}}}""";

    public static string Exists(string field, bool exists = true) => $$"""{"op":"{{(exists ? "exist" : "notExist")}}","field":"{{field}}"}""";

    /// <param name="ids">Whole numbers, as text.</param>
    public static string In(string field, IEnumerable<string> ids, string op = "in") => $$"""{"op":"{{op}}","field":"{{field}}","value":[{{string.Join(',', ids)}}]}""";

    public static string Or(params IReadOnlyList<string> filters) => filters.Count == 1 ? filters[0] : $$"""{"op":"or","items":[{{string.Join(',', filters)}}]}""";

    /// <summary>Any of the columns moved since; Autotask has two of them where one would do, and each moves without the other.</summary>
    public static string ChangedSince(IReadOnlyList<string> columns, DateTimeOffset since) => Or([.. columns.Select(c => Is(c, "gte", since))]);

    /// <summary>No column moved since.</summary>
    public static IEnumerable<string> UnchangedSince(IReadOnlyList<string> columns, DateTimeOffset since) =>
        columns.Select(c => Or(Is(c, "lt", since), Exists(c, false)));

    /// <summary>The body of a query; its filters are joined by “and”.</summary>
    public static string Body(IEnumerable<string> filters, IReadOnlyList<string>? fields = null, int most = PageSize) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"MaxRecords":{{most}},{{(fields is null ? "" : $"\"IncludeFields\":{JsonSerializer.Serialize(fields)},")}}"Filter":[{{string.Join(',', filters)}}]}""");

    public static bool IsNumber(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && (text == "0" || (number > 0 && text[0] != '0'));

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
