using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.Microsoft365;

/// <summary>What is served fits the vendor's own description.</summary>
public sealed class DescriptionTests
{
    private const string File = "graph-v1.0-extract.json";

    private const string EveryUserProperty = "id,deletedDateTime,accountEnabled,assignedLicenses,assignedPlans,businessPhones,city,companyName,country,createdDateTime,creationType,department,displayName,employeeId,externalUserState,"
        + "externalUserStateChangeDateTime,givenName,identities,imAddresses,isResourceAccount,jobTitle,lastPasswordChangeDateTime,licenseAssignmentStates,mail,mailNickname,mobilePhone,officeLocation,onPremisesDistinguishedName,onPremisesDomainName,"
        + "onPremisesImmutableId,onPremisesLastSyncDateTime,onPremisesProvisioningErrors,onPremisesSamAccountName,onPremisesSyncEnabled,otherMails,passwordPolicies,preferredLanguage,provisionedPlans,proxyAddresses,signInActivity,surname,usageLocation,userPrincipalName,userType";

    [Theory]
    [InlineData(0, "/contracts", "/contracts")]
    [InlineData(0, "/tenantRelationships/delegatedAdminCustomers", "/tenantRelationships/delegatedAdminCustomers")]
    [InlineData(0, "/tenantRelationships/delegatedAdminRelationships", "/tenantRelationships/delegatedAdminRelationships")]
    [InlineData(1, "/organization", "/organization")]
    [InlineData(1, "/domains", "/domains")]
    [InlineData(1, "/subscribedSkus", "/subscribedSkus")]
    [InlineData(1, "/directory/subscriptions", "/directory/subscriptions")]
    [InlineData(1, "/users?$top=999&$select=" + EveryUserProperty, "/users")]
    [InlineData(1, "/users", "/users")]
    [InlineData(1, "/users/delta?$select=displayName,assignedLicenses,licenseAssignmentStates,assignedPlans,onPremisesSyncEnabled", "/users/delta")]
    [InlineData(1, "/security/secureScores", "/security/secureScores")]
    [InlineData(1, "/security/secureScoreControlProfiles", "/security/secureScoreControlProfiles")]
    [InlineData(1, "/deviceManagement/managedDevices", "/deviceManagement/managedDevices")]
    [InlineData(1, "/reports/authenticationMethods/userRegistrationDetails", "/reports/authenticationMethods/userRegistrationDetails")]
    public async Task Lists_fit_the_vendors_description(int tenant, string asked, string described)
    {
        var description = OpenApi.Require(File);
        await using var sim = await RunningMicrosoft365.StartAsync();

        var answer = await sim.GetAsync(sim.Vendor.Tenants[tenant], asked);

        answer["value"]!.AsArray().Count.ShouldBeGreaterThan(0);
        description.Misfits("GET", described, Plain(answer)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Single_records_fit_it_too()
    {
        var description = OpenApi.Require(File);
        await using var sim = await RunningMicrosoft365.StartAsync();
        var user = sim.Truth(sim.Large, "users").First(u => u["assignedLicenses"]!.AsArray().Count > 0)["id"]!;

        description.MisfitsOf("microsoft.graph.user", Plain(await sim.GetAsync(sim.Large, $"/users/{user}?$select={EveryUserProperty},aboutMe,skills"))).Where(m => !m.Contains("aboutMe", StringComparison.Ordinal)).ShouldBeEmpty();
        description.MisfitsOf("microsoft.graph.organization", Plain(await sim.GetAsync(sim.Large, $"/organization/{sim.Large.Id}"))).ShouldBeEmpty();
        description.Misfits("GET", $"/users/{user}/licenseDetails", Plain(await sim.GetAsync(sim.Large, $"/users/{user}/licenseDetails"))).ShouldBeEmpty();
        description.MisfitsOf("microsoft.graph.tenantInformation", Plain(await sim.GetAsync(sim.Partner, $"/tenantRelationships/findTenantInformationByTenantId(tenantId='{sim.Large.Id}')"))).ShouldBeEmpty();
        using var refused = await sim.SendAsync(sim.Large, "/users/nobody");
        description.MisfitsOf("odata.error", await refused.Content.ReadFromJsonAsync<JsonNode>()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"id":7}""", "id")]
    [InlineData("""{"accountEnabled":"yes"}""", "accountEnabled")]
    [InlineData("""{"label":"x"}""", "label")]
    [InlineData("""{"assignedLicenses":null}""", "assignedLicenses")]
    [InlineData("""{"assignedLicenses":[{"skuId":"E3"}]}""", "skuId")]
    [InlineData("""{"createdDateTime":"yesterday"}""", "createdDateTime")]
    public void A_misfit_is_noticed(string row, string named) => OpenApi.Require(File).MisfitsOf("microsoft.graph.user", JsonNode.Parse(row)).ShouldHaveSingleItem().ShouldContain(named);

    /// <summary>Without the annotations of OData, of which the description knows a few.</summary>
    private static JsonNode? Plain(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.Where(p => !p.Key.Contains('@')).Select(p => KeyValuePair.Create(p.Key, Plain(p.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Plain)]),
        _ => node?.DeepClone(),
    };
}
