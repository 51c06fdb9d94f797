using System.Globalization;
using System.Text;

namespace MSPortal.Simulators.Common;

/// <summary>Long texts of which many notes share one, so that a hundred thousand tickets fit in memory.</summary>
internal sealed class Texts
{
    private readonly string[] notes;

    public Texts(Dice dice) => notes = [.. Enumerable.Range(0, 800).Select(i => Note(dice, i))];

    public string Note(Dice dice) => dice.Of(notes);

    public static string Summary(Dice dice, int ticket, string company, string person)
    {
        var host = string.Format(CultureInfo.InvariantCulture, dice.Of(Words.Hosts), ticket % 997);
        var text = string.Format(CultureInfo.InvariantCulture, dice.Of(Words.Subjects), host, person, company);
        text = dice.Chance(10) ? text + " – " + company : text;
        return Cut(text, 100);
    }

    /// <summary>Never between the two halves of an emoji.</summary>
    private static string Cut(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }

    private static string Note(Dice dice, int number)
    {
        var text = new StringBuilder();
        var sentences = number % 40 == 7 ? 160 : dice.Between(1, 14);
        for (var i = 0; i < sentences; i++)
        {
            text.AppendFormat(CultureInfo.InvariantCulture, dice.Of(Words.Sentences), dice.Between(1000, 99999), dice.Below(250));
            text.Append(dice.Chance(25) ? "\n\n" : dice.Chance(20) ? "\r\n - " : " ");
        }

        return text.ToString();
    }
}
