using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace MSPortal.Storage.Bulk;

/// <summary>One prepared statement, run once per row: SQLite is in this process, so there are no journeys to save.</summary>
internal sealed class SqliteDialect : Dialect
{
    /// <summary>The transaction has the whole database to itself.</summary>
    public override string RowLock => "";

    protected override async Task UpsertAsync<TRow>(PortalContext db, BulkTable<TRow> table, IReadOnlyList<TRow> rows, CancellationToken ct)
    {
        await using var command = ((SqliteConnection)db.Database.GetDbConnection()).CreateCommand();
        command.Transaction = (SqliteTransaction?)db.Database.CurrentTransaction?.GetDbTransaction();
        var names = table.Columns.Select((_, i) => $"@p{i}").ToArray();
        command.CommandText = $"INSERT INTO {table.Name} ({table.Names}) VALUES ({string.Join(", ", names)}) {table.OnConflict}";
        var parameters = Array.ConvertAll(names, name => command.Parameters.Add(new SqliteParameter { ParameterName = name }));
        foreach (var row in rows)
        {
            ct.ThrowIfCancellationRequested();
            for (var i = 0; i < parameters.Length; i++)
            {
                parameters[i].Value = table.Columns[i].Value(row);
            }

            await command.ExecuteNonQueryAsync(ct);
        }
    }
}
