using System.Globalization;
using MSPortal.Simulators.Common;
using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Query;

/// <summary>The vendor's condition language, as far as it is used in practice.</summary>
internal sealed class Conditions
{
    private static readonly string[] Words = ["contains", "like", "in", "not"];

    private readonly List<Token> tokens;
    private readonly Func<string, FieldPath> resolve;
    private int at;

    private Conditions(string text, Func<string, FieldPath> resolve)
    {
        tokens = ConditionTokens.Read(text);
        this.resolve = resolve;
    }

    private Token Current => tokens[at];

    /// <exception cref="VendorException">The condition cannot be read.</exception>
    public static Func<Node, bool>? Parse(string? text, Shape shape)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var test = new Conditions(text, name => FieldPath.Resolve(name, shape)).Whole();
        return row => test(row) is true;
    }

    /// <summary><c>childConditions</c>: one element of the list has to meet all of it.</summary>
    public static Func<Node, bool>? ParseChild(string? text, Shape shape)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        string? list = null;
        var test = new Conditions(text, name => FieldPath.Resolve(Inside(name, shape, ref list), Rows(shape, list).Nested!)).Whole();
        return row => row[Rows(shape, list).Name] is object?[] items && items.OfType<Node>().Any(item => test(item) is true);
    }

    /// <summary><c>customFieldConditions=caption="x" and value!=null</c>.</summary>
    public static Func<Node, bool>? ParseCustom(string? text)
    {
        var test = Parse(text, Shapes.CustomField);
        return test is null ? null : row => row["customFields"] is object?[] items && items.OfType<Node>().Any(test);
    }

    private static string Inside(string name, Shape shape, ref string? list)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? name : name[..slash];
        list ??= first;
        return slash > 0 && string.Equals(list, first, StringComparison.OrdinalIgnoreCase) && Rows(shape, first).Nested is not null
            ? name[(slash + 1)..]
            : throw VendorException.Invalid("childConditions", "InvalidField", $"{name} is not a field of one list", name);
    }

    private static Field Rows(Shape shape, string? list) =>
        shape.Find(list ?? "", StringComparison.OrdinalIgnoreCase) is { Type: FieldType.Rows } field
            ? field
            : throw VendorException.Invalid("childConditions", "InvalidField", $"{list} is not a list", list ?? "");

    private Test Whole()
    {
        var test = Or();
        return Current.Kind is TokenKind.End ? test : throw ConditionTokens.Error($"Unexpected {Current.Text}", Current.At);
    }

    private Test Or()
    {
        var left = And();
        while (TakeWord("or"))
        {
            var (one, other) = (left, And());
            left = row => one(row) is true || other(row) is true ? true : one(row) is null || other(row) is null ? null : false;
        }

        return left;
    }

    private Test And()
    {
        var left = Single();
        while (TakeWord("and"))
        {
            var (one, other) = (left, Single());
            left = row => one(row) switch
            {
                false => false,
                true => other(row),
                _ => other(row) is false ? false : null,
            };
        }

        return left;
    }

    private Test Single()
    {
        if (TakeWord("not"))
        {
            var inner = Single();
            return row => !inner(row);
        }

        if (Current.Kind is not TokenKind.Open)
        {
            return Comparison();
        }

        at++;
        var test = Or();
        Take(TokenKind.Close);
        return test;
    }

    private Test Comparison()
    {
        var name = Take(TokenKind.Word);
        var field = resolve(name.Text);
        if (Current.Kind is TokenKind.Operator)
        {
            var op = Take(TokenKind.Operator).Text;
            return Comparisons.Compare(field, op is "<>" ? "!=" : op, Value(field));
        }

        var word = Words.FirstOrDefault(IsWord) ?? throw ConditionTokens.Error($"An operator was expected before {Current.Text}", Current.At);
        at++;
        if (word != "not")
        {
            return ByWord(field, word);
        }

        var negated = Words.FirstOrDefault(w => w != "not" && IsWord(w)) ?? throw ConditionTokens.Error("in, like or contains was expected after not", Current.At);
        at++;
        var test = ByWord(field, negated);
        return row => !test(row);
    }

    private Test ByWord(FieldPath field, string word) => word switch
    {
        "in" => Comparisons.In(field, List(field)),
        "like" => Comparisons.Like(field, Text()),
        _ => Comparisons.Contains(field, Text()),
    };

    private List<Literal> List(FieldPath field)
    {
        var values = new List<Literal>();
        Take(TokenKind.Open);
        do
        {
            values.Add(Value(field));
        }
        while (TakeComma());
        Take(TokenKind.Close);
        return values;
    }

    private string Text() => Take(TokenKind.Text).Text;

    private Literal Value(FieldPath field)
    {
        var token = Current;
        at++;
        object? value = token.Kind switch
        {
            TokenKind.Text or TokenKind.Number or TokenKind.Date => token.Value,
            TokenKind.Word when IsSame(token, "null") => null,
            TokenKind.Word when IsSame(token, "true") => true,
            TokenKind.Word when IsSame(token, "false") => false,
            _ => throw ConditionTokens.Error($"A value was expected, not {token.Text}", token.At),
        };
        return Comparisons.Fits(field.Type, value)
            ? new(value)
            : throw ConditionTokens.Error(string.Create(CultureInfo.InvariantCulture, $"{token.Text} does not fit a field of type {field.Type}"), token.At);
    }

    private bool IsWord(string word) => IsSame(Current, word);

    private static bool IsSame(Token token, string word) => token.Kind is TokenKind.Word && string.Equals(token.Text, word, StringComparison.OrdinalIgnoreCase);

    private bool TakeWord(string word)
    {
        var found = IsWord(word);
        at += found ? 1 : 0;
        return found;
    }

    private bool TakeComma()
    {
        var found = Current.Kind is TokenKind.Comma;
        at += found ? 1 : 0;
        return found;
    }

    private Token Take(TokenKind kind) =>
        Current.Kind == kind ? tokens[at++] : throw ConditionTokens.Error($"{kind} was expected, not {Current.Text}", Current.At);
}
