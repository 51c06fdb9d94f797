using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Histories.Vendors;
using Shouldly;

namespace MSPortal.Tests.Connectors.Contract;

internal enum DamageKind
{
    Replace,
    Nested,
    Remove,
    Twice,
    Whole,

    /// <summary>One more property, whose name is no text.</summary>
    Named,
}

/// <summary>Which row, where in it, and what stands there instead.</summary>
internal sealed record Damage(int Row, int Place, int Value, DamageKind Kind);

/// <summary>All that a vendor answered while one stream was read, with the page of rows taken apart so that it can be served with damage.</summary>
internal sealed class RecordedPage
{
    private static readonly string[] Junk =
    [
        "null", "true", "false", "0", "-1", "1e400", "1.5", "99999999999999999999", "-9223372036854775808", "\"\"", "\" \"", "\"x\"", "\"-\"", "\"null\"", "{}", "[]", "[null]", "[[[]]]", "{\"a\":{\"b\":[1]}}",
        "\"9999-99-99T99:99:99Z\"", "\"0001-01-01T00:00:00\"", "\"1900-01-01T00:00:00\"", "\"2026-03-01T12:00:00+99:00\"", "\"\\ud800\"", "\"\\u0000\\u001b[31m\"", "\"<script>\"", "\"🖨\"", "{\"id\":null}",
        "{\"name\":[]}", "[{\"id\":\"x\"}]", "[7,\"a\",null]", "\"12:30\"", "\"١٢٣\"", "12345678901234567890.5", "\"" + new string('y', 5000) + "\"",
    ];

    private readonly Dictionary<string, Recorded> answers = new(StringComparer.Ordinal);
    private string key = "";
    private string before = "";
    private string after = "";
    private string[] rows = [];

    private readonly string id;

    private RecordedPage(StreamDefinition stream, string id) => (Stream, this.id) = (stream, id);

    public StreamDefinition Stream { get; }

    /// <summary>What the connector makes of the page as it is: id → contents.</summary>
    public IReadOnlyDictionary<string, string> Rows { get; private set; } = new Dictionary<string, string>();

    public static async Task<RecordedPage> OfAsync(ConnectorBench bench, StreamDefinition stream)
    {
        var page = new RecordedPage(stream, KnownVendor.For(bench.Connector.Info.Id).IdProperty(stream.DataType));
        bench.Step = TimeSpan.Zero;
        bench.Script = (_, _) => Task.FromResult<HttpResponseMessage?>(null);
        await bench.ReadAsync(stream);
        bench.Afterwards = async (request, answer) =>
        {
            await answer.Content.LoadIntoBufferAsync();
            page.answers[await KeyAsync(request)] = new Recorded(answer.StatusCode, answer.Headers, answer.Content.Headers.ContentType?.ToString(), await answer.Content.ReadAsByteArrayAsync());
        };
        page.Rows = (await bench.ReadAsync(stream)).SelectMany(p => p.Rows).ToDictionary(r => r.ExternalId, Canonical.Json, StringComparer.Ordinal);
        bench.Afterwards = (_, _) => Task.CompletedTask;
        page.TakeApart();
        return page;
    }

    /// <summary>The connector hears the same as then, but for the page.</summary>
    public void Replay(ConnectorBench bench, byte[] body) => bench.Script = async (request, _) =>
        await KeyAsync(request) is var asked && answers.TryGetValue(asked, out var known) ? known.Again(asked == key ? body : known.Body) : null;

    /// <returns>The page, and the ids of the rows that are not what they were.</returns>
    public (byte[] Body, IReadOnlySet<string> Hurt) Damaged(IEnumerable<Damage> damages)
    {
        var served = (string[])rows.Clone();
        var hurt = new HashSet<string>(StringComparer.Ordinal);
        foreach (var damage in damages)
        {
            var at = damage.Row % rows.Length;
            hurt.Add(Id(rows[at])!);
            served[at] = TryHurt(served[at], damage);
            if (Id(served[at]) is { } other)
            {
                hurt.Add(other);   // Whoever else has this id is not to be told from it.
            }
        }

        return (Encoding.UTF8.GetBytes(before + "[" + string.Join(',', served) + "]" + after), hurt);
    }

    public byte[] Scrambled(Damage damage)
    {
        var body = Encoding.UTF8.GetBytes(before + "[" + string.Join(',', rows) + "]" + after);
        var at = damage.Place % body.Length;
        switch (damage.Row)
        {
            case 0: return body[..at];
            case 1: body[at] = (byte)damage.Value; return body;
            case 2: return [.. body[..at], .. Encoding.UTF8.GetBytes(Junk[damage.Value % Junk.Length]), .. body[at..]];
            case 3: return [.. body[at..], .. body[..at]];
            case 4: return Encoding.UTF8.GetBytes(before + Junk[damage.Value % Junk.Length] + after);
            case 5: return Encoding.UTF8.GetBytes(Junk[damage.Value % Junk.Length]);
            default: return Encoding.UTF8.GetBytes(new string('[', damage.Place % 200) + Junk[damage.Value % Junk.Length] + new string(']', damage.Place % 200));
        }
    }

    /// <summary>What was damaged before may be beyond taking apart, and is gone as a whole then.</summary>
    private static string TryHurt(string row, Damage damage)
    {
        try
        {
            return Hurt(row, damage);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return Junk[damage.Value % Junk.Length];
        }
    }

    private static string Hurt(string row, Damage damage)
    {
        var junk = Junk[damage.Value % Junk.Length];
        if (damage.Kind == DamageKind.Whole || TryObject(row) is not { Count: > 0 } parsed)
        {
            return junk;
        }

        var (name, value) = parsed.ElementAt(damage.Place % parsed.Count);
        switch (damage.Kind)
        {
            case DamageKind.Remove:
                parsed.Remove(name);
                return parsed.ToJsonString();
            case DamageKind.Named:
                return "{\"\\ud800\":" + junk + "," + row[(row.IndexOf('{', StringComparison.Ordinal) + 1)..];
            case DamageKind.Twice:
                return "{" + JsonSerializer.Serialize(name) + ":" + junk + "," + row[(row.IndexOf('{', StringComparison.Ordinal) + 1)..];
            case DamageKind.Nested when value is JsonObject { Count: > 0 } inner:
                inner[inner.ElementAt(damage.Value % inner.Count).Key] = "\u0001junk\u0001";
                break;
            default:
                parsed[name] = "\u0001junk\u0001";
                break;
        }

        return parsed.ToJsonString().Replace("\"\\u0001junk\\u0001\"", junk, StringComparison.Ordinal);
    }

    private static JsonObject? TryObject(string row)
    {
        try
        {
            var parsed = JsonNode.Parse(row) as JsonObject;
            return parsed?.Count >= 0 ? parsed : null;   // A name that comes twice is only noticed when it is looked at.
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>As a connector reads it, whatever its kind.</summary>
    private string? Id(string row)
    {
        try
        {
            return TryObject(row)?[id]?.ToString();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The answer with the most of the stream's rows is its page.</summary>
    private void TakeApart()
    {
        var best = 0;
        foreach (var (asked, answer) in answers)
        {
            using var json = TryParse(answer.Body);
            if (json is null || Rowset(json.RootElement) is not { } array)
            {
                continue;
            }

            var served = array.EnumerateArray().Select(r => r.GetRawText()).ToArray();
            var known = served.Count(r => Id(r) is { } own && Rows.ContainsKey(own));
            if (known > best)
            {
                var text = Encoding.UTF8.GetString(answer.Body);
                var raw = array.GetRawText();
                var at = text.IndexOf(raw, StringComparison.Ordinal);
                (best, key, rows, before, after) = (known, asked, served, text[..at], text[(at + raw.Length)..]);
            }
        }

        best.ShouldBeGreaterThan(1, $"{Stream.Label} fill a page");
    }

    private static JsonDocument? TryParse(byte[] body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The longest list of rows, also one inside a group.</summary>
    private JsonElement? Rowset(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Array when json.GetArrayLength() > 0 && json.EnumerateArray().All(r => r.ValueKind == JsonValueKind.Object && r.TryGetProperty(id, out _)) => json,
        JsonValueKind.Array => Longest(json.EnumerateArray().Where(r => r.ValueKind == JsonValueKind.Object)),
        JsonValueKind.Object => Longest(json.EnumerateObject().Select(p => p.Value).Where(v => v.ValueKind == JsonValueKind.Array)),
        _ => null,
    };

    private JsonElement? Longest(IEnumerable<JsonElement> parts) => parts.Select(Rowset).MaxBy(r => r?.GetArrayLength() ?? -1);

    private static async Task<string> KeyAsync(HttpRequestMessage request) =>
        $"{request.Method} {request.RequestUri} {(request.Content is null ? "" : await request.Content.ReadAsStringAsync())}";

    private sealed record Recorded(HttpStatusCode Status, HttpResponseHeaders Headers, string? Type, byte[] Body)
    {
        public HttpResponseMessage Again(byte[] body)
        {
            var answer = new HttpResponseMessage(Status) { Content = new ByteArrayContent(body) };
            foreach (var (name, values) in Headers)
            {
                answer.Headers.TryAddWithoutValidation(name, values);
            }

            answer.Content.Headers.TryAddWithoutValidation("Content-Type", Type);
            return answer;
        }
    }
}
