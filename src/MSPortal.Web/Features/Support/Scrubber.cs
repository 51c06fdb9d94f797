using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;

namespace MSPortal.Web.Features.Support;

/// <summary>
/// Takes out of a text what nobody outside is to read: every secret that the portal knows, however it was written down, what looks like one,
/// and, unless names are wanted, who clients and people are. The same name becomes the same stand-in everywhere, so that a text stays readable.
/// </summary>
internal sealed partial class Scrubber
{
    public const string Mask = "********";

    /// <summary>Shorter values are words of every text.</summary>
    private const int ShortestSecret = 4;
    private const int ShortestName = 3;

    private readonly IReadOnlyList<string> secrets;
    private readonly IReadOnlyList<(string Name, string StandIn)> names;
    private readonly bool hidesPeople;
    private readonly Dictionary<string, string> people = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="secrets">As they are used.</param>
    /// <param name="names">Of clients and people, with what to call each group; null keeps names.</param>
    public Scrubber(IEnumerable<string> secrets, IReadOnlyList<(string Kind, string Name)>? names)
    {
        this.secrets = [.. secrets.Where(s => s.Trim().Length >= ShortestSecret).SelectMany(Forms).Distinct(StringComparer.Ordinal).OrderByDescending(s => s.Length)];
        hidesPeople = names is not null;
        this.names =
        [
            .. (names ?? []).Where(n => n.Name.Trim().Length >= ShortestName).DistinctBy(n => n.Name, StringComparer.OrdinalIgnoreCase)
                .GroupBy(n => n.Kind).SelectMany(group => group.Select((n, i) => (n.Name, string.Create(CultureInfo.InvariantCulture, $"{n.Kind} {i + 1}"))))
                .OrderByDescending(n => n.Name.Length),
        ];
    }

    public string Clean(string text)
    {
        var clean = secrets.Aggregate(text, (t, secret) => t.Replace(secret, Mask, StringComparison.Ordinal));
        clean = LooksSecret().Replace(clean, m => m.Groups["keep"].Value + Mask);
        if (!hidesPeople)
        {
            return clean;
        }

        clean = Email().Replace(clean, m => Person(m.Value));
        foreach (var (name, standIn) in names)
        {
            if (clean.Contains(name, StringComparison.OrdinalIgnoreCase))
            {
                clean = Regex.Replace(clean, $@"(?<!\w){Regex.Escape(name)}(?!\w)", standIn, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));
            }
        }

        return clean;
    }

    private string Person(string address) => people.TryGetValue(address, out var known) ? known : people[address] = $"person{people.Count + 1}@example.invalid";

    /// <summary>As it is, in an address, in JSON, in base64, alone or behind a colon of somebody's name.</summary>
    private static IEnumerable<string> Forms(string secret)
    {
        yield return secret;
        yield return secret.Trim();
        yield return Uri.EscapeDataString(secret);
        yield return WebUtility.UrlEncode(secret);
        yield return JavaScriptEncoder.Default.Encode(secret);
        yield return JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(secret);
        var base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(secret));
        yield return base64;
        yield return base64.TrimEnd('=');
    }

    /// <summary>Credentials in headers and addresses, and the portal's own keys.</summary>
    [GeneratedRegex(
        @"(?<keep>\b(?:Bearer|Basic)\s+)[A-Za-z0-9+/=._~-]{6,}|(?<keep>\b(?:password|pwd|secret|token|apikey|api_key|client_secret)[""']?\s*[=:]\s*[""']?)(?!\*{8})[^\s""'&;,}]{3,}|(?<keep>://)[^/\s:@""]+:[^/\s@""]+(?=@)|(?<keep>)msp_[A-Za-z0-9_-]{8,}",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        10_000)]
    private static partial Regex LooksSecret();

    [GeneratedRegex(@"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Email();
}
