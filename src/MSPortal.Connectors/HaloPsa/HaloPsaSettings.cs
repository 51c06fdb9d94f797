using System.ComponentModel.DataAnnotations;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.HaloPsa;

/// <summary>What a person enters to connect HaloPSA; every mistake that can be seen without asking the vendor is named here.</summary>
internal sealed record HaloPsaSettings
{
    [Display(Name = "Halo URL", Order = 1, Prompt = "acme.halopsa.com", Description = "The Resource Server of Configuration → Integrations → Halo API, or the address at which you open Halo.")]
    [Required(ErrorMessage = "Enter the address of your Halo, for example acme.halopsa.com.")]
    [HaloHost]
    [Destination]
    public string HaloUrl { get; init; } = "";

    [Display(Name = "Client ID", Order = 2, Prompt = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", Description = "Of the API application whose authentication method is “Client ID and Secret (Services)”.")]
    [Required(ErrorMessage = "Enter the Client ID of the API application.")]
    [RegularExpression(@"^\S+$", ErrorMessage = "A Client ID has no spaces.")]
    public string ClientId { get; init; } = "";

    [Secret]
    [Display(Name = "Client Secret", Order = 3, Description = "Shown once, when the API application is made.")]
    [Required(ErrorMessage = "Enter the Client Secret of the API application.")]
    [RegularExpression(@"^\S+$", ErrorMessage = "A Client Secret has no spaces.")]
    public string ClientSecret { get; init; } = "";

    [Display(Name = "Tenant", Order = 4, Prompt = "acme", Description = "Only when Halo shows one beside its Authorisation Server; otherwise it is found by itself.")]
    [RegularExpression(@"^[A-Za-z0-9._-]+$", ErrorMessage = "Enter only the tenant's name: letters, digits, “.”, “-” and “_”.")]
    public string Tenant { get; init; } = "";

    [Display(Name = "Auth URL", Order = 5, Prompt = "https://acme.halopsa.com/auth", Description = "Only when the Authorisation Server is on another host and is not found by itself.")]
    [AuthAddress]
    [Destination]
    public string AuthUrl { get; init; } = "";

    /// <summary>Never prints a secret.</summary>
    public override string ToString() => $"HaloPSA settings of {HaloUrl}";

    [AttributeUsage(AttributeTargets.Property)]
    private sealed class HaloHostAttribute : ValidationAttribute
    {
        protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
            HaloPsaAddress.TryParse(value as string, out _, out var error) ? ValidationResult.Success : new(error, [validationContext.MemberName!]);
    }

    [AttributeUsage(AttributeTargets.Property)]
    private sealed class AuthAddressAttribute : ValidationAttribute
    {
        protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
            string.IsNullOrWhiteSpace(value as string) || HaloPsaAddress.TryParseAuth((string)value, out _, out _)
                ? ValidationResult.Success
                : new("Enter the address of the Authorisation Server, for example https://acme.halopsa.com/auth.", [validationContext.MemberName!]);
    }
}
