using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using MSPortal.Core.Model;

namespace MSPortal.Core.Contracts;

/// <summary>What a connector needs to talk to one account: settings, HTTP, clock; made anew for every run.</summary>
public sealed record Session
{
    public required SettingsValues Settings { get; init; }

    /// <summary>Sends requests within the vendor's budget and in order of priority; follows no redirects, adds no credentials.</summary>
    public required HttpMessageInvoker Http { get; init; }
    public required TimeProvider Clock { get; init; }
    public required ILogger Log { get; init; }

    /// <summary>Which tickets a person chose; connectors may use it to ask for less, the engine applies it in any case.</summary>
    public required TicketScope Scope { get; init; }

    /// <summary>Which part of the integration this is (one company of forty); empty for most.</summary>
    public string Partition { get; init; } = "";

    /// <summary>The clients that are connected on their own; empty for most.</summary>
    public IReadOnlyList<PartitionIdentity> Partitions { get; init; } = [];

    /// <summary>Whether <c>http</c> and private addresses are allowed (on-premises servers, tests).</summary>
    public bool AllowPrivateNetworks { get; init; }

    /// <summary>What the connector may remember between runs of one process (a discovered address, a token): kept per integration and set of credentials.</summary>
    public required ConcurrentDictionary<string, object> Memory { get; init; }
}

/// <summary>The values of a settings form by key, secrets included; never logged and never serialised.</summary>
public sealed class SettingsValues(IReadOnlyDictionary<string, string> values)
{
    public IReadOnlyDictionary<string, string> All { get; } = values;

    public string? this[string key] => All.GetValueOrDefault(key);

    public override string ToString() => $"{All.Count} settings";
}

/// <summary>In which order requests of one integration get its budget.</summary>
public enum WorkPriority
{
    /// <summary>A person waits for it.</summary>
    Interactive,
    Webhook,
    Schedule,
    Backfill,
}

/// <summary>What a connection test found.</summary>
public sealed record TestReport
{
    /// <summary>Null when the test failed before the account was known.</summary>
    public AccountIdentity? Account { get; init; }
    public IReadOnlyList<AreaResult> Areas { get; init; } = [];

    /// <summary>Set when the connection does not work.</summary>
    public TestProblem? Problem { get; init; }

    public bool Passed => Problem is null && Account is not null;
}

/// <param name="Id">The vendor's own id of the account; a reconnect must find the same one.</param>
/// <param name="Name">What the vendor calls it.</param>
/// <param name="Version">The vendor's version, when it says so.</param>
/// <param name="Field">The key of the setting that chooses the account, where an error about it belongs; null when none does.</param>
public sealed record AccountIdentity(string Id, string Name, string? Version = null, string? Field = null)
{
    /// <summary>What else people know it by, such as its main domain.</summary>
    public string? Detail { get; init; }
}

/// <param name="Field">The key of the setting that caused it; null when none did.</param>
/// <param name="Message">What is wrong, in one sentence.</param>
/// <param name="WhatToDo">What to do about it.</param>
/// <param name="Fault">The kind of trouble.</param>
public sealed record TestProblem(string? Field, string Message, string WhatToDo, Fault Fault)
{
    /// <summary>An administrator of the client has to agree that its data is read.</summary>
    public bool NeedsConsent { get; init; }
}

public enum AreaOutcome
{
    Granted,
    NotPermitted,
    NotAvailable,
    CouldNotVerify,
    GrantedNoData,
}

/// <summary>Whether one area of the vendor's API may be read.</summary>
public sealed record AreaResult(DataType DataType, AreaOutcome Outcome, VendorPermission Permission, bool Required, string? Detail = null);
