using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Integrations;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Hosting;
using Npgsql;

namespace MSPortal.Web.Features.Support;

/// <summary>Knows every secret that this portal holds, so that texts can be searched for them.</summary>
internal sealed class SupportSecrets(PortalDatabase database, ISyncStore sync, IWebhookStore webhooks, ConnectorRegistry connectors, PortalOptions options)
{
    private const int MostNames = 20_000;

    public async Task<Scrubber> ScrubberAsync(long tenantId, bool withNames, CancellationToken ct) =>
        new([.. Operators(), .. await IntegrationsAsync(tenantId, ct)], withNames ? null : await NamesAsync(tenantId, ct));

    private IEnumerable<string> Operators()
    {
        string?[] own = [options.Key, options.BootstrapApiKey, options.Smtp?.Password, options.Smtp?.User];
        return own.OfType<string>().Concat(database.Kind == DatabaseKind.Postgres && new NpgsqlConnectionStringBuilder(database.ConnectionString).Password is { Length: > 0 } password ? [password] : []);
    }

    private async Task<List<string>> IntegrationsAsync(long tenantId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var secrets = new List<string>();
        foreach (var (id, provider) in (await db.Integrations.Select(i => new { i.Id, i.Provider }).ToListAsync(ct)).Select(i => (i.Id, i.Provider)))
        {
            var schema = connectors.Find(provider)?.Settings;
            var settings = (await sync.IntegrationAsync(tenantId, id, ct))?.Settings;
            // Of a provider that is not known here any more nobody can say what is secret.
            secrets.AddRange(settings?.All.Where(s => schema is null || schema.Fields.Any(f => f.Key == s.Key && f.Secret)).Select(s => s.Value) ?? []);
            if (await webhooks.EndpointAsync(tenantId, id, ct) is { } endpoint)
            {
                secrets.AddRange([endpoint.Path, endpoint.Secret]);
            }
        }

        return secrets;
    }

    private async Task<List<(string Kind, string Name)>> NamesAsync(long tenantId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var names = new List<(string Kind, string Name)>();
        names.AddRange((await db.Companies.Select(c => c.Name).Take(MostNames).ToListAsync(ct)).Select(n => ("Company", n)));
        names.AddRange((await db.ExternalCompanies.Select(c => c.Name).Distinct().Take(MostNames).ToListAsync(ct)).Select(n => ("Company", n)));
        names.AddRange((await db.BlockedCompanies.Select(c => c.Name).Take(MostNames).ToListAsync(ct)).Select(n => ("Company", n)));
        names.AddRange((await db.Partitions.Select(p => new { p.Name, p.Detail, p.Partition }).Take(MostNames).ToListAsync(ct))
            .SelectMany(p => new[] { p.Name, p.Detail, p.Partition }.OfType<string>()).Select(n => ("Company", n)));
        names.AddRange((await db.Users.Where(u => u.TenantId == tenantId).Select(u => u.DisplayName).ToListAsync(ct)).Select(n => ("Person", n)));
        names.AddRange((await db.ExternalUsers.Select(u => new { u.FirstName, u.LastName }).Take(MostNames).ToListAsync(ct))
            .Select(u => ("Person", $"{u.FirstName} {u.LastName}".Trim())));
        return names;
    }
}
