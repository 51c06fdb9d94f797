using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MSPortal.Simulators.Common;

/// <summary>What faults do to an answer.</summary>
internal static class JsonFaults
{
    /// <summary>An answer that is given instead of the right one.</summary>
    /// <param name="error">An error as the vendor words it.</param>
    public static JsonAnswer? Instead(Func<int, JsonAnswer> error, IReadOnlyList<Fault> faults)
    {
        foreach (var fault in faults)
        {
            switch (fault.Kind)
            {
                case FaultKind.Status: return Status(error, fault);
                case FaultKind.Html: return JsonAnswer.Html(fault.Code ?? 200, "Service is being updated");
                case FaultKind.Redirect:
                    var answer = JsonAnswer.Nothing(fault.Code ?? 302);
                    answer.Headers["Location"] = fault.Url ?? "/";
                    return answer;
                default: break;
            }
        }

        return null;
    }

    /// <summary>Changes to the rows of a right answer.</summary>
    public static void Touch(JsonAnswer answer, IReadOnlyList<Fault> faults)
    {
        foreach (var fault in faults)
        {
            if (answer.Rows is not { } rows)
            {
                if (fault.Kind is FaultKind.EmptyArray)
                {
                    answer.Body = "[]"u8.ToArray();
                }

                continue;
            }

            answer.Rows = fault.Kind switch
            {
                FaultKind.EmptyArray => [],
                FaultKind.ShortPage => [.. rows.Take(Math.Max(0, rows.Count - fault.Rows))],
                FaultKind.DuplicateRow => [.. rows, .. rows.Take(fault.Rows)],
                FaultKind.Mutate => [.. rows.Select(row => IsMeant(row, fault) ? Mutate(answer, row, fault) : row)],
                _ => rows,
            };
        }
    }

    /// <summary>Who forgets the answer's last half sends its first.</summary>
    public static byte[] Cut(byte[] bytes, IReadOnlyList<Fault> faults) =>
        faults.Any(f => f.Kind is FaultKind.Truncate) ? bytes[..(bytes.Length / 2)] : bytes;

    public static string Date(DateTimeOffset now, IReadOnlyList<Fault> faults) =>
        now.AddMinutes(faults.Where(f => f.Kind is FaultKind.Clock).Sum(f => f.Minutes)).ToString("r", CultureInfo.InvariantCulture);

    private static bool IsMeant(JsonObject row, Fault fault) =>
        fault.Ids?.Contains((int)row.Whole("id")) is not false && fault.Keys?.Contains(row.Text("id")) is not false;

    private static JsonObject Mutate(JsonAnswer answer, JsonObject row, Fault fault)
    {
        var changed = (JsonObject)row.DeepClone();
        var path = (fault.Property ?? "id").Split('/');
        JsonNode? at = changed;
        foreach (var step in path[..^1])
        {
            at = (at as JsonObject)?[step];
        }

        if (at is not JsonObject holder)
        {
            return row;
        }

        if (fault.Was?.Contains(holder[path[^1]]?.ToString() ?? "") is false)
        {
            return row;
        }

        if (fault.Remove)
        {
            holder.Remove(path[^1]);
            return changed;
        }

        holder[path[^1]] = fault switch
        {
            { Raw: { } raw } => Marker(answer, raw),
            { Huge: { } length } => new string('x', length),
            { Value: { } value } => JsonNode.Parse(value.GetRawText()),
            _ => null,
        };
        return changed;
    }

    private static string Marker(JsonAnswer answer, string raw)
    {
        var marker = $"raw-{answer.Raw.Count}-marker";
        answer.Raw[marker] = raw;
        return marker;
    }

    private static JsonAnswer Status(Func<int, JsonAnswer> error, Fault fault)
    {
        var retryAfter = fault.RetryAfter is { } given ? given.ToString() : null;
        var answer = error(fault.Code ?? 500);
        if (retryAfter is not null)
        {
            answer.Headers["Retry-After"] = retryAfter;
        }

        if (fault.Body is { } body)
        {
            answer.Rows = null;
            answer.Body = Encoding.UTF8.GetBytes(body.ValueKind is JsonValueKind.String ? body.GetString()! : body.GetRawText());
        }

        return answer;
    }
}
