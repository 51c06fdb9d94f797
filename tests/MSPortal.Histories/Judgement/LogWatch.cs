using Microsoft.Extensions.Logging;

namespace MSPortal.Histories.Judgement;

/// <summary>Reads every log line for secrets.</summary>
internal sealed class LogWatch(IEnumerable<string> known) : ILoggerFactory, ILogger
{
    private readonly List<string> secrets = [.. known];

    public string? Violation { get; private set; }

    /// <summary>Errors of our own, for the one who looks for the cause.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>These are secrets, too.</summary>
    public void Watch(params string[] more) => secrets.AddRange(more);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = $"{formatter(state, exception)} {exception}";
        if (logLevel >= LogLevel.Error)
        {
            Errors.Add(line);
        }

        if (secrets.Any(s => line.Contains(s, StringComparison.Ordinal)))
        {
            Violation ??= $"A secret in the log: {line}";
        }
    }

    public void Dispose()
    {
    }
}
