using System.Globalization;
using System.Text;
using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Query;

internal enum TokenKind
{
    Word,
    Text,
    Number,
    Date,
    Operator,
    Open,
    Close,
    Comma,
    End,
}

internal sealed record Token(TokenKind Kind, string Text, int At, object? Value = null);

/// <summary>Cuts a condition into its parts.</summary>
internal static class ConditionTokens
{
    private static readonly string[] Operators = ["<=", ">=", "!=", "<>", "=", "<", ">"];

    public static List<Token> Read(string text)
    {
        var tokens = new List<Token>();
        var at = 0;
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            var token = Next(text, at, out var length);
            tokens.Add(token);
            at += length;
        }

        tokens.Add(new(TokenKind.End, "the end", text.Length));
        return tokens;
    }

    public static VendorException Error(string message, int at) => VendorException.Invalid(
        "conditions", "InvalidCondition", $"{message} at position {at.ToString(CultureInfo.InvariantCulture)}", "conditions");

    private static Token Next(string text, int at, out int length)
    {
        length = 1;
        switch (text[at])
        {
            case '(': return new(TokenKind.Open, "(", at);
            case ')': return new(TokenKind.Close, ")", at);
            case ',': return new(TokenKind.Comma, ",", at);
            case '"' or '\'': return Quoted(text, at, out length);
            case '[': return Date(text, at, out length);
        }

        if (Operators.FirstOrDefault(o => string.CompareOrdinal(text, at, o, 0, o.Length) == 0) is { } op)
        {
            length = op.Length;
            return new(TokenKind.Operator, op, at);
        }

        return char.IsAsciiDigit(text[at]) || text[at] is '-' ? Number(text, at, out length) : Word(text, at, out length);
    }

    private static Token Quoted(string text, int at, out int length)
    {
        var value = new StringBuilder();
        for (var i = at + 1; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '\\' or '"' or '\'')
            {
                value.Append(text[++i]);
            }
            else if (text[i] == text[at])
            {
                length = i - at + 1;
                return new(TokenKind.Text, value.ToString(), at, value.ToString());
            }
            else
            {
                value.Append(text[i]);
            }
        }

        throw Error("A string without its end", at);
    }

    private static Token Date(string text, int at, out int length)
    {
        var end = text.IndexOf(']', at);
        var inside = end < 0 ? "" : text[(at + 1)..end];
        length = end - at + 1;
        return DateTimeOffset.TryParse(inside, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date)
            ? new(TokenKind.Date, inside, at, date)
            : throw Error($"[{inside}] is not a date", at);
    }

    private static Token Number(string text, int at, out int length)
    {
        length = 1;
        while (at + length < text.Length && (char.IsAsciiDigit(text[at + length]) || text[at + length] == '.'))
        {
            length++;
        }

        var digits = text.Substring(at, length);
        return decimal.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? new(TokenKind.Number, digits, at, number)
            : throw Error($"{digits} is not a number", at);
    }

    private static Token Word(string text, int at, out int length)
    {
        length = 0;
        while (at + length < text.Length && (char.IsAsciiLetterOrDigit(text[at + length]) || text[at + length] is '_' or '/'))
        {
            length++;
        }

        return length > 0 ? new(TokenKind.Word, text.Substring(at, length), at) : throw Error($"Unexpected {text[at]}", at);
    }
}
