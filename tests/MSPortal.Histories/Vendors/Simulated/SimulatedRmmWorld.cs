using MSPortal.Core.Model;
using MSPortal.Histories.Clockwork;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Vendors.Rmms;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>The real connector of a vendor of devices, against its simulator.</summary>
internal abstract class SimulatedRmmWorld : SimulatedWorld
{
    private readonly Rmm rmm;
    private readonly RmmEdits edits;

    protected SimulatedRmmWorld(Rmm rmm, World world, VirtualClock clock, Func<Control, Rmm, RmmEdits> edits)
        : base(rmm, world, clock)
    {
        this.rmm = rmm;
        this.edits = edits(Control, rmm);
    }

    /// <summary>What every vendor of devices is asked for, with faults of its own.</summary>
    protected static Repertoire With(IReadOnlyList<(int Weight, FaultKind Kind)> faults, params (int Percent, DataType Type)[] sometimes) => new()
    {
        Main = DataType.Devices,
        Sometimes = sometimes,
        Changes =
        [
            (30, ChangeKind.Update), (22, ChangeKind.Create), (16, ChangeKind.Delete), (8, ChangeKind.Undelete), (12, ChangeKind.Move), (6, ChangeKind.Rename), (3, ChangeKind.BulkChange), (3, ChangeKind.BulkDelete),
        ],
        Renamed = [DataType.Companies],
        Faults = faults,
        IsImpatient = true,
    };

    /// <summary>Ways to spoil a device: a property and what is written in its place.</summary>
    protected abstract IReadOnlyList<(string Property, string Raw)> Spoils { get; }

    public override bool Do(Change change) => edits.Do(change);

    public override void Allow(bool credentials, bool main)
    {
        Control.Do(rmm.Revoke(!credentials));
        May(rmm.DevicePermission.Area, main);
    }

    public override IReadOnlyDictionary<string, Fact> Tell(DataType type)
    {
        var truth = rmm.Of(type);
        return rmm.Plain(truth, Control.Rows(truth.Kind)).ToDictionary(truth.Id, r => new Fact(
            truth.VendorLine(r), truth.ChangedAt(r), DateTimeOffset.MinValue, (_, _) => true, type == DataType.DeviceDetails ? r[truth.VendorField("deviceId")]!.ToString() : null));
    }

    protected abstract bool IsDeviceList(HttpRequestMessage request);

    /// <summary>Of what records may be missed when rows of this answer are left out, since nobody says how many there are.</summary>
    protected abstract IReadOnlyList<DataType> Uncounted(HttpRequestMessage request);

    protected override object? Fault(HttpRequestMessage request, Break fault)
    {
        // Left out as often as they are asked for, they are missed; no connector could tell.
        foreach (var type in fault.Kind is FaultKind.ShortPage or FaultKind.Empty && HasRows(request) ? Uncounted(request) : [])
        {
            foreach (var id in Connector.Streams.Any(s => s.DataType == type) ? Tell(type).Keys : [])
            {
                Misrepresent(type, id);
            }
        }

        return base.Fault(request, fault);
    }

    protected override object? Spoil(HttpRequestMessage request, Break fault)
    {
        if (!IsDeviceList(request) || edits.Device(fault.Variant) is not { } device)
        {
            return null;
        }

        Misrepresent(DataType.Devices, rmm.Devices.Id(device));
        var (property, raw) = Spoils[fault.Variant / 7 % Spoils.Count];
        return new { kind = "mutate", property, raw, ids = new[] { device["id"]!.GetValue<long>() }, times = 1 };
    }

    protected bool Behave(object change) => Control.Post("set/behaviour", change);

    protected bool May(string area, bool allowed) => Control.Post("permissions", new Dictionary<string, bool> { [area] = allowed });

    protected bool CapPages(int rows)
    {
        Lasting.Add(new { kind = "capPage", rows });
        return true;
    }
}
