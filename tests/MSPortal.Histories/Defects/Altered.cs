using System.Reflection;
using System.Runtime.CompilerServices;
using MSPortal.Core.Contracts;
using MSPortal.Core.Ports;

namespace MSPortal.Histories.Defects;

/// <summary>Storage that does one thing wrong.</summary>
internal class AlteredStore : DispatchProxy
{
    private ISyncStore real = null!;
    private Func<ISyncStore, string, object?[], object?> instead = null!;

    /// <param name="instead">May change the arguments, or answer itself.</param>
    public static ISyncStore Of(ISyncStore real, Func<ISyncStore, string, object?[], object?> instead)
    {
        var proxy = Create<ISyncStore, AlteredStore>();
        var altered = (AlteredStore)(object)proxy;
        (altered.real, altered.instead) = (real, instead);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (instead(real, targetMethod!.Name, args!) is { } answer)
        {
            return answer;
        }

        try
        {
            return targetMethod.Invoke(real, args);
        }
        catch (TargetInvocationException e)
        {
            throw e.InnerException!;
        }
    }
}

/// <summary>A connector whose streams do one thing wrong.</summary>
/// <param name="keeps">Which streams it has at all; null: every one.</param>
internal sealed class AlteredConnector(IConnector real, Func<StreamDefinition, StreamDefinition> alter, Func<StreamDefinition, bool>? keeps = null) : IConnector
{
    public ConnectorInfo Info => real.Info;

    public SettingsSchema Settings => real.Settings;

    public IReadOnlyList<StreamDefinition> Streams { get; } = [.. real.Streams.Where(s => keeps?.Invoke(s) != false).Select(alter)];

    public IReadOnlyList<RateLimit> Limits => real.Limits;

    public WebhookSupport? Webhooks { get; init; } = real.Webhooks;

    public TicketSettingsShape? TicketSettings => real.TicketSettings;

    public PartitionSupport? Partitions => real.Partitions;

    public Task<TestReport> TestAsync(Session session, CancellationToken ct) => real.TestAsync(session, ct);

    public Task<int?> PreviewTicketsAsync(Session session, TicketScope scope, CancellationToken ct) => real.PreviewTicketsAsync(session, scope, ct);

    /// <summary>Every page changed.</summary>
    public static StreamDefinition Pages(StreamDefinition stream, Func<Page, Page> change) => stream.Read is not { } read ? stream : stream with
    {
        Read = (session, request, ct) => ChangedAsync(read(session, request, ct), change, ct),
    };

    /// <summary>Every read with another session, and every fault changed.</summary>
    public static StreamDefinition Calls(StreamDefinition stream, Func<Session, Session> session, Func<Session, FaultException, FaultException> fault) => stream with
    {
        Read = stream.Read is not { } read ? null : (s, request, ct) => FaultyAsync(read(session(s), request, ct), e => fault(s, e), ct),
        ReadByIds = stream.ReadByIds is not { } readByIds ? null : (s, ids, ct) => FaultyAsync(() => readByIds(session(s), ids, ct), e => fault(s, e)),
        ReadChildren = stream.ReadChildren is not { } readChildren ? null : (s, parent, ct) => FaultyAsync(() => readChildren(session(s), parent, ct), e => fault(s, e)),
    };

    private static async IAsyncEnumerable<Page> ChangedAsync(IAsyncEnumerable<Page> pages, Func<Page, Page> change, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var page in pages.WithCancellation(ct))
        {
            yield return change(page);
        }
    }

    private static async IAsyncEnumerable<Page> FaultyAsync(
        IAsyncEnumerable<Page> pages, Func<FaultException, FaultException> fault, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var at = pages.GetAsyncEnumerator(ct);
        while (await FaultyAsync(async () => await at.MoveNextAsync(), fault))
        {
            yield return at.Current;
        }
    }

    private static async Task<T> FaultyAsync<T>(Func<Task<T>> read, Func<FaultException, FaultException> fault)
    {
        try
        {
            return await read();
        }
        catch (FaultException e)
        {
            throw fault(e);
        }
    }
}
