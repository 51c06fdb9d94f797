using System.ComponentModel.DataAnnotations;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.ConnectWiseAsio;

/// <summary>What a person enters to connect ConnectWise RMM; every mistake that can be seen without asking the vendor is named here.</summary>
internal sealed record AsioSettings
{
    [Display(Name = "Environment", Order = 1, Prompt = "NA", Description = "NA, EU or AU: where your ConnectWise platform is hosted.")]
    [Required(ErrorMessage = AsioAddress.Wanted)]
    [AsioEnvironment]
    [Destination]
    public string Environment { get; init; } = "";

    [Display(Name = "Client ID", Order = 2, Prompt = "0e30xxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", Description = "Of the API credential (Settings → API Keys).")]
    [Required(ErrorMessage = "Enter the Client ID of the API credential.")]
    [RegularExpression(@"^\S+$", ErrorMessage = "A Client ID has no spaces.")]
    public string ClientId { get; init; } = "";

    [Secret]
    [Display(Name = "Client Secret", Order = 3, Description = "Shown once, when the API credential is made.")]
    [Required(ErrorMessage = "Enter the Client Secret of the API credential.")]
    [RegularExpression(@"^\S+$", ErrorMessage = "A Client Secret has no spaces.")]
    public string ClientSecret { get; init; } = "";

    /// <summary>Never prints a secret.</summary>
    public override string ToString() => $"ConnectWise RMM settings of {Environment}";

    [AttributeUsage(AttributeTargets.Property)]
    private sealed class AsioEnvironmentAttribute : ValidationAttribute
    {
        protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
            AsioAddress.TryParse(value as string, out _, out var error) ? ValidationResult.Success : new(error, [validationContext.MemberName!]);
    }
}
