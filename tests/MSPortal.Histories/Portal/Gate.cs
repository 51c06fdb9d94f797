using System.Reflection;
using System.Runtime.ExceptionServices;
using MSPortal.Core.Ports;
using MSPortal.Histories.Clockwork;

namespace MSPortal.Histories.Portal;

/// <summary>Stands between one process's engine and the database: every call is one step of the history, and something may happen before and after it.</summary>
internal class Gate : DispatchProxy
{
    private static readonly MethodInfo Then = typeof(Gate).GetMethod(nameof(ThenAsync), BindingFlags.NonPublic | BindingFlags.Instance)!;

    private ISyncStore store = null!;
    private Func<string, object?[], object?, bool, Task> passing = null!;

    /// <param name="passing">Name and arguments, answer and whether it was made already.</param>
    public static ISyncStore Of(ISyncStore store, Func<string, object?[], object?, bool, Task> passing)
    {
        var proxy = Create<ISyncStore, Gate>();
        var gate = (Gate)(object)proxy;
        (gate.store, gate.passing) = (store, passing);
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
            called = method.Invoke(store, args);
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
