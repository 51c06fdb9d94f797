using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.DattoRmm;

/// <summary>A collection of Datto RMM's and how its rows become records.</summary>
/// <param name="Path">Below the API's root.</param>
/// <param name="Single">Where one row is read, before its id.</param>
/// <param name="Wrapper">The property that holds the rows.</param>
/// <param name="Key">The property that holds a row's id.</param>
/// <param name="Noun">For sentences, in the plural.</param>
internal sealed record DattoRmmList(string Path, string Single, string Wrapper, string Key, string Noun, VendorPermission Permission, Func<JsonRow, ExternalRecord> Map)
{
    /// <summary>A row that says itself that it is none any more.</summary>
    public Func<JsonRow, bool> IsGone { get; init; } = _ => false;

    /// <summary>Told of every good row, for what has to be known of it later.</summary>
    public Action<Session, JsonRow>? Seen { get; init; }
}

/// <summary>Which lists there are.</summary>
internal static class DattoRmmStreams
{
    public static DattoRmmList Sites { get; } = new("/v2/account/sites", "/v2/site", "sites", "uid", "sites", DattoRmmPermissions.Sites, DattoRmmMapping.Site);

    public static DattoRmmList Devices { get; } = new("/v2/account/devices", "/v2/device", "devices", "uid", "devices", DattoRmmPermissions.Devices, DattoRmmMapping.Device)
    {
        IsGone = row => row.Flag("deleted") is true,
        Seen = DattoRmmAudits.Remember,
    };

    public static DattoRmmList Alerts { get; } = new("/v2/account/alerts/open", "/v2/alert", "alerts", "alertUid", "open alerts", DattoRmmPermissions.Alerts, DattoRmmMapping.Alert)
    {
        IsGone = row => row.Flag("resolved") is true,
    };

    /// <summary>Proxy passwords, notes, recovery keys in free fields, and addresses that let one in are never kept, not even of a row that cannot be read.</summary>
    public static (ExternalRecord? Record, BadRow? Bad) Read(JsonElement row, DattoRmmList list) => JsonRow.ReadByUid(
        row,
        list.Key,
        r =>
        {
            list.IsGone(r);   // What cannot be said of it makes it a bad row, too.
            return list.Map(r);
        },
        "notes", "proxySettings", "udf", "udfs", "webRemoteUrl", "diagnostics", "alertContext", "responseActions");
}
