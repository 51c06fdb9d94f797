using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.NinjaOne;

/// <summary>Bulk queries: rows without an id of their own, in pages of a cursor that the server keeps, moves and forgets.</summary>
internal sealed class NinjaOneQueries(NinjaOneVendor vendor)
{
    private readonly Dictionary<string, Open> open = new(StringComparer.Ordinal);
    private int made;

    /// <param name="filter">About devices; a row is served when its device passes.</param>
    public JsonAnswer Answer(VendorRequest request, string kind, Func<JsonObject, bool> filter)
    {
        var now = vendor.Clock.GetUtcNow();
        var name = request.Query("cursor");
        if (name is not null && (!open.TryGetValue(name, out var known) || known.Kind != kind || known.Until < now))
        {
            return vendor.Error(404);   // Unknown or expired.
        }

        if (name is null)
        {
            foreach (var old in open.Where(o => o.Value.Until < now).Select(o => o.Key).ToList())
            {
                open.Remove(old);
            }

            name = string.Create(CultureInfo.InvariantCulture, $"{kind}-{vendor.Options.Seed}-{++made}");
            open[name] = new Open(kind, [.. vendor.World[kind].Rows.Where(r => vendor.World["devices"].Find(r.Whole("deviceId")) is { } device && filter(device))]);
        }

        var cursor = open[name];
        var size = int.TryParse(request.Query("pageSize"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Min(asked, vendor.Behaviour.LargestPage) : vendor.Behaviour.LargestPage;
        IReadOnlyList<JsonObject> rows = [.. cursor.Rows.Skip(cursor.Offset).Take(request.Cap > 0 ? Math.Min(request.Cap, size) : size).Select(WithoutId)];
        cursor.Offset += rows.Count;
        cursor.Until = now.AddSeconds(vendor.Behaviour.CursorSeconds);
        var (offset, until, last) = (cursor.Offset, NinjaOneSeed.Seconds(cursor.Until), cursor.Offset >= cursor.Rows.Count && vendor.Behaviour.LastPageWithoutCursor);
        return JsonAnswer.List(rows, around: (writer, served) =>
        {
            writer.WriteStartObject();
            if (!last)
            {
                writer.WriteStartObject("cursor");
                writer.WriteString("name", name);
                writer.WriteNumber("offset", offset);
                writer.WriteNumber("count", served.Count);
                writer.WriteNumber("expires", until);
                writer.WriteEndObject();
            }

            writer.WritePropertyName("results");
            JsonAnswer.WriteArray(writer, served);
            writer.WriteEndObject();
        });
    }

    private static JsonObject WithoutId(JsonObject row) => new(row.Where(p => p.Key != "id").Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));

    private sealed class Open(string kind, IReadOnlyList<JsonObject> rows)
    {
        public string Kind => kind;

        public IReadOnlyList<JsonObject> Rows => rows;

        public int Offset { get; set; }

        public DateTimeOffset Until { get; set; } = DateTimeOffset.MaxValue;
    }
}
