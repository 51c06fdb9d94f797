using System.Globalization;

namespace MSPortal.Simulators.ConnectWise.Model;

/// <summary>What a record looks like inside another one.</summary>
internal static class References
{
    /// <summary>The public host stands in the links whatever port this runs on, so that a seed gives the same bytes everywhere.</summary>
    public const string Root = "https://api-na.myconnectwise.net/v4_6_release/apis/3.0/";

    public static Node To(Kind kind, Node row) => kind switch
    {
        Kind.Companies => Node.Of(Shapes.CompanyReference, ("id", row["id"]), ("identifier", row["identifier"]), ("name", row["name"]), Link("company", "company/companies/", row)),
        Kind.Members => Node.Of(Shapes.MemberReference, ("id", row["id"]), ("identifier", row["identifier"]), ("name", FullName(row)), Link("member", "system/members/", row)),
        Kind.Contacts => Named(row, FullName(row), "contact", "company/contacts/"),
        Kind.Statuses => Node.Of(Shapes.StatusReference, ("id", row["id"]), ("name", row["name"]), ("sort", row["sortOrder"]), Link("status", $"service/boards/{row.RefId("board").ToString(CultureInfo.InvariantCulture)}/statuses/", row)),
        Kind.Priorities => Node.Of(Shapes.PriorityReference, ("id", row["id"]), ("name", row["name"]), ("sort", row["sortOrder"]), ("level", row["level"]), Link("priority", "service/priorities/", row)),
        Kind.Tickets => Node.Of(Shapes.TicketReference, ("id", row["id"]), ("summary", row["summary"]), Link("ticket", "service/tickets/", row)),
        Kind.Configurations => Node.Of(Shapes.ConfigurationReference, ("id", row["id"]), ("deviceIdentifier", row["deviceIdentifier"] ?? ""), Link("configuration", "company/configurations/", row)),
        Kind.ContactTypes or Kind.ConfigurationStatuses or Kind.CommunicationTypes => Named(row, row.Text("description"), "type", "company/types/"),
        Kind.Boards => Named(row, row.Text("name"), "board", "service/boards/"),
        _ => Named(row, row.Text("name"), Kinds.Get(kind).Resource, Kinds.Get(kind).Resource + "/"),
    };

    public static string FullName(Node person) => (person.Text("firstName") + " " + person.Text("lastName")).Trim();

    private static Node Named(Node row, string? name, string thing, string path) =>
        Node.Of(Shapes.Reference, ("id", row["id"]), ("name", name), Link(thing, path, row));

    private static (string Name, object? Value) Link(string thing, string path, Node row) => ("_info",
        new Node(new([new(thing + "_href", FieldType.Text, null)]), [Root + path + row.Id.ToString(CultureInfo.InvariantCulture)]));
}
