using System.Text.Json.Nodes;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Histories.Vendors.Clouds;
using MSPortal.Histories.Vendors.Psas;
using MSPortal.Histories.Vendors.Rmms;

namespace MSPortal.Histories.Vendors;

/// <summary>The vendor's own rows of a kind.</summary>
internal delegate Task<IReadOnlyList<JsonNode>> VendorRows(string kind);

/// <summary>Something that a person does at the vendor, by the simulator's control.</summary>
internal sealed record Edit(HttpMethod Method, string Path, object? Body = null);

/// <summary>What a vendor's own rows mean, told without its connector: the data with which one rig proves every vendor of a category.</summary>
internal abstract class KnownVendor
{
    public static IReadOnlyList<KnownVendor> All => [.. Psa.All, .. Rmm.All, new Microsoft365()];

    public abstract string Provider { get; }

    public virtual int Companies => 15;

    /// <summary>Every kind of record that is read as a list, but for those that have a rig of their own.</summary>
    public abstract IReadOnlyList<Truth> Others { get; }

    /// <summary>Lists of which any row may be damaged without a word of it at any other.</summary>
    public abstract IReadOnlyList<DataType> Damageable { get; }

    /// <summary>Lists that come in one piece, however small pages are.</summary>
    public virtual IReadOnlyList<DataType> Unpaged => [DataType.Reference, DataType.Users];

    /// <summary>What a person at the vendor may take away, and the data types that cannot be read then.</summary>
    public abstract IReadOnlyList<(string Area, DataType[] Denied)> Permissions { get; }

    /// <summary>What the vendor calls the permission to read devices, as it is set at the simulator and as it is named to people.</summary>
    public abstract (string Area, string Name) DevicePermission { get; }

    /// <summary>Lets the simulator answer however often it is asked; null where it does so anyway.</summary>
    public virtual Edit? NoLimit => null;

    /// <summary>The list whose refusals are looked at.</summary>
    public virtual DataType Asked => DataType.Companies;

    public static KnownVendor For(string provider) => All.Single(v => v.Provider == provider);

    /// <summary>What a person enters to connect, of what the simulator tells about itself.</summary>
    public Dictionary<string, string> Entered(JsonObject about, IConnector connector) =>
        connector.Settings.Fields.Select(f => (f.Key, Value: Setting(about, f.Key))).Where(f => f.Value is not null).ToDictionary(f => f.Key, f => f.Value!);

    /// <summary>Null where it is left empty.</summary>
    protected virtual string? Setting(JsonObject about, string key) => about[key]?.GetValue<string>();

    /// <summary>The client that is connected on its own; null where one connection reads them all.</summary>
    public virtual string? Client(JsonObject about) => null;

    /// <summary>A permission of <see cref="Permissions"/> is there from now on, or no longer.</summary>
    public virtual Edit Permit(string? client, string area, bool isGiven) => new(HttpMethod.Post, "permissions", new Dictionary<string, bool> { [area] = isGiven });

    /// <summary>The credentials are refused from now on, or no longer.</summary>
    public virtual Edit Revoke(bool revoked) => new(HttpMethod.Post, "set/credentials", new { revoked });

    /// <summary>Rows that are records, with “never”, “nobody” and other sayings put into plain words.</summary>
    public virtual IEnumerable<JsonNode> Plain(Truth truth, IEnumerable<JsonNode> rows) => rows;

    public virtual Truth Of(DataType type) => Others.Single(t => t.DataType == type);

    /// <summary>The property in which a row says its id.</summary>
    public string IdProperty(DataType type) => Of(type).VendorField("externalId");

    /// <summary>An id of the vendor's form that no record has.</summary>
    public virtual string Unknown(DataType type) => type == DataType.Reference ? "status:987654321" : "987654321";
}
