namespace MSPortal.Histories.Clockwork;

/// <summary>
/// Does everything of one history on one thread, one thing after the other in a fixed order, and lets virtual time go on only when
/// nothing is left to do: so the same seed gives the same history, however busy the machine is.
/// </summary>
internal sealed class Pump(VirtualClock clock) : SynchronizationContext
{
    /// <summary>A history has some ten thousand; one that goes round in circles would never end.</summary>
    private const int MostTicks = 400_000;

    private readonly System.Collections.Concurrent.ConcurrentQueue<(SendOrPostCallback Callback, object? State)> queue = new();

    public override void Post(SendOrPostCallback d, object? state) => queue.Enqueue((d, state));

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    public void Run(Func<Task> work)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            var task = work();
            for (var ticks = 0; !task.IsCompleted; ticks++)
            {
                if (queue.TryDequeue(out var next))
                {
                    next.Callback(next.State);
                }
                else if (!clock.FireNext())
                {
                    throw new InvalidOperationException("Everybody waits for ever.");
                }

                if (ticks > MostTicks)
                {
                    throw new InvalidOperationException("The history finds no end.");
                }
            }

            task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>Does something with a database or a server to its end, as one step that nothing comes between.</summary>
    public static T AtOnce<T>(Func<Task<T>> work)
    {
        var before = Current;
        SetSynchronizationContext(null);
        try
        {
            return work().GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public static void AtOnce(Func<Task> work) => AtOnce(async () =>
    {
        await work();
        return true;
    });
}
