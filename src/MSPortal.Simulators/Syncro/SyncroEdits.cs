using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Syncro;

/// <summary>Changes as people and programs make them at the vendor, with what they bring along.</summary>
internal sealed class SyncroEdits
{
    private readonly SyncroVendor vendor;
    private readonly Dictionary<long, List<JsonObject>> comments;
    private readonly Dictionary<long, List<JsonObject>> contacts;

    public SyncroEdits(SyncroVendor vendor)
    {
        this.vendor = vendor;
        comments = Index("comments", "ticket_id");
        contacts = Index("contacts", "customer_id");
    }

    private JsonWorld World => vendor.World;

    /// <summary>In the order in which they were written.</summary>
    public IReadOnlyList<JsonObject> CommentsOf(long ticket) => comments.GetValueOrDefault(ticket) ?? [];

    public IReadOnlyList<JsonObject> ContactsOf(long customer) => contacts.GetValueOrDefault(customer) ?? [];

    /// <exception cref="KeyNotFoundException">There is no such kind.</exception>
    public JsonObject Create(string kind, JsonObject given)
    {
        var table = World[kind];
        var id = given.Whole("id") is > 0 and var own ? own : table.NextId;
        var row = Fresh(kind, id).Over(given);
        row["id"] = id;
        var attributes = row["comments_attributes"] as JsonArray;
        row.Remove("comments_attributes");
        Name(kind, row);
        table.Put(id, row);
        Remember(kind, row);
        foreach (var comment in attributes?.OfType<JsonObject>() ?? [])
        {
            AddComment(id, comment);
        }

        vendor.Notices?.Announce(kind, row, "created");
        return row;
    }

    /// <param name="touch">False: one that leaves the change time alone.</param>
    public JsonObject Change(string kind, long id, JsonObject given, bool touch)
    {
        var table = World[kind];
        var row = table.Get(id);
        var status = row.Text("status");
        Forget(kind, row);
        foreach (var (name, value) in given)
        {
            row[name] = value?.DeepClone();
        }

        row["id"] = id;
        if (kind == "tickets" && row.Text("status") != status && !given.ContainsKey("resolved_at"))
        {
            row["resolved_at"] = row.Text("status") == "Resolved" ? vendor.Now : null;
        }

        if (touch && row.ContainsKey("updated_at") && !given.ContainsKey("updated_at"))
        {
            row["updated_at"] = vendor.Now;
        }

        Name(kind, row);
        Remember(kind, row);
        Spread(kind, row);
        if (touch)
        {
            vendor.Notices?.Announce(kind, row, "updated");
        }

        return row;
    }

    /// <summary>Nothing is left of it: neither a mark nor, of a ticket, its comments.</summary>
    public void Delete(string kind, long id)
    {
        if (World[kind].Find(id) is not { } row)
        {
            return;
        }

        World[kind].Remove(id);
        Forget(kind, row);
        if (kind == "tickets")
        {
            foreach (var comment in CommentsOf(id).ToList())
            {
                World["comments"].Remove(comment.Whole("id"));
            }

            comments.Remove(id);
        }
    }

    /// <summary>Who is not told otherwise sends it to the customer by mail.</summary>
    public JsonObject AddComment(long ticket, JsonObject given)
    {
        var mailed = !given.Flag("do_not_email") && !given.Flag("hidden");
        var row = new JsonObject(given.Where(p => p.Key is not ("do_not_email" or "sms_body")).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
        row["ticket_id"] = ticket;
        var comment = Create("comments", row);
        if (mailed)
        {
            var mail = World["mails"].NextId;
            World["mails"].Put(mail, new JsonObject { ["id"] = mail, ["ticket_id"] = ticket, ["comment_id"] = comment.Whole("id") });
        }

        if (vendor.CommentTouchesTicket && World["tickets"].Find(ticket) is { } touched)
        {
            touched["updated_at"] = vendor.Now;
        }

        return comment;
    }

    private JsonObject Fresh(string kind, long id)
    {
        var (now, users) = (vendor.Now, World["users"].Rows);
        return kind switch
        {
            "tickets" => new()
            {
                ["id"] = id,
                ["number"] = World["tickets"].Rows.Select(t => t.Whole("number")).DefaultIfEmpty(1000).Max() + 1,
                ["subject"] = "(made by hand)",
                ["created_at"] = now,
                ["updated_at"] = now,
                ["customer_id"] = World["customers"].Rows[0].Whole("id"),
                ["status"] = "New",
                ["problem_type"] = "Other",
                ["properties"] = new JsonObject(),
                ["tag_list"] = new JsonArray(),
                ["resolved_at"] = null,
                ["due_date"] = now,
            },
            "customers" => new() { ["id"] = id, ["firstname"] = "Made", ["lastname"] = "By Hand", ["created_at"] = now, ["updated_at"] = now, ["disabled"] = false, ["properties"] = new JsonObject() },
            "contacts" => new() { ["id"] = id, ["name"] = "Made By Hand", ["customer_id"] = World["customers"].Rows[0].Whole("id"), ["created_at"] = now, ["updated_at"] = now, ["properties"] = new JsonObject() },
            "assets" => new() { ["id"] = id, ["name"] = $"WS-{id}", ["customer_id"] = World["customers"].Rows[0].Whole("id"), ["asset_type"] = "Syncro Device", ["created_at"] = now, ["updated_at"] = now, ["properties"] = new JsonObject() },
            "comments" => new() { ["id"] = id, ["created_at"] = now, ["updated_at"] = now, ["ticket_id"] = 0, ["subject"] = "Update", ["body"] = "", ["tech"] = users[0].Text("full_name"), ["hidden"] = false, ["user_id"] = users[0].Whole("id"), ["is_rich_text"] = false },
            "users" => new() { ["id"] = id, ["email"] = $"tech{id}@simmsp.example", ["full_name"] = "Made ByHand", ["created_at"] = now, ["updated_at"] = now, ["group"] = "Techs", ["admin"] = false, ["color"] = "55b932" },
            _ => new() { ["id"] = id, ["name"] = $"Made {id}" },
        };
    }

    /// <summary>Names that are put together from others.</summary>
    private void Name(string kind, JsonObject row)
    {
        switch (kind)
        {
            case "customers":
                var full = $"{row.Text("firstname")} {row.Text("lastname")}".Trim();
                var business = row.Text("business_name") is { Length: > 0 } name ? name : null;
                row["fullname"] = full;
                row["business_then_name"] = business ?? full;
                row["business_and_full_name"] = business is null || full.Length == 0 ? business ?? full : $"{business} - {full}";
                break;
            case "tickets":
                row["customer_business_then_name"] = World["customers"].Find(row.Whole("customer_id"))?.Text("business_then_name");
                row["contact_fullname"] = World["contacts"].Find(row.Whole("contact_id"))?.Text("name");
                row["ticket_type_name"] = World["ticketTypes"].Find(row.Whole("ticket_type_id"))?.Text("name");
                break;
        }
    }

    /// <summary>A new name shows in the tickets at once, and none of them has changed by its date.</summary>
    private void Spread(string kind, JsonObject row)
    {
        var field = kind switch
        {
            "customers" => "customer_id",
            "contacts" => "contact_id",
            "ticketTypes" => "ticket_type_id",
            _ => null,
        };
        foreach (var ticket in field is null ? [] : World["tickets"].Rows.Where(t => t.Whole(field) == row.Whole("id")))
        {
            Name("tickets", ticket);
        }
    }

    private Dictionary<long, List<JsonObject>> Index(string kind, string parent) =>
        World[kind].Rows.GroupBy(r => r.Whole(parent)).ToDictionary(g => g.Key, g => g.ToList());

    private void Remember(string kind, JsonObject row) => Family(kind, row)?.Add(row);

    private void Forget(string kind, JsonObject row) => Family(kind, row)?.Remove(row);

    private List<JsonObject>? Family(string kind, JsonObject row)
    {
        var (index, parent) = kind switch
        {
            "comments" => (comments, row.Whole("ticket_id")),
            "contacts" => (contacts, row.Whole("customer_id")),
            _ => (null, 0L),
        };
        if (index is null)
        {
            return null;
        }

        if (!index.TryGetValue(parent, out var family))
        {
            index[parent] = family = [];
        }

        return family;
    }
}
