using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Devices;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Devices;

/// <summary>What becomes of the devices of one of a source's types.</summary>
public enum TypeDecision
{
    Undecided,
    Mapped,
    Ignored,
}

/// <summary>One of a source's types, with its devices.</summary>
/// <param name="SourceType">The source's word; empty for devices without a type.</param>
/// <param name="Devices">Those that the source has.</param>
/// <param name="Ready">Of linked companies, and not in the inventory yet.</param>
/// <param name="Imported">In the inventory.</param>
/// <param name="Type">The portal's type, when mapped.</param>
/// <param name="Proposal">What the word most likely means; null when nobody knows.</param>
public sealed record SourceTypeLine(
    long IntegrationId, string SourceType, int Devices, int Ready, int Imported, TypeDecision Decision, string? Type, bool AutoImport, string? Proposal);

/// <param name="Type">The portal's type; null leaves the devices out.</param>
public sealed record TypeChoice(string SourceType, string? Type, bool AutoImport = false);

/// <summary>Maps the words in which tools name the kinds of devices to the portal's types: who has not decided about a type has none of its devices.</summary>
internal sealed class DeviceTypeMapping(PortalDatabase database, Inventory inventory, TimeProvider clock)
{
    /// <exception cref="DeviceProblemException">There is no such integration.</exception>
    public async Task<IReadOnlyList<SourceTypeLine>> ListAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        await NameAsync(db, integrationId, ct);
        var live = SeenDevice.Live(db).Where(d => d.IntegrationId == integrationId);
        var linked = live.OfLinkedCompany(db);
        var counts = await live.GroupBy(d => d.TypeName ?? "").Select(g => new { g.Key, Count = g.Count() }).ToListAsync(ct);
        var imported = await linked.OfMappedType(db).Taken(db).GroupBy(d => d.TypeName ?? "").Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var ready = await linked.Where(d => !d.IsInactive).NotTaken(db).GroupBy(d => d.TypeName ?? "").Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var rules = await db.DeviceTypeRules.AsNoTracking().Where(r => r.IntegrationId == integrationId).ToDictionaryAsync(r => r.SourceType, ct);
        return
        [
            .. counts.OrderByDescending(c => c.Count).ThenBy(c => c.Key, StringComparer.OrdinalIgnoreCase).Select(c =>
            {
                var rule = rules.GetValueOrDefault(c.Key);
                var decision = rule is null ? TypeDecision.Undecided : rule.Type is null ? TypeDecision.Ignored : TypeDecision.Mapped;
                return new SourceTypeLine(
                    integrationId, c.Key, c.Count, ready.GetValueOrDefault(c.Key), imported.GetValueOrDefault(c.Key), decision, rule?.Type, rule?.AutoImport == true, DeviceTypes.Propose(c.Key));
            }),
        ];
    }

    /// <summary>Stores what was decided of some types; the others stay as they are.</summary>
    /// <exception cref="DeviceProblemException">There is no such integration, or no such type.</exception>
    public async Task ChooseAsync(long integrationId, IReadOnlyList<TypeChoice> choices, Actor actor, CancellationToken ct)
    {
        if (choices.FirstOrDefault(c => c.Type is { } type && !DeviceTypes.Knows(type)) is { } unknown)
        {
            throw new DeviceProblemException($"“{unknown.Type}” is no type of device. There are: {string.Join(", ", DeviceTypes.All.Select(t => t.Slug))}.");
        }

        // Said twice, the last word counts.
        choices = [.. choices.GroupBy(c => c.SourceType).Select(g => g.Last())];
        await database.WriteAsync(actor.TenantId, db => StoreAsync(db, integrationId, choices, actor, ct), ct);
        await inventory.SettleAsync(actor.TenantId, ct);
    }

    private async Task<int> StoreAsync(PortalContext db, long integrationId, IReadOnlyList<TypeChoice> choices, Actor actor, CancellationToken ct)
    {
        var name = await NameAsync(db, integrationId, ct);
        var rules = await db.DeviceTypeRules.Where(r => r.IntegrationId == integrationId).ToDictionaryAsync(r => r.SourceType, ct);
        var known = await SeenDevice.Live(db).Where(d => d.IntegrationId == integrationId).Select(d => d.TypeName ?? "").Distinct().ToListAsync(ct);
        if (choices.FirstOrDefault(c => !known.Contains(c.SourceType) && !rules.ContainsKey(c.SourceType)) is { } unknown)
        {
            throw new DeviceProblemException($"{name} has no devices of the type “{unknown.SourceType}”.");
        }

        var before = choices.ToDictionary(c => c.SourceType, c => rules.TryGetValue(c.SourceType, out var rule) ? Told(rule.Type, rule.AutoImport) : "undecided");
        foreach (var choice in choices)
        {
            if (!rules.TryGetValue(choice.SourceType, out var rule))
            {
                rule = new DeviceTypeRule { TenantId = actor.TenantId, IntegrationId = integrationId, SourceType = choice.SourceType, SetBy = "" };
                db.DeviceTypeRules.Add(rule);
            }

            (rule.Type, rule.AutoImport, rule.SetBy, rule.SetAt) = (choice.Type, choice.AutoImport && choice.Type is not null, actor.Name, clock.GetUtcNow());
        }

        var entry = AuditEntries.By(actor, clock.GetUtcNow(), "device_types.changed", "integration", integrationId.ToString(System.Globalization.CultureInfo.InvariantCulture), name);
        (entry.Before, entry.After) = (JsonSerializer.Serialize(before), JsonSerializer.Serialize(choices.ToDictionary(c => c.SourceType, c => Told(c.Type, c.AutoImport))));
        db.Audit.Add(entry);
        return choices.Count;
    }

    private static string Told(string? type, bool auto) => type is null ? "ignored" : DeviceTypes.Label(type) + (auto ? ", by itself" : "");

    internal static async Task<string> NameAsync(PortalContext db, long integrationId, CancellationToken ct) =>
        await db.Integrations.Where(i => i.Id == integrationId).Select(i => i.Name).FirstOrDefaultAsync(ct) ?? throw DeviceProblemException.NoIntegration(integrationId);
}
