using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;

namespace MSPortal.Core.Sync;

/// <summary>What comes inside the pages of a stream: its children count as read when the page was asked for, by the numbers of their own stream.</summary>
internal sealed class PageChildren
{
    private readonly Workplace place;
    private readonly StreamKey key;
    private long sequence;
    private DateTimeOffset askedAt;

    private PageChildren(Workplace place, StreamKey key) => (this.place, this.key) = (place, key);

    /// <summary>Null when these records have no children that are wanted here.</summary>
    public static async Task<PageChildren?> OpenAsync(Workplace place, StreamKey parents, CancellationToken ct)
    {
        if (place.ChildrenOf(parents.DataType)?.DataType is not { } type)
        {
            return null;
        }

        var children = new PageChildren(place, parents with { DataType = type });
        if (await place.Store.StreamAsync(children.key, ct) is not { Enabled: true, Progress.DeniedPermission: null })
        {
            return null;
        }

        await children.NextAsync(ct);
        return children;
    }

    /// <summary>To be called before the next page is asked for.</summary>
    public async Task NextAsync(CancellationToken ct)
    {
        askedAt = place.Now;
        sequence = await place.Store.NextReadSequenceAsync(key, ct);
    }

    /// <summary>The sets whose parents are kept.</summary>
    public IReadOnlyList<ChildrenCommit> Of(Page page, RowChanges parents)
    {
        var kept = parents.Rows.Select(r => r.Record.ExternalId).ToHashSet();
        return [.. page.Children.Where(c => c.DataType == key.DataType && kept.Contains(c.ParentId)).Select(Of)];
    }

    private ChildrenCommit Of(ChildSet set)
    {
        var into = new RowChanges { ReadSequence = sequence, ReadAt = askedAt };
        var changes = Sorting.Sort(place.Integration, into, set.Result.Rows, set.Result.Bad);
        return new ChildrenCommit
        {
            Key = key,
            ParentId = set.ParentId,
            Changes = changes,
            Complete = set.Result.Complete && changes.Bad.All(b => b.ExternalId is not null),
        };
    }
}
