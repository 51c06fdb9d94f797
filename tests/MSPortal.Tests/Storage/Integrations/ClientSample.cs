using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;

namespace MSPortal.Tests.Storage.Integrations;

/// <summary>Clients that are connected through an integration, in few words.</summary>
internal static class ClientSample
{
    public static readonly IReadOnlyList<NewStream> Streams = [Stream(DataType.CloudUsers), Stream(DataType.Licenses)];

    public static Task AddClientAsync(this StorageHome home, long id, string client, Guid? company = null, Actor? actor = null) =>
        home.Store().ConnectPartitionAsync(id, new NewPartition(Identity(client), company, Streams), actor ?? home.Ada, default);

    public static AccountIdentity Identity(string client) => new(client, $"Client {client}") { Detail = $"{client}.example" };

    public static NewStream Stream(DataType type) =>
        new(type, true, TimeSpan.FromMinutes(30), TimeSpan.FromDays(1), StorageHome.Start, null) { PerPartition = true };

    public static async Task<Guid> AddCompanyAsync(this StorageHome home, string name, long? tenant = null)
    {
        await using var db = home.Open(tenant);
        var company = new Company { Id = Guid.NewGuid(), TenantId = tenant ?? home.Tenant, Name = name, NormalizedName = name, CreatedAt = StorageHome.Start };
        db.Companies.Add(company);
        await db.SaveChangesAsync();
        return company.Id;
    }

    public static async Task<List<StreamRow>> ClientStreamsAsync(this StorageHome home, long id, string? client = null)
    {
        await using var db = home.Open();
        return await db.Streams.AsNoTracking().Where(s => s.IntegrationId == id && s.Partition != "" && (client == null || s.Partition == client))
            .OrderBy(s => s.Partition).ThenBy(s => s.DataType).ToListAsync();
    }

    public static async Task ChangeClientAsync(this StorageHome home, long id, string client, Action<StreamRow> change)
    {
        await using var db = home.Open();
        foreach (var stream in await db.Streams.Where(s => s.IntegrationId == id && s.Partition == client).ToListAsync())
        {
            change(stream);
        }

        await db.SaveChangesAsync();
    }

    /// <summary>As a single read stores them.</summary>
    public static async Task ReadAsync(this StorageHome home, long id, string client, DataType type, params ExternalRecord[] records)
    {
        var store = home.Get<ISyncStore>();
        var key = new StreamKey(home.Tenant, id, type, client);
        await store.CommitReadsAsync(
            key, new RowChanges { ReadSequence = await store.NextReadSequenceAsync(key, default), ReadAt = home.Clock.GetUtcNow(), Rows = [.. records.Select(StoredRow.Of)] }, default);
    }

    public static async Task<SyncLease> LeaseAsync(this StorageHome home, long id) =>
        await home.Get<ISyncStore>().TryLeaseAsync(home.Tenant, id, "here", TimeSpan.FromSeconds(30), default) ?? throw new InvalidOperationException("Leased by another.");

    public static CloudUser User(string id) => new() { ExternalId = id, PrincipalName = $"{id}@client.example", DisplayName = $"User {id}" };

    public static CloudLicense License(string id) => new() { ExternalId = id, PartNumber = id, Name = id };
}
