using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Tickets;

/// <summary>Which columns a person wants to see, kept with the person.</summary>
internal sealed class TicketColumnChoices(PortalDatabase database)
{
    /// <summary>Null when the person has not chosen yet.</summary>
    public async Task<IReadOnlyList<string>?> ReadAsync(long tenantId, Guid userId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var key = Key(userId);
        var value = await db.TenantSettings.Where(s => s.Key == key).Select(s => s.Value).FirstOrDefaultAsync(ct);
        return value is null ? null : JsonSerializer.Deserialize<List<string>>(value);
    }

    public async Task KeepAsync(long tenantId, Guid userId, IReadOnlyList<string> columns, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var key = Key(userId);
        var value = JsonSerializer.Serialize(columns);
        if (await db.TenantSettings.Where(s => s.Key == key).ExecuteUpdateAsync(u => u.SetProperty(s => s.Value, value), ct) == 0)
        {
            db.TenantSettings.Add(new TenantSetting { TenantId = tenantId, Key = key, Value = value });
            await db.SaveChangesAsync(ct);
        }
    }

    private static string Key(Guid userId) => $"user:{userId}:ticket-columns";
}

/// <summary>Where a person was in the list, so that the way back from a ticket leads there; one per circuit.</summary>
internal sealed class TicketListPlace
{
    public string Address { get; set; } = "/tickets";
}
