using System.Text.Json.Nodes;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>A part of a product that can be switched off for a user.</summary>
internal sealed record ServicePlan(string Id, string Name, string Service);

/// <param name="AppliesTo">“User” or “Company”.</param>
internal sealed record Sku(string Id, string PartNumber, string AppliesTo, IReadOnlyList<ServicePlan> Plans);

/// <summary>Products that customers of an MSP really have, with the numbers that they have everywhere.</summary>
internal static class SkuCatalogue
{
    private static readonly Dictionary<string, ServicePlan> Plans = new[]
    {
        new ServicePlan("efb87545-963c-4e0d-99df-69c6916d9eb0", "EXCHANGE_S_ENTERPRISE", "exchange"),
        new ServicePlan("9aaf7827-d63c-4b61-89c3-182f06f82e5c", "EXCHANGE_S_STANDARD", "exchange"),
        new ServicePlan("113feb6c-3fe4-4440-bddc-54d774bf0318", "EXCHANGE_S_FOUNDATION", "exchange"),
        new ServicePlan("57ff2da0-773e-42df-b2af-ffb7a2317929", "TEAMS1", "TeamspaceAPI"),
        new ServicePlan("5dbe027f-2339-4123-9542-606e4d348a72", "SHAREPOINTENTERPRISE", "SharePoint"),
        new ServicePlan("c7699d2e-19aa-44de-8edf-1736da088ca1", "SHAREPOINTSTANDARD", "SharePoint"),
        new ServicePlan("43de0ff5-c92c-492b-9116-175376d08c38", "OFFICESUBSCRIPTION", "MicrosoftOffice"),
        new ServicePlan("094e7854-93fc-4d55-b2c0-3ab5369ebdc1", "OFFICE_BUSINESS", "MicrosoftOffice"),
        new ServicePlan("41781fb2-bc02-4b7c-bd55-b576c07bb09d", "AAD_PREMIUM", "AADPremiumService"),
        new ServicePlan("eec0eb4f-6444-4f95-aba0-50c24d67f998", "AAD_PREMIUM_P2", "AADPremiumService"),
        new ServicePlan("c1ec4a95-1f05-45b3-a911-aa3fa01094f5", "INTUNE_A", "SCO"),
        new ServicePlan("8a256a2b-b617-496d-b51b-e76466e88db0", "MFA_PREMIUM", "MultiFactorService"),
        new ServicePlan("f20fedf3-f3c3-43c3-8267-2bfdd51c0939", "ATP_ENTERPRISE", "exchange"),
        new ServicePlan("50e68c76-46c6-4674-81f9-75456511b170", "FLOW_P2_VIRAL", "ProcessSimple"),
        new ServicePlan("2049e525-b859-401b-b2a0-e0a31c4b1fe4", "BI_AZURE_P0", "PowerBI"),
        new ServicePlan("4828c8ec-dc2e-4779-b502-87ac9ce28ab7", "MCOEV", "MicrosoftCommunicationsOnline"),
    }.ToDictionary(p => p.Name, StringComparer.Ordinal);

    private static readonly Dictionary<string, Sku> ByName = new[]
    {
        Of("05e9a617-0261-4cee-bb44-138d3ef5d965", "SPE_E3", "EXCHANGE_S_ENTERPRISE", "TEAMS1", "SHAREPOINTENTERPRISE", "OFFICESUBSCRIPTION", "AAD_PREMIUM", "INTUNE_A", "MFA_PREMIUM"),
        Of("06ebc4ee-1bb5-47dd-8120-11324bc54e06", "SPE_E5", "EXCHANGE_S_ENTERPRISE", "TEAMS1", "SHAREPOINTENTERPRISE", "OFFICESUBSCRIPTION", "AAD_PREMIUM", "AAD_PREMIUM_P2", "INTUNE_A", "MFA_PREMIUM", "MCOEV"),
        Of("cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46", "SPB", "EXCHANGE_S_STANDARD", "TEAMS1", "SHAREPOINTSTANDARD", "OFFICE_BUSINESS", "AAD_PREMIUM", "INTUNE_A", "MFA_PREMIUM", "ATP_ENTERPRISE"),
        Of("3b555118-da6a-4418-894f-7df1e2096870", "O365_BUSINESS_ESSENTIALS", "EXCHANGE_S_STANDARD", "TEAMS1", "SHAREPOINTSTANDARD"),
        Of("f245ecc8-75af-4f8e-b61f-27d8114de5f3", "O365_BUSINESS_PREMIUM", "EXCHANGE_S_STANDARD", "TEAMS1", "SHAREPOINTSTANDARD", "OFFICE_BUSINESS"),
        Of("6fd2c87f-b296-42f0-b197-1e91e994b900", "ENTERPRISEPACK", "EXCHANGE_S_ENTERPRISE", "TEAMS1", "SHAREPOINTENTERPRISE", "OFFICESUBSCRIPTION"),
        Of("4b9405b0-7788-4568-add1-99614e613b69", "EXCHANGESTANDARD", "EXCHANGE_S_STANDARD"),
        Of("078d2b04-f1bd-4111-bbd4-b4b1b354cef4", "AAD_PREMIUM", "AAD_PREMIUM", "MFA_PREMIUM", "EXCHANGE_S_FOUNDATION"),
        Of("e43b5b99-8dfb-405f-9987-dc307f34bcbd", "MCOEV", "MCOEV"),
        Of("4ef96642-f096-40de-a3e9-d83fb2f90211", "ATP_ENTERPRISE", "ATP_ENTERPRISE"),
        Of("f30db892-07e9-47e9-837c-80727f46fd3d", "FLOW_FREE", "EXCHANGE_S_FOUNDATION", "FLOW_P2_VIRAL"),
        Of("a403ebcc-fae0-4ca2-8c8c-7a907fd6c235", "POWER_BI_STANDARD", "EXCHANGE_S_FOUNDATION", "BI_AZURE_P0"),
        Of("6470687e-a428-4b7a-bef2-8a291ad947c9", "WINDOWS_STORE", "EXCHANGE_S_FOUNDATION") with { AppliesTo = "Company" },
    }.ToDictionary(s => s.PartNumber, StringComparer.OrdinalIgnoreCase);

    private static readonly Dictionary<string, Sku> ById = ByName.Values.ToDictionary(s => s.Id, StringComparer.OrdinalIgnoreCase);

    /// <summary>By its number or by its part number.</summary>
    /// <exception cref="KeyNotFoundException">There is no such product here.</exception>
    public static Sku Get(string name) => Find(name) ?? throw new KeyNotFoundException($"{name} is no product; these are: {string.Join(", ", ByName.Keys)}");

    public static Sku? Find(string name) => ById.GetValueOrDefault(name) ?? ByName.GetValueOrDefault(name);

    public static JsonArray PlansOf(Sku sku) => new([.. sku.Plans.Select(p => (JsonNode)new JsonObject
    {
        ["servicePlanId"] = p.Id, ["servicePlanName"] = p.Name, ["provisioningStatus"] = "Success", ["appliesTo"] = p.Name == "EXCHANGE_S_FOUNDATION" ? "Company" : "User",
    })]);

    private static Sku Of(string id, string partNumber, params string[] plans) => new(id, partNumber, "User", [.. plans.Select(p => Plans[p])]);
}
