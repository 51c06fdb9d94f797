using Microsoft.Extensions.Logging;
using MSPortal.Core.Contracts;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;

namespace MSPortal.Core.Webhooks;

/// <summary>How a delivery is answered.</summary>
public enum DoorAnswer
{
    /// <summary>Genuine: stored, or of no interest.</summary>
    Accepted,
    Unknown,
    Forged,
    TooLarge,

    /// <summary>Nobody can tell now.</summary>
    ComeAgain,
}

/// <summary>Where deliveries come in: verified, stored, answered, in this order; what they are about is read afterwards.</summary>
public sealed class WebhookDoor
{
    /// <summary>Vendors hang up after five or ten seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly Endpoints endpoints;
    private readonly IWebhookStore store;
    private readonly Sessions sessions;
    private readonly WebhookOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger<WebhookDoor> log;
    private readonly Batches<Received> batches;

    public WebhookDoor(Endpoints endpoints, IWebhookStore store, Sessions sessions, InboxWork work, WebhookOptions options, TimeProvider clock, ILogger<WebhookDoor> log)
    {
        (this.endpoints, this.store, this.sessions, this.options, this.clock, this.log) = (endpoints, store, sessions, options, clock, log);
        batches = new Batches<Received>(500, StoreAsync, e => log.LogError(e, "Webhook deliveries could not be stored"));

        async Task StoreAsync(IReadOnlyList<Received> received, CancellationToken ct)
        {
            var now = clock.GetUtcNow();
            work.Take(await store.ReceiveAsync(received, now, now + options.Claim, ct));
        }
    }

    /// <summary>Stores what comes in, until <paramref name="ct"/>.</summary>
    public Task RunAsync(CancellationToken ct) => batches.RunAsync(ct);

    /// <summary>A delivery whose body was too large to be read.</summary>
    public async Task<DoorAnswer> RefuseLargeAsync(string path, CancellationToken ct)
    {
        if (await endpoints.FindAsync(path, ct) is not { } open)
        {
            return DoorAnswer.Unknown;
        }

        Count(open, DeliveryKind.TooLarge);
        return DoorAnswer.TooLarge;
    }

    public async Task<DoorAnswer> TakeAsync(string path, WebhookDelivery delivery, CancellationToken ct)
    {
        if (await endpoints.FindAsync(path, ct) is not { } open)
        {
            return DoorAnswer.Unknown;
        }

        if (open.Integration.Settings is null)
        {
            return DoorAnswer.Accepted; // Disconnected: nobody can verify it, and nobody wants it.
        }

        switch (await ReadAsync(open, delivery, ct))
        {
            case WebhookVerdict.Genuine genuine:
                var wanted = open.IsWanted ? genuine.Hints : [];
                await batches.AddAsync(Received(open, DeliveryKind.Accepted, wanted, genuine.SwitchedOff ? clock.GetUtcNow() : null));
                return DoorAnswer.Accepted;
            case WebhookVerdict.Forged:
                Count(open, DeliveryKind.Forged);
                return DoorAnswer.Forged;
            default:
                Count(open, DeliveryKind.Unsure);
                return DoorAnswer.ComeAgain;
        }
    }

    private async Task<WebhookVerdict> ReadAsync(OpenEndpoint open, WebhookDelivery delivery, CancellationToken ct)
    {
        using var deadline = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        try
        {
            return await open.Support.Read(sessions.For(open.Integration, WorkPriority.Webhook), open.Endpoint, delivery, either.Token);
        }
        catch (Exception e) when (e is FaultException or HttpRequestException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            log.LogInformation(e, "{Integration}: a webhook delivery could not be verified", open.Integration.Name);
            return new WebhookVerdict.Unsure();
        }
    }

    /// <summary>Whoever is refused does not wait for the count.</summary>
    private void Count(OpenEndpoint open, DeliveryKind kind) =>
        _ = batches.AddAsync(Received(open, kind, [], clock.GetUtcNow() + options.CheckAfterFailure)).ContinueWith(
            t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    private static Received Received(OpenEndpoint open, DeliveryKind kind, IReadOnlyList<WebhookHint> hints, DateTimeOffset? checkAt) =>
        new(open.Stored.TenantId, open.Stored.IntegrationId, kind, hints, checkAt);
}
