using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.HaloPsa;

/// <summary>The vendor's whole database from a seed: the same seed, sizes and origin give the same bytes everywhere.</summary>
internal static class HaloPsaSeed
{
    /// <summary>Only the vendor knows which statuses close a ticket; they carry no mark.</summary>
    public static readonly HashSet<long> ClosedStatuses = [9, 21];

    private static readonly (int Id, string Name, string Short, string Colour)[] Statuses =
    [
        (1, "New", "New", "#2bd3c6"), (2, "In Progress", "In Prog", "#3cc2ff"), (3, "Action Required", "Action", "#ff9b2b"), (4, "With User", "User", "#fbd75b"),
        (5, "With Supplier", "Supplier", "#c080ff"), (9, "Closed", "Closed", "#9d9d9d"), (21, "Cancelled – Duplicate", "Cancel", "#777777"), (28, "On Hold", "Hold", "#b2b2b2"),
    ];

    private static readonly (int Id, string Name, string Use, bool Inactive)[] Types =
    [
        (1, "Incident", "ticket", false), (3, "Service Request", "ticket", false), (4, "Problem", "ticket", false), (5, "Change Request", "ticket", false),
        (21, "Alert", "ticket", false), (24, "Onboarding / Offboarding", "ticket", false), (27, "Projekt (Übergabe)", "project", false), (29, "Legacy Request", "ticket", true),
    ];

    private static readonly string[] Priorities = ["Critical", "High", "Medium", "Low"];
    private static readonly string[] Colours = ["#ff0000", "#ff8c00", "#ffd700", "#4682b4"];
    private static readonly string[] Teams = ["1st Line Support", "2nd Line Support", "Projects", "Señor Cloud Team", "Old Team"];
    private static readonly string[] AssetTypes = ["Workstation", "Server", "Network Device", "Printer"];
    private static readonly string[] Firsts = ["Anna", "José", "Jürgen", "Chloé", "Liam", "Zoë", "Mateusz", "Priya", "Sören", "Olivia", "Kwame", "Ingrid", "Noah", "Aoife", "Dvora"];
    private static readonly string[] Lasts = ["O'Connor", "Müller", "García", "Nowak", "Smith", "Åberg", "van Dijk", "Ngô", "Brown", "Lefèvre", "Kowalczyk", "Patel", "Sørensen", "Ito"];
    private static readonly string[] Categories =
    [
        "Hardware", "Hardware>Printer", "Hardware>Laptop", "Software", "Software>Office 365", "Software>Line of Business", "Network", "Network>Wi-Fi", "Security", "Security>Phishing", "Zugang", "Telephony",
    ];

    public static JsonWorld Create(SimulatorOptions options, DateTimeOffset origin)
    {
        var world = new JsonWorld();
        var dice = new Dice((ulong)options.Seed + 77);
        Setup(world, origin);
        Agents(world, dice, origin);
        Clients(world, dice, origin, options.Companies);
        new HaloPsaTicketSeed(world, dice, origin).Add(options.Tickets);
        foreach (var empty in new[] { "deletedTickets", "webhooks", "notifications", "webhookevents" })
        {
            world.Table(empty);
        }

        return world;
    }

    public static string Guid(Dice dice)
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, dice.Next());
        BitConverter.TryWriteBytes(bytes[8..], dice.Next());
        return new Guid(bytes).ToString();
    }

    private static void Setup(JsonWorld world, DateTimeOffset origin)
    {
        var dice = new Dice(4711);
        foreach (var (id, name, shortName, colour) in Statuses)
        {
            world.Table("statuses").Put(id, new JsonObject
            {
                ["id"] = id, ["guid"] = Guid(dice), ["name"] = name, ["shortname"] = shortName, ["type"] = 0, ["sequence"] = id * 10, ["colour"] = colour, ["slaaction"] = id is 4 or 28 ? "H" : "",
            });
        }

        foreach (var (id, name, use, inactive) in Types)
        {
            world.Table("tickettypes").Put(id, new JsonObject
            {
                ["id"] = id, ["guid"] = Guid(dice), ["name"] = name, ["use"] = use, ["sequence"] = id, ["group_id"] = 1, ["group_name"] = "Service Desk", ["visible"] = !inactive,
            });
        }

        for (var sla = 1; sla <= 2; sla++)
        {
            world.Table("slas").Put(sla, new JsonObject { ["id"] = sla, ["guid"] = Guid(dice), ["name"] = sla == 1 ? "Standard SLA" : "Premium SLA" });
            for (var p = 1; p <= Priorities.Length; p++)
            {
                world.Table("priorities").Put((sla * 100) + p, new JsonObject
                {
                    ["id"] = Guid(dice), ["slaid"] = sla, ["priorityid"] = p, ["name"] = Priorities[p - 1], ["fixtime"] = p * 4.0 / sla, ["fixunits"] = "H",
                    ["responsetime"] = p * 1.0, ["responseunits"] = "H", ["ishidden"] = false, ["colour"] = Colours[p - 1],
                });
            }
        }

        for (var i = 0; i < Teams.Length; i++)
        {
            world.Table("teams").Put(i + 1, new JsonObject
            {
                ["id"] = i + 1, ["guid"] = Guid(dice), ["name"] = Teams[i], ["department_id"] = 1, ["department_name"] = "IT", ["forrequests"] = true, ["sequence"] = i,
                ["inactive"] = Teams[i] == "Old Team", ["last_modified"] = HaloPsaShapes.Stamp(origin.AddDays(-300 - i)),
            });
        }

        for (var i = 0; i < Categories.Length * 3; i++)
        {
            var (type, name) = ((i / Categories.Length) + 1, Categories[i % Categories.Length]);
            world.Table("categories").Put(i + 1, new JsonObject
            {
                ["id"] = i + 1, ["guid"] = Guid(dice), ["value"] = name, ["category_name"] = name.Split('>')[^1], ["type_id"] = type, ["sla_id"] = 0, ["priority_id"] = 0,
            });
        }

        for (var i = 0; i < AssetTypes.Length; i++)
        {
            world.Table("assettypes").Put(i + 1, new JsonObject
            {
                ["id"] = i + 1, ["guid"] = Guid(dice), ["name"] = AssetTypes[i], ["assetgroup_id"] = 1, ["assetgroup_name"] = "Hardware", ["keyfield_id"] = 1, ["keyfield_name"] = "Name",
            });
        }
    }

    private static void Agents(JsonWorld world, Dice dice, DateTimeOffset origin)
    {
        for (var id = 1; id <= 12; id++)
        {
            var (first, last) = id switch
            {
                1 => ("Unassigned", ""),
                2 => ("Portal", "API"),
                _ => (Firsts[id % Firsts.Length], Lasts[(id * 5) % Lasts.Length]),
            };
            world.Table("agents").Put(id, new JsonObject
            {
                ["id"] = id, ["guid"] = Guid(dice), ["name"] = $"{first} {last}".Trim(), ["firstname"] = first, ["surname"] = last, ["email"] = id == 1 ? "" : $"agent{id}@msp.example",
                ["initials"] = first[..1] + (last.Length > 0 ? last[..1] : ""), ["isdisabled"] = id is 7 or 12, ["is_agent"] = true, ["isapiagent"] = id == 2,
                ["jobtitle"] = id % 3 == 0 ? "Technician" : id % 3 == 1 ? "Consultant" : "", ["team"] = Teams[id % 4], ["colour"] = "#2bd3c6", ["licence_type"] = 0,
                ["last_modified"] = HaloPsaShapes.Stamp(origin.AddDays(-id * 11), id),
            });
        }
    }

    private static void Clients(JsonWorld world, Dice dice, DateTimeOffset origin, int count)
    {
        var user = 0;
        var asset = 0;
        for (var i = 0; i <= count; i++)
        {
            var id = i == 0 ? 1 : 10 + (i * 2);
            var name = i == 0 ? "Unknown" : $"{Words.CompanyFirst[(i * 7) % Words.CompanyFirst.Length]} {Words.CompanySecond[(i * 5) % Words.CompanySecond.Length]} {dice.Of(Words.Legal)}".Trim();
            var inactive = i > 0 && i % 17 == 0;
            var phone = string.Create(CultureInfo.InvariantCulture, $"+1 555 {dice.Between(100, 999)} {dice.Between(1000, 9999)}");
            world.Table("clients").Put(id, new JsonObject
            {
                ["id"] = id, ["name"] = name, ["inactive"] = inactive, ["toplevel_id"] = 12, ["toplevel_name"] = "Customers", ["main_site_id"] = id + 1000, ["main_site_name"] = "Main",
                ["colour"] = "#e0006d", ["is_vip"] = dice.Chance(8), ["website"] = i % 3 == 0 ? "" : $"https://www.client{id}.example", ["main_phonenumber"] = i % 5 == 4 ? "" : phone,
                ["ref"] = i == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"C{id:00000}"), ["domain"] = $"client{id}.example", ["connectwiseid"] = 0, ["autotaskid"] = i % 9 == 3 ? 5000 + id : 0,
                ["datecreated"] = HaloPsaShapes.Stamp(origin.AddDays(-1500 + i), id), ["alastupdate"] = HaloPsaShapes.Stamp(origin.AddDays(-400 * dice.Part()), id),
                ["customfields"] = Custom(dice, id),
            });
            world.Table("sites").Put(id + 1000, new JsonObject
            {
                ["id"] = id + 1000, ["name"] = "Main", ["client_id"] = id + 0.0m, ["client_name"] = name, ["inactive"] = inactive, ["slastupdate"] = HaloPsaShapes.Stamp(origin.AddDays(-400 * dice.Part())),
            });
            for (var n = i == 0 ? 0 : dice.Between(2, 6); n > 0; n--)
            {
                AddUser(world, dice, origin, ++user, id, name, n == 1);
            }

            for (var n = i == 0 ? 0 : dice.Between(1, 5); n > 0; n--)
            {
                AddAsset(world, dice, origin, ++asset, id, name);
            }
        }
    }

    private static JsonArray Custom(Dice dice, int id) => id % 3 != 0 ? [] :
    [
        new JsonObject { ["id"] = 131, ["name"] = "CFContractType", ["label"] = "Contract type", ["type"] = 0, ["value"] = "Gold", ["display"] = "Gold" },
        new JsonObject { ["id"] = 132, ["name"] = "CFSites", ["label"] = "Locations", ["type"] = 2, ["value"] = new JsonArray(1, 2), ["display"] = "Main, Lager" },
        new JsonObject { ["id"] = 133, ["name"] = "CFAdminPassword", ["label"] = "Admin password", ["type"] = 0, ["value"] = $"hunter{dice.Below(1000)}", ["display"] = "hunter2" },
    ];

    private static void AddUser(JsonWorld world, Dice dice, DateTimeOffset origin, int id, int client, string clientName, bool main)
    {
        var (first, last) = (dice.Of(Firsts), dice.Of(Lasts));
        world.Table("users").Put(id, new JsonObject
        {
            ["id"] = id, ["name"] = $"{first} {last}", ["firstname"] = first, ["surname"] = last, ["emailaddress"] = dice.Chance(92) ? $"user{id}@client{client}.example" : "",
            ["phonenumber"] = dice.Chance(60) ? string.Create(CultureInfo.InvariantCulture, $"555-{id:0000}") : "", ["mobilenumber"] = dice.Chance(30) ? string.Create(CultureInfo.InvariantCulture, $"777-{id:0000}") : "",
            ["client_id"] = client, ["client_name"] = clientName, ["site_id"] = client + 1000.0m, ["site_name"] = "Main", ["inactive"] = dice.Chance(7), ["isimportantcontact"] = dice.Chance(10),
            ["ismaincontact"] = main, ["isserviceaccount"] = false, ["title"] = dice.Chance(50) ? dice.Of(Words.Titles) : "", ["department"] = dice.Chance(20) ? "Buchhaltung" : "", ["linked_agent_id"] = 0,
            ["datecreated"] = HaloPsaShapes.Never, ["ulastupdate"] = HaloPsaShapes.Stamp(origin.AddDays(-500 * dice.Part()), id),
        });
    }

    private static void AddAsset(JsonWorld world, Dice dice, DateTimeOffset origin, int id, int client, string clientName)
    {
        var type = dice.Between(1, AssetTypes.Length);
        var owner = world.Table("users").Rows.LastOrDefault(u => u.Whole("client_id") == client);
        world.Table("assets").Put(id, new JsonObject
        {
            ["id"] = id, ["inventory_number"] = string.Create(CultureInfo.InvariantCulture, $"A-{id:00000}"), ["key_field"] = string.Format(CultureInfo.InvariantCulture, dice.Of(Words.Hosts), id), ["key_field2"] = "", ["key_field3"] = "",
            ["assettype_id"] = type, ["assettype_name"] = AssetTypes[type - 1], ["client_id"] = client, ["client_name"] = clientName, ["site_id"] = client + 1000, ["site_name"] = "Main", ["status_id"] = 1, ["status_name"] = "Active",
            ["inactive"] = dice.Chance(8), ["username"] = dice.Chance(40) ? $"CORP\\user{id}" : "", ["warranty_start"] = HaloPsaShapes.Never,
            ["warranty_end"] = dice.Chance(50) ? HaloPsaShapes.Stamp(origin.AddDays(dice.Between(-300, 900))) : HaloPsaShapes.Never,
            ["users"] = owner is null || dice.Chance(40) ? [] : new JsonArray(new JsonObject { ["id"] = owner.Whole("id"), ["name"] = owner.Text("name") }),
            ["fields"] = new JsonArray(
                Field(1, "Manufacturer", dice.Of(Words.Makers)), Field(2, "Model", dice.Of(Words.Models)), Field(3, "Serial Number", string.Create(CultureInfo.InvariantCulture, $"SN{dice.Between(100000, 999999)}{id}")),
                Field(4, "Operating System", type == 2 ? "Windows Server 2022" : "Windows 11 Pro"), Field(5, "MAC Address", string.Create(CultureInfo.InvariantCulture, $"00:1A:{id % 256:X2}:{id / 256 % 256:X2}:AA:01")),
                Field(6, "IP Address", string.Create(CultureInfo.InvariantCulture, $"10.{client % 250}.{id % 250}.7")), Field(7, "BIOS Password", "letmein")),
            ["dlastupdate"] = HaloPsaShapes.Stamp(origin.AddDays(-200 * dice.Part()), id),
        });
    }

    private static JsonObject Field(int id, string name, string value) => new() { ["id"] = id, ["name"] = name, ["value"] = value };
}
