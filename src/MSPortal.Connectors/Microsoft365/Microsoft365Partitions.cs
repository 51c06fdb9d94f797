using System.Net;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Microsoft365;

/// <summary>How a client's tenant is found, and how its administrator agrees that MSPortal reads it.</summary>
internal static class Microsoft365Partitions
{
    /// <summary>Where everybody is who has a personal account.</summary>
    private const string Personal = "9188040d-6c67-4c5b-b112-36a304b66dad";

    public static PartitionSupport Support { get; } = new()
    {
        Word = "tenant",
        IdHelp = "The client's tenant ID (Entra admin center → Overview) or one of its domains, such as contoso.com.",
        Find = FindAsync,
        ConsentAddress = ConsentAddress,
        ReadConsent = ReadConsent,
    };

    /// <summary>By what anybody may know, so that nobody has to have agreed to anything yet.</summary>
    public static async Task<AccountIdentity> FindAsync(Session session, string entered, CancellationToken ct) =>
        Microsoft365Tenant.TryParse(entered, out var tenant)
            ? await LookUpAsync(new Microsoft365Client(session with { Partition = "" }, isAwaited: true), tenant, ct)
            : throw new FaultException(new Fault.BadData("This is neither the ID of a tenant nor a domain. Enter the client's tenant ID, or a domain such as contoso.com."));

    /// <summary>By name where the app may ask Graph so, otherwise by what Entra publishes of each tenant.</summary>
    public static async Task<AccountIdentity> LookUpAsync(Microsoft365Client client, string tenant, CancellationToken ct)
    {
        var quoted = Uri.EscapeDataString(tenant);
        var path = Microsoft365Tenant.IsId(tenant) ? $"findTenantInformationByTenantId(tenantId='{quoted}')" : $"findTenantInformationByDomainName(domainName='{quoted}')";
        var response = await client.AskAsync($"tenantRelationships/{path}", ct);
        return response.IsSuccess && Told(client, response) is { } told ? told
            : Microsoft365Errors.IsNotFound(response) ? throw None(tenant)
            : response.Status == HttpStatusCode.TooManyRequests ? throw client.Refusal(response, Microsoft365Permissions.Tenants)
            : await PublishedAsync(client, tenant, ct);
    }

    private static AccountIdentity? Told(Microsoft365Client client, VendorResponse response)
    {
        try
        {
            var row = new JsonRow(client.One(response));
            var (id, domain) = (row.Text("tenantId")?.ToLowerInvariant(), row.Text("defaultDomainName")?.Trim());
            return id is not null && Microsoft365Tenant.IsId(id) ? new AccountIdentity(id, row.Text("displayName")?.Trim() ?? domain ?? id) { Detail = domain } : null;
        }
        catch (Exception e) when (e is FieldException or InvalidOperationException or FaultException { Fault: Fault.BadData })
        {
            return null;
        }
    }

    private static async Task<AccountIdentity> PublishedAsync(Microsoft365Client client, string tenant, CancellationToken ct)
    {
        var response = await client.AskEntraAsync($"/{Uri.EscapeDataString(tenant)}/v2.0/.well-known/openid-configuration", ct);
        using var json = response.TryJson();
        if (response.Status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound && json is not null)
        {
            throw None(tenant);
        }

        if (response.Status == HttpStatusCode.TooManyRequests)
        {
            throw new FaultException(new Fault.RateLimited(RetryAfter.Of(response, client.Session.Clock.GetUtcNow())));
        }

        try
        {
            var issuer = response.IsSuccess && json is not null ? new JsonRow(json.RootElement).Text("issuer") : null;
            var id = Uri.TryCreate(issuer, UriKind.Absolute, out var uri) ? uri.Segments.Select(s => s.Trim('/').ToLowerInvariant()).FirstOrDefault(Microsoft365Tenant.IsId) : null;
            return id is null ? throw new FaultException(new Fault.VendorDown($"Microsoft Entra does not say which tenant {tenant} is (status {(int)response.Status}).")) : id == Personal
                ? throw new FaultException(new Fault.BadData($"{tenant} is for personal accounts; it is no tenant of a client."))
                : new AccountIdentity(id, tenant) { Detail = Microsoft365Tenant.IsId(tenant) ? null : tenant };
        }
        catch (Exception e) when (e is FieldException or InvalidOperationException)
        {
            throw new FaultException(new Fault.BadData($"Microsoft Entra does not say clearly which tenant {tenant} is ({JsonRow.Reason(e)})."));
        }
    }

    private static FaultException None(string tenant) => new(new Fault.BadData($"Microsoft knows no tenant {tenant}. Check it for typing errors; a domain has to be one of the tenant's own."));

    /// <summary>Asks for everything that the app registration names; whose administrator signs in decides where the tenant is not said.</summary>
    private static Uri ConsentAddress(Session session, Uri back, string state, string? partition)
    {
        var client = new Microsoft365Client(session with { Partition = "" });
        var query = string.Join('&', new[] { ("client_id", client.ClientId), ("redirect_uri", back.AbsoluteUri), ("state", state) }.Select(p => $"{p.Item1}={Uri.EscapeDataString(p.Item2)}"));
        return new Uri(client.Cloud.Login, $"/{Uri.EscapeDataString(partition ?? "organizations")}/adminconsent?{query}");
    }

    private static ConsentAnswer ReadConsent(IReadOnlyDictionary<string, string> query)
    {
        var state = query.GetValueOrDefault("state");
        if (query.GetValueOrDefault("error") is { Length: > 0 } error)
        {
            return new ConsentAnswer(state, null, Refused(error, query.GetValueOrDefault("error_description") ?? ""));
        }

        var tenant = query.GetValueOrDefault("tenant")?.Trim().ToLowerInvariant();
        var agreed = string.Equals(query.GetValueOrDefault("admin_consent")?.Trim(), "true", StringComparison.OrdinalIgnoreCase);
        return agreed && tenant is not null && Microsoft365Tenant.IsId(tenant) ? new ConsentAnswer(state, tenant, null)
            : new ConsentAnswer(state, null, "Microsoft did not say that an administrator agreed. Open the link again.");
    }

    /// <summary>Anybody can write into an address, so of its texts only what is known is shown.</summary>
    private static string Refused(string error, string description)
    {
        const string mark = "AADSTS";
        var at = description.IndexOf(mark, StringComparison.Ordinal);
        var digits = at < 0 ? "" : string.Concat(description[(at + mark.Length)..].TakeWhile(char.IsAsciiDigit).Take(9));
        var number = digits.Length > 0 ? $" ({mark}{digits})" : "";
        return error == "access_denied" || digits == "65004" ? $"The administrator did not agree{number}." : $"Microsoft could not ask for the agreement{number}. Open the link again as a Global Administrator of the client.";
    }
}
