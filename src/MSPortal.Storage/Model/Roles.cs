namespace MSPortal.Storage.Model;

/// <summary>A role that a tenant made: a named set of permissions. Those built in are the program's own and stand in no table.</summary>
public sealed class PortalRole : ITenantOwned
{
    public const int LongestName = 80;

    public Guid Id { get; set; }
    public long TenantId { get; set; }
    public required string Name { get; set; }

    /// <summary>Upper case, so that no two roles differ in case only.</summary>
    public required string NormalizedName { get; set; }

    /// <summary>Space-separated, such as <c>read_tickets write_companies</c>.</summary>
    public required string Permissions { get; set; }

    /// <summary>For clients' own people and nobody else.</summary>
    public bool IsForClients { get; set; }

    /// <summary>Of a role for clients, unless the person's own says otherwise.</summary>
    public TicketReach Reach { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>The roles that every tenant has and nobody can take away; the empty id is no role and allows nothing.</summary>
public static class BuiltInRole
{
    /// <summary>May do everything, whatever a later version adds.</summary>
    public static readonly Guid Administrator = new("00000000-0000-0000-0000-000000000001");
    public static readonly Guid Technician = new("00000000-0000-0000-0000-000000000002");
    public static readonly Guid CompanyUser = new("00000000-0000-0000-0000-000000000003");
}
