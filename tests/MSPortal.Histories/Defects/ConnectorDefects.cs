using System.Net;
using Microsoft.Extensions.Logging;
using MSPortal.Core.Contracts;

namespace MSPortal.Histories.Defects;

/// <summary>Mistakes about what a vendor's answers mean and how it is asked.</summary>
internal static class ConnectorDefects
{
    public static IReadOnlyList<Defect> List { get; } =
    [
        new("short-page-is-the-end", "A page with fewer rows than were asked for is taken for the last.", () => Reading(s => AlteredConnector.Pages(s, page =>
            page is { Complete: false } && page.Rows.Count + page.Bad.Count < 5 ? page with { Complete = true, Doubt = null } : page))),
        new("prune-without-confirmation", "What a complete read did not bring is removed without asking for it.", () => Reading(s => s.ReadByIds is null ? s : s with
        {
            ReadByIds = (_, ids, _) => Task.FromResult<IReadOnlyList<ReadResult>>([.. ids.Select(id => new ReadResult.Gone(id))]),
        })),
        new("bad-row-drops-its-page", "One row that cannot be understood costs the others of its page.", () => Reading(s => AlteredConnector.Pages(s, page =>
            page.Bad.Count > 0 ? page with { Rows = [] } : page))),
        new("429-is-a-failure", "“Too many requests” counts as a failure.", () => Reading(s => AlteredConnector.Calls(s, session => session, (_, e) =>
            e.Fault is Fault.RateLimited ? new FaultException(new Fault.VendorDown("Too many requests.")) : e))),
        new("retry-without-budget", "A refused call is repeated at once and past the budget.", () => new Flaw
        {
            Connector = (connector, unguarded) => new AlteredConnector(connector, s => AlteredConnector.Calls(
                s, session => session with { Http = new HttpMessageInvoker(new Stubborn(session.Http, unguarded)) }, (_, e) => e)),
        }),
        new("part-of-the-notes-is-all", "Notes that did not come are removed although not all came.", () => Reading(s => s.ReadChildren is not { } read ? s : s with
        {
            ReadChildren = async (session, parent, ct) => await read(session, parent, ct) is { ParentGone: false } notes ? notes with { Complete = true } : new ChildrenResult([], false, true),
        })),
        new("secret-in-the-log", "When a call fails, the settings are logged to help finding out why.", () => Reading(s => AlteredConnector.Calls(s, session => session, (session, e) =>
        {
            session.Log.LogWarning("A call failed with {Settings}", string.Join(", ", session.Settings.All.Select(v => $"{v.Key}={v.Value}")));
            return e;
        }))),
    ];

    private static Flaw Reading(Func<StreamDefinition, StreamDefinition> alter) => new() { Connector = (connector, _) => new AlteredConnector(connector, alter) };

    private sealed class Stubborn(HttpMessageInvoker http, Unguarded unguarded) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await http.SendAsync(request, cancellationToken);
            return answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable ? await unguarded(request, cancellationToken) : answer;
        }
    }
}
