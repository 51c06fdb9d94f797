using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.DattoRmm;

/// <summary>Signs requests with a token that the keys are good for, and turns refusals into faults.</summary>
internal sealed partial class DattoRmmClient
{
    private const string AskedKey = "dattormm.budget-asked";

    /// <summary>What the vendor counts is asked for again after a few minutes of work: one question in a thousand requests.</summary>
    private static readonly TimeSpan CountFresh = TimeSpan.FromMinutes(2);

    /// <summary>The same for everyone; the keys are sent as a user's name and password.</summary>
    private static readonly AuthenticationHeaderValue PublicClient = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("public-client:public")));

    private readonly DattoRmmSettings settings;
    private readonly ClientCredentials credentials;
    private readonly string root;

    /// <exception cref="FaultException">The settings cannot be used; its field says which.</exception>
    public DattoRmmClient(Session session)
    {
        Session = session;
        settings = SettingsSchema.Bind<DattoRmmSettings>(session.Settings);
        root = Address(settings, session.AllowPrivateNetworks).AbsoluteUri.TrimEnd('/');
        credentials = new ClientCredentials(session, _ => Task.FromResult(Token()));
    }

    public Session Session { get; }

    /// <summary>A successful answer, or the fault that it means.</summary>
    /// <param name="path">Below the API's root, starting with a slash; with its query.</param>
    public async Task<VendorResponse> GetAsync(string path, VendorPermission? permission, CancellationToken ct)
    {
        var response = await AskAsync(path, ct);
        return response.IsSuccess ? response : throw Refusal(response, permission);
    }

    /// <summary>Whatever Datto RMM answers.</summary>
    public async Task<VendorResponse> AskAsync(string path, CancellationToken ct)
    {
        await MindBudgetAsync(ct);
        return await SignedAsync(path, ct);
    }

    public FaultException Refusal(VendorResponse response, VendorPermission? permission) => DattoRmmErrors.Of(response, permission, Session.Clock.GetUtcNow(), Scrub);

    /// <summary>Takes everything secret out of a text that is going to be shown or stored.</summary>
    public string Scrub(string text)
    {
        var scrubbed = credentials.Scrub(text);
        foreach (var secret in new[] { settings.SecretKey, settings.ApiKey }.Where(s => s.Length >= 4))
        {
            scrubbed = scrubbed.Replace(secret, "•••", StringComparison.OrdinalIgnoreCase);
        }

        return Written().Replace(scrubbed, "•••");
    }

    private static Uri Address(DattoRmmSettings settings, bool allowPrivate)
    {
        if (!DattoRmmAddress.TryParse(settings.Platform, out var address, out var error))
        {
            throw Refused(error);
        }

        return allowPrivate || DattoRmmAddress.IsVendors(address) ? address
            : throw Refused($"{address.IdnHost} is no address of Datto RMM's. Enter the platform: {string.Join(", ", DattoRmmAddress.Platforms.Select(CultureInfo.InvariantCulture.TextInfo.ToTitleCase))}.");

        static FaultException Refused(string why) => new(new Fault.VendorDown(why)) { Field = "platform" };
    }

    private TokenRequest Token() => new(
        new Uri($"{root}/auth/oauth/token"),
        new Dictionary<string, string>(StringComparer.Ordinal) { ["grant_type"] = "password", ["username"] = settings.ApiKey, ["password"] = settings.SecretKey })
    {
        Vendor = "Datto RMM",
        AddressField = "platform",
        SecretField = "secretKey",
        Credentials = "API Key and Secret Key",
        Authorization = PublicClient,
        Refusal = response => DattoRmmErrors.OfSignIn(response, Session.Clock.GetUtcNow()),
    };

    /// <summary>Others use the same limit: what they use is asked for now and then. Its answer is read where the budget is kept, and its failure is nobody's.</summary>
    private async Task MindBudgetAsync(CancellationToken ct)
    {
        if (Session.Memory.TryGetValue(AskedKey, out var asked) && Session.Clock.GetUtcNow() - (DateTimeOffset)asked < CountFresh)
        {
            return;
        }

        Session.Memory[AskedKey] = Session.Clock.GetUtcNow();
        try
        {
            await SignedAsync(DattoRmmBudget.Question, ct);
        }
        catch (FaultException e) when (e.Fault is not Fault.AuthFailed)
        {
            // What was to be asked first will say it as well.
        }
    }

    private Task<VendorResponse> SignedAsync(string path, CancellationToken ct) => credentials.SendAsync((token, c) => SendAsync(path, token, c), ct);

    private async Task<VendorResponse> SendAsync(string path, string token, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{root}/api{path}"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await VendorHttp.ExchangeAsync(Session, request, "platform", ct);
    }

    /// <summary>Tokens, also one that is no longer ours.</summary>
    [GeneratedRegex("""(?<=(token|Bearer)[:\s"']{1,4})[\w.-]{20,}""", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Written();
}
