using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Query;

/// <summary><c>orderBy=lastUpdated desc, id</c>; equal rows stay in the order of their ids.</summary>
internal static class Ordering
{
    public static IEnumerable<Node> Apply(IEnumerable<Node> rows, string? orderBy, Shape shape)
    {
        if (string.IsNullOrWhiteSpace(orderBy))
        {
            return rows;
        }

        IOrderedEnumerable<Node>? ordered = null;
        foreach (var part in orderBy.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var words = part.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var field = FieldPath.Resolve(words[0], shape);
            var descending = words switch
            {
                [_] or [_, "asc" or "ASC" or "Asc"] => false,
                [_, "desc" or "DESC" or "Desc"] => true,
                _ => throw VendorException.Invalid("orderBy", "InvalidOrder", $"{part} cannot be ordered by", "orderBy"),
            };
            ordered = (ordered, descending) switch
            {
                (null, false) => rows.OrderBy(field.Value, Values.Instance),
                (null, true) => rows.OrderByDescending(field.Value, Values.Instance),
                (_, false) => ordered.ThenBy(field.Value, Values.Instance),
                _ => ordered.ThenByDescending(field.Value, Values.Instance),
            };
        }

        return ordered ?? rows;
    }

    private sealed class Values : IComparer<object?>
    {
        public static readonly Values Instance = new();

        public int Compare(object? x, object? y) => (x, y) switch
        {
            (null, null) => 0,
            (null, _) => -1,
            (_, null) => 1,
            (string a, string b) => string.Compare(a, b, StringComparison.OrdinalIgnoreCase),
            (bool a, bool b) => a.CompareTo(b),
            (long a, long b) => a.CompareTo(b),
            (long a, decimal b) => ((decimal)a).CompareTo(b),
            (decimal a, long b) => a.CompareTo(b),
            (decimal a, decimal b) => a.CompareTo(b),
            _ => 0,
        };
    }
}
