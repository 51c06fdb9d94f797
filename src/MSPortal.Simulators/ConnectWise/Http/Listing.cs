using System.Globalization;
using System.Text.Json;
using MSPortal.Simulators.ConnectWise.Model;
using MSPortal.Simulators.ConnectWise.Query;

namespace MSPortal.Simulators.ConnectWise.Http;

/// <summary>Rows to choose from, in the order of their ids, and what they look like.</summary>
internal sealed record Source(IReadOnlyList<Node> Rows, Shape Shape, Kind? Kind = null, Func<Node, bool>? Visible = null);

/// <summary>Lists and counts: filtering, both ways of paging, and the Link headers of each.</summary>
internal sealed class Listing(Behaviour behaviour)
{
    public static Answer Count(ApiRequest request, Source source)
    {
        var filter = Filter(source, name => request.Query[name]);
        return Answer.Json(new { count = filter is null ? source.Rows.Count : source.Rows.Count(filter) });
    }

    /// <param name="body">Of a search: the conditions that were too long for the URL.</param>
    public Answer List(ApiRequest request, Source source, JsonElement? body = null)
    {
        string? Given(string name) => body is null ? request.Query[name] : body.Value.TryGetProperty(name, out var value) ? value.GetString() : null;
        var filter = Filter(source, Given);
        return request.IsForwardOnly ? Forward(request, source, filter, Given("orderBy")) : Numbered(request, source, filter, Given("orderBy"));
    }

    private static Func<Node, bool>? Filter(Source source, Func<string, string?> given)
    {
        Func<Node, bool>?[] all =
        [
            source.Visible,
            Conditions.Parse(given("conditions"), source.Shape),
            Conditions.ParseChild(given("childConditions"), source.Shape),
            Conditions.ParseCustom(given("customFieldConditions")),
        ];
        Func<Node, bool>[] tests = [.. all.OfType<Func<Node, bool>>()];
        return tests switch
        {
            [] => null,
            [var one] => one,
            _ => row => Array.TrueForAll(tests, test => test(row)),
        };
    }

    private Answer Forward(ApiRequest request, Source source, Func<Node, bool>? filter, string? orderBy)
    {
        if (!string.IsNullOrEmpty(orderBy))
        {
            throw VendorException.Invalid("orderBy", "InvalidOrder", "orderBy is not allowed with forward-only pagination", "orderBy");
        }

        var (size, after) = (request.PageSize, request.Number("pageId", 0, 0));
        var page = new List<Node>(Math.Min(size, source.Rows.Count));
        for (var i = First(source.Rows, after); i < source.Rows.Count && page.Count < size; i++)
        {
            if (filter is null || filter(source.Rows[i]))
            {
                page.Add(source.Rows[i]);
            }
        }

        var answer = Page(request, source, page);
        var isEnd = page.Count == 0 || (behaviour.ForwardOnlyEnd == "empty" && page.Count < size);
        answer.Headers["Link"] = isEnd ? "" : Link(request, "pageId", page[^1].Id, "next");
        return answer;
    }

    private static Answer Numbered(ApiRequest request, Source source, Func<Node, bool>? filter, string? orderBy)
    {
        var (size, page) = (request.PageSize, request.Number("page", 1));
        var matching = filter is null && string.IsNullOrWhiteSpace(orderBy)
            ? source.Rows
            : [.. Ordering.Apply(filter is null ? source.Rows : source.Rows.Where(filter), orderBy, source.Shape)];
        var last = Math.Max(1, (matching.Count + size - 1) / size);
        var from = (int)Math.Min(matching.Count, (long)(page - 1) * size);
        var answer = Page(request, source, [.. matching.Skip(from).Take(size)]);
        if (last > 1)
        {
            var links = new List<string>();
            if (page < last)
            {
                links.Add(Link(request, "page", page + 1, "next"));
                links.Add(Link(request, "page", last, "last"));
            }

            if (page > 1)
            {
                links.Add(Link(request, "page", 1, "first"));
                links.Add(Link(request, "page", Math.Min(page - 1, last), "prev"));
            }

            answer.Headers["Link"] = string.Join(", ", links);
        }

        return answer;
    }

    private static Answer Page(ApiRequest request, Source source, IReadOnlyList<Node> rows) =>
        new() { Rows = rows, Fields = request.Fields, Kind = source.Kind };

    /// <summary>The page stands last in the address, because clients look for it there.</summary>
    private static string Link(ApiRequest request, string name, int value, string relation)
    {
        var kept = request.RawQuery.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Where(p => !p.StartsWith("page=", StringComparison.OrdinalIgnoreCase) && !p.StartsWith("pageId=", StringComparison.OrdinalIgnoreCase));
        var query = string.Join('&', kept.Append(name + "=" + value.ToString(CultureInfo.InvariantCulture)));
        return $"<{request.Host}{request.Path}?{query}>; rel=\"{relation}\"";
    }

    /// <summary>By halves, since all rows come in the order of their ids.</summary>
    public static Node? Find(IReadOnlyList<Node> rows, int id) =>
        First(rows, id - 1) is var at && at < rows.Count && rows[at].Id == id ? rows[at] : null;

    private static int First(IReadOnlyList<Node> rows, int after)
    {
        var (low, high) = (0, rows.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (rows[middle].Id <= after)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
