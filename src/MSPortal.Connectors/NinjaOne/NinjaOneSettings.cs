using System.ComponentModel.DataAnnotations;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.NinjaOne;

/// <summary>What a person enters to connect NinjaOne; every mistake that can be seen without asking the vendor is named here.</summary>
internal sealed record NinjaOneSettings
{
    [Display(Name = "Region", Order = 1, Prompt = "US", Description = "US, US2, EU, CA, OC or FED, or the address at which you open NinjaOne.")]
    [Required(ErrorMessage = NinjaOneAddress.Wanted)]
    [NinjaRegion]
    [Destination]
    public string Region { get; init; } = "";

    [Display(Name = "Client ID", Order = 2, Prompt = "dGhpcy1pcy1hbi1leGFtcGxl", Description = "Of the client app whose platform is “API Services (machine-to-machine)”.")]
    [Required(ErrorMessage = "Enter the Client ID of the client app.")]
    [RegularExpression(@"^\S+$", ErrorMessage = "A Client ID has no spaces.")]
    public string ClientId { get; init; } = "";

    [Secret]
    [Display(Name = "Client Secret", Order = 3, Description = "Shown once, when the client app is saved.")]
    [Required(ErrorMessage = "Enter the Client Secret of the client app.")]
    [RegularExpression(@"^\S+$", ErrorMessage = "A Client Secret has no spaces.")]
    public string ClientSecret { get; init; } = "";

    /// <summary>Never prints a secret.</summary>
    public override string ToString() => $"NinjaOne settings of {Region}";

    [AttributeUsage(AttributeTargets.Property)]
    private sealed class NinjaRegionAttribute : ValidationAttribute
    {
        protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
            NinjaOneAddress.TryParse(value as string, out _, out var error) ? ValidationResult.Success : new(error, [validationContext.MemberName!]);
    }
}
