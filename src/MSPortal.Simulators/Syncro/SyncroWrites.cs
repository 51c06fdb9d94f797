using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Syncro;

/// <summary>What programs write: creations are answered with 200, and nothing is noticed that was sent twice.</summary>
internal static class SyncroWrites
{
    private static readonly string[] TicketFields =
    [
        "customer_id", "ticket_type_id", "number", "subject", "due_date", "start_at", "end_at", "location_id", "problem_type", "status", "user_id", "properties",
        "asset_ids", "sla_id", "contact_id", "priority", "tag_list", "comments_attributes",
    ];

    private static readonly string[] CustomerFields =
    [
        "business_name", "firstname", "lastname", "email", "phone", "mobile", "address", "address_2", "city", "state", "zip", "notes", "get_sms", "opt_out", "no_email",
        "referred_by", "properties",
    ];

    private static readonly string[] CommentFields = ["subject", "body", "hidden", "tech", "do_not_email"];
    private static readonly string[] CommentNeeds = ["body", "subject"];
    private static readonly string[] ContactFields = ["customer_id", "name", "address1", "address2", "city", "state", "zip", "email", "phone", "mobile", "notes", "properties"];

    public static JsonAnswer Answer(SyncroVendor vendor, VendorRequest request, string[] steps)
    {
        JsonObject given = [];
        if (request.Method is "POST" or "PUT")
        {
            try
            {
                given = JsonNode.Parse(request.Body) as JsonObject ?? [];
            }
            catch (JsonException)
            {
                return SyncroAnswers.Of(400);
            }
        }

        return (request.Method, steps) switch
        {
            ("POST", ["tickets"]) => SyncroReads.Needs(vendor, "ticketCreate") ?? CreateTicket(vendor, given),
            ("PUT", ["tickets", var id]) => SyncroReads.Needs(vendor, "ticketEdit") ?? Edit(vendor, "tickets", "ticket", id, given, TicketFields),
            ("POST", ["tickets", var id, "comment"]) => SyncroReads.Needs(vendor, "ticketEdit") ?? Comment(vendor, id, given),
            ("POST", ["customers"]) => SyncroReads.Needs(vendor, "customerEdit") ?? CreateCustomer(vendor, given),
            ("PUT", ["customers", var id]) => SyncroReads.Needs(vendor, "customerEdit") ?? Edit(vendor, "customers", "customer", id, given, CustomerFields),
            ("POST", ["contacts"]) => SyncroReads.Needs(vendor, "customerEdit") ?? CreateContact(vendor, given),
            ("PUT", ["contacts", var id]) => SyncroReads.Needs(vendor, "customerEdit") ?? Edit(vendor, "contacts", null, id, given, ContactFields),
            ("DELETE", ["tickets", var id]) => Delete(vendor, "tickets", id, new JsonObject { ["message"] = "Ticket was successfully deleted. " }),
            ("DELETE", ["customers", var id]) => Delete(vendor, "customers", id, new JsonObject { ["message"] = "Customer was deleted from the system." }),
            ("DELETE", ["contacts", var id]) => Delete(vendor, "contacts", id, []),
            _ => JsonAnswer.Html(404, "The page you were looking for doesn't exist."),
        };
    }

    private static JsonAnswer CreateTicket(SyncroVendor vendor, JsonObject given)
    {
        if (vendor.World["customers"].Find(given.Whole("customer_id")) is null)
        {
            return SyncroAnswers.Refused("Customer required field");
        }

        return string.IsNullOrWhiteSpace(given.Text("subject"))
            ? SyncroAnswers.Blank(given, "Subject can't be blank")
            : SyncroReads.Wrapped(SyncroShapes.Alone(vendor, "tickets", vendor.Edits.Create("tickets", Only(given, TicketFields))), "ticket", "tickets");
    }

    private static JsonAnswer Comment(SyncroVendor vendor, string id, JsonObject given)
    {
        if (vendor.World["tickets"].Find(SyncroReads.Id(id)) is not { } ticket)
        {
            return SyncroAnswers.NotFound("tickets");
        }

        string[] problems = [.. CommentNeeds.Where(f => string.IsNullOrWhiteSpace(given.Text(f))).Select(f => $"{char.ToUpperInvariant(f[0])}{f[1..]} can't be blank")];
        if (problems.Length > 0)
        {
            return SyncroAnswers.Blank(given, problems);
        }

        var comment = vendor.Edits.AddComment(ticket.Whole("id"), Only(given, CommentFields));
        var view = (JsonObject)comment.DeepClone();
        view.Remove("is_rich_text");
        return SyncroReads.Wrapped(view, "comment", "comments");
    }

    private static JsonAnswer CreateCustomer(SyncroVendor vendor, JsonObject given) =>
        given.Text("email") is { Length: > 0 } mail && !mail.Contains('@', StringComparison.Ordinal)
            ? SyncroAnswers.Blank(given, "Email is not an email")
            : SyncroReads.Wrapped(SyncroShapes.Alone(vendor, "customers", vendor.Edits.Create("customers", Only(given, CustomerFields))), "customer", "customers");

    private static JsonAnswer CreateContact(SyncroVendor vendor, JsonObject given) =>
        given.Text("email") is { Length: > 0 } mail && !mail.Contains('@', StringComparison.Ordinal) ? SyncroAnswers.Record(given, "Email is not an email")
        : vendor.World["customers"].Find(given.Whole("customer_id")) is null ? SyncroAnswers.Refused("Customer must exist")
        : SyncroReads.Wrapped(SyncroShapes.Alone(vendor, "contacts", vendor.Edits.Create("contacts", Only(given, ContactFields))), null, "contacts");

    private static JsonAnswer Edit(SyncroVendor vendor, string kind, string? single, string id, JsonObject given, string[] fields)
    {
        if (vendor.World[kind].Find(SyncroReads.Id(id)) is not { } row)
        {
            return SyncroAnswers.NotFound(kind);
        }

        if (kind == "tickets" && given.ContainsKey("subject") && string.IsNullOrWhiteSpace(given.Text("subject")))
        {
            return SyncroAnswers.Blank(given, "Subject can't be blank");
        }

        var change = Only(given, [.. fields.Where(f => f is not "comments_attributes")]);
        return SyncroReads.Wrapped(SyncroShapes.Alone(vendor, kind, vendor.Edits.Change(kind, row.Whole("id"), change, touch: true)), single, kind);
    }

    private static JsonAnswer Delete(SyncroVendor vendor, string kind, string id, JsonObject done)
    {
        if (vendor.World[kind].Find(SyncroReads.Id(id)) is null)
        {
            return SyncroAnswers.NotFound(kind);
        }

        vendor.Edits.Delete(kind, SyncroReads.Id(id));
        return JsonAnswer.Json(done);
    }

    /// <summary>Fields that may be written; a number in quotes is a number.</summary>
    private static JsonObject Only(JsonObject given, string[] fields)
    {
        var row = new JsonObject();
        foreach (var (name, value) in given.Where(p => fields.Contains(p.Key)))
        {
            row[name] = (name == "number" || name.EndsWith("_id", StringComparison.Ordinal)) && value is not null ? given.Whole(name) : value?.DeepClone();
        }

        return row;
    }
}
