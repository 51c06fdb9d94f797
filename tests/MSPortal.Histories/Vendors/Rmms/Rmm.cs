using System.Text.Json.Nodes;
using MSPortal.Core.Model;

namespace MSPortal.Histories.Vendors.Rmms;

/// <summary>A vendor of devices and what watches over them; it has no tickets.</summary>
internal abstract class Rmm : KnownVendor
{
    public static new IReadOnlyList<Rmm> All { get; } = [new DattoRmm(), new NinjaOne(), new ConnectWiseAsio()];

    /// <summary>In so much time every list has been read again.</summary>
    public abstract TimeSpan Round { get; }

    /// <summary>The address of the list of devices, as a pattern.</summary>
    public abstract string DeviceList { get; }

    public abstract Truth Sites { get; }

    public abstract Truth Devices { get; }

    /// <summary>What is told of a device only when asked for that one; null where the list tells everything.</summary>
    public virtual Truth? Details => null;

    /// <summary>Null where the vendor tells of none.</summary>
    public abstract Truth? Alerts { get; }

    public override IReadOnlyList<Truth> Others => [.. new[] { Sites, Devices, Alerts, Details }.OfType<Truth>()];

    public override IReadOnlyList<DataType> Damageable { get; } = [DataType.Companies, DataType.Devices, DataType.Alerts];

    /// <summary>The status with which the vendor says that there is nothing; null where it says so with an empty answer.</summary>
    public virtual int? Nothing => null;

    /// <summary>The address of what is asked for one device, as a pattern; null where that is not done.</summary>
    public virtual string? DetailOf(JsonNode device) => null;

    public abstract Edit Rename(JsonNode device, string name);

    public abstract Edit Create(JsonNode like, string name);

    public virtual Edit Delete(JsonNode device) => new(HttpMethod.Delete, $"records/{Devices.Kind}/{device["id"]!.ToJsonString()}");

    public abstract Edit Raise(JsonNode device, string message);

    public abstract Edit Resolve(JsonNode alert);

    /// <summary>The vendor looks into the device again and finds another user there; null where nothing is asked of single devices.</summary>
    public virtual Edit? LookAgain(JsonNode device, string user) => null;
}
