using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Autotask;

/// <summary>
/// Reads an entity by “id greater than”, the way that Autotask itself recommends, and ends only when Autotask's own count agrees
/// with what came: its next-page addresses are answered with an empty 200 when they are asked for in the wrong way.
/// </summary>
internal sealed record AutotaskPass(AutotaskClient Client, AutotaskEntity Entity, IReadOnlyList<string> Filters, PassKind Kind)
{
    /// <param name="filters">What is asked, given the pass's start.</param>
    public static async IAsyncEnumerable<Page> ReadAsync(
        AutotaskClient client, AutotaskEntity entity, Func<DateTimeOffset, IReadOnlyList<string>> filters, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var cursor = AutotaskCursor.Read(request.Cursor);
        var startedAt = cursor?.StartedAt ?? Floor(client.Session.Clock.GetUtcNow());
        IReadOnlyList<string> all = entity.Condition is { } condition ? [condition, .. filters(startedAt)] : filters(startedAt);
        var question = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('|', all))))[..16];
        if (cursor?.Question != question)
        {
            cursor = new AutotaskCursor { Question = question, StartedAt = startedAt, Last = entity.LeastId - 1 };
        }

        var pass = new AutotaskPass(client, entity, all, request.Pass);
        for (var over = false; !over;)
        {
            ct.ThrowIfCancellationRequested();
            (var page, cursor, over) = await pass.TakeAsync(cursor, ct);
            yield return page;
        }
    }

    /// <summary>One page: what came, where it goes on, and whether that was all.</summary>
    public async Task<(Page Page, AutotaskCursor Cursor, bool Over)> TakeAsync(AutotaskCursor before, CancellationToken ct)
    {
        var page = await AutotaskEntities.PageAsync(Client, Entity, [AutotaskQuery.Is("id", "gt", before.Last), .. Filters], ct);
        var after = before.After(page);
        var moved = after.Last > before.Last;
        var over = false;
        if (!moved || MayBeLast(page, after))
        {
            (after, over) = await DecideAsync(after with { Total = await AutotaskEntities.CountAsync(Client, Entity, Filters, ct) }, moved, ct);
        }
        else if (before.Delivered == 0 && Kind == PassKind.Full)
        {
            after = after with { Total = await AutotaskEntities.CountAsync(Client, Entity, Filters, ct) };   // For the progress bar.
        }

        return (Out(page, after, over), after, over);
    }

    private async Task<(AutotaskCursor Cursor, bool Over)> DecideAsync(AutotaskCursor after, bool moved, CancellationToken ct) =>
        after.Accounted >= after.Total ? (after, true)
        : moved ? (after, false)
        : await IsSettledAsync(after, ct) ? (after, true)
        : after.Again ? (after with { Doubt = Doubt(after) }, true)
        : (after.Restarted(Entity.LeastId - 1), false);

    private static DateTimeOffset Floor(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);

    /// <summary>A short page under a lower cap is not the last; once the count is known, it is not asked again until it is reached.</summary>
    private static bool MayBeLast(AutotaskPage page, AutotaskCursor after) =>
        !page.Next && page.Received < AutotaskQuery.PageSize && (after.Total is null || after.Accounted >= after.Total);

    /// <summary>
    /// Rows that enter the question while it is being read (a ticket changed behind us) make the count larger than what came. They
    /// have a new change time and come with the next changes; what matters is that of the others none is missing.
    /// </summary>
    private async Task<bool> IsSettledAsync(AutotaskCursor after, CancellationToken ct)
    {
        if (Entity.ChangedBy.Count == 0 || after.Began is not { } began || after.Delivered == 0)
        {
            return false;
        }

        var settled = await AutotaskEntities.CountAsync(Client, Entity, [.. Filters, .. AutotaskQuery.UnchangedSince(Entity.ChangedBy, began)], ct);
        return after.Settled + after.Nameless >= settled;
    }

    private string Doubt(AutotaskCursor after) => string.Create(
        CultureInfo.InvariantCulture,
        $"Autotask counts {after.Total:N0} {Entity.Noun} but delivered only {after.Accounted:N0}, also when asked a second time.");

    private static Page Out(AutotaskPage page, AutotaskCursor after, bool over) => new(page.Rows, over ? Cursor.Start : after.Write())
    {
        Bad = page.Bad,
        Complete = over && after.Doubt is null,
        Doubt = over ? after.Doubt : null,
        Total = after.Total,
        VendorTime = page.VendorTime,
    };
}

/// <summary>Where a pass stands: enough to go on after a crash, and enough to tell at the end whether anything is missing.</summary>
internal sealed record AutotaskCursor
{
    /// <summary>What is being read; another question (other queues) cannot go on from here.</summary>
    [JsonPropertyName("q")]
    public string? Question { get; init; }

    /// <summary>The pass began here, by our clock: keeps “completed in the last 24 months” one question for its whole length.</summary>
    [JsonPropertyName("at")]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>The largest id delivered.</summary>
    [JsonPropertyName("id")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long Last { get; init; }

    /// <summary>Different ids delivered.</summary>
    [JsonPropertyName("n")]
    public int Delivered { get; init; }

    /// <summary>Rows delivered whose ids could not be read.</summary>
    [JsonPropertyName("x")]
    public int Nameless { get; init; }

    /// <summary>Delivered ids that did not change since <see cref="Began"/>.</summary>
    [JsonPropertyName("s")]
    public int Settled { get; init; }

    /// <summary>The vendor's clock at the first page, a minute earlier.</summary>
    [JsonPropertyName("b")]
    public DateTimeOffset? Began { get; init; }

    /// <summary>The vendor's count, when it was asked.</summary>
    [JsonPropertyName("t")]
    public int? Total { get; init; }

    /// <summary>Being read a second time, since the first time rows were missing.</summary>
    [JsonPropertyName("r")]
    public bool Again { get; init; }

    [JsonIgnore]
    public string? Doubt { get; init; }

    [JsonIgnore]
    public int Accounted => Delivered + Nameless;

    /// <summary>Null for a fresh start, and for text that is none of ours.</summary>
    public static AutotaskCursor? Read(Cursor cursor) => CursorJson.Read<AutotaskCursor>(cursor);

    public Cursor Write() => CursorJson.Write(this);

    /// <summary>The same question from its beginning.</summary>
    public AutotaskCursor Restarted(long start) => new() { Question = Question, StartedAt = StartedAt, Last = start, Again = true };

    public AutotaskCursor After(AutotaskPage page)
    {
        var began = Began ?? page.VendorTime?.AddMinutes(-1);
        var fresh = page.Ids.Where(row => row.Key > Last).ToList();
        return this with
        {
            Last = fresh.Count > 0 ? fresh.Max(row => row.Key) : Last,
            Delivered = Delivered + fresh.Count,
            Nameless = Nameless + page.Bad.Count(b => b.ExternalId is null),
            Settled = Settled + fresh.Count(row => row.Value is null || row.Value < began),
            Began = began,
        };
    }
}
