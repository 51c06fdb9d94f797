using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Clients;

/// <summary>How a client that is connected on its own stands.</summary>
/// <param name="Id">The vendor's id of it.</param>
/// <param name="Detail">What else people know it by, such as its main domain.</param>
/// <param name="Reason">Why it does not work, in one sentence; null when it does.</param>
public sealed record ClientStanding(string Id, string Name, string? Detail, PartitionStatus Status, string? Reason, string? WhatToDo, DateTimeOffset Since)
{
    public bool IsConnected => Status == PartitionStatus.Connected;

    /// <summary>Of these integrations, by name.</summary>
    internal static async Task<ILookup<long, ClientStanding>> OfAsync(PortalContext db, IReadOnlyCollection<long> integrations, CancellationToken ct)
    {
        if (integrations.Count == 0)
        {
            return Array.Empty<ClientStanding>().ToLookup(_ => 0L);
        }

        var rows = await db.Partitions.AsNoTracking().Where(p => integrations.Contains(p.IntegrationId)).ToListAsync(ct);
        return rows.OrderBy(p => p.Name, StringComparer.CurrentCultureIgnoreCase).ThenBy(p => p.Partition, StringComparer.Ordinal)
            .ToLookup(p => p.IntegrationId, p => new ClientStanding(p.Partition, p.Name, p.Detail, p.Status, p.StatusReason, p.StatusAdvice, p.StatusSince));
    }
}

/// <summary>What states of clients are called, everywhere the same.</summary>
internal static class ClientWords
{
    private const int MostNames = 3;

    public static (string Text, Tone Tone) Of(PartitionStatus status) => status switch
    {
        PartitionStatus.Connected => ("Connected", Tone.Positive),
        PartitionStatus.NeedsConsent => ("Needs consent", Tone.Attention),
        _ => ("Error", Tone.Negative),
    };

    /// <summary>“Contoso”, “Contoso and Fabrikam”, “Contoso, Fabrikam, Litware and 4 more”.</summary>
    public static string Names(IReadOnlyList<string> names) => names switch
    {
        [] => "",
        [var one] => one,
        { Count: <= MostNames } => $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}",
        _ => $"{string.Join(", ", names.Take(MostNames))} and {Integrations.Words.Number(names.Count - MostNames)} more",
    };

    /// <summary>The same, and “all 12 clients” where it is all of several.</summary>
    public static string Names(IReadOnlyList<string> names, int of) => names.Count == of && of > 1 ? $"all {Integrations.Words.Number(of)} clients" : Names(names);
}
