using MSPortal.Core.Model;

namespace MSPortal.Web.Features.Cloud;

/// <summary>Why a list is empty, and what mends it.</summary>
/// <param name="Label">Of the button; null when waiting is all there is to do.</param>
internal sealed record CloudReason(string Title, string Text, string? Label = null, string? Href = null)
{
    /// <summary>Of a list that nothing narrows.</summary>
    public static CloudReason Of(CloudConnection connection, DataType type)
    {
        var (what, open) = (CloudWords.Of(type).ToLowerInvariant(), $"Open {connection.Integration.Name}");
        var home = connection.Integration.Home;
        return connection.Stream(type) switch
        {
            { DeniedPermission: { } missing } => new("Not permitted", $"{connection.Name} has not agreed to “{missing}”, so no {what} can be read.", open, home),
            { Enabled: false } => new("Turned off", $"Reading {what} is turned off for {connection.Integration.Name}.", open, home),
            { ReadAt: not null } => new($"No {what}", $"{connection.Name} has none, as of the last read."),
            var stream when connection.Standing is not CloudStanding.Connected =>
                new(CloudWords.Of(connection.Standing).Text, $"{connection.Reason} {(stream is null ? null : $"No {what} were read before.")}".TrimEnd(), open, home),
            { Fault: { } fault } => new("Not read yet", $"The last attempt failed, and another follows by itself: {fault}", open, home),
            _ => new("Not read yet", $"They show here as soon as {connection.Integration.Name} has been read for the first time."),
        };
    }
}
