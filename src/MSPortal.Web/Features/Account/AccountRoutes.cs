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

    /// <summary>Where the code is asked for after the password.</summary>
    public static string CodeFor(string? returnUrl, bool remember, bool recovery = false) =>
        Code + QueryString.Create(new Dictionary<string, string?>
        {
            ["returnUrl"] = returnUrl is null ? null : Local(returnUrl),
            ["remember"] = remember ? "true" : null,
            ["recovery"] = recovery ? "true" : null,
        }.Where(part => part.Value is not null));

    /// <summary>The address if it is a path on this portal, otherwise the start page: nobody is to be sent elsewhere by a crafted link.</summary>
    public static string Local(string? returnUrl) =>
        returnUrl is ['/', .. var rest]
        && (rest.Length == 0 || rest[0] is not ('/' or '\\'))
        && !returnUrl.Any(char.IsControl)
        && !returnUrl.Contains('\\')
            ? returnUrl
            : "/";
}
