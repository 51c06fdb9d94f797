using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Integrations;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Tickets;
using DataType = MSPortal.Core.Model.DataType;

namespace MSPortal.Web.Features.Users;

/// <summary>Brings contacts in by rules: says beforehand who would come in, and does it after a sync or when asked. Nobody is invited by it.</summary>
internal sealed class ContactAutoImport(PortalDatabase database, ContactQueries contacts, ContactImport import, TimeProvider clock)
{
    /// <summary>A claim that outlives its process is nobody's after this time.</summary>
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(15);
    private const int MostFailed = 100;
    private const int AtOnce = 500;

    /// <exception cref="KeyNotFoundException">There is no such integration.</exception>
    public async Task<ContactRules> RulesAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        await NameAsync(db, integrationId, ct);
        return await ReadAsync<ContactRules>(db, RulesKey(integrationId), ct) ?? new ContactRules();
    }

    /// <summary>Null when it never ran.</summary>
    public async Task<ContactImportReport?> ReportAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        return await ReadAsync<ContactImportReport>(db, ReportKey(integrationId), ct);
    }

    /// <summary>Stores the rules; the answer is empty when all is well.</summary>
    /// <exception cref="KeyNotFoundException">There is no such integration.</exception>
    /// <exception cref="ActionRefusedException">The actor may no longer do this.</exception>
    public Task<IReadOnlyList<FieldError>> SaveAsync(long integrationId, ContactRules rules, PortalAccess by, Actor actor, CancellationToken ct) =>
        database.WriteAsync(actor.TenantId, db => SaveAsync(db, integrationId, rules, by, actor, ct), ct);

    private async Task<IReadOnlyList<FieldError>> SaveAsync(PortalContext db, long integrationId, ContactRules rules, PortalAccess by, Actor actor, CancellationToken ct)
    {
        by = await UserRules.BeginAsync(db, by, Permissions.WriteUsers, actor, ct);
        var name = await NameAsync(db, integrationId, ct);
        rules = rules with { Companies = rules.Companies ?? [], Types = rules.Types ?? [] }; // A program may say null.
        foreach (var role in rules.Roles)
        {
            if (await UserRules.RoleProblemAsync(db, role, forClient: true, by, ct) is { } problem)
            {
                return [new FieldError("roleId", problem)];
            }
        }

        if (rules.IsOn && !rules.Roles.Any())
        {
            return [new FieldError("isOn", "Say at least one role first: without one nobody would come in.")];
        }

        rules = rules with { Companies = [.. rules.Companies.DistinctBy(c => c.CompanyId)], Types = [.. rules.Types.DistinctBy(t => t.TypeId)] };
        var before = await ReadAsync<ContactRules>(db, RulesKey(integrationId), ct);
        await WriteAsync(db, RulesKey(integrationId), rules, ct);
        var entry = AuditEntries.By(actor, clock.GetUtcNow(), "contact_import.changed", "integration", integrationId.ToString(CultureInfo.InvariantCulture), name);
        (entry.Before, entry.After) = (before is null ? null : await ToldAsync(db, before, ct), await ToldAsync(db, rules, ct));
        db.Audit.Add(entry);
        return [];
    }

    /// <summary>Who would come in by these rules now, and what keeps the others out.</summary>
    public async Task<ContactPlan> PlanAsync(long tenantId, long integrationId, ContactRules rules, CancellationToken ct)
    {
        var plan = await SortAsync(tenantId, integrationId, rules, ct);
        await using var db = database.Open(tenantId);
        return plan with { Tickets = await TicketsAsync(db, plan.In, ct) };
    }

    /// <summary>The same without what they would see, which only people who decide want to know.</summary>
    private async Task<ContactPlan> SortAsync(long tenantId, long integrationId, ContactRules rules, CancellationToken ct)
    {
        var all = await contacts.OfIntegrationAsync(tenantId, integrationId, ct);
        await using var db = database.Open(tenantId);
        var known = await db.Users.Where(u => u.TenantId == tenantId && u.NormalizedEmail != null).Select(u => new { u.NormalizedEmail, u.CompanyId }).ToDictionaryAsync(u => u.NormalizedEmail!, u => u.CompanyId, ct);
        var removed = (await db.BlockedContacts.Select(b => b.NormalizedEmail).ToListAsync(ct)).ToHashSet();
        var rows = new List<ContactPlanRow>(all.Count);
        var taken = new HashSet<string>();
        foreach (var contact in all.Where(c => c.User is null))
        {
            var (role, why) = rules.Of(contact);
            var problem = ContactImport.Problem(contact) ?? (role is null ? why : null) ?? AddressProblem(contact, known, removed) ?? (taken.Add(Normal(contact.Email!)) ? null : "Shares its e-mail address with another contact.");
            rows.Add(new ContactPlanRow(contact, problem is null ? role : null, problem ?? why));
        }

        return new ContactPlan([.. rows.Where(r => r.RoleId is not null)], [.. rows.Where(r => r.RoleId is null)], 0, all.Count(c => c.User is not null));
    }

    /// <summary>Brings them in now, by the rules as they are stored, whether those are on or not.</summary>
    /// <exception cref="KeyNotFoundException">There is no such integration.</exception>
    /// <exception cref="ActionRefusedException">The actor may no longer do this, or they are being imported already.</exception>
    public async Task<ContactImportReport> RunAsync(long integrationId, PortalAccess by, Actor actor, CancellationToken ct) =>
        await OnceAtATimeAsync(integrationId, () => ImportAsync(integrationId, by, actor, ct), actor.TenantId, ct)
        ?? throw new ActionRefusedException("Contacts of this integration are being imported already. Look at the report in a moment; an import that was broken off can be repeated after a quarter of an hour.");

    private async Task<ContactImportReport?> ImportAsync(long integrationId, PortalAccess by, Actor actor, CancellationToken ct)
    {
        var marker = await MarkerAsync(actor.TenantId, integrationId, ct);
        var rules = await RulesAsync(actor.TenantId, integrationId, ct);
        var plan = await SortAsync(actor.TenantId, integrationId, rules, ct);
        var outcomes = await import.ImportAsync([.. plan.In.Select(r => new ContactChoice(r.Contact.Key, r.RoleId!.Value))], by, actor, ct);
        var failed = outcomes.Zip(plan.In).Where(o => o.First.Problem is not null).Select(o => new FailedContact(o.First.Name, o.Second.Contact.Email, o.First.Problem!)).ToList();
        var report = new ContactImportReport(
            clock.GetUtcNow(), outcomes.Any(o => o.Problem == ContactImport.Unanswered) ? "" : marker, outcomes.Count(o => o is { Problem: null, Linked: false }), outcomes.Count(o => o is { Problem: null, Linked: true }),
            [.. plan.Out.GroupBy(r => r.Why).Select(g => new SkippedContacts(g.Key, g.Count())).OrderByDescending(s => s.Count).ThenBy(s => s.Why, StringComparer.Ordinal).Take(MostFailed)],
            [.. failed.Take(MostFailed)]);
        return await database.WriteAsync(actor.TenantId, async db =>
        {
            await UserRules.QueueAsync(db, ct);
            await WriteAsync(db, ReportKey(integrationId), report, ct);
            if (report.Imported + report.Linked > 0)
            {
                var entry = AuditEntries.By(actor, report.At, "contact_import.run", "integration", integrationId.ToString(CultureInfo.InvariantCulture), await NameAsync(db, integrationId, ct));
                entry.After = JsonSerializer.Serialize(new { imported = report.Imported, linked = report.Linked, failed = failed.Count });
                db.Audit.Add(entry);
            }

            return report;
        }, ct);
    }

    /// <summary>Of every integration whose rules are on, when a sync or an import of companies has brought something since; the answer is how many came in.</summary>
    public async Task<int> RunDueAsync(long tenantId, CancellationToken ct)
    {
        List<long> on;
        await using (var db = database.Open(tenantId))
        {
            var stored = await db.TenantSettings.Where(s => s.Key.StartsWith(ContactImportKeys.Rules)).ToListAsync(ct);
            var there = (await db.Integrations.Select(i => i.Id).ToListAsync(ct)).ToHashSet();
            on = [.. stored.Where(s => JsonSerializer.Deserialize<ContactRules>(s.Value) is { IsOn: true })
                .Select(s => long.Parse(s.Key.AsSpan(ContactImportKeys.Rules.Length), CultureInfo.InvariantCulture)).Where(there.Contains)];
        }

        var came = 0;
        foreach (var integration in on)
        {
            async Task<bool> IsDoneAsync() => await ReportAsync(tenantId, integration, ct) is { } last && last.Marker == await MarkerAsync(tenantId, integration, ct);
            if (await IsBeingReadAsync(tenantId, integration, ct) || await IsDoneAsync())
            {
                continue;
            }

            // Every node looks, and one does it: who comes next finds it done.
            var report = await OnceAtATimeAsync(
                integration, async () => await IsDoneAsync() ? null : await ImportAsync(integration, PortalAccess.Everything, new Actor(tenantId, "MSPortal", null), ct), tenantId, ct);
            came += report is null ? 0 : report.Imported + report.Linked;
        }

        return came;
    }

    /// <summary>Null, and nothing is done, while somebody else imports from the integration, on whichever node.</summary>
    private async Task<ContactImportReport?> OnceAtATimeAsync(long integrationId, Func<Task<ContactImportReport?>> import, long tenantId, CancellationToken ct)
    {
        var key = ContactImportKeys.Of(ContactImportKeys.Claim, integrationId);
        var claim = new ImportClaim(Guid.NewGuid(), clock.GetUtcNow() + LongestRun);
        var claimed = await database.WriteAsync(tenantId, async db =>
        {
            await UserRules.QueueAsync(db, ct);
            if (await ReadAsync<ImportClaim>(db, key, ct) is { } other && other.Until > clock.GetUtcNow())
            {
                return false;
            }

            await WriteAsync(db, key, claim, ct);
            return true;
        }, ct);
        if (!claimed)
        {
            return null;
        }

        try
        {
            return await import();
        }
        finally
        {
            // Also when nobody waits for it any more.
            var mine = JsonSerializer.Serialize(claim);
            await database.WriteAsync(tenantId, db => db.TenantSettings.Where(s => s.Key == key && s.Value == mine).ExecuteDeleteAsync(CancellationToken.None), CancellationToken.None);
        }
    }

    /// <summary>Whether contacts of any integration would come in with this role.</summary>
    public static Task<bool> NamesAsync(PortalContext db, Guid role, CancellationToken ct)
    {
        var text = role.ToString();
        return db.TenantSettings.AnyAsync(s => s.Key.StartsWith(ContactImportKeys.Rules) && s.Value.Contains(text), ct);
    }

    private static string RulesKey(long integrationId) => ContactImportKeys.Of(ContactImportKeys.Rules, integrationId);

    private static string ReportKey(long integrationId) => ContactImportKeys.Of(ContactImportKeys.Report, integrationId);

    private static string Normal(string email) => email.Normalize().ToUpperInvariant();

    private static string? AddressProblem(ContactLine contact, Dictionary<string, Guid?> known, HashSet<string> removed)
    {
        if (contact.Email is not { } email)
        {
            return "Has no e-mail address.";
        }

        return !new EmailAddressAttribute().IsValid(email) ? "Its e-mail address is none."
            : removed.Contains(Normal(email)) ? "Access was removed. Allow it again first."
            : known.TryGetValue(Normal(email), out var company) && company != contact.Company!.Id ? "Its e-mail address is that of somebody else here."
            : null;
    }

    /// <summary>Page by page it would be done again and again; the sync's end is waited for.</summary>
    private async Task<bool> IsBeingReadAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        return await db.Runs.AnyAsync(r => r.IntegrationId == integrationId && r.DataType == DataType.Contacts && r.Status == RunStatus.Running, ct);
    }

    /// <summary>Changes with each read of contacts, also of a single one that a webhook told of, with the companies that are linked and with whose access is removed.</summary>
    private async Task<string> MarkerAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var read = await db.Streams.Where(s => s.IntegrationId == integrationId && s.DataType == DataType.Contacts).SumAsync(s => s.ReadSequence, ct);
        var removed = await db.BlockedContacts.CountAsync(ct);
        var link = await db.CompanyLinks.Where(l => l.IntegrationId == integrationId).MaxAsync(l => (long?)l.Id, ct) ?? 0;
        var rules = await db.TenantSettings.Where(s => s.Key == RulesKey(integrationId)).Select(s => s.Value).FirstOrDefaultAsync(ct);
        return string.Create(CultureInfo.InvariantCulture, $"{read}/{link}/{removed}/{Convert.ToHexString(Canonical.Hash(rules ?? ""))}");
    }

    /// <summary>What they would see between them, by the reach of the roles they would have; each ticket once.</summary>
    private static async Task<int> TicketsAsync(PortalContext db, IReadOnlyList<ContactPlanRow> rows, CancellationToken ct)
    {
        var reach = new Dictionary<Guid, TicketReach>();
        foreach (var role in rows.Select(r => r.RoleId!.Value).Distinct())
        {
            reach[role] = (await AccessBook.RoleAsync(db, role, ct)).Reach;
        }

        var seen = new HashSet<Guid>();
        var homes = rows.ToDictionary(r => r.Contact.Key, r => r.Contact.Company!.Id);
        foreach (var group in rows.GroupBy(r => reach[r.RoleId!.Value], r => r.Contact.Key))
        {
            foreach (var some in group.Chunk(group.Key == TicketReach.Location ? AtOnce / 5 : AtOnce))
            {
                seen.UnionWith(await TicketsAsync(db, some, group.Key, homes, ct));
            }
        }

        return seen.Count;
    }

    /// <summary>Asked for all at once: whom a ticket names as its contact sees it only when it is their own company's.</summary>
    private static async Task<IEnumerable<Guid>> TicketsAsync(PortalContext db, ContactKey[] keys, TicketReach reach, Dictionary<ContactKey, Guid> homes, CancellationToken ct)
    {
        var (integration, ids) = (keys[0].IntegrationId, keys.Select(k => k.ExternalId).ToList());
        var rows = await Contact.Live(db).Where(c => c.IntegrationId == integration && EF.Parameter(ids).Contains(c.ExternalId))
            .Select(c => new { c.Partition, c.ExternalId, c.CompanyId, c.Payload }).ToListAsync(ct);
        var contacts = rows.Where(r => keys.Contains(new ContactKey(integration, r.ExternalId, r.Partition))).Select(r => new ClientContact(
            integration, r.Partition, r.ExternalId, r.CompanyId!, reach == TicketReach.Location ? Canonical.Read<ExternalContact>(r.Payload).SiteName : null)).ToList();
        var companies = keys.Select(k => homes[k]).Distinct().ToList();
        var tickets = await TicketWhere.Visible(db, new Sight(db.TenantId, companies, new ClientSight(reach, contacts)))
            .Select(t => new { t.Id, t.Partition, t.CompanyId, t.ContactId, t.SiteName }).ToListAsync(ct);
        if (reach == TicketReach.Company)
        {
            return tickets.Select(t => t.Id);
        }

        var linked = await db.CompanyLinks.Where(l => l.IntegrationId == integration && companies.Contains(l.CompanyId)).ToDictionaryAsync(l => (l.Partition, l.ExternalId), l => l.CompanyId, ct);
        var sites = contacts.Where(c => c.Site is not null).Select(c => (c.Partition, c.CompanyId, c.Site)).ToHashSet();
        return tickets.Where(t => sites.Contains((t.Partition, t.CompanyId!, t.SiteName))
            || (t.ContactId is { } contact && homes.TryGetValue(new ContactKey(integration, contact, t.Partition), out var home) && linked[(t.Partition, t.CompanyId!)] == home)).Select(t => t.Id);
    }

    /// <summary>In names, for people.</summary>
    private static async Task<string> ToldAsync(PortalContext db, ContactRules rules, CancellationToken ct)
    {
        var (roleIds, companyIds) = (rules.Roles.ToList(), rules.Companies.Select(c => c.CompanyId).ToList());
        var roles = await db.PortalRoles.Where(r => roleIds.Contains(r.Id)).ToDictionaryAsync(r => r.Id, r => r.Name, ct);
        var companies = await db.Companies.Where(c => companyIds.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.Name, ct);
        string? Name(Guid? role) => role is not { } id ? null : BuiltInRoles.All.Where(r => r.Id == id).Select(r => r.Name).FirstOrDefault() ?? roles.GetValueOrDefault(id, id.ToString());
        return JsonSerializer.Serialize(new
        {
            on = rules.IsOn,
            companies = rules.Companies.Select(c => $"{companies.GetValueOrDefault(c.CompanyId, c.CompanyId.ToString())}: {Name(c.RoleId) ?? "nobody"}"),
            types = rules.Types.Select(t => $"{t.TypeId}: {Name(t.RoleId)}"),
            primary = Name(rules.Primary),
            everyone = Name(rules.Everyone),
        });
    }

    private static async Task<string> NameAsync(PortalContext db, long integrationId, CancellationToken ct) =>
        await db.Integrations.Where(i => i.Id == integrationId).Select(i => i.Name).FirstOrDefaultAsync(ct) ?? throw new KeyNotFoundException("There is no such integration.");

    private static async Task<T?> ReadAsync<T>(PortalContext db, string key, CancellationToken ct)
        where T : class =>
        await db.TenantSettings.Where(s => s.Key == key).Select(s => s.Value).FirstOrDefaultAsync(ct) is { } value ? JsonSerializer.Deserialize<T>(value) : null;

    private static Task WriteAsync<T>(PortalContext db, string key, T value, CancellationToken ct) => db.PutSettingAsync(key, JsonSerializer.Serialize(value), ct);
}

/// <summary>Somebody's turn to import from an integration.</summary>
internal sealed record ImportClaim(Guid By, DateTimeOffset Until);
