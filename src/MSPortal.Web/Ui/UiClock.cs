namespace MSPortal.Web.Ui;

/// <summary>One slow beat per circuit, by which everything on the page that says “2 min ago” stays true.</summary>
public sealed class UiClock : IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(10);
    private readonly ITimer timer;
    private Action? beats;

    public UiClock(TimeProvider clock)
    {
        Clock = clock;
        timer = clock.CreateTimer(_ => beats?.Invoke(), null, Beat, Beat);
    }

    public TimeProvider Clock { get; }

    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>Calls at every beat until disposed of; from no circuit's thread, so answer by InvokeAsync(StateHasChanged).</summary>
    public IDisposable OnBeat(Action beat)
    {
        beats += beat;
        return new Beating(this, beat);
    }

    public void Dispose() => timer.Dispose();

    private sealed class Beating(UiClock clock, Action beat) : IDisposable
    {
        public void Dispose() => clock.beats -= beat;
    }
}
