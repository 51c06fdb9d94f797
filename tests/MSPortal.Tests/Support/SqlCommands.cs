using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using MSPortal.Storage;

namespace MSPortal.Tests.Support;

/// <summary>Keeps the commands that one database was given by contexts opened since.</summary>
internal sealed class SqlCommands : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly ConcurrentQueue<string> texts = [];
    private readonly ConcurrentBag<IDisposable> subscriptions = [];
    private readonly string place;

    public SqlCommands(PortalDatabase database)
    {
        using var db = database.Open();
        place = Place(db.Database.GetDbConnection());
        subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
    }

    public IReadOnlyCollection<string> Texts => texts;

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == DbLoggerCategory.Name)
        {
            subscriptions.Add(value.Subscribe(this));
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is CommandExecutedEventData { Command: { Connection: { } connection } command } && Place(connection) == place)
        {
            texts.Enqueue(command.CommandText);
        }
    }

    public void OnCompleted()
    {
        // Listeners end with the process.
    }

    public void OnError(Exception error)
    {
        // Listeners report none.
    }

    public void Dispose()
    {
        foreach (var subscription in subscriptions)
        {
            subscription.Dispose();
        }
    }

    private static string Place(DbConnection connection) => $"{connection.DataSource}/{connection.Database}";
}
