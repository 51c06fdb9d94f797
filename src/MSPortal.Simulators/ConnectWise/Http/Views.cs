using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Http;

/// <summary>The places where the vendor shows a record in another form.</summary>
internal static class Views
{
    private static readonly Shape MemberInfo =
        Shape.Parse("id:i identifier:s firstName:s middleInitial:s lastName:s fullName:s defaultEmail:s licenseClass:s inactiveFlag:b _info:info");

    private static readonly Shape BoardInfo = Shape.Parse("id:i name:s _info:info");

    private static readonly Shape AnyNote = Shape.Parse(
        "id:i noteType:s ticket:&k text:s isMarkdownFlag:b detailDescriptionFlag:b internalAnalysisFlag:b resolutionFlag:b timeStart:s timeEnd:s "
        + "bundledFlag:b mergedFlag:b issueFlag:b originalAuthor:s createdByParentFlag:b member:&m contact:& _info:info");

    public static Source Of(World world, Place place, int parent) => place.View switch
    {
        "info" when place.Kind is Kind.Members => new([.. world[Kind.Members].Rows.Select(Member)], MemberInfo),
        "info" => new([.. world[Kind.Boards].Rows.Select(Board)], BoardInfo),
        "allNotes" => new([.. Notes(world, parent)], AnyNote),
        "configurations" => new([.. world[Kind.TicketConfigurations].Below(parent).Select(l => l.Child("configuration")!).OrderBy(c => c.Id)], Shapes.ConfigurationReference),
        "communications" => new([.. ((object?[]?)world[Kind.Contacts].Find(parent)?["communicationItems"] ?? []).OfType<Node>()], Shapes.Communication),
        _ => new(place.ParentKind is null ? world[place.Kind].Rows : world[place.Kind].Below(parent), Kinds.Get(place.Kind).Shape, place.Kind),
    };

    private static Node Member(Node row) => Node.Of(MemberInfo, ("id", row["id"]), ("identifier", row["identifier"]), ("firstName", row["firstName"]),
        ("middleInitial", row["middleInitial"] ?? Node.Absent), ("lastName", row["lastName"]), ("fullName", References.FullName(row)),
        ("defaultEmail", row["primaryEmail"] ?? Node.Absent), ("licenseClass", row["licenseClass"]), ("inactiveFlag", row["inactiveFlag"]), ("_info", row["_info"]));

    private static Node Board(Node row) => Node.Of(BoardInfo, ("id", row["id"]), ("name", row["name"]), ("_info", row["_info"]));

    private static IEnumerable<Node> Notes(World world, int ticket)
    {
        var reference = world[Kind.Tickets].Find(ticket) is { } row ? References.To(Kind.Tickets, row) : null;
        var notes = world[Kind.Notes].Below(ticket).Select(note => Node.Of(AnyNote, ("id", note["id"]), ("noteType", "TicketNote"), ("ticket", reference),
            ("text", note["text"]), ("isMarkdownFlag", false), ("detailDescriptionFlag", note["detailDescriptionFlag"]), ("internalAnalysisFlag", note["internalAnalysisFlag"]),
            ("resolutionFlag", note["resolutionFlag"]), ("bundledFlag", false), ("mergedFlag", false), ("issueFlag", note["issueFlag"]), ("originalAuthor", note["createdBy"]),
            ("createdByParentFlag", false), ("member", note["member"] ?? Node.Absent), ("contact", note["contact"] ?? Node.Absent), ("_info", note["_info"])));
        var times = world[Kind.TimeEntries].Below(ticket).Where(t => !string.IsNullOrEmpty(t.Text("notes"))).Select(time => Node.Of(AnyNote, ("id", time["id"]),
            ("noteType", "TimeEntryNote"), ("ticket", reference), ("text", time["notes"]), ("isMarkdownFlag", false), ("detailDescriptionFlag", time.Flag("addToDetailDescriptionFlag")),
            ("internalAnalysisFlag", time.Flag("addToInternalAnalysisFlag")), ("resolutionFlag", time.Flag("addToResolutionFlag")), ("timeStart", time["timeStart"]),
            ("timeEnd", time["timeEnd"]), ("bundledFlag", false), ("mergedFlag", false), ("issueFlag", false), ("originalAuthor", time["enteredBy"]),
            ("createdByParentFlag", false), ("member", time["member"] ?? Node.Absent), ("_info", time["_info"])));
        return notes.Concat(times).OrderBy(n => n.Id);
    }
}
