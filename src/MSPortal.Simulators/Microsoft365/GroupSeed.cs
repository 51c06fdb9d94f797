using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>Groups of every kind: security, mail, Microsoft 365, by rule, from a domain controller, and the one that hands out licences.</summary>
internal sealed class GroupSeed(Tenant tenant, Dice dice, DateTimeOffset now)
{
    private static readonly string[] Names = ["Sales", "Außendienst", "Project Ω", "Board", "All hands 🎉", "Lager", "VPN users", "Finance – read only"];

    public DirectoryTable Table { get; } = new();

    /// <summary>The group that licences come from.</summary>
    public string? Licensing { get; private set; }

    public void Add()
    {
        if (tenant.SeededUsers == 0)
        {
            return;
        }

        One("All Users", null, dynamic: "(user.accountEnabled -eq true)");
        if (tenant.SeededUsers > 20)
        {
            Licensing = One("LIC-" + tenant.Skus[0].Sku.PartNumber, "Hands out licences").Id;
        }

        for (var i = Math.Min(200, 2 + (tenant.SeededUsers / 25)); i > 0; i--)
        {
            var name = $"{dice.Of(Names)} {i.ToString(CultureInfo.InvariantCulture)}";
            One(name, dice.Chance(40) ? $"Made by {dice.Of(Words.Titles)}" : null, kind: dice.Below(4));
        }
    }

    /// <param name="kind">0: security, 1: Microsoft 365, 2: distribution list, 3: security with mail.</param>
    private DirectoryEntry One(string name, string? description, string? dynamic = null, int kind = 0)
    {
        var nick = TenantSeed.Ascii(name).ToLowerInvariant();
        var types = new JsonArray();
        if (kind == 1)
        {
            types.Add("Unified");
        }

        if (dynamic is not null)
        {
            types.Add("DynamicMembership");
        }

        var group = new JsonObject
        {
            ["displayName"] = name, ["description"] = description, ["groupTypes"] = types, ["securityEnabled"] = kind is 0 or 3, ["mailEnabled"] = kind > 0, ["mailNickname"] = nick, ["createdDateTime"] = Graph.Time(now.AddDays(-dice.Between(10, 900))),
        };
        if (kind > 0)
        {
            group["mail"] = $"{nick}@{tenant.DefaultDomain}";
            group["proxyAddresses"] = new JsonArray($"SMTP:{nick}@{tenant.DefaultDomain}");
        }

        if (kind == 1)
        {
            group["visibility"] = dice.Chance(70) ? "Private" : "Public";
        }

        if (dynamic is not null)
        {
            group["membershipRule"] = dynamic;
            group["membershipRuleProcessingState"] = "On";
        }

        if (tenant.IsHybrid && kind == 0 && dynamic is null && dice.Chance(50))
        {
            group["onPremisesSyncEnabled"] = true;
        }

        return Table.Add(TenantSeed.Uid(dice), group, 0);
    }
}
