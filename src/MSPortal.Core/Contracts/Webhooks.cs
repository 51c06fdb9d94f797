using MSPortal.Core.Model;

namespace MSPortal.Core.Contracts;

/// <summary>
/// How a vendor tells us that something changed. What a connector hands out as <see cref="IConnector.Webhooks"/>; it writes it in
/// its own <c>XWebhooks.cs</c>.
/// </summary>
/// <remarks>
/// A connector says four things and nothing more: how our address gets registered at the vendor (<see cref="Provision"/>, or
/// <see cref="ByHand"/> where no API does it), whether it is still in order there (<see cref="Check"/>), how it is taken off again
/// (<see cref="Remove"/>), and whether a delivery is the vendor's and what it is about (<see cref="Read"/>). Deliveries are hints:
/// nothing of their contents is stored. The engine keeps the address and its secrets, answers the vendor, stores the hints, and reads
/// the records again through the stream's <see cref="StreamDefinition.ReadByIds"/>; a stream without that gets no hints.
/// Like everything in a connector these functions keep no state, never wait and never retry, and say what went wrong by <see cref="FaultException"/>.
/// </remarks>
public sealed record WebhookSupport
{
    /// <summary>What the vendor announces; each with a stream that reads single records.</summary>
    public required IReadOnlyList<DataType> DataTypes { get; init; }

    /// <summary>
    /// Whether the delivery is the vendor's own, and what it is about. Called for every delivery before it is answered, so it is quick:
    /// a signature over the raw body with the endpoint's secret, compared in constant time. A key that has to be fetched is kept in
    /// <see cref="Session.Memory"/>. Where the vendor signs nothing, knowing the address is the proof.
    /// </summary>
    public required Func<Session, WebhookEndpoint, WebhookDelivery, CancellationToken, Task<WebhookVerdict>> Read { get; init; }

    /// <summary>
    /// Makes the vendor's side be as it should: creates what is missing, mends what is off or leads elsewhere, leaves what is right.
    /// Done twice it changes nothing more. The answer is what the connector has to remember about it (the vendor's ids), not secret.
    /// Null where only a person can do it at the vendor.
    /// </summary>
    public Func<Session, WebhookEndpoint, CancellationToken, Task<string?>>? Provision { get; init; }

    /// <summary>Null when everything is in order at the vendor, otherwise what is not, in one sentence. Changes nothing.</summary>
    public Func<Session, WebhookEndpoint, CancellationToken, Task<string?>>? Check { get; init; }

    /// <summary>Takes off what <see cref="Provision"/> made; what is gone already is no trouble.</summary>
    public Func<Session, WebhookEndpoint, CancellationToken, Task>? Remove { get; init; }

    /// <summary>Where there is no <see cref="Provision"/>: what a person does at the vendor with the address that is shown beside it.</summary>
    public string? ByHand { get; init; }
}

/// <summary>One integration's address for a vendor's deliveries.</summary>
/// <param name="Address">Absolute, with an unguessable path and no query: whatever the vendor needs or adds goes into the query.</param>
/// <param name="Secret">Random, 43 characters of base64url: the key of signatures, or a password. Never logged.</param>
/// <param name="State">What the last <see cref="WebhookSupport.Provision"/> answered.</param>
public sealed record WebhookEndpoint(Uri Address, string Secret, string? State)
{
    /// <summary>Never prints a secret.</summary>
    public override string ToString() => $"endpoint at {Address.Host}";
}

/// <summary>What a vendor sent.</summary>
/// <param name="Body">As it came over the wire, byte for byte; at most <see cref="LargestBody"/>.</param>
/// <param name="Headers">By name, whatever its case; several values are joined by commas.</param>
/// <param name="Query">With the question mark; empty when there is none.</param>
public sealed record WebhookDelivery(ReadOnlyMemory<byte> Body, IReadOnlyDictionary<string, string> Headers, string Query)
{
    public const int LargestBody = 1024 * 1024;

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}

/// <summary>What a connector makes of a delivery.</summary>
public abstract record WebhookVerdict
{
    private WebhookVerdict()
    {
    }

    /// <summary>The vendor's own; it is answered with 2xx whatever it is about and however late it is.</summary>
    /// <param name="Hints">Which records to read again; none for what is of no interest here.</param>
    public sealed record Genuine(IReadOnlyList<WebhookHint> Hints) : WebhookVerdict
    {
        /// <summary>The vendor says that it switched the webhook off: the engine checks, and mends it, at once.</summary>
        public bool SwitchedOff { get; init; }
    }

    /// <summary>Not signed as the vendor signs; refused with 401 and counted.</summary>
    public sealed record Forged : WebhookVerdict;

    /// <summary>Nobody can tell now (the key could not be fetched): the vendor is asked to come again, and polling brings it in any case.</summary>
    public sealed record Unsure : WebhookVerdict;
}

/// <summary>Something happened to this record; it is read again from the vendor.</summary>
/// <param name="DataType">Of a stream with <see cref="StreamDefinition.ReadByIds"/>. For something inside a ticket (a note) name the ticket: its notes are read with it.</param>
/// <param name="ExternalId">As in <see cref="ExternalRecord.ExternalId"/>.</param>
/// <param name="MaybeDeleted">The vendor says that it was deleted; it goes only when the vendor confirms that, asked for it.</param>
public sealed record WebhookHint(DataType DataType, string ExternalId, bool MaybeDeleted = false);
