using System.Reflection;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace MSPortal.Web.Ui.Shell;

/// <param name="Section">Heading above it; null for the first group.</param>
public sealed record NavigationItem(string? Section, string Label, string Path, string Icon);

/// <summary>The order of the navigation; an entry shows as soon as a page with its path exists.</summary>
public static class NavigationItems
{
    /// <summary>Shows only where an integration reads clients one by one, and is called by what that reads.</summary>
    public const string Cloud = "/cloud";

    private static readonly NavigationItem[] All =
    [
        new(null, "Overview", "/overview", Icons.Material.Outlined.MonitorHeart),
        new(null, "Tickets", "/tickets", Icons.Material.Outlined.ConfirmationNumber),
        new(null, "Devices", "/devices", Icons.Material.Outlined.Devices),
        new(null, "Cloud", Cloud, Icons.Material.Outlined.Cloud),
        new("Settings", "Integrations", "/settings/integrations", Icons.Material.Outlined.Hub),
        new("Settings", "Companies", "/settings/companies", Icons.Material.Outlined.Business),
        new("Settings", "Device import", "/settings/devices", Icons.Material.Outlined.DevicesOther),
        new("Settings", "Users", "/settings/users", Icons.Material.Outlined.Group),
        new("Settings", "Roles", "/settings/roles", Icons.Material.Outlined.AdminPanelSettings),
        new("Settings", "Notifications", "/settings/notifications", Icons.Material.Outlined.Notifications),
        new("Settings", "Support", "/settings/support", Icons.Material.Outlined.SupportAgent),
        new("Settings", "General", "/settings/general", Icons.Material.Outlined.Tune),
        new("Settings", "API keys", "/settings/api-keys", Icons.Material.Outlined.Key),
        new("Settings", "Audit log", "/settings/audit", Icons.Material.Outlined.History),
    ];

    private static readonly HashSet<string> Pages =
    [
        .. typeof(NavigationItems).Assembly.GetTypes().SelectMany(type => type.GetCustomAttributes<RouteAttribute>()).Select(route => route.Template),
    ];

    public static IReadOnlyList<NavigationItem> Existing { get; } = [.. All.Where(item => Exists(item.Path))];

    public static bool Exists(string path) => Pages.Contains(path);
}
