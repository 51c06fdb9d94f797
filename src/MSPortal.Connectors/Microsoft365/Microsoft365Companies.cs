using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Microsoft365;

/// <summary>
/// The clients: those that the partner's GDAP relationships name, and those that are connected on their own. Where the app may not read the relationships
/// there are only the latter, and of the others nothing is concluded.
/// </summary>
internal static class Microsoft365Companies
{
    public const string List = "tenantRelationships/delegatedAdminCustomers";
    public const string Contracts = "contracts?$select=customerId,defaultDomainName";

    /// <summary>Rows that are stored together: each may cost a question to the client's own tenant.</summary>
    private const int PerPage = 20;

    public static async IAsyncEnumerable<Page> ReadAsync(Session session, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var client = new Microsoft365Client(session);
        var clients = await Clients.ReadAsync(client, ct);
        var after = request.Cursor.Value is { } place && Microsoft365Tenant.IsId(place) ? place : null;
        var all = clients.Ids;
        var rest = new Queue<string>(all.Where(id => after is null || string.CompareOrdinal(id, after) > 0));
        var bad = clients.Bad;
        for (var over = false; !over;)
        {
            var rows = new List<ExternalRecord>();
            while (rows.Count < PerPage && rest.TryDequeue(out var id))
            {
                rows.Add((await clients.CompanyAsync(id, ct))!);
            }

            over = rest.Count == 0;
            yield return new Page(rows, over ? Cursor.Start : new Cursor(rows[^1].ExternalId)) { Complete = over, Bad = bad, Total = all.Count, VendorTime = clients.Time };
            bad = [];
        }
    }

    public static async Task<IReadOnlyList<ReadResult>> ReadByIdsAsync(Session session, IReadOnlyList<string> ids, CancellationToken ct)
    {
        var client = new Microsoft365Client(session);
        var (clients, alone, results) = (await Clients.ReadAsync(client, ct), new OneByOne(), new List<ReadResult>());
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            results.Add(!Microsoft365Tenant.IsId(id) ? new ReadResult.Unknown(id, $"“{VendorResponse.Shorten(VendorResponse.OneLine(id), 60)}” is no ID of a tenant.")
                : await clients.CompanyAsync(id, ct) is { } known ? new ReadResult.Present(known)
                : await alone.AskAsync(id, () => ReadOneAsync(client, clients, id, ct)));
        }

        return results;
    }

    /// <summary>Gone only by Microsoft's plain word, while the list answers.</summary>
    private static async Task<ReadResult> ReadOneAsync(Microsoft365Client client, Clients clients, string id, CancellationToken ct)
    {
        if (!clients.IsListed)
        {
            return new ReadResult.Unknown(id, "The app may not read which clients there are.");
        }

        var response = await client.AskAsync($"{List}/{id}", ct);
        if (!response.IsSuccess)
        {
            return Microsoft365Errors.IsNotFound(response) ? new ReadResult.Gone(id) : throw client.Refusal(response, Microsoft365Permissions.Customers);
        }

        var (record, bad) = clients.Read(client.One(response));
        return record is not null ? record.ExternalId == id ? new ReadResult.Present(record) : new ReadResult.Unknown(id, "Microsoft Graph answered with another record.")
            : new ReadResult.Unknown(id, $"Microsoft Graph's answer cannot be read ({bad!.Reason}).");
    }

    /// <summary>The first page of the list; null where the app may not read it, or the cloud has none.</summary>
    public static async Task<GraphPage?> FirstAsync(Microsoft365Client client, string path, VendorPermission permission, CancellationToken ct)
    {
        var address = client.Address(path);
        var response = await client.AskAsync(address, ct);
        return (response.Status == HttpStatusCode.Forbidden && !response.IsWebPage()) || Microsoft365Errors.IsNotThere(response) ? null
            : response.IsSuccess ? GraphPage.Of(client, address, response)
            : throw client.Refusal(response, permission);
    }

    /// <summary>Who the clients are, as far as the app may know.</summary>
    private sealed class Clients
    {
        private readonly Dictionary<string, ExternalCompany> listed = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> domains = new(StringComparer.Ordinal);
        private readonly Dictionary<string, PartitionIdentity> connected;
        private readonly Microsoft365Client client;

        private Clients(Microsoft365Client client)
        {
            this.client = client;
            connected = client.Session.Partitions.Where(p => Microsoft365Tenant.IsId(p.Id)).GroupBy(p => p.Id.ToLowerInvariant(), StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
        }

        /// <summary>Whether the list of relationships could be read.</summary>
        public bool IsListed { get; private set; }

        public IReadOnlyList<BadRow> Bad { get; private set; } = [];

        public DateTimeOffset? Time { get; private set; }

        public IReadOnlyList<string> Ids => [.. listed.Keys.Concat(connected.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

        public static async Task<Clients> ReadAsync(Microsoft365Client client, CancellationToken ct)
        {
            var clients = new Clients(client);
            if (await FirstAsync(client, List, Microsoft365Permissions.Customers, ct) is not { } first)
            {
                return clients;
            }

            var rows = await GraphPage.AllAsync(client, first, Microsoft365Permissions.Customers, ct);
            if (rows.Count > 0 && await FirstAsync(client, Contracts, Microsoft365Permissions.Contracts, ct) is { } contracts)
            {
                clients.Note(await GraphPage.AllAsync(client, contracts, Microsoft365Permissions.Contracts, ct));
            }

            var bad = new List<BadRow>();
            foreach (var (record, trouble) in rows.Select(clients.Read))
            {
                if (record is not null)
                {
                    clients.listed[record.ExternalId] = record;
                }
                else
                {
                    bad.Add(trouble!);
                }
            }

            (clients.IsListed, clients.Bad, clients.Time) = (true, bad, first.Time);
            return clients;
        }

        public (ExternalCompany? Record, BadRow? Bad) Read(JsonElement element) => JsonRow.Read(
            element,
            "tenantId",
            row => row.Uid("tenantId")?.ToLowerInvariant() is not { } id ? null : Microsoft365Tenant.IsId(id) ? id : throw new FieldException("tenantId", "is no GUID"),
            row => Company(row.Need("tenantId").ToLowerInvariant(), row.Text("displayName")),
            e => RowSample.Of(e));

        /// <summary>Null when it is neither listed nor connected.</summary>
        public async Task<ExternalCompany?> CompanyAsync(string id, CancellationToken ct) =>
            listed.TryGetValue(id, out var known) ? known
            : connected.TryGetValue(id, out var partition) ? await OfItselfAsync(id, partition, ct)
            : null;

        /// <summary>A client that refuses, or is in trouble, is called as it was called last: its trouble is its own, and told where it is connected.</summary>
        private async Task<ExternalCompany> OfItselfAsync(string id, PartitionIdentity partition, CancellationToken ct)
        {
            try
            {
                var (name, domain) = await Microsoft365Organization.ReadAsync(client.For(id), ct) is { } found && found.Id == id ? (found.Name, found.Detail) : (null, null);
                return new ExternalCompany { ExternalId = id, Name = name ?? partition.Name, Identifier = domain ?? partition.Detail };
            }
            catch (FaultException)
            {
                return new ExternalCompany { ExternalId = id, Name = partition.Name, Identifier = partition.Detail };
            }
        }

        private ExternalCompany Company(string id, string? name) => new()
        {
            ExternalId = id,
            Name = name?.Trim() ?? connected.GetValueOrDefault(id)?.Name ?? "(no name)",
            Identifier = domains.GetValueOrDefault(id) ?? connected.GetValueOrDefault(id)?.Detail,
        };

        private void Note(IReadOnlyList<JsonElement> contracts)
        {
            foreach (var element in contracts)
            {
                try
                {
                    var row = new JsonRow(element);
                    if (row.Text("customerId")?.ToLowerInvariant() is { } id && row.Text("defaultDomainName")?.Trim() is { } domain)
                    {
                        domains[id] = domain;
                    }
                }
                catch (Exception e) when (e is FieldException or InvalidOperationException)
                {
                    continue;   // A contract that makes no sense costs its client a domain, and nothing more.
                }
            }
        }
    }
}
