using System.ComponentModel.DataAnnotations;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Autotask;

/// <summary>What a person enters to connect Autotask PSA; every mistake that can be seen without asking the vendor is named here.</summary>
internal sealed record AutotaskSettings
{
    [Display(Name = "API Username", Order = 1, Prompt = "abcdef123456@example.com", Description = "“Username (Key)” of the API user: Admin → Resources/Users → the API user → Credentials.")]
    [Required(ErrorMessage = "Enter the “Username (Key)” of the API user; it looks like an e-mail address.")]
    [RegularExpression(@"^[!-?A-~]+@[!-?A-~]+$", ErrorMessage = "An API username looks like an e-mail address: letters, one “@”, the domain, no spaces.")]
    public string Username { get; init; } = "";

    [Secret]
    [Display(Name = "API Secret", Order = 2, Description = "“Password (Secret)” of the API user; it is shown only while it is being set.")]
    [Required(ErrorMessage = "Enter the “Password (Secret)” of the API user.")]
    [RegularExpression(@"^[!-~]+$", ErrorMessage = "An API secret has no spaces and no letters with accents.")]
    public string Secret { get; init; } = "";

    [Secret]
    [Display(Name = "Integration Code", Order = 3, Description = "The “API Tracking Identifier” of the API user; it has 27 letters and digits.")]
    [Required(ErrorMessage = "Enter the API Tracking Identifier of the API user.")]
    [RegularExpression(@"^[0-9A-Za-z]{20,40}$", ErrorMessage = "An integration code has 27 letters and digits, and nothing else.")]
    public string IntegrationCode { get; init; } = "";

    [Display(Name = "API address (only if support says so)", Order = 4, Prompt = "webservices.autotask.net", Description = "Leave it empty: your zone is found by itself.")]
    [ApiAddress]
    [Destination]
    public string ApiUrl { get; init; } = "";

    /// <summary>Whose budget is used: the users of one database share their domain.</summary>
    public static string? Database(SettingsValues settings) => settings["username"]?.Split('@')[^1].Trim().ToLowerInvariant();

    /// <summary>Never prints a secret.</summary>
    public override string ToString() => $"Autotask settings of {Username}";

    [AttributeUsage(AttributeTargets.Property)]
    private sealed class ApiAddressAttribute : ValidationAttribute
    {
        protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
            value is not string { Length: > 0 } text || AutotaskZone.TryParse(text, out _)
                ? ValidationResult.Success
                : new($"“{value}” is not a host name. Example: webservices.autotask.net.", [validationContext.MemberName!]);
    }
}
