using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Syncro;

/// <summary>The account's two settings documents, put together from small lists in the world so that tests can change them.</summary>
internal static class SyncroSettings
{
    private static readonly string[] Days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    /// <summary>Of the account: dates alone are read in it.</summary>
    public static TimeSpan Zone(JsonWorld world) => TimeSpan.FromHours(world["account"].Rows[0].Whole("zone"));

    public static JsonObject Tickets(JsonWorld world) => new()
    {
        ["ticket_status_list"] = Names(world, "statuses"),
        ["default_labor_product_id"] = null,
        ["ticket_timer_charge_by_default"] = null,
        ["saved_searches"] = new JsonArray(),
        ["ticket_types"] = Types(world),
        ["ticket_type_fields"] = new JsonArray(),
        ["ticket_type_field_answers"] = new JsonArray(),
        ["appointment_types"] = new JsonArray(),
        ["users"] = new JsonArray([.. world["users"].Rows.Select(u => new JsonObject { ["id"] = u.Whole("id"), ["name"] = u.Text("full_name") })]),
        ["dashboard_settings"] = null,
        ["worksheet_templates"] = new JsonArray(),
        ["require_ticket_type"] = null,
        ["require_intake_form_with_ticket"] = null,
        ["require_outtake_form_with_ticket"] = null,
        ["ticket_workflow_default_id"] = null,
    };

    public static JsonObject Account(JsonWorld world)
    {
        var priorities = Names(world, "priorities");
        priorities.Insert(0, "");
        return new()
        {
            ["customers"] = new JsonObject { ["required_fields"] = null, ["customer_fields"] = new JsonArray(), ["customer_field_answers"] = new JsonArray() },
            ["assets"] = new JsonObject { ["asset_types"] = new JsonArray(), ["asset_type_fields"] = new JsonArray(), ["asset_type_field_answers"] = new JsonArray() },
            ["locale"] = new JsonObject
            {
                ["iso_code"] = "en",
                ["currency_symbol"] = "$",
                ["date_format"] = "mm-dd-yy",
                ["time_format"] = "hh:mm tt",
                ["time_zone"] = "America/Los_Angeles",
                ["time_offset"] = "-08:00",
            },
            ["ticket"] = new JsonObject
            {
                ["ticket_types"] = Types(world),
                ["ticket_type_fields"] = new JsonArray(),
                ["ticket_type_field_answers"] = new JsonArray(),
                ["problem_types"] = Names(world, "problemTypes"),
                ["priorities"] = priorities,
            },
            ["business_hours_enabled"] = true,
            ["business_hours"] = new JsonArray([.. Days.Select(d => new JsonObject { ["day"] = d, ["start"] = "09:00", ["end"] = "17:00", ["closed"] = false })]),
            ["default_holiday_calendar"] = "USA",
            ["msp_addon"] = null,
        };
    }

    private static JsonArray Names(JsonWorld world, string kind) => [.. world[kind].Rows.Select(r => JsonValue.Create(r.Text("name")))];

    private static JsonArray Types(JsonWorld world) => [.. world["ticketTypes"].Rows.Select(r => r.DeepClone())];
}
