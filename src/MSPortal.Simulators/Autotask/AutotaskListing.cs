using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Autotask;

/// <summary>Queries, counts and single items, and what stands around the rows.</summary>
internal sealed class AutotaskListing(AutotaskVendor vendor)
{
    private const int MostRecords = 500;

    public JsonAnswer Query(VendorRequest request, AutotaskEntity entity, string address)
    {
        using var question = Question(request);
        var (most, fields, test) = Read(entity, question.RootElement);
        var (after, start) = (0L, 0);
        if (request.Query("paging") is { } paging)
        {
            after = JsonNode.Parse(paging)?["nextIds"]?[0]?.GetValue<long>() ?? throw AutotaskException.Invalid("The paging parameter is not valid.");
            start = 1;
        }

        var size = request.Cap > 0 ? Math.Min(most, request.Cap) : most;
        var rows = new List<JsonObject>(size);
        var more = false;
        foreach (var row in Visible(entity).Where(r => start == 0 || r.Whole("id") > after))
        {
            if (!test(row))
            {
                continue;
            }

            if (rows.Count == size)
            {
                more = true;
                break;
            }

            rows.Add(row);
        }

        var next = more ? Next(address, size, rows[^1].Whole("id"), request) : null;
        return JsonAnswer.List(rows, entity.Kind, (writer, served) => Write(writer, entity, served, fields, most, next));
    }

    public JsonAnswer Count(VendorRequest request, AutotaskEntity entity)
    {
        using var question = Question(request);
        var test = new AutotaskFilter(entity).Read(AutotaskFilter.Property(question.RootElement, "filter") ?? default);
        return JsonAnswer.Json(new JsonObject { ["queryCount"] = Visible(entity).Count(test) });
    }

    /// <summary>What is not there is a 200 with nothing in it.</summary>
    public JsonAnswer Item(AutotaskEntity entity, string id)
    {
        if (!long.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            throw new AutotaskException(404, "No HTTP resource was found that matches the request URI.");
        }

        return vendor.World[entity.Kind].Find(number) is { } row && Visible(entity).Contains(row)
            ? JsonAnswer.One(row, entity.Kind, (writer, rows) =>
            {
                writer.WriteStartObject();
                writer.WritePropertyName("item");
                Write(writer, entity, rows[0], null);
                writer.WriteEndObject();
            })
            : JsonAnswer.Json(new JsonObject { ["item"] = null });
    }

    /// <summary>Rows of the children of one parent.</summary>
    public JsonAnswer Children(AutotaskEntity entity, long parent)
    {
        List<JsonObject> rows = [.. Visible(entity).Where(r => r.Whole(entity.Parent!.Value.Column) == parent)];
        return JsonAnswer.List(rows, entity.Kind, (writer, served) => Write(writer, entity, served, null, MostRecords, null));
    }

    /// <summary>A security level that hides leaves out rows instead of refusing.</summary>
    private IReadOnlyList<JsonObject> Visible(AutotaskEntity entity) =>
        vendor.May(entity.Area) ? vendor.World[entity.Kind].Rows : [];

    private static (int Most, IReadOnlySet<string>? Fields, Func<JsonObject, bool> Test) Read(AutotaskEntity entity, JsonElement question)
    {
        var most = AutotaskFilter.Property(question, "maxRecords") is { ValueKind: JsonValueKind.Number } given && given.TryGetInt32(out var number) ? number : MostRecords;
        if (most is < 1 or > MostRecords)
        {
            throw AutotaskException.Invalid($"MaxRecords must be a value between 1 and {MostRecords}.");
        }

        var fields = AutotaskFilter.Property(question, "includeFields") is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0
            ? list.EnumerateArray().Select(f => entity.Find(f.GetString() ?? "")?.Name ?? throw AutotaskException.Invalid($"Unable to find {f} in the {entity.Name} Entity.")).ToHashSet(StringComparer.Ordinal)
            : null;
        return (most, fields, new AutotaskFilter(entity).Read(AutotaskFilter.Property(question, "filter") ?? default));
    }

    private static JsonDocument Question(VendorRequest request)
    {
        try
        {
            return request.Method == "GET"
                ? JsonDocument.Parse(request.Query("search") ?? throw AutotaskException.Invalid("The search parameter is required."))
                : JsonDocument.Parse(AutotaskBodies.Read(request));
        }
        catch (JsonException)
        {
            throw AutotaskException.Invalid("The query is not valid JSON.");
        }
    }

    /// <summary>A GET carries its search along; what was posted has to be posted again.</summary>
    private static string Next(string address, int size, long last, VendorRequest request)
    {
        var paging = new JsonObject { ["pageSize"] = size, ["previousIds"] = new JsonArray(-1), ["nextIds"] = new JsonArray(last) };
        var search = request.Method == "GET" ? "&search=" + Uri.EscapeDataString(request.Query("search") ?? "") : "";
        return $"{address}/query/next?paging={Uri.EscapeDataString(paging.ToJsonString())}{search}";
    }

    private static void Write(Utf8JsonWriter writer, AutotaskEntity entity, IReadOnlyList<JsonObject> rows, IReadOnlySet<string>? fields, int most, string? next)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("items");
        foreach (var row in rows)
        {
            Write(writer, entity, row, fields);
        }

        writer.WriteEndArray();
        writer.WriteStartObject("pageDetails");
        writer.WriteNumber("count", rows.Count);
        writer.WriteNumber("requestCount", most);
        writer.WriteNull("prevPageUrl");
        writer.WriteString("nextPageUrl", next);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>Rows are kept without what they do not have; it is written as null.</summary>
    private static void Write(Utf8JsonWriter writer, AutotaskEntity entity, JsonObject row, IReadOnlySet<string>? fields)
    {
        writer.WriteStartObject();
        foreach (var column in entity.Columns.Where(c => fields is null || fields.Contains(c.Name)))
        {
            writer.WritePropertyName(column.Name);
            Write(writer, row[column.Name]);
        }

        if (fields is null)
        {
            writer.WritePropertyName("userDefinedFields");
            Write(writer, row["userDefinedFields"] ?? new JsonArray());
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, JsonNode? value)
    {
        if (value is null)
        {
            writer.WriteNullValue();
            return;
        }

        value.WriteTo(writer);
    }
}
