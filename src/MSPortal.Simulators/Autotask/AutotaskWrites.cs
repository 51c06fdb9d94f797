using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Autotask;

/// <summary>Creating, changing and deleting through the API, with the vendor's refusals.</summary>
internal sealed class AutotaskWrites(AutotaskVendor vendor)
{
    private static readonly string[] Bools = ["true", "false"];

    public JsonAnswer Write(VendorRequest request, AutotaskEntity entity, long? parent)
    {
        var given = Body(request);
        var id = given.Whole("id");
        if (parent is { } under)
        {
            given[entity.Parent!.Value.Column] = under;
        }

        var row = request.Method switch
        {
            "POST" when entity.CanCreate => Create(entity, given),
            "PATCH" when entity.CanUpdate => vendor.Change(entity.Kind, Existing(entity, id), Checked(entity, given), touch: true, byApi: true),
            "PUT" when entity.CanUpdate => vendor.Change(entity.Kind, Existing(entity, id), Emptied(entity, Checked(entity, given)), touch: true, byApi: true),
            _ => throw NotSupported(request.Method),
        };
        return JsonAnswer.Json(new JsonObject { ["itemId"] = row.Whole("id") });
    }

    public JsonAnswer Delete(AutotaskEntity entity, string id)
    {
        if (!entity.CanDelete)
        {
            throw NotSupported("DELETE");
        }

        var number = long.TryParse(id, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        vendor.Delete(entity.Kind, Existing(entity, number), byApi: true);
        return JsonAnswer.Json(new JsonObject { ["itemId"] = number });
    }

    public static AutotaskException NotSupported(string method) => new(405, $"The requested resource does not support http method '{method}'.");

    private JsonObject Create(AutotaskEntity entity, JsonObject given)
    {
        if (given.Any(p => p.Value is null))
        {
            throw AutotaskException.Invalid($"Object reference not set: {given.First(p => p.Value is null).Key} has no value.");
        }

        var missing = entity.Required.Where(r => given[r] is null).ToList();
        if (missing.Count > 0)
        {
            throw AutotaskException.Invalid($"Missing Required Field: {string.Join(", ", missing)} ");
        }

        return vendor.Create(entity.Kind, Checked(entity, given), byApi: true);
    }

    private JsonObject Checked(AutotaskEntity entity, JsonObject given)
    {
        foreach (var (name, value) in given.Where(p => p.Key is not "userDefinedFields"))
        {
            var column = entity.Columns.FirstOrDefault(c => c.Name == name) ?? throw AutotaskException.Invalid($"Unable to find {name} in the {entity.Name} Entity.");
            if (column.Type is ColumnType.Flag && value?.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False) && !(value is JsonValue text && Bools.Contains(text.ToString(), StringComparer.OrdinalIgnoreCase)))
            {
                throw AutotaskException.Invalid($"Value is not a valid boolean for {name} . ");
            }

            if (value is not null && column.Picklist is { } list && vendor.World[list].Rows.All(r => (r.Text("value") ?? r.Text("id")) != value.ToString()))
            {
                throw AutotaskException.Invalid($"Value does not reference an existing entity for {name} . ");
            }

            if (value is not null && column.Reference is { } kind && vendor.World[kind].Find(given.Whole(name)) is null)
            {
                throw AutotaskException.Invalid($"Reference value on field: {name} of type: {AutotaskEntities.OfKind(kind)?.Name} does not exist or is invalid.");
            }
        }

        if (entity.Path == "Tickets" && given["assignedResourceID"] is not null && given["assignedResourceRoleID"] is null)
        {
            throw AutotaskException.Invalid("You must assign both a assignedResourceID and assignedResourceRoleID.");
        }

        return given;
    }

    /// <summary>What a PUT leaves out is emptied.</summary>
    private static JsonObject Emptied(AutotaskEntity entity, JsonObject given)
    {
        foreach (var column in entity.Columns.Where(c => c.Name is not ("id" or "ticketNumber" or "createDate" or "webhookGUID" or "isReady") && !given.ContainsKey(c.Name)))
        {
            given[column.Name] = null;
        }

        return given;
    }

    private long Existing(AutotaskEntity entity, long id) => vendor.World[entity.Kind].Find(id) is not null
        ? id
        : throw AutotaskException.Invalid($"No message. No matching records found for {entity.Name} {id.ToString(CultureInfo.InvariantCulture)}.");

    private static JsonObject Body(VendorRequest request)
    {
        try
        {
            return JsonNode.Parse(AutotaskBodies.Read(request)) as JsonObject ?? throw AutotaskException.Invalid("An entity is required in the body.");
        }
        catch (JsonException)
        {
            throw AutotaskException.Invalid("The body is not valid JSON.");
        }
    }
}
