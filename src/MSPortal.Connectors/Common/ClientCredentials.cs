using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Threading.RateLimiting;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Common;

/// <summary>Where a token is asked for, and with which form; kept apart from the settings, since every vendor has its own fields and answers.</summary>
/// <param name="Address">The token endpoint, query included.</param>
/// <param name="Form">What is posted: client_id, client_secret, scope, tenant, …; the grant is that of client credentials unless another is named.</param>
internal sealed record TokenRequest(Uri Address, IReadOnlyDictionary<string, string> Form)
{
    /// <summary>The vendor's name, for messages.</summary>
    public required string Vendor { get; init; }

    /// <summary>The setting that holds the address, and the one where a refusal is shown.</summary>
    public required string AddressField { get; init; }
    public string SecretField { get; init; } = "clientSecret";

    /// <summary>The vendor's words for what is refused when no token is given.</summary>
    public string Credentials { get; init; } = "client id and secret";

    /// <summary>Signs the question itself, where the form alone does not; null: nothing.</summary>
    public AuthenticationHeaderValue? Authorization { get; init; }

    /// <summary>The fields are posted as a JSON object, where a vendor departs from the RFC.</summary>
    public bool AsJson { get; init; }

    /// <summary>What a refusal means in this vendor's own words; null, or an answer of null, leaves it to those of OAuth.</summary>
    public Func<VendorResponse, FaultException?>? Refusal { get; init; }
}

/// <summary>
/// OAuth 2 client credentials (RFC 6749, 4.4), or another grant that needs nobody: one token for all sessions of an integration, renewed before it ends by one
/// call however many wait for it, and once more when the vendor refuses it before its time.
/// </summary>
/// <param name="request">Made when a token is needed: a vendor may first have to be asked where.</param>
/// <param name="purpose">What the token is for, where a vendor gives out one for each purpose; empty where one does for all.</param>
internal sealed class ClientCredentials(Session session, Func<CancellationToken, Task<TokenRequest>> request, string purpose = "")
{
    private const string GateKey = "oauth.gate";

    /// <summary>When the vendor does not say how long a token lasts.</summary>
    private static readonly TimeSpan UsualLife = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan LongestMargin = TimeSpan.FromMinutes(1);

    private string MemoryKey => $"oauth.token{purpose}";

    private Token? Known => session.Memory.TryGetValue(MemoryKey, out var known) ? (Token)known : null;

    /// <summary>Sends with the token; an answer 401 is believed only when a new token brings it too.</summary>
    /// <param name="send">Sends the same request with this token; called twice at most.</param>
    /// <returns>The last answer. What a second 401 means only the vendor's connector can tell: some say so when a permission is missing.</returns>
    public async Task<VendorResponse> SendAsync(Func<string, CancellationToken, Task<VendorResponse>> send, CancellationToken ct)
    {
        var token = await TokenAsync(refused: null, ct);
        var response = await send(token, ct);
        return response.Status == HttpStatusCode.Unauthorized ? await send(await TokenAsync(token, ct), ct) : response;
    }

    /// <summary>A token that is good for now.</summary>
    /// <param name="refused">The one that the vendor did not take any more; when another call has replaced it meanwhile, that one is used.</param>
    /// <exception cref="FaultException">The credentials are refused, or no token came.</exception>
    public async Task<string> TokenAsync(string? refused, CancellationToken ct)
    {
        if (Usable(refused) is { } token)
        {
            return token;
        }

        var gate = (RateLimiter)session.Memory.GetOrAdd(GateKey, _ => OneAtATime());
        using var turn = await gate.AcquireAsync(1, ct);
        return Usable(refused) ?? await RenewAsync(ct);
    }

    /// <summary>A new token, whatever is known: what was granted or withdrawn a moment ago is in no token of before.</summary>
    /// <exception cref="FaultException">The credentials are refused, or no token came.</exception>
    public Task<string> FreshTokenAsync(CancellationToken ct) => TokenAsync(Known?.Value, ct);

    /// <summary>Takes the token out of a text that is going to be shown or stored.</summary>
    public string Scrub(string text) => Known is { Value.Length: >= 4 } token ? text.Replace(token.Value, "•••", StringComparison.Ordinal) : text;

    /// <summary>Who waits goes on where its caller does, which a semaphore leaves to the thread pool.</summary>
    private static ConcurrencyLimiter OneAtATime() => new(new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = int.MaxValue, QueueProcessingOrder = QueueProcessingOrder.OldestFirst });

    private string? Usable(string? refused) => Known is { } token && token.Value != refused && token.Until > session.Clock.GetUtcNow() ? token.Value : null;

    private async Task<string> RenewAsync(CancellationToken ct)
    {
        var wanted = await request(ct);
        var form = new Dictionary<string, string>(wanted.Form, StringComparer.Ordinal);
        form.TryAdd("grant_type", "client_credentials");
        using var message = new HttpRequestMessage(HttpMethod.Post, wanted.Address) { Content = wanted.AsJson ? JsonContent.Create(form) : new FormUrlEncodedContent(form) };
        message.Headers.TryAddWithoutValidation("Accept", "application/json");
        message.Headers.Authorization = wanted.Authorization;
        var response = await VendorHttp.SendAsync(session.Http, message, wanted.AddressField, ct);
        var now = session.Clock.GetUtcNow();
        var token = response.IsSuccess ? Read(response, wanted, now) : throw wanted.Refusal?.Invoke(response) ?? TokenErrors.Of(response, wanted, now);
        session.Memory[MemoryKey] = token;
        return token.Value;
    }

    private static Token Read(VendorResponse response, TokenRequest wanted, DateTimeOffset now)
    {
        using var json = response.TryJson();
        if (json is not { RootElement.ValueKind: System.Text.Json.JsonValueKind.Object })
        {
            // The body may hold a token: nothing of it is shown.
            throw new FaultException(new Fault.BadData($"{wanted.Vendor} answered the sign-in with something that is no token.")) { Field = wanted.AddressField };
        }

        var row = new JsonRow(json.RootElement);
        try
        {
            var life = row.Whole("expires_in") is { } seconds and > 0 ? TimeSpan.FromSeconds(Math.Min(seconds, 86_400)) : UsualLife;
            var margin = life / 10 < LongestMargin ? life / 10 : LongestMargin;
            return new Token(row.Need("access_token"), now + life - margin);
        }
        catch (FieldException)
        {
            throw new FaultException(new Fault.BadData($"{wanted.Vendor} gave out no usable token.")) { Field = wanted.AddressField };
        }
    }

    private sealed record Token(string Value, DateTimeOffset Until)
    {
        /// <summary>Never prints itself.</summary>
        public override string ToString() => "token";
    }
}
