using System.Collections.Frozen;

namespace MSPortal.Simulators.ConnectWise.Model;

/// <summary>Every kind of record, property by property, in the vendor's order.</summary>
internal static class Kinds
{
    private const string TicketText =
        "id:i summary:s recordType:s board:& status:&t workRole:& workType:& company:&c site:& siteName:s addressLine1:s addressLine2:s "
        + "city:s stateIdentifier:s zip:s country:&c contact:& contactName:s contactPhoneNumber:s contactPhoneExtension:s "
        + "contactEmailAddress:s type:& subType:& item:& team:& owner:&m priority:&p serviceLocation:& source:& requiredDate:d "
        + "budgetHours:n agreement:& severity:s impact:s externalXRef:s poNumber:s allowAllClientsPortalView:b customerUpdatedFlag:b "
        + "automaticEmailContactFlag:b automaticEmailResourceFlag:b automaticEmailCcFlag:b automaticEmailCc:s closedDate:s closedBy:s "
        + "closedFlag:b actualHours:n approved:b estimatedExpenseCost:n estimatedExpenseRevenue:n subBillingMethod:s "
        + "dateResolved:s dateResplan:s dateResponded:s resolveMinutes:i resPlanMinutes:i respondMinutes:i respondByGoalUTC:d "
        + "resplanGoalUTC:d resolutionGoalUTC:d isInSla:b resources:s parentTicketId:i hasChildTicket:b hasMergedChildTicketFlag:b "
        + "billTime:s billExpenses:s billProducts:s location:& department:& sla:& slaStatus:s mergedParentTicket:&k "
        + "integratorTags:[s] _info:info customFields:[custom]";

    private const string ProjectTicketText =
        "id:i summary:s isIssueFlag:b board:& status:&t workRole:& workType:& company:&c site:& siteName:s project:& phase:& wbsCode:s "
        + "contact:& contactName:s contactPhoneNumber:s contactEmailAddress:s type:& subType:& item:& owner:&m priority:&p "
        + "serviceLocation:& source:& requiredDate:d budgetHours:n agreement:& customerUpdatedFlag:b closedDate:s closedBy:s closedFlag:b "
        + "actualHours:n approved:b resources:s billTime:s location:& department:& _info:info customFields:[custom]";

    private const string NoteText =
        "id:i ticketId:i text:s detailDescriptionFlag:b internalAnalysisFlag:b resolutionFlag:b issueFlag:b member:&m contact:& "
        + "customerUpdatedFlag:b processNotifications:b dateCreated:s createdBy:s internalFlag:b externalFlag:b sentimentScore:n _info:info";

    private const string ProjectNoteText =
        "id:i ticketId:i text:s detailDescriptionFlag:b internalAnalysisFlag:b resolutionFlag:b issueFlag:b member:&m contact:& "
        + "customerUpdatedFlag:b processNotifications:b internalFlag:b externalFlag:b _info:info";

    private const string CompanyText =
        "id:i identifier:s name:s status:& addressLine1:s addressLine2:s city:s state:s zip:s country:&c phoneNumber:s faxNumber:s website:s "
        + "territory:& market:& accountNumber:s defaultContact:& dateAcquired:d parentCompany:&c annualRevenue:n numberOfEmployees:i "
        + "yearEstablished:i revenueYear:i timeZoneSetup:& leadFlag:b unsubscribeFlag:b taxIdentifier:s deletedFlag:b dateDeleted:d "
        + "deletedBy:s isVendorFlag:b types:[&] site:& integratorTags:[s] _info:info customFields:[custom]";

    private const string ContactText =
        "id:i firstName:s lastName:s company:&c site:& addressLine1:s city:s state:s zip:s country:&c relationship:& department:& "
        + "inactiveFlag:b title:s nickName:s portalPassword:s portalSecurityLevel:i disablePortalLoginFlag:b unsubscribeFlag:b "
        + "defaultPhoneType:s defaultPhoneNbr:s defaultPhoneExtension:s defaultBillingFlag:b defaultFlag:b communicationItems:[communication] "
        + "types:[&] integratorTags:[s] _info:info typeIds:[i] customFields:[custom]";

    private const string MemberText =
        "id:i identifier:s password:s licenseClass:s notes:s inactiveDate:d inactiveFlag:b lastLogin:s clientId:s token:s firstName:s "
        + "middleInitial:s lastName:s fullName:s hireDate:d officeEmail:s mobileEmail:s homeEmail:s defaultEmail:s primaryEmail:s officePhone:s "
        + "mobilePhone:s homePhone:s defaultPhone:s securityRole:& title:s type:& timeZone:& adminFlag:b hourlyCost:n hourlyRate:n "
        + "excludedServiceBoardIds:[i] teams:[i] serviceBoardTeamIds:[i] _info:info";

    private const string ConfigurationText =
        "id:i name:s type:& status:& company:&c contact:& site:& locationId:i location:& department:& deviceIdentifier:s serialNumber:s "
        + "modelNumber:s tagNumber:s purchaseDate:d installationDate:d warrantyExpirationDate:d vendorNotes:s notes:s macAddress:s "
        + "lastLoginName:s ipAddress:s defaultGateway:s osType:s osInfo:s cpuSpeed:s ram:s localHardDrives:s parentConfigurationId:i "
        + "manufacturer:& questions:[question] activeFlag:b managementLink:s remoteLink:s _info:info customFields:[custom]";

    private static readonly KindInfo[] All =
    [
        Of(Kind.Tickets, "ticket", "tickets", TicketText,
            "board:Boards status:Statuses company:Companies contact:Contacts type:Types subType:Subtypes item:Items team:Teams owner:Members "
            + "priority:Priorities source:Sources mergedParentTicket:Tickets"),
        Of(Kind.ProjectTickets, "ticket", "projectTickets", ProjectTicketText,
            "board:Boards status:Statuses company:Companies contact:Contacts type:Types subType:Subtypes item:Items owner:Members "
            + "priority:Priorities source:Sources"),
        Of(Kind.Notes, "serviceNote", "notes", NoteText, "member:Members contact:Contacts", "ticketId"),
        Of(Kind.ProjectNotes, "ticketNote", "notes", ProjectNoteText, "member:Members contact:Contacts", "ticketId"),
        Of(Kind.Companies, "company", "companies", CompanyText,
            "status:CompanyStatuses defaultContact:Contacts parentCompany:Companies types:CompanyTypes"),
        Of(Kind.Contacts, "contact", "contacts", ContactText, "company:Companies types:ContactTypes"),
        Of(Kind.Members, "member", "members", MemberText, ""),
        Of(Kind.Configurations, "configuration", "configurations", ConfigurationText,
            "type:ConfigurationTypes status:ConfigurationStatuses company:Companies contact:Contacts"),
        Of(Kind.Boards, "board", "tableSetup",
            "id:i name:s location:& department:& inactiveFlag:b projectFlag:b billTime:s billExpense:s billProduct:s problemSort:s _info:info", ""),
        Of(Kind.Statuses, "boardStatus", "tableSetup",
            "id:i name:s board:& sortOrder:i displayOnBoard:b inactive:b closedStatus:b timeEntryNotAllowed:b defaultFlag:b escalationStatus:s "
            + "customerPortalDescription:s customerPortalFlag:b _info:info", "board:Boards", "board"),
        Of(Kind.Types, "boardType", "tableSetup",
            "id:i name:s category:s defaultFlag:b inactiveFlag:b board:& location:& department:& _info:info", "board:Boards", "board"),
        Of(Kind.Subtypes, "boardSubType", "tableSetup",
            "id:i name:s inactiveFlag:b typeAssociationIds:[i] addAllTypesFlag:b board:& _info:info", "board:Boards", "board"),
        Of(Kind.Items, "boardItem", "tableSetup", "id:i name:s inactiveFlag:b board:& _info:info", "board:Boards", "board"),
        Of(Kind.Teams, "boardTeam", "tableSetup",
            "id:i name:s teamLeader:&m members:[i] defaultFlag:b boardId:i locationId:i businessUnitId:i _info:info", "teamLeader:Members", "boardId"),
        Of(Kind.Associations, "boardTypeSubTypeItemAssociation", "tableSetup", "id:i type:& subType:& item:& board:& _info:info",
            "board:Boards type:Types subType:Subtypes item:Items", "board"),
        Of(Kind.Priorities, "priority", "tableSetup",
            "id:i name:s color:s sortOrder:i defaultFlag:b imageLink:s urgencySortOrder:s level:s _info:info", ""),
        Of(Kind.Sources, "source", "tableSetup", "id:i name:s defaultFlag:b enteredBy:s dateEntered:d _info:info", ""),
        Of(Kind.CompanyStatuses, "companyStatus", "tableSetup", "id:i name:s defaultFlag:b inactiveFlag:b notifyFlag:b _info:info", ""),
        Of(Kind.CompanyTypes, "companyType", "tableSetup", "id:i name:s defaultFlag:b vendorFlag:b serviceAlertFlag:b _info:info", ""),
        Of(Kind.CompanyTypeAssociations, "companyTypeAssociation", "companies", "id:i type:& company:&c _info:info",
            "company:Companies type:CompanyTypes", "company"),
        Of(Kind.ContactTypes, "contactType", "tableSetup", "id:i description:s defaultFlag:b _info:info", ""),
        Of(Kind.CommunicationTypes, "communicationType", "tableSetup",
            "id:i description:s phoneFlag:b faxFlag:b emailFlag:b defaultFlag:b _info:info", ""),
        Of(Kind.ConfigurationTypes, "configurationType", "tableSetup", "id:i name:s inactiveFlag:b systemFlag:b _info:info", ""),
        Of(Kind.ConfigurationStatuses, "configurationStatus", "tableSetup", "id:i description:s closedFlag:b defaultFlag:b _info:info", ""),
        Of(Kind.TicketConfigurations, "configuration", "configurations", "id:i ticketId:i configuration:&config",
            "configuration:Configurations", "ticketId"),
        Of(Kind.TimeEntries, "timeEntry", "time",
            "id:i company:&c chargeToId:i chargeToType:s member:&m workType:& timeStart:d timeEnd:d actualHours:n billableOption:s notes:s internalNotes:s "
            + "addToDetailDescriptionFlag:b addToInternalAnalysisFlag:b addToResolutionFlag:b enteredBy:s dateEntered:d status:s ticket:&k _info:info",
            "company:Companies member:Members ticket:Tickets", "chargeToId"),
        Of(Kind.Callbacks, "callback", "callbacks",
            "id:i description:s url:s objectId:i type:s level:s memberId:i payloadVersion:s inactiveFlag:b isSoapCallbackFlag:b "
            + "isSelfSuppressedFlag:b _info:info", ""),
    ];

    private static readonly FrozenDictionary<string, KindInfo> ByName =
        All.ToFrozenDictionary(k => k.Kind.ToString(), StringComparer.OrdinalIgnoreCase);

    public static KindInfo Get(Kind kind) => All[(int)kind];

    public static KindInfo? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The kinds that point at this one, with the property that does.</summary>
    public static IEnumerable<(KindInfo From, string Property)> PointingAt(Kind kind) =>
        All.SelectMany(k => k.References.Where(r => r.Value == kind).Select(r => (k, r.Key)));

    private static KindInfo Of(Kind kind, string resource, string area, string shape, string references, string? parent = null) => new(
        kind,
        resource,
        area,
        Shape.Parse(shape),
        references.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(r => r.Split(':'))
            .ToDictionary(r => r[0], r => Enum.Parse<Kind>(r[1]), StringComparer.Ordinal),
        parent);
}
