using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Histories.Vendors;
using MSPortal.Histories.Vendors.Clouds;

namespace MSPortal.Bench.Together;

/// <summary>A partner whose clients have all agreed, each connected on its own.</summary>
internal sealed class ConnectedCloud(IServiceProvider portal, TimeProvider clock, Wire wire) : Connected(Cloud, portal, clock, wire)
{
    private static readonly Microsoft365 Cloud = new();

    private IReadOnlyList<string> clients = [];

    public int Clients => clients.Count;

    protected override IReadOnlyList<Truth> Truths => [.. Cloud.Others.Where(t => t.DataType != DataType.Companies)];

    public override async Task<int> ChangeAsync(CancellationToken ct)
    {
        var chosen = (await TheirsAsync(Cloud.Of(DataType.CloudUsers), ct)).Where((_, i) => i % 100 == 0).ToList();
        foreach (var (user, i) in chosen.Select((u, i) => (u, i)))
        {
            await EditAsync(user.Partition, new { @do = "changeUser", id = (string?)user.Row["id"], set = new { displayName = string.Create(CultureInfo.InvariantCulture, $"Changed {i}") } }, ct);
        }

        return chosen.Count;
    }

    protected override async Task PrepareAsync(CancellationToken ct)
    {
        clients = [.. (await Control.AboutAsync(ct))["tenants"]!.AsArray().Skip(1).Select(t => (string)t!["id"]!)];
        foreach (var client in clients)
        {
            await EditAsync(client, new { @do = "grantConsent" }, ct);
        }
    }

    protected override async Task ChooseAsync(CancellationToken ct)
    {
        foreach (var client in clients)
        {
            var made = await Portal.GetRequiredService<ConnectingClients>().ConnectAsync(Id, client, null, Person, ct);
            if (!made.Succeeded)
            {
                throw new InvalidOperationException($"{client}: {made.Problem}");
            }
        }
    }

    protected override async Task<IEnumerable<(string Partition, JsonNode Row)>> TheirsAsync(Truth truth, CancellationToken ct)
    {
        var rows = new List<(string, JsonNode)>();
        foreach (var client in clients)
        {
            foreach (var row in Cloud.Plain(truth, await Control.ListAsync($"tenants/{client}/{truth.Kind}", ct)))
            {
                rows.Add((client, row));
            }
        }

        return rows;
    }

    private Task EditAsync(string client, object edit, CancellationToken ct) => Control.DoAsync(new Edit(HttpMethod.Post, $"tenants/{client}/edits", new[] { edit }), ct);
}
