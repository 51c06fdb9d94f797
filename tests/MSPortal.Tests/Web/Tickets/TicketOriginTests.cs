using MSPortal.Connectors;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Storage.Model;
using MSPortal.Storage.Secrets;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Tickets;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Tickets;

public sealed class TicketOriginTests
{
    [Theory, DatabaseData]
    public async Task No_ticket_is_hidden_without_being_counted_but_those_that_were_left_out_on_purpose(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var seed = new TicketSeed(home.Database, home.Tenant, StorageHome.Start);
        var psa = await seed.IntegrationAsync();
        await seed.LinkAsync(psa, "linked", "Acme");
        await seed.BlockAsync(psa, "blocked");
        await seed.ExternalCompanyAsync(psa, "waiting", "Contoso");
        await seed.ExternalCompanyAsync(psa, "old", "Of another generation", generation: 2);
        await seed.DoAsync(db =>
        {
            db.Ledger.Add(new LedgerRow { TenantId = home.Tenant, IntegrationId = psa, DataType = DataType.Companies, Generation = 1, ExternalId = "filtered out", State = LedgerState.OutOfScope });
            return Task.CompletedTask;
        });
        string?[] companies = ["linked", "blocked", "waiting", "waiting", "old", "filtered out", "unread", "unread", "unread", null];
        for (var i = 0; i < companies.Length; i++)
        {
            await seed.TicketAsync(psa, $"{i + 1}", companies[i]);
        }

        var origin = (await Queries(home).ReadAsync(Sight.Whole(home.Tenant), default)).ShouldHaveSingleItem();

        origin.Waiting.ShouldBe(new WaitingTickets(6, 3, 2));
    }

    private static TicketOriginQueries Queries(StorageHome home) => new(home.Database, new ConnectorRegistry(ConnectorRegistration.All), home.Get<Vault>());
}
