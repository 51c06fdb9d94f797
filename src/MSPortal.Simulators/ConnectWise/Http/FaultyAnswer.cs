using System.Globalization;
using System.Text;
using System.Text.Json;
using MSPortal.Simulators.Common;
using MSPortal.Simulators.ConnectWise.Control;
using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Http;

/// <summary>What faults do to an answer.</summary>
internal static class FaultyAnswer
{
    /// <summary>An answer that is given instead of the right one.</summary>
    public static Answer? Instead(IReadOnlyList<Fault> faults)
    {
        foreach (var fault in faults)
        {
            switch (fault.Kind)
            {
                case FaultKind.Status: return Status(fault);
                case FaultKind.Html: return Answer.Html(fault.Code ?? 200, "Service is being updated");
                case FaultKind.Redirect:
                    var answer = Answer.Nothing(fault.Code ?? 302);
                    answer.Headers["Location"] = fault.Url ?? "/";
                    return answer;
                default: break;
            }
        }

        return null;
    }

    /// <summary>Changes to the rows of a right answer, while they are rows.</summary>
    public static void Touch(Answer answer, IReadOnlyList<Fault> faults)
    {
        foreach (var fault in faults)
        {
            if (fault.Kind is FaultKind.EmptyArray)
            {
                (answer.Rows, answer.Body) = (null, "[]"u8.ToArray());
            }

            if (answer.Rows is not { } rows)
            {
                continue;
            }

            answer.Rows = fault.Kind switch
            {
                FaultKind.ShortPage => [.. rows.Take(Math.Max(0, rows.Count - fault.Rows))],
                FaultKind.DuplicateRow => [.. rows, .. rows.Take(fault.Rows)],
                FaultKind.Mutate => [.. rows.Select(row => fault.Ids is null || (row.Raw(0) is long id && fault.Ids.Contains((int)id)) ? Mutate(row, fault) : row)],
                _ => rows,
            };
        }
    }

    public static Node Mutate(Node row, Fault fault) => Mutate(row, (fault.Property ?? "id").Split('/'), fault);

    private static Node Mutate(Node row, ReadOnlySpan<string> path, Fault fault)
    {
        if (path.Length > 1)
        {
            return row.Child(path[0]) is { } child ? row.With(path[0], Mutate(child, path[1..], fault)) : row;
        }

        if (fault.Was?.Contains(string.Create(CultureInfo.InvariantCulture, $"{row[path[0]]}")) is false)
        {
            return row;
        }

        if (fault.Remove)
        {
            return row.Without(path[0]);
        }

        return row.With(path[0], fault switch
        {
            { Raw: { } raw } => new RawJson(raw),
            { Huge: { } length } => new string('x', length),
            { Value: { } value } => NodeJson.Read(value),
            _ => null,
        });
    }

    private static Answer Status(Fault fault)
    {
        var code = fault.Code ?? 500;
        var retryAfter = fault.RetryAfter is { } given ? given.ToString() : null;
        var answer = code switch
        {
            429 => Answer.TooMany(retryAfter ?? "30"),
            401 => Answer.Error(401, "Unauthorized", "UserNotAuthenticated"),
            403 => Answer.Error(403, "Security", "You do not have security permission to perform this action."),
            404 => Answer.Error(404, "NotFound", "The resource was not found"),
            _ => Answer.Error(code, "ConnectWiseApi", "A timeout has occured. Please try again."),
        };
        answer.Headers.Remove("Retry-After");
        if (retryAfter is not null)
        {
            answer.Headers["Retry-After"] = retryAfter;
        }

        if (fault.Body is { } body)
        {
            answer.Body = Encoding.UTF8.GetBytes(body.ValueKind is JsonValueKind.String ? body.GetString()! : body.GetRawText());
        }

        return answer;
    }
}
