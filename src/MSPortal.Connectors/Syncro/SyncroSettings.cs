using System.ComponentModel.DataAnnotations;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Syncro;

/// <summary>What a person enters to connect Syncro; every mistake that can be seen without asking the vendor is named here.</summary>
internal sealed record SyncroSettings
{
    [Display(Name = "Subdomain", Order = 1, Prompt = "acme", Description = "The first part of your Syncro address: acme in acme.syncromsp.com.")]
    [Required(ErrorMessage = "Enter the first part of your Syncro address: acme in acme.syncromsp.com.")]
    [Account]
    [Destination]
    public string Subdomain { get; init; } = "";

    [Secret]
    [Display(Name = "API Key", Order = 2, Description = "Admin → API → API Tokens → New Token; shown once, when it is made.")]
    [Required(ErrorMessage = "Enter the API token of Admin → API → API Tokens.")]
    [RegularExpression(@"^[!-~]+$", ErrorMessage = "An API token has no spaces: enter it alone, without “Bearer” in front.")]
    public string ApiKey { get; init; } = "";

    /// <summary>Never prints a secret.</summary>
    public override string ToString() => $"Syncro settings of {Subdomain}";

    [AttributeUsage(AttributeTargets.Property)]
    private sealed class AccountAttribute : ValidationAttribute
    {
        protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
            value is not string { Length: > 0 } text || SyncroAddress.TryParse(text, out _, out var error) ? ValidationResult.Success : new(error, [validationContext.MemberName!]);
    }
}
