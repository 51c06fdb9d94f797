using System.ComponentModel.DataAnnotations;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.ConnectWise;

/// <summary>What a person enters to connect ConnectWise PSA; every mistake that can be seen without asking the vendor is named here.</summary>
internal sealed record ConnectWiseSettings
{
    [Display(Name = "API URL (host)", Order = 1, Prompt = "api-na.myconnectwise.net", Description = "The API host of your region (api-na, api-eu, api-au, api-aus or api-za.myconnectwise.net) or your own server.")]
    [Required(ErrorMessage = "Enter the API host, for example api-na.myconnectwise.net.")]
    [ApiHost]
    [Destination]
    public string ApiUrl { get; init; } = "";

    [Display(Name = "Company ID", Order = 2, Prompt = "acme", Description = "The company that you enter on ConnectWise's sign-in page.")]
    [Required(ErrorMessage = "Enter the company id of ConnectWise's sign-in page.")]
    [RegularExpression(@"^[^\s+:/?#\\]+$", ErrorMessage = "Enter only the company id of ConnectWise's sign-in page: no spaces, no address and nothing after a “+”.")]
    public string CompanyId { get; init; } = "";

    [Display(Name = "Public Key", Order = 3, Description = "System → Members → API Members → the member → API Keys.")]
    [Required(ErrorMessage = "Enter the public key of the API member.")]
    [RegularExpression(@"^[^\s:+]+$", ErrorMessage = "Enter only the public key: no spaces, no company id in front and no “:”.")]
    public string PublicKey { get; init; } = "";

    [Secret]
    [Display(Name = "Private Key", Order = 4, Description = "Shown once, when the API key is made.")]
    [Required(ErrorMessage = "Enter the private key of the API member.")]
    [RegularExpression(@"^\S+$", ErrorMessage = "A private key has no spaces.")]
    public string PrivateKey { get; init; } = "";

    [Display(Name = "Client ID", Order = 5, Prompt = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", Description = "Your own clientId from developer.connectwise.com → ClientID.")]
    [Required(ErrorMessage = "Enter the clientId that developer.connectwise.com gave you.")]
    [ProductClientId]
    public string ClientId { get; init; } = "";

    /// <summary>Never prints a secret.</summary>
    public override string ToString() => $"ConnectWise settings of {CompanyId}";

    [AttributeUsage(AttributeTargets.Property)]
    private sealed class ApiHostAttribute : ValidationAttribute
    {
        protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
            ConnectWiseAddress.TryParse(value as string, out _, out var error) ? ValidationResult.Success : new(error, [validationContext.MemberName!]);
    }

    [AttributeUsage(AttributeTargets.Property)]
    private sealed class ProductClientIdAttribute() : ValidationAttribute("A clientId looks like 01234567-89ab-cdef-0123-456789abcdef; it is neither of the two keys.")
    {
        public override bool IsValid(object? value) => Guid.TryParse(value as string, out _);
    }
}
