using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;

namespace MSPortal.Core.Ports;

/// <summary>Who does something, for the audit log.</summary>
/// <param name="Name">E-mail of a person, name of an API key, or "command line".</param>
/// <param name="From">Address or host; null when it is the program itself.</param>
public sealed record Actor(long TenantId, string Name, string? From, Guid? UserId = null);

/// <summary>What a person asked for cannot be done as things stand; the message tells them why, in one sentence.</summary>
public sealed class ActionRefusedException(string message) : Exception(message);

/// <summary>
/// What people's actions on integrations need from storage; every write leaves its audit entry in the same transaction.
/// An integration of another tenant is not found (<see cref="KeyNotFoundException"/>); what cannot be done now is an <see cref="ActionRefusedException"/>.
/// </summary>
public interface IIntegrationStore
{
    /// <summary>Stores a tested integration with its streams and encrypted credentials; the answer is its id.</summary>
    /// <exception cref="ActionRefusedException">The same account of the same provider is connected already.</exception>
    Task<long> CreateAsync(NewIntegration integration, Actor actor, CancellationToken ct);

    /// <summary>Why <see cref="CreateAsync"/> would refuse this account, in one sentence; null when it would not.</summary>
    Task<string?> WhyNotTwiceAsync(long tenantId, string provider, AccountIdentity account, CancellationToken ct);

    /// <summary>New credentials for the same account; the status becomes Active, back-offs and their faults end, everything enabled is due.</summary>
    Task ReconnectAsync(long integrationId, SettingsValues settings, IReadOnlySet<string> secretKeys, AccountIdentity? account, Actor actor, CancellationToken ct);

    Task RenameAsync(long integrationId, string name, Actor actor, CancellationToken ct);

    /// <summary>When the key at the vendor ends, so that somebody is warned in time; null when it does not, or nobody knows.</summary>
    Task SetKeyExpiryAsync(long integrationId, DateOnly? on, Actor actor, CancellationToken ct);

    /// <summary>Pause, resume (back to Active), reactivate (Stopped → Active); cuts off a running job by moving the fence.</summary>
    Task SetStatusAsync(long integrationId, IntegrationStatus status, string? reason, Actor actor, CancellationToken ct);

    /// <summary>Deletes the stored credentials; data, links and selections stay.</summary>
    Task DisconnectAsync(long integrationId, Actor actor, CancellationToken ct);

    /// <summary>What a removal would delete.</summary>
    Task<RemovalPreview> PreviewRemovalAsync(long tenantId, long integrationId, CancellationToken ct);

    /// <summary>Deletes the integration and everything read through it.</summary>
    Task RemoveAsync(long integrationId, Actor actor, CancellationToken ct);

    /// <summary>Ticket Settings: stores the scope, hides what it leaves out at once, and asks for a full read of what it adds.</summary>
    Task SetScopeAsync(long integrationId, TicketScope scope, Actor actor, CancellationToken ct);

    /// <summary>The same for who has looked at a scope first: refuses when somebody else has stored another one meanwhile.</summary>
    /// <exception cref="ActionRefusedException">The stored scope is no longer <paramref name="seen"/>.</exception>
    Task ChangeScopeAsync(long integrationId, TicketScope seen, TicketScope scope, Actor actor, CancellationToken ct);

    /// <summary>What <see cref="SetScopeAsync"/> would hide of the tickets that are stored now.</summary>
    Task<ScopePreview> PreviewScopeAsync(long tenantId, long integrationId, TicketScope scope, CancellationToken ct);

    /// <summary>What <see cref="SetCompanyFilterAsync"/> would take out of what is stored now.</summary>
    Task<CompanyFilterPreview> PreviewCompanyFilterAsync(long tenantId, long integrationId, CompanyFilter filter, CancellationToken ct);

    Task SetCompanyFilterAsync(long integrationId, CompanyFilter filter, Actor actor, CancellationToken ct);

    /// <summary>Toggles and intervals; a stream turned on is due at once.</summary>
    Task SetStreamAsync(StreamKey key, bool enabled, TimeSpan interval, Actor actor, CancellationToken ct);

    /// <summary>
    /// Asks for a sync: one open manual request per integration at most, later presses join it. Refused inside the window
    /// after a successful manual one when <paramref name="window"/> is given (people's Sync Now; the command line passes null).
    /// </summary>
    Task<SyncRequestResult> RequestSyncAsync(SyncOrder order, TimeSpan? window, Actor actor, CancellationToken ct);

    /// <summary>The clients that are connected on their own, by name; empty where one connection reads them all.</summary>
    Task<IReadOnlyList<PartitionState>> PartitionsAsync(long tenantId, long integrationId, CancellationToken ct);

    /// <summary>
    /// Stores a client's tested connection with its streams, all due at once, and links its external company; a known one works again, its faults end.
    /// The integration's own stream of companies becomes due, so that the external company is there soon.
    /// </summary>
    /// <exception cref="ActionRefusedException">It is linked to another company.</exception>
    Task ConnectPartitionAsync(long integrationId, NewPartition partition, Actor actor, CancellationToken ct);

    /// <summary>Ends a client's connection and deletes everything read through it; the link between external company and company stays.</summary>
    Task DisconnectPartitionAsync(long integrationId, string partition, Actor actor, CancellationToken ct);

    /// <summary>Lets deletions through that the mass-delete guard holds, or drops them until the next reconcile.</summary>
    Task DecideHeldAsync(StreamKey key, bool release, Actor actor, CancellationToken ct);
}

/// <param name="SecretKeys">Which settings are encrypted.</param>
/// <param name="Streams">One per data type that the connector reads.</param>
public sealed record NewIntegration(
    string Provider,
    string Name,
    SettingsValues Settings,
    IReadOnlySet<string> SecretKeys,
    AccountIdentity? Account,
    IReadOnlyList<NewStream> Streams,
    TicketScope Scope);

/// <param name="FirstDueAt">Spread, so that integrations do not start together later on.</param>
public sealed record NewStream(DataType DataType, bool Enabled, TimeSpan Interval, TimeSpan ReconcileInterval, DateTimeOffset FirstDueAt, string? DeniedPermission)
{
    /// <summary>See <see cref="StreamDefinition.PerPartition"/>.</summary>
    public bool PerPartition { get; init; }

    /// <summary>As the connector suggests it.</summary>
    public static NewStream Of(StreamDefinition definition, DateTimeOffset firstDueAt) =>
        new(definition.DataType, definition.EnabledByDefault, definition.Interval, definition.ReconcileInterval, firstDueAt, null) { PerPartition = definition.PerPartition };
}

/// <param name="CompanyId">The company that it is a connection of; null leaves the link to a person.</param>
/// <param name="Streams">One per data type that is read for each client; settings that people made for the others' hold for it, too.</param>
public sealed record NewPartition(AccountIdentity Identity, Guid? CompanyId, IReadOnlyList<NewStream> Streams);

/// <summary>A client's connection.</summary>
/// <param name="Reason">Why it does not work, in one sentence; null when it does.</param>
/// <param name="WhatToDo">What to do about it.</param>
/// <param name="CompanyId">The company that its external company is linked to.</param>
public sealed record PartitionState(PartitionIdentity Identity, PartitionStatus Status, string? Reason, string? WhatToDo, Guid? CompanyId)
{
    public required DateTimeOffset StatusSince { get; init; }
    public required DateTimeOffset ConnectedAt { get; init; }
    public required string ConnectedBy { get; init; }
}

/// <param name="DataTypes">Null: all enabled ones.</param>
/// <param name="Full">A complete read.</param>
/// <param name="Shadow">Clear &amp; Resync.</param>
public sealed record SyncOrder(long IntegrationId, SyncTrigger Trigger, IReadOnlyList<DataType>? DataTypes, bool Full = false, bool Shadow = false);

/// <param name="RequestId">The request made or joined; null when refused.</param>
/// <param name="Joined">It was open already.</param>
/// <param name="RetryAfter">How long the window still is; null when not refused for it.</param>
/// <param name="Refusal">Why nothing was started (paused, disconnected, nothing enabled), in one sentence.</param>
/// <param name="PausedUntil">The vendor has asked for a pause, and nothing begins before its end; null when none is on.</param>
public sealed record SyncRequestResult(long? RequestId, bool Joined, TimeSpan? RetryAfter, string? Refusal, DateTimeOffset? PausedUntil = null);

/// <summary>Counts of what a removal deletes.</summary>
public sealed record RemovalPreview(string Name, IReadOnlyDictionary<DataType, long> Records, long LinkedCompanies);

/// <param name="Hidden">Stored tickets that the new scope leaves out.</param>
/// <param name="HiddenOpen">How many of them are open.</param>
/// <param name="Adds">It takes in something that the old one left out, so a full read follows.</param>
public sealed record ScopePreview(long Hidden, long HiddenOpen, bool Adds);

/// <param name="Companies">External companies that leave the list.</param>
/// <param name="Linked">Those of them that are linked; their tickets stay shown.</param>
/// <param name="Tickets">Tickets of the others: they no longer count as waiting.</param>
public sealed record CompanyFilterPreview(long Companies, long Linked, long Tickets);
