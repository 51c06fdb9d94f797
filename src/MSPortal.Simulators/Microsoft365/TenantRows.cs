using System.Text.Json.Nodes;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>What a tenant tells about itself: its organization, domains, products and subscriptions.</summary>
internal static class TenantRows
{
    public static JsonObject Organization(Tenant tenant) => new()
    {
        ["id"] = tenant.Id,
        ["deletedDateTime"] = null,
        ["businessPhones"] = new JsonArray("+1 813 555 0100"),
        ["city"] = "Tampa",
        ["country"] = null,
        ["countryLetterCode"] = tenant.Number % 4 == 1 ? "DE" : "US",
        ["createdDateTime"] = Graph.Time(tenant.Created),
        ["defaultUsageLocation"] = null,
        ["displayName"] = tenant.DisplayName,
        ["marketingNotificationEmails"] = new JsonArray(),
        ["onPremisesLastSyncDateTime"] = null,
        ["onPremisesSyncEnabled"] = tenant.IsHybrid ? true : null,
        ["partnerTenantType"] = tenant.Number == 0 ? "breadthPartnerDelegatedAdmin" : null,
        ["postalCode"] = "33602",
        ["preferredLanguage"] = "en",
        ["securityComplianceNotificationMails"] = new JsonArray(),
        ["securityComplianceNotificationPhones"] = new JsonArray(),
        ["state"] = "FL",
        ["street"] = "400 N Ashley Dr",
        ["technicalNotificationMails"] = new JsonArray($"it@{tenant.DefaultDomain}"),
        ["tenantType"] = "AAD",
        ["privacyProfile"] = null,
        ["assignedPlans"] = new JsonArray([.. tenant.Skus.SelectMany(s => s.Sku.Plans).DistinctBy(p => p.Id).Select(p => (JsonNode)new JsonObject
        {
            ["assignedDateTime"] = Graph.Time(tenant.Created), ["capabilityStatus"] = "Enabled", ["service"] = p.Service, ["servicePlanId"] = p.Id,
        })]),
        ["provisionedPlans"] = new JsonArray(),
        ["verifiedDomains"] = new JsonArray([.. Names(tenant).Where(d => d.IsVerified).Select(d => (JsonNode)new JsonObject
        {
            ["capabilities"] = "Email, OfficeCommunicationsOnline", ["isDefault"] = d.Name == tenant.DefaultDomain, ["isInitial"] = d.Name == tenant.InitialDomain, ["name"] = d.Name, ["type"] = "Managed",
        })]),
    };

    public static IEnumerable<JsonObject> Domains(Tenant tenant) => Names(tenant).Select(d => new JsonObject
    {
        ["authenticationType"] = "Managed",
        ["availabilityStatus"] = null,
        ["id"] = d.Name,
        ["isAdminManaged"] = true,
        ["isDefault"] = d.Name == tenant.DefaultDomain,
        ["isInitial"] = d.Name == tenant.InitialDomain,
        ["isRoot"] = true,
        ["isVerified"] = d.IsVerified,
        ["manufacturer"] = null,
        ["model"] = null,
        ["passwordNotificationWindowInDays"] = d.IsVerified ? 14 : null,
        ["passwordValidityPeriodInDays"] = d.IsVerified ? 2147483647 : null,
        ["state"] = null,
        ["supportedServices"] = d.IsVerified ? new JsonArray("Email", "OfficeCommunicationsOnline") : [],
    });

    public static IEnumerable<JsonObject> Skus(Tenant tenant) => tenant.Skus.Select(s => new JsonObject
    {
        ["accountName"] = tenant.InitialDomain.Split('.')[0],
        ["accountId"] = tenant.Id,
        ["appliesTo"] = s.Sku.AppliesTo,
        ["capabilityStatus"] = s.Status,
        ["consumedUnits"] = tenant.Consumed(s.Sku),
        ["id"] = $"{tenant.Id}_{s.Sku.Id}",
        ["skuId"] = s.Sku.Id,
        ["skuPartNumber"] = s.Sku.PartNumber,
        ["subscriptionIds"] = new JsonArray(s.Subscription),
        ["prepaidUnits"] = new JsonObject { ["enabled"] = s.Enabled, ["suspended"] = s.Suspended, ["warning"] = s.Warning, ["lockedOut"] = 0 },
        ["servicePlans"] = SkuCatalogue.PlansOf(s.Sku),
    });

    public static IEnumerable<JsonObject> Subscriptions(Tenant tenant, string partner) => tenant.Skus.Select((s, at) => new JsonObject
    {
        ["id"] = s.Subscription,
        ["commerceSubscriptionId"] = s.Renews is null ? null : s.Subscription,
        ["createdDateTime"] = Graph.Time(s.Bought),
        ["isTrial"] = s.IsTrial,
        ["nextLifecycleDateTime"] = s.Renews is { } renews ? Graph.Time(renews) : null,
        ["ownerId"] = at % 2 == 0 ? partner : null,
        ["ownerTenantId"] = at % 2 == 0 ? partner : null,
        ["ownerType"] = at % 2 == 0 ? "Partner" : "User",
        ["skuId"] = s.Sku.Id,
        ["skuPartNumber"] = s.Sku.PartNumber,
        ["status"] = s.Status,
        ["totalLicenses"] = s.Enabled + s.Warning + s.Suspended,
        ["serviceStatus"] = SkuCatalogue.PlansOf(s.Sku),
    });

    public static IEnumerable<JsonObject> Details(Tenant tenant, JsonObject user) => (user["assignedLicenses"] as JsonArray ?? []).OfType<JsonObject>().Select(l => SkuCatalogue.Get((string)l["skuId"]!)).Select(sku => new JsonObject
    {
        ["id"] = $"{tenant.Id[..22]}{sku.Id[..14]}", ["skuId"] = sku.Id, ["skuPartNumber"] = sku.PartNumber, ["servicePlans"] = SkuCatalogue.PlansOf(sku),
    });

    /// <summary>Who registered what for signing in.</summary>
    public static IEnumerable<JsonObject> Registrations(Tenant tenant, DateTimeOffset now) => tenant.Users.Live.Select(u =>
    {
        var registered = u.Sequence % 3 != 0;
        return new JsonObject
        {
            ["id"] = u.Id,
            ["userPrincipalName"] = (string?)u.Data["userPrincipalName"] ?? "",
            ["userDisplayName"] = (string?)u.Data["displayName"] ?? "",
            ["userType"] = (string?)u.Data["userType"] == "Guest" ? "guest" : "member",
            ["isAdmin"] = u.Sequence == 1,
            ["isSsprRegistered"] = registered,
            ["isSsprEnabled"] = false,
            ["isSsprCapable"] = false,
            ["isMfaRegistered"] = registered,
            ["isMfaCapable"] = registered,
            ["isPasswordlessCapable"] = false,
            ["methodsRegistered"] = registered ? new JsonArray("microsoftAuthenticatorPush", "mobilePhone") : [],
            ["isSystemPreferredAuthenticationMethodEnabled"] = false,
            ["systemPreferredAuthenticationMethods"] = new JsonArray(),
            ["userPreferredMethodForSecondaryAuthentication"] = registered ? "push" : "none",
            ["lastUpdatedDateTime"] = Graph.Time(now.AddHours(-5)),
        };
    });

    private static IEnumerable<(string Name, bool IsVerified)> Names(Tenant tenant)
    {
        yield return (tenant.InitialDomain, true);
        if (tenant.DefaultDomain != tenant.InitialDomain)
        {
            yield return (tenant.DefaultDomain, true);
        }

        if (tenant.IsHybrid)
        {
            yield return (tenant.InitialDomain.Replace(".onmicrosoft", ".mail.onmicrosoft", StringComparison.Ordinal), true);
        }

        if (tenant.Number % 4 == 0)
        {
            yield return ("new-" + tenant.DefaultDomain, false);
        }
    }
}
