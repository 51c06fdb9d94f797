using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Histories.Plan;

namespace MSPortal.Histories.Vendors;

/// <summary>What a vendor really has of a record.</summary>
/// <param name="Line">Its content, in the same form as <see cref="IVendorWorld.Line"/> gives for ours.</param>
/// <param name="ChangedAt">The change date that the vendor goes by when asked for changes.</param>
/// <param name="InLists">From when on lists show it like this.</param>
/// <param name="IsChosen">Whether a scope has it at a time; of everything but tickets, always.</param>
/// <param name="Client">Whose it is, where clients are kept apart.</param>
internal sealed record Fact(string Line, DateTimeOffset? ChangedAt, DateTimeOffset InLists, Func<TicketScope, DateTimeOffset, bool> IsChosen, string? Parent = null, string Client = "");

/// <summary>Ids of several clients' records beside each other: the client's in front of the record's.</summary>
internal static class ClientIds
{
    public static string Of(string client, string id) => client.Length == 0 ? id : $"{client}/{id}";

    public static (string Client, string Id) Split(string id) => id.IndexOf('/', StringComparison.Ordinal) is > 0 and var at ? (id[..at], id[(at + 1)..]) : ("", id);
}

/// <summary>A vendor as histories need it: change it, break it, and hear the truth. Whatever can do this can be a history's vendor.</summary>
internal interface IVendorWorld : IAsyncDisposable
{
    IConnector Connector { get; }

    /// <summary>The form as a person fills it in, secrets included.</summary>
    IReadOnlyDictionary<string, string> Settings { get; }

    IReadOnlyList<string> Secrets { get; }

    /// <summary>Item ids of what tickets are filed in; null where there is nothing to choose.</summary>
    IReadOnlyList<string>? Boards { get; }

    /// <summary>Clients that are connected each on its own; none where one connection reads them all.</summary>
    IReadOnlyList<string> Clients => [];

    /// <summary>False when there is nothing that could be changed so.</summary>
    bool Do(Change change);

    void Skew(TimeSpan by);

    /// <summary>Whether the credentials are accepted, and whether the main records may be read.</summary>
    void Allow(bool credentials, bool main);

    /// <summary>This client refused to be read at some time.</summary>
    bool HasRefused(string client) => false;

    /// <summary>The vendor is like that from now on; false for what is wrong with single calls.</summary>
    bool Turn(Break fault) => false;

    /// <summary>Everything that is wrong ends, but for the clock.</summary>
    void Heal();

    Where Of(HttpRequestMessage request);

    /// <summary>A request is under way until the answer of this is disposed, for vendors that count.</summary>
    IDisposable? Enter(HttpRequestMessage request) => null;

    /// <summary>The vendor's answer, with what this fault does to its rows.</summary>
    Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, Break? fault, CancellationToken ct);

    /// <summary>By their ids, see <see cref="ClientIds"/>.</summary>
    IReadOnlyDictionary<string, Fact> Tell(DataType type);

    /// <summary>Ids of which something else was told than the truth.</summary>
    IReadOnlySet<string> Misrepresented(DataType type);

    /// <summary>Tells a vendor where to send its webhooks, where a person has to do that.</summary>
    void Subscribe(WebhookEndpoint endpoint)
    {
    }

    /// <summary>What the vendor has sent by webhook since it was last asked, in its order.</summary>
    IReadOnlyList<HttpRequestMessage> TakeMail() => [];

    /// <summary>The header by which the vendor would sign this with that secret; null where it signs nothing.</summary>
    (string Header, string Value)? Sign(byte[] body, string secret) => null;

    /// <summary>Of several deliveries the next waits until the one before is answered: for connectors that wait for each other off the thread of the history.</summary>
    bool DeliversOneByOne => false;

    /// <summary>Our stored payload in the terms of <see cref="Fact.Line"/>.</summary>
    string Line(DataType type, string payload);
}
