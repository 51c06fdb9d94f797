using System.Net.Http.Json;
using System.Text.Json;
using MSPortal.EndToEnd.Support;

namespace MSPortal.EndToEnd.Integrations;

/// <summary>The simulated vendor as its own administrator sees it: the truth, and what may be done with it.</summary>
internal static class Vendor
{
    public static async Task<IReadOnlyList<JsonElement>> RecordsAsync(this SimulatorServer simulator, string kind) =>
        JsonSerializer.Deserialize<List<JsonElement>>(await simulator.Client.GetStringAsync(new Uri($"/control/connectwise/records/{kind}", UriKind.Relative)))!;

    public static Task PermitAsync(this SimulatorServer simulator, string area, bool given) =>
        PostAsync(simulator, "permissions", new Dictionary<string, bool> { [area] = given });

    public static Task CredentialsAsync(this SimulatorServer simulator, Dictionary<string, object> changed) => PostAsync(simulator, "credentials", changed);

    private static async Task PostAsync<T>(SimulatorServer simulator, string what, T body)
    {
        using var answer = await simulator.Client.PostAsJsonAsync(new Uri($"/control/connectwise/{what}", UriKind.Relative), body);
        answer.EnsureSuccessStatusCode();
    }
}
