using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Core.Webhooks;
using MSPortal.Histories.Clockwork;
using MSPortal.Histories.Judgement;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Portal;

namespace MSPortal.Histories;

/// <summary>The post between vendor and portal, and what is asked of those who take it.</summary>
internal sealed partial class HistoryRun
{
    /// <summary>How often a server looks through its inbox.</summary>
    private static readonly TimeSpan Sweeping = TimeSpan.FromSeconds(5);

    /// <summary>Longer than what any hint waits for, and every pause of a vendor's.</summary>
    private static readonly TimeSpan Following = TimeSpan.FromMinutes(75);

    /// <summary>Hints of a few tickets are followed sooner than that, and it is shorter than every vendor's interval of tickets.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(2);

    /// <summary>Longer than any list lags.</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromMinutes(6);

    private static readonly TimeSpan Spare = TimeSpan.FromSeconds(30);

    private const string AnothersSecret = "ANOTHERintegrationSsecretANOTHERintegrationS";
    private const string AnothersPath = "another-path";
    private const int MostAttempts = 3;
    private const int FewTickets = 6;

    private readonly List<Letter> letters = [];
    private readonly List<Letter> onTheWay = [];
    private readonly Dictionary<long, DateTimeOffset> hints = [];
    private readonly Dictionary<DeliveryKind, long> counted = [];
    private readonly Dictionary<(DataType Type, long Sequence), long> callsBefore = [];
    private readonly Dictionary<string, int> post = [];
    private readonly SemaphoreSlim counter = new(1, 1);
    private Travel travel = new(Way.Prompt, TimeSpan.Zero);
    private StoredEndpoint? endpoint;
    private int sent;
    private int putBack;

    private async Task SubscribeAsync()
    {
        if (!history.World.Webhooks)
        {
            return;
        }

        Array.ForEach(processes, p => p.Reception!.Start());
        if ((await processes[0].Reception!.Setup.ProvisionAsync(integrationId, Ada, default)).Trouble is { } trouble)
        {
            throw new ViolationException($"Webhooks cannot be set up: {trouble}");
        }

        endpoint = Pump.AtOnce(() => webhooks.EndpointAsync(Databases.Tenant, integrationId, default))!;
        vendor.Subscribe(new WebhookEndpoint(Reception.Options.Address(endpoint.Path)!, endpoint.Secret, endpoint.State));
        logs.Watch(endpoint.Path, endpoint.Secret);
    }

    /// <summary>What the vendor tells about what has just happened there sets out.</summary>
    private void Post()
    {
        foreach (var letter in vendor.TakeMail().Select(m => Letter.Of(m, ++sent)))
        {
            letters.Add(letter);
            var dice = new Dice(history.Seed ^ (letter.Number * 7919L));
            var way = travel.Way == Way.Mixed ? dice.One<Way>([Way.Prompt, Way.Prompt, Way.Lost, Way.Twice, Way.Late]) : travel.Way;
            for (var copies = way switch { Way.Lost => 0, Way.Twice => 2, _ => 1 }; copies > 0; copies--)
            {
                var most = way == Way.Late || copies > 1 ? travel.Takes : TimeSpan.FromSeconds(2);
                Carry(letter, TimeSpan.FromMilliseconds(50 + dice.Below(Math.Max(1, (int)most.TotalMilliseconds))));
            }

            Count(way == Way.Lost ? "told and lost" : "told");
        }
    }

    private void Again(Again again)
    {
        if (letters.Count > 0)
        {
            Carry(letters[again.Pick % letters.Count], TimeSpan.FromMilliseconds(50));
        }
    }

    /// <summary>Something that the vendor once sent, with what does not become it.</summary>
    private void Forge(Forge forge)
    {
        if (letters.Count == 0)
        {
            return;
        }

        var genuine = letters[forge.Pick % letters.Count];
        var body = genuine.Delivery.Body.ToArray();
        var forged = genuine with { Number = ++sent, IsGenuine = false };
        Carry(
            vendor.Sign(body, AnothersSecret) is not { } signature ? forged with { Path = AnothersPath } : (forge.Variant % 4) switch
            {
                0 => forged.With([.. body, .. Encoding.UTF8.GetBytes(" ")]),
                1 => forged.With(signature.Header, signature.Value),
                2 => forged.With(signature.Header, null),
                _ => forged with { Path = AnothersPath },
            },
            TimeSpan.FromMilliseconds(50));
        Count("forgeries");
    }

    private void Carry(Letter letter, TimeSpan time, int attempt = 1)
    {
        onTheWay.Add(letter);
        _ = CarryAsync(letter, time, attempt);
    }

    private async Task CarryAsync(Letter letter, TimeSpan time, int attempt)
    {
        await clock.DelayAsync(time);
        if (onTheWay.Remove(letter))
        {
            await DeliverAsync(letter, attempt);
        }
    }

    private async Task DeliverAsync(Letter letter, int attempt)
    {
        var process = processes[(letter.Number + attempt) % processes.Length];
        var answer = vendor.DeliversOneByOne ? await InTurnAsync(letter, process) : await TakeAsync(letter, process);
        trace?.Add(string.Create(CultureInfo.InvariantCulture, $"{clock.Now:dd HH:mm:ss.fff} {process.Id} {letter}: {answer?.ToString() ?? "no answer"}"));
        Count(answer?.ToString() ?? "unanswered");
        Fail(Misjudged(letter, answer));
        if (answer is null or DoorAnswer.ComeAgain && attempt < MostAttempts && letter.Number % 3 > 0)
        {
            Carry(letter, TimeSpan.FromSeconds(2 * attempt), attempt + 1);
        }
    }

    private async Task<DoorAnswer?> InTurnAsync(Letter letter, Process process)
    {
        await counter.WaitAsync();
        try
        {
            return await TakeAsync(letter, process);
        }
        finally
        {
            counter.Release();
        }
    }

    /// <returns>Null when nobody answered, or with an error.</returns>
    private static async Task<DoorAnswer?> TakeAsync(Letter letter, Process process)
    {
        try
        {
            await process.StandAsync();
            return await process.Reception!.Door.TakeAsync(letter.Path, letter.Delivery, default);
        }
        catch (Exception e) when (e is ProcessDiedException or IOException)
        {
            return null;
        }
    }

    /// <summary>Who has disconnected can verify nothing, and takes and drops everything.</summary>
    private string? Misjudged(Letter letter, DoorAnswer? answer) => (letter.IsGenuine, answer) switch
    {
        (true, DoorAnswer.Forged or DoorAnswer.Unknown) => $"{letter} is the vendor's own and was refused: {answer}.",
        (false, DoorAnswer.Accepted) when !history.Steps.Any(s => s.Deed is Press { Button: Button.Disconnect } or Later { Deed: Press { Button: Button.Disconnect } }) => $"{letter} was taken for the vendor's own.",
        _ => null,
    };

    /// <summary>As a server does it every few seconds, where there is something to be found.</summary>
    private async Task SweepAsync(DateTimeOffset until)
    {
        while (endpoint is not null && violation is null && clock.Now + Sweeping <= until)
        {
            await clock.DelayAsync(Sweeping);
            if (hints.Values.Any(h => h <= clock.Now))
            {
                Array.ForEach(processes, p => _ = SweepAsync(p));
            }
        }
    }

    private async Task SweepAsync(Process process)
    {
        try
        {
            if (!process.IsDead && process.FrozenUntil <= clock.Now)
            {
                await process.Reception!.Sweep();
            }
        }
        catch (Exception e) when (e is ProcessDiedException or IOException)
        {
            // The next look finds it.
        }
    }

    /// <summary>Keeps count of what is in the inbox, and sees that nothing goes without the vendor's word.</summary>
    private void Noted(string call, object?[] arguments, object? result)
    {
        switch (call)
        {
            case nameof(IWebhookStore.ReceiveAsync):
                foreach (var received in (IReadOnlyList<Received>)arguments[0]!)
                {
                    counted[received.Kind] = counted.GetValueOrDefault(received.Kind) + 1;
                }

                Claimed((IReadOnlyList<InboxEntry>)result!, (DateTimeOffset)arguments[2]!);
                break;
            case nameof(IWebhookStore.ClaimAsync):
                Claimed((IReadOnlyList<InboxEntry>)result!, (DateTimeOffset)arguments[1]!);
                break;
            case nameof(IWebhookStore.PutBackAsync):
                putBack++;
                foreach (var id in ((IReadOnlyList<long>)arguments[0]!).Where(hints.ContainsKey))
                {
                    hints[id] = (DateTimeOffset)arguments[1]!;
                }

                break;
            case nameof(IWebhookStore.FinishAsync):
                foreach (var (id, outcome) in (IReadOnlyList<(long EntryId, string Outcome)>)arguments[0]!)
                {
                    hints.Remove(id);
                    Count(outcome);
                }

                Look();
                break;
            case nameof(ISyncStore.NextReadSequenceAsync):
                callsBefore[(((StreamKey)arguments[0]!).DataType, (long)result!)] = door.Watch.Calls;
                break;
            case nameof(ISyncStore.CommitReadsAsync) when arguments is [StreamKey key, RowChanges { Gone.Count: > 0 } changes, ..]:
                Fail(callsBefore.GetValueOrDefault((key.DataType, changes.ReadSequence), -1) == door.Watch.Calls
                    ? $"{key.DataType.Slug()} {Shown.Words(changes.Gone)}: removed, and nobody had asked the vendor."
                    : null);
                break;
            default:
                break;
        }
    }

    private void Claimed(IReadOnlyList<InboxEntry> entries, DateTimeOffset until)
    {
        foreach (var entry in entries)
        {
            hints[entry.Id] = until;
        }
    }

    private void Count(string what) => post[what] = post.GetValueOrDefault(what) + 1;

    /// <summary>All is well, and tickets are not read by themselves for a while: what is told now is here before that.</summary>
    private async Task BurstAsync()
    {
        if (endpoint is null)
        {
            return;
        }

        List<Letter> late = [.. onTheWay];
        onTheWay.Clear();
        foreach (var letter in late)
        {
            await DeliverAsync(letter, 1);
        }

        await FollowedAsync();
        for (var tries = 0; tries < 60 && TicketsDueAt() < clock.Now + Soon + Spare; tries++)
        {
            await LiveAsync(Spare);
        }

        if (TicketsDueAt() < clock.Now + Soon + Spare)
        {
            return;
        }

        var (until, before) = (clock.Now + Soon, putBack);
        var told = Told();
        do
        {
            await LiveAsync(Spare);
        }
        while (hints.Count > 0 && clock.Now < until);

        if (putBack == before)
        {
            Fail(hints.Count > 0 ? $"{hints.Count} hints are not followed after {Soon.TotalMinutes} minutes in which nothing was wrong." : null);
            Look();
            Pump.AtOnce(() => ExpectAsync(told));
        }

        if (history.World.LateLists)
        {
            // A complete read that began before would take back what was told.
            await LiveAsync(Lag);
        }
    }

    private DateTimeOffset TicketsDueAt() => Pump.AtOnce(StreamsAsync).Where(s => s.Key.DataType == DataType.Tickets && s.Enabled).Select(s => s.Progress.DueAt).FirstOrDefault(DateTimeOffset.MaxValue);

    /// <summary>Changes a few tickets, each told twice; the answer is those of which the vendor did tell.</summary>
    private List<string> Told()
    {
        var (told, dice) = (new List<string>(), new Dice(history.Seed ^ 0xB0257));
        travel = new Travel(Way.Twice, TimeSpan.Zero);
        for (var i = 0; i < FewTickets; i++)
        {
            var (truth, before) = (vendor.Tell(DataType.Tickets), sent);
            Do(new Change(i == 0 ? ChangeKind.Delete : ChangeKind.Update, DataType.Tickets, dice.Below(1000), 0, $"Told at last {i}", Silent: false), processes[0]);
            var now = vendor.Tell(DataType.Tickets);
            told.AddRange(truth.Where(t => sent > before && now.GetValueOrDefault(t.Key)?.Line != t.Value.Line).Select(t => t.Key));
        }

        return told;
    }

    private async Task ExpectAsync(List<string> told)
    {
        var shown = await Shown.ReadAsync(database, store, integrationId, judge.Ended);
        if (!shown.Streams.Any(s => s.Key.DataType == DataType.Tickets && s.Enabled))
        {
            return;
        }

        var truth = vendor.Tell(DataType.Tickets);
        foreach (var id in told.Distinct())
        {
            var expected = truth.GetValueOrDefault(id) is { } fact && judge.InScope(DataType.Tickets, fact, shown, clock.Now) ? fact.Line : null;
            var ours = shown.Records[DataType.Tickets].GetValueOrDefault(id) is { } record ? vendor.Line(DataType.Tickets, record.Payload) : null;
            Fail(ours == expected ? null : $"tickets {id}: told by webhook, and nothing was wrong, but it is {ours ?? "not here"} instead of {expected ?? "gone"}.");
        }
    }

    /// <summary>Until every hint is followed, at most as long as any has to wait.</summary>
    private async Task FollowedAsync()
    {
        for (var until = clock.Now + Following; hints.Count > 0 && clock.Now < until;)
        {
            await LiveAsync(TimeSpan.FromMinutes(1));
        }
    }

    private async Task CompareInboxAsync()
    {
        if (endpoint is null)
        {
            return;
        }

        await using var db = database.Open(Databases.Tenant);
        var left = await db.WebhookInbox.AsNoTracking().Where(h => h.ProcessedAt == null).Select(h => h.Id).ToListAsync();
        Fail(left.Count > 0 ? $"hints are left in the inbox: {string.Join(", ", left)}." : null);
        var row = await db.WebhookEndpoints.AsNoTracking().SingleAsync();
        var (ours, theirs) = ((row.Accepted, row.Forged, row.Unsure), (Of(DeliveryKind.Accepted), Of(DeliveryKind.Forged), Of(DeliveryKind.Unsure)));
        Fail(ours == theirs ? null : $"deliveries are counted as {ours} instead of {theirs}.");
        var refused = post.GetValueOrDefault(nameof(DoorAnswer.Forged));
        Fail(row.Forged == refused || (row.Forged < refused && history.Steps.Any(s => s.Deed is Die or DatabaseFails)) ? null : $"{refused} forged deliveries were refused and {row.Forged} counted.");

        long Of(DeliveryKind kind) => counted.GetValueOrDefault(kind);
    }
}
