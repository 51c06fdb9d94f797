using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Autotask;

/// <summary>Picklists and other things that an administrator sets up once.</summary>
internal static class AutotaskLists
{
    private static readonly (string Kind, (int Value, string Label)[] Choices)[] Lists =
    [
        ("queues", [(5, "Client Portal"), (6, "Post Sale"), (8, "Monitoring Alert"), (29_682_833, "Level I Support"), (29_682_969, "Level II Support"), (29_683_354, "Außendienst / Field"), (29_683_378, "Recurring Tickets"), (29_683_400, "Old queue (do not use)")]),
        ("statuses", [(1, "New"), (5, "Complete"), (7, "Waiting Customer"), (8, "In Progress"), (9, "Waiting Materials"), (10, "Dispatched"), (11, "Escalate"), (12, "Waiting Vendor"), (13, "Waiting Approval"), (19, "Customer Note Added")]),
        ("priorities", [(1, "High"), (2, "Medium"), (3, "Low"), (4, "Critical")]),
        ("ticketTypes", [(1, "Service Request"), (2, "Incident"), (3, "Problem"), (4, "Change Request"), (5, "Alert")]),
        ("issueTypes", [(10, "Computer"), (11, "Network"), (12, "E-mail"), (13, "Sécurité"), (14, "Other")]),
        ("sources", [(-2, "Insourced"), (-1, "Client Portal"), (2, "Phone"), (4, "Email"), (8, "Monitoring Alert"), (11, "Website")]),
        ("companyTypes", [(1, "Customer"), (2, "Lead"), (3, "Prospect"), (4, "Dead"), (6, "Cancelation"), (7, "Vendor"), (8, "Partner")]),
        ("classifications", [(10, "Gold"), (11, "Break-fix")]),
        ("marketSegments", [(29_682_777, "Healthcare")]),
        ("territories", [(29_682_778, "North")]),
        ("licenseTypes", [(1, "Professional"), (2, "Team Member"), (3, "Dashboard User"), (5, "Contractor"), (7, "API User")]),
        ("noteTypes", [(1, "Task Summary"), (2, "Task Detail"), (3, "Task Notes"), (13, "Workflow Rule Note - Task")]),
        ("publishes", [(1, "All Autotask Users"), (2, "Internal Project Team"), (4, "Internal & Co-Managed")]),
        ("timeEntryTypes", [(2, "IssueTime"), (6, "ProjectTaskTime"), (10, "ServiceRequestTime")]),
        ("manufacturers", [(1, "Dell"), (2, "HP"), (3, "Lenovo"), (4, "Apple"), (5, "Fortinet"), (6, "Ubiquiti")]),
        ("models", [(1, "Latitude 5540"), (2, "OptiPlex 7010"), (3, "PowerEdge R650"), (4, "EliteBook 840 G9"), (5, "ThinkPad T14"), (6, "MacBook Pro 14\""), (7, "FortiGate 60F"), (8, "UniFi U6-Pro")]),
        ("ticketsWebhookFieldIDs", [(133, "title"), (134, "status"), (135, "priority"), (136, "queueID"), (137, "companyID"), (138, "contactID"), (139, "assignedResourceID"), (140, "ticketNumber"), (141, "description"), (142, "lastActivityDate"), (143, "issueType"), (144, "dueDateTime")]),
        ("companiesWebhookFieldIDs", [(1, "companyName"), (2, "companyType"), (3, "isActive"), (4, "phone"), (5, "city"), (6, "webAddress")]),
    ];

    public static void Add(JsonWorld world)
    {
        foreach (var (kind, choices) in Lists)
        {
            for (var i = 0; i < choices.Length; i++)
            {
                Put(world, kind, choices[i].Value, choices[i].Label, i + 1, null, active: !choices[i].Label.Contains("do not use", StringComparison.Ordinal));
            }
        }

        var next = 100;
        foreach (var issue in world["issueTypes"].Rows)
        {
            foreach (var label in new[] { "Install", "Repair", "Question" })
            {
                Put(world, "subIssueTypes", next, label, next, issue.Text("value"), active: true);
                next++;
            }
        }

        foreach (var (id, name) in new[] { (1, "AEM Alert"), (2, "Datto Alert"), (3, "Standard"), (4, "Onboarding") })
        {
            world.Table("ticketCategories").Put(id, new() { ["id"] = id, ["name"] = name, ["nickname"] = name, ["isActive"] = true, ["isApiOnly"] = id == 1, ["isGlobalDefault"] = id == 3, ["displayColorRGB"] = 15_527_148 });
        }

        foreach (var (id, name) in new[] { (1, "Workstation"), (2, "Server"), (3, "Network"), (4, "Printer") })
        {
            world.Table("configurationItemTypes").Put(id, new() { ["id"] = id, ["name"] = name, ["isActive"] = true });
        }

        foreach (var (id, name) in new[] { (29_682_804, "Remote Support"), (29_682_805, "Onsite Support") })
        {
            world.Table("billingCodes").Put(id, new() { ["id"] = id, ["name"] = name, ["isActive"] = true, ["useType"] = 1, ["unitCost"] = 31.25 });
        }

        foreach (var (id, code, name) in new[] { (237, "US", "United States"), (81, "DE", "Germany"), (39, "CA", "Canada") })
        {
            world.Table("countries").Put(id, new() { ["id"] = id, ["countryCode"] = code, ["displayName"] = name, ["name"] = name, ["isActive"] = true, ["isDefaultCountry"] = id == 237, ["addressFormatID"] = 1 });
        }
    }

    private static void Put(JsonWorld world, string kind, int value, string label, int order, string? parent, bool active) => world.Table(kind).Put(value, new()
    {
        ["id"] = value, ["value"] = value.ToString(CultureInfo.InvariantCulture), ["label"] = label, ["sortOrder"] = order, ["parentValue"] = parent ?? "", ["isActive"] = active,
        ["isDefaultValue"] = order == 1, ["isSystem"] = value is > 0 and < 10,
    });
}
