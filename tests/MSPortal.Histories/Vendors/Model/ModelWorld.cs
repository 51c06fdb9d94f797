using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Histories.Clockwork;
using MSPortal.Histories.Plan;

namespace MSPortal.Histories.Vendors.Model;

/// <summary>A small vendor of our own, quick enough for tens of thousands of histories.</summary>
internal sealed class ModelWorld : IVendorWorld
{
    private readonly ModelTables tables;
    private readonly ModelEdits edits;
    private readonly ModelAnswers answers;
    private readonly bool lags;
    private int changes;
    private WebhookEndpoint? endpoint;
    private bool knows = true;
    private bool mayReadTickets = true;

    public ModelWorld(World world, VirtualClock clock)
    {
        tables = new ModelTables(clock);
        edits = new ModelEdits(tables);
        answers = new ModelAnswers(tables, () => knows, () => mayReadTickets);
        lags = world.LateLists;
        Connector = new ModelConnector(world.DataTypes);
        Fill(DataType.Reference, world.Boards, "Board");
        Fill(DataType.Companies, world.Companies, "Company");
        Fill(DataType.Tickets, world.Tickets, "Ticket");
        Fill(DataType.TicketNotes, world.Tickets / 2, "Note");
        Fill(DataType.Devices, world.Companies, "Device");
        tables.Lag = TimeSpan.Zero;
        tables.News.Clear();
    }

    public IConnector Connector { get; }

    public IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string> { ["address"] = "https://model.example", ["key"] = ModelAnswers.Key };

    public IReadOnlyList<string> Secrets { get; } = [ModelAnswers.Key];

    public IReadOnlyList<string>? Boards => [.. tables[DataType.Reference].Values.Select(r => ((ReferenceItem)r.Record).ItemId)];

    public bool Do(Change change)
    {
        // Up to five minutes, the fewer the more often: the overlap is ten.
        tables.Lag = lags ? TimeSpan.FromSeconds(changes++ * 37 % 5 * 60) : TimeSpan.Zero;
        return edits.Do(change);
    }

    public void Skew(TimeSpan by) => tables.Skew = by;

    public void Allow(bool credentials, bool main) => (knows, mayReadTickets) = (credentials, main);

    public void Heal()
    {
        Allow(true, true);
        answers.Reveal();
    }

    public Where Of(HttpRequestMessage request) => ModelAnswers.Of(request);

    public Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, Break? fault, CancellationToken ct) => Task.FromResult(answers.Answer(request, fault));

    public IReadOnlyDictionary<string, Fact> Tell(DataType type) => tables[type].Values.ToDictionary(
        r => r.Record.ExternalId,
        r => new Fact(r.Line, type == DataType.TicketNotes ? null : r.ChangedAt, r.InLists, (scope, now) => r.Record is not Ticket ticket || scope.Judge(ticket, now) == ScopeVerdict.Kept, (r.Record as TicketNote)?.TicketId));

    public IReadOnlySet<string> Misrepresented(DataType type) => answers.Misrepresented(type);

    public void Subscribe(WebhookEndpoint endpoint) => this.endpoint = endpoint;

    public IReadOnlyList<HttpRequestMessage> TakeMail()
    {
        List<HttpRequestMessage> mail = endpoint is null ? [] : [.. tables.News.Where(n => ModelHooks.Support.DataTypes.Contains(n.Type)).Select(n => ModelHooks.Tell(endpoint, n.Type, n.Record, n.Deleted))];
        tables.News.Clear();
        return mail;
    }

    public (string Header, string Value)? Sign(byte[] body, string secret) => ModelHooks.Sign(body, secret);

    public string Line(DataType type, string payload) => payload;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Fill(DataType type, int count, string word)
    {
        for (var i = 0; i < count; i++)
        {
            edits.Do(new Change(ChangeKind.Create, type, i, i, $"{word} {i}", false));
        }
    }
}
