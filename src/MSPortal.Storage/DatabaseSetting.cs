using Npgsql;

namespace MSPortal.Storage;

public enum DatabaseKind
{
    Sqlite,
    Postgres,
}

/// <summary>The one setting that chooses the database: a SQLite path, or a PostgreSQL connection string or URL.</summary>
public sealed record DatabaseSetting(DatabaseKind Kind, string Value)
{
    /// <summary>Reads the setting; empty means <c>msportal.db</c> in the data folder.</summary>
    /// <exception cref="FormatException">It looks like PostgreSQL but cannot be read.</exception>
    public static DatabaseSetting Parse(string? setting, string dataFolder)
    {
        var value = setting?.Trim();
        if (string.IsNullOrEmpty(value))
        {
            return new DatabaseSetting(DatabaseKind.Sqlite, Path.GetFullPath(Path.Combine(dataFolder, "msportal.db")));
        }

        if (value.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || value.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase))
        {
            return new DatabaseSetting(DatabaseKind.Postgres, FromUrl(new Uri(value)));
        }

        if (!value.Contains('='))
        {
            return new DatabaseSetting(DatabaseKind.Sqlite, Path.GetFullPath(value));
        }

        try
        {
            return new DatabaseSetting(DatabaseKind.Postgres, new NpgsqlConnectionStringBuilder(value).ConnectionString);
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"The database setting is neither a path nor a PostgreSQL connection string: {e.Message}", e);
        }
    }

    private static string FromUrl(Uri url)
    {
        var user = url.UserInfo.Split(':', 2);
        var built = new NpgsqlConnectionStringBuilder
        {
            Host = url.Host,
            Port = url.Port > 0 ? url.Port : 5432,
            Database = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/')),
        };
        if (user[0].Length > 0)
        {
            built.Username = Uri.UnescapeDataString(user[0]);
        }

        if (user.Length > 1)
        {
            built.Password = Uri.UnescapeDataString(user[1]);
        }

        return built.ConnectionString;
    }
}
