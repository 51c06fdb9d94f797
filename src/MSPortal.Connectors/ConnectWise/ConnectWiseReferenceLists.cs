using MSPortal.Connectors.Common;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.ConnectWise;

/// <summary>The lists of which ConnectWise's reference data is made.</summary>
internal static class ConnectWiseReferenceLists
{
    public static readonly ConnectWiseList Boards = Of(ReferenceKinds.Container, "/service/boards", "service boards", "id,name,inactiveFlag,projectFlag", row => new()
    {
        ExternalId = Key(ReferenceKinds.Container, row),
        Kind = ReferenceKinds.Container,
        ItemId = row.NeedId("id"),
        Name = Name(row),
        IsInactive = row.Flag("inactiveFlag") ?? false,
        Extra = row.Flag("projectFlag") is true ? new(StringComparer.Ordinal) { ["projectBoard"] = "true" } : null,
    });

    /// <summary>Lists of the whole account, boards first: they say which others there are.</summary>
    public static readonly IReadOnlyList<ConnectWiseList> Global =
    [
        Boards,
        Of(ReferenceKinds.Priority, "/service/priorities", "priorities", "id,name,color,sortOrder,level", row =>
            Plain(ReferenceKinds.Priority, row) with
            {
                Color = row.Text("color"),
                SortOrder = (int?)row.Whole("sortOrder"),
                Level = ConnectWiseMapping.Level(row.Text("level")),
            }),
        Of(ReferenceKinds.Source, "/service/sources", "sources", "id,name", row => Plain(ReferenceKinds.Source, row)),
        Of(ReferenceKinds.CompanyStatus, "/company/companies/statuses", "company statuses", "id,name,inactiveFlag", row =>
            Plain(ReferenceKinds.CompanyStatus, row) with { IsInactive = row.Flag("inactiveFlag") ?? false }),
        Of(ReferenceKinds.CompanyType, "/company/companies/types", "company types", "id,name", row => Plain(ReferenceKinds.CompanyType, row)),
        Of(ReferenceKinds.ContactType, "/company/contacts/types", "contact types", "id,description", row =>
            Plain(ReferenceKinds.ContactType, row, "description")),
    ];

    /// <summary>Without these tickets cannot be chosen or understood; the other lists may be denied.</summary>
    public static bool IsIndispensable(ConnectWiseList list) => list == Boards || list.Path.EndsWith("/statuses", StringComparison.Ordinal) && list.Path.StartsWith("/service/", StringComparison.Ordinal);

    /// <summary>The lists of one board.</summary>
    public static IReadOnlyList<ConnectWiseList> OfBoard(string board) =>
    [
        Of(ReferenceKinds.Status, $"/service/boards/{board}/statuses", "statuses of a board", "id,name,sortOrder,inactive,closedStatus", row =>
            Plain(ReferenceKinds.Status, row) with
            {
                ContainerId = board,
                SortOrder = (int?)row.Whole("sortOrder"),
                IsInactive = row.Flag("inactive") ?? false,
                IsClosed = row.Flag("closedStatus") ?? false,
            }),
        OnBoard(ReferenceKinds.Type, board, "types"),
        OnBoard(ReferenceKinds.SubType, board, "subtypes"),
        OnBoard(ReferenceKinds.Item, board, "items"),
        Of(ReferenceKinds.Team, $"/service/boards/{board}/teams", "teams of a board", "id,name", row =>
            Plain(ReferenceKinds.Team, row) with { ContainerId = board }),
    ];

    private static ConnectWiseList OnBoard(string kind, string board, string path) =>
        Of(kind, $"/service/boards/{board}/{path}", $"{path} of a board", "id,name,inactiveFlag", row =>
            Plain(kind, row) with { ContainerId = board, IsInactive = row.Flag("inactiveFlag") ?? false });

    private static ConnectWiseList Of(string kind, string path, string noun, string fields, Func<JsonRow, ReferenceItem> map) =>
        new(path, noun, fields, ConnectWisePermissions.Reference, map) { HasChangeTime = false, Key = id => ReferenceItem.Key(kind, id) };

    private static ReferenceItem Plain(string kind, JsonRow row, string name = "name") => new()
    {
        ExternalId = Key(kind, row),
        Kind = kind,
        ItemId = row.NeedId("id"),
        Name = Name(row, name),
    };

    private static string Key(string kind, JsonRow row) => ReferenceItem.Key(kind, row.NeedId("id"));

    private static string Name(JsonRow row, string field = "name") => row.Text(field) ?? "(no name)";
}
