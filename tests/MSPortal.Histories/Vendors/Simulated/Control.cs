using System.Text.Json.Nodes;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>The control of one vendor's simulator.</summary>
internal sealed class Control(InProcess simulator, string provider)
{
    /// <summary>Null when it refuses.</summary>
    public JsonNode? Ask(HttpMethod method, string path, object? body = null) => simulator.Control(method, $"{provider}/{path}", body);

    public bool Post(string path, object body) => Ask(HttpMethod.Post, path, body) is not null;

    public bool Do(Edit edit) => Ask(edit.Method, edit.Path, edit.Body) is not null;

    public IReadOnlyList<JsonNode> Rows(string kind) => [.. Ask(HttpMethod.Get, $"records/{kind}")!.AsArray().Select(n => n!)];
}
