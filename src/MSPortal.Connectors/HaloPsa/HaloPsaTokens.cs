using MSPortal.Connectors.Common;

namespace MSPortal.Connectors.HaloPsa;

/// <param name="Until">When it has to be replaced, a little before it runs out.</param>
internal sealed record HaloPsaToken(string Value, DateTimeOffset Until)
{
    /// <summary>Null when the answer holds no token.</summary>
    public static HaloPsaToken? Read(VendorResponse response, DateTimeOffset now)
    {
        using var json = response.TryJson();
        if (json is not { RootElement.ValueKind: System.Text.Json.JsonValueKind.Object })
        {
            return null;
        }

        try
        {
            var row = new JsonRow(json.RootElement);
            var lasts = TimeSpan.FromSeconds(Math.Clamp(row.Whole("expires_in") ?? 600, 60, 86_400));
            return row.Text("access_token") is { } token && !token.Any(char.IsWhiteSpace) ? new(token, now + lasts - TimeSpan.FromSeconds(30)) : null;
        }
        catch (FieldException)
        {
            return null;
        }
    }
}

/// <summary>One token for all calls of an account: asking for a new one may end the one before, so only one call asks at a time.</summary>
internal sealed class HaloPsaTokens : IDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);
    private HaloPsaToken? current;

    public string? Current => current?.Value;

    /// <param name="refused">A token that the vendor no longer takes; if another call has replaced it by now, that one's is taken.</param>
    public async Task<string> GetAsync(string? refused, TimeProvider clock, Func<CancellationToken, Task<HaloPsaToken>> request, CancellationToken ct)
    {
        if (Usable(refused, clock) is { } known)
        {
            return known;
        }

        await turn.WaitAsync(ct);
        try
        {
            if (Usable(refused, clock) is { } replaced)
            {
                return replaced;
            }

            current = null;
            current = await request(ct);
            return current.Value;
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private string? Usable(string? refused, TimeProvider clock) =>
        current is { } token && token.Value != refused && clock.GetUtcNow() < token.Until ? token.Value : null;
}
