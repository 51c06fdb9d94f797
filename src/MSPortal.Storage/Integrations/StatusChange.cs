using MSPortal.Core.Ports;
using MSPortal.Core.Sync;

namespace MSPortal.Storage.Integrations;

/// <summary>Pause, resume, reactivate and disconnect: which step leads where, and what it stops.</summary>
internal static class StatusChange
{
    public static Task RunAsync(IntegrationEdit edit, IntegrationStatus status, string? reason, CancellationToken ct) => status switch
    {
        _ when status == edit.Row.Status => Task.CompletedTask,
        IntegrationStatus.Paused => PauseAsync(edit, reason, ct),
        IntegrationStatus.Active => ResumeAsync(edit, ct),
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "People pause, resume and reactivate; the other statuses come by themselves."),
    };

    public static async Task DisconnectAsync(IntegrationEdit edit, CancellationToken ct)
    {
        var row = edit.Row;
        if (row is { Status: IntegrationStatus.Disconnected, Secrets: null })
        {
            return;
        }

        var before = new { row.Status };
        await CutOff.StopAsync(edit, $"{edit.Actor.Name} disconnected the integration.", ct);
        row.Secrets = null;
        row.SettingsVersion++;
        edit.SetStatus(
            IntegrationStatus.Disconnected,
            $"Disconnected by {edit.Actor.Name}; the credentials were deleted.",
            "Press Reconnect and enter credentials of the same account.");
        edit.Audit("integration.disconnected", before, new { row.Status });
    }

    private static async Task PauseAsync(IntegrationEdit edit, string? reason, CancellationToken ct)
    {
        var row = edit.Row;
        if (row.Status is not (IntegrationStatus.Active or IntegrationStatus.Error))
        {
            throw new ActionRefusedException($"{row.Name} is {Word(row.Status)}, so there is nothing to pause.");
        }

        var before = new { row.Status };
        await CutOff.StopAsync(edit, $"{edit.Actor.Name} paused the integration.", ct);
        edit.SetStatus(IntegrationStatus.Paused, string.IsNullOrWhiteSpace(reason) ? $"Paused by {edit.Actor.Name}." : reason.Trim(), "Press Resume to sync again.");
        edit.Audit("integration.paused", before, new { row.Status, reason });
    }

    private static async Task ResumeAsync(IntegrationEdit edit, CancellationToken ct)
    {
        var row = edit.Row;
        if (row.Status == IntegrationStatus.Disconnected || row.Secrets is null)
        {
            throw new ActionRefusedException($"{row.Name} has no working credentials. Reconnect it.");
        }

        var before = new { row.Status };
        var reactivated = row.Status == IntegrationStatus.Stopped;
        await CutOff.InterruptAsync(edit, $"{edit.Actor.Name} started the integration again.", ct);
        if (row.Status != IntegrationStatus.Paused)
        {
            // Whoever presses the button says that the cause is gone.
            CutOff.StartAfresh(edit);
        }

        edit.SetStatus(IntegrationStatus.Active, null, null);
        edit.Audit(reactivated ? "integration.reactivated" : "integration.resumed", before, new { row.Status });
    }

    public static string Word(IntegrationStatus status) => status switch
    {
        IntegrationStatus.Disconnected => "disconnected",
        IntegrationStatus.Stopped => "stopped",
        IntegrationStatus.Paused => "paused",
        _ => "active",
    };
}
