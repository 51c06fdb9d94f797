namespace MSPortal.Simulators.ConnectWise.Model;

/// <summary>What the vendor makes of a change: references are looked up, a closed status closes, and a new row gets its defaults.</summary>
internal static class Rules
{
    public const string ApiMember = "apimember";

    private static readonly string[] PerBoard = ["type", "subType", "item", "team"];

    /// <param name="strict">As the API: unknown names are ignored and unknown references refused. Otherwise all is taken as given.</param>
    public static Node Merge(Draft draft, Kind kind, Node row, Node changes, bool strict)
    {
        var info = Kinds.Get(kind);
        // The board decides which statuses and types there are, so it comes first.
        foreach (var name in changes.Shape.Fields.Select(f => f.Name).OrderBy(n => n == "board" ? 0 : 1))
        {
            var field = info.Shape.Find(name, StringComparison.Ordinal);
            if (name == "id" || (strict && (field is null || name is "_info")))
            {
                continue;
            }

            var value = changes[name];
            row = row.With(name, (name, value) switch
            {
                ("_info", Node given) => given.Shape.Fields.Aggregate(row.Child("_info") ?? Node.Empty(Shapes.Info), (at, f) => at.With(f.Name, given[f.Name])),
                (_, Node given) when info.References.TryGetValue(name, out var to) => Resolve(draft, to, name, given, row, strict),
                (_, object?[] given) when info.References.TryGetValue(name, out var to) =>
                    given.Select(g => g is Node node ? Resolve(draft, to, name, node, row, strict) : g).ToArray(),
                _ => value,
            });
        }

        return row;
    }

    /// <summary>What follows from a change by itself.</summary>
    public static Node Settle(Draft draft, Kind kind, Node? before, Node row, string by)
    {
        if (kind is not (Kind.Tickets or Kind.ProjectTickets) || (before is not null && before.RefId("status") == row.RefId("status")))
        {
            return row;
        }

        var closed = draft.Find(Kind.Statuses, row.RefId("status"))?.Flag("closedStatus") == true;
        row = row.With("closedFlag", closed);
        return closed
            ? row.With("closedDate", draft.Now).With("closedBy", by)
            : row.Without("closedDate").Without("closedBy");
    }

    public static Node Touch(Node row, string now, string by)
    {
        var info = row.Child("_info") ?? Node.Of(Shapes.Info, ("dateEntered", now), ("enteredBy", by));
        return row.With("_info", info.With("lastUpdated", now).With("updatedBy", by));
    }

    /// <summary>A row with everything that the vendor fills in by itself.</summary>
    public static Node New(Draft draft, Kind kind, string by)
    {
        var shape = Kinds.Get(kind).Shape;
        var id = draft.NextId(kind);
        var row = Node.Empty(shape).With("id", (long)id);
        foreach (var field in shape.Fields)
        {
            row = field.Type switch
            {
                FieldType.Flag => row.With(field.Name, false),
                FieldType.Rows or FieldType.Numbers or FieldType.Texts => row.With(field.Name, Array.Empty<object?>()),
                _ => row,
            };
        }

        var name = $"New {Kinds.Get(kind).Resource} {id.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
        row = Touch(Defaults(draft, kind, row, name, by), draft.Now, by);
        return kind is Kind.Tickets or Kind.ProjectTickets ? row.With("summary", name) : row;
    }

    /// <summary>The board's own first status, type and so on, after the board was chosen.</summary>
    public static Node OnBoard(Draft draft, Node row, Node board, bool keepStatus = false)
    {
        row = row.With("board", References.To(Kind.Boards, board));
        var statuses = draft.Below(Kind.Statuses, board.Id).ToList();
        if (!keepStatus && statuses.Count > 0)
        {
            row = row.With("status", References.To(Kind.Statuses, statuses.Find(s => s.Flag("defaultFlag")) ?? statuses[0]));
        }

        foreach (var name in PerBoard.Where(n => row.Shape.IndexOf(n) >= 0))
        {
            row = row.With(name, null);
        }

        return row;
    }

    private static Node Defaults(Draft draft, Kind kind, Node row, string name, string by) => kind switch
    {
        Kind.Tickets or Kind.ProjectTickets => Ticket(draft, kind, row),
        Kind.Companies => row.With("name", name).With("identifier", "New" + row.Id).With("site", null)
            .With("status", First(draft, Kind.CompanyStatuses)).With("types", new object?[] { First(draft, Kind.CompanyTypes) }),
        Kind.Contacts => row.With("firstName", "New").With("lastName", "Contact").With("company", First(draft, Kind.Companies)),
        Kind.Members => row.With("identifier", "member" + row.Id).With("firstName", "New").With("lastName", "Member").With("licenseClass", "F"),
        Kind.Notes => row.With("text", name).With("detailDescriptionFlag", true).With("externalFlag", true).With("dateCreated", draft.Now).With("createdBy", by),
        Kind.ProjectNotes => row.With("text", name).With("detailDescriptionFlag", true).With("externalFlag", true),
        Kind.Configurations => row.With("name", name).With("activeFlag", true).With("company", First(draft, Kind.Companies))
            .With("type", First(draft, Kind.ConfigurationTypes)).With("status", First(draft, Kind.ConfigurationStatuses)),
        Kind.Statuses or Kind.Types or Kind.Subtypes or Kind.Items => row.With("name", name).With("board", First(draft, Kind.Boards)),
        Kind.ContactTypes or Kind.CommunicationTypes or Kind.ConfigurationStatuses => row.With("description", name),
        _ => row.Shape.IndexOf("name") < 0 ? row : row.With("name", name),
    };

    private static Node Ticket(Draft draft, Kind kind, Node row)
    {
        var board = draft.All(Kind.Boards).First(b => !b.Flag("inactiveFlag") && b.Flag("projectFlag") == (kind is Kind.ProjectTickets));
        row = OnBoard(draft, row, board).With("company", First(draft, Kind.Companies)).With("site", null).With("contact", null).With("owner", null)
            .With("priority", References.To(Kind.Priorities, draft.All(Kind.Priorities).First(p => p.Flag("defaultFlag"))));
        return kind is Kind.Tickets ? row.With("recordType", "ServiceTicket").With("severity", "Medium").With("impact", "Medium") : row;
    }

    private static Node First(Draft draft, Kind kind) => References.To(kind, draft.All(kind).First());

    private static Node Resolve(Draft draft, Kind to, string property, Node given, Node row, bool strict)
    {
        var found = given["id"] is long id
            ? draft.Find(to, (int)id)
            : draft.All(to).FirstOrDefault(r => IsNamed(r, given) && IsOfBoard(r, to, row));
        if (found is not null)
        {
            return References.To(to, found);
        }

        return strict
            ? throw VendorException.Invalid(Kinds.Get(to).Resource, "InvalidReference", $"{property} was not found", property)
            : given;
    }

    private static bool IsNamed(Node row, Node given)
    {
        var (name, text) = given.Text("identifier") is { } identifier ? ("identifier", identifier) : ("name", given.Text("name"));
        return text is not null && string.Equals(row.Text(name), text, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsOfBoard(Node row, Kind to, Node owner) =>
        to is not (Kind.Statuses or Kind.Types or Kind.Subtypes or Kind.Items or Kind.Teams) || Kinds.Get(to).ParentOf(row) == owner.RefId("board");
}
