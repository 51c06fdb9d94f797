using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Common;

/// <summary>The pause that an answer asks for.</summary>
internal static class RetryAfter
{
    /// <summary>Null when absent or not understood.</summary>
    public static TimeSpan? Of(VendorResponse response, DateTimeOffset now) => VendorPause.Of(response.Header("Retry-After"), response.Time ?? now);

    public static TimeSpan Bound(TimeSpan wish) => VendorPause.Bound(wish);
}
