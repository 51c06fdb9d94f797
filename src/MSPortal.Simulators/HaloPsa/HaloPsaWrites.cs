using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.HaloPsa;

/// <summary>Creates and updates: one and the same call, whose body is an array even for one record.</summary>
internal sealed class HaloPsaWrites(HaloPsaVendor vendor)
{
    public JsonAnswer Post(VendorRequest request, Resource resource)
    {
        JsonNode? body;
        try
        {
            body = JsonNode.Parse(request.Body);
        }
        catch (JsonException)
        {
            return Invalid("", "The input was not valid.");
        }

        if (body is not JsonArray { Count: > 0 } rows)
        {
            return Invalid("", "The JSON value could not be converted to a list.");
        }

        for (var i = 0; i < rows.Count; i++)
        {
            if (Trouble(resource.Kind, rows[i]) is { } trouble)
            {
                return trouble.Rule ? JsonAnswer.Json(new JsonObject { ["ClassName"] = "System.Exception", ["Message"] = trouble.Words }, 400) : Invalid($"[{i}].{trouble.Field}", trouble.Words);
            }
        }

        List<JsonNode?> made = [.. rows.Select(row => Save(resource.Kind, row!.AsObject()).DeepClone())];
        return JsonAnswer.Json(made.Count == 1 ? made[0] : new JsonArray([.. made]), 201);
    }

    private (string Field, string Words, bool Rule)? Trouble(string kind, JsonNode? node)
    {
        if (node is not JsonObject row)
        {
            return ("", "The input was not valid.", false);
        }

        if (row["id"] is JsonValue id && !id.TryGetValue<long>(out _) && !id.TryGetValue<int>(out _))
        {
            return ("id", $"The value '{id}' is not valid.", false);
        }

        return kind switch
        {
            "tickets" when row.Whole("id") == 0 && string.IsNullOrEmpty(row.Text("summary")) => ("summary", "Summary is mandatory", true),
            "tickets" when row.Whole("id") == 0 && string.IsNullOrEmpty(row.Text("details") ?? row.Text("details_html")) => ("details", "Details is mandatory", true),
            "actions" when vendor.World["tickets"].Find(row.Whole("ticket_id")) is null => ("ticket_id", "Ticket does not exist", true),
            _ => null,
        };
    }

    private JsonObject Save(string kind, JsonObject row)
    {
        var id = row.Whole("id");
        return id > 0 && kind != "actions" && vendor.World[kind].Find(id) is not null
            ? vendor.Change(kind, id, row, touch: true)
            : vendor.Create(kind, WithoutId(row));
    }

    /// <summary>Callers cannot choose a number.</summary>
    private static JsonObject WithoutId(JsonObject row) => new(row.Where(p => p.Key != "id").Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));

    private static JsonAnswer Invalid(string field, string words) => JsonAnswer.Json(new JsonObject { [field] = new JsonArray(words) }, 400);
}
