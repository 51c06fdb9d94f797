using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Companies;
using MSPortal.Web.Features.Integrations;
using MSPortal.Web.Hosting;

namespace MSPortal.Demo;

/// <summary>Makes the demo's tenant the way a person would: administrator, connection, boards, stages, companies. Nothing is written past the portal.</summary>
internal sealed class DemoTenant(IServiceProvider services, HttpClient control, DemoStreams streams)
{
    private static readonly string[] Keys = ["apiUrl", "companyId", "publicKey", "privateKey", "clientId"];

    private readonly PortalDatabase database = services.GetRequiredService<PortalDatabase>();
    private readonly TimeProvider clock = services.GetRequiredService<TimeProvider>();

    /// <summary>Ready when companies are imported; tickets go on coming in.</summary>
    /// <returns>The administrator, and whoever acts in the demo's name.</returns>
    public async Task<(Guid Administrator, Actor Actor)> MakeAsync(CancellationToken ct)
    {
        var (tenantId, userId) = await AdministratorAsync(ct);
        var actor = new Actor(tenantId, "demo", null);
        var id = await ConnectAsync(actor, ct);
        await streams.UntilReadAsync(tenantId, id, DataType.Reference, ct);
        await services.GetRequiredService<IIntegrationStore>().SetScopeAsync(id, await ScopeAsync(tenantId, id, ct), actor, ct);
        await streams.UntilReadAsync(tenantId, id, DataType.Companies, ct);
        await services.GetRequiredService<CompanyImport>().ImportAllAsync(id, actor, ct);
        await using (var db = database.Open(tenantId))
        {
            await db.Integrations.Where(i => i.Id == id).ExecuteUpdateAsync(u => u.SetProperty(i => i.WizardStep, (string?)null), ct);
        }

        return (userId, actor);
    }

    private async Task<(long TenantId, Guid UserId)> AdministratorAsync(CancellationToken ct)
    {
        var tenantId = await FirstTenant.GetOrAddAsync(database, clock, ct);
        await using var db = database.Open(tenantId);
        // Whoever tries the demo comes by its link alone, and longer than a link stands for a second factor.
        await SecondFactorRule.SetAsync(db, required: false, ct);
        await db.SaveChangesAsync(ct);
        await db.Tenants.Where(t => t.Id == tenantId).ExecuteUpdateAsync(
            u => u.SetProperty(t => t.Name, "Northwind IT").SetProperty(t => t.TimeZone, TimeZoneInfo.Local.Id), ct);
        await using var scope = services.CreateAsyncScope();
        var user = new PortalUser
        {
            TenantId = tenantId,
            UserName = "ada@northwind.example",
            Email = "ada@northwind.example",
            DisplayName = "Ada Lovelace",
            RoleId = BuiltInRole.Administrator,
            InvitedAt = clock.GetUtcNow(),
            CreatedAt = clock.GetUtcNow(),
        };
        var made = await scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>().CreateAsync(user);
        return made.Succeeded ? (tenantId, user.Id) : throw new InvalidOperationException(string.Join(' ', made.Errors.Select(e => e.Description)));
    }

    private async Task<long> ConnectAsync(Actor actor, CancellationToken ct)
    {
        var account = await control.GetFromJsonAsync<JsonElement>("", ct);
        var settings = Keys.ToDictionary(key => key, key => account.GetProperty(key).GetString()!);
        var connected = await services.GetRequiredService<Connecting>().ConnectAsync("connectwise", "ConnectWise (simulated)", settings, skipTest: false, actor, ct);
        return connected.IntegrationId ?? throw new InvalidOperationException(string.Join(' ', connected.Errors.Select(e => e.Message)));
    }

    /// <summary>All boards but those of projects, and a stage for every status whose name says one.</summary>
    private async Task<TicketScope> ScopeAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var items = await db.Reference.Where(r => r.IntegrationId == integrationId && !r.IsInactive && (r.Kind == ReferenceKinds.Container || r.Kind == ReferenceKinds.Status)).ToListAsync(ct);
        var stages = items.Where(r => r.Kind == ReferenceKinds.Status)
            .Select(r => (r.ItemId, Stage: StageProposals.Of(r.Name, r.IsClosed)))
            .Where(s => s.Stage is not null)
            .ToDictionary(s => s.ItemId, s => s.Stage!.Value);
        return new TicketScope
        {
            Containers = [.. items.Where(r => r.Kind == ReferenceKinds.Container && Canonical.Read<ReferenceItem>(r.Payload).Extra?.ContainsKey("projectBoard") != true).Select(r => r.ItemId)],
            Stages = stages,
        };
    }
}
