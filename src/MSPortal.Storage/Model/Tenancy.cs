using Microsoft.AspNetCore.Identity;

namespace MSPortal.Storage.Model;

/// <summary>A row that belongs to exactly one tenant; query filters keep it there.</summary>
public interface ITenantOwned
{
    long TenantId { get; }
}

/// <summary>One MSP.</summary>
public sealed class Tenant
{
    public long Id { get; set; }
    public required string Name { get; set; }

    /// <summary>IANA zone in which people read times and whose night daily work waits for.</summary>
    public string TimeZone { get; set; } = "UTC";
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>Someone who can sign in.</summary>
public sealed class PortalUser : IdentityUser<Guid>, ITenantOwned
{
    public long TenantId { get; set; }
    public string DisplayName { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    public bool IsDisabled { get; set; }
    public bool DarkMode { get; set; }
}

/// <summary>A key for programs; only its hash is kept.</summary>
public sealed class ApiKey : ITenantOwned
{
    public long Id { get; set; }
    public long TenantId { get; set; }
    public required string Name { get; set; }

    /// <summary>The first characters, so that people can tell keys apart.</summary>
    public required string Prefix { get; set; }

    /// <summary>SHA-256 of the whole key (it is random, so no slow hash is needed).</summary>
    public required byte[] Hash { get; set; }

    /// <summary>Space-separated scopes, such as <c>read write manage</c>.</summary>
    public required string Scopes { get; set; }
    public required string CreatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? LastUsedAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
}

/// <summary>Who did what, when and from where; only ever added to.</summary>
public sealed class AuditEntry : ITenantOwned
{
    public long Id { get; set; }
    public long TenantId { get; set; }
    public DateTimeOffset At { get; set; }
    public required string Actor { get; set; }
    public Guid? UserId { get; set; }
    public string? From { get; set; }

    /// <summary>Such as <c>integration.renamed</c>.</summary>
    public required string Action { get; set; }

    /// <summary>What it was done to, such as <c>integration</c>, <c>company</c>.</summary>
    public required string SubjectKind { get; set; }
    public string? SubjectId { get; set; }
    public string? SubjectName { get; set; }

    /// <summary>JSON before and after, secrets never in it.</summary>
    public string? Before { get; set; }
    public string? After { get; set; }
}

/// <summary>A setting of the tenant, such as the manual sync window.</summary>
public sealed class TenantSetting : ITenantOwned
{
    public long TenantId { get; set; }
    public required string Key { get; set; }
    public required string Value { get; set; }
}

/// <summary>A running server on this database; the command line leaves work to it while its heartbeat is alive.</summary>
public sealed class Node
{
    public required string Name { get; set; }
    public required string Version { get; set; }
    public DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset HeartbeatAt { get; set; }
}
