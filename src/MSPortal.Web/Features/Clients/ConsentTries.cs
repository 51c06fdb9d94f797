using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Clients;

/// <summary>
/// For how many different accounts each link was answered: whoever holds one could otherwise try out whom else the MSP looks after.
/// It is counted in memory, as all limits of requests are; that a link was closed for it is stored.
/// </summary>
internal sealed class ConsentTries(TimeProvider clock)
{
    public const int Most = 10;

    private readonly Lock gate = new();
    private readonly Dictionary<long, (DateTimeOffset EndsAt, HashSet<string> Accounts)> tried = [];

    /// <summary>For how many more the link may be answered after this one; null when this one is too many. The same account counts once, so that trying again costs nothing.</summary>
    public int? Take(ConsentLink link, string account)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            foreach (var ended in tried.Where(t => t.Value.EndsAt <= now).Select(t => t.Key).ToList())
            {
                tried.Remove(ended);
            }

            if (!tried.TryGetValue(link.Id, out var of))
            {
                tried[link.Id] = of = (link.ExpiresAt, new HashSet<string>(StringComparer.Ordinal));
            }

            if (of.Accounts.Count >= Most && !of.Accounts.Contains(account))
            {
                return null;
            }

            of.Accounts.Add(account);
            return Most - of.Accounts.Count;
        }
    }
}
