namespace MSPortal.Tests.Web.Companies;

/// <summary>What made-up names are made of, and how often which oddity happens.</summary>
internal static class NameParts
{
    /// <summary>Families of which the one is a typing mistake away from the other.</summary>
    public static readonly IReadOnlyDictionary<string, string> Alike = Pairs(
        ("Hansen", "Hanson"), ("Johnson", "Johnston"), ("Meyer", "Meier"), ("Smith", "Smyth"), ("Stewart", "Stuart"), ("Clark", "Clarke"), ("Thompson", "Thomson"), ("Andersen", "Anderson"),
        ("Petersen", "Peterson"), ("Schmidt", "Schmitt"), ("Reed", "Reid"), ("Gray", "Grey"), ("Phillips", "Philips"), ("Nielsen", "Nielson"), ("Larsen", "Larson"), ("Hoffman", "Hofman"),
        ("Martin", "Marten"), ("Bailey", "Baily"), ("Ferrell", "Farrell"), ("Bowen", "Bowden"), ("Harmon", "Harman"), ("Carter", "Cartner"), ("Fisher", "Fischer"), ("Keller", "Kellar"));

    public static readonly string[] Families =
    [
        .. Alike.Keys, "Abbott", "Becker", "Castillo", "Delgado", "Ellison", "Fitzgerald", "Gallagher", "Hawthorne", "Ivanov", "Jefferson", "Kowalski", "Lombardi", "McAllister", "Novak",
        "O'Donnell", "Pacheco", "Quinlan", "Rosenthal", "Sandoval", "Tanaka", "Underhill", "Vasquez", "Whitaker", "Yamamoto", "Zimmerman", "Okafor", "Lindqvist", "Bergstrom", "D'Angelo", "Van Dyke",
    ];

    public static readonly string[] ForeignFamilies =
        ["Müller", "Böhm", "Jäger", "Lefèvre", "Bélanger", "Núñez", "García", "Muñoz", "Sørensen", "Jørgensen", "Åberg", "Sjöström", "Wójcik", "Łukasik", "Kovács", "Dvořák", "Çelik", "Großmann"];

    public static readonly string[] ForeignTrades =
        ["Bäckerei", "Menuiserie", "Talleres", "Schreinerei", "Boulangerie", "Spedition", "Autohaus", "Snickeri", "Tømrerfirma", "Piekarnia", "Drukarnia", "Zahnarztpraxis", "Kanzlei", "Clínica", "Électricité"];

    public static readonly string[] Things =
    [
        "Harbor", "Summit", "Cedar", "Keystone", "Pioneer", "Liberty", "Heritage", "Premier", "Pinnacle", "Beacon", "Cornerstone", "Evergreen", "Redwood", "Silver", "Golden", "Granite", "Lakeside",
        "Riverbend", "Mountain", "Valley", "Prairie", "Coastal", "Atlantic", "Pacific", "Midwest", "Northern", "Southern", "Eastern", "Western", "Central", "United", "American", "National", "Allied",
        "Superior", "Precision", "Advanced", "Integrated", "Strategic", "Patriot", "Eagle", "Falcon", "Phoenix", "Titan", "Apex", "Vanguard", "Frontier", "Horizon", "Sunrise", "Blue", "Green", "Red Oak",
    ];

    public static readonly string[] Places =
    [
        "Springfield", "Salem", "Denver", "Riverside", "Ashland", "Fairview", "Georgetown", "Clifton", "Oakridge", "Lakewood", "Burlington", "Manchester", "Arlington", "Franklin", "Greenville", "Bristol",
        "Clayton", "Dayton", "Jackson", "Madison", "Milford", "Newport", "Oxford", "Hudson", "Kingston", "Lexington", "Marion", "Auburn", "Cleveland", "Dover", "Winchester", "Westbrook", "Eastbrook", "Northfield",
    ];

    public static readonly string[] Saints = ["Mary's", "Mark's", "John's", "Joseph's", "James'", "Luke's", "Anthony's", "Anne's", "Agnes'", "Michael's"];

    public static readonly string[] Trades =
    [
        "Dental", "Dental Group", "Family Dentistry", "Orthopedics", "Pediatrics", "Plumbing", "Heating & Cooling", "Electric", "Roofing", "Logistics", "Freight Lines", "Insurance", "Insurance Agency", "Realty",
        "Property Management", "Accounting", "Wealth Advisors", "Financial Services", "Veterinary Clinic", "Physical Therapy", "Machine Works", "Manufacturing", "Construction", "Engineering", "Architects", "Law Firm",
        "Legal", "Credit Union", "Community Church", "Charter School", "Public Library", "Food Bank", "Technologies", "Systems", "Solutions", "Consulting Group", "Consulting", "Marketing", "Transportation",
        "Distribution", "Foods", "Brewing Company", "Auto Body", "Equipment Rental", "Title Company", "Senior Living", "Surgery Center", "Medical Associates", "Supply", "Packaging", "Industries", "Development",
    ];

    public static readonly string[] Kin = ["Holdings", "Foundation", "Properties", "Capital", "International", "of Canada", "Residences", "Investments", "Retirement Plan", "Management"];

    public static readonly string[] LegalForms = ["Inc.", "Inc", "LLC", "L.L.C.", "Ltd.", "Limited", "Corp.", "Corporation", "Co.", "Company", "LLP", "P.C.", "PLLC", "GmbH", "Pty Ltd"];

    public static readonly string[] Syllables = ["tro", "lix", "ven", "dor", "mex", "sal", "pha", "rin", "quo", "zen", "cor", "bel", "nix", "tal", "gor", "ula", "ari", "neo", "vex", "lum"];

    /// <summary>As people shorten them; the portal knows half of these.</summary>
    public static readonly IReadOnlyList<KeyValuePair<string, string[]>> Short =
    [
        Pair("Manufacturing", "Mfg", "Mfg."), Pair("International", "Intl", "Int'l"), Pair("Services", "Svcs", "Svc"), Pair("Associates", "Assoc", "Assoc.", "Assocs"), Pair("Technologies", "Tech", "Technology"),
        Pair("Systems", "Sys", "System"), Pair("Solutions", "Soln", "Solution"), Pair("Insurance", "Ins", "Ins."), Pair("Engineering", "Eng", "Engrg"), Pair("Construction", "Const", "Constr."),
        Pair("Distribution", "Dist", "Distrib"), Pair("Management", "Mgmt", "Mgt"), Pair("Center", "Ctr", "Centre"), Pair("Brothers", "Bros", "Bros."), Pair("Group", "Grp"), Pair("Holdings", "Hldgs", "Holding"),
        Pair("National", "Natl", "Nat'l"), Pair("Hospital", "Hosp"), Pair("Electric", "Elec", "Elec."), Pair("Transportation", "Transp", "Trans"), Pair("Development", "Dev", "Devel."), Pair("Financial", "Fin", "Fin'l"),
        Pair("Marketing", "Mktg"), Pair("Property", "Prop"), Pair("Equipment", "Equip"), Pair("Medical", "Med"), Pair("Veterinary", "Vet"), Pair("Community", "Comm", "Cmty"), Pair("American", "Amer", "Am."),
        Pair("Industries", "Ind", "Inds"), Pair("School District", "SD", "School Dist"), Pair("Accounting", "Acctg"), Pair("Consulting", "Cons", "Consult"), Pair("Orthopedics", "Ortho"), Pair("Company", "Co"),
    ];

    /// <summary>What is odd about a client's name in another tool.</summary>
    public static readonly (string Kind, int Weight)[] Oddities =
    [
        ("none", 12), ("legal form", 16), ("spelling", 11), ("abbreviation", 13), ("accents", 5), ("typo", 12), ("two typos", 3), ("joined", 5), ("word order", 4), ("initials", 3), ("shorter", 6), ("longer", 6),
        ("web address", 3), ("account number", 3), ("trading as", 2),
    ];

    public static readonly (string Kind, int Weight)[] Twins =
        [("letter", 16), ("other trade", 20), ("other place", 14), ("other number", 5), ("parent or child", 20), ("first word", 14), ("other partner", 11)];

    private static Dictionary<string, string> Pairs(params (string One, string Other)[] pairs) =>
        pairs.Concat(pairs.Select(p => (One: p.Other, Other: p.One))).ToDictionary(p => p.One, p => p.Other);

    private static KeyValuePair<string, string[]> Pair(string word, params string[] forms) => new(word, forms);
}
