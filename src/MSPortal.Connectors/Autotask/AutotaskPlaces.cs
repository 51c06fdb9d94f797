using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Autotask;

/// <summary>The names of clients' locations. On them depends which tickets a client's people see, so what is known is kept while not all of them can be read.</summary>
internal static class AutotaskPlaces
{
    private const string Remembered = "autotask.places";
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    /// <returns>Id → name; empty when they may not be read.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> OfAsync(AutotaskClient client, CancellationToken ct)
    {
        var now = client.Session.Clock.GetUtcNow();
        var known = client.Session.Memory.TryGetValue(Remembered, out var found) ? found as Known : null;
        if (now < known?.Until)
        {
            return known.Names;
        }

        var (names, isAll) = await ReadAsync(client, ct);
        names = isAll ? names : known?.Names ?? names;
        client.Session.Memory[Remembered] = new Known(names, now + (isAll ? Fresh : Again));
        return names;
    }

    /// <summary>Whether it was all says Autotask's own count.</summary>
    private static async Task<(IReadOnlyDictionary<string, string> Names, bool IsAll)> ReadAsync(AutotaskClient client, CancellationToken ct)
    {
        var places = new AutotaskEntity("CompanyLocations", "company locations", AutotaskPermissions.Companies, row => new AutotaskNames.NameRow { ExternalId = row.NeedId("id"), Name = row.Text("name") ?? "(no name)" })
        {
            Fields = ["id", "name"],
        };
        try
        {
            var names = await AutotaskNames.NamesAsync(client, places, ct);
            return (names, names.Count >= await AutotaskEntities.CountAsync(client, places, [], ct));
        }
        catch (FaultException e) when (e.Fault is Fault.PermissionMissing or Fault.BadData)
        {
            return (new Dictionary<string, string>(), e.Fault is Fault.PermissionMissing);
        }
    }

    private sealed record Known(IReadOnlyDictionary<string, string> Names, DateTimeOffset Until);
}
