using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Autotask;

/// <summary>What happens to records when somebody makes, changes or deletes them: numbers, defaults, change times.</summary>
internal sealed class AutotaskEdits(AutotaskVendor vendor)
{
    private const string Complete = "5";

    private JsonWorld World => vendor.World;

    /// <summary>With fractions of a second only where there are some, as the vendor writes them.</summary>
    public static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString(time.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public JsonObject Create(string kind, JsonObject given)
    {
        var id = given["id"] is null ? World[kind].NextId : given.Whole("id");
        var row = Defaults(kind, id).Over(given);
        row["id"] = id;
        Settle(kind, null, row);
        Touch(kind, row, all: true);
        World[kind].Put(id, row);
        Ripple(kind, row);
        return row;
    }

    public JsonObject Change(string kind, long id, JsonObject given, bool touch)
    {
        var before = World[kind].Get(id);
        var row = before.Over(given);
        row["id"] = id;
        Settle(kind, before, row);
        if (touch)
        {
            Touch(kind, row, all: false);
        }

        World[kind].Put(id, row);
        if (touch)
        {
            Ripple(kind, row);
        }

        return row;
    }

    public void Delete(string kind, long id)
    {
        World[kind].Get(id);
        World[kind].Remove(id);
        foreach (var child in AutotaskEntities.All.Where(e => e.Columns.Any(c => c.Reference == kind && c.Name is "ticketID" or "webhookID")))
        {
            var column = child.Columns.First(c => c.Reference == kind && c.Name is "ticketID" or "webhookID").Name;
            foreach (var row in World[child.Kind].Rows.Where(r => r.Whole(column) == id).ToList())
            {
                World[child.Kind].Remove(row.Whole("id"));
            }
        }
    }

    private JsonObject Defaults(string kind, long id) => kind.ToLowerInvariant() switch
    {
        "tickets" => new()
        {
            ["createDate"] = Now(), ["ticketNumber"] = NextNumber(), ["status"] = 1, ["priority"] = 2, ["ticketType"] = 1, ["ticketCategory"] = 3, ["source"] = 2, ["title"] = "Untitled",
            ["creatorType"] = 1, ["queueID"] = World["queues"].Rows.First(q => q.Flag("isActive")).Whole("id"), ["companyID"] = 0,
        },
        "ticketnotes" => new() { ["createDateTime"] = Now(), ["noteType"] = 1, ["publish"] = 1, ["title"] = "Note" },
        "timeentries" => new() { ["createDateTime"] = Now(), ["dateWorked"] = Now()[..10] + "T00:00:00Z", ["hoursWorked"] = 0.5, ["timeEntryType"] = 2 },
        "companies" => new() { ["createDate"] = Now(), ["companyName"] = "New company", ["companyType"] = 1, ["isActive"] = true, ["phone"] = "555-0100" },
        "contacts" => new() { ["createDate"] = Now(), ["isActive"] = 1, ["primaryContact"] = false, ["companyID"] = 0 },
        "resources" => new() { ["isActive"] = true, ["licenseType"] = 1, ["resourceType"] = "Employee" },
        "configurationitems" => new() { ["createDate"] = Now(), ["isActive"] = true, ["companyID"] = 0, ["referenceTitle"] = "New device" },
        "ticketwebhooks" or "companywebhooks" => new() { ["isReady"] = false, ["webhookGUID"] = Guid.NewGuid().ToString(), ["isActive"] = true },
        "ticketcategories" => new() { ["isActive"] = true, ["name"] = "New category" },
        _ => AutotaskEntities.OfKind(kind) is null
            ? new() { ["value"] = id.ToString(CultureInfo.InvariantCulture), ["label"] = "New value", ["isActive"] = true, ["sortOrder"] = id }
            : [],
    };

    /// <summary>What follows from other fields: a completed ticket has a date, a webhook with a field is ready.</summary>
    private void Settle(string kind, JsonObject? before, JsonObject row)
    {
        if (kind.Equals("tickets", StringComparison.OrdinalIgnoreCase) && before?.Text("status") != row.Text("status"))
        {
            if (row.Text("status") == Complete)
            {
                row["completedDate"] ??= Now();
                row["resolvedDateTime"] ??= Now();
            }
            else
            {
                row.Remove("completedDate");
                row.Remove("resolvedDateTime");
            }
        }

        if (kind.EndsWith("WebhookFields", StringComparison.OrdinalIgnoreCase) && row.Flag("isSubscribedField"))
        {
            var hooks = kind[..^"Fields".Length] + "s";
            if (World[hooks].Find(row.Whole("webhookID")) is { } hook)
            {
                hook["isReady"] = true;
            }
        }
    }

    private void Touch(string kind, JsonObject row, bool all)
    {
        var stamps = AutotaskEntities.OfKind(kind)?.Stamps ?? [];
        foreach (var stamp in all ? stamps : vendor.Behaviour.Touches switch { "first" => stamps.Take(1), "second" => stamps.TakeLast(1), _ => stamps })
        {
            row[stamp] = Now();
        }
    }

    /// <summary>A note or an hour of work is an activity of its ticket.</summary>
    private void Ripple(string kind, JsonObject row)
    {
        if (kind.ToLowerInvariant() is "ticketnotes" or "timeentries" && World["tickets"].Find(row.Whole("ticketID")) is { } ticket)
        {
            ticket["lastActivityDate"] = Now();
        }
    }

    private string NextNumber()
    {
        var day = "T" + vendor.Clock.GetUtcNow().UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture) + ".";
        var last = World["tickets"].Rows.Reverse().Select(t => t.Text("ticketNumber") ?? "").Where(n => n.StartsWith(day, StringComparison.Ordinal) && n.Length >= 14)
            .Select(n => int.TryParse(n.AsSpan(10, 4), CultureInfo.InvariantCulture, out var number) ? number : 0).DefaultIfEmpty(0).Max();
        return day + (last + 1).ToString("0000", CultureInfo.InvariantCulture);
    }

    private string Now() => Stamp(vendor.Clock.GetUtcNow());
}
