using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Microsoft365;

/// <summary>One page of a list of Graph's, and where it leads.</summary>
/// <param name="Next">The next page; an empty page may have one.</param>
/// <param name="Changes">Where the next round of changes begins; at the end of a delta only.</param>
internal sealed record GraphPage(IReadOnlyList<JsonElement> Rows, Uri? Next, Uri? Changes, DateTimeOffset? Time)
{
    public static async Task<GraphPage> GetAsync(Microsoft365Client client, Uri address, VendorPermission permission, CancellationToken ct) =>
        Of(client, address, await client.GetAsync(address, permission, ct));

    /// <exception cref="FaultException">It is no page, or it leads somewhere else.</exception>
    public static GraphPage Of(Microsoft365Client client, Uri address, VendorResponse response)
    {
        var body = client.One(response);
        if (!body.TryGetProperty("value", out var rows) || rows.ValueKind != JsonValueKind.Array)
        {
            throw Microsoft365Errors.NoData(response, client.Scrub);
        }

        var next = Link(client, body, "@odata.nextLink");
        return next == address
            ? throw new FaultException(new Fault.BadData("Microsoft Graph's next page is the one that was asked for: it does not lead on."))
            : new GraphPage([.. rows.EnumerateArray()], next, Link(client, body, "@odata.deltaLink"), response.Time);
    }

    /// <summary>All rows of a list that is short enough to be held.</summary>
    public static async Task<IReadOnlyList<JsonElement>> AllAsync(Microsoft365Client client, GraphPage first, VendorPermission permission, CancellationToken ct)
    {
        var rows = first.Rows.ToList();
        for (var next = first.Next; next is not null;)
        {
            var page = await GetAsync(client, next, permission, ct);
            rows.AddRange(page.Rows);
            next = page.Next;
        }

        return rows;
    }

    /// <summary>A link is asked with a token, so it has to lead to Graph.</summary>
    private static Uri? Link(Microsoft365Client client, JsonElement body, string name)
    {
        string? text;
        try
        {
            text = body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            text = null;   // No text at all.
        }

        if (text is null)
        {
            return body.TryGetProperty(name, out var other) && other.ValueKind != JsonValueKind.Null ? throw Elsewhere("something that is no address") : null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var link) && client.IsTrusted(link) ? link
            : throw Elsewhere(link is { Host.Length: > 0 } ? link.IdnHost : "something that is no address");
    }

    private static FaultException Elsewhere(string where) => new(new Fault.BadData($"Microsoft Graph's answer leads to {VendorResponse.Shorten(where, 100)} instead of on. Tokens are never sent there."));
}
