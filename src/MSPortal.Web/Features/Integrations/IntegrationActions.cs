using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MudBlazor;

namespace MSPortal.Web.Features.Integrations;

/// <summary>What pages do with an integration: does it as the person who asks, and tells how it ended. False when it was refused.</summary>
internal sealed class IntegrationActions(IIntegrationStore store, Leaving leaving, CurrentUser user, ISnackbar snackbar)
{
    public Task<bool> RenameAsync(long id, string name) => DoAsync(() => store.RenameAsync(id, name, user.Actor, CancellationToken.None), "Renamed.");

    public Task<bool> PauseAsync(long id) => DoAsync(
        () => store.SetStatusAsync(id, IntegrationStatus.Paused, $"Paused by {user.Name}.", user.Actor, CancellationToken.None), "Paused: nothing is read until it is resumed.");

    public Task<bool> SetKeyExpiryAsync(long id, DateOnly? on) => DoAsync(
        () => store.SetKeyExpiryAsync(id, on, user.Actor, CancellationToken.None), on is null ? "No end of the key is known any more." : "You are reminded 30 days before.");

    /// <summary>Also of a stopped one.</summary>
    public Task<bool> ResumeAsync(long id) => DoAsync(
        () => store.SetStatusAsync(id, IntegrationStatus.Active, null, user.Actor, CancellationToken.None), "Active again: what is due is read now.");

    public Task<bool> DisconnectAsync(long id) => DoAsync(() => leaving.DisconnectAsync(id, user.Actor, CancellationToken.None), "Disconnected. The data stays as it is.");

    public Task<bool> RemoveAsync(long id) => DoAsync(() => leaving.RemoveAsync(id, user.Actor, CancellationToken.None), "Removed.");

    public Task<bool> DecideHeldAsync(long id, StreamSummary stream, HeldPart held, bool release) => DoAsync(
        () => store.DecideHeldAsync(new StreamKey(user.TenantId, id, stream.DataType, held.Partition), release, user.Actor, CancellationToken.None),
        release ? $"{stream.DataType.Label()}: the removals go through now." : $"{stream.DataType.Label()}: kept. The next complete read looks again.");

    /// <summary>Null when there is nothing to remove any more.</summary>
    public async Task<RemovalPreview?> PreviewRemovalAsync(long id)
    {
        RemovalPreview? preview = null;
        await DoAsync(async () => preview = await store.PreviewRemovalAsync(user.TenantId, id, CancellationToken.None), null);
        return preview;
    }

    private async Task<bool> DoAsync(Func<Task> action, string? done)
    {
        try
        {
            await action();
            if (done is not null)
            {
                snackbar.Add(done, Severity.Success);
            }

            return true;
        }
        catch (Exception e) when (e is KeyNotFoundException or ActionRefusedException)
        {
            snackbar.Add(e is KeyNotFoundException ? "Somebody has removed this integration meanwhile." : e.Message, Severity.Warning);
            return false;
        }
    }
}
