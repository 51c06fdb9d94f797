using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Storage.Integrations.ClientSample;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Storage.Integrations;

public sealed class ClientConnectionTests
{
    private static readonly DateTimeOffset Later = StorageHome.Start.AddDays(1);

    [Theory, DatabaseData]
    public async Task A_client_is_connected_with_its_data_types_its_company_and_a_look_for_its_external_company(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        var company = await home.AddCompanyAsync("Acme");
        await home.ChangeStreamAsync(id, DataType.Companies, s => s.DueAt = Later);

        await home.AddClientAsync(id, "t1", company);
        await home.AddClientAsync(id, "t0");

        var clients = await home.Store().PartitionsAsync(home.Tenant, id, default);
        clients.Select(c => (c.Identity, c.Status, c.Reason, c.WhatToDo, c.CompanyId, c.ConnectedAt, c.ConnectedBy)).ShouldBe(
        [
            (new PartitionIdentity("t0", "Client t0", "t0.example"), PartitionStatus.Connected, null, null, null, StorageHome.Start, "ada@example.com"),
            (new PartitionIdentity("t1", "Client t1", "t1.example"), PartitionStatus.Connected, null, null, company, StorageHome.Start, "ada@example.com"),
        ]);
        (await home.ClientStreamsAsync(id)).Select(s => (s.Partition, s.DataType, s.Enabled, s.DueAt, s.FullDueAt, s.LiveGeneration)).ShouldBe(
            from c in (string[])["t0", "t1"] from t in (DataType[])[DataType.CloudUsers, DataType.Licenses] select (c, t, true, StorageHome.Start, StorageHome.Start, 1));
        (await home.StreamAsync(id, DataType.Companies)).ShouldSatisfyAllConditions(s => s.RequestedAt.ShouldBe(StorageHome.Start), s => s.RequestedFull.ShouldBeTrue(), s => s.RequestId.ShouldBeNull());
        (await home.Get<ISyncStore>().IntegrationAsync(home.Tenant, id, default))!.Partitions.ShouldBe(clients.Select(c => c.Identity));
        await using var db = home.Open();
        (await db.CompanyLinks.Select(l => new { l.CompanyId, l.IntegrationId, l.Partition, l.ExternalId, l.LinkedBy }).SingleAsync())
            .ShouldBe(new { CompanyId = company, IntegrationId = id, Partition = "", ExternalId = "t1", LinkedBy = "ada@example.com" });
        var audit = await home.AuditAsync();
        audit.Select(a => (a.Action, a.SubjectKind, a.SubjectName)).ShouldBe(
        [
            ("integration.connected", "integration", "Contoso PSA"),
            ("company.linked", "company", "Acme"),
            ("integration.client_connected", "integration", "Contoso PSA"),
            ("integration.client_connected", "integration", "Contoso PSA"),
        ]);
        audit[1].SubjectId.ShouldBe(company.ToString());
        audit[2].After!.ShouldSatisfyAllConditions(a => a.ShouldContain("Client t1"), a => a.ShouldContain("Acme"));
    }

    [Theory, DatabaseData]
    public async Task A_client_of_another_company_or_of_another_integration_is_not_connected(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var (id, second) = (await home.ConnectAsync(), await home.ConnectAsync(name: "Second", account: "acc-2"));
        var (acme, globex) = (await home.AddCompanyAsync("Acme"), await home.AddCompanyAsync("Globex"));
        var other = await home.AddTenantAsync("Fabrikam");
        var (theirs, eve) = (await home.AddCompanyAsync("Theirs", other), new Actor(other, "eve@example.com", null));
        await home.AddClientAsync(id, "t1", acme);
        await using (var db = home.Open())
        {
            db.BlockedCompanies.Add(new BlockedCompany { TenantId = home.Tenant, IntegrationId = id, ExternalId = "t9", Name = "Client t9", BlockedBy = "ada", BlockedAt = StorageHome.Start });
            await db.SaveChangesAsync();
        }

        (await RefusedAsync(() => home.AddClientAsync(id, "t1", globex))).ShouldBe("Client t1 is linked to Acme already. Unlink it there first.");
        (await RefusedAsync(() => home.AddClientAsync(second, "t1", acme))).ShouldBe("Client t1 is connected already, through “Contoso PSA”. Disconnect it there first.");
        (await RefusedAsync(() => home.AddClientAsync(id, "t2", theirs))).ShouldBe("That company is not there (any more).");
        (await RefusedAsync(() => home.AddClientAsync(id, "t9", globex))).ShouldBe("Client t9 is blocked. Unblock it first.");
        (await Should.ThrowAsync<KeyNotFoundException>(() => home.AddClientAsync(id, "t3", actor: eve))).Message.ShouldBe($"There is no integration {id}.");

        (await home.Store().PartitionsAsync(home.Tenant, id, default)).Select(c => c.Identity.Id).ShouldBe(["t1"]);
        (await home.ClientStreamsAsync(second)).ShouldBeEmpty();
        // Another tenant has clients of its own, and another vendor's ids are its own.
        var elsewhere = await home.ConnectAsync(account: "acc-3", actor: eve);
        await home.AddClientAsync(elsewhere, "t1", actor: eve);
        await home.ChangeAsync(second, i => i.Provider = "cloud");
        await home.AddClientAsync(second, "t1", acme);
    }

    [Theory, DatabaseData]
    public async Task A_client_that_is_connected_again_works_again_and_the_others_are_left_alone(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        await home.AddClientAsync(id, "t1");
        await home.AddClientAsync(id, "t2");
        await home.ReadAsync(id, "t1", DataType.CloudUsers, User("1"));
        var lease = await home.LeaseAsync(id);
        foreach (var client in (string[])["t1", "t2"])
        {
            await home.Get<ISyncStore>().SetPartitionAsync(lease, client, PartitionStatus.NeedsConsent, "Refused.", "Agree.", Later, default);
        }

        home.Clock.Advance(TimeSpan.FromHours(1));
        await home.Store().ConnectPartitionAsync(id, new NewPartition(new AccountIdentity("t1", "Acme Ltd") { Detail = "acme.example" }, null, Streams), home.Ada, default);

        var clients = await home.Store().PartitionsAsync(home.Tenant, id, default);
        clients.Select(c => (c.Identity, c.Status, c.Reason, c.StatusSince, c.ConnectedAt)).ShouldBe(
        [
            (new PartitionIdentity("t1", "Acme Ltd", "acme.example"), PartitionStatus.Connected, null, home.Clock.GetUtcNow(), StorageHome.Start),
            (new PartitionIdentity("t2", "Client t2", "t2.example"), PartitionStatus.NeedsConsent, "Refused.", StorageHome.Start, StorageHome.Start),
        ]);
        (await home.ClientStreamsAsync(id, "t1")).ShouldAllBe(s => s.FaultKind == null && s.NotBefore == null && s.DueAt == home.Clock.GetUtcNow());
        (await home.ClientStreamsAsync(id, "t2")).ShouldAllBe(s => s.FaultKind == "AuthFailed" && s.NotBefore == Later);
        (await home.ClientStreamsAsync(id)).Count.ShouldBe(4);
        await using var db = home.Open();
        (await db.Live<CloudUserRow>(DataType.CloudUsers).Select(u => u.Name).ToListAsync()).ShouldBe(["User 1"]);
        (await home.AuditAsync())[^1].ShouldSatisfyAllConditions(a => a.Action.ShouldBe("integration.client_reconnected"), a => a.Before!.ShouldContain("NeedsConsent"));
        await Should.ThrowAsync<FencedOffException>(() => home.Get<ISyncStore>().SetPartitionAsync(lease, "t1", PartitionStatus.Error, "Late.", null, null, default));
    }

    [Theory, DatabaseData]
    public async Task A_client_that_is_disconnected_takes_its_records_along_and_leaves_link_runs_and_the_others(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        var company = await home.AddCompanyAsync("Acme");
        await home.AddClientAsync(id, "t1", company);
        await home.AddClientAsync(id, "t2");
        await FillAsync(home, id);
        var lease = await home.LeaseAsync(id);
        var run = await home.Get<ISyncStore>().BeginRunAsync(lease, new RunStart(new StreamKey(home.Tenant, id, DataType.CloudUsers, "t1"), SyncTrigger.Schedule, PassKind.Full, null, StorageHome.Start), default);
        await home.ChangeStreamAsync(id, DataType.Companies, s => s.RequestedAt = null);

        await home.Store().DisconnectPartitionAsync(id, "t1", home.Ada, default);

        (await home.Store().PartitionsAsync(home.Tenant, id, default)).Select(c => c.Identity.Id).ShouldBe(["t2"]);
        (await home.ClientStreamsAsync(id)).Select(s => s.Partition).Distinct().ShouldBe(["t2"]);
        await using (var db = home.Open())
        {
            (await db.CloudUsers.Select(u => u.Partition + "/" + u.ExternalId).ToListAsync()).ShouldBe(["t2/1"]);
            (await db.CloudLicenses.Select(u => u.Partition + "/" + u.ExternalId).ToListAsync()).ShouldBe(["t2/x"]);
            (await db.Ledger.Select(l => l.Partition).Distinct().ToListAsync()).ShouldBe(["t2"]);
            (await db.Quarantine.Select(l => l.Partition).Distinct().ToListAsync()).ShouldBe(["t2"]);
            (await db.CompanyLinks.Select(l => l.ExternalId).ToListAsync()).ShouldBe(["t1"]);
            (await db.Runs.SingleAsync()).ShouldSatisfyAllConditions(r => r.Id.ShouldBe(run), r => r.Status.ShouldBe(RunStatus.Cancelled), r => r.Message.ShouldBe("ada@example.com disconnected Client t1."));
        }

        (await home.StreamAsync(id, DataType.Companies)).RequestedAt.ShouldNotBeNull("it is one external company less");
        var entry = (await home.AuditAsync())[^1];
        entry.Action.ShouldBe("integration.client_disconnected");
        entry.Before!.ShouldSatisfyAllConditions(b => b.ShouldContain("Client t1"), b => b.ShouldContain("Acme"), b => b.ShouldContain("\"cloud_users\":2"));
        await Should.ThrowAsync<FencedOffException>(() => home.Get<ISyncStore>().RenewAsync(lease, TimeSpan.FromSeconds(30), default));
        (await Should.ThrowAsync<KeyNotFoundException>(() => home.Store().DisconnectPartitionAsync(id, "t1", home.Ada, default))).Message.ShouldBe("Contoso PSA has no client “t1”.");
        await Should.ThrowAsync<KeyNotFoundException>(() => home.Store().DisconnectPartitionAsync(id, "", home.Ada, default));
    }

    [Theory, DatabaseData]
    public async Task A_disconnecting_that_was_broken_off_is_finished_by_asking_again_and_hurts_no_new_connection(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        await home.AddClientAsync(id, "t1");
        await home.AddClientAsync(id, "t2");
        await FillAsync(home, id);
        await using (var db = home.Open())
        {
            // As it is left by a process that ends after the first step.
            await db.Streams.Where(s => s.Partition == "t1" || s.Partition == "t2").ExecuteDeleteAsync();
        }

        await home.AddClientAsync(id, "t1");
        await home.ReadAsync(id, "t1", DataType.CloudUsers, User("7"));
        await home.Store().DisconnectPartitionAsync(id, "t2", home.Ada, default);

        await using var after = home.Open();
        (await after.Live<CloudUserRow>(DataType.CloudUsers).Select(u => u.Partition + "/" + u.ExternalId).ToListAsync()).ShouldBe(["t1/7"]);
        (await home.ClientStreamsAsync(id)).Select(s => (s.Partition, s.DataType, s.LiveGeneration)).ShouldBe([("t1", DataType.CloudUsers, 2), ("t1", DataType.Licenses, 1)]);
        (await after.CloudUsers.Where(u => u.Partition == "t2").CountAsync()).ShouldBe(0);
        (await after.Partitions.Select(p => p.Partition).ToListAsync()).ShouldBe(["t1"]);
        // What was left behind is an older copy, which every complete read clears away.
        (await home.Get<ISyncStore>().ClearGenerationsAsync(new StreamKey(home.Tenant, id, DataType.CloudUsers, "t1"), 100, default)).ShouldBeTrue();
        (await after.CloudUsers.Select(u => u.ExternalId).ToListAsync()).ShouldBe(["7"]);
    }

    [Theory, DatabaseData]
    public async Task What_a_person_sets_for_a_data_type_holds_for_all_clients_now_and_later(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        await home.AddClientAsync(id, "t1");
        await home.AddClientAsync(id, "t2");
        var key = new StreamKey(home.Tenant, id, DataType.CloudUsers, "t2");

        await home.Store().SetStreamAsync(key, enabled: false, TimeSpan.FromMinutes(90), home.Ada, default);
        await home.AddClientAsync(id, "t3");

        (await home.ClientStreamsAsync(id)).Select(s => (s.Partition, s.DataType, s.Enabled, s.Interval)).ShouldBe(
            from c in (string[])["t1", "t2", "t3"]
            from t in (DataType[])[DataType.CloudUsers, DataType.Licenses]
            select (c, t, t == DataType.Licenses, TimeSpan.FromMinutes(t == DataType.Licenses ? 30 : 90)));
        (await home.AuditAsync()).Count(a => a.Action == "integration.data_type_changed").ShouldBe(1);
        await home.Store().SetStreamAsync(key, enabled: true, TimeSpan.FromMinutes(90), home.Ada, default);
        (await home.ClientStreamsAsync(id)).ShouldAllBe(s => s.Enabled && s.DueAt == StorageHome.Start);
        await Should.ThrowAsync<KeyNotFoundException>(() => home.Store().SetStreamAsync(key with { Partition = "t4" }, true, TimeSpan.FromMinutes(5), home.Ada, default));
    }

    [Theory, DatabaseData]
    public async Task A_reconnect_of_the_integration_ends_its_clients_waiting_and_a_pause_does_not(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        await home.AddClientAsync(id, "t1");
        await home.Get<ISyncStore>().SetPartitionAsync(await home.LeaseAsync(id), "t1", PartitionStatus.Error, "Refused.", null, Later, default);

        await home.Store().SetStatusAsync(id, IntegrationStatus.Paused, null, home.Ada, default);
        await home.Store().SetStatusAsync(id, IntegrationStatus.Active, null, home.Ada, default);
        (await home.ClientStreamsAsync(id)).ShouldAllBe(s => s.NotBefore == Later);
        await home.Store().DisconnectAsync(id, home.Ada, default);
        await home.Store().ReconnectAsync(id, Sample.Settings("new"), Sample.Secret, new AccountIdentity("acc-1", "Contoso"), home.Ada, default);

        (await home.ClientStreamsAsync(id)).ShouldAllBe(s => s.NotBefore == null && s.FaultKind == null && s.DueAt == StorageHome.Start);
        (await home.Store().PartitionsAsync(home.Tenant, id, default)).Single().Status.ShouldBe(PartitionStatus.Error, "only the vendor can say that it works");
    }

    [Theory, DatabaseData]
    public async Task A_removal_takes_clients_their_records_and_invitations_and_nothing_of_another_integration(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var (id, other) = (await home.ConnectAsync(), await home.ConnectAsync(name: "Second", account: "acc-2"));
        await home.ChangeAsync(other, i => i.Provider = "cloud");
        foreach (var integration in new[] { id, other })
        {
            await home.AddClientAsync(integration, "t1");
            await home.AddClientAsync(integration, "t2");
            await FillAsync(home, integration);
        }

        await using (var db = home.Open())
        {
            foreach (var (integration, n) in new[] { (id, (byte)1), (other, (byte)2) })
            {
                foreach (var rows in OfEach(home, integration))
                {
                    db.Add(rows);
                }

                db.ConsentLinks.Add(Link(home.Tenant, integration, n));
            }

            await db.SaveChangesAsync();
        }

        var preview = await home.Store().PreviewRemovalAsync(home.Tenant, id, default);
        await home.Store().RemoveAsync(id, home.Ada, default);

        preview.Records.ShouldBe(new Dictionary<DataType, long> { [DataType.CloudUsers] = 3, [DataType.Licenses] = 1 }, ignoreOrder: true);
        await using var after = home.Open();
        var left = new List<long>();
        left.AddRange(await after.Partitions.Select(r => r.IntegrationId).Distinct().ToListAsync());
        left.AddRange(await after.ConsentLinks.Select(r => r.IntegrationId).Distinct().ToListAsync());
        left.AddRange(await after.CloudUsers.Select(r => r.IntegrationId).Distinct().ToListAsync());
        left.AddRange(await after.CloudGroups.Select(r => r.IntegrationId).Distinct().ToListAsync());
        left.AddRange(await after.CloudLicenses.Select(r => r.IntegrationId).Distinct().ToListAsync());
        left.AddRange(await after.CloudDomains.Select(r => r.IntegrationId).Distinct().ToListAsync());
        left.AddRange(await after.SecurityScores.Select(r => r.IntegrationId).Distinct().ToListAsync());
        left.AddRange(await after.SecurityControls.Select(r => r.IntegrationId).Distinct().ToListAsync());
        left.AddRange(await after.Streams.Select(r => r.IntegrationId).Distinct().ToListAsync());
        left.ShouldBe(Enumerable.Repeat(other, 9));
    }

    [Theory, DatabaseData]
    public async Task No_tenant_sees_another_tenants_clients(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        await home.AddClientAsync(id, "t1");
        await home.AddClientAsync(id, "t2");
        await FillAsync(home, id);
        await using (var mine = home.Open())
        {
            mine.AddRange(OfEach(home, id));
            mine.ConsentLinks.Add(Link(home.Tenant, id, 1));
            await mine.SaveChangesAsync();
        }

        var other = await home.AddTenantAsync("Fabrikam");
        await using var theirs = home.Open(other);
        (await theirs.Partitions.AnyAsync()).ShouldBeFalse();
        (await theirs.ConsentLinks.AnyAsync()).ShouldBeFalse();
        (await theirs.CloudUsers.AnyAsync()).ShouldBeFalse();
        (await theirs.CloudGroups.AnyAsync()).ShouldBeFalse();
        (await theirs.CloudLicenses.AnyAsync()).ShouldBeFalse();
        (await theirs.CloudDomains.AnyAsync()).ShouldBeFalse();
        (await theirs.SecurityScores.AnyAsync()).ShouldBeFalse();
        (await theirs.SecurityControls.AnyAsync()).ShouldBeFalse();
        var eve = new Actor(other, "eve@example.com", null);
        await Should.ThrowAsync<KeyNotFoundException>(() => home.Store().PartitionsAsync(other, id, default));
        await Should.ThrowAsync<KeyNotFoundException>(() => home.Store().DisconnectPartitionAsync(id, "t1", eve, default));
        (await home.Store().PartitionsAsync(home.Tenant, id, default)).Count.ShouldBe(2);
    }

    private static async Task<string> RefusedAsync(Func<Task> attempt) => (await Should.ThrowAsync<ActionRefusedException>(attempt)).Message;

    /// <summary>Two users of one client, one user and one license of the other, and something unreadable of each.</summary>
    private static async Task FillAsync(StorageHome home, long id)
    {
        await home.ReadAsync(id, "t1", DataType.CloudUsers, User("1"), User("2"));
        await home.ReadAsync(id, "t2", DataType.CloudUsers, User("1"));
        await home.ReadAsync(id, "t2", DataType.Licenses, License("x"));
        await using var db = home.Open();
        foreach (var client in (string[])["t1", "t2"])
        {
            db.Quarantine.Add(new QuarantineRow { TenantId = home.Tenant, IntegrationId = id, DataType = DataType.CloudUsers, Partition = client, ExternalId = "bad", Reason = "No name.", Sample = "{}" });
        }

        await db.SaveChangesAsync();
    }

    private static RecordRow[] OfEach(StorageHome home, long id) =>
    [
        new CloudGroupRow { TenantId = home.Tenant, IntegrationId = id, Partition = "t1", ExternalId = "1", Payload = "{}", Name = "Group" },
        new CloudDomainRow { TenantId = home.Tenant, IntegrationId = id, Partition = "t1", ExternalId = "1", Payload = "{}", Name = "Domain" },
        new SecurityScoreRow { TenantId = home.Tenant, IntegrationId = id, Partition = "t1", ExternalId = "1", Payload = "{}" },
        new SecurityControlRow { TenantId = home.Tenant, IntegrationId = id, Partition = "t1", ExternalId = "1", Payload = "{}", Title = "Control" },
    ];

    private static ConsentLink Link(long tenant, long id, byte n) => new()
    {
        TenantId = tenant, IntegrationId = id, CompanyId = Guid.NewGuid(), TokenHash = [n], CreatedBy = "ada", CreatedAt = StorageHome.Start, ExpiresAt = Later,
    };
}
