using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Histories.Portal;

namespace MSPortal.Histories.Defects;

/// <summary>Mistakes about what is stored, when, and under whose hand.</summary>
internal static class StoreDefects
{
    public static IReadOnlyList<Defect> List { get; } =
    [
        new("cursor-moves-on-failure", "A failed read of changes moves the watermark all the same.", () => Storing((_, name, args) =>
        {
            if (name == nameof(ISyncStore.UpdateRunAsync) && args[1] is RunUpdate { Status: RunStatus.Failed, Progress: { Incremental: { } pass, Watermark: not null } progress } run)
            {
                args[1] = run with { Progress = progress with { Watermark = pass.NewWatermark, Incremental = null } };
            }

            return null;
        })),
        new("cursor-is-newest-row", "The watermark is the change date of the newest row that came, without an overlap.", NewestRow),
        new("watermark-in-local-time", "The watermark is stored in the local time of a server two hours east.", () => Storing((_, name, args) =>
        {
            if (name == nameof(ISyncStore.UpdateRunAsync) && args[1] is RunUpdate { Status: RunStatus.Succeeded or RunStatus.Partial, Progress: { Watermark: not null } progress } run)
            {
                args[1] = run with { Progress = progress with { Watermark = progress.Watermark + TimeSpan.FromHours(2) } };
            }

            return null;
        })),
        new("no-fence", "A process that was cut off may go on writing.", () => Storing(AnyFence)),
        new("hash-ignores-a-field", "Whether a row changed is decided without its title.", () => Storing((_, name, args) =>
        {
            if (name == nameof(ISyncStore.CommitPageAsync) && args[1] is PageCommit page)
            {
                args[1] = page with { Changes = Untitled(page.Changes) };
            }
            else if (name == nameof(ISyncStore.CommitReadsAsync) && args[1] is RowChanges changes)
            {
                args[1] = Untitled(changes);
            }

            return null;
        })),
        new("single-read-trusted", "What a single read (or a webhook) brings is believed however old it is.", () => Storing((real, name, args) =>
            name == nameof(ISyncStore.CommitReadsAsync) ? TrustedAsync(real, (StreamKey)args[0]!, (RowChanges)args[1]!) : null)),
        new("page-trusted", "What a page brings is believed however old it is.", () => Storing((real, name, args) =>
            name == nameof(ISyncStore.CommitPageAsync) ? TrustedAsync(real, (SyncLease)args[0]!, (PageCommit)args[1]!) : null)),
        new("tenant-filter-missing", "Data types of another tenant are worked on, too.", () => Storing((real, name, args) =>
            name == nameof(ISyncStore.StreamsAsync) ? EveryonesAsync(real, (long)args[0]!, (long)args[1]!) : null)),
        new("guard-ignored", "Nobody counts how much a complete read would remove.", () => Storing((real, name, args) => name switch
        {
            nameof(ISyncStore.CountMissingAsync) => NoneMissingAsync(real, args),
            nameof(ISyncStore.CountMissingInShadowAsync) => NoneMissingInShadowAsync(real, args),
            _ => null,
        })),
        new("shadow-misses-changes", "What changes during Clear & Resync is not written to the new copy.", () => Storing((_, name, args) =>
        {
            if (name == nameof(ISyncStore.CommitPageAsync) && args[1] is PageCommit { Generations.Count: > 1 } page)
            {
                args[1] = page with { Generations = [page.Generations[0]] };
            }

            return null;
        })),
        new("cursor-before-rows", "The cursor is stored first and the rows after it, in two transactions.", () => new Flaw
        {
            Store = (store, perhapsDie) => AlteredStore.Of(store, (real, name, args) =>
                name == nameof(ISyncStore.CommitPageAsync) ? InTwoAsync(real, (SyncLease)args[0]!, (PageCommit)args[1]!, perhapsDie) : null),
        }),
    ];

    private static Flaw Storing(Func<ISyncStore, string, object?[], object?> instead) => new() { Store = (store, _) => AlteredStore.Of(store, instead) };

    private static Flaw NewestRow()
    {
        var newest = new Dictionary<DataType, DateTimeOffset>();
        return Storing((_, name, args) =>
        {
            if (name == nameof(ISyncStore.CommitPageAsync) && args[1] is PageCommit page)
            {
                foreach (var at in page.Changes.Rows.Select(r => r.Record.VendorUpdatedAt).OfType<DateTimeOffset>())
                {
                    newest[page.Key.DataType] = newest.TryGetValue(page.Key.DataType, out var known) && known > at ? known : at;
                }
            }
            else if (name == nameof(ISyncStore.UpdateRunAsync) && args[1] is RunUpdate { Status: RunStatus.Succeeded, Progress: { Watermark: not null } progress } run
                && newest.TryGetValue(run.Key.DataType, out var last))
            {
                args[1] = run with { Progress = progress with { Watermark = last } };
            }

            return null;
        }) with
        {
            Connector = (connector, _) => new AlteredConnector(connector, s => s with { Overlap = TimeSpan.Zero }),
        };
    }

    /// <summary>Tries every number that the fence may have reached meanwhile.</summary>
    private static object? AnyFence(ISyncStore real, string name, object?[] args)
    {
        if (args[0] is not SyncLease lease)
        {
            return null;
        }

        var method = typeof(ISyncStore).GetMethod(name)!;
        for (var fence = lease.Fence; ; fence++)
        {
            args[0] = lease with { Fence = fence };
            var called = (Task)method.Invoke(real, args)!;
            try
            {
                called.GetAwaiter().GetResult();
                return called;
            }
            catch (FencedOffException) when (fence < lease.Fence + 100)
            {
                // The next number may be the current one.
            }
        }
    }

    private static RowChanges Untitled(RowChanges changes) => changes with { Rows = [.. changes.Rows.Select(r => r with { Hash = StoredRow.Of(Untitled(r.Record)).Hash })] };

    private static ExternalRecord Untitled(ExternalRecord record) => record switch
    {
        Ticket ticket => ticket with { Summary = "", VendorUpdatedAt = null },
        ExternalCompany company => company with { City = null, VendorUpdatedAt = null },
        _ => record,
    };

    private static async Task<CommitResult?> TrustedAsync(ISyncStore real, StreamKey key, RowChanges changes) =>
        await real.CommitReadsAsync(key, changes with { ReadSequence = await real.NextReadSequenceAsync(key, default) }, default);

    private static async Task<CommitResult> TrustedAsync(ISyncStore real, SyncLease lease, PageCommit page) =>
        await real.CommitPageAsync(lease, page with { Changes = page.Changes with { ReadSequence = await real.NextReadSequenceAsync(page.Key, default) } }, default);

    private static async Task<IReadOnlyList<StreamState>> EveryonesAsync(ISyncStore real, long tenant, long integration) =>
        [.. await real.StreamsAsync(tenant, integration, default), .. await real.StreamsAsync(Databases.Neighbour, 1, default)];

    private static async Task<(long Missing, long Kept)> NoneMissingAsync(ISyncStore real, object?[] args) =>
        (0, (await real.CountMissingAsync((StreamKey)args[0]!, (int)args[1]!, (long)args[2]!, default)).Kept);

    private static async Task<(long Missing, long Kept)> NoneMissingInShadowAsync(ISyncStore real, object?[] args) =>
        (0, (await real.CountMissingInShadowAsync((StreamKey)args[0]!, (int)args[1]!, (int)args[2]!, default)).Kept);

    private static async Task<CommitResult> InTwoAsync(ISyncStore real, SyncLease lease, PageCommit page, Action perhapsDie)
    {
        await real.SaveProgressAsync(lease, page.Key, page.Progress, default);
        perhapsDie();
        return await real.CommitPageAsync(lease, page, default);
    }
}
