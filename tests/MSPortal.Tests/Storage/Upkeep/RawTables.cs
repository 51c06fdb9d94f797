using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MSPortal.Storage;

namespace MSPortal.Tests.Storage.Upkeep;

/// <summary>Tables as the database itself knows them, without our model: what filling and comparing whole databases takes.</summary>
internal static class RawTables
{
    private static readonly Dictionary<string, string> SqliteLists = new()
    {
        ["tables"] = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'ticket_search%' AND name NOT LIKE '\\_\\_EF%' ESCAPE '\\' ORDER BY name",
        ["columns"] = "SELECT name, lower(type) FROM pragma_table_info('{0}') ORDER BY cid",
    };

    private static readonly Dictionary<string, string> PostgresLists = new()
    {
        ["tables"] = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_EF%' ORDER BY table_name",
        ["columns"] = "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '{0}' ORDER BY ordinal_position",
    };

    /// <summary>Every column of every table.</summary>
    public static async Task<SortedDictionary<string, List<(string Name, string Type)>>> ShapeAsync(PortalContext db)
    {
        var lists = db.Database.IsNpgsql() ? PostgresLists : SqliteLists;
        var shape = new SortedDictionary<string, List<(string, string)>>(StringComparer.Ordinal);
        foreach (var table in await ReadAsync(db, lists["tables"]))
        {
            var columns = await ReadAsync(db, string.Format(CultureInfo.InvariantCulture, lists["columns"], table));
            shape[table] = columns.ConvertAll(c => (c.Split('|')[0], c.Split('|')[1]));
        }

        return shape;
    }

    /// <summary>Two rows for every table; equal numbers make equal values, so that keys point at rows that are there.</summary>
    public static async Task FillAsync(PortalContext db)
    {
        var left = new Queue<KeyValuePair<string, List<(string Name, string Type)>>>(await ShapeAsync(db));
        for (var attempts = left.Count * left.Count; left.TryDequeue(out var table);)
        {
            try
            {
                foreach (var n in (int[])[1, 2])
                {
                    var values = table.Value.Select(c => Literal(c.Type, n, db.Database.IsNpgsql()));
                    await ExecuteAsync(db, $"INSERT INTO {table.Key} ({string.Join(", ", table.Value.Select(c => $"\"{c.Name}\""))}) VALUES ({string.Join(", ", values)})");
                }
            }
            catch (DbException) when (attempts-- > 0)
            {
                left.Enqueue(table); // The rows it points at come later.
            }
        }
    }

    /// <summary>All values of these columns: each row as a line that begins with its table.</summary>
    public static async Task<List<string>> ContentAsync(PortalContext db, IReadOnlyDictionary<string, List<(string Name, string Type)>> shape)
    {
        var content = new List<string>();
        foreach (var (table, columns) in shape)
        {
            var rows = await ReadAsync(db, $"SELECT {string.Join(", ", columns.Select(c => $"\"{c.Name}\""))} FROM {table}");
            content.AddRange(rows.Select(r => $"{table}: {r}"));
        }

        content.Sort(StringComparer.Ordinal);
        return content;
    }

    private static string Literal(string type, int n, bool postgres) => type switch
    {
        "bytea" => $"'\\x0{n}0{n}'::bytea",
        "blob" => $"x'0{n}0{n}'",
        "boolean" => n == 1 ? "true" : "false",
        "uuid" => $"'00000000-0000-0000-0000-00000000000{n}'",
        "timestamp with time zone" => $"'2026-01-0{n} 03:04:05.678901Z'",
        "date" => $"'2026-01-0{n}'",
        "jsonb" or "json" => $"'{{\"n\": {n}}}'",
        "text" or "character varying" => $"'value {n} é'",
        "integer" or "bigint" or "smallint" => n.ToString(CultureInfo.InvariantCulture),
        _ => postgres ? throw new NotSupportedException(type) : n.ToString(CultureInfo.InvariantCulture),
    };

    private static async Task ExecuteAsync(PortalContext db, string sql)
    {
        await db.Database.OpenConnectionAsync();
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<List<string>> ReadAsync(PortalContext db, string sql)
    {
        await db.Database.OpenConnectionAsync();
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Text(reader.GetValue(i)))));
        }

        return rows;
    }

    private static string Text(object value) => value switch
    {
        DBNull => "null",
        byte[] bytes => Convert.ToHexString(bytes),
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
