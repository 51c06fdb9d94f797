using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Features.Api;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Support;

/// <summary>What support asks for, file by file; secrets are not even read here.</summary>
internal sealed class SupportFacts(PortalDatabase database, ConnectorRegistry connectors, PortalOptions options, TimeProvider clock)
{
    private const int RunsEach = 100;
    private const int MostRows = 500;
    private static readonly TimeSpan Steps = TimeSpan.FromDays(14);

    public async IAsyncEnumerable<(string Name, string Text)> ReadAsync(long tenantId, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        yield return ("about.json", Json(await AboutAsync(db, ct)));
        var integrations = await db.Integrations.AsNoTracking().OrderBy(i => i.Id).ToListAsync(ct);
        yield return ("integrations.json", Json(await IntegrationsAsync(db, integrations, ct)));
        yield return ("runs.json", Json(await RunsAsync(db, integrations, ct)));
        yield return ("quarantine.json", Json(await db.Quarantine.OrderByDescending(q => q.LastSeenAt).Take(MostRows)
            .Select(q => new { q.IntegrationId, q.DataType, q.ExternalId, q.Reason, q.FirstSeenAt, q.LastSeenAt, q.Times }).ToListAsync(ct)));
        yield return ("notifications.json", Json(await db.Notifications.OrderByDescending(n => n.Id).Take(MostRows)
            .Select(n => new { n.IntegrationId, n.Key, n.Sentence, n.RaisedAt, n.EndedAt, n.Returns }).ToListAsync(ct)));
        var since = clock.GetUtcNow() - Steps;
        yield return ("steps.json", Json(await db.Audit.Where(a => a.At > since).OrderByDescending(a => a.Id).Take(MostRows)
            .Select(a => new { a.At, a.Action, a.SubjectKind, a.SubjectId }).ToListAsync(ct)));
    }

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, ApiJson.ForPeople);

    private async Task<object> AboutAsync(PortalContext db, CancellationToken ct) => new
    {
        MadeAt = clock.GetUtcNow(),
        Version = typeof(SupportFacts).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
        Runtime = RuntimeInformation.FrameworkDescription,
        System = RuntimeInformation.OSDescription,
        Architecture = RuntimeInformation.ProcessArchitecture.ToString(),
        Environment.ProcessorCount,
        Database = database.Kind.ToString(),
        Migrations = await db.Database.GetAppliedMigrationsAsync(ct),
        Nodes = await db.Nodes.AsNoTracking().OrderBy(n => n.Name).ToListAsync(ct),
        Tenant = await db.Tenants.Where(t => t.Id == db.TenantId).Select(t => new { t.Id, t.TimeZone, t.CreatedAt }).FirstOrDefaultAsync(ct),
        Server = new
        {
            HasPublicUrl = options.PublicUrl is not null,
            options.IsHttps,
            Proxies = options.KnownProxies.Count,
            options.AllowPrivateNetworks,
            HasMailServer = options.Smtp is not null,
            KeyFromEnvironment = options.Key is not null,
            options.ParallelIntegrations,
            options.ApiRequestsPerMinute,
        },
        Records = new
        {
            Tickets = await db.Tickets.LongCountAsync(ct),
            Companies = await db.Companies.LongCountAsync(ct),
            Links = await db.CompanyLinks.LongCountAsync(ct),
            Blocked = await db.BlockedCompanies.LongCountAsync(ct),
        },
    };

    private async Task<object> IntegrationsAsync(PortalContext db, List<Integration> integrations, CancellationToken ct)
    {
        var streams = (await db.Streams.AsNoTracking().ToListAsync(ct)).ToLookup(s => s.IntegrationId);
        var clients = await Clients.ClientStanding.OfAsync(db, [.. integrations.Select(i => i.Id)], ct);
        var webhooks = await db.WebhookEndpoints.AsNoTracking().ToDictionaryAsync(w => w.IntegrationId, ct);
        return integrations.Select(i => new
        {
            i.Id,
            i.Provider,
            i.Name,
            i.Status,
            i.StatusReason,
            i.StatusAdvice,
            i.StatusSince,
            i.VendorVersion,
            i.KeyExpiresOn,
            i.WizardStep,
            i.CreatedAt,
            i.UnintelligibleRuns,
            HasCredentials = i.Secrets is not null,
            Settings = Open(i),
            Scope = JsonSerializer.Deserialize<JsonElement>(i.Scope),
            CompanyFilter = JsonSerializer.Deserialize<JsonElement>(i.CompanyFilter),
            Areas = i.Areas is { } areas ? JsonSerializer.Deserialize<JsonElement>(areas) : default(JsonElement?),
            i.AreasCheckedAt,
            Webhooks = webhooks.GetValueOrDefault(i.Id) is { } w ? new { w.Trouble, w.CheckedAt, w.LastReceivedAt, w.Accepted, w.Forged, w.TooLarge, w.Unsure } : null,
            Clients = clients[i.Id].Select(c => new { c.Id, c.Name, c.Detail, c.Status, c.Reason, c.WhatToDo, c.Since }),
            Streams = streams[i.Id].OrderBy(s => s.DataType).ThenBy(s => s.Partition, StringComparer.Ordinal).Select(Of),
        });
    }

    /// <summary>Only what the form shows in plain text; of a provider that is not known here any more nothing.</summary>
    private Dictionary<string, string> Open(Integration integration)
    {
        var shown = connectors.Find(integration.Provider)?.Settings.Fields.Where(f => !f.Secret).Select(f => f.Key).ToHashSet() ?? [];
        return (StoredJson.Read<Dictionary<string, string>>(integration.Settings) ?? []).Where(s => shown.Contains(s.Key)).ToDictionary();
    }

    private static object Of(StreamRow stream) => new
    {
        DataType = stream.DataType.Slug(),
        stream.Partition,
        stream.Enabled,
        IntervalMinutes = stream.Interval.TotalMinutes,
        stream.DueAt,
        stream.IncrementalDueAt,
        stream.FullDueAt,
        stream.Watermark,
        stream.LastCompleteAt,
        stream.LastFullAt,
        stream.LastAttemptAt,
        stream.BackoffLevel,
        stream.NotBefore,
        stream.FaultKind,
        stream.FaultSentence,
        stream.FaultSince,
        stream.DeniedPermission,
        stream.RowCount,
        stream.LiveGeneration,
        stream.ShadowGeneration,
        Incremental = stream.IncrementalPass is { } changes ? JsonSerializer.Deserialize<JsonElement>(changes) : default(JsonElement?),
        Full = stream.FullPass is { } full ? JsonSerializer.Deserialize<JsonElement>(full) : default(JsonElement?),
    };

    private static async Task<List<object>> RunsAsync(PortalContext db, List<Integration> integrations, CancellationToken ct)
    {
        var all = new List<object>();
        foreach (var id in integrations.Select(i => i.Id))
        {
            all.AddRange(await db.Runs.Where(r => r.IntegrationId == id).OrderByDescending(r => r.StartedAt).Take(RunsEach)
                .Select(r => new
                {
                    r.Id, r.IntegrationId, r.DataType, r.Partition, r.Trigger, r.Kind, r.Status, r.StartedAt, r.EndedAt, r.Message, r.FaultKind, r.Read, r.Created, r.Updated,
                    r.Unchanged, r.Removed, r.LeftScope, r.Quarantined, r.Pages, r.ApiCalls, r.RateLimitWaits, r.Total,
                }).ToListAsync(ct));
        }

        return all;
    }
}
