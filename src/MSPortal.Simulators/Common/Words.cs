namespace MSPortal.Simulators.Common;

/// <summary>What names are made of.</summary>
internal static class Words
{
    public static readonly string[] CompanyFirst =
    [
        "Northwind", "Blue Ridge", "Harbor", "Müller", "Lakeside", "Summit", "Åkerblom", "Redwood", "Pinecrest", "O'Brien", "Señor", "Granite",
        "Crestview", "Łódź", "Silver Oak", "Evergreen", "Beacon", "Château", "Prairie", "Kowalski", "Iron Horse", "Façade", "Meridian", "Twin Rivers",
        "Björk", "Cascade", "Old Mill", "Peña", "Horizon", "Fjord", "Stonegate", "Küster", "Bright", "Dvořák", "Maple", "Zürich", "Cobalt", "Ostrich",
    ];

    public static readonly string[] CompanySecond =
    [
        "Dental", "Logistics", "Law", "Accounting", "Architects", "Manufacturing", "Veterinary Clinic", "Foods", "Construction", "Insurance",
        "Hospitality", "Engineering", "Pharmacy", "Realty", "Print & Design", "Motors", "Farms", "Orthopaedics", "Textiles", "Energy", "Wealth Advisors",
        "Brewing", "Medical Group", "Charter School", "Furniture", "Marine Supply",
    ];

    public static readonly string[] Legal = ["", "", "Inc.", "LLC", "Ltd", "GmbH", "& Co. KG", "Pty Ltd", "S.A.", "Corp", "LLP", "B.V.", "AB", "Sp. z o.o.", "P.C."];

    public static readonly string[] Titles =
    [
        "Office Manager", "CEO", "Controller", "IT Coordinator", "Receptionist", "Praxismanagerin", "Warehouse Lead", "Partner", "Chef de projet",
        "HR Generalist", "Plant Engineer", "Attorney", "Bookkeeper",
    ];

    public static readonly string[] Subjects =
    [
        "Cannot print to {0}", "Outlook keeps asking for a password", "New hire setup: {1}", "VPN drops every 10 minutes", "{0} is offline",
        "Disk space below 5 % on {0}", "Backup failed on {0} (error 0x80070070)", "Request: access to the shared mailbox \"{2}\"",
        "Password reset for {1}", "Teams call quality is poor 😕", "Phishing mail reported by {1} ⚠️", "Monthly server maintenance – {0}",
        "Blue screen after update on {0}", "Wi-Fi im Lager sehr langsam", "Écran noir au démarrage de {0}", "Scanner → e-mail not working",
        "Certificate expires in 14 days: {0}", "RE: FW: RE: still waiting!!!", "Offboarding: {1}", "QuickBooks multi-user mode error -6123, 0",
        "MFA prompt loops for {1}", "Drucker druckt nur Hieroglyphen auf {0}", "Install <AutoCAD> & licence for {1}", "High CPU on {0} for 30 minutes",
        "Monitor flackert bei {1}", "Internet down at the {2} office", "SSD upgrade quote for {0}", "File locked by another user: Budget 2024 (final) v3.xlsx",
        "Email bounces: 550 5.7.1 – {2}.com", "UPS self-test failed at {0}", "Dokumentvorlage „Angebot“ fehlt", "日本語キーボード設定 for {1}",
    ];

    public static readonly string[] Sentences =
    [
        "User reports that the problem started this morning.", "Rebooted the device; no change.", "Checked the event log: nothing unusual.",
        "Called back, left a voicemail.", "Der Benutzer ist bis Montag im Urlaub.", "Updated the driver to the latest version.",
        "Confirmed with the user that it works again. 👍", "Ran sfc /scannow & DISM, both clean.", "Waiting for the vendor (case #SR-{0}).",
        "L'utilisateur a confirmé que tout fonctionne.", "Remote session, 25 min.", "Path: C:\\Users\\j.smith\\AppData\\Local\\Temp\\*.tmp",
        "\"It just doesn't work\" is all we were told.", "Replaced the patch cable in port 14.", "Price: 1.249,00 € plus shipping.",
        "The firewall showed drops from 10.20.30.{1}.", "Zażółć gęślą jaźń.", "Escalated to tier 2.", "<b>Please</b> do not close this ticket.",
        "See also https://kb.example.com/articles/{0}?ref=a&b=c.",
    ];

    public static readonly string[] Hosts = ["DC01", "FS02", "SQL01", "RDS03", "HV-NODE2", "PRN-FLOOR2", "FW-EDGE", "NAS1", "AP-LOBBY", "LT-{0}", "WS-{0}"];

    public static readonly string[] Models = ["Latitude 5540", "OptiPlex 7010", "PowerEdge R650", "EliteBook 840 G9", "ThinkPad T14", "MacBook Pro 14\"", "FortiGate 60F", "UniFi U6-Pro"];

    public static readonly string[] Makers = ["Dell", "HP", "Lenovo", "Apple", "Fortinet", "Ubiquiti"];
}
