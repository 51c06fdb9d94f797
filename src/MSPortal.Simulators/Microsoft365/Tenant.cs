using System.Text.Json.Nodes;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>What a customer bought of one product.</summary>
internal sealed class TenantSku(Sku sku, string subscription)
{
    public Sku Sku => sku;

    public string Subscription => subscription;

    public string Status { get; init; } = "Enabled";

    public int Enabled { get; set; }

    public int Warning { get; init; }

    public int Suspended { get; init; }

    public bool IsTrial { get; init; }

    public DateTimeOffset Bought { get; init; }

    public DateTimeOffset? Renews { get; init; }
}

/// <summary>One customer's directory; its people are made when somebody first asks for them.</summary>
internal sealed class Tenant
{
    private readonly Lazy<TenantContent> content;

    public Tenant(Func<Tenant, TenantContent> fill) => content = new(() => fill(this));

    public required string Id { get; init; }

    /// <summary>0: the partner's own.</summary>
    public required int Number { get; init; }

    public required string DisplayName { get; init; }

    public required string InitialDomain { get; init; }

    public required string DefaultDomain { get; init; }

    public required IReadOnlyList<TenantSku> Skus { get; init; }

    /// <summary>How many people it is seeded with.</summary>
    public required int SeededUsers { get; init; }

    public required bool IsHybrid { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>Moves with every change.</summary>
    public long Version { get; private set; }

    /// <summary>Days whose score somebody set by hand.</summary>
    public Dictionary<string, double> Scores { get; } = new(StringComparer.Ordinal);

    /// <summary>Links of a delta of an older generation lead nowhere.</summary>
    public int Generation { get; set; }

    public DirectoryTable Users => content.Value.Users;

    public DirectoryTable Groups => content.Value.Groups;

    public bool Has(string plan) => Skus.Any(s => s.Sku.Plans.Any(p => p.Name.StartsWith(plan, StringComparison.Ordinal)));

    public bool Answers(string name) => name.Equals(Id, StringComparison.OrdinalIgnoreCase) || name.Equals(DefaultDomain, StringComparison.OrdinalIgnoreCase) || name.Equals(InitialDomain, StringComparison.OrdinalIgnoreCase);

    public long Next() => ++Version;

    /// <summary>After thirty days the bin is emptied.</summary>
    public void Empty(DateTimeOffset now)
    {
        if (!content.IsValueCreated)
        {
            return;
        }

        foreach (var old in Users.All.Concat(Groups.All).Where(e => e.DeletedAt is { } at && now - at >= TimeSpan.FromDays(30)).ToList())
        {
            old.Erase(Next());
        }
    }

    public int Consumed(Sku sku) => Users.Live.Count(u => (u.Data["assignedLicenses"] as JsonArray)?.Any(l => (string?)l?["skuId"] == sku.Id) == true);
}

/// <summary>Who is in a tenant.</summary>
internal sealed record TenantContent(DirectoryTable Users, DirectoryTable Groups);
