namespace MSPortal.Web.Features.Devices;

/// <summary>Something about devices that cannot be done; the message is for the person who asked.</summary>
/// <param name="missing">What it is about does not exist (for this tenant, or for this person).</param>
public sealed class DeviceProblemException(string message, bool missing = false) : Exception(message)
{
    public bool Missing { get; } = missing;

    public static DeviceProblemException NoDevice() => new("There is no such device.", missing: true);

    public static DeviceProblemException NoIntegration(long id) => new($"There is no integration {id}.", missing: true);
}
