using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Data;

/// <summary>Boards and everything else that an administrator sets up once; ids and names are per board.</summary>
internal static class TableSetup
{
    private static readonly (int Id, string Name, bool Project, bool Inactive)[] Boards =
    [
        (1, "Service Desk", false, false), (3, "Network Operations", false, false), (5, "Alerts", false, false), (8, "Projects", true, false),
        (9, "Internal IT", false, false), (12, "Old Helpdesk (do not use)", false, true), (14, "Außendienst / Field Service", false, false),
    ];

    private static readonly (string Name, bool Closed, string Escalation)[] Statuses =
    [
        ("New", false, "NotResponded"), ("New (email connector)", false, "NotResponded"), ("Assigned", false, "Responded"),
        ("In Progress", false, "Responded"), ("Scheduled", false, "ResolutionPlan"), ("Waiting on Customer", false, "NoEscalation"),
        ("Waiting on Vendor", false, "NoEscalation"), ("Customer Updated", false, "Responded"), ("Completed", true, "Resolved"),
        (">Closed", true, "Resolved"), (">Closed - no e-mail", true, "Resolved"), ("Cancelled", true, "NoEscalation"),
    ];

    private static readonly string[] Types = ["Hardware", "Software", "Network", "User Request", "Sécurité"];

    private static readonly string[] Subtypes = ["Workstation", "Server", "Printer", "E-mail", "VPN", "Onboarding", "Backup"];

    private static readonly string[] Items = ["Install", "Repair", "Replace", "Question"];

    public static void Add(Seeding seeding)
    {
        AddLists(seeding);
        foreach (var (id, name, project, inactive) in Boards)
        {
            AddBoard(seeding, id, name, project, inactive);
        }
    }

    private static void AddBoard(Seeding seeding, int id, string name, bool project, bool inactive)
    {
        var info = seeding.Info(seeding.Ago(2400), seeding.Ago(300 - (id * 3)));
        var board = seeding.Add(Kind.Boards, ("id", id), ("name", name), ("location", Seeding.Plain(2, "Head Office")),
            ("department", Seeding.Plain(10, "Professional Services")), ("inactiveFlag", inactive), ("projectFlag", project),
            ("billTime", "NoDefault"), ("billExpense", "NoDefault"), ("billProduct", "NoDefault"), ("problemSort", "Descending"), info);
        var reference = seeding.Ref(Kind.Boards, board);
        var first = id * 40;
        for (var i = 0; i < Statuses.Length; i++)
        {
            var status = Statuses[i];
            seeding.Add(Kind.Statuses, ("id", first + i), ("name", status.Name), ("board", reference), ("sortOrder", i * 10), ("displayOnBoard", !status.Closed),
                ("inactive", i == 4 && id == 5), ("closedStatus", status.Closed), ("timeEntryNotAllowed", status.Closed), ("defaultFlag", i == 0),
                ("escalationStatus", status.Escalation), ("customerPortalDescription", status.Name.TrimStart('>')), ("customerPortalFlag", i != 7), info);
        }

        AddTypes(seeding, id, reference, info);
        AddTeams(seeding, id, name, info);
    }

    private static void AddTypes(Seeding seeding, int id, Node board, (string, object?) info)
    {
        var first = id * 40;
        for (var i = 0; i < Types.Length; i++)
        {
            seeding.Add(Kind.Types, ("id", first + i), ("name", Types[i]), ("category", i == 3 ? "Proactive" : "Reactive"), ("defaultFlag", i == 0),
                ("inactiveFlag", i == 4 && id == 9), ("board", board), info);
        }

        for (var i = 0; i < Subtypes.Length; i++)
        {
            object?[] associated = [.. Enumerable.Range(0, Types.Length).Where(t => (t + i) % 3 != 2).Select(t => (object)(long)(first + t))];
            seeding.Add(Kind.Subtypes, ("id", first + i), ("name", Subtypes[i]), ("inactiveFlag", false), ("typeAssociationIds", associated), ("board", board), info);
        }

        for (var i = 0; i < Items.Length; i++)
        {
            seeding.Add(Kind.Items, ("id", first + i), ("name", Items[i]), ("inactiveFlag", false), ("board", board), info);
        }

        var next = id * 1000;
        foreach (var subtype in seeding.Rows[Kind.Subtypes].Where(s => s.RefId("board") == id).ToList())
        {
            foreach (var type in ((object?[])subtype["typeAssociationIds"]!).Select(t => seeding.Rows[Kind.Types].Single(r => r["id"]!.Equals(t))))
            {
                var item = seeding.Rows[Kind.Items][^(1 + (next % Items.Length))];
                seeding.Add(Kind.Associations, ("id", next++), ("type", seeding.Ref(Kind.Types, type)), ("subType", seeding.Ref(Kind.Subtypes, subtype)),
                    ("item", seeding.Ref(Kind.Items, item)), ("board", board), info);
            }
        }
    }

    private static void AddTeams(Seeding seeding, int id, string name, (string, object?) info)
    {
        var members = seeding.Rows[Kind.Members].Where(m => m.Text("licenseClass") == "F").ToList();
        for (var i = 0; i < 2; i++)
        {
            object?[] ids = [.. members.Where((_, n) => n % 2 == i).Select(m => m["id"])];
            seeding.Add(Kind.Teams, ("id", (id * 40) + i), ("name", i == 0 ? "Service Team" : $"{name} Tier 2"),
                ("teamLeader", seeding.Ref(Kind.Members, members[(id + i) % members.Count])), ("members", ids), ("defaultFlag", i == 0), ("boardId", id),
                ("locationId", 2), ("businessUnitId", 10), info);
        }
    }

    private static void AddLists(Seeding seeding)
    {
        var info = seeding.Info(seeding.Ago(2400), seeding.Ago(1200));
        (int, string, string, string)[] priorities =
        [
            (6, "Priority 1 - Emergency Response", "Red", "Critical"), (15, "Priority 2 - Quick Response", "Orange", "High"),
            (8, "Priority 3 - Normal Response", "Yellow", "Medium"), (7, "Priority 4 - Scheduled Maintenance", "White", "Low"),
            (16, "Do Not Respond", "Black", "Low"),
        ];
        foreach (var ((id, name, color, level), order) in priorities.Select((p, i) => (p, i)).OrderBy(p => p.p.Item1))
        {
            seeding.Add(Kind.Priorities, ("id", id), ("name", name), ("color", color), ("sortOrder", order + 1), ("defaultFlag", id == 8),
                ("imageLink", $"{References.Root}service/priorities/{Text(id)}/image?lm=2"), ("urgencySortOrder", Text(order)), ("level", level), info);
        }

        Simple(seeding, Kind.Sources, "name", info, "Call", "Email Connector", "Portal", "Monitoring", "Walk-in");
        Simple(seeding, Kind.CompanyStatuses, "name", info, "Active", "Inactive", "Credit Hold", "Not-Approved", "Delinquent");
        Simple(seeding, Kind.CompanyTypes, "name", info, "Client", "Prospect", "Vendor", "Owner", "Former Client", "Managed – Gold");
        Simple(seeding, Kind.ContactTypes, "description", info, "Decision Maker", "Billing", "Technical", "End User", "Approver");
        Simple(seeding, Kind.CommunicationTypes, "description", info, "Email", "Direct", "Mobile", "Fax", "Alternativ-E-Mail");
        Simple(seeding, Kind.ConfigurationTypes, "name", info, "Managed Workstation", "Managed Server", "Firewall", "Printer", "Login Credentials");
        Simple(seeding, Kind.ConfigurationStatuses, "description", info, "Active", "Inactive", "In Stock");
    }

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static void Simple(Seeding seeding, Kind kind, string property, (string, object?) info, params string[] names)
    {
        for (var i = 0; i < names.Length; i++)
        {
            var row = seeding.Add(kind, ("id", i + 1), (property, names[i]), info);
            row = Set(row, "defaultFlag", i == 0);
            row = Set(row, "inactiveFlag", names[i] == "Delinquent");
            row = Set(row, "vendorFlag", names[i] == "Vendor");
            row = Set(row, "closedFlag", names[i] == "Inactive");
            row = Set(row, "systemFlag", false);
            row = Set(row, "emailFlag", names[i].Contains("mail", StringComparison.Ordinal));
            row = Set(row, "phoneFlag", names[i] is "Direct" or "Mobile");
            seeding.Rows[kind][^1] = Set(row, "faxFlag", names[i] == "Fax");
        }
    }

    private static Node Set(Node row, string name, bool value) => row.Shape.IndexOf(name) < 0 ? row : row.With(name, value);
}
