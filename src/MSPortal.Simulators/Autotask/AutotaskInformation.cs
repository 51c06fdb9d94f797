using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Autotask;

/// <summary>What entities say about themselves: rights, columns, picklists, user-defined fields.</summary>
internal sealed class AutotaskInformation(AutotaskVendor vendor)
{
    public static readonly IReadOnlyList<(string Name, string Label, string Type)> Udfs =
    [
        ("Customer reference", "Customer reference", "string"), ("Backup tier", "Backup tier", "string"), ("Admin password", "Admin password", "string"),
    ];

    public JsonAnswer Entity(AutotaskEntity entity)
    {
        var access = vendor.May(entity.Area) ? "All" : "None";
        return JsonAnswer.Json(new JsonObject
        {
            ["info"] = new JsonObject
            {
                ["name"] = entity.Name, ["canCreate"] = entity.CanCreate, ["canDelete"] = entity.CanDelete, ["canQuery"] = true, ["canUpdate"] = entity.CanUpdate,
                ["userAccessForCreate"] = entity.CanCreate ? access : "None", ["userAccessForDelete"] = entity.CanDelete ? access : "None", ["userAccessForQuery"] = access,
                ["userAccessForUpdate"] = entity.CanUpdate ? access : "None", ["hasUserDefinedFields"] = entity.HasUdfs,
                ["supportsWebhookCallouts"] = entity.Path is "Tickets" or "Companies" or "Contacts" or "ConfigurationItems" or "TicketNotes",
            },
        });
    }

    public JsonAnswer Fields(AutotaskEntity entity) => JsonAnswer.Json(new JsonObject { ["fields"] = new JsonArray([.. entity.Columns.Select(c => (JsonNode)Field(entity, c))]) });

    public static JsonAnswer UserDefined(AutotaskEntity entity) => !entity.HasUdfs
        ? throw new AutotaskException(404, "No HTTP resource was found that matches the request URI.")
        : JsonAnswer.Json(new JsonObject
        {
            ["fields"] = new JsonArray([.. Udfs.Select(u => (JsonNode)new JsonObject
            {
                ["name"] = u.Name, ["label"] = u.Label, ["type"] = u.Type, ["length"] = 8000, ["description"] = "", ["isRequired"] = false, ["isReadOnly"] = false, ["isQueryable"] = true,
                ["isReference"] = false, ["referenceEntityType"] = "", ["isPickList"] = false, ["picklistValues"] = null, ["picklistParentValueField"] = "", ["defaultValue"] = "",
                ["isSupportedWebhookField"] = true,
            })]),
        });

    private JsonObject Field(AutotaskEntity entity, Column column) => new JsonObject
    {
        ["name"] = column.Name,
        ["dataType"] = column.DataType,
        ["length"] = column.Type is ColumnType.Text ? 8000 : 0,
        ["isRequired"] = entity.Required.Contains(column.Name, StringComparer.Ordinal),
        ["isReadOnly"] = !entity.CanUpdate || column.Name is "id" or "createDate" || entity.Stamps.Contains(column.Name, StringComparer.Ordinal),
        ["isQueryable"] = column.IsQueryable,
        ["isReference"] = column.Reference is not null,
        ["referenceEntityType"] = column.Reference is { } kind ? AutotaskEntities.OfKind(kind)?.Name ?? "" : "",
        ["isPickList"] = column.Picklist is not null,
        ["picklistValues"] = column.Picklist is { } list ? new JsonArray([.. vendor.World[list].Rows.Select(Choice)]) : null,
        ["picklistParentValueField"] = column.Name == "subIssueType" ? "issueType" : "",
        ["isSupportedWebhookField"] = entity.Path == "Tickets" && column.Type is not ColumnType.Long,
    };

    /// <summary>The value is a text, although the column is a number.</summary>
    private static JsonNode Choice(JsonObject row) => new JsonObject
    {
        ["value"] = row.Text("value") ?? row.Text("id"), ["label"] = row.Text("label") ?? row.Text("name"), ["isDefaultValue"] = row.Flag("isDefaultValue"),
        ["sortOrder"] = row.Whole("sortOrder"), ["parentValue"] = row.Text("parentValue") ?? "", ["isActive"] = row["isActive"]?.DeepClone() ?? true, ["isSystem"] = row.Flag("isSystem"),
    };
}
