using System.Text.Json;
using MSPortal.Core.Diagnosis;

namespace MSPortal.Tests.Acceptance.Mending;

/// <summary>What the diagnosis says, as programs get it.</summary>
/// <param name="Cause">Null: nothing keeps it away.</param>
/// <param name="Page">Where the button leads.</param>
/// <param name="Request">What the button does itself.</param>
internal sealed record Answer(Cause? Cause, string Summary, string? Advice, RemedyKind? Kind, string? Page, string? Request)
{
    public static Answer Of(JsonElement result)
    {
        var remedy = result.GetProperty("remedy");
        return new(
            Word<Cause>(result, "cause"), Text(result, "summary")!, Text(result, "advice"),
            Word<RemedyKind>(remedy, "kind"), Text(remedy, "page"), Text(remedy, "request"));
    }

    public override string ToString() => $"{Cause}: {Summary} {Advice}";

    private static string? Text(JsonElement from, string name) => from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static T? Word<T>(JsonElement from, string name)
        where T : struct, Enum => Text(from, name) is { } word ? Enum.Parse<T>(word, ignoreCase: true) : null;
}
