using MSPortal.Core.Ports;
using MSPortal.Storage.Model;

namespace MSPortal.Web;

/// <summary>Begins an audit entry, so that who, when and from where are never forgotten.</summary>
public static class AuditEntries
{
    /// <param name="actor">Who does it.</param>
    /// <param name="at">Now.</param>
    /// <param name="action">Such as <c>api_key.created</c>.</param>
    /// <param name="kind">What it is done to, such as <c>api_key</c>.</param>
    /// <param name="id">Which one.</param>
    /// <param name="name">What people call it.</param>
    public static AuditEntry By(Actor actor, DateTimeOffset at, string action, string kind, string? id, string? name) => new()
    {
        TenantId = actor.TenantId,
        At = at,
        Actor = actor.Name,
        UserId = actor.UserId,
        From = actor.From,
        Action = action,
        SubjectKind = kind,
        SubjectId = id,
        SubjectName = name,
    };
}
