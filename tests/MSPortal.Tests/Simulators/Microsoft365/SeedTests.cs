using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.Microsoft365;

/// <summary>The same seed gives the same world, of the size that was asked for, with everything odd in it.</summary>
public sealed class SeedTests
{
    [Fact]
    public async Task The_same_seed_gives_the_same_world_and_another_seed_another()
    {
        async Task<string> WorldAsync(int seed)
        {
            await using var sim = await RunningMicrosoft365.StartAsync(seed);
            return string.Join('\n', sim.Vendor.Tenants.SelectMany(t => new[] { "users", "groups", "skus", "secureScores", "devices" }.Select(k => sim.Vendor.Truth(t.Id, k).ToJsonString())));
        }

        var first = await WorldAsync(5);
        (await WorldAsync(5)).ShouldBe(first);
        (await WorldAsync(6)).ShouldNotBe(first);
    }

    [Fact]
    public async Task There_are_as_many_people_as_were_asked_for_from_nobody_to_thousands()
    {
        await using var sim = await RunningMicrosoft365.StartAsync(directories: 40, users: 12_000);
        var tenants = sim.Vendor.Tenants;
        (tenants.Count, tenants.Sum(t => t.Users), tenants.Select(t => t.Id).Distinct().Count()).ShouldBe((41, 12_000, 41));
        (sim.Large.Users, sim.Nobody.Users).ShouldBe((tenants.Max(t => t.Users), 0));
        sim.Large.Users.ShouldBeGreaterThan(3_000);
        tenants.SelectMany(t => sim.Vendor.Truth(t.Id, "users").Concat(sim.Vendor.Truth(t.Id, "deletedUsers"))).Select(u => u!["id"]!.ToString()).Distinct().Count().ShouldBe(12_000);
    }

    [Fact]
    public async Task What_is_odd_in_real_tenants_is_odd_here()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        var users = sim.Truth(sim.Large, "users");
        users.ShouldContain(u => (string?)u["userType"] == "Guest" && u["userPrincipalName"]!.ToString().Contains("#EXT#"));
        users.ShouldContain(u => !(bool)u["accountEnabled"]! && u["assignedLicenses"]!.AsArray().Count > 0);
        users.ShouldContain(u => u["mail"] != null && u["givenName"] == null && !(bool)u["accountEnabled"]! && u["assignedLicenses"]!.AsArray().Count == 0);
        users.ShouldContain(u => u["onPremisesSyncEnabled"] != null && (bool)u["onPremisesSyncEnabled"]!);
        users.ShouldContain(u => u["displayName"]!.ToString().Contains("🚀", StringComparison.Ordinal) || u["displayName"]!.ToString().Contains('ł'));
        var states = users.SelectMany(u => u["licenseAssignmentStates"]!.AsArray()).ToList();
        states.ShouldContain(s => s!["assignedByGroup"] == null);
        states.ShouldContain(s => s!["assignedByGroup"] != null && (string?)s["state"] == "Active");
        states.ShouldContain(s => (string?)s!["state"] == "Error" && (string?)s["error"] != "None");
        sim.Truth(sim.Large, "groups").ShouldContain(g => g["membershipRule"] != null);
        sim.Vendor.Tenants.Count(t => t.Consent == MSPortal.Simulators.Microsoft365.Microsoft365Consent.Absent).ShouldBe(1);
    }
}
