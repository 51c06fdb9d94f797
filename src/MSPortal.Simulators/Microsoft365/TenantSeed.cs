using System.Globalization;
using System.Text;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>The partner and its customers: from nobody to thousands, most of them consented, nearly all with a relationship.</summary>
internal static class TenantSeed
{
    /// <summary>The odd ones, by their number; small worlds do not have them all.</summary>
    public const int Large = 1;

    public const int NotConsented = 2;

    public const int Nobody = 3;

    public const int NoRelationship = 4;

    private static readonly string[][] Baskets =
    [
        ["SPB", "FLOW_FREE", "EXCHANGESTANDARD"],
        ["O365_BUSINESS_PREMIUM", "O365_BUSINESS_ESSENTIALS", "POWER_BI_STANDARD"],
        ["SPB", "O365_BUSINESS_ESSENTIALS", "POWER_BI_STANDARD", "WINDOWS_STORE"],
        ["EXCHANGESTANDARD"],
        ["ENTERPRISEPACK", "AAD_PREMIUM", "FLOW_FREE", "ATP_ENTERPRISE"],
        ["O365_BUSINESS_PREMIUM", "FLOW_FREE"],
    ];

    public static IReadOnlyList<Tenant> Create(SimulatorOptions options, DateTimeOffset now)
    {
        var count = Math.Max(1, options.Directories ?? options.Companies);
        var sizes = Sizes(options.Seed, count, options.Users ?? count * 300);
        return [.. Enumerable.Range(0, count + 1).Select(number => One(options, now, number, sizes[number]))];
    }

    /// <summary>A number that is the same for the same seed, tenant and purpose.</summary>
    public static Dice Fresh(int seed, int tenant, int purpose) => new(((ulong)(uint)seed << 40) + ((ulong)(uint)tenant << 12) + (ulong)(uint)purpose);

    public static string Uid(Dice dice)
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, dice.Next());
        BitConverter.TryWriteBytes(bytes[8..], dice.Next());
        bytes[7] = (byte)(0x40 | (bytes[7] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new Guid(bytes).ToString();
    }

    public static string Ascii(string text) => new([.. text.Replace("Ł", "L", StringComparison.Ordinal).Replace("ł", "l", StringComparison.Ordinal).Replace("ß", "ss", StringComparison.Ordinal)
        .Replace("ø", "o", StringComparison.Ordinal).Normalize(NormalizationForm.FormD).Where(char.IsAsciiLetterOrDigit)]);

    private static int[] Sizes(int seed, int customers, int users)
    {
        var dice = Fresh(seed, 0, 1);
        var weights = Enumerable.Range(0, customers + 1).Select(i => i == Nobody ? 0 : i == 0 ? 4 : i % 3 == 2 ? dice.Between(1, 6) : dice.Between(5, 60)).ToArray();
        var large = customers >= Large ? users * 3 / 10 : 0;
        var rest = Math.Max(1, weights.Sum() - weights[Large]);
        var sizes = weights.Select((weight, i) => i == Large ? large : (int)((long)(users - large) * weight / rest)).ToArray();
        sizes[Large] += users - sizes.Sum();   // The rounding.
        return sizes;
    }

    private static Tenant One(SimulatorOptions options, DateTimeOffset now, int number, int users)
    {
        var dice = Fresh(options.Seed, number, 2);
        var first = Words.CompanyFirst[number * 7 % Words.CompanyFirst.Length];
        var second = Words.CompanySecond[(number + (number / Words.CompanyFirst.Length * 5)) % Words.CompanySecond.Length];
        var round = number / (Words.CompanyFirst.Length * Words.CompanySecond.Length);
        var name = number == 0 ? $"Simulated MSP {options.Seed}" : $"{first} {second} {dice.Of(Words.Legal)}".TrimEnd();
        var slug = (number == 0 ? "simulatedmsp" : Ascii(first + second) + number.ToString(CultureInfo.InvariantCulture)).ToLowerInvariant();
        return new Tenant(tenant => PeopleSeed.Create(tenant, options.Seed, now))
        {
            Id = Uid(dice),
            Number = number,
            DisplayName = round == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name} ({round + 1})"),
            InitialDomain = $"{slug}.onmicrosoft.com",
            DefaultDomain = number == Nobody ? $"{slug}.onmicrosoft.com" : $"{slug}.example",
            Skus = Skus(dice, number, users, now),
            SeededUsers = users,
            IsHybrid = number % 3 == 1,
            Created = now.AddDays(-dice.Between(300, 3000)).AddMinutes(-dice.Below(1440)),
        };
    }

    /// <summary>Some bought too much, some too little, and some stopped paying.</summary>
    private static List<TenantSku> Skus(Dice dice, int number, int users, DateTimeOffset now)
    {
        if (number == Nobody)
        {
            return [];
        }

        IEnumerable<string> basket = number switch
        {
            0 => ["SPE_E5", "FLOW_FREE", "POWER_BI_STANDARD"],
            Large => ["SPE_E3", "SPE_E5", "EXCHANGESTANDARD", "FLOW_FREE", "POWER_BI_STANDARD", "MCOEV"],
            _ => Baskets[number % Baskets.Length],
        };
        return [.. basket.Select((name, at) =>
        {
            var bought = now.AddDays(-dice.Between(20, 1500));
            var isFree = name is "FLOW_FREE" or "POWER_BI_STANDARD" or "WINDOWS_STORE";
            var status = (number + at) % 17 == 13 ? "Suspended" : (number + at) % 13 == 11 ? "Warning" : "Enabled";
            var units = isFree ? 10_000 : at == 0 ? users + dice.Between(-2, 5 + (users / 10)) : dice.Between(1, 5 + (users / 4));
            units = Math.Max(1, units);
            return new TenantSku(SkuCatalogue.Get(name), Uid(dice))
            {
                Status = status, Enabled = status == "Enabled" ? units : 0, Warning = status == "Warning" ? units : 0, Suspended = status == "Suspended" ? units : 0,
                IsTrial = at > 0 && !isFree && dice.Chance(20), Bought = bought, Renews = isFree ? null : now.AddDays(dice.Between(-5, 360)),
            };
        })];
    }
}
