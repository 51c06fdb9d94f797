using System.Globalization;
using System.Text.RegularExpressions;
using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Query;

/// <param name="Value">string, decimal, bool, DateTimeOffset or null.</param>
internal sealed record Literal(object? Value);

/// <summary>Comparing as the vendor's database does: without case, and never true against a missing value except with null.</summary>
internal static class Comparisons
{
    private const string Format = "yyyy-MM-ddTHH:mm:ssZ";

    public static bool Fits(FieldType type, object? value) => value is null || type switch
    {
        FieldType.Whole or FieldType.Number => value is decimal,
        FieldType.Flag => value is bool,
        FieldType.Date => value is DateTimeOffset,
        FieldType.Text => value is string or DateTimeOffset,
        FieldType.Any => true,
        _ => false,
    };

    public static Test Compare(FieldPath field, string op, Literal literal)
    {
        if (literal.Value is null)
        {
            return op switch
            {
                "=" => row => field.Value(row) is null,
                "!=" => row => field.Value(row) is not null,
                _ => throw VendorException.Invalid("conditions", "InvalidCondition", $"null cannot be compared by {op}", "conditions"),
            };
        }

        var order = Order(literal.Value);
        Func<int, bool> holds = op switch
        {
            "=" => n => n == 0,
            "!=" => n => n != 0,
            "<" => n => n < 0,
            "<=" => n => n <= 0,
            ">" => n => n > 0,
            _ => n => n >= 0,
        };
        return row => order(field.Value(row)) is { } n ? holds(n) : null;
    }

    public static Test In(FieldPath field, IReadOnlyList<Literal> literals)
    {
        if (literals.All(l => l.Value is decimal))
        {
            var numbers = literals.Select(l => (decimal)l.Value!).ToHashSet();
            return row => field.Value(row) switch { long n => numbers.Contains(n), decimal n => numbers.Contains(n), _ => null };
        }

        var orders = literals.Where(l => l.Value is not null).Select(l => Order(l.Value!)).ToList();
        return row => field.Value(row) is { } value ? orders.Any(order => order(value) == 0) : null;
    }

    public static Test Contains(FieldPath field, string text) => row => field.Value(row) switch
    {
        string value => value.Contains(text, StringComparison.OrdinalIgnoreCase),
        object?[] list => list.Any(item => item is string value && string.Equals(value, text, StringComparison.OrdinalIgnoreCase)),
        _ => null,
    };

    /// <summary><c>*</c> stands for anything, <c>[[]</c> for a bracket.</summary>
    public static Test Like(FieldPath field, string pattern)
    {
        var escaped = Regex.Escape(pattern.Replace("[[]", "[", StringComparison.Ordinal));
        var regex = new Regex(
            "^" + escaped.Replace("\\*", ".*", StringComparison.Ordinal).Replace("%", ".*", StringComparison.Ordinal) + "$",
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking,
            TimeSpan.FromSeconds(1));
        return row => field.Value(row) is string value ? regex.IsMatch(value) : null;
    }

    private static Func<object?, int?> Order(object literal) => literal switch
    {
        decimal number => value => value switch { long n => ((decimal)n).CompareTo(number), decimal n => n.CompareTo(number), _ => null },
        bool flag => value => value is bool b ? b.CompareTo(flag) : null,
        DateTimeOffset date => ByDate(date),
        string text => value => value is string s ? string.Compare(s, text, StringComparison.OrdinalIgnoreCase) : null,
        _ => value => null,
    };

    private static Func<object?, int?> ByDate(DateTimeOffset date)
    {
        var text = date.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);
        var isWhole = date.Ticks % TimeSpan.TicksPerSecond == 0;
        return value => value switch
        {
            string { Length: 20 } s when isWhole => string.CompareOrdinal(s, text),
            string s when DateTimeOffset.TryParse(s, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) => at.CompareTo(date),
            _ => null,
        };
    }
}
