using System.Diagnostics.CodeAnalysis;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Microsoft365;

/// <summary>Where one of Microsoft's clouds signs programs in and where its Graph is; one value chooses both, so that a secret of one never reaches another.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Login">Of Microsoft Entra.</param>
/// <param name="Graph">Of Microsoft Graph.</param>
/// <param name="Audience">For whom tokens are made out.</param>
internal sealed record Microsoft365Cloud(string Name, Uri Login, Uri Graph, string Audience)
{
    public const string Wanted = "Leave it empty for the worldwide cloud, or enter GCC High, DoD or China.";

    private static readonly Microsoft365Cloud Global = Of("Global", "login.microsoftonline.com", "graph.microsoft.com");
    private static readonly Microsoft365Cloud Government = Of("GCC High", "login.microsoftonline.us", "graph.microsoft.us");
    private static readonly Microsoft365Cloud Defense = Of("DoD", "login.microsoftonline.us", "dod-graph.microsoft.us");
    private static readonly Microsoft365Cloud China = Of("China", "login.chinacloudapi.cn", "microsoftgraph.chinacloudapi.cn");

    /// <summary>GCC without “High” is in the worldwide cloud.</summary>
    private static readonly Dictionary<string, Microsoft365Cloud> Clouds = new(StringComparer.OrdinalIgnoreCase)
    {
        [""] = Global,
        ["global"] = Global,
        ["worldwide"] = Global,
        ["public"] = Global,
        ["gcc"] = Global,
        ["gcchigh"] = Government,
        ["usgovernment"] = Government,
        ["usgov"] = Government,
        ["dod"] = Defense,
        ["china"] = China,
        ["21vianet"] = China,
    };

    /// <summary>An address that is none of Microsoft's: a simulator's, which plays both.</summary>
    public bool IsCustom { get; private init; }

    public static bool TryParse(string? text, [NotNullWhen(true)] out Microsoft365Cloud? cloud, out string error)
    {
        var entered = text?.Trim() ?? "";
        cloud = Clouds.GetValueOrDefault(new string([.. entered.Where(char.IsAsciiLetterOrDigit)])) is { } named && !entered.Contains('.', StringComparison.Ordinal) ? named : Address(entered);
        error = cloud is null ? $"This is no cloud of Microsoft's. {Wanted}" : "";
        return cloud is not null;
    }

    /// <summary>Secrets go to Microsoft's hosts, and elsewhere only where private networks are allowed.</summary>
    /// <exception cref="FaultException">The address may not be used here.</exception>
    public Microsoft365Cloud Allowed(bool allowPrivate) => allowPrivate || !IsCustom
        ? this
        : throw new FaultException(new Fault.VendorDown($"{Graph.IdnHost} is no host of Microsoft's. {Wanted}")) { Field = "cloud" };

    private static Microsoft365Cloud? Address(string entered)
    {
        if (!entered.Contains("://", StringComparison.Ordinal) || !Uri.TryCreate(entered, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.UserInfo.Length > 0
            || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp))
        {
            return null;
        }

        var known = Clouds.Values.Distinct().FirstOrDefault(c => uri.Scheme == Uri.UriSchemeHttps && uri.IsDefaultPort && c.Graph.Host.Equals(uri.IdnHost, StringComparison.OrdinalIgnoreCase));
        var own = new UriBuilder(uri.Scheme, uri.IdnHost, uri.Port).Uri;
        return known ?? new Microsoft365Cloud(own.Authority, own, own, Global.Audience) { IsCustom = true };
    }

    private static Microsoft365Cloud Of(string name, string login, string graph) => new(name, new Uri($"https://{login}"), new Uri($"https://{graph}"), $"https://{graph}");
}
