using System.Reflection;
using System.Runtime.ExceptionServices;
using MSPortal.Core.Ports;
using MSPortal.Histories.Clockwork;

namespace MSPortal.Histories.Portal;

/// <summary>Stands between one process's engine and the database: every call is one step of the history, and something may happen before and after it.</summary>
internal static class Gate
{
    /// <param name="passing">Name and arguments, answer and whether it was made already.</param>
    public static ISyncStore Of(ISyncStore store, Func<string, object?[], object?, bool, Task> passing) => Gate<ISyncStore>.Around(store, passing);

    public static IWebhookStore Of(IWebhookStore store, Func<string, object?[], object?, bool, Task> passing) => Gate<IWebhookStore>.Around(store, passing);

    /// <summary>Whole steps, too, but nothing happens between them.</summary>
    public static IIntegrationStore Of(IIntegrationStore store) => Gate<IIntegrationStore>.Around(store, (_, _, _, _) => Task.CompletedTask);
}

/// <typeparam name="TPort">An interface all of whose methods answer with a task.</typeparam>
internal class Gate<TPort> : DispatchProxy
    where TPort : class
{
    private static readonly MethodInfo Then = typeof(Gate<TPort>).GetMethod(nameof(ThenAsync), BindingFlags.NonPublic | BindingFlags.Instance)!;

    private TPort port = null!;
    private Func<string, object?[], object?, bool, Task> passing = null!;

    public static TPort Around(TPort port, Func<string, object?[], object?, bool, Task> passing)
    {
        var proxy = Create<TPort, Gate<TPort>>();
        var gate = (Gate<TPort>)(object)proxy;
        (gate.port, gate.passing) = (port, passing);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var type = targetMethod!.ReturnType.IsGenericType ? targetMethod.ReturnType.GetGenericArguments()[0] : typeof(bool);
        return Then.MakeGenericMethod(type).Invoke(this, [targetMethod, args]);
    }

    private async Task<T> ThenAsync<T>(MethodInfo method, object?[] args)
    {
        await passing(method.Name, args, null, false);
        var result = Pump.AtOnce(() => CallAsync<T>(method, args));
        await passing(method.Name, args, result, true);
        return result;
    }

    private async Task<T> CallAsync<T>(MethodInfo method, object?[] args)
    {
        object? called;
        try
        {
            called = method.Invoke(port, args);
        }
        catch (TargetInvocationException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerException!);
            throw;
        }

        if (called is Task<T> task)
        {
            return await task;
        }

        await (Task)called!;
        return (T)(object)true;
    }
}
