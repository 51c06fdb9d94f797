using System.Globalization;
using MSPortal.Core.Diagnosis;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Diagnosis;

/// <summary>Where the button of a remedy leads, for people and for programs.</summary>
internal static class RemedyTargets
{
    public const string Page = "/settings/integrations/diagnose";

    /// <summary>Done by the page itself, at once.</summary>
    public static bool IsAction(RemedyKind kind) => Needs(kind) is not null;

    /// <summary>Who may do it; null when the page does not do it itself.</summary>
    public static string? Needs(RemedyKind kind) => kind switch
    {
        RemedyKind.Resume => Permissions.ManageIntegrations,
        RemedyKind.BringIn or RemedyKind.SyncNow => Permissions.WriteIntegrations,
        _ => null,
    };

    /// <summary>The page that has the button; null when only the vendor's side can do something.</summary>
    public static string? Href(Remedy remedy, IntegrationWalk walk)
    {
        var id = walk.IntegrationId.ToString(CultureInfo.InvariantCulture);
        var home = $"/settings/integrations/{id}";
        return remedy.Kind switch
        {
            RemedyKind.AtVendor => null,
            RemedyKind.Reconnect => $"{home}/reconnect",
            RemedyKind.ChooseTickets => $"{home}/tickets",
            RemedyKind.CheckPermissions => $"{home}/setup/permissions",
            RemedyKind.ChooseData => $"{home}/setup/sync",
            RemedyKind.ImportCompanies => $"/settings/companies/import/{id}",
            RemedyKind.SeeBlocked => "/settings/companies?tab=blocked",
            RemedyKind.DiagnoseOther => $"{Page}?ticket={Uri.EscapeDataString(remedy.Other ?? "")}&integration={id}",
            RemedyKind.ChangePerson => remedy.Other is { } who ? $"/settings/users?who={who}" : "/settings/users",
            RemedyKind.SeeTicket => walk.TicketId is { } ticket ? $"/tickets/{ticket}" : null,
            _ => home,
        };
    }

    /// <summary>The request that does the same; null when a person has to decide something first.</summary>
    public static string? Request(Remedy remedy, IntegrationWalk walk)
    {
        var one = string.Create(CultureInfo.InvariantCulture, $"/api/v1/integrations/{walk.IntegrationId}");
        return remedy.Kind switch
        {
            RemedyKind.Resume => $"POST {one}/resume",
            RemedyKind.SyncNow => $"POST {one}/sync",
            RemedyKind.CheckPermissions => $"POST {one}/test",
            RemedyKind.BringIn => "POST /api/v1/diagnosis/bring-in",
            _ => null,
        };
    }
}
