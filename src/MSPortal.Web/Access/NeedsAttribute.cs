using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;

namespace MSPortal.Web.Access;

/// <summary>A page or endpoint for those who have one permission; <see cref="Permission"/> is also the name of the policy.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsAttribute : AuthorizeAttribute
{
    public NeedsAttribute(string permission)
        : base(permission) => Permission = permission;

    public string Permission { get; }
}

/// <summary>A page or endpoint for everyone who is signed in, whatever their role.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SignedInAttribute() : AuthorizeAttribute(PolicyName)
{
    public const string PolicyName = "signed-in";
}

/// <summary>How endpoints say what they need.</summary>
internal static class NeedsExtensions
{
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, string permission)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireAuthorization(new NeedsAttribute(permission));

    public static TBuilder NeedsSignIn<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireAuthorization(new SignedInAttribute());
}

/// <summary>Which permission the page at an address needs, so that nothing leads to where one may not go.</summary>
internal static class PageNeeds
{
    private static readonly List<(string[] Segments, string? Permission)> Pages =
    [
        .. typeof(PageNeeds).Assembly.GetTypes()
            .SelectMany(page => page.GetCustomAttributes<RouteAttribute>().Select(route => (
                route.Template.Split('/', StringSplitOptions.RemoveEmptyEntries), page.GetCustomAttribute<NeedsAttribute>()?.Permission)))
            .OrderBy(page => page.Item1.Count(IsParameter)), // “/settings/integrations/schedules” is no integration.
    ];

    /// <summary>Null when none is needed, or when the address is not a page of ours.</summary>
    public static string? Of(string href)
    {
        var segments = href.Split('?', '#')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        return Pages.Where(page => Fits(page.Segments, segments)).Select(page => page.Permission).FirstOrDefault();
    }

    private static bool Fits(string[] template, string[] segments) =>
        segments.Length <= template.Length
        && template.Index().All(t => t.Index < segments.Length
            ? IsParameter(t.Item) || string.Equals(t.Item, segments[t.Index], StringComparison.OrdinalIgnoreCase)
            : t.Item.EndsWith("?}", StringComparison.Ordinal));

    private static bool IsParameter(string segment) => segment.StartsWith('{');
}
