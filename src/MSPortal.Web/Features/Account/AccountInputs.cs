using System.ComponentModel.DataAnnotations;

namespace MSPortal.Web.Features.Account;

/// <summary>The set-up form.</summary>
internal sealed class SetupInput
{
    [Required(ErrorMessage = "Enter your company's name."), StringLength(100, ErrorMessage = "At most 100 characters.")]
    public string TenantName { get; set; } = "";

    [Required(ErrorMessage = "Choose a time zone.")]
    public string TimeZone { get; set; } = "UTC";

    [Required(ErrorMessage = "Enter your name."), StringLength(100, ErrorMessage = "At most 100 characters.")]
    public string DisplayName { get; set; } = "";

    [Required(ErrorMessage = "Enter your e-mail address."), EmailAddress(ErrorMessage = "This is not an e-mail address."), StringLength(200, ErrorMessage = "At most 200 characters.")]
    public string Email { get; set; } = "";

    [Required(ErrorMessage = "Choose a password."), StringLength(200, MinimumLength = 12, ErrorMessage = "Use 12 to 200 characters.")]
    public string Password { get; set; } = "";
}

/// <summary>The sign-in form.</summary>
internal sealed class SignInInput
{
    [Required(ErrorMessage = "Enter your e-mail address."), StringLength(200)]
    public string Email { get; set; } = "";

    [Required(ErrorMessage = "Enter your password."), StringLength(200)]
    public string Password { get; set; } = "";

    public bool Remember { get; set; }
}

/// <summary>A code of an authenticator app, or a recovery code.</summary>
internal sealed class CodeInput
{
    [Required(ErrorMessage = "Enter the code."), StringLength(40)]
    public string Code { get; set; } = "";

    /// <summary>Where an app is added beside passkeys.</summary>
    [StringLength(200)]
    public string? Password { get; set; }
}

/// <summary>The form of a new password.</summary>
internal sealed class PasswordInput
{
    [StringLength(200)]
    public string? Current { get; set; }

    [Required(ErrorMessage = "Choose a password."), StringLength(200, MinimumLength = 12, ErrorMessage = "Use 12 to 200 characters.")]
    public string Next { get; set; } = "";
}
