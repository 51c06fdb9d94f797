using System.Globalization;
using System.Text.Json.Nodes;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>Changes as an administrator of the tenant makes them; called under the gate.</summary>
internal sealed class TenantEdits(Microsoft365Vendor vendor, Tenant tenant)
{
    private static readonly string[] Computed = ["id", "assignedPlans", "deletedDateTime"];

    public string CreateUser(JsonObject given)
    {
        var version = tenant.Next();
        var id = (string?)given["id"] ?? TenantSeed.Uid(TenantSeed.Fresh(vendor.Options.Seed, tenant.Number, 100_000 + (int)version));
        var nick = "new" + version.ToString(CultureInfo.InvariantCulture);
        var user = new JsonObject
        {
            ["displayName"] = "New User " + version.ToString(CultureInfo.InvariantCulture), ["userPrincipalName"] = $"{nick}@{tenant.DefaultDomain}", ["mailNickname"] = nick, ["mail"] = $"{nick}@{tenant.DefaultDomain}", ["accountEnabled"] = true, ["userType"] = "Member",
            ["createdDateTime"] = Graph.Time(vendor.Clock.GetUtcNow()), ["businessPhones"] = new JsonArray(), ["assignedLicenses"] = new JsonArray(), ["licenseAssignmentStates"] = new JsonArray(),
        };
        foreach (var (name, value) in given)
        {
            user[name] = value?.DeepClone();
        }

        vendor.Subscriptions.Announce(tenant, tenant.Users.Add(id, user, version));
        return id;
    }

    public void ChangeUser(string id, JsonObject given)
    {
        var user = Live(tenant.Users, id);
        Put(user, given);
        vendor.Subscriptions.Announce(tenant, user);
    }

    public void License(string id, string sku, string? group, bool isGiven)
    {
        var user = Live(tenant.Users, id);
        var product = SkuCatalogue.Get(sku);
        if (isGiven)
        {
            LicenseEdits.Assign(user.Data, product, group, Graph.Time(vendor.Clock.GetUtcNow()), partly: false);
        }
        else
        {
            LicenseEdits.Remove(user.Data, product);
        }

        var version = tenant.Next();
        foreach (var name in LicenseEdits.Properties)
        {
            user.Touch(name, version);
        }

        vendor.Subscriptions.Announce(tenant, user);
    }

    public void Delete(DirectoryTable table, string id)
    {
        var entry = Live(table, id);
        entry.Bin(vendor.Clock.GetUtcNow(), tenant.Next());
        Announce(table, entry);
    }

    public void Restore(DirectoryTable table, string id)
    {
        tenant.Empty(vendor.Clock.GetUtcNow());
        var entry = table.Find(id) is { DeletedAt: not null } binned ? binned : throw new KeyNotFoundException($"{id} is not in the bin");
        entry.Restore(tenant.Next());
        Announce(table, entry);
    }

    public void Erase(DirectoryTable table, string id)
    {
        var entry = table.Find(id) is { IsGone: false } found ? found : throw new KeyNotFoundException($"there is no {id}");
        entry.Erase(tenant.Next());
        Announce(table, entry);
    }

    public string AddGroup(JsonObject given)
    {
        var version = tenant.Next();
        var id = (string?)given["id"] ?? TenantSeed.Uid(TenantSeed.Fresh(vendor.Options.Seed, tenant.Number, 100_000 + (int)version));
        var group = new JsonObject
        {
            ["displayName"] = "New Group " + version.ToString(CultureInfo.InvariantCulture), ["groupTypes"] = new JsonArray(), ["securityEnabled"] = true, ["mailEnabled"] = false, ["mailNickname"] = "group" + version.ToString(CultureInfo.InvariantCulture),
            ["createdDateTime"] = Graph.Time(vendor.Clock.GetUtcNow()),
        };
        foreach (var (name, value) in given)
        {
            group[name] = value?.DeepClone();
        }

        tenant.Groups.Add(id, group, version);
        return id;
    }

    public void ChangeGroup(string id, JsonObject given) => Put(Live(tenant.Groups, id), given);

    private static DirectoryEntry Live(DirectoryTable table, string id) => table.Find(id) is { IsLive: true } entry ? entry : throw new KeyNotFoundException($"there is no {id}");

    private void Put(DirectoryEntry entry, JsonObject given)
    {
        var version = tenant.Next();
        foreach (var (name, value) in given)
        {
            entry.Put(Computed.Contains(name) ? throw new ArgumentException($"{name} cannot be set") : name, value?.DeepClone(), version);
        }
    }

    private void Announce(DirectoryTable table, DirectoryEntry entry)
    {
        if (table == tenant.Users)
        {
            vendor.Subscriptions.Announce(tenant, entry);
        }
    }
}
