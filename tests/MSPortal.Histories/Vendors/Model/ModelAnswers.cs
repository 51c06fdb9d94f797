using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Web;
using MSPortal.Core.Model;
using MSPortal.Histories.Plan;

namespace MSPortal.Histories.Vendors.Model;

/// <summary>The model vendor's API: lists by id, counts, single records, notes of a ticket, the account.</summary>
internal sealed class ModelAnswers(ModelTables tables, Func<bool> knows, Func<bool> mayReadTickets)
{
    public const string Key = "s3cr3t-of-the-model-vendor";

    private readonly Dictionary<DataType, HashSet<string>> misrepresented = [];

    private readonly HashSet<string> hidden = [];

    public IReadOnlySet<string> Misrepresented(DataType type) => misrepresented.GetValueOrDefault(type) ?? [];

    /// <summary>Lists show again what they did not.</summary>
    public void Reveal() => hidden.Clear();

    public static Where Of(HttpRequestMessage request)
    {
        var path = request.RequestUri!.AbsolutePath;
        return path.EndsWith("/some", StringComparison.Ordinal) ? Where.Singles
            : path.EndsWith("/notes", StringComparison.Ordinal) ? Where.Children
            : path.EndsWith("/account", StringComparison.Ordinal) ? Where.Anywhere
            : Where.Lists;
    }

    public HttpResponseMessage Answer(HttpRequestMessage request, Break? fault)
    {
        if (!knows() || request.Headers.Authorization?.Parameter != Key)
        {
            return Say(HttpStatusCode.Unauthorized, """{"error":"The key is not valid."}""");
        }

        var segments = request.RequestUri!.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries)[1..];
        var query = HttpUtility.ParseQueryString(request.RequestUri.Query);
        string? Get(string name) => query[name];
        if (segments is ["account"])
        {
            return Say(HttpStatusCode.OK, $$"""{"id":"model-1","name":"Model MSP","tickets":{{(mayReadTickets() ? "true" : "false")}}}""");
        }

        var type = DataTypes.Parse(segments[0])!.Value;
        if (type == DataType.Tickets && !mayReadTickets())
        {
            return Say(HttpStatusCode.Forbidden, """{"error":"No permission."}""");
        }

        return segments switch
        {
            [_, "count"] => Say(HttpStatusCode.OK, $$"""{"count":{{Listed(type, Get).Count()}}}"""),
            [_, "some"] => Some(type, Get("ids")!.Split(','), fault),
            [_, var id, "notes"] => Notes(ModelTables.Id(id), fault),
            _ => List(type, Get, fault),
        };
    }

    private IEnumerable<KeyValuePair<int, ModelRow>> Listed(DataType type, Func<string, string?> query)
    {
        var after = int.Parse(query("after") ?? "0", CultureInfo.InvariantCulture);
        var since = query("since") is { } time ? DateTimeOffset.Parse(time, CultureInfo.InvariantCulture) : DateTimeOffset.MinValue;
        var boards = query("boards")?.Split(',');
        return tables.Listed(type).Where(r => r.Key > after && r.Value.ChangedAt >= since
            && (boards is null || boards.Contains(((Ticket)r.Value.Record).ContainerId)) && !hidden.Contains($"{type} {r.Key}"));
    }

    private HttpResponseMessage List(DataType type, Func<string, string?> query, Break? fault)
    {
        var limit = int.Parse(query("limit")!, CultureInfo.InvariantCulture);
        var all = Listed(type, query).ToList();
        if (fault is { Kind: FaultKind.Hidden } && all.Count > 0)
        {
            var id = all[fault.Variant % all.Count].Key;
            Misrepresent(type, ModelTables.Text(id));
            hidden.Add($"{type} {id}");
            all.RemoveAll(r => r.Key == id);
        }

        var rows = all.Take(fault is { Kind: FaultKind.LowerCap } ? Math.Min(limit, 2) : limit).Select(r => r.Value).ToList();
        return Rows(type, rows, all.Count > rows.Count, fault);
    }

    private HttpResponseMessage Some(DataType type, string[] ids, Break? fault)
    {
        var rows = ids.Select(id => tables.Find(type, ModelTables.Id(id))).OfType<ModelRow>().ToList();
        var gone = ids.Where(id => tables.Find(type, ModelTables.Id(id)) is null);
        return Rows(type, rows, false, fault, $",\"gone\":[{string.Join(',', gone.Select(g => $"\"{g}\""))}]");
    }

    private HttpResponseMessage Notes(int ticket, Break? fault) => tables.Find(DataType.Tickets, ticket) is null
        ? Say(HttpStatusCode.NotFound, """{"error":"NoSuchTicket"}""")
        : Rows(DataType.TicketNotes, [.. tables.Notes(ticket).Select(n => n.Value)], false, fault);

    private HttpResponseMessage Rows(DataType type, List<ModelRow> rows, bool more, Break? fault, string rest = "")
    {
        var texts = rows.Select(r => r.Line).ToList();
        var count = texts.Count;
        switch (fault?.Kind)
        {
            case FaultKind.ShortPage when count > 0:
                texts.RemoveAt(fault.Variant % count);
                break;
            case FaultKind.RowTwice when count > 0:
                texts.Add(texts[fault.Variant % count]);
                count++;
                break;
            case FaultKind.Empty:
                // Only a lie about the count cannot be seen through; of notes nobody would count again.
                (texts, count, more) = ([], type == DataType.TicketNotes ? count : 0, false);
                rest = rest.Length > 0 ? ",\"gone\":[]" : "";
                break;
            case FaultKind.BadField when count > 0:
                var victim = fault.Variant % count;
                Misrepresent(type, rows[victim].Record.ExternalId);
                texts[victim] = Spoil(texts[victim], fault.Variant / 7);
                break;
            default:
                break;
        }

        return Say(HttpStatusCode.OK, $$"""{"rows":[{{string.Join(',', texts)}}],"count":{{count}},"more":{{(more ? "true" : "false")}},"time":"{{tables.Time.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}}"{{rest}}}""");
    }

    private void Misrepresent(DataType type, string id) => (misrepresented.TryGetValue(type, out var ids) ? ids : misrepresented[type] = []).Add(id);

    private static string Spoil(string row, int variant)
    {
        var node = JsonNode.Parse(row)!.AsObject();
        var name = node.ContainsKey("summary") ? "summary" : node.ContainsKey("name") ? "name" : "text";
        switch (variant % 8)
        {
            case 0: node[name] = null; break;
            case 1: node.Remove(name); break;
            case 2: node[name] = new JsonObject { ["x"] = 1 }; break;
            case 3: node[name] = new string('x', 60_000); break;
            case 4: node[name] = "NUL \0 inside"; break;
            case 5: node["priority"] = "SomethingNew"; break;
            case 6: node["externalId"] = null; break;
            default: return row.Replace($"\"{name}\":\"", $"\"{name}\":\"\\ud800", StringComparison.Ordinal);
        }

        return node.ToJsonString();
    }

    private HttpResponseMessage Say(HttpStatusCode status, string json)
    {
        var answer = new HttpResponseMessage(status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json)) };
        answer.Content.Headers.ContentType = new("application/json");
        answer.Headers.Date = tables.Time;
        return answer;
    }
}
