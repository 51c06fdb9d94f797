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

    /// <summary>What they may do: a <see cref="BuiltInRole"/> or one of the tenant's own.</summary>
    public Guid RoleId { get; set; }

    /// <summary>Sees the companies that are assigned to them and no others.</summary>
    public bool SeesAssignedOnly { get; set; }

    /// <summary>The client whose person this is; null for who works here. It stays when the company is gone: then they see nothing.</summary>
    public Guid? CompanyId { get; set; }

    /// <summary>Of a client's person; null when their role says it.</summary>
    public TicketReach? Reach { get; set; }

    /// <summary>None of their contacts is active any more; they are enabled again when one is. False when somebody disabled them.</summary>
    public bool DisabledByContacts { get; set; }

    /// <summary>When they were last sent or shown an invitation; null for who was not invited yet and so cannot sign in.</summary>
    public DateTimeOffset? InvitedAt { get; set; }

    /// <summary>How it went out; null for who needed none.</summary>
    public InvitationDelivery? Invitation { get; set; }

    /// <summary>Why the mail server did not take it.</summary>
    public string? InvitationTrouble { get; set; }
    public DateTimeOffset? LastSignInAt { get; set; }
}

/// <summary>What the portal keeps of a passkey beside what Identity does.</summary>
public static class Passkey
{
    /// <summary>The column that says when it was last signed in with; null: not yet.</summary>
    public const string LastUsedAt = nameof(LastUsedAt);

    /// <summary>Of a credential id, in bytes (WebAuthn: at most 1023).</summary>
    public const int LongestId = 1023;
}

/// <summary>How much of their company's tickets a client's person sees.</summary>
public enum TicketReach
{
    /// <summary>Those that they are the contact of.</summary>
    Own,

    /// <summary>And those of their location, where the vendor says which it is.</summary>
    Location,
    Company,
}

/// <summary>What became of an invitation.</summary>
public enum InvitationDelivery
{
    /// <summary>Given to whoever invited, to be passed on: no mail server is set.</summary>
    Shown,
    Mailed,

    /// <summary>The mail server did not take it, so it was shown instead.</summary>
    Failed,
}

/// <summary>A company that is assigned to somebody.</summary>
public sealed class UserCompany : ITenantOwned
{
    public long TenantId { get; set; }
    public Guid UserId { get; set; }
    public Guid CompanyId { get; set; }
}

/// <summary>Ties a vendor's record of somebody who works here to who that is in the portal; at most one per record.</summary>
public sealed class UserLink : ITenantOwned
{
    public long Id { get; set; }
    public long TenantId { get; set; }
    public long IntegrationId { get; set; }
    public string Partition { get; set; } = "";
    public required string ExternalId { get; set; }
    public Guid UserId { get; set; }

    /// <summary>The person was made from the record; otherwise they were here before.</summary>
    public bool MadeByImport { get; set; }
    public required string LinkedBy { get; set; }
    public DateTimeOffset LinkedAt { get; set; }
}

/// <summary>Ties a vendor's record of a client's person to who that is in the portal; at most one per record.</summary>
public sealed class ContactLink : ITenantOwned
{
    public long Id { get; set; }
    public long TenantId { get; set; }
    public long IntegrationId { get; set; }
    public string Partition { get; set; } = "";
    public required string ExternalId { get; set; }
    public Guid UserId { get; set; }
    public required string LinkedBy { get; set; }
    public DateTimeOffset LinkedAt { get; set; }
}

/// <summary>A contact whose access somebody removed: not to be imported again until somebody allows it.</summary>
public sealed class BlockedContact : ITenantOwned
{
    public long TenantId { get; set; }
    public long IntegrationId { get; set; }
    public string Partition { get; set; } = "";
    public required string ExternalId { get; set; }
    public required string Name { get; set; }

    /// <summary>Upper case; a contact that the vendor made anew with the same address is meant as well.</summary>
    public required string NormalizedEmail { get; set; }
    public required string BlockedBy { get; set; }
    public DateTimeOffset BlockedAt { get; set; }
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
    /// <summary>Three beats missed: who has not been heard for so long does not live.</summary>
    public static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(30);

    public required string Name { get; set; }
    public required string Version { get; set; }
    public DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset HeartbeatAt { get; set; }
}
