using System.Collections.Frozen;

namespace MSPortal.Web.Access;

public enum PermissionLevel
{
    Read,
    Write,
    Manage,
}

/// <summary>One thing that a role may allow.</summary>
/// <param name="Name">As roles, policies and the API know it: <c>read_tickets</c>.</param>
/// <param name="Resource">What it is about; a higher level of the same includes the lower ones.</param>
/// <param name="Words">What it allows, for people.</param>
/// <param name="KeyScope">The narrowest scope of an API key that includes it.</param>
/// <param name="ByCompany">What it opens shows each person's own companies only, so that those may have it whose sight is restricted.</param>
/// <param name="ForClients">A role for clients' own people may have it.</param>
public sealed record Permission(string Name, PermissionLevel Level, PermissionResource Resource, string Words, string KeyScope, bool ByCompany, bool ForClients = false);

/// <summary>A part of the portal.</summary>
public sealed record PermissionResource(string Id, string Label);

/// <summary>What the scopes of API keys are called, from the narrowest to the widest.</summary>
public static class KeyScopes
{
    public const string Read = "read";
    public const string Write = "write";
    public const string Manage = "manage";

    public static readonly IReadOnlyList<string> All = [Read, Write, Manage];
}

/// <summary>Everything that can be allowed. Each page and each endpoint names one of these; a name is also the name of its policy.</summary>
public static class Permissions
{
    public const string ReadTickets = "read_tickets";
    public const string RefreshTickets = "write_tickets_refresh";
    public const string ReadCompanies = "read_companies";
    public const string WriteCompanies = "write_companies";
    public const string ReadDevices = "read_devices";
    public const string WriteDevices = "write_devices";
    public const string ReadIntegrations = "read_settings_integrations";
    public const string WriteIntegrations = "write_settings_integrations";
    public const string ManageIntegrations = "manage_settings_integrations";
    public const string ReadDiagnosis = "read_diagnosis";
    public const string ReadNotifications = "read_notifications";
    public const string ManageNotifications = "manage_settings_notifications";
    public const string ReadUsers = "read_users";
    public const string WriteUsers = "write_users";
    public const string ManageUsers = "manage_users";
    public const string ManageGeneral = "manage_settings_general";
    public const string ManageSupport = "manage_support";
    public const string ManageApiKeys = "manage_api_keys";
    public const string ReadAudit = "read_audit";

    /// <summary>In the order in which people read them.</summary>
    public static readonly IReadOnlyList<Permission> All = Catalogue();

    private static readonly FrozenDictionary<string, Permission> ByName = All.ToFrozenDictionary(p => p.Name);

    public static Permission? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The names that a stored role has.</summary>
    public static string[] OfStored(string permissions) => permissions.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>With what each includes: who may change something may see it. Names that this version does not know are left out.</summary>
    public static FrozenSet<string> Closed(IEnumerable<string> names)
    {
        var known = names.Select(Find).OfType<Permission>().ToList();
        return All.Where(p => known.Exists(k => k == p || (k.Resource == p.Resource && k.Level > p.Level))).Select(p => p.Name).ToFrozenSet();
    }

    /// <summary>What an API key with this scope may do; nothing when there is no such scope.</summary>
    public static FrozenSet<string> OfScope(string scope)
    {
        var reach = KeyScopes.All.Index().Where(s => s.Item == scope).Select(s => s.Index + 1).FirstOrDefault();
        return All.Where(p => KeyScopes.All.Take(reach).Contains(p.KeyScope)).Select(p => p.Name).ToFrozenSet();
    }

    private static Permission[] Catalogue()
    {
        PermissionResource tickets = new("tickets", "Tickets"), companies = new("companies", "Companies"), devices = new("devices", "Devices"), integrations = new("integrations", "Integrations"),
            diagnosis = new("diagnosis", "Diagnosis"), notifications = new("notifications", "Notifications"), users = new("users", "Users and roles"),
            general = new("general", "General settings"), support = new("support", "Support bundle"), keys = new("api-keys", "API keys"), audit = new("audit", "Audit log");
        return
        [
            new(ReadTickets, PermissionLevel.Read, tickets, "See tickets with notes and time", KeyScopes.Read, ByCompany: true, ForClients: true),
            new(RefreshTickets, PermissionLevel.Write, tickets, "Read one ticket from the vendor now", KeyScopes.Write, ByCompany: true, ForClients: true),
            new(ReadCompanies, PermissionLevel.Read, companies, "See companies, what they are linked to and what they have in the cloud", KeyScopes.Read, ByCompany: true),
            new(WriteCompanies, PermissionLevel.Write, companies, "Import, link, rename, block and delete companies", KeyScopes.Write, ByCompany: false),
            new(ReadDevices, PermissionLevel.Read, devices, "See devices and what is wrong with them", KeyScopes.Read, ByCompany: true),
            new(WriteDevices, PermissionLevel.Write, devices, "Map types, import, merge and split devices", KeyScopes.Write, ByCompany: false),
            new(ReadIntegrations, PermissionLevel.Read, integrations, "See integrations, schedules, sync history and the overview", KeyScopes.Read, ByCompany: false),
            new(WriteIntegrations, PermissionLevel.Write, integrations, "Sync now, bring in a single ticket, rename", KeyScopes.Write, ByCompany: false),
            new(ManageIntegrations, PermissionLevel.Manage, integrations, "Connect, configure, pause, disconnect and remove", KeyScopes.Manage, ByCompany: false),
            new(ReadDiagnosis, PermissionLevel.Read, diagnosis, "Ask why something is not here", KeyScopes.Read, ByCompany: false),
            new(ReadNotifications, PermissionLevel.Read, notifications, "See what needs attention", KeyScopes.Read, ByCompany: false),
            new(ManageNotifications, PermissionLevel.Manage, notifications, "Choose who is told by e-mail", KeyScopes.Manage, ByCompany: false),
            new(ReadUsers, PermissionLevel.Read, users, "See people and roles", KeyScopes.Manage, ByCompany: false),
            new(WriteUsers, PermissionLevel.Write, users, "Invite, import, disable and remove people, give them roles", KeyScopes.Manage, ByCompany: false),
            new(ManageUsers, PermissionLevel.Manage, users, "Make and change roles", KeyScopes.Manage, ByCompany: false),
            new(ManageGeneral, PermissionLevel.Manage, general, "Change name, time zone and other settings", KeyScopes.Manage, ByCompany: false),
            new(ManageSupport, PermissionLevel.Manage, support, "Download the support bundle", KeyScopes.Manage, ByCompany: false),
            new(ManageApiKeys, PermissionLevel.Manage, keys, "Make and revoke the keys of programs", KeyScopes.Manage, ByCompany: false),
            new(ReadAudit, PermissionLevel.Read, audit, "See and export who did what", KeyScopes.Manage, ByCompany: false),
        ];
    }
}
