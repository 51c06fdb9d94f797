using System.ComponentModel.DataAnnotations;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.DattoRmm;

/// <summary>What a person enters to connect Datto RMM; every mistake that can be seen without asking the vendor is named here.</summary>
internal sealed record DattoRmmSettings
{
    [Display(Name = "Platform", Order = 1, Prompt = "Merlot", Description = "Pinotage, Merlot, Concord, Vidal, Zinfandel or Syrah: the name in the address at which you use Datto RMM.")]
    [Required(ErrorMessage = "Enter the platform: Pinotage, Merlot, Concord, Vidal, Zinfandel or Syrah.")]
    [Platform]
    [Destination]
    public string Platform { get; init; } = "";

    [Display(Name = "API Key", Order = 2, Description = "Setup → Users → the user → API Keys, after the API is switched on in Setup → Global Settings → Access Control.")]
    [Required(ErrorMessage = "Enter the API Key of the user: Setup → Users → the user → API Keys.")]
    [RegularExpression(@"^[!-~]+$", ErrorMessage = "An API Key has no spaces.")]
    public string ApiKey { get; init; } = "";

    [Secret]
    [Display(Name = "Secret Key", Order = 3, Description = "Shown once, when the API Key is made.")]
    [Required(ErrorMessage = "Enter the API Secret Key that was shown with the API Key.")]
    [RegularExpression(@"^[!-~]+$", ErrorMessage = "A Secret Key has no spaces.")]
    public string SecretKey { get; init; } = "";

    /// <summary>Never prints a secret.</summary>
    public override string ToString() => $"Datto RMM settings of {Platform}";

    [AttributeUsage(AttributeTargets.Property)]
    private sealed class PlatformAttribute : ValidationAttribute
    {
        protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
            value is not string { Length: > 0 } text || DattoRmmAddress.TryParse(text, out _, out var error) ? ValidationResult.Success : new(error, [validationContext.MemberName!]);
    }
}
