using System.Globalization;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.DattoRmm;

/// <summary>Tests a connection from the outside in (platform, keys, account, each area), so that the first thing that is wrong is the one that is named.</summary>
internal static class DattoRmmTest
{
    private static readonly (string? Field, string Message, string WhatToDo) Nothing =
        ("apiKey", "The keys are accepted, but their user may not read anything.", "Give the user's security level its permissions: Setup → Security Levels.");

    public static async Task<TestReport> RunAsync(Session session, IReadOnlyList<StreamDefinition> streams, SettingsSchema schema, CancellationToken ct)
    {
        if (schema.Validate(session.Settings) is [var error, ..])
        {
            return TestReports.Failed(error.Field, error.Message, "Correct this field.", new Fault.BadData(error.Message));
        }

        try
        {
            var client = new DattoRmmClient(session);
            var account = await AccountAsync(client, ct);
            var probe = new Probe(client, ct);
            var areas = new List<AreaResult>();
            foreach (var stream in streams)
            {
                areas.Add(await probe.AreaAsync(stream));
            }

            return TestReports.Of(account, areas, Nothing);
        }
        catch (FaultException e)
        {
            return TestReports.Failed(e.Field, e.Fault.Sentence, Advice(e), e.Fault);
        }
    }

    /// <summary>Which account the keys belong to.</summary>
    public static async Task<AccountIdentity> AccountAsync(DattoRmmClient client, CancellationToken ct)
    {
        var response = await client.GetAsync("/v2/account", null, ct);
        using var json = response.TryJson();
        try
        {
            if (json is { RootElement.ValueKind: JsonValueKind.Object } && new JsonRow(json.RootElement) is var row && (row.Uid("uid") ?? row.Id("id")) is { } id)
            {
                return new AccountIdentity(id, row.Text("name") ?? id, Field: "apiKey");
            }
        }
        catch (FieldException)
        {
            // Said below.
        }

        throw new FaultException(new Fault.BadData($"{response.Address.IdnHost} does not answer as Datto RMM does: it names no account.")) { Field = "platform" };
    }

    private static string Advice(FaultException e) => (e.Field, e.Fault) switch
    {
        ("platform", _) => "Enter the platform that is in the address at which you use Datto RMM: merlot in merlot.rmm.datto.com.",
        ("secretKey" or "apiKey", _) => "Check both keys and the platform: keys are known on their own platform only. New ones are made in Setup → Users → the user → API Keys.",
        (_, Fault.RateLimited) => "Wait a few minutes and try again: Datto RMM counts all requests of the account together.",
        _ => "Try again; if it stays, Datto RMM's status page may say more.",
    };

    /// <summary>Asks for one answer of each area.</summary>
    private sealed class Probe(DattoRmmClient client, CancellationToken ct)
    {
        private const int Some = 50;

        private (string Uid, string Class)? audited;
        private bool sawDevices;

        public async Task<AreaResult> AreaAsync(StreamDefinition stream)
        {
            var answer = stream.DataType switch
            {
                DataType.Companies => await AskAsync(DattoRmmStreams.Sites, 1),
                DataType.Devices => await AskAsync(DattoRmmStreams.Devices, Some),
                DataType.Alerts => await AskAsync(DattoRmmStreams.Alerts, 1),
                _ => await AuditAsync(),
            };
            return new AreaResult(stream.DataType, answer.Outcome, stream.Permission, stream.Required, answer.Detail);
        }

        private async Task<(AreaOutcome Outcome, string? Detail)> AuditAsync()
        {
            if (audited is not var (uid, deviceClass))
            {
                return sawDevices ? (AreaOutcome.GrantedNoData, null) : (AreaOutcome.CouldNotVerify, "No device could be found whose audit could be asked for.");
            }

            return await TryAsync(async () =>
            {
                var response = await client.AskAsync($"/v2/audit/{deviceClass}/{uid}", ct);
                return response.IsSuccess || DattoRmmErrors.IsNotFound(response) ? (AreaOutcome.Granted, null) : throw client.Refusal(response, DattoRmmPermissions.Audits);
            });
        }

        private Task<(AreaOutcome Outcome, string? Detail)> AskAsync(DattoRmmList list, int rows) => TryAsync(async () =>
        {
            var response = await client.GetAsync(string.Create(CultureInfo.InvariantCulture, $"{list.Path}?page=0&max={rows}"), list.Permission, ct);
            using var json = response.TryJson();
            if (json is not { RootElement.ValueKind: JsonValueKind.Object } || !json.RootElement.TryGetProperty(list.Wrapper, out var found) || found.ValueKind != JsonValueKind.Array)
            {
                throw DattoRmmErrors.NoData(response, client.Scrub);
            }

            if (list == DattoRmmStreams.Devices)
            {
                sawDevices = true;
                audited = Audited(found);
            }

            return (found.GetArrayLength() == 0 ? AreaOutcome.GrantedNoData : AreaOutcome.Granted, null);
        });

        /// <summary>The key was accepted a moment ago, so a refusal is this area's.</summary>
        private static async Task<(AreaOutcome Outcome, string? Detail)> TryAsync(Func<Task<(AreaOutcome Outcome, string? Detail)>> ask)
        {
            try
            {
                return await ask();
            }
            catch (FaultException e) when (e.Fault is Fault.PermissionMissing or Fault.AuthFailed)
            {
                return (AreaOutcome.NotPermitted, null);
            }
            catch (FaultException e) when (e.Fault is not Fault.RateLimited)
            {
                return (AreaOutcome.CouldNotVerify, e.Fault.Sentence);
            }
        }

        private static (string Uid, string Class)? Audited(JsonElement devices)
        {
            foreach (var device in devices.EnumerateArray())
            {
                var (record, _) = DattoRmmStreams.Read(device, DattoRmmStreams.Devices);
                if (record?.Extra?.GetValueOrDefault("deviceClass") is { } found && DattoRmmAudits.IsAudited(found) && !DattoRmmStreams.Devices.IsGone(new JsonRow(device)))
                {
                    return (record.ExternalId, found);
                }
            }

            return null;
        }
    }
}
