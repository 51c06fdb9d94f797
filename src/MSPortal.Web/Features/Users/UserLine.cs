using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Users;

/// <summary>How somebody stands.</summary>
public enum UserStatus
{
    Active,

    /// <summary>Has not chosen a password yet.</summary>
    Invited,

    /// <summary>Is known, and cannot sign in before being invited.</summary>
    NotInvited,
    Disabled,
}

/// <summary>Somebody as lists show them.</summary>
/// <param name="SecondFactor">Is asked for a code or a passkey beside the password.</param>
/// <param name="Companies">Those assigned to them; null when they see all.</param>
/// <param name="Client">Of a client's person: whose, and what they see of it.</param>
public sealed record UserLine(
    Guid Id,
    string Name,
    string Email,
    UserStatus Status,
    UserRole Role,
    IReadOnlyList<UserCompanyName>? Companies,
    DateTimeOffset? InvitedAt,
    InvitationDelivery? Invitation,
    string? InvitationTrouble,
    DateTimeOffset? LastSignInAt,
    bool SecondFactor,
    ClientPlace? Client = null)
{
    public bool Equals(UserLine? other) => other?.Id == Id;

    public override int GetHashCode() => Id.GetHashCode();
}

/// <summary>Where a client's person belongs.</summary>
/// <param name="Company">Null when the company is gone: they see nothing.</param>
/// <param name="Reach">What they see of its tickets.</param>
/// <param name="OwnReach">Theirs; null when <c>Reach</c> is what their role says.</param>
/// <param name="DisabledByContacts">None of their contacts is active at the vendors any more, and nobody else disabled them; false for whom no vendor is asked about any more.</param>
public sealed record ClientPlace(UserCompanyName? Company, TicketReach Reach, TicketReach? OwnReach, bool DisabledByContacts);

public sealed record UserRole(Guid Id, string Name);

public sealed record UserCompanyName(Guid Id, string Name);

/// <param name="Search">Part of the name or the address.</param>
/// <param name="Clients">Only clients' people, or only those who work here.</param>
public sealed record UserFilter(string? Search = null, UserStatus? Status = null, bool? Clients = null);
