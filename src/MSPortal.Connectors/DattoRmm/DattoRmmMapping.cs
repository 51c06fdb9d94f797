using System.Globalization;
using System.Net;
using MSPortal.Connectors.Common;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.DattoRmm;

/// <summary>Datto RMM's rows as records.</summary>
internal static class DattoRmmMapping
{
    private const int LongestMessage = 500;

    /// <summary>Smaller numbers are seconds: as milliseconds they would lie in the first years of the epoch.</summary>
    private const long LeastMilliseconds = 100_000_000_000;

    /// <summary>Notes, descriptions and the proxy's password are not looked at: people write passwords into them.</summary>
    public static ExternalRecord Site(JsonRow row) => new ExternalCompany
    {
        ExternalId = row.Uid("uid")!,
        Name = row.Text("name") ?? "(no name)",
        Identifier = row.Id("id"),
        Extra = Extra(
            ("autotaskCompanyId", row.Text("autotaskCompanyId") is { } id && id.Trim() is not "0" ? id.Trim() : null),
            ("autotaskCompanyName", row.Text("autotaskCompanyName")),
            ("onDemand", row.Flag("onDemand") is true ? "true" : null),
            ("portalUrl", row.Text("portalUrl"))),
    };

    /// <summary>User-defined fields have no names here and hold recovery keys more often than not: none is kept.</summary>
    public static ExternalRecord Device(JsonRow row)
    {
        var host = row.Text("hostname")?.Trim();
        var (os, version) = Os(row.Text("operatingSystem"));
        return new ExternalDevice
        {
            ExternalId = row.Uid("uid")!,
            VendorUpdatedAt = Time(row, "lastAuditDate"),
            Name = host ?? row.Text("description") ?? row.Text("intIpAddress") ?? row.Uid("uid")!,
            Hostname = Short(host),
            Domain = row.Text("domain"),
            Description = row.Text("description"),
            CompanyId = row.Uid("siteUid"),
            SiteName = row.Text("siteName"),
            TypeName = row.Text("deviceType/category") ?? row.Text("deviceType/type"),
            OsName = os,
            OsVersion = version,
            IpAddresses = row.Text("intIpAddress") is { } address ? [address] : [],
            ExternalIp = row.Text("extIpAddress"),
            LastUser = row.Text("lastLoggedInUser"),
            WarrantyExpiresAt = Time(row, "warrantyDate"),
            LastSeenAt = Time(row, "lastSeen"),
            LastBootAt = Time(row, "lastReboot"),
            IsOnline = row.Flag("online"),
            IsInactive = row.Flag("suspended") is true,
            NeedsReboot = row.Flag("rebootRequired"),
            AntivirusProduct = row.Text("antivirus/antivirusProduct"),
            AntivirusStatus = row.Text("antivirus/antivirusStatus"),
            PatchStatus = row.Text("patchManagement/patchStatus"),
            PatchesPending = Small(row, "patchManagement/patchesApprovedPending"),
            AgentVersion = row.Text("displayVersion") ?? row.Text("cagVersion"),
            Url = row.Text("portalUrl"),
            Extra = Extra(("deviceClass", row.Text("deviceClass")), ("deviceType", row.Text("deviceType/type")), ("createdAt", Time(row, "creationDate")?.ToString("o", CultureInfo.InvariantCulture))),
        };
    }

    public static ExternalRecord Alert(JsonRow row) => new DeviceAlert
    {
        ExternalId = row.Uid("alertUid")!,
        VendorUpdatedAt = Time(row, "timestamp"),
        DeviceId = row.Uid("alertSourceInfo/deviceUid"),
        CompanyId = row.Uid("alertSourceInfo/siteUid"),
        Message = VendorResponse.Shorten(VendorResponse.OneLine(row.Text("diagnostics") ?? DattoRmmAlertWords.Of(row)), LongestMessage),
        Priority = Level(row.Text("priority")),
        PriorityName = row.Text("priority"),
        SourceName = DattoRmmAlertWords.Source(row.Text("alertContext/@class")),
        TicketNumber = row.Text("ticketNumber"),
        IsMuted = row.Flag("muted") is true,
        RaisedAt = Time(row, "timestamp"),
    };

    /// <summary>Milliseconds since 1970, in a number or in quotes, or a time in words: the description says the one, the wire has both.</summary>
    public static DateTimeOffset? Time(JsonRow row, string path)
    {
        var text = row.Text(path);
        if (text is null)
        {
            return null;
        }

        if (!decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return row.Time(path);
        }

        var milliseconds = number < LeastMilliseconds ? number * 1000 : number;
        return number <= 0 ? null
            : milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds)
            : throw new FieldException(path, "expected a time, found a number that is none");
    }

    private static PriorityLevel? Level(string? priority) => priority?.ToUpperInvariant() switch
    {
        "CRITICAL" => PriorityLevel.Critical,
        "HIGH" => PriorityLevel.High,
        "MODERATE" => PriorityLevel.Medium,
        "LOW" or "INFORMATION" => PriorityLevel.Low,
        _ => null,
    };

    /// <summary>Windows has its number behind its name.</summary>
    private static (string? Name, string? Version) Os(string? text)
    {
        var at = text?.LastIndexOf(' ') ?? -1;
        var last = text?[(at + 1)..] ?? "";
        return at > 0 && last.Length > 2 && last.Contains('.', StringComparison.Ordinal) && last.All(c => char.IsAsciiDigit(c) || c == '.') ? (text![..at].Trim(), last) : (text, null);
    }

    private static string? Short(string? host) =>
        host is null || IPAddress.TryParse(host, out _) || host.IndexOf('.', StringComparison.Ordinal) is not (> 0 and var dot) ? host : host[..dot];

    private static int? Small(JsonRow row, string path) => row.Whole(path) is { } number ? (int)Math.Clamp(number, 0, int.MaxValue) : null;

    private static SortedDictionary<string, string?>? Extra(params (string Name, string? Value)[] fields)
    {
        var said = fields.Where(f => f.Value is not null).ToList();
        return said.Count == 0 ? null : new SortedDictionary<string, string?>(said.ToDictionary(f => f.Name, f => f.Value), StringComparer.Ordinal);
    }
}
