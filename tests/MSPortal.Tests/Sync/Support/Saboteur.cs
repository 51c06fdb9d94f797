using System.Reflection;
using MSPortal.Core.Ports;

namespace MSPortal.Tests.Sync.Support;

/// <summary>Stands between engine and storage and can end the process there: from the chosen moment on nothing is stored any more.</summary>
internal class Saboteur : DispatchProxy
{
    private ISyncStore store = null!;

    /// <summary>Asked before each call; true ends the process before it.</summary>
    public Func<string, object?[], bool> DiesBefore { get; set; } = (_, _) => false;

    /// <summary>Asked after each call; true ends the process right after what it stored.</summary>
    public Func<string, object?[], bool> DiesAfter { get; set; } = (_, _) => false;

    public bool IsDead { get; private set; }

    public static (ISyncStore Store, Saboteur Saboteur) Of(ISyncStore store)
    {
        var proxy = Create<ISyncStore, Saboteur>();
        var saboteur = (Saboteur)(object)proxy;
        saboteur.store = store;
        return (proxy, saboteur);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        IsDead |= DiesBefore(targetMethod!.Name, args!);
        if (IsDead)
        {
            throw new ProcessDiedException();
        }

        var task = (Task)targetMethod.Invoke(store, args)!;
        return targetMethod.ReturnType.IsGenericType
            ? typeof(Saboteur).GetMethod(nameof(ThenAsync), BindingFlags.NonPublic | BindingFlags.Instance)!
                .MakeGenericMethod(targetMethod.ReturnType.GetGenericArguments()).Invoke(this, [task, targetMethod.Name, args])
            : VoidAsync(task, targetMethod.Name, args!);
    }

    private async Task<T> ThenAsync<T>(Task<T> task, string method, object?[] args)
    {
        var result = await task;
        Die(method, args);
        return result;
    }

    private async Task VoidAsync(Task task, string method, object?[] args)
    {
        await task;
        Die(method, args);
    }

    private void Die(string method, object?[] args)
    {
        IsDead |= DiesAfter(method, args);
        if (IsDead)
        {
            throw new ProcessDiedException();
        }
    }

    internal sealed class ProcessDiedException() : Exception("The process has died here.");
}
