using System.Diagnostics.CodeAnalysis;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Integrations;

/// <summary>A provider for programs.</summary>
internal sealed record ProviderResource(string Id, string Name, ProviderCategory Category, string Summary, IReadOnlyList<SettingsField> Settings, IReadOnlyList<string> DataTypes, string? ContainerLabel)
{
    public static ProviderResource Of(IConnector connector) => new(
        connector.Info.Id, connector.Info.Name, connector.Info.Category, connector.Info.Summary, connector.Settings.Fields,
        [.. connector.Streams.Select(s => s.DataType.Slug())], connector.TicketSettings?.ContainerLabel);
}

/// <summary>An integration for programs, as lists have it.</summary>
internal record IntegrationResource
{
    public required long Id { get; init; }
    public required string Name { get; init; }
    public required string Provider { get; init; }
    public required IntegrationCondition Status { get; init; }

    /// <summary>Why it is not simply active, in one sentence.</summary>
    public string? Reason { get; init; }
    public string? WhatToDo { get; init; }
    public required DateTimeOffset StatusSince { get; init; }
    public required bool Syncing { get; init; }
    public DateTimeOffset? LastSyncAt { get; init; }
    public DateTimeOffset? NextSyncAt { get; init; }

    /// <summary>When the key at the vendor ends, if somebody has said so.</summary>
    public DateOnly? KeyExpiresOn { get; init; }

    /// <summary>Until then Sync Now is refused.</summary>
    public DateTimeOffset? WindowUntil { get; init; }
    public string? AccountName { get; init; }
    public string? VendorVersion { get; init; }
    public required int LinkedCompanies { get; init; }

    /// <summary>Clients that are connected on their own, and those of them that do not work; null where one connection reads them all.</summary>
    public int? Clients { get; init; }
    public int? ClientsInTrouble { get; init; }

    /// <summary>Tickets that wait for their companies to be imported, and how many companies these are.</summary>
    public required int HeldBackTickets { get; init; }
    public required int HeldBackCompanies { get; init; }

    /// <summary>Those of these companies that have not been read themselves, so that they cannot be imported yet.</summary>
    public required int HeldBackUnreadCompanies { get; init; }
    public required IReadOnlyList<StreamResource> Streams { get; init; }

    public static IntegrationResource Of(IntegrationSummary summary) => new()
    {
        Id = summary.Id,
        Name = summary.Name,
        Provider = summary.Provider,
        Status = summary.Condition,
        Reason = summary.Reason,
        WhatToDo = summary.WhatToDo,
        StatusSince = summary.StatusSince,
        Syncing = summary.Activity.IsSyncing,
        LastSyncAt = summary.LastSyncAt,
        NextSyncAt = summary.NextSyncAt,
        KeyExpiresOn = summary.KeyExpiresOn,
        WindowUntil = summary.WindowUntil,
        AccountName = summary.AccountName,
        VendorVersion = summary.VendorVersion,
        LinkedCompanies = summary.LinkedCompanies,
        Clients = summary.Clients?.Count,
        ClientsInTrouble = summary.Clients?.Count(c => !c.IsConnected),
        HeldBackTickets = summary.HeldBack.Tickets,
        HeldBackCompanies = summary.HeldBack.Companies,
        HeldBackUnreadCompanies = summary.HeldBack.Unread,
        Streams = [.. summary.Streams.Select(StreamResource.Of)],
    };
}

/// <summary>An integration with everything that may be told of it; secrets are masked.</summary>
internal sealed record IntegrationDetailResource : IntegrationResource
{
    [SetsRequiredMembers]
    private IntegrationDetailResource(IntegrationResource summary)
        : base(summary)
    {
    }

    public string? AccountId { get; init; }
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
    public bool HasCredentials { get; init; }

    /// <summary>What the vendor's last test said of each area.</summary>
    public IReadOnlyList<AreaResource> Areas { get; init; } = [];
    public DateTimeOffset? AreasCheckedAt { get; init; }
    public IReadOnlyList<ConcernResource> Concerns { get; init; } = [];
    public DateTimeOffset CreatedAt { get; init; }

    public static IntegrationDetailResource Of(IntegrationDetail detail) => new(Of(detail.Summary))
    {
        AccountId = detail.AccountId,
        Settings = detail.Settings,
        HasCredentials = detail.HasCredentials,
        Areas = [.. detail.Areas.Select(AreaResource.Of)],
        AreasCheckedAt = detail.AreasCheckedAt,
        Concerns = [.. detail.Summary.Concerns.Select(c => new ConcernResource(c.DataType?.Slug(), c.Sentence, c.WhatToDo))],
        CreatedAt = detail.CreatedAt,
    };
}

/// <summary>Something that is not as it should be.</summary>
internal sealed record ConcernResource(string? DataType, string Sentence, string? WhatToDo);

/// <summary>Whether one area of the vendor may be read.</summary>
internal sealed record AreaResource(string DataType, string Area, AreaOutcome Outcome, bool Required, string Permission, string Where, string? Detail)
{
    public static AreaResource Of(AreaResult area) => new(
        area.DataType.Slug(), area.Permission.Area, area.Outcome, area.Required, area.Permission.Name, area.Permission.Where, area.Detail);
}

/// <summary>What a test of the connection found.</summary>
internal sealed record TestResource(bool Succeeded, AccountIdentity? Account, IReadOnlyList<FieldError> Errors, IReadOnlyList<AreaResource> Areas)
{
    public static TestResource Of(ConnectResult result) => new(result.Succeeded, result.Report?.Account, result.Errors, [.. (result.Report?.Areas ?? []).Select(AreaResource.Of)]);
}
