using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace MSPortal.Bench.Speed;

/// <summary>The bare work that nobody can do without: the same pages over the same wire, raw rows with a hash into one table.</summary>
internal sealed class Probe(Vendor vendor, Uri first, string database)
{
    public async Task<Measured> RunAsync(string phase, string? conditions, CancellationToken ct)
    {
        await using IProbeTable table = database.Contains('=', StringComparison.Ordinal) ? new PostgresTable(database) : new SqliteTable(database);
        await table.OpenAsync(ct);
        using var clock = new Stopclock();
        var (rows, calls, written) = (0, 0, 0);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        vendor.SignIn(client);
        Uri? next = conditions is null ? first : With(first, conditions);
        while (next is not null)
        {
            using var response = await client.GetAsync(next, ct);
            response.EnsureSuccessStatusCode();
            using var page = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(ct));
            calls++;
            var read = page.RootElement.EnumerateArray().Select(Of).ToList();
            if (read.Count == 0)
            {
                break;
            }

            rows += read.Count;
            written += await table.WriteAsync(read, ct);
            next = Next(response);
        }

        return clock.Stop(phase, rows, calls, written);
    }

    private static ProbeRow Of(JsonElement row)
    {
        var raw = row.GetRawText();
        return new ProbeRow(row.GetProperty("id").GetInt64(), row.GetProperty("_info").GetProperty("lastUpdated").GetString()!, raw, SHA256.HashData(Encoding.UTF8.GetBytes(raw)));
    }

    private static Uri With(Uri address, string conditions)
    {
        var parts = address.Query.TrimStart('?').Split('&').Where(p => !p.StartsWith("conditions=", StringComparison.Ordinal));
        return new UriBuilder(address) { Query = string.Join('&', parts.Prepend("conditions=" + Uri.EscapeDataString(conditions))) }.Uri;
    }

    private static Uri? Next(HttpResponseMessage response)
    {
        var link = response.Headers.TryGetValues("Link", out var values) ? values.First() : "";
        var end = link.IndexOf(">; rel=\"next\"", StringComparison.Ordinal);
        return end < 0 ? null : new Uri(response.RequestMessage!.RequestUri!, new Uri(link[(link.LastIndexOf('<', end) + 1)..end]).PathAndQuery);
    }
}

internal sealed record ProbeRow(long Id, string Updated, string Raw, byte[] Hash);

/// <summary>One table of raw rows.</summary>
internal interface IProbeTable : IAsyncDisposable
{
    Task OpenAsync(CancellationToken ct);

    /// <returns>Rows that were new or different.</returns>
    Task<int> WriteAsync(IReadOnlyList<ProbeRow> rows, CancellationToken ct);
}

/// <summary>A prepared upsert, one transaction per page.</summary>
internal sealed class SqliteTable(string path) : IProbeTable
{
    private static readonly string[] Names = ["$id", "$updated", "$raw", "$hash"];
    private readonly SqliteConnection connection = new($"Data Source={path}");

    public async Task OpenAsync(CancellationToken ct)
    {
        await connection.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE IF NOT EXISTS probe (id INTEGER PRIMARY KEY, updated TEXT, raw TEXT, hash BLOB)";
        await command.ExecuteNonQueryAsync(ct);
    }

    public async Task<int> WriteAsync(IReadOnlyList<ProbeRow> rows, CancellationToken ct)
    {
        await using var transaction = connection.BeginTransaction();
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "INSERT INTO probe VALUES ($id, $updated, $raw, $hash) ON CONFLICT (id) DO UPDATE SET updated = excluded.updated, raw = excluded.raw, hash = excluded.hash WHERE hash <> excluded.hash";
        SqliteParameter[] parameters = [.. Names.Select(n => command.Parameters.Add(new SqliteParameter { ParameterName = n }))];
        var written = 0;
        foreach (var row in rows)
        {
            (parameters[0].Value, parameters[1].Value, parameters[2].Value, parameters[3].Value) = (row.Id, row.Updated, row.Raw, row.Hash);
            written += await command.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        return written;
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}

/// <summary>COPY into a temporary table, then one upsert.</summary>
internal sealed class PostgresTable(string setting) : IProbeTable
{
    private readonly NpgsqlConnection connection = new(setting);

    public async Task OpenAsync(CancellationToken ct)
    {
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand("CREATE TABLE IF NOT EXISTS probe (id bigint PRIMARY KEY, updated text, raw text, hash bytea); CREATE TEMP TABLE probe_in (LIKE probe)", connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    public async Task<int> WriteAsync(IReadOnlyList<ProbeRow> rows, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var copy = await connection.BeginBinaryImportAsync("COPY probe_in FROM STDIN (FORMAT binary)", ct))
        {
            foreach (var row in rows)
            {
                await copy.StartRowAsync(ct);
                await copy.WriteAsync(row.Id, ct);
                await copy.WriteAsync(row.Updated, ct);
                await copy.WriteAsync(row.Raw, ct);
                await copy.WriteAsync(row.Hash, ct);
            }

            await copy.CompleteAsync(ct);
        }

        const string Upsert = "INSERT INTO probe SELECT * FROM probe_in ON CONFLICT (id) DO UPDATE SET updated = excluded.updated, raw = excluded.raw, hash = excluded.hash WHERE probe.hash IS DISTINCT FROM excluded.hash";
        await using var upsert = new NpgsqlCommand(Upsert, connection);
        var written = await upsert.ExecuteNonQueryAsync(ct);
        await using var empty = new NpgsqlCommand("TRUNCATE probe_in", connection);
        await empty.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        return written;
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
