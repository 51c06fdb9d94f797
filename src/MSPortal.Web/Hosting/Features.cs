using MSPortal.Web.Features.Companies;

namespace MSPortal.Web.Hosting;

/// <summary>The table of features: what each registers and which endpoints it maps; a new feature is a line in each.</summary>
internal static class Features
{
    /// <summary>Queries and actions of the features; they are opened by page, API and command line alike.</summary>
    public static IServiceCollection AddFeatures(this IServiceCollection services)
    {
        services.AddSingleton<Web.Features.Integrations.IntegrationQueries>();
        services.AddSingleton<Web.Features.Integrations.RunQueries>();
        services.AddSingleton<Web.Features.Integrations.FreshnessQueries>();
        services.AddSingleton<Web.Features.Integrations.Schedules>();
        services.AddSingleton<Web.Features.Tickets.TicketQueries>();
        services.AddSingleton<Web.Features.Tickets.TicketDetailsQuery>();
        services.AddSingleton<Web.Features.Tickets.TicketOriginQueries>();
        services.AddSingleton<Web.Features.Tickets.TicketChoiceQueries>();
        services.AddSingleton<Web.Features.Tickets.TicketColumnChoices>();
        services.AddScoped<Web.Features.Tickets.TicketListPlace>();
        services.AddSingleton<Web.Features.Tickets.TicketRefresh>();
        services.AddSingleton<Web.Features.Tickets.TicketExport>();
        AddCompanies(services);
        AddDevices(services);
        AddClients(services);
        AddCloud(services);
        services.AddSingleton<Web.Features.Integrations.SyncButtons>();
        services.AddSingleton<Web.Features.Integrations.WizardState>();
        services.AddScoped<Web.Features.Integrations.IntegrationActions>();
        services.AddSingleton<Web.Features.Diagnosis.IntegrationFactsQuery>();
        services.AddSingleton<Web.Features.Diagnosis.TicketFactsQuery>();
        services.AddSingleton<Web.Features.Diagnosis.Diagnoses>();
        services.AddSingleton<Web.Features.Notifications.NotificationBook>();
        services.AddSingleton<Web.Features.Notifications.NotificationSettings>();
        services.AddSingleton<Web.Features.Notifications.MailPost>();
        services.AddSingleton<Web.Features.Support.SupportFacts>();
        services.AddSingleton<Web.Features.Support.SupportSecrets>();
        services.AddSingleton<Web.Features.Support.SupportBundle>();
        services.AddSingleton<Web.Features.Webhooks.WebhookQueries>();
        services.AddSingleton<Web.Features.Users.Roles>();
        services.AddSingleton<Web.Features.Users.UserQueries>();
        services.AddSingleton<Web.Features.Users.UserActions>();
        services.AddSingleton<Web.Features.Users.Invitations>();
        services.AddSingleton<Web.Features.Users.StaffQueries>();
        services.AddSingleton<Web.Features.Users.StaffImport>();
        services.AddSingleton<Web.Features.Users.ContactQueries>();
        services.AddSingleton<Web.Features.Users.ContactImport>();
        services.AddSingleton<Web.Features.Users.ContactAccess>();
        services.AddSingleton<Web.Features.Users.ContactAutoImport>();
        services.AddSingleton<Web.Features.Users.Offboarding>();
        services.AddSingleton<Web.Features.Settings.ApiKeys>();
        services.AddSingleton<Web.Features.Settings.AuditExport>();
        services.AddSingleton<Web.Features.Settings.AuditQueries>();
        services.AddSingleton<Web.Features.Settings.GeneralSettings>();
        return services;
    }

    /// <summary>Endpoints beside the pages. Everything needs a sign-in unless it says otherwise.</summary>
    public static void MapFeatures(this WebApplication app)
    {
        Web.Features.Account.AccountEndpoints.Map(app);
        Web.Features.Account.PasskeyEndpoints.Map(app);
        Web.Features.Tickets.TicketEndpoints.Map(app);
        Web.Features.Devices.DeviceEndpoints.Map(app);
        Web.Features.Devices.DeviceImportEndpoints.Map(app);
        Web.Features.Cloud.CloudEndpoints.Map(app);
        CompanyEndpoints.Map(app);
        CompanyTypeEndpoints.Map(app);
        CompanyDetailEndpoints.Map(app);
        MappingEndpoints.Map(app);
        Web.Features.Integrations.IntegrationEndpoints.Map(app);
        Web.Features.Integrations.IntegrationApi.Map(app);
        Web.Features.Clients.ClientApi.Map(app);
        Web.Features.Clients.ConsentLinkApi.Map(app);
        Web.Features.Diagnosis.DiagnosisEndpoints.Map(app);
        Web.Features.Notifications.NotificationEndpoints.Map(app);
        Web.Features.Support.SupportEndpoints.Map(app);
        Web.Features.Webhooks.WebhookReception.Map(app);
        Web.Features.Webhooks.WebhookApi.Map(app);
        Web.Features.Users.UserEndpoints.Map(app);
        Web.Features.Users.StaffEndpoints.Map(app);
        Web.Features.Users.ContactEndpoints.Map(app);
        Web.Features.Users.RoleEndpoints.Map(app);
        Web.Features.Settings.SettingsEndpoints.Map(app);
    }

    private static void AddClients(IServiceCollection services) => services
        .AddSingleton<Web.Features.Clients.ClientQueries>()
        .AddSingleton<Web.Features.Clients.ClientActions>()
        .AddSingleton<Web.Features.Clients.ConsentLinks>()
        .AddSingleton<Web.Features.Clients.ConsentTries>()
        .AddSingleton<Web.Features.Clients.ConsentVisits>();

    private static void AddDevices(IServiceCollection services) => services
        .AddSingleton<Web.Features.Devices.Inventory>()
        .AddSingleton<Web.Features.Devices.DeviceTypeMapping>()
        .AddSingleton<Web.Features.Devices.DeviceImport>()
        .AddSingleton<Web.Features.Devices.DeviceMerges>()
        .AddSingleton<Web.Features.Devices.DeviceQueries>()
        .AddSingleton<Web.Features.Devices.DeviceDetailsQuery>()
        .AddSingleton<Web.Features.Devices.DeviceOrigins>()
        .AddScoped<Web.Features.Devices.DeviceListPlace>()
        .AddSingleton<Web.Features.Devices.DeviceExport>();

    private static void AddCloud(IServiceCollection services) => services
        .AddSingleton<Web.Features.Cloud.CloudConnections>()
        .AddSingleton<Web.Features.Cloud.CloudUserQueries>()
        .AddSingleton<Web.Features.Cloud.CloudListQueries>()
        .AddSingleton<Web.Features.Cloud.CloudScoreQueries>()
        .AddSingleton<Web.Features.Cloud.CloudOverviewQuery>()
        .AddSingleton<Web.Features.Cloud.CloudExport>();

    private static void AddCompanies(IServiceCollection services) => services
        .AddSingleton<CompanyActions>()
        .AddSingleton<CompanyImport>()
        .AddSingleton<NewCompanies>()
        .AddSingleton<CompanyLinking>()
        .AddSingleton<CompanyUndo>()
        .AddSingleton<CompanyTypes>()
        .AddSingleton<CompanyFamily>()
        .AddSingleton<CompanyPlaces>()
        .AddSingleton<CompanyTypeQueries>()
        .AddSingleton<CompanyQueries>()
        .AddSingleton<CompanyOverviewQuery>()
        .AddSingleton<ExternalCompanyQueries>()
        .AddSingleton<ImportSourceQueries>()
        .AddSingleton<MappingQueries>()
        .AddSingleton<QuickMatch>();
}
