namespace MSPortal.Simulators.Microsoft365;

/// <param name="Plan">Only tenants that have this service plan see it; null: all.</param>
internal sealed record ScoreControl(string Id, string Title, double MaxScore, string Category, string Service, string Tier, string Cost, string? Plan)
{
    public string ActionType { get; init; } = "Config";

    public bool IsDeprecated { get; init; }

    public string ActionUrl => Service switch
    {
        "AAD" => "https://entra.microsoft.com/#view/Microsoft_AAD_ConditionalAccess/ConditionalAccessBlade",
        "EXO" => "https://admin.exchange.microsoft.com/",
        "SPO" => "https://admin.microsoft.com/sharepoint",
        "MDO" => "https://security.microsoft.com/threatpolicy",
        "MDATP" => "https://endpoint.microsoft.com/",
        _ => "https://admin.microsoft.com/",
    };

    public string Remediation => $"<p>To put <strong>{Title}</strong> in place:</p><ol><li>Open the portal of {Service}.</li><li>Choose the policy &amp; save it.</li></ol>";

    public string Impact => Cost == "High" ? "Users have to do something, and some older programs stop to work." : "Users notice next to nothing.";

    public IReadOnlyList<string> Threats => Category switch
    {
        "Identity" => ["Password Cracking", "Account Breach", "Elevation of Privilege"],
        "Device" => ["Phishing/Whaling", "Data Exfiltration"],
        "Data" => ["Data Exfiltration", "Data Deletion"],
        _ => ["Phishing/Whaling", "Spoofing", "Malicious Insider"],
    };
}

/// <summary>Recommendations as Secure Score makes them.</summary>
internal static class ScoreControls
{
    public static readonly IReadOnlyList<ScoreControl> All =
    [
        Of("AdminMFAV2", "Ensure multifactor authentication is enabled for all users in administrative roles", 10, "Identity", "AAD", "Core", "Low"),
        Of("MFARegistrationV2", "Ensure multifactor authentication is enabled for all users", 9, "Identity", "AAD", "Core", "High"),
        Of("BlockLegacyAuthentication", "Enable Conditional Access policies to block legacy authentication", 8, "Identity", "AAD", "Core", "Moderate"),
        Of("UserRiskPolicy", "Enable Microsoft Entra ID Identity Protection user risk policies", 7, "Identity", "AAD", "Advanced", "Moderate", "AAD_PREMIUM_P2"),
        Of("SigninRiskPolicy", "Enable Microsoft Entra ID Identity Protection sign-in risk policies", 7, "Identity", "AAD", "Advanced", "Moderate", "AAD_PREMIUM_P2"),
        Of("PWAgePolicyNew", "Ensure the 'Password expiration policy' is set to 'Set passwords to never expire'", 8, "Identity", "AAD", "Core", "Low"),
        Of("SelfServicePasswordReset", "Ensure 'Self service password reset enabled' is set to 'All'", 1, "Identity", "AAD", "Core", "Moderate", "AAD_PREMIUM"),
        Of("IntegratedApps", "Ensure user consent to apps accessing company data on their behalf is not allowed", 4, "Identity", "AAD", "Core", "Moderate"),
        Of("OneAdmin", "Ensure that between two and four global admins are designated", 1, "Identity", "AAD", "Core", "Low"),
        Of("RoleOverlap", "Use least privileged administrative roles", 1, "Identity", "AAD", "Core", "Low") with { ActionType = "Review" },
        Of("aad_admin_consent_workflow", "Ensure the admin consent workflow is enabled", 2, "Identity", "AAD", "Core", "Low"),
        Of("aad_limited_administrative_roles", "Ensure administrative accounts are cloud-only", 3, "Identity", "AAD", "Defense in Depth", "Moderate"),
        Of("aad_phishing_MFA_strength", "Ensure phishing-resistant MFA strength is required for administrators", 5, "Identity", "AAD", "Advanced", "High", "AAD_PREMIUM"),
        Of("aad_sign_in_freq_session_timeout", "Ensure sign-in frequency is enabled and browser sessions are not persistent for administrators", 4, "Identity", "AAD", "Defense in Depth", "Moderate", "AAD_PREMIUM"),
        Of("aad_password_protection", "Ensure password protection is enabled for on-prem Active Directory", 5, "Identity", "AAD", "Defense in Depth", "Low", "AAD_PREMIUM"),
        Of("aad_linkedin_connection_disables", "Ensure 'LinkedIn account connections' is disabled", 1, "Identity", "AAD", "Core", "Low"),
        Of("exo_mailboxaudit", "Ensure mailbox auditing for all users is enabled", 5, "Apps", "EXO", "Core", "Low"),
        Of("exo_blockmailforward", "Ensure all forms of mail forwarding are blocked and/or disabled", 5, "Apps", "EXO", "Core", "Moderate"),
        Of("exo_transportrulesallowlistdomains", "Ensure mail transport rules do not whitelist specific domains", 5, "Apps", "EXO", "Core", "Low"),
        Of("exo_individualsharing", "Ensure 'External sharing' of calendars is not available", 5, "Apps", "EXO", "Core", "Low"),
        Of("exo_outlookaddins", "Ensure users installing Outlook add-ins is not allowed", 5, "Apps", "EXO", "Core", "Moderate"),
        Of("exo_storageproviderrestricted", "Ensure additional storage providers are restricted in Outlook on the web", 3, "Apps", "EXO", "Core", "Low"),
        Of("exo_mailtipsenabled", "Ensure MailTips are enabled for end users", 1, "Apps", "EXO", "Core", "Low"),
        Of("mdo_safelinksforemail", "Create Safe Links policies for email messages", 9, "Apps", "MDO", "Core", "Low", "ATP_ENTERPRISE"),
        Of("mdo_safeattachmentpolicy", "Turn on Safe Attachments in block mode", 8, "Apps", "MDO", "Core", "Low", "ATP_ENTERPRISE"),
        Of("mdo_atpprotection", "Turn on Microsoft Defender for Office 365 in SharePoint, OneDrive, and Microsoft Teams", 5, "Apps", "MDO", "Core", "Low", "ATP_ENTERPRISE"),
        Of("mdo_phishthresholdlevel", "Set the phishing email level threshold at 2 or higher", 8, "Apps", "MDO", "Core", "Low", "ATP_ENTERPRISE"),
        Of("mdo_enablemailboxintelligence", "Ensure the anti-phishing policy has mailbox intelligence enabled", 8, "Apps", "MDO", "Core", "Low", "ATP_ENTERPRISE"),
        Of("mdo_commonattachmentsfilter", "Enable the common attachments filter of the anti-malware policy", 5, "Apps", "MDO", "Core", "Low"),
        Of("mdo_zapspam", "Create zero-hour auto purge policies for spam messages", 6, "Apps", "MDO", "Core", "Low"),
        Of("mdo_allowedsenders", "Ensure that no sender domains are allowed in anti-spam policies", 5, "Apps", "MDO", "Core", "Low"),
        Of("spo_idle_session_timeout", "Ensure idle session timeout is 3 hours or less for unmanaged devices", 1, "Apps", "SPO", "Core", "Moderate"),
        Of("spo_external_sharing_managed", "Ensure SharePoint external sharing is managed through domain allow- and blocklists", 1, "Data", "SPO", "Core", "Moderate"),
        Of("spo_legacy_auth", "Ensure modern authentication for SharePoint applications is required", 1, "Apps", "SPO", "Core", "Low"),
        Of("mip_DLP_policies_Teams", "Ensure DLP policies are enabled for Microsoft Teams", 5, "Data", "MIP", "Defense in Depth", "Moderate", "INTUNE_A"),
        Of("mip_search_auditlog", "Ensure Microsoft 365 audit log search is enabled", 3, "Data", "MIP", "Core", "Low"),
        Of("mip_sensitivitylabelspolicies", "Publish Microsoft 365 sensitivity label data classification policies", 2, "Data", "MIP", "Defense in Depth", "High", "INTUNE_A"),
        Of("scid_2010", "Turn on Microsoft Defender Antivirus", 10, "Device", "MDATP", "Core", "Low", "INTUNE_A"),
        Of("scid_2090", "Encrypt all BitLocker-supported drives", 9, "Device", "MDATP", "Core", "Moderate", "INTUNE_A"),
        Of("scid_2020", "Turn on all system-level Exploit protection settings", 7.5, "Device", "MDATP", "Defense in Depth", "Moderate", "INTUNE_A"),
        Of("scid_96", "Set 'Account lockout duration' to 15 minutes or more", 8.33, "Device", "MDATP", "Core", "Low", "INTUNE_A"),
        Of("meeting_restrictanonymousjoin_v1", "Restrict anonymous users from joining meetings", 1, "Apps", "Teams", "Core", "Low"),
        Of("AdminMFA", "Enable MFA for Azure AD privileged roles", 50, "Identity", "AAD", "Core", "Low") with { IsDeprecated = true },
        Of("LogDataSource", "Turn on audit data recording", 15, "Data", "EXO", "Core", "Low") with { IsDeprecated = true, ActionType = "Behavior" },
    ];

    private static ScoreControl Of(string id, string title, double max, string category, string service, string tier, string cost, string? plan = null) => new(id, title, max, category, service, tier, cost, plan);
}
