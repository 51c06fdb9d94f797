using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Syncro;

/// <summary>Tests a connection from the outside in (host, key, each area), so that the first thing that is wrong is the one that is named.</summary>
internal static class SyncroTest
{
    private static readonly (string? Field, string Message, string WhatToDo) Nothing =
        ("apiKey", "The API key is accepted, but it may not read anything.", "Give the token its permissions: Admin → API → API Tokens → the token → Custom Permissions.");

    public static async Task<TestReport> RunAsync(Session session, IReadOnlyList<StreamDefinition> streams, SettingsSchema schema, CancellationToken ct)
    {
        if (schema.Validate(session.Settings) is [var error, ..])
        {
            return TestReports.Failed(error.Field, error.Message, "Correct this field.", new Fault.BadData(error.Message));
        }

        try
        {
            var client = new SyncroClient(session);
            var (account, time) = await AccountAsync(client, ct);
            var probe = new Probe(client, ct);
            var areas = new List<AreaResult>();
            foreach (var stream in streams)
            {
                areas.Add(await probe.AreaAsync(stream));
            }

            return TestReports.Of(account, TestReports.WithClock(areas, "Syncro", time, session.Clock.GetUtcNow()), Nothing);
        }
        catch (FaultException e)
        {
            return TestReports.Failed(e.Field, e.Fault.Sentence, Advice(e), e.Fault);
        }
    }

    /// <summary>Which account the key belongs to. Of the answer nothing but the account's name is looked at: it holds the user's own token.</summary>
    public static async Task<(AccountIdentity Account, DateTimeOffset? Time)> AccountAsync(SyncroClient client, CancellationToken ct)
    {
        var response = await client.GetAsync("/me", SyncroPermissions.Account, ct);
        using var json = response.TryJson();
        var name = json is { RootElement.ValueKind: JsonValueKind.Object } && json.RootElement.TryGetProperty("subdomain", out var subdomain) && subdomain.ValueKind == JsonValueKind.String
            ? JsonText.Of(subdomain).Trim()
            : "";
        return name.Length > 0
            ? (new AccountIdentity(name.ToLowerInvariant(), name, Field: "subdomain"), response.Time)
            : throw new FaultException(new Fault.BadData($"{response.Address.IdnHost} does not answer as Syncro does: it names no account.")) { Field = "subdomain" };
    }

    private static string Advice(FaultException e) => (e.Field, e.Fault) switch
    {
        ("subdomain", _) => "Enter the first part of the address at which you use Syncro: acme in acme.syncromsp.com.",
        ("apiKey", _) => "Make a token in Admin → API → API Tokens and enter it here; check that it has not expired.",
        (_, Fault.PermissionMissing) => "Check the token's Custom Permissions, and the security group of the user who made it.",
        (_, Fault.RateLimited) => "Wait a minute and try again: Syncro counts all requests from this server's address together.",
        _ => "Try again; if it stays, Syncro's status page may say more.",
    };

    /// <summary>Asks for one answer of each area: first its list, then one record of it, since these are different permissions.</summary>
    private sealed class Probe(SyncroClient client, CancellationToken ct)
    {
        public async Task<AreaResult> AreaAsync(StreamDefinition stream) => stream.DataType switch
        {
            DataType.Reference => Of(stream, await AskAsync("/tickets/settings", stream.Permission)),
            DataType.Users => Of(stream, await AskAsync("/users", stream.Permission, "users")),
            DataType.Companies => await ListAsync(stream, SyncroStreams.Companies),
            DataType.Contacts => await ListAsync(stream, SyncroStreams.Contacts),
            DataType.Devices => await ListAsync(stream, SyncroStreams.Devices),
            DataType.Tickets => await ListAsync(stream, SyncroStreams.Tickets(client)),
            DataType.TimeEntries => Of(stream, await AskAsync(SyncroStreams.Timers.Path, stream.Permission, SyncroStreams.Timers.Wrapper)),
            _ => await CommentsAsync(stream),
        };

        private static AreaResult Of(StreamDefinition stream, Answer answer) =>
            new(stream.DataType, answer.Outcome, answer.Permission, stream.Required, answer.Detail);

        private async Task<AreaResult> ListAsync(StreamDefinition stream, SyncroList list)
        {
            var answer = await AskAsync(list.Path, list.Permission, list.Wrapper);
            if (answer.Id is { } id)
            {
                var one = await AskAsync($"{list.Path}/{id}", list.DetailPermission);
                answer = one.Outcome == AreaOutcome.NotPermitted ? one : answer;
            }

            return Of(stream, answer);
        }

        private async Task<AreaResult> CommentsAsync(StreamDefinition stream)
        {
            var tickets = await AskAsync("/tickets", SyncroPermissions.Tickets, "tickets");
            if (tickets.Id is not { } id)
            {
                return Of(stream, tickets.Outcome == AreaOutcome.GrantedNoData
                    ? new Answer(AreaOutcome.CouldNotVerify, stream.Permission, "There is no ticket whose comments could be asked for.")
                    : tickets);
            }

            var answer = await AskAsync($"/tickets/{id}/comments?per_page=1", SyncroPermissions.Comments, "comments");
            return Of(stream, answer.Outcome == AreaOutcome.GrantedNoData ? answer with { Outcome = AreaOutcome.Granted } : answer);   // One ticket without comments says nothing.
        }

        private async Task<Answer> AskAsync(string path, VendorPermission permission, string? rows = null)
        {
            try
            {
                var response = await client.AskAsync(path, ct);
                return response.IsSuccess ? Understand(response, permission, rows) : Refused(response, permission);
            }
            catch (FaultException e) when (e.Fault is not Fault.RateLimited)
            {
                return new Answer(AreaOutcome.CouldNotVerify, permission, e.Fault.Sentence);
            }
        }

        private Answer Refused(VendorResponse response, VendorPermission permission)
        {
            var refusal = client.Refusal(response, permission);
            return refusal.Fault switch
            {
                // The key was accepted a moment ago, so a 401 is this area's, whatever its words.
                Fault.PermissionMissing or Fault.AuthFailed => new Answer(AreaOutcome.NotPermitted, permission, SyncroErrors.Message(response, client.Scrub) is { Length: > 0 } said ? said : null),
                Fault.RateLimited => throw refusal,
                _ => new Answer((int)response.Status == 404 ? AreaOutcome.NotAvailable : AreaOutcome.CouldNotVerify, permission, refusal.Fault.Sentence),
            };
        }

        private Answer Understand(VendorResponse response, VendorPermission permission, string? rows)
        {
            using var json = response.TryJson();
            if (json is not { RootElement.ValueKind: JsonValueKind.Object })
            {
                return new Answer(AreaOutcome.CouldNotVerify, permission, SyncroErrors.NoData(response, client.Scrub).Fault.Sentence);
            }

            if (rows is null)
            {
                return new Answer(AreaOutcome.Granted, permission);
            }

            return !json.RootElement.TryGetProperty(rows, out var list) || list.ValueKind != JsonValueKind.Array
                ? new Answer(AreaOutcome.CouldNotVerify, permission, SyncroErrors.NoData(response, client.Scrub).Fault.Sentence)
                : list.GetArrayLength() == 0 ? new Answer(AreaOutcome.GrantedNoData, permission)
                : new Answer(AreaOutcome.Granted, permission) { Id = IdOf(list[0]) };
        }

        private static string? IdOf(JsonElement row) =>
            row.ValueKind == JsonValueKind.Object && row.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.Number ? id.GetRawText() : null;

        private sealed record Answer(AreaOutcome Outcome, VendorPermission Permission, string? Detail = null)
        {
            public string? Id { get; init; }
        }
    }
}
