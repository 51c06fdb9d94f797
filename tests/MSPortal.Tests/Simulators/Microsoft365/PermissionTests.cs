using System.Net;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.Microsoft365;

/// <summary>Each area has permissions of its own, in each tenant.</summary>
public sealed class PermissionTests
{
    [Theory]
    [InlineData("/users", "User.Read.All", "Directory.Read.All")]
    [InlineData("/users/delta", "User.Read.All", "Directory.Read.All")]
    [InlineData("/groups", "Group.Read.All", "Directory.Read.All")]
    [InlineData("/organization", "Organization.Read.All", "Directory.Read.All")]
    [InlineData("/domains", "Domain.Read.All", "Directory.Read.All")]
    [InlineData("/subscribedSkus", "Organization.Read.All", "Directory.Read.All")]
    [InlineData("/directory/subscriptions", "Organization.Read.All", "Directory.Read.All")]
    [InlineData("/contracts", "Directory.Read.All", null)]
    [InlineData("/security/secureScores", "SecurityEvents.Read.All", null)]
    [InlineData("/security/secureScoreControlProfiles", "SecurityEvents.Read.All", null)]
    [InlineData("/deviceManagement/managedDevices", "DeviceManagementManagedDevices.Read.All", null)]
    [InlineData("/tenantRelationships/delegatedAdminCustomers", "DelegatedAdminRelationship.Read.All", null)]
    [InlineData("/tenantRelationships/delegatedAdminRelationships", "DelegatedAdminRelationship.Read.All", null)]
    [InlineData("/reports/authenticationMethods/userRegistrationDetails", "AuditLog.Read.All", null)]
    [InlineData("/users?$select=signInActivity", "AuditLog.Read.All", null)]
    public async Task Without_its_permission_an_area_is_closed_in_that_tenant_alone(string path, string role, string? other)
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        if (other is not null)
        {
            sim.Vendor.RemovePermission(sim.Partner.Id, other);
        }

        await sim.GetAsync(sim.Partner, path);
        sim.Vendor.RemovePermission(sim.Partner.Id, role);
        (await sim.RefusalAsync(sim.Partner, path)).ShouldBe("403 Authorization_RequestDenied");
        await sim.GetAsync(sim.Large, path);

        sim.Vendor.AddPermission(sim.Partner.Id, role);
        await sim.GetAsync(sim.Partner, path);
    }

    [Fact]
    public async Task A_permission_that_is_new_counts_with_the_next_token()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        sim.Vendor.RemovePermission(sim.Large.Id, "SecurityEvents.Read.All");
        await sim.GetAsync(sim.Large, "/organization");
        sim.Vendor.AddPermission(sim.Large.Id, "SecurityEvents.Read.All");

        (await sim.RefusalAsync(sim.Large, "/security/secureScores")).ShouldBe("403 Authorization_RequestDenied");
        await sim.SignInAsync(sim.Large);
        await sim.GetAsync(sim.Large, "/security/secureScores");
    }

    [Fact]
    public async Task When_people_signed_in_is_told_only_where_premium_was_bought()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        var without = sim.Vendor.Tenants.First(t => !t.HasPremium && t.Users > 0);

        (await sim.RefusalAsync(without, "/users?$select=id,signInActivity")).ShouldBe("403 Authentication_RequestFromNonPremiumTenantOrB2CTenant");
        await sim.GetAsync(without, "/users?$select=id");
        (await sim.GetAsync(sim.Large, "/users?$select=id,signInActivity&$top=999"))["value"]!.AsArray().ShouldContain(u => u!["signInActivity"] != null);
    }

    [Fact]
    public async Task Devices_are_told_only_where_Intune_was_bought()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        (await sim.RefusalAsync(sim.Vendor.Tenants.First(t => !t.HasDevices), "/deviceManagement/managedDevices")).ShouldBe("400 BadRequest");
        (await sim.ReadAsync(sim.Large, "/deviceManagement/managedDevices?$top=20")).Rows.Select(d => d.ToJsonString()).ShouldBe(sim.Truth(sim.Large, "devices").Select(d => d.ToJsonString()));
    }

    [Fact]
    public async Task A_token_from_before_opens_nothing_where_consent_was_withdrawn_or_the_app_was_thrown_out()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        await sim.GetAsync(sim.Large, "/users");
        await sim.GetAsync(sim.Partner, "/users");

        sim.Vendor.WithdrawConsent(sim.Large.Id);
        (await sim.RefusalAsync(sim.Large, "/users")).ShouldBe("403 Authorization_RequestDenied");
        sim.Vendor.RemoveApp(sim.Large.Id);
        (await sim.RefusalAsync(sim.Large, "/users")).ShouldBe("401 Authorization_IdentityNotFound");
        await sim.GetAsync(sim.Partner, "/users");

        sim.Vendor.GrantConsent(sim.Large.Id);
        await sim.GetAsync(sim.Large, "/users");
    }

    [Fact]
    public async Task Another_app_is_let_in_by_itself()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        var (id, secret) = sim.Vendor.RegisterApp("Another", "User.Read.All");
        (string, string?)[] keys = [("client_id", id), ("client_secret", secret)];
        (await sim.TokenAsync(sim.Large.Id, keys)).Status.ShouldBe(HttpStatusCode.BadRequest);
        sim.Vendor.GrantConsent(sim.Large.Id, id);
        (await sim.TokenAsync(sim.Large.Id, keys)).Status.ShouldBe(HttpStatusCode.OK);
    }
}
