using System.Globalization;
using MSPortal.Core.Sync;

namespace MSPortal.Core.Diagnosis;

/// <summary>Whether the vendor can be spoken to at all.</summary>
internal static class ConnectionStage
{
    public static Finding? Look(IntegrationFacts facts, List<Evidence> evidence)
    {
        evidence.Add(new Evidence($"Status {facts.Status}, last changed", facts.StatusSince));
        if (facts.AccountName is { } account)
        {
            evidence.Add(new Evidence($"Account {account}"));
        }

        return Missing(facts) ?? facts.Status switch
        {
            IntegrationStatus.Disconnected => Disconnected(facts),
            IntegrationStatus.Stopped => Of(
                Cause.Stopped, facts, "was stopped, because its data could not be understood", "Check that the address leads to the vendor's API, then reactivate it.", new Remedy(RemedyKind.Resume, "Reactivate")),
            IntegrationStatus.Paused => Of(Cause.Paused, facts, "is paused", "Resume it when it should go on.", new Remedy(RemedyKind.Resume, "Resume")),
            IntegrationStatus.Error => Of(
                Cause.VendorTrouble, facts, "has trouble", "MSPortal keeps trying by itself; the details say what the vendor answers.", new Remedy(RemedyKind.OpenIntegration, "See details")),
            _ => null,
        };
    }

    private static Finding? Missing(IntegrationFacts facts) => facts switch
    {
        { HasConnector: false } => new Finding(
            Cause.ConnectorMissing, Stage.Connection, $"This version of MSPortal has no connector for {facts.Name}.",
            "Install a version that has, or remove the integration.", new Remedy(RemedyKind.OpenIntegration, "See details")),
        { HasCredentials: true, CredentialsReadable: false } => new Finding(
            Cause.CredentialsUnreadable, Stage.Connection, $"The stored credentials of {facts.Name} can no longer be read, because the key that protects them is lost.",
            "Reconnect with the same account; nothing else is lost.", new Remedy(RemedyKind.Reconnect, "Reconnect")),
        _ => null,
    };

    private static Finding Disconnected(IntegrationFacts facts) =>
        facts is { HasCredentials: true, KeyExpiresOn: { } end } && end <= DateOnly.FromDateTime(facts.Now.UtcDateTime)
            ? new Finding(
                Cause.KeyExpired, Stage.Connection,
                $"{facts.Name} is disconnected: its key ended on {end.ToString("d MMMM yyyy", CultureInfo.InvariantCulture)}.",
                "Make a new key at the vendor, then reconnect with it.", new Remedy(RemedyKind.Reconnect, "Reconnect"))
            : Of(Cause.Disconnected, facts, "is disconnected", "Reconnect it; the data and all choices are still here.", new Remedy(RemedyKind.Reconnect, "Reconnect"));

    private static Finding Of(Cause cause, IntegrationFacts facts, string what, string advice, Remedy remedy) => new(
        cause,
        Stage.Connection,
        facts.Reason is { Length: > 0 } reason ? $"{facts.Name} {what}: {reason}" : $"{facts.Name} {what}.",
        facts.Advice ?? advice,
        remedy);
}
