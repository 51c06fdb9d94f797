using MSPortal.Connectors.Common;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.ConnectWiseAsio;

/// <summary>The platform's rows, in small letters, as MSPortal's records.</summary>
internal static class AsioMapping
{
    /// <summary>Which products' company ids name a company of which provider; a product is known by its name, since no list of their ids is published.</summary>
    /// <remarks>An id of one product taken for another's would show one client's data to another: ConnectWise's own PSA counts under its full names only.</remarks>
    private static readonly (string Part, string Provider)[] Products =
        [("autotask", "autotask"), ("halo", "halopsa"), ("syncro", "syncro"), ("connectwise manage", "connectwise"), ("connectwise psa", "connectwise"), ("cwmanage", "connectwise")];

    public static ExternalCompany Company(JsonRow row)
    {
        var extra = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        foreach (var external in row.Rows("externalids"))
        {
            if (external.Text("externalid") is not { } id)
            {
                continue;
            }

            var product = external.Text("productid") ?? external.Text("productinstanceid") ?? "";
            var provider = Products.FirstOrDefault(p => product.Contains(p.Part, StringComparison.OrdinalIgnoreCase)).Provider;
            extra.TryAdd(provider is not null ? $"{provider}CompanyId" : $"external: {product}", id);
        }

        var site = row.Text("primarysite/primaryaddress/country") is null && row.Text("primarysite/name") is null ? "" : "primarysite/primaryaddress/";
        return new()
        {
            ExternalId = AsioJson.Id(row, "id")!,
            VendorUpdatedAt = row.Time("updateddate"),
            Name = row.Text("friendlyname")?.Trim() ?? row.Text("name")?.Trim() ?? "(no name)",
            Identifier = row.Text("name") is { } name && row.Text("friendlyname") is { } friendly && name.Trim() != friendly.Trim() ? name.Trim() : null,
            StatusId = row.Text("activitystatus/id"),
            StatusName = row.Text("activitystatus/name"),
            AddressLine1 = site.Length > 0 ? row.Text(site + "addressline1") : null,
            AddressLine2 = site.Length > 0 ? row.Text(site + "addressline2") : null,
            City = site.Length > 0 ? row.Text(site + "locality") : null,
            State = site.Length > 0 ? row.Text(site + "administrativearea") : null,
            PostalCode = site.Length > 0 ? row.Text(site + "postcode") : null,
            Country = site.Length > 0 ? row.Text(site + "country") ?? row.Text(site + "countrycode") : null,
            IsInactive = row.Flag("activitystatus/activeflag") is false || row.Time("inactivedate") is not null,
            IsDeleted = row.Time("deleteddate") is not null,
            Extra = extra.Count == 0 ? null : extra,
        };
    }

    /// <param name="place">Where the answer's group says that it stands.</param>
    public static ExternalDevice Device(JsonRow row, AsioPlace place, string? siteName)
    {
        var (host, kind) = (row.Text("devicename") ?? row.Text("system/systemname"), row.Text("endpointtype") ?? row.Text("resourcetype"));
        var processors = row.Rows("processors");
        var antivirus = row.Rows("antiviruses").Select(a => a.Text("name") ?? a.Text("applicationname")).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return new()
        {
            ExternalId = AsioJson.Id(row, "endpointid")!,
            VendorUpdatedAt = row.Time("modifiedat"),
            Name = row.Text("friendlyname")?.Trim() ?? host ?? "(no name)",
            Hostname = host?.Split('.')[0] is { Length: > 0 } name ? name : host,
            Domain = row.Text("system/domain"),
            CompanyId = place.Company,
            SiteName = siteName,
            TypeId = kind,
            TypeName = kind,
            SerialNumber = row.Text("system/serialnumber") ?? row.Text("bios/serialnumber"),
            Manufacturer = row.Text("bios/manufacturer"),
            ModelNumber = row.Text("system/model") ?? row.Text("system/product"),
            OsName = row.Text("os/product"),
            OsVersion = Version(row.Text("os/version"), row.Text("os/buildnumber")),
            MacAddresses = row.Texts("macaddress"),
            IpAddresses = row.Texts("ipaddress"),
            ExternalIp = row.Text("remoteaddress"),
            IsVirtual = row.Text("virtualtype") is { } virtually ? IsVirtual(virtually) : null,
            Processor = processors.Count > 0 ? processors[0].Text("product")?.Trim() : null,
            ProcessorCores = Cores(processors),
            MemoryBytes = Memory(row),
            AntivirusProduct = antivirus.Count > 0 ? string.Join(", ", antivirus) : null,
            Extra = Extra(("category", place.Category), ("siteId", place.Site)),
        };
    }

    public static DeviceDetail Detail(JsonRow row, string device)
    {
        var processors = row.Rows("processors");
        return new()
        {
            ExternalId = device,
            DeviceId = device,
            VendorUpdatedAt = row.Time("modifiedat"),
            SerialNumber = row.Text("system/serialnumber") ?? row.Text("bios/serialnumber") ?? row.Text("baseboard/serialnumber"),
            Manufacturer = row.Text("bios/manufacturer") ?? row.Text("baseboard/manufacturer"),
            ModelNumber = row.Text("system/model") ?? row.Text("system/product") ?? row.Text("baseboard/model"),
            OsName = row.Text("os/product"),
            OsVersion = Version(row.Text("os/version"), row.Text("os/buildnumber")),
            Processor = processors.Count > 0 ? processors[0].Text("product")?.Trim() : null,
            ProcessorCores = Cores(processors),
            MemoryBytes = Memory(row),
            BiosVersion = row.Text("bios/smbiosversion") ?? row.Text("bios/version"),
            MacAddresses = row.Texts("macaddress"),
            IpAddresses = row.Texts("ipaddress"),
            LastUser = row.Text("os/username"),
            IsVirtual = row.Text("virtualtype") is { } virtually ? IsVirtual(virtually) : null,
            Disks = [.. row.Rows("logicalvolume").Select(v => new DeviceDisk(v.Text("name") ?? v.Text("description") ?? "disk", Positive(v.Whole("capacity")), v.Whole("freespacebytes") is >= 0 and var free ? free : null))],
        };
    }

    /// <summary>A host of virtual machines is a machine; words that nobody has described say nothing.</summary>
    private static bool? IsVirtual(string word) => word.ToUpperInvariant() switch
    {
        "GUEST" or "VIRTUAL" => true,
        "HOST" or "PHYSICAL" or "NONE" => false,
        _ => null,
    };

    private static string? Version(string? version, string? build) => version is null ? build : build is null || version.Contains(build, StringComparison.Ordinal) ? version : $"{version} ({build})";

    private static int? Cores(IReadOnlyList<JsonRow> processors) =>
        processors.Sum(p => Math.Clamp(p.Whole("numberofcores") ?? 0, 0, 10_000)) is > 0 and var cores ? (int)cores : null;

    private static long? Memory(JsonRow row) =>
        row.Rows("physicalmemory").Sum(m => Math.Clamp(m.Whole("sizebytes") ?? 0, 0, 1L << 50)) is > 0 and var bytes ? bytes : null;

    private static long? Positive(long? number) => number > 0 ? number : null;

    private static SortedDictionary<string, string?>? Extra(params (string Name, string? Value)[] fields)
    {
        var extra = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (name, value) in fields.Where(f => f.Value is not null))
        {
            extra[name] = value;
        }

        return extra.Count == 0 ? null : extra;
    }
}

/// <summary>Where a device stands: what the groups of an answer say.</summary>
internal sealed record AsioPlace(string Category, string? Company, string? Site);
