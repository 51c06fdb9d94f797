using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Web.Features.Integrations;
using MSPortal.Web.Features.Notifications;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Web.Consent.ClientGroup;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Consent;

/// <summary>Forty clients are forty rows for each data type and one line on every page.</summary>
public sealed class ClientGroupTests
{
    [Theory, DatabaseData]
    public async Task Forty_clients_are_one_line_for_each_data_type(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await SeedAsync(home, 40);

        var one = (await Queries(home).ListAsync(home.Tenant, default)).ShouldHaveSingleItem();

        one.Streams.Select(s => (s.DataType, s.RowCount, s.Clients?.Total, s.Clients?.Fresh, s.Freshness)).ShouldBe(
            [(DataType.Companies, 10, null, null, Freshness.Fresh), (DataType.CloudUsers, 400, 40, 40, Freshness.Fresh), (DataType.Licenses, 400, 40, 40, Freshness.Fresh)]);
        one.Streams[1].LastCompleteAt.ShouldBe(Now.AddMinutes(-40), "the oldest");
        (one.Condition, one.Concerns.Count).ShouldBe((IntegrationCondition.Active, 0));
        one.LastSyncAt.ShouldBe(Now);
        (await Queries(home).StandingsAsync(home.Tenant, default)).Single().Streams.Count.ShouldBe(3);
        (await Queries(home).DetailAsync(home.Tenant, id, default))!.Summary.Streams.Count.ShouldBe(3);
        OverviewResource.Of([one], Now).Integrations.Single().DataTypes.Count.ShouldBe(3);
    }

    [Theory, DatabaseData]
    public async Task A_client_that_is_refused_needs_attention_is_told_of_once_and_hides_nobody_elses_age(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await SeedAsync(home, 12);
        await RefuseAsync(home, "c03", PartitionStatus.NeedsConsent, "The application was removed.");

        var one = (await Queries(home).ListAsync(home.Tenant, default)).Single();

        (one.Condition, one.Reason).ShouldBe((IntegrationCondition.NeedsAttention, "Client 03 needs consent: The application was removed."));
        one.Concerns.ShouldHaveSingleItem().Remedy.ShouldBe(AttentionRemedy.Clients);
        var people = one.Streams[1];
        (people.Freshness, people.LastCompleteAt, people.Fault, people.Clients!.Fresh).ShouldBe((Freshness.Fresh, Now.AddMinutes(-12), null, 11));
        people.Clients.Troubled.ShouldBe(["Client 03"]);
        Words.Of(people).Tone.ShouldBe(MSPortal.Web.Ui.Tone.Attention);
        Troubles.Of([one]).Select(t => (t.Key, t.IsGrave, t.Sentence)).ShouldBe([($"{id}/client/c03", false, "Our cloud: Client 03 needs consent: The application was removed.")]);

        await RefuseAsync(home, "c03", PartitionStatus.Connected, null);
        Troubles.Of(await Queries(home).ListAsync(home.Tenant, default)).ShouldBeEmpty("it is connected again");
    }

    [Theory, DatabaseData]
    public async Task The_same_trouble_of_many_is_one_sentence_with_their_names(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        await SeedAsync(home, 6);
        await StreamsAsync(home, ["c01", "c02", "c03", "c04", "c05"], DataType.Licenses, s => s.LastCompleteAt = Now.AddDays(-1));
        await StreamsAsync(home, ["c02"], DataType.CloudUsers, s => s.DeniedPermission = "People.Read");
        await RefuseAsync(home, "c06", PartitionStatus.Error, "It was closed.");

        var one = (await Queries(home).ListAsync(home.Tenant, default)).Single();

        one.Concerns.Select(c => c.Sentence).ShouldBe(
        [
            "Client 06 cannot be read: It was closed.",
            "Cloud users: the consent lacks the permission “People.Read” (Client 02).",
            "Licenses are late (Client 01, Client 02, Client 03 and 2 more).",
        ],
            ignoreOrder: true);
        var (people, licences) = (one.Streams[1], one.Streams[2]);
        (people.DeniedPermission, people.Clients!.Denied.Count, licences.Freshness, licences.Clients!.Fresh).ShouldBe((null, 1, Freshness.Late, 0));
        Troubles.Of([one]).Select(t => t.Key.Split('/', 2)[1]).ShouldBe(["client/c06", "denied/cloud_users/c02"], ignoreOrder: true);
    }

    [Theory, DatabaseData]
    public async Task Runs_name_their_client_and_what_goes_on_for_many_is_one_line(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await SeedAsync(home, 3);
        await using (var db = home.Open())
        {
            RunRow Run(string partition, RunStatus status, string? message = null) => new()
            {
                TenantId = home.Tenant, IntegrationId = id, DataType = DataType.CloudUsers, Partition = partition, Kind = PassKind.Full, Status = status, Read = 5, Total = 10, Message = message,
                StartedAt = Now.AddMinutes(-1), EndedAt = status is RunStatus.Running or RunStatus.Waiting ? null : Now,
            };
            db.Runs.AddRange(
                Run("c01", RunStatus.Partial, "2 missing records were kept."), Run("c02", RunStatus.Partial, "2 missing records were kept."), Run("c03", RunStatus.Succeeded),
                Run("c01", RunStatus.Running), Run("c02", RunStatus.Waiting));
            await db.SaveChangesAsync();
        }

        var runs = await new RunQueries(home.Database, home.Clock).ListAsync(home.Tenant, new RunFilter(id, Partition: "c01"), 0, 10, default);
        var one = (await Queries(home).ListAsync(home.Tenant, default)).Single();
        var together = RunSummary.Together(one.Activity.Runs);

        runs.Rows.Select(r => (r.Client, r.Partition)).ShouldBe([("Client 01", "c01"), ("Client 01", "c01")]);
        one.Concerns.Select(c => c.Sentence).ShouldBe(["Cloud users: 2 missing records were kept (Client 01 and Client 02)."]);
        (together.Client, together.Status, together.Counts.Read, together.Counts.Total).ShouldBe(("2 clients", RunStatus.Running, 10L, 20L));
    }

    [Theory, DatabaseData]
    public async Task The_freshness_of_seven_days_is_that_of_the_worst_client(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await SeedAsync(home, 3);
        await using (var db = home.Open())
        {
            db.Runs.AddRange(from client in new[] { "c01", "c02", "c03" }
                             from hours in Enumerable.Range(0, client == "c02" ? 1 : 28).Select(i => i * 6)
                             select new RunRow
                             {
                                 TenantId = home.Tenant, IntegrationId = id, DataType = DataType.Licenses, Partition = client, Kind = PassKind.Full, Status = RunStatus.Succeeded,
                                 StartedAt = Now.AddHours(-168 + hours), EndedAt = Now.AddHours(-168 + hours),
                             });
            await db.SaveChangesAsync();
        }

        async Task<StreamHistory> HistoryAsync() =>
            (await new FreshnessQueries(home.Database, new ConnectorRegistry([new CloudStub()]), home.Clock).ReadAsync(home.Tenant, id, null, default)).Single(h => h.DataType == DataType.Licenses);
        (await HistoryAsync()).Cells[^1].Worst.ShouldBe(Freshness.Stale);
        await RefuseAsync(home, "c02", PartitionStatus.NeedsConsent, "Gone.");
        (await HistoryAsync()).Cells[^1].Worst.ShouldBe(Freshness.Fresh, "its age is told where its connection is");
    }

    [Theory, DatabaseData]
    public async Task What_is_set_for_a_data_type_holds_for_all_clients(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await SeedAsync(home, 3);
        var schedules = new Schedules(Queries(home), new RunQueries(home.Database, home.Clock), new ConnectorRegistry([new CloudStub()]), home.Get<IIntegrationStore>(), home.Clock);

        var lines = await schedules.ReadAsync(home.Tenant, default);
        await schedules.SetAsync(id, DataType.Licenses, TimeSpan.FromHours(12), home.Ada, default);

        lines.Select(l => l.Stream.DataType).ShouldBe([DataType.Companies, DataType.CloudUsers, DataType.Licenses]);
        lines[1].Why.ShouldContain("It is read for each of 3 clients on its own; how often holds for all of them.");
        await using var db = home.Open();
        (await db.Streams.Where(s => s.DataType == DataType.Licenses).Select(s => s.Interval).ToListAsync()).ShouldBe(Enumerable.Repeat(TimeSpan.FromHours(12), 3));
    }
}
