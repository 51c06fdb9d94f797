using System.Text;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Core.Webhooks;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Webhooks;

/// <summary>Turning webhooks on and off, and noticing that the vendor has lost them.</summary>
public sealed class SetupTests
{
    [Theory, DatabaseData]
    public async Task The_address_is_unguessable_registered_at_the_vendor_and_nowhere_in_the_clear(DatabaseKind kind)
    {
        await using var home = await WebhookHome.OpenAsync(kind);
        home.Registered.ShouldBe([$"https://portal.example/msp/hooks/{home.Endpoint.Path}"]);
        (home.Endpoint.Path.Length, home.Endpoint.Secret.Length, home.Endpoint.State).ShouldBe((43, 43, "known as 7"));
        home.Endpoint.Path.ShouldNotBe(home.Endpoint.Secret);
        var row = await home.RowAsync();
        row.PathHash.ShouldNotContain(home.Endpoint.Path);
        Encoding.Latin1.GetString(row.Secrets).ShouldNotContain(home.Endpoint.Secret);
        (row.CreatedBy, row.Trouble).ShouldBe(("ada@example.com", null));

        // Once more changes nothing but what is wrong at the vendor.
        home.Registered.Clear();
        (await home.Setup.ProvisionAsync(home.Engine.Id, home.Engine.Ada, default)).Trouble.ShouldBeNull();
        home.Registered.ShouldBe([$"https://portal.example/msp/hooks/{home.Endpoint.Path}"]);
        await using var db = home.Engine.Open();
        db.Audit.Count(a => a.Action == "integration.webhooks_enabled").ShouldBe(1);
    }

    [Theory, DatabaseData]
    public async Task Turned_off_it_is_taken_off_the_vendor_and_deliveries_are_unknown(DatabaseKind kind)
    {
        await using var home = await WebhookHome.OpenAsync(kind);
        (await home.Setup.DisableAsync(home.Engine.Id, home.Engine.Ada, default)).ShouldBeNull();
        home.Registered.ShouldBeEmpty();
        (await home.DeliverAsync("3 updated")).ShouldBe(DoorAnswer.Unknown);

        await home.Setup.ProvisionAsync(home.Engine.Id, home.Engine.Ada, default);
        home.SetupFault = new Fault.VendorDown("It answers 500.");
        (await home.Setup.DisableAsync(home.Engine.Id, home.Engine.Ada, default))!.ShouldContain("It answers 500.");
        (await home.Store.EndpointAsync(home.Engine.Tenant, home.Engine.Id, default)).ShouldBeNull();
    }

    [Theory, DatabaseData]
    public async Task Whoever_disconnects_leaves_nothing_at_the_vendor_and_finds_it_again_after_a_reconnect(DatabaseKind kind)
    {
        await using var home = await WebhookHome.OpenAsync(kind);
        var (leaving, settings) = (new Leaving(home.Engine.Integrations, home.Setup), (await home.Engine.Store.IntegrationAsync(home.Engine.Tenant, home.Engine.Id, default))!.Settings);
        await leaving.DisconnectAsync(home.Engine.Id, home.Engine.Ada, default);
        home.Registered.ShouldBeEmpty();
        home.Engine.Clock.Advance(home.Options.CheckEvery);
        await home.Setup.CheckDueAsync(default);
        home.Registered.ShouldBeEmpty("there are no credentials");

        await home.Engine.Integrations.ReconnectAsync(home.Engine.Id, settings!, new HashSet<string>(), new AccountIdentity("acc", "Contoso"), home.Engine.Ada, default);
        home.Engine.Clock.Advance(TimeSpan.FromMinutes(10));
        await home.Setup.CheckDueAsync(default);
        home.Registered.ShouldHaveSingleItem();

        home.SetupFault = new Fault.VendorDown("It answers 500.");
        await leaving.RemoveAsync(home.Engine.Id, home.Engine.Ada, default);
        (await home.Engine.Store.IntegrationAsync(home.Engine.Tenant, home.Engine.Id, default)).ShouldBeNull("a vendor in trouble holds nobody");
    }

    [Theory, DatabaseData]
    public async Task What_the_vendor_lost_is_noticed_within_a_day_and_set_up_again(DatabaseKind kind)
    {
        await using var home = await WebhookHome.OpenAsync(kind);
        home.Registered.Clear();
        home.Engine.Clock.Advance(home.Options.CheckEvery - TimeSpan.FromMinutes(1));
        await home.Setup.CheckDueAsync(default);
        home.Registered.ShouldBeEmpty("it is not due");
        home.Engine.Clock.Advance(TimeSpan.FromMinutes(1));
        await home.Setup.CheckDueAsync(default);
        home.Registered.ShouldHaveSingleItem();
        (await home.RowAsync()).Trouble.ShouldBeNull();
    }

    [Theory, DatabaseData]
    public async Task A_vendor_that_says_goodbye_and_deliveries_that_were_refused_are_looked_into_soon(DatabaseKind kind)
    {
        await using var home = await WebhookHome.OpenAsync(kind);
        home.Registered.Clear();
        await home.DeliverAsync("- switched off");
        await home.Setup.CheckDueAsync(default);
        home.Registered.ShouldHaveSingleItem();

        home.Registered.Clear();
        await home.DeliverAsync("3 updated", "wrong");
        await home.DeliverAsync("3 updated");
        home.Engine.Clock.Advance(home.Options.CheckAfterFailure);
        await home.Setup.CheckDueAsync(default);
        home.Registered.ShouldHaveSingleItem();
    }

    [Theory, DatabaseData]
    public async Task After_a_start_what_was_not_checked_for_a_while_is_checked(DatabaseKind kind)
    {
        await using var home = await WebhookHome.OpenAsync(kind);
        home.Registered.Clear();
        home.Engine.Clock.Advance(TimeSpan.FromMinutes(50));
        await home.Setup.CheckSoonAsync(default);
        await home.Setup.CheckDueAsync(default);
        home.Registered.ShouldBeEmpty("it was checked within the hour");
        home.Engine.Clock.Advance(TimeSpan.FromMinutes(20));
        await home.Setup.CheckSoonAsync(default);
        await home.Setup.CheckDueAsync(default);
        home.Registered.ShouldHaveSingleItem();
    }

    [Theory, DatabaseData]
    public async Task What_cannot_be_mended_is_said_and_what_cannot_be_asked_is_no_trouble(DatabaseKind kind)
    {
        await using var home = await WebhookHome.OpenAsync(kind);
        home.SetupFault = new Fault.VendorDown("It answers 500.");
        home.Engine.Clock.Advance(home.Options.CheckEvery);
        await home.Setup.CheckDueAsync(default);
        (await home.RowAsync()).Trouble.ShouldBeNull("could not verify is not out of order");

        home.SetupFault = new Fault.PermissionMissing(new VendorPermission("Webhooks", "Manage webhooks", "Settings"));
        (await home.Setup.ProvisionAsync(home.Engine.Id, home.Engine.Ada, default)).Trouble!.ShouldContain("Manage webhooks");
        (await home.RowAsync()).Trouble!.ShouldContain("Manage webhooks");

        home.SetupFault = null;
        home.Engine.Clock.Advance(TimeSpan.FromHours(1));
        await home.Setup.CheckDueAsync(default);
        (await home.RowAsync()).Trouble.ShouldBeNull();
    }

    [Theory, DatabaseData]
    public async Task Without_credentials_or_webhooks_there_is_nothing_to_turn_on(DatabaseKind kind)
    {
        await using var home = await WebhookHome.OpenAsync(kind);
        await home.Engine.Integrations.SetStatusAsync(home.Engine.Id, IntegrationStatus.Paused, null, home.Engine.Ada, default);
        await Should.ThrowAsync<ActionRefusedException>(() => home.Setup.ProvisionAsync(home.Engine.Id, home.Engine.Ada, default));
        home.Vendor.Webhooks = null;
        await Should.ThrowAsync<ActionRefusedException>(() => home.Setup.ProvisionAsync(home.Engine.Id, home.Engine.Ada, default));
    }
}
