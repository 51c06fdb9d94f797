using Microsoft.Playwright;

namespace MSPortal.EndToEnd.Support;

/// <summary>A device of Chromium's that keeps passkeys and touches itself (the protocol's WebAuthn domain).</summary>
public sealed class VirtualAuthenticator
{
    private readonly ICDPSession protocol;
    private readonly string id;

    private VirtualAuthenticator(ICDPSession protocol, string id) => (this.protocol, this.id) = (protocol, id);

    /// <summary>For this page alone.</summary>
    public static async Task<VirtualAuthenticator> AttachAsync(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        var options = new Dictionary<string, object>
        {
            ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true,
        };
        var added = await session.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object> { ["options"] = options });
        return new VirtualAuthenticator(session, added!.Value.GetProperty("authenticatorId").GetString()!);
    }

    /// <summary>The same portal by a name: browsers use passkeys at no number, and this machine's name is a secure address.</summary>
    public static Uri ByName(Uri address) => new UriBuilder(address) { Host = "localhost" }.Uri;

    /// <summary>Whether its owner shows the right finger from now on.</summary>
    public Task SetUserVerifiedAsync(bool verified) =>
        protocol.SendAsync("WebAuthn.setUserVerified", new Dictionary<string, object> { ["authenticatorId"] = id, ["isUserVerified"] = verified });
}
