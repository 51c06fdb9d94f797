using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.HaloPsa;

/// <summary>Lists: what does not filter is passed over without a word, and no page is larger than the server likes.</summary>
internal sealed class HaloPsaLists(HaloPsaVendor vendor)
{
    /// <summary>Whatever is asked for.</summary>
    private const int LargestPage = 100;

    /// <summary>The acting agent's own page, when no paging is asked for.</summary>
    private const int UsualPage = 50;

    private const int Remembered = 40;

    private static readonly string[] Paging = ["pageinate", "page_size", "page_no", "count"];
    private static readonly string[] Numbers = ["page_size", "page_no", "count", "client_id", "status_id", "requesttype_id", "agent_id", "user_id", "ticket_id", "assettype_id", "type_id", "site_id"];

    private readonly Dictionary<string, IReadOnlyList<JsonObject>> filtered = new(StringComparer.Ordinal);
    private int filteredAt = -1;

    public JsonAnswer List(VendorRequest request, Resource resource, string name)
    {
        if (Numbers.FirstOrDefault(n => request.Query(n) is { Length: > 0 } text && !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)) is { } wrong)
        {
            return JsonAnswer.Json(new JsonObject { [wrong] = new JsonArray($"The value '{request.Query(wrong)}' is not valid.") }, 400);
        }

        var rows = Matching(request, resource);
        if (resource.Envelope is null)
        {
            return Bare(request, resource, rows);
        }

        var (page, number) = Page(request, resource, name, rows);
        var total = rows.Count;
        var paged = IsTrue(request, "pageinate");
        return JsonAnswer.List(page, resource.Kind, (writer, served) =>
        {
            writer.WriteStartObject();
            if (paged)
            {
                writer.WriteNumber("page_no", number);
                writer.WriteNumber("page_size", Size(request));
            }

            writer.WriteNumber("record_count", total);
            writer.WritePropertyName(resource.Envelope);
            JsonAnswer.WriteArray(writer, served);
            writer.WriteEndObject();
        });
    }

    public static bool IsTrue(VendorRequest request, string name) => bool.TryParse(request.Query(name), out var value) && value;

    private JsonAnswer Bare(VendorRequest request, Resource resource, IReadOnlyList<JsonObject> rows)
    {
        IReadOnlyList<JsonObject> served = [.. rows.Select(row => HaloPsaShapes.InList(resource.Kind, row, request))];
        return resource.Kind != "agents" || !vendor.Behaviour.AgentEnvelope
            ? JsonAnswer.List(served, resource.Kind)
            : JsonAnswer.List(served, resource.Kind, (writer, written) =>
            {
                writer.WriteStartObject();
                writer.WriteNumber("record_count", served.Count);
                writer.WritePropertyName("results");
                JsonAnswer.WriteArray(writer, written);
                writer.WriteEndObject();
            });
    }

    private (IReadOnlyList<JsonObject> Rows, int Number) Page(VendorRequest request, Resource resource, string name, IReadOnlyList<JsonObject> rows)
    {
        var number = 1;
        var size = Whole(request, "count") is > 0 and var count ? (int)count : UsualPage;
        if (IsTrue(request, "pageinate"))
        {
            size = request.Cap > 0 ? Math.Min(request.Cap, Size(request)) : Size(request);
            number = (int)Math.Max(1, Whole(request, "page_no"));
        }

        var start = vendor.Behaviour.RepeatsFirstPage.Contains(name, StringComparer.OrdinalIgnoreCase) ? 0 : (number - 1) * size;
        return ([.. rows.Skip(start).Take(size).Select(row => HaloPsaShapes.InList(resource.Kind, row, request))], number);
    }

    private static int Size(VendorRequest request) => Whole(request, "page_size") is > 0 and var asked ? (int)Math.Min(LargestPage, asked) : UsualPage;

    /// <summary>Remembered until something changes, since every page asks the same.</summary>
    private IReadOnlyList<JsonObject> Matching(VendorRequest request, Resource resource)
    {
        if (filteredAt != vendor.Version || filtered.Count > Remembered)
        {
            filtered.Clear();
            filteredAt = vendor.Version;
        }

        var question = resource.Kind + "?" + string.Join('&', request.Context.Request.Query.Where(q => !Paging.Contains(q.Key, StringComparer.OrdinalIgnoreCase)).Select(q => $"{q.Key}={q.Value}"));
        if (!filtered.TryGetValue(question, out var rows))
        {
            filtered[question] = rows = HaloPsaFilter.Apply(request, resource, vendor.World);
        }

        return rows;
    }

    private static long Whole(VendorRequest request, string name) => long.TryParse(request.Query(name), CultureInfo.InvariantCulture, out var value) ? value : 0;
}
