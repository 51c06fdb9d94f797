namespace MSPortal.Core.Devices;

/// <param name="Slug">As database, API and command line say it.</param>
public sealed record DeviceType(string Slug, string Label);

/// <summary>The kinds of devices that the portal tells apart, to which people map the words of their tools.</summary>
public static class DeviceTypes
{
    public const string Workstation = "workstation";
    public const string Laptop = "laptop";
    public const string Server = "server";
    public const string VirtualHost = "virtual_host";
    public const string Network = "network";
    public const string Firewall = "firewall";
    public const string Printer = "printer";
    public const string Mobile = "mobile";
    public const string Storage = "storage";
    public const string Power = "power";
    public const string Other = "other";

    /// <summary>Asked in this order: a “print server” is a printer, a “server switch” is none.</summary>
    private static readonly (string Type, string[] Words)[] Meanings =
    [
        (VirtualHost, ["hypervisor", "esxi", "esxihost", "esx", "vmhost", "vm host", "virtual host", "vmm host", "virtualization host"]),
        (Firewall, ["firewall", "utm", "fortigate", "sonicwall", "firebox"]),
        (Printer, ["printer", "printers", "copier", "mfp", "plotter", "print"]),
        (Network, ["switch", "switches", "router", "access point", "wap", "wifi", "wireless", "gateway", "modem", "network", "nms", "snmp"]),
        (Storage, ["nas", "san", "storage", "disk station"]),
        (Power, ["ups", "pdu", "battery"]),
        (Mobile, ["mobile", "phone", "smartphone", "iphone", "ipad", "ios", "android", "tablet"]),
        (Server, ["server", "servers", "domain controller"]),
        (Laptop, ["laptop", "laptops", "notebook", "notebooks", "macbook", "portable", "ultrabook"]),
        (Workstation, ["workstation", "workstations", "desktop", "desktops", "pc", "computer", "imac", "mac", "thin client", "all in one", "tower"]),
    ];

    public static IReadOnlyList<DeviceType> All { get; } =
    [
        new(Workstation, "Workstation"), new(Laptop, "Laptop"), new(Server, "Server"), new(VirtualHost, "Virtual host"), new(Network, "Network device"), new(Firewall, "Firewall"),
        new(Printer, "Printer"), new(Mobile, "Phone or tablet"), new(Storage, "Storage"), new(Power, "Power supply"), new(Other, "Other"),
    ];

    public static string Label(string slug) => All.FirstOrDefault(t => t.Slug == slug)?.Label ?? slug;

    public static bool Knows(string slug) => All.Any(t => t.Slug == slug);

    /// <summary>What a source's word for a type most likely means; null when it says nothing that is known.</summary>
    public static string? Propose(string sourceType)
    {
        var words = $" {string.Join(' ', sourceType.ToLowerInvariant().Split([' ', '_', '-', '/', '(', ')', ',', '.', ':', '&'], StringSplitOptions.RemoveEmptyEntries))} ";
        return Meanings.Where(m => m.Words.Any(w => words.Contains($" {w} ", StringComparison.Ordinal))).Select(m => m.Type).FirstOrDefault();
    }
}
