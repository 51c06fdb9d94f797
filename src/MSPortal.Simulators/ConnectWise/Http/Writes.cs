using System.Globalization;
using System.Text.Json;
using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Http;

/// <summary>POST, PUT, PATCH and DELETE, with the vendor's traps.</summary>
internal sealed class Writes(Vendor vendor)
{
    private static readonly (Kind Kind, string[] Names)[] OnlyGiven =
    [
        (Kind.Tickets, ["recordType", "closedFlag", "mergedParentTicket", "hasMergedChildTicketFlag", "hasChildTicket"]),
        (Kind.ProjectTickets, ["closedFlag"]),
        (Kind.Notes, ["ticketId", "dateCreated", "createdBy"]),
        (Kind.ProjectNotes, ["ticketId"]),
        (Kind.Companies, ["deletedFlag"]),
    ];

    public Answer Write(ApiRequest request, Resource resource)
    {
        var kind = resource.Place.Kind;
        if (!resource.Place.Writable)
        {
            throw new VendorException(403, "Security", "You do not have security permission to perform this action.");
        }

        var id = resource.Rest is [var text, ..] && Places.IsId(text, out var given) ? given : 0;
        return (request.Method, resource.Rest) switch
        {
            ("POST", []) => Create(request, resource),
            ("POST", [_, "merge"]) when kind is Kind.Tickets => Merge(request, id),
            ("PUT", [_]) => Change(request, resource, id, Put),
            ("PATCH", [_]) => Change(request, resource, id, Patch),
            ("DELETE", [_]) => Delete(resource, id),
            _ => throw new VendorException(405, "MethodNotAllowed", "The requested resource does not support this method."),
        };
    }

    private Answer Create(ApiRequest request, Resource resource)
    {
        var kind = resource.Place.Kind;
        var given = NodeJson.ReadObject(request.JsonObject());
        var row = vendor.Store.Edit(draft =>
        {
            if (kind is Kind.TicketConfigurations)
            {
                return LinkDevice(draft, resource.Parent, given);
            }

            Validation.CheckTypes(kind, given);
            RequireGiven(kind, given);
            var made = Rules.New(draft, kind, Rules.ApiMember);
            if (resource.Place.ParentKind is not null)
            {
                made = made.With("ticketId", (long)resource.Parent);
            }

            if (given.Child("board") is { } board && draft.Find(Kind.Boards, (int)(board["id"] as long? ?? 0)) is { } chosen)
            {
                made = Rules.OnBoard(draft, made, chosen);
            }

            made = Rules.Settle(draft, kind, null, Rules.Merge(draft, kind, made, given, strict: true), Rules.ApiMember);
            Validation.Check(draft, kind, made);
            made = TicketActions.Complete(draft, vendor, kind, made, given);
            draft.Put(kind, made);
            draft.Announce(kind, ChangeAction.Added, made, byApi: true);
            return made;
        });
        return Answer.One(row, request.Fields, 201, kind);
    }

    private static void RequireGiven(Kind kind, Node given)
    {
        if (kind is Kind.Tickets or Kind.ProjectTickets)
        {
            Validation.Require(kind, given, "summary", "company");
        }
        else if (kind is Kind.Notes or Kind.ProjectNotes)
        {
            Validation.Require(kind, given, "text");
        }
        else if (kind is Kind.Companies)
        {
            Validation.Require(kind, given, "identifier", "name");
        }
    }

    private static Node LinkDevice(Draft draft, int ticket, Node given)
    {
        var device = given["id"] is long id ? draft.Find(Kind.Configurations, (int)id) : null;
        if (device is null)
        {
            throw VendorException.Invalid("configuration", "InvalidReference", "The configuration was not found", "id");
        }

        var reference = References.To(Kind.Configurations, device);
        draft.Put(Kind.TicketConfigurations, Node.Of(Kinds.Get(Kind.TicketConfigurations).Shape,
            ("id", draft.NextId(Kind.TicketConfigurations)), ("ticketId", ticket), ("configuration", reference)));
        return reference;
    }

    private Answer Change(ApiRequest request, Resource resource, int id, Func<Draft, Kind, Node, JsonElement, Node> change)
    {
        var kind = resource.Place.Kind;
        var body = request.Json();
        var row = vendor.Store.Edit(draft =>
        {
            var before = Existing(draft, resource, id);
            var changed = Rules.Settle(draft, kind, before, change(draft, kind, before, body), Rules.ApiMember);
            Validation.Check(draft, kind, changed);
            changed = Rules.Touch(changed, draft.Now, Rules.ApiMember);
            draft.Put(kind, changed);
            draft.Announce(kind, ChangeAction.Updated, changed, byApi: true);
            return changed;
        });
        return Answer.One(row, request.Fields, 200, kind);
    }

    /// <summary>Whatever is not given is emptied.</summary>
    private static Node Put(Draft draft, Kind kind, Node before, JsonElement body)
    {
        if (body.ValueKind is not JsonValueKind.Object)
        {
            throw VendorException.Unreadable(body.ToString(), "Object", "");
        }

        var given = NodeJson.ReadObject(body);
        Validation.CheckTypes(kind, given);
        if (kind is Kind.Tickets)
        {
            Validation.Require(kind, given, "impact", "severity");
        }

        var empty = Node.Empty(before.Shape).With("id", before["id"]).With("_info", before["_info"]);
        foreach (var name in OnlyGiven.FirstOrDefault(o => o.Kind == kind).Names ?? [])
        {
            empty = empty.With(name, before[name]);
        }

        return Rules.Merge(draft, kind, empty, given, strict: true);
    }

    private static Node Patch(Draft draft, Kind kind, Node before, JsonElement body)
    {
        if (body.ValueKind is not JsonValueKind.Array)
        {
            throw VendorException.Unreadable("{…}", "PatchOperation[]", "");
        }

        return body.EnumerateArray().Aggregate(before, (row, operation) => PatchBy(draft, kind, row, operation));
    }

    /// <summary>A path into a reference, or one in other letters, is answered with 200 and changes nothing.</summary>
    private static Node PatchOne(Draft draft, Kind kind, Node row, string op, string path, object? value)
    {
        if (op is not ("add" or "replace" or "remove"))
        {
            throw VendorException.Invalid(Kinds.Get(kind).Resource, "InvalidOperation", $"{op} is not an operation", path);
        }

        if (Kinds.Get(kind).Shape.Find(path, StringComparison.Ordinal) is null)
        {
            return row;
        }

        if (op == "remove")
        {
            return row.With(path, null);
        }

        var given = new Node(new([new(path, FieldType.Any, null)]), [path == "customFields" ? CustomFields(row, value) : value]);
        Validation.CheckTypes(kind, given);
        return Rules.Merge(draft, kind, row, given, strict: true);
    }

    private static Node PatchBy(Draft draft, Kind kind, Node row, JsonElement operation)
    {
        string? Text(string name) => operation.ValueKind is JsonValueKind.Object && operation.TryGetProperty(name, out var value) ? value.GetString() : null;
        var value = operation.ValueKind is JsonValueKind.Object && operation.TryGetProperty("value", out var given) ? NodeJson.Read(given) : null;
        return PatchOne(draft, kind, row, Text("op") ?? "", (Text("path") ?? "").TrimStart('/'), value);
    }

    /// <summary>A custom field that is not in the array loses its value.</summary>
    private static object? CustomFields(Node row, object? given)
    {
        if (given is not object?[] items || row["customFields"] is not object?[] old)
        {
            return given;
        }

        var values = items.OfType<Node>().Where(n => n["id"] is long).ToDictionary(n => n.Id, n => n["value"]);
        return old.OfType<Node>().Select(f => (object?)f.With("value", values.GetValueOrDefault(f.Id))).ToArray();
    }

    private Answer Delete(Resource resource, int id)
    {
        var kind = resource.Place.Kind;
        return vendor.Store.Edit(draft =>
        {
            if (kind is Kind.TicketConfigurations)
            {
                var link = draft.Below(kind, resource.Parent).FirstOrDefault(l => l.RefId("configuration") == id) ?? throw VendorException.NotFound("configuration");
                draft.Remove(kind, link.Id);
                return Answer.Nothing(204);
            }

            var row = Existing(draft, resource, id);
            if (kind is Kind.Companies or Kind.Contacts && draft.All(Kind.Tickets).Any(t => t.RefId(Kinds.Get(kind).Resource) == id))
            {
                throw new VendorException(409, "Conflict", $"The {Kinds.Get(kind).Resource} is in use and cannot be deleted.");
            }

            TicketActions.Remove(draft, kind, row);
            draft.Announce(kind, ChangeAction.Deleted, row, byApi: true);
            return Answer.Nothing(204);
        });
    }

    private Answer Merge(ApiRequest request, int id)
    {
        var body = NodeJson.ReadObject(request.JsonObject());
        var ids = (body["mergeTicketIds"] as object?[] ?? []).OfType<long>().Select(i => (int)i).ToList();
        var row = vendor.Store.Edit(draft => TicketActions.Merge(draft, id, ids, body.RefId("status"), Rules.ApiMember));
        return Answer.One(row, request.Fields, 200, Kind.Tickets);
    }

    private Node Existing(Draft draft, Resource resource, int id)
    {
        var (kind, row) = (resource.Place.Kind, draft.Find(resource.Place.Kind, id));
        var isDenied = row is not null && kind is Kind.Tickets or Kind.ProjectTickets && vendor.DeniedBoards.Contains(row!.RefId("board"));
        return row is not null && !isDenied && (resource.Place.ParentKind is null || Kinds.Get(kind).ParentOf(row) == resource.Parent)
            ? row
            : throw VendorException.NotFound(Kinds.Get(kind).Resource + " " + id.ToString(CultureInfo.InvariantCulture));
    }
}
