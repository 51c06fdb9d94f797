using System.Text.Json.Nodes;

namespace MSPortal.Simulators.Microsoft365;

/// <content>What administrators of tenants, and the app's owner, may change.</content>
public sealed partial class Microsoft365Vendor
{
    /// <param name="given">Properties as Graph names them; the rest is filled in.</param>
    /// <returns>The id.</returns>
    public string CreateUser(string tenant, JsonObject? given = null) => Edit(tenant, (e, _) => e.CreateUser(given ?? []));

    public void ChangeUser(string tenant, string id, JsonObject given) => Edit(tenant, (e, _) => e.ChangeUser(id, given));

    public void RenameUser(string tenant, string id, string displayName, string? userPrincipalName = null)
    {
        var given = new JsonObject { ["displayName"] = displayName };
        if (userPrincipalName is not null)
        {
            given["userPrincipalName"] = userPrincipalName;
        }

        ChangeUser(tenant, id, given);
    }

    public void DisableUser(string tenant, string id) => ChangeUser(tenant, id, new JsonObject { ["accountEnabled"] = false });

    public void EnableUser(string tenant, string id) => ChangeUser(tenant, id, new JsonObject { ["accountEnabled"] = true });

    /// <summary>Into the bin, where it stays for thirty days.</summary>
    public void DeleteUser(string tenant, string id) => Edit(tenant, (e, t) => e.Delete(t.Users, id));

    /// <summary>Out of the bin.</summary>
    public void RestoreUser(string tenant, string id) => Edit(tenant, (e, t) => e.Restore(t.Users, id));

    /// <summary>For good, from the bin or from life.</summary>
    public void EraseUser(string tenant, string id) => Edit(tenant, (e, t) => e.Erase(t.Users, id));

    /// <param name="sku">A skuId or a skuPartNumber.</param>
    /// <param name="group">The group that it comes from; null: given directly.</param>
    public void AssignLicence(string tenant, string id, string sku, string? group = null) => Edit(tenant, (e, _) => e.License(id, sku, group, isGiven: true));

    public void RemoveLicence(string tenant, string id, string sku) => Edit(tenant, (e, _) => e.License(id, sku, null, isGiven: false));

    /// <returns>The id.</returns>
    public string AddGroup(string tenant, JsonObject? given = null) => Edit(tenant, (e, _) => e.AddGroup(given ?? []));

    public void ChangeGroup(string tenant, string id, JsonObject given) => Edit(tenant, (e, _) => e.ChangeGroup(id, given));

    public void DeleteGroup(string tenant, string id) => Edit(tenant, (e, t) => e.Delete(t.Groups, id));

    public void RestoreGroup(string tenant, string id) => Edit(tenant, (e, t) => e.Restore(t.Groups, id));

    public void EraseGroup(string tenant, string id) => Edit(tenant, (e, t) => e.Erase(t.Groups, id));

    /// <param name="day">null: today.</param>
    public void ChangeSecureScore(string tenant, double score, DateOnly? day = null) =>
        Locked(() => Get(tenant).Scores[(day ?? DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime)).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)] = score);

    /// <summary>As if an administrator had accepted: all that the app asks for now.</summary>
    public void GrantConsent(string tenant) => Locked(() => Apps.Consent(Apps.First, Get(tenant)));

    /// <summary>The app stays in the tenant and may do nothing: no tokens (65001), and old ones open nothing.</summary>
    public void WithdrawConsent(string tenant) => Locked(() => Apps.Grant(Apps.First, Get(tenant)).Consent = Microsoft365Consent.Withdrawn);

    /// <summary>The tenant no longer knows the app (700016).</summary>
    public void RemoveApp(string tenant) => Locked(() => Apps.Grant(Apps.First, Get(tenant)).Consent = Microsoft365Consent.Absent);

    /// <summary>Counts at once.</summary>
    public void RemovePermission(string tenant, string role) => Locked(() => Apps.Grant(Apps.First, Get(tenant)).Roles.Remove(role));

    /// <summary>Counts from the next token on.</summary>
    public void AddPermission(string tenant, string role) => Locked(() => Apps.Grant(Apps.First, Get(tenant)).Roles.Add(role));

    /// <summary>The app's owner asks for more (or less); tenants must consent again before it counts.</summary>
    public void Demand(string role, bool wanted = true) => Locked(() => wanted ? Apps.First.Roles.Add(role) : Apps.First.Roles.Remove(role));

    /// <summary>Another app of the same owner, consented nowhere.</summary>
    /// <returns>Its client id and its secret.</returns>
    public (string ClientId, string Secret) RegisterApp(string name, params string[] roles) => Locked(() =>
    {
        var app = Apps.Register(name, roles);
        return (app.ClientId, app.Secrets[^1].Value);
    });

    /// <summary>Consent for another app than the first.</summary>
    public void GrantConsent(string tenant, string clientId) => Locked(() => Apps.Consent(Apps.All[clientId], Get(tenant)));

    /// <summary>Addresses that the consent page may lead back to; none: any.</summary>
    public void RegisterRedirects(params string[] addresses) => Locked(() =>
    {
        Apps.First.RedirectUris.Clear();
        Apps.First.RedirectUris.AddRange(addresses);
    });

    /// <summary>A new secret; the old ones are unknown from now on, unless they are kept.</summary>
    public string RotateSecret(bool keepOld = false) => Locked(() =>
    {
        if (!keepOld)
        {
            Apps.First.Secrets.Clear();
        }

        return Apps.AddSecret(Apps.First, DateTimeOffset.MaxValue);
    });

    /// <summary>All secrets end now; there is none until the next rotation.</summary>
    public void ExpireSecret() => Locked(() =>
    {
        var now = Clock.GetUtcNow();
        for (var i = 0; i < Apps.First.Secrets.Count; i++)
        {
            Apps.First.Secrets[i] = (Apps.First.Secrets[i].Value, now);
        }
    });

    /// <summary>Tokens end before their time, of one tenant or of all.</summary>
    public void EndTokens(string? tenant = null) => Locked(() => Tokens.Forget(tenant is null ? null : Get(tenant)));

    /// <summary>Links of deltas that were handed out until now lead to a 410.</summary>
    public void ResetDelta(string tenant) => Locked(() => Get(tenant).Generation++);

    private T Edit<T>(string tenant, Func<TenantEdits, Tenant, T> work) => Locked(() => work(new TenantEdits(this, Get(tenant)), Get(tenant)));

    private void Edit(string tenant, Action<TenantEdits, Tenant> work) => Locked(() => work(new TenantEdits(this, Get(tenant)), Get(tenant)));
}
