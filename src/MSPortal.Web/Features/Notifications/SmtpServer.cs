using System.Globalization;

namespace MSPortal.Web.Features.Notifications;

/// <summary>The mail server that the operator named; its password is never shown.</summary>
/// <param name="Security">True: encrypted from the first byte; false: encrypted as soon as the server offers it.</param>
public sealed record SmtpServer(string Host, int Port, bool Security, string? User, string? Password, string From)
{
    /// <summary>Reads <c>smtp://user:password@host:587?from=portal@example.com</c>; <c>smtps</c> is encrypted from the first byte.</summary>
    /// <exception cref="FormatException">It cannot be understood; the message does not repeat it, since it may hold a password.</exception>
    public static SmtpServer Parse(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme is not ("smtp" or "smtps") || url.Host.Length == 0)
        {
            throw new FormatException("MSPORTAL_SMTP has to look like smtp://user:password@host:587?from=portal@example.com.");
        }

        var from = System.Web.HttpUtility.ParseQueryString(url.Query)["from"];
        if (string.IsNullOrWhiteSpace(from) || !from.Contains('@', StringComparison.Ordinal))
        {
            throw new FormatException("MSPORTAL_SMTP needs the sender's address: ?from=portal@example.com.");
        }

        var parts = url.UserInfo.Split(':', 2);
        var isSecure = url.Scheme == "smtps";
        return new SmtpServer(
            url.Host, url.Port > 0 ? url.Port : isSecure ? 465 : 587, isSecure,
            parts[0].Length > 0 ? Uri.UnescapeDataString(parts[0]) : null, parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : null, from.Trim());
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
