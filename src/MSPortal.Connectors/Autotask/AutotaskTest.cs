using System.Globalization;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Autotask;

/// <summary>Tests a connection from the outside in (zone, credentials, account, each area), so that the first thing that is wrong is the one that is named.</summary>
internal static class AutotaskTest
{
    private static readonly (string? Field, string Message, string WhatToDo) Nothing =
        (null, "The credentials are accepted, but they may not read anything.", "Give the API user the security level “API User (system)”.");

    public static async Task<TestReport> RunAsync(Session session, IReadOnlyList<StreamDefinition> streams, SettingsSchema schema, CancellationToken ct)
    {
        if (schema.Validate(session.Settings) is [var error, ..])
        {
            return TestReports.Failed(error.Field, error.Message, "Correct this field.", new Fault.BadData(error.Message));
        }

        try
        {
            var client = new AutotaskClient(session);
            await client.DiscoverAsync(ct);
            var usage = await client.AskAsync(AutotaskBudget.Path, null, null, ct);
            var zone = await client.ZoneAsync(ct);
            var identity = new AccountIdentity(Identity(client, zone), await NameAsync(client, ct) ?? client.Username.Split('@')[^1], zone.Name, Field: "username");
            var areas = new List<AreaResult>();
            foreach (var stream in streams)
            {
                var (outcome, detail) = await AreaAsync(client, stream, ct);
                areas.Add(new AreaResult(stream.DataType, outcome, stream.Permission, stream.Required, detail));
            }

            var report = TestReports.Of(identity, TestReports.With(areas, DataType.Reference, Budget(usage)), Nothing);
            return report.Passed ? report with { Areas = TestReports.WithClock(report.Areas, "Autotask", usage.Time, session.Clock.GetUtcNow()) } : report;
        }
        catch (FaultException e)
        {
            return TestReports.Failed(e.Field, e.Fault.Sentence, Advice(e), e.Fault);
        }
    }

    /// <summary>The number of the database: it stays when the database moves to another zone.</summary>
    private static string Identity(AutotaskClient client, AutotaskZone zone) =>
        zone.Database > 0 ? zone.Database.ToString(CultureInfo.InvariantCulture) : client.Username.Split('@')[^1].ToLowerInvariant();

    /// <summary>Company 0 is the MSP itself.</summary>
    private static async Task<string?> NameAsync(AutotaskClient client, CancellationToken ct)
    {
        try
        {
            var own = new AutotaskEntity("Companies", "companies", AutotaskPermissions.Companies, _ => throw new InvalidOperationException("Only its name is read."));
            using var item = await AutotaskByIds.ItemAsync(client, own, AutotaskMapping.NoQueue, ct);
            return item is null ? null : new JsonRow(item.RootElement.GetProperty("item")).Text("companyName");
        }
        catch (Exception e) when (e is FieldException or FaultException { Fault: Fault.PermissionMissing or Fault.BadData or Fault.VendorDown, Field: null })
        {
            return null;
        }
    }

    private static Task<(AreaOutcome Outcome, string? Detail)> AreaAsync(AutotaskClient client, StreamDefinition stream, CancellationToken ct) => stream.DataType switch
    {
        DataType.Reference => ProbeAsync(client, "Tickets/entityInformation/fields", null, "fields", stream.Permission, ct),
        DataType.Companies => RowsAsync(client, "Companies", stream.Permission, ct),
        DataType.Contacts => RowsAsync(client, "Contacts", stream.Permission, ct),
        DataType.Users => RowsAsync(client, "Resources", stream.Permission, ct),
        DataType.Tickets => RowsAsync(client, "Tickets", stream.Permission, ct),
        DataType.TicketNotes => RowsAsync(client, "TicketNotes", stream.Permission, ct),
        DataType.TimeEntries => RowsAsync(client, "TimeEntries", stream.Permission, ct),
        DataType.Devices => RowsAsync(client, "ConfigurationItems", stream.Permission, ct),
        _ => throw new InvalidOperationException($"There is no area {stream.DataType}."),
    };

    private static Task<(AreaOutcome Outcome, string? Detail)> RowsAsync(AutotaskClient client, string entity, VendorPermission permission, CancellationToken ct) =>
        ProbeAsync(client, $"{entity}/query", AutotaskQuery.Body([AutotaskQuery.Is("id", "gte", 0)], ["id"], most: 1), "items", permission, ct);

    /// <summary>One row's id is the least that can be asked for.</summary>
    private static async Task<(AreaOutcome Outcome, string? Detail)> ProbeAsync(
        AutotaskClient client, string path, string? body, string list, VendorPermission permission, CancellationToken ct)
    {
        try
        {
            var response = await client.AskAsync(path, body, permission, ct);
            using var json = response.TryJson();
            return AutotaskEntities.Property(json, list) is not { ValueKind: JsonValueKind.Array } rows ? (AreaOutcome.CouldNotVerify, AutotaskEntities.NoData(client, response).Fault.Sentence)
                : rows.GetArrayLength() > 0 ? (AreaOutcome.Granted, null)
                : (AreaOutcome.GrantedNoData, "Nothing came. A security level that is a copy of “API User (system)” hides what it does not grant instead of refusing it.");
        }
        catch (FaultException e)
        {
            return e.Fault switch
            {
                Fault.PermissionMissing => (AreaOutcome.NotPermitted, null),
                Fault.AuthFailed => (AreaOutcome.NotPermitted, e.Fault.Sentence),   // The credentials were accepted a moment ago, so a 401 is this area's.
                Fault.VendorDown when e.Field is "apiUrl" => (AreaOutcome.NotAvailable, e.Fault.Sentence),
                _ => (AreaOutcome.CouldNotVerify, e.Fault.Sentence),
            };
        }
    }

    private static string? Budget(VendorResponse usage)
    {
        using var json = usage.TryJson();
        return AutotaskEntities.Property(json, "currentTimeframeRequestCount") is { ValueKind: JsonValueKind.Number } used && AutotaskEntities.Property(json, "externalRequestThreshold") is { ValueKind: JsonValueKind.Number } all
            ? string.Create(CultureInfo.InvariantCulture, $"All programs together used {used.GetDouble():N0} of Autotask's {all.GetDouble():N0} requests in the last hour.")
            : null;
    }

    private static string Advice(FaultException e) => (e.Field, e.Fault) switch
    {
        ("username", _) => "Copy the “Username (Key)” of the API user: Admin → Resources/Users → the API user → Credentials.",
        ("secret", _) => "Set a new “Password (Secret)” for the API user, check its “API Tracking Identifier”, and that the user is active and not locked.",
        ("integrationCode", _) => "Copy the “API Tracking Identifier” of the API user.",
        ("apiUrl", _) => "Leave the API address empty, unless Autotask's support named one.",
        (_, Fault.RateLimited) => "Wait a few minutes and try again: all programs that use this Autotask share 10,000 requests an hour.",
        _ => "Try again; if it stays, Autotask's status page may say more.",
    };
}
