using System.Security.Cryptography;
using System.Text;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>Whether a tenant lets the app in.</summary>
public enum Microsoft365Consent
{
    /// <summary>The app was never there, or was thrown out: the tenant does not know it.</summary>
    Absent,

    Granted,

    /// <summary>The app is there and may do nothing.</summary>
    Withdrawn,
}

/// <summary>An app as its owner registered it.</summary>
internal sealed class EntraApp(string clientId, string name)
{
    public string ClientId => clientId;

    public string Name => name;

    /// <summary>Each with its end.</summary>
    public List<(string Value, DateTimeOffset Until)> Secrets { get; } = [];

    /// <summary>None: anything goes.</summary>
    public List<string> RedirectUris { get; } = [];

    /// <summary>What it asks for when an administrator consents.</summary>
    public HashSet<string> Roles { get; } = new(StringComparer.OrdinalIgnoreCase);
}

/// <summary>What one tenant granted to one app.</summary>
internal sealed class EntraGrant
{
    public Microsoft365Consent Consent { get; set; }

    public HashSet<string> Roles { get; } = new(StringComparer.OrdinalIgnoreCase);
}

/// <summary>Registered apps, and which tenant lets which of them do what.</summary>
internal sealed class EntraApps
{
    private static readonly string[] AllRoles =
    [
        "User.Read.All", "Group.Read.All", "Directory.Read.All", "Organization.Read.All", "Domain.Read.All", "SecurityEvents.Read.All", "DeviceManagementManagedDevices.Read.All", "DelegatedAdminRelationship.Read.All", "AuditLog.Read.All",
        "CrossTenantInformation.ReadBasic.All",
    ];

    private readonly Dictionary<(string App, string Tenant), EntraGrant> grants = [];
    private readonly int seed;
    private int made;

    public EntraApps(int seed)
    {
        this.seed = seed;
        First = Register("MSP Portal (simulated)", AllRoles);
    }

    public EntraApp First { get; }

    public Dictionary<string, EntraApp> All { get; } = new(StringComparer.OrdinalIgnoreCase);

    public EntraApp Register(string name, IEnumerable<string> roles)
    {
        var app = new EntraApp(TenantSeed.Uid(TenantSeed.Fresh(seed, 4000 + All.Count, 9)), name);
        app.Roles.UnionWith(roles);
        AddSecret(app, DateTimeOffset.MaxValue);
        All.Add(app.ClientId, app);
        return app;
    }

    public string AddSecret(EntraApp app, DateTimeOffset until)
    {
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"secret/{seed}/{++made}"))).Replace('+', '.').Replace('/', '-').TrimEnd('=');
        var value = $"{hash[..3]}8Q~{hash[3..37]}";
        app.Secrets.Add((value, until));
        return value;
    }

    public EntraGrant Grant(EntraApp app, Tenant tenant)
    {
        if (!grants.TryGetValue((app.ClientId, tenant.Id), out var grant))
        {
            grants[(app.ClientId, tenant.Id)] = grant = new EntraGrant();
        }

        return grant;
    }

    /// <summary>An administrator of the tenant says yes to all that the app asks for now.</summary>
    public void Consent(EntraApp app, Tenant tenant)
    {
        var grant = Grant(app, tenant);
        grant.Consent = Microsoft365Consent.Granted;
        grant.Roles.Clear();
        grant.Roles.UnionWith(app.Roles);
    }
}
