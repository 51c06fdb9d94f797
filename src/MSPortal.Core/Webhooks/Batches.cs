using System.Threading.Channels;

namespace MSPortal.Core.Webhooks;

/// <summary>Collects items while the ones before are being written, and writes them together: the busier it is, the cheaper each one gets.</summary>
internal sealed class Batches<T>(int most, Func<IReadOnlyList<T>, CancellationToken, Task> write, Action<Exception> failed)
{
    private readonly Channel<(T Item, TaskCompletionSource Written)> channel =
        Channel.CreateUnbounded<(T, TaskCompletionSource)>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>How many wait.</summary>
    public int Waiting => channel.Reader.Count;

    /// <summary>Ends when the item is written, and fails when it could not be.</summary>
    public Task AddAsync(T item)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return channel.Writer.TryWrite((item, written)) ? written.Task : Task.FromException(new InvalidOperationException("The portal is stopping."));
    }

    /// <summary>Writes until <paramref name="ct"/>, and then what is still there.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await using var stop = ct.Register(() => channel.Writer.TryComplete());
        while (await channel.Reader.WaitToReadAsync(CancellationToken.None))
        {
            var batch = new List<(T Item, TaskCompletionSource Written)>();
            while (batch.Count < most && channel.Reader.TryRead(out var next))
            {
                batch.Add(next);
            }

            await WriteAsync(batch);
        }
    }

    private async Task WriteAsync(List<(T Item, TaskCompletionSource Written)> batch)
    {
        try
        {
            await write(batch.ConvertAll(b => b.Item), CancellationToken.None);
            batch.ForEach(b => b.Written.TrySetResult());
        }
        catch (Exception e)
        {
            failed(e);
            batch.ForEach(b => b.Written.TrySetException(e));
        }
    }
}
