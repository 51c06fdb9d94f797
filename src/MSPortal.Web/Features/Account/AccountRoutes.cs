namespace MSPortal.Web.Features.Account;

/// <summary>Addresses of signing in and out, and the check that a return address is one of ours.</summary>
public static class AccountRoutes
{
    public const string SignIn = "/signin";
    public const string SignOut = "/signout";
    public const string Link = "/signin/link";
    public const string Invitation = "/invitation";
    public const string Denied = "/denied";
    public const string Setup = "/setup";
    public const string Code = "/signin/code";
    public const string SecondFactor = "/account/second-factor";
    public const string Password = "/account/password";
    public const string PasskeySignIn = "/signin/passkey";
    public const string PasskeySignInOptions = "/signin/passkey/options";
    public const string Passkeys = "/account/passkeys";
    public const string PasskeyOptions = "/account/passkeys/options";
    public const string PasskeyRename = "/account/passkeys/rename";
    public const string PasskeyRemove = "/account/passkeys/remove";

    /// <summary>What the sign-in page calls its check mark.</summary>
    public const string RememberField = "Input.Remember";

    /// <summary>The problem of somebody's last second factor, which has to stay.</summary>
    public const string LastFactor = "last-factor";

    /// <summary>Where the code is asked for after the password.</summary>
    public static string CodeFor(string? returnUrl, bool remember, bool recovery = false) =>
        Code + QueryString.Create(new Dictionary<string, string?>
        {
            ["returnUrl"] = returnUrl is null ? null : Local(returnUrl),
            ["remember"] = remember ? "true" : null,
            ["recovery"] = recovery ? "true" : null,
        }.Where(part => part.Value is not null));

    /// <summary>Where a script learns what passkey to ask for.</summary>
    /// <param name="second">After the password.</param>
    public static string OptionsFor(bool second) => second ? $"{PasskeySignInOptions}?second=true" : PasskeySignInOptions;

    /// <summary>Where a script hands the passkey in.</summary>
    public static string AnswerFor(string? returnUrl) =>
        returnUrl is null ? PasskeySignIn : PasskeySignIn + QueryString.Create("returnUrl", Local(returnUrl));

    /// <summary>The address if it is a path on this portal, otherwise the start page: nobody is to be sent elsewhere by a crafted link.</summary>
    public static string Local(string? returnUrl) =>
        returnUrl is ['/', .. var rest]
        && (rest.Length == 0 || rest[0] is not ('/' or '\\'))
        && !returnUrl.Any(char.IsControl)
        && !returnUrl.Contains('\\')
            ? returnUrl
            : "/";
}
