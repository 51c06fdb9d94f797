using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Tests.Web.Tickets;

namespace MSPortal.Tests.Web.Devices;

/// <summary>Writes what a sync would have written of devices, row by row, so that a test says which there are.</summary>
internal sealed class DeviceShelf(PortalDatabase database, long tenant, DateTimeOffset now)
{
    private readonly TicketSeed seed = new(database, tenant, now);

    public Task<Guid> LinkAsync(long integration, string externalId, string company) => seed.LinkAsync(integration, externalId, company);

    public Task ExternalCompanyAsync(long integration, string id, string name) => seed.ExternalCompanyAsync(integration, id, name);

    /// <summary>An integration that reads devices and alerts.</summary>
    public async Task<long> IntegrationAsync(string name = "Main PSA", string provider = "connectwise", Action<StreamRow>? devices = null)
    {
        var id = await seed.IntegrationAsync(name, provider);
        await seed.DoAsync(db =>
        {
            foreach (var type in new[] { DataType.Devices, DataType.DeviceDetails, DataType.Alerts })
            {
                var stream = new StreamRow
                {
                    TenantId = tenant, IntegrationId = id, DataType = type, Enabled = true, Interval = TimeSpan.FromHours(1), ReconcileInterval = TimeSpan.FromDays(1), DueAt = now, LastCompleteAt = now,
                };
                if (type == DataType.Devices)
                {
                    devices?.Invoke(stream);
                }

                db.Streams.Add(stream);
            }

            return Task.CompletedTask;
        });
        return id;
    }

    public Task DeviceAsync(long integration, string id, string? company, string name, Func<ExternalDevice, ExternalDevice>? with = null, int generation = 1) => seed.DoAsync(async db =>
    {
        var record = new ExternalDevice { ExternalId = id, Name = name, CompanyId = company, TypeName = "Workstation" };
        record = with?.Invoke(record) ?? record;
        db.ExternalDevices.Add(new ExternalDeviceRow
        {
            Id = RecordId.For(integration, DataType.Devices, id),
            TenantId = tenant,
            IntegrationId = integration,
            Generation = generation,
            ExternalId = id,
            CreatedAt = now,
            ChangedAt = now,
            Payload = Canonical.Json(record),
            Name = record.Name,
            CompanyId = record.CompanyId,
            TypeName = record.TypeName,
            SerialNumber = record.SerialNumber,
            IsInactive = record.IsInactive,
        });
        db.Ledger.Add(new LedgerRow
        {
            TenantId = tenant, IntegrationId = integration, DataType = DataType.Devices, Generation = generation, ExternalId = id, State = LedgerState.Kept, ConfirmedAt = now,
        });
        var stream = await db.Streams.SingleAsync(s => s.IntegrationId == integration && s.DataType == DataType.Devices);
        stream.ReadSequence++;
    });

    public Task AlertAsync(long integration, string device, string message, PriorityLevel? priority = null) => seed.DoAsync(db =>
    {
        var alert = new DeviceAlert { ExternalId = message, DeviceId = device, Message = message, Priority = priority, RaisedAt = now.AddHours(-3) };
        db.DeviceAlerts.Add(new DeviceAlertRow
        {
            Id = RecordId.For(integration, DataType.Alerts, message),
            TenantId = tenant,
            IntegrationId = integration,
            Generation = 1,
            ExternalId = message,
            CreatedAt = now,
            ChangedAt = now,
            Payload = Canonical.Json(alert),
            DeviceId = device,
            Priority = priority,
            RaisedAt = alert.RaisedAt,
        });
        return Task.CompletedTask;
    });

    public Task DoAsync(Func<PortalContext, Task> change) => seed.DoAsync(change);

    /// <summary>
    /// Two tools. Acme has PC-1, which both know by its serial number, with an alert, and the printer that one knows; Globex has SRV-1. One machine's company is not linked, and one
    /// type means nothing.
    /// </summary>
    public async Task<(long Psa, long Rmm, Guid Acme, Guid Globex)> FillAsync()
    {
        var (psa, rmm) = (await IntegrationAsync(), await IntegrationAsync("Field RMM", "halopsa"));
        var (acme, globex) = (await LinkAsync(psa, "7", "Acme"), await LinkAsync(psa, "8", "Globex"));
        await LinkAsync(rmm, "a", "Acme");
        await ExternalCompanyAsync(psa, "9", "Initech");
        await DeviceAsync(psa, "1", "7", "Reception PC", d => d with { SerialNumber = "SN-10001", Hostname = "PC-1", LastUser = "kim", Url = "https://psa.example/1", ModelNumber = "Latitude" });
        await DeviceAsync(psa, "2", "7", "Printer 2", d => d with { TypeName = "Printer", SerialNumber = "=1+1" });
        await DeviceAsync(psa, "3", "8", "SRV-1", d => d with { TypeName = "Server", SerialNumber = "SN-30003" });
        await DeviceAsync(psa, "4", "9", "Secret of Initech");
        await DeviceAsync(psa, "5", "7", "Thing", d => d with { TypeName = "Frobnicator" });
        await DeviceAsync(rmm, "r1", "a", "PC-1", d => d with { TypeName = "Desktop", SerialNumber = "sn10001", IsOnline = true, LastSeenAt = now, ModelNumber = "OptiPlex", Url = "javascript:alert(1)" });
        await AlertAsync(rmm, "r1", "Disk almost full", PriorityLevel.High);
        return (psa, rmm, acme, globex);
    }
}
