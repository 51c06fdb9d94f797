using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MSPortal.Histories.Vendors;

namespace MSPortal.Bench;

/// <summary>The control of a simulated vendor, by HTTP.</summary>
internal sealed class VendorControl(Uri simulator, string provider) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = new Uri(simulator, $"control/{provider}/"), Timeout = TimeSpan.FromMinutes(10) };

    public async Task<JsonObject> AboutAsync(CancellationToken ct) => (await http.GetFromJsonAsync<JsonObject>("", ct))!;

    /// <summary>Of these fields of a settings form, those that the vendor would have told its customer.</summary>
    public async Task<Dictionary<string, string>> SettingsAsync(IEnumerable<string> fields, CancellationToken ct)
    {
        var about = await AboutAsync(ct);
        return fields.Where(about.ContainsKey).ToDictionary(f => f, f => about[f]!.GetValue<string>());
    }

    public Task<IReadOnlyList<JsonNode>> RecordsAsync(string kind, CancellationToken ct) => ListAsync($"records/{kind}", ct);

    public async Task<IReadOnlyList<JsonNode>> ListAsync(string path, CancellationToken ct) => [.. (await http.GetFromJsonAsync<JsonArray>(path, ct))!.Select(n => n!)];

    /// <summary>The calls since the last forgetting: path, query and when.</summary>
    public Task<IReadOnlyList<JsonNode>> RequestsAsync(CancellationToken ct) => ListAsync("requests", ct);

    public Task ForgetAsync(CancellationToken ct) => DoAsync(new Edit(HttpMethod.Delete, "requests"), ct);

    public async Task DoAsync(Edit edit, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(edit.Method, edit.Path) { Content = edit.Body is null ? null : JsonContent.Create(edit.Body) };
        using var answer = await http.SendAsync(request, ct);
        answer.EnsureSuccessStatusCode();
    }

    public void Dispose() => http.Dispose();
}
