using System.Text.Json.Nodes;
using MSPortal.Core.Model;
using MSPortal.Histories.Plan;

namespace MSPortal.Histories.Vendors.ConnectWise;

/// <summary>What people do at ConnectWise, by the control of its simulator.</summary>
internal sealed class ConnectWiseEdits(InProcess simulator, string door)
{
    private readonly List<(string Kind, JsonNode Row)> deleted = [];

    public bool Do(Change change)
    {
        var kind = Kind(change.Type);
        if (change.Kind is ChangeKind.Create or ChangeKind.Undelete)
        {
            return change.Kind == ChangeKind.Create ? Create(change) : Restore(change.Pick);
        }

        if (Pick(kind, change.Pick) is not { } id)
        {
            return false;
        }

        return change.Kind switch
        {
            ChangeKind.Update => Patch(kind, id, Text(change), change.Silent && kind != "notes") && Touch(kind, id),
            ChangeKind.Rename => Patch(change.Type == DataType.Reference ? "boards" : "companies", id, new { name = Clean(change.Text) }, silent: false),
            ChangeKind.Delete => Delete(kind, id),
            ChangeKind.Merge => Pick(kind, change.Other) is { } into && into != id && Post($"{kind}/{id}/merge", new { into }),
            ChangeKind.Move when change.Other % 2 == 0 => Pick("boards", change.Other / 2) is { } board && Post($"tickets/{id}/board?touch={Word(!change.Silent)}", new { boardId = board }),
            ChangeKind.Move => Pick("companies", change.Other) is { } company && Patch("tickets", id, new { company = new { id = company } }, change.Silent),
            ChangeKind.Close => SetStatus(id, closed: true, change.Silent),
            ChangeKind.Reopen => SetStatus(id, closed: false, change.Silent),
            _ => Bulk(change, kind),
        };
    }

    public int? Pick(string kind, int pick) => Rows(kind) is { Count: > 0 } rows ? rows[pick % rows.Count]["id"]!.GetValue<int>() : null;

    private static string Kind(DataType type) => type switch
    {
        DataType.Reference => "boards",
        DataType.Companies => "companies",
        DataType.TicketNotes => "notes",
        DataType.Devices => "configurations",
        _ => "tickets",
    };

    private bool Create(Change change)
    {
        var company = Pick("companies", change.Pick);
        return change.Type switch
        {
            DataType.Tickets => Pick("boards", change.Other) is { } board && Post("records/tickets", new { summary = Clean(change.Text), board = new { id = board }, company = new { id = company } }),
            DataType.Companies => Post("records/companies", new { name = Clean(change.Text), identifier = $"C{change.Pick}x{change.Other}" }),
            DataType.TicketNotes => Pick("tickets", change.Pick) is { } ticket && Post("records/notes", new { ticketId = ticket, text = Clean(change.Text), detailDescriptionFlag = true }),
            DataType.Devices => Post("records/configurations", new { name = Clean(change.Text), company = new { id = company } }),
            _ => false,
        };
    }

    private bool Restore(int pick)
    {
        if (deleted.Count == 0)
        {
            return false;
        }

        var at = pick % deleted.Count;
        var (kind, row) = deleted[at];
        deleted.RemoveAt(at);
        return Post($"records/{kind}", row);
    }

    private bool Delete(string kind, int id)
    {
        if (kind == "boards")
        {
            return false;
        }

        Touch(kind, id);
        deleted.Add((kind, simulator.Control(HttpMethod.Get, $"{door}records/{kind}/{id}")!));
        return simulator.Control(HttpMethod.Delete, $"{door}records/{kind}/{id}") is not null;
    }

    /// <summary>What happens to a note is seen by the change date of its ticket; nothing else would tell.</summary>
    private bool Touch(string kind, int id) =>
        kind != "notes" || Patch("tickets", simulator.Control(HttpMethod.Get, $"{door}records/notes/{id}")!["ticketId"]!.GetValue<int>(), new { }, silent: false);

    private bool SetStatus(int id, bool closed, bool silent)
    {
        var board = simulator.Control(HttpMethod.Get, $"{door}records/tickets/{id}")!["board"]!["id"]!.GetValue<int>();
        return Rows("statuses").Find(s => (s["boardId"] ?? s["board"]?["id"])?.GetValue<int>() == board && (s["closedStatus"]?.GetValue<bool>() == true) == closed) is { } status
            && Patch("tickets", id, new { status = new { id = status["id"]!.GetValue<int>() } }, silent);
    }

    private bool Bulk(Change change, string kind)
    {
        var ids = Rows(kind).Select(r => r["id"]!.GetValue<int>()).Where(id => (id + change.Pick) % 3 != 0).ToArray();
        return Post("bulk", change.Kind == ChangeKind.BulkDelete
            ? new { kind, ids, delete = true }
            : new { kind, ids, change = Text(change) });
    }

    /// <summary>A change of some text that every kind has.</summary>
    private static object Text(Change change) => change.Type switch
    {
        DataType.Tickets => new { summary = Clean(change.Text) },
        DataType.TicketNotes => new { text = Clean(change.Text) },
        DataType.Companies => new { city = Clean(change.Text) },
        _ => new { name = Clean(change.Text) },
    };

    /// <summary>ConnectWise keeps no NUL and no leading or trailing blanks.</summary>
    private static string Clean(string text) => text.Replace("\0", "", StringComparison.Ordinal).Trim();

    private static string Word(bool value) => value ? "true" : "false";

    private bool Patch(string kind, int id, object change, bool silent) =>
        simulator.Control(HttpMethod.Patch, $"{door}records/{kind}/{id}?touch={Word(!silent)}", change) is not null;

    private bool Post(string path, object body) => simulator.Control(HttpMethod.Post, door + path, body) is not null;

    private List<JsonNode> Rows(string kind) => [.. simulator.Control(HttpMethod.Get, $"{door}records/{kind}")!.AsArray().Select(n => n!)];
}
