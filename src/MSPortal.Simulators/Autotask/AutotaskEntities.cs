namespace MSPortal.Simulators.Autotask;

/// <summary>The entities that are played, with the columns that the vendor documents.</summary>
internal static class AutotaskEntities
{
    private const string TicketColumns =
        "id:l apiVendorID:i assignedResourceID:i>resources assignedResourceRoleID:i billingCodeID:i changeApprovalBoard:i changeApprovalStatus:i changeApprovalType:i changeInfoField1:s " +
        "changeInfoField2:s changeInfoField3:s changeInfoField4:s changeInfoField5:s companyID:i>companies companyLocationID:i>companyLocations completedByResourceID:i>resources completedDate:d " +
        "configurationItemID:i>configurationItems contactID:i>contacts contractID:i contractServiceBundleID:l contractServiceID:l createDate:d creatorResourceID:i>resources creatorType:i " +
        "currentServiceThermometerRating:i description:s dueDateTime:d estimatedHours:n externalID:s firstResponseAssignedResourceID:i firstResponseDateTime:d firstResponseDueDateTime:d " +
        "firstResponseInitiatingResourceID:i hoursToBeScheduled:n impersonatorCreatorResourceID:i issueType:i=issueTypes lastActivityDate:d lastActivityPersonType:i lastActivityResourceID:i " +
        "lastCustomerNotificationDateTime:d lastCustomerVisibleActivityDateTime:d lastTrackedModificationDateTime:d monitorID:i monitorTypeID:i opportunityID:i " +
        "organizationalLevelAssociationID:i previousServiceThermometerRating:i priority:i=priorities problemTicketId:i>tickets projectID:i purchaseOrderNumber:s queueID:i=queues resolution:s " +
        "resolutionPlanDateTime:d resolutionPlanDueDateTime:d resolvedDateTime:d resolvedDueDateTime:d rmaStatus:i rmaType:i rmmAlertID:s serviceLevelAgreementHasBeenMet:b " +
        "serviceLevelAgreementID:i serviceLevelAgreementPausedNextEventHours:n serviceThermometerTemperature:i source:i=sources status:i=statuses subIssueType:i=subIssueTypes " +
        "ticketCategory:i=ticketCategories ticketNumber:s ticketType:i=ticketTypes title:s";

    private const string CompanyColumns =
        "id:l additionalAddressInformation:s address1:s address2:s alternatePhone1:s alternatePhone2:s apiVendorID:i assetValue:n billToCompanyLocationID:i billToAdditionalAddressInformation:s " +
        "billingAddress1:s billingAddress2:s billToAddressToUse:i billToAttention:s billToCity:s billToCountryID:i billToState:s billToZipCode:s city:s classification:i=classifications " +
        "companyName:s companyNumber:s companyType:i=companyTypes competitorID:i countryID:i>countries createDate:d createdByResourceID:i>resources currencyID:i fax:s " +
        "impersonatorCreatorResourceID:i invoiceEmailMessageID:i invoiceMethod:i invoiceNonContractItemsToParentCompany:b invoiceTemplateID:i isActive:b isClientPortalActive:b " +
        "isEnabledForComanaged:b isTaskFireActive:b isTaxExempt:b lastActivityDate:d lastTrackedModifiedDateTime:d marketSegmentID:i=marketSegments ownerResourceID:i>resources " +
        "parentCompanyID:i>companies phone:s postalCode:s quoteEmailMessageID:i quoteTemplateID:i sicCode:s state:s stockMarket:s stockSymbol:s surveyCompanyRating:n taxID:s taxRegionID:i " +
        "territoryID:i=territories webAddress:s";

    private const string ContactColumns =
        "id:l additionalAddressInformation:s addressLine:s addressLine1:s alternatePhone:s apiVendorID:i bulkEmailOptOutTime:d city:s companyID:i>companies companyLocationID:i>companyLocations " +
        "countryID:i>countries createDate:d emailAddress:s emailAddress2:s emailAddress3:s extension:s externalID:s facebookUrl:s faxNumber:s firstName:s impersonatorCreatorResourceID:i " +
        "isActive:i isOptedOutFromBulkEmail:b lastActivityDate:d lastModifiedDate:d lastName:s linkedInUrl:s middleInitial:s mobilePhone:s namePrefix:i nameSuffix:i note:s " +
        "receivesEmailNotifications:b phone:s primaryContact:b roomNumber:s solicitationOptOut:b solicitationOptOutTime:d state:s surveyOptOut:b title:s twitterUrl:s zipCode:s";

    private const string ResourceColumns =
        "id:l accountingReferenceID:s dateFormat:s defaultServiceDeskRoleID:l email:s email2:s email3:s emailTypeCode:s emailTypeCode2:s emailTypeCode3:s firstName:s gender:s greeting:i " +
        "hireDate:d homePhone:s initials:s internalCost:n isActive:b lastName:s licenseType:i=licenseTypes locationID:i middleName:s mobilePhone:s numberFormat:s officeExtension:s officePhone:s " +
        "payrollType:i resourceType:s suffix:i surveyResourceRating:n timeFormat:s title:s travelAvailabilityPct:s userName:s userType:i";

    private const string DeviceColumns =
        "id:l apiVendorID:i companyID:i>companies companyLocationID:i>companyLocations configurationItemCategoryID:i configurationItemType:i>configurationItemTypes contactID:i>contacts contractID:i createDate:d " +
        "createdByPersonID:i dailyCost:n dattoHostname:s dattoInternalIP:s dattoLastCheckInDateTime:d dattoSerialNumber:s deviceNetworkingID:s hourlyCost:n installDate:d installedByContactID:i " +
        "installedByID:i isActive:b lastActivityPersonID:i lastActivityPersonType:i lastModifiedTime:d location:s monthlyCost:n notes:s numberOfUsers:n parentConfigurationItemID:i perUseCost:n " +
        "productID:i referenceNumber:s referenceTitle:s rmmDeviceAuditAntivirusStatusID:i rmmDeviceAuditDescription:s rmmDeviceAuditDeviceTypeID:i rmmDeviceAuditExternalIPAddress:s " +
        "rmmDeviceAuditHostname:s rmmDeviceAuditIPAddress:s rmmDeviceAuditLastUser:s rmmDeviceAuditMacAddress:s rmmDeviceAuditManufacturerID:i=manufacturers rmmDeviceAuditMemoryBytes:l " +
        "rmmDeviceAuditMissingPatchCount:i rmmDeviceAuditModelID:i=models rmmDeviceAuditOperatingSystem:s rmmDeviceAuditPatchStatusID:i rmmDeviceAuditStorageBytes:l rmmDeviceID:l rmmDeviceUID:s " +
        "rmmOpenAlertCount:i serialNumber:s serviceLevelAgreementID:i setupFee:n vendorID:i warrantyExpirationDate:d";

    private const string WebhookColumns =
        "id:l deactivationUrl:s isActive:b isReady:b isSubscribedToCreateEvents:b isSubscribedToDeleteEvents:b isSubscribedToUpdateEvents:b name:s notificationEmailAddress:s " +
        "ownerResourceID:i>resources secretKey:s sendThresholdExceededNotification:b webhookGUID:s webhookUrl:s";

    public static IReadOnlyList<AutotaskEntity> All { get; } =
    [
        new("Tickets", "tickets", "Ticket", "tickets")
        {
            Columns = Parse(TicketColumns), HasUdfs = true, CanCreate = true, CanUpdate = true, Stamps = ["lastActivityDate", "lastTrackedModificationDateTime"],
            Required = ["companyID", "title", "status", "priority"],
        },
        new("TicketNotes", "ticketNotes", "TicketNote", "ticketNotes")
        {
            Columns = Parse("id:l createDateTime:d createdByContactID:i>contacts creatorResourceID:i>resources description:s impersonatorCreatorResourceID:i impersonatorUpdaterResourceID:i lastActivityDate:d noteType:i=noteTypes publish:i=publishes ticketID:i>tickets title:s"),
            Parent = ("Tickets", "tickets", "ticketID", "Notes"), CanCreate = true, CanUpdate = true, Stamps = ["lastActivityDate"], Required = ["title", "description", "noteType", "publish"],
        },
        new("TimeEntries", "timeEntries", "TimeEntry", "timeEntries")
        {
            Columns = Parse("id:l billingApprovalDateTime:d billingApprovalLevelMostRecent:i billingApprovalResourceID:i billingCodeID:i contractID:i contractServiceBundleID:l contractServiceID:l createDateTime:d creatorUserID:i dateWorked:d endDateTime:d hoursToBill:n hoursWorked:n impersonatorCreatorResourceID:i impersonatorUpdaterResourceID:i internalBillingCodeID:i internalNotes:s isNonBillable:b lastModifiedDateTime:d lastModifiedUserID:i offsetHours:n resourceID:i>resources roleID:i showOnInvoice:b startDateTime:d summaryNotes:s taskID:i ticketID:i>tickets timeEntryType:i=timeEntryTypes"),
            CanCreate = true, CanUpdate = true, CanDelete = true, Stamps = ["lastModifiedDateTime"], Required = ["resourceID", "dateWorked", "hoursWorked"],
        },
        new("Companies", "companies", "Account", "companies")
        {
            Columns = Parse(CompanyColumns), HasUdfs = true, CanCreate = true, CanUpdate = true, Stamps = ["lastActivityDate", "lastTrackedModifiedDateTime"], Required = ["companyName", "companyType", "phone"],
        },
        new("Contacts", "contacts", "Contact", "contacts")
        {
            Columns = Parse(ContactColumns), HasUdfs = true, Parent = ("Companies", "companies", "companyID", "Contacts"), CanCreate = true, CanUpdate = true, CanDelete = true,
            Stamps = ["lastActivityDate", "lastModifiedDate"], Required = ["firstName", "lastName", "isActive"],
        },
        new("CompanyLocations", "companyLocations", "AccountPhysicalLocation", "companies")
        {
            Columns = Parse("id:l address1:s address2:s alternatePhone1:s alternatePhone2:s city:s companyID:i>companies countryID:i>countries description:s fax:s isActive:b isPrimary:b isTaxExempt:b overrideAccountTaxSettings:b name:s phone:s postalCode:s roundtripDistance:n state:s taxRegionID:i"),
            HasUdfs = true, Parent = ("Companies", "companies", "companyID", "Locations"), CanCreate = true, CanUpdate = true, CanDelete = true, Required = ["name", "isActive"],
        },
        new("Resources", "resources", "Resource", "resources") { Columns = Parse(ResourceColumns) },
        new("ConfigurationItems", "configurationItems", "InstalledProduct", "configurationItems")
        {
            Columns = Parse(DeviceColumns), HasUdfs = true, CanCreate = true, CanUpdate = true, Stamps = ["lastModifiedTime"], Required = ["companyID", "isActive", "productID"],
        },
        new("ConfigurationItemTypes", "configurationItemTypes", "InstalledProductType", "configurationItems") { Columns = Parse("id:l isActive:b name:s") },
        new("TicketCategories", "ticketCategories", "TicketCategory", "tickets") { Columns = Parse("id:l displayColorRGB:i isActive:b isApiOnly:b isGlobalDefault:b name:s nickname:s") },
        new("Countries", "countries", "Country", "companies") { Columns = Parse("id:l addressFormatID:l countryCode:s displayName:s invoiceTemplateID:i isActive:b isDefaultCountry:b name:s quoteTemplateID:i") },
        new("BillingCodes", "billingCodes", "AllocationCode", "timeEntries") { Columns = Parse("id:l afterHoursWorkType:i billingCodeType:i department:i description:s externalNumber:s generalLedgerAccount:i isActive:b isExcludedFromNewContracts:b markupRate:n name:s taxCategoryID:i unitCost:n unitPrice:n useType:i") },
        .. Webhooks("Ticket", "tickets"),
        .. Webhooks("Company", "companies"),
        new("WebhookEventErrorLogs", "webhookEventErrorLogs", "WebhookEventErrorLog", "webhooks") { Columns = Parse("id:l accountWebhookID:i contactWebhookID:i createDateTime:d errorMessage:s payload:s sequenceNumber:i") },
    ];

    public static AutotaskEntity? AtPath(string path) => All.FirstOrDefault(e => string.Equals(e.Path, path, StringComparison.OrdinalIgnoreCase));

    public static AutotaskEntity? OfKind(string kind) => All.FirstOrDefault(e => string.Equals(e.Kind, kind, StringComparison.OrdinalIgnoreCase));

    /// <summary>An entity reached through its parent: <c>Tickets/7/Notes</c>.</summary>
    public static AutotaskEntity? Below(string parent, string sub) =>
        All.FirstOrDefault(e => e.Parent is { } p && string.Equals(p.Path, parent, StringComparison.OrdinalIgnoreCase) && string.Equals(p.Sub, sub, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<AutotaskEntity> Webhooks(string of, string kind)
    {
        var hooks = $"{of.ToLowerInvariant()}Webhooks";
        var path = $"{of}Webhooks";
        yield return new(path, hooks, $"{of}Webhook", "webhooks")
        {
            Columns = Parse(WebhookColumns), CanCreate = true, CanUpdate = true, CanDelete = true,
            Required = ["name", "webhookUrl", "deactivationUrl", "secretKey", "isActive", "isSubscribedToCreateEvents", "isSubscribedToDeleteEvents", "isSubscribedToUpdateEvents"],
        };
        foreach (var (sub, columns, required) in new[]
        {
            ("Fields", $"id:l fieldID:i={kind}WebhookFieldIDs isDisplayAlwaysField:b isSubscribedField:b webhookID:i>{hooks}", new[] { "fieldID" }),
            ("UdfFields", $"id:l isDisplayAlwaysField:b isSubscribedField:b udfFieldID:i webhookID:i>{hooks}", ["udfFieldID"]),
            ("ExcludedResources", $"id:l resourceID:i>resources webhookID:i>{hooks}", ["resourceID"]),
        })
        {
            yield return new($"{of}Webhook{sub}", $"{of.ToLowerInvariant()}Webhook{sub}", $"{of}Webhook{sub}", "webhooks")
            {
                Columns = Parse(columns), Parent = (path, hooks, "webhookID", sub), CanCreate = true, CanUpdate = true, CanDelete = true, Required = required,
            };
        }
    }

    private static Column[] Parse(string columns) => [.. columns.Split(' ').Select(Column.Parse)];
}
