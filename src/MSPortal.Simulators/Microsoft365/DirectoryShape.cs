using System.Text.Json.Nodes;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>Which properties users or groups have, and which of them are told without being asked for.</summary>
internal sealed class DirectoryShape
{
    public static readonly DirectoryShape Users = new("users", "user",
        usual: "businessPhones displayName givenName jobTitle mail mobilePhone officeLocation preferredLanguage surname userPrincipalName id",
        more: "accountEnabled ageGroup authorizationInfo city companyName consentProvidedForMinor country createdDateTime creationType customSecurityAttributes deletedDateTime department employeeHireDate employeeId "
            + "employeeLeaveDateTime employeeOrgData employeeType externalUserState externalUserStateChangeDateTime faxNumber identityParentId isManagementRestricted isResourceAccount lastPasswordChangeDateTime legalAgeGroupClassification "
            + "mailNickname onPremisesDistinguishedName onPremisesDomainName onPremisesExtensionAttributes onPremisesImmutableId onPremisesLastSyncDateTime onPremisesSamAccountName onPremisesSecurityIdentifier "
            + "onPremisesSyncEnabled onPremisesUserPrincipalName passwordPolicies passwordProfile postalCode preferredDataLocation print securityIdentifier showInAddressList signInActivity signInSessionsValidFromDateTime "
            + "state streetAddress usageLocation userType deviceEnrollmentLimit",
        lists: "assignedLicenses assignedPlans businessPhones identities imAddresses licenseAssignmentStates onPremisesProvisioningErrors otherMails provisionedPlans proxyAddresses serviceProvisioningErrors",
        alone: "aboutMe birthday hireDate interests mailboxSettings mySite pastProjects preferredName responsibilities schools skills");

    public static readonly DirectoryShape Groups = new("groups", "group",
        usual: "id deletedDateTime classification createdDateTime description displayName expirationDateTime groupTypes isAssignableToRole mail mailEnabled mailNickname membershipRule membershipRuleProcessingState "
            + "onPremisesDomainName onPremisesLastSyncDateTime onPremisesNetBiosName onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesSyncEnabled preferredDataLocation preferredLanguage proxyAddresses "
            + "renewedDateTime securityEnabled securityIdentifier theme uniqueName visibility onPremisesProvisioningErrors serviceProvisioningErrors creationOptions resourceBehaviorOptions resourceProvisioningOptions",
        more: "licenseProcessingState hasMembersWithLicenseErrors isManagementRestricted",
        lists: "groupTypes proxyAddresses onPremisesProvisioningErrors serviceProvisioningErrors creationOptions resourceBehaviorOptions resourceProvisioningOptions assignedLicenses",
        alone: "allowExternalSenders autoSubscribeNewMembers hideFromAddressLists hideFromOutlookClients isSubscribedByMail unseenCount");

    private readonly HashSet<string> lists;
    private readonly HashSet<string> alone;
    private readonly HashSet<string> known;

    private DirectoryShape(string kind, string type, string usual, string more, string lists, string alone)
    {
        (Kind, Type, Usual) = (kind, type, usual.Split(' '));
        this.lists = [.. lists.Split(' ')];
        this.alone = [.. alone.Split(' ')];
        known = [.. Usual, .. more.Split(' '), .. this.lists, .. this.alone];
    }

    public string Kind { get; }

    public string Type { get; }

    public IReadOnlyList<string> Usual { get; }

    /// <summary>What to show of many.</summary>
    /// <exception cref="GraphException">A property that there is not, or that is only told of one.</exception>
    public IReadOnlyList<string> Wanted(IReadOnlyList<string>? select, bool many)
    {
        foreach (var name in select ?? [])
        {
            if (!known.Contains(name))
            {
                throw new GraphException(400, "BadRequest", $"Parsing OData Select and Expand failed: Could not find a property named '{name}' on type 'microsoft.graph.{Type}'.");
            }

            if (many && alone.Contains(name))
            {
                throw new GraphException(501, "NotImplemented", $"The property '{name}' cannot be read of a collection of type microsoft.graph.{Type}.");
            }
        }

        return select ?? Usual;
    }

    /// <summary>With nulls for what is not there, as lists and single reads show it; the id only when it was asked for.</summary>
    public JsonObject Show(DirectoryEntry entry, IReadOnlyList<string> names) => new(names.Distinct(StringComparer.Ordinal).Select(name => KeyValuePair.Create(name, Value(entry, name))));

    /// <summary>As a delta shows it: what was never set is not mentioned, the id always is.</summary>
    public JsonObject Mention(DirectoryEntry entry, IEnumerable<string> names)
    {
        var row = new JsonObject { ["id"] = entry.Id };
        foreach (var name in names.Where(n => n != "id" && (entry.Data.ContainsKey(n) || (n == "assignedPlans" && entry.Data.ContainsKey("assignedLicenses")))))
        {
            row[name] = Value(entry, name);
        }

        return row;
    }

    private JsonNode? Value(DirectoryEntry entry, string name) => name switch
    {
        "deletedDateTime" => entry.DeletedAt is { } at ? Graph.Time(at) : null,
        "assignedPlans" => LicenseEdits.Plans(entry.Data),
        _ => entry.Data[name]?.DeepClone() ?? (lists.Contains(name) ? new JsonArray() : null),
    };
}
