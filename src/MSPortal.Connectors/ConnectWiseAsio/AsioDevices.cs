using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Web;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.ConnectWiseAsio;

/// <summary>
/// Devices: asked for by POST, four companies at a time, with the fields that are kept. The next page is named in a Link header only,
/// and “not found” is how the platform says that there are none.
/// </summary>
internal static class AsioDevices
{
    private const int PageSize = 500;

    /// <summary>As many as one question may name.</summary>
    private const int MostCompanies = 4;

    private const string Memory = "cwasio.sites";

    /// <summary>Fifteen is as many as may be named.</summary>
    private const string Fields = "friendlyName,deviceName,resourceType,endpointType,virtualType,ipAddress,macAddress,modifiedAt,remoteAddress,os,system,bios,processors,physicalMemory,antiViruses";

    /// <summary>In which answers are grouped.</summary>
    public static IReadOnlyList<string> Categories { get; } = ["platform", "network", "cloud"];

    public static async IAsyncEnumerable<Page> ReadAsync(Session session, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var client = new AsioClient(session);
        var place = AsioPass.Read(request.Cursor);
        var (companies, bad, _) = await AsioCompanies.AllAsync(client, ct);
        List<string> ids = [.. companies.Select(c => c.ExternalId).Concat(bad.Select(b => b.ExternalId).OfType<string>()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var doubt = bad.Any(b => b.ExternalId is null) ? "A company came without an id, so that nobody can ask for its devices." : null;
        (var sites, place) = await SitesAsync(client, place, ct);
        for (var over = false; !over;)
        {
            ct.ThrowIfCancellationRequested();
            var chunk = Chunk(ids, place);
            if (chunk.Count == 0)
            {
                session.Memory.TryRemove(Memory, out _);
                yield return new Page([], Cursor.Start) { Complete = doubt is null, Doubt = doubt };
                yield break;
            }

            var page = await PageAsync(client, "company", chunk, place.Next, sites, ct);
            place = Step(place, chunk, page);
            over = Chunk(ids, place).Count == 0;
            if (over)
            {
                session.Memory.TryRemove(Memory, out _);
            }

            yield return new Page(page.Rows, over ? Cursor.Start : place.Write()) { Complete = over && doubt is null, Doubt = over ? doubt : null, Bad = page.Bad, VendorTime = page.Time };
        }
    }

    /// <summary>The companies that are asked for next: four, or one where four together were not found.</summary>
    public static IReadOnlyList<string> Chunk(IReadOnlyList<string> ids, AsioPass place) =>
        [.. ids.Where(id => string.CompareOrdinal(id, place.After) > 0).Take(string.CompareOrdinal(place.After, place.OneByOneUntil) < 0 ? 1 : MostCompanies)];

    /// <summary>Where the pass goes on. Several companies that are “not found”, or of which nothing comes, may be one that is gone beside three that have devices, so that each is asked alone.</summary>
    public static AsioPass Step(AsioPass place, IReadOnlyList<string> chunk, AsioPage page) =>
        page.Next is { } next ? place with { Next = next }
        : page.Received == 0 && chunk.Count > 1 && place.Next == 0 ? place with { OneByOneUntil = chunk[^1] }
        : place with { After = chunk[^1], Next = 0 };

    /// <summary>By the same question about these devices; those that it does not bring are asked for alone.</summary>
    public static async Task<IReadOnlyList<ReadResult>> ReadByIdsAsync(Session session, IReadOnlyList<string> ids, CancellationToken ct)
    {
        var client = new AsioClient(session);
        var sites = await AsioCompanies.SiteNamesAsync(client, ct);
        var results = ids.Distinct(StringComparer.Ordinal).Where(id => !AsioJson.IsId(id)).Select(id => (ReadResult)new ReadResult.Unknown(id, $"“{id}” is not an id of ConnectWise's.")).ToList();
        var found = new Dictionary<string, ReadResult>(StringComparer.Ordinal);
        foreach (var chunk in ids.Where(AsioJson.IsId).Distinct(StringComparer.Ordinal).Chunk(PageSize))
        {
            Note(found, await PageAsync(client, "endpoint", chunk, 0, sites, ct));
        }

        var (alone, answers) = (new OneByOne(), (bool?)null);
        foreach (var id in ids.Where(AsioJson.IsId).Distinct(StringComparer.Ordinal))
        {
            var result = found.GetValueOrDefault(id) ?? await alone.AskAsync(id, () => AloneAsync(client, id, sites, ct));
            results.Add(result is not ReadResult.Gone || (answers ??= found.Count > 0 || await AsioCompanies.HaveDevicesAsync(client, ct)) ? result : new ReadResult.Unknown(id, "ConnectWise does not answer where its devices are."));
        }

        return results;
    }

    /// <summary>Where a device stands, for calls that have to name it.</summary>
    public static async Task<AsioPlace?> PlaceAsync(AsioClient client, string id, CancellationToken ct)
    {
        var page = await PageAsync(client, "endpoint", [id], 0, new Dictionary<string, string>(), ct);
        return page.Places.GetValueOrDefault(id);
    }

    /// <summary>The least that can be asked for: the first device of a company.</summary>
    public static Task<VendorResponse> AskOneAsync(AsioClient client, string company, CancellationToken ct) => AskAsync(client, "company", [company], 0, 1, ct);

    public static async Task<bool> HasAnyAsync(AsioClient client, IReadOnlyList<string> companies, CancellationToken ct) =>
        (await PageAsync(client, "company", companies, 0, new Dictionary<string, string>(), ct)).Received > 0;

    private static async Task<ReadResult> AloneAsync(AsioClient client, string id, IReadOnlyDictionary<string, string> sites, CancellationToken ct)
    {
        var found = new Dictionary<string, ReadResult>(StringComparer.Ordinal);
        var page = await PageAsync(client, "endpoint", [id], 0, sites, ct);
        Note(found, page);
        return found.GetValueOrDefault(id) ?? (page.NotFound ? new ReadResult.Gone(id) : new ReadResult.Unknown(id, "ConnectWise said neither that it is there nor that it is gone."));
    }

    private static void Note(Dictionary<string, ReadResult> found, AsioPage page)
    {
        foreach (var row in page.Rows)
        {
            found[row.ExternalId] = new ReadResult.Present(row);
        }

        foreach (var bad in page.Bad.Where(b => b.ExternalId is not null))
        {
            found.TryAdd(bad.ExternalId!, new ReadResult.Bad(bad.ExternalId!, bad));
        }
    }

    private static Task<VendorResponse> AskAsync(AsioClient client, string kind, IReadOnlyList<string> resources, int cursor, int limit, CancellationToken ct) => client.AskAsync(
        HttpMethod.Post,
        string.Create(CultureInfo.InvariantCulture, $"/v2/device/categories/all/endpoints?limit={limit}&cursor={cursor}&field={Uri.EscapeDataString(Fields)}"),
        new { resourceType = kind, resources },
        AsioPermissions.Devices,
        ct);

    private static async Task<AsioPage> PageAsync(AsioClient client, string kind, IReadOnlyList<string> resources, int cursor, IReadOnlyDictionary<string, string> sites, CancellationToken ct)
    {
        var response = await AskAsync(client, kind, resources, cursor, PageSize, ct);
        if (AsioErrors.IsNotFound(response))
        {
            return new AsioPage([], [], null) { NotFound = true, Time = response.Time };
        }

        if (!response.IsSuccess)
        {
            throw client.Refusal(response, AsioPermissions.Devices);
        }

        var page = Understand(client.Data(response, JsonValueKind.Object), sites);
        return page with { Next = Next(client.Site, response.Header("Link"), cursor, page.Received), Time = response.Time };
    }

    private static AsioPage Understand(JsonElement answer, IReadOnlyDictionary<string, string> sites)
    {
        var (rows, bad, places, received) = (new Dictionary<string, ExternalRecord>(StringComparer.Ordinal), new List<BadRow>(), new Dictionary<string, AsioPlace>(StringComparer.Ordinal), 0);
        foreach (var (category, group) in Categories.SelectMany(c => AsioJson.Items(answer, c).Select(g => (c, g))))
        {
            var place = Where(category, group);
            foreach (var element in AsioJson.Items(group, "endpoints"))
            {
                received++;
                var (record, trouble) = AsioJson.Read(element, "endpointid", row => AsioMapping.Device(row, place, place.Site is { } site ? sites.GetValueOrDefault(site) : null));
                if (record is not null)
                {
                    (rows[record.ExternalId], places[record.ExternalId]) = (record, place);
                }
                else
                {
                    bad.Add(trouble!);
                }
            }
        }

        return new AsioPage([.. rows.Values], bad, null) { Places = places, Received = received };
    }

    private static AsioPlace Where(string category, JsonElement group)
    {
        try
        {
            var row = new JsonRow(group);
            return new AsioPlace(category, AsioJson.Id(row, "companyid"), AsioJson.Id(row, "siteid"));
        }
        catch (Exception e) when (e is FieldException or InvalidOperationException)
        {
            return new AsioPlace(category, null, null);
        }
    }

    /// <summary>Of the next page's address only the number counts, and only at the vendor's own host. A full page without one is not taken for the last.</summary>
    /// <exception cref="FaultException">It leads elsewhere, or back.</exception>
    public static int? Next(Uri site, string? link, int cursor, int received)
    {
        var next = link?.Split(',').Select(l => l.Trim()).FirstOrDefault(l => l.Contains("rel=\"next\"", StringComparison.OrdinalIgnoreCase) || l.Contains("rel=next", StringComparison.OrdinalIgnoreCase));
        if (next is null || next.IndexOf('>', StringComparison.Ordinal) is not (> 1 and var end) || next[0] != '<')
        {
            return received >= PageSize ? cursor + received : null;
        }

        var target = new Uri(site, next[1..end]);
        if (!target.Authority.Equals(site.Authority, StringComparison.OrdinalIgnoreCase) && Uri.IsWellFormedUriString(next[1..end], UriKind.Absolute))
        {
            throw new FaultException(new Fault.BadData($"ConnectWise's next page is at another host ({target.IdnHost}), which is not asked."));
        }

        return int.TryParse(HttpUtility.ParseQueryString(target.Query)["cursor"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > cursor
            ? number
            : throw new FaultException(new Fault.BadData("ConnectWise's next page does not lead on."));
    }

    /// <summary>The names of sites, asked once a pass and again when this process has forgotten them.</summary>
    private static async Task<(IReadOnlyDictionary<string, string> Names, AsioPass Place)> SitesAsync(AsioClient client, AsioPass place, CancellationToken ct)
    {
        var memory = client.Session.Memory;
        if (place.Pass is { } pass && memory.TryGetValue(Memory, out var known) && known is Remembered remembered && remembered.Pass == pass)
        {
            return (remembered.Names, place);
        }

        var name = client.Session.Clock.GetUtcNow().UtcTicks.ToString(CultureInfo.InvariantCulture);
        var names = await AsioCompanies.SiteNamesAsync(client, ct);
        memory[Memory] = new Remembered(name, names);
        return (names, place with { Pass = name });
    }

    private sealed record Remembered(string Pass, IReadOnlyDictionary<string, string> Names);
}

/// <param name="Next">The number of the next page; null when this was the last.</param>
internal sealed record AsioPage(IReadOnlyList<ExternalRecord> Rows, IReadOnlyList<BadRow> Bad, int? Next)
{
    /// <summary>The platform said “not found”: nothing there, or nobody.</summary>
    public bool NotFound { get; init; }

    public int Received { get; init; }

    public IReadOnlyDictionary<string, AsioPlace> Places { get; init; } = new Dictionary<string, AsioPlace>();

    public DateTimeOffset? Time { get; init; }
}

/// <summary>Where a pass stands.</summary>
/// <param name="After">Companies up to this id have been read.</param>
/// <param name="Next">The page of those that come next.</param>
/// <param name="OneByOneUntil">Companies up to this id are asked for alone.</param>
/// <param name="Pass">Names the pass whose sites may still be remembered.</param>
internal sealed record AsioPass(
    [property: JsonPropertyName("a")] string After = "",
    [property: JsonPropertyName("n")] int Next = 0,
    [property: JsonPropertyName("u")] string OneByOneUntil = "",
    [property: JsonPropertyName("p")] string? Pass = null)
{
    public static AsioPass Read(Cursor cursor) => CursorJson.Read<AsioPass>(cursor) is { Next: >= 0, After: not null, OneByOneUntil: not null } read ? read : new AsioPass();

    public Cursor Write() => CursorJson.Write(this);
}
