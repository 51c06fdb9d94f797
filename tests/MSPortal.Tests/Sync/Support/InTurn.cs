using System.Collections.Concurrent;

namespace MSPortal.Tests.Sync.Support;

/// <summary>One thread for workers and clock, so that nobody is late for the moment at which he was called.</summary>
internal sealed class InTurn : SynchronizationContext
{
    private readonly ConcurrentQueue<(SendOrPostCallback Call, object? State)> calls = new();

    public static void Run(Action begin, Action step, Func<bool> until)
    {
        var (before, turn) = (Current, new InTurn());
        SetSynchronizationContext(turn);
        try
        {
            begin();
            for (var i = 0; i < 1_000_000 && !until(); i++)
            {
                step();
                turn.Drain();
            }
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public override void Post(SendOrPostCallback d, object? state) => calls.Enqueue((d, state));

    private void Drain()
    {
        while (calls.TryDequeue(out var next))
        {
            next.Call(next.State);
        }
    }
}
