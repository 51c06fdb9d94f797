using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Web.Features.Companies;
using MSPortal.Web.Features.Devices;

namespace MSPortal.Demo;

/// <summary>What the demo's tenant has beside its PSA: an RMM with its devices, and clients' tenants in the cloud. Connected the way a person would, after the link stands.</summary>
/// <param name="vendors">Where the simulated vendors are.</param>
internal sealed class DemoTools(IServiceProvider services, HttpClient vendors, DemoStreams streams)
{
    private readonly PortalDatabase database = services.GetRequiredService<PortalDatabase>();

    public async Task MakeAsync(Actor actor, CancellationToken ct)
    {
        await DevicesAsync(actor, ct);
        await CloudAsync(actor, ct);
    }

    private async Task DevicesAsync(Actor actor, CancellationToken ct)
    {
        var about = await AboutAsync("ninjaone", ct);
        var keys = services.GetRequiredService<ConnectorRegistry>().Get("ninjaone").Settings.Fields.Select(f => f.Key).Where(key => about.TryGetProperty(key, out _));
        var id = await ConnectAsync("ninjaone", "NinjaOne (simulated)", keys.ToDictionary(key => key, key => about.GetProperty(key).GetString()!), actor, ct);
        foreach (var match in await MatchesAsync(actor.TenantId, id, ct))
        {
            await services.GetRequiredService<CompanyLinking>().LinkAsync(match.CompanyId, new ExternalKey(id, match.ExternalId), actor, ct);
        }

        await streams.UntilReadAsync(actor.TenantId, id, DataType.Devices, ct);
        var types = services.GetRequiredService<DeviceTypeMapping>();
        var proposed = (await types.ListAsync(actor.TenantId, id, ct)).Where(t => t.Proposal is not null).Select(t => new TypeChoice(t.SourceType, t.Proposal, AutoImport: true)).ToList();
        await types.ChooseAsync(id, proposed, actor, ct);
        await services.GetRequiredService<DeviceImport>().ImportAllAsync(id, actor, ct);
    }

    /// <summary>Clients whose administrator has not agreed stay as they are, for somebody to try a consent link on.</summary>
    private async Task CloudAsync(Actor actor, CancellationToken ct)
    {
        var about = await AboutAsync("microsoft365", ct);
        string Text(string name) => about.GetProperty(name).GetString()!;
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["tenant"] = Text("partner"), ["clientId"] = Text("clientId"), ["clientSecret"] = Text("clientSecret"), ["cloud"] = Text("login"),
        };
        var id = await ConnectAsync("microsoft365", "Microsoft 365 (simulated)", settings, actor, ct);
        foreach (var match in await MatchesAsync(actor.TenantId, id, ct))
        {
            await services.GetRequiredService<ConnectingClients>().ConnectAsync(id, match.ExternalId, match.CompanyId, actor, ct);
        }
    }

    private async Task<long> ConnectAsync(string provider, string name, Dictionary<string, string> settings, Actor actor, CancellationToken ct)
    {
        var connected = await services.GetRequiredService<Connecting>().ConnectAsync(provider, name, settings, skipTest: false, actor, ct);
        var id = connected.IntegrationId ?? throw new InvalidOperationException($"{name}: {string.Join(' ', connected.Errors.Select(e => e.Message))}");
        await streams.UntilReadAsync(actor.TenantId, id, DataType.Companies, ct);
        await using var db = database.Open(actor.TenantId);
        await db.Integrations.Where(i => i.Id == id).ExecuteUpdateAsync(u => u.SetProperty(i => i.WizardStep, (string?)null), ct);
        return id;
    }

    private async Task<IEnumerable<MatchProposal>> MatchesAsync(long tenantId, long integrationId, CancellationToken ct) =>
        (await services.GetRequiredService<QuickMatch>().ProposeAsync(tenantId, integrationId, ct)).Where(m => m.IsSure);

    private async Task<JsonElement> AboutAsync(string provider, CancellationToken ct) =>
        JsonSerializer.Deserialize<JsonElement>(await vendors.GetStringAsync(new Uri($"/control/{provider}", UriKind.Relative), ct));
}
