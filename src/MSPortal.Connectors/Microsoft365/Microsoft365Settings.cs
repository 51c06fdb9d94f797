using System.ComponentModel.DataAnnotations;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Microsoft365;

/// <summary>What a person enters to connect Microsoft 365; every mistake that can be seen without asking the vendor is named here.</summary>
internal sealed record Microsoft365Settings
{
    [Display(Name = "Tenant", Order = 1, Prompt = "contoso.onmicrosoft.com", Description = "Your own tenant, in which the app is registered: its ID (Entra admin center → Overview) or a domain of it.")]
    [Required(ErrorMessage = Microsoft365Tenant.Wanted)]
    [TenantName]
    public string Tenant { get; init; } = "";

    [Display(Name = "Application (client) ID", Order = 2, Prompt = "00000000-0000-0000-0000-000000000000", Description = "On the Overview page of the app registration.")]
    [Required(ErrorMessage = "Enter the Application (client) ID of the app registration.")]
    [ApplicationId]
    public string ClientId { get; init; } = "";

    [Secret]
    [Display(Name = "Client secret", Order = 3, Description = "The value of a secret (App registration → Certificates & secrets), which is shown only once.")]
    [Required(ErrorMessage = "Enter the value of the client secret.")]
    [SecretValue]
    public string ClientSecret { get; init; } = "";

    [Display(Name = "Cloud", Order = 4, Prompt = "Global", Description = "Where your tenant and those of your clients are: empty for the worldwide cloud, or GCC High, DoD, China.")]
    [CloudName]
    [Destination]
    public string Cloud { get; init; } = "";

    /// <summary>Never prints a secret.</summary>
    public override string ToString() => $"Microsoft 365 settings of {Tenant}";

    private abstract class SettingAttribute : ValidationAttribute
    {
        protected abstract string? Error(string value);

        protected sealed override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
            value is string { Length: > 0 } text && Error(text) is { } error ? new ValidationResult(error, [validationContext.MemberName!]) : ValidationResult.Success;
    }

    [AttributeUsage(AttributeTargets.Property)]
    private sealed class TenantNameAttribute : SettingAttribute
    {
        protected override string? Error(string value) => Microsoft365Tenant.TryParse(value, out _) ? null : Microsoft365Tenant.Wanted;
    }

    [AttributeUsage(AttributeTargets.Property)]
    private sealed class ApplicationIdAttribute : SettingAttribute
    {
        protected override string? Error(string value) => Microsoft365Tenant.IsId(value.Trim()) ? null : "An Application (client) ID looks like 00000000-0000-0000-0000-000000000000.";
    }

    [AttributeUsage(AttributeTargets.Property)]
    private sealed class SecretValueAttribute : SettingAttribute
    {
        protected override string? Error(string value) => value.Any(char.IsWhiteSpace) ? "A client secret has no spaces."
            : Microsoft365Tenant.IsId(value) ? "This looks like the ID of the secret. Enter its value, which is shown only when it is made."
            : null;
    }

    [AttributeUsage(AttributeTargets.Property)]
    private sealed class CloudNameAttribute : SettingAttribute
    {
        protected override string? Error(string value) => Microsoft365Cloud.TryParse(value, out _, out var error) ? null : error;
    }
}
