using System.CommandLine;
using MSPortal.Web.Features.Companies;

namespace MSPortal.Web.Hosting;

/// <summary>Everything that <c>msportal</c> can be told; a new command is one line in the table.</summary>
public static class CommandLine
{
    /// <summary>After SIGTERM or Ctrl+C; a server has to give its leases back, which the parser's own two seconds may cut short.</summary>
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(30);

    private static readonly Func<PortalCommandContext, Command>[] Commands =
    [
        ServeCommand.Create,
        CompanyCommands.Create,
        Web.Features.Tickets.TicketCommands.Create,
        Web.Features.Devices.DeviceCommands.Create,
        Web.Features.Cloud.CloudCommands.Create,
        Web.Features.Integrations.ProviderCommands.Create,
        Web.Features.Account.AdminCommands.Create,
        Web.Features.Settings.TenantCommands.Create,
        Web.Features.Integrations.IntegrationCommands.Create,
        Web.Features.Integrations.SyncCommand.Create,
        Web.Features.Integrations.RunsCommand.Create,
        Web.Features.Integrations.OverviewCommand.Create,
        Web.Features.Integrations.ScheduleCommands.Create,
        Web.Features.Clients.ClientCommands.Create,
        Web.Features.Clients.ConsentLinkCommands.Create,
        Web.Features.Diagnosis.DiagnoseCommand.Create,
        Web.Features.Notifications.NotificationCommands.Create,
        Web.Features.Users.UserCommands.Create,
        Web.Features.Users.RoleCommands.Create,
        Web.Features.Support.SupportCommands.Create,
        DatabaseCommands.Create,
    ];

    public static Task<int> RunAsync(string[] args) => RunAsync(args, Environment.GetEnvironmentVariable, Console.Out, Console.Error);

    /// <summary>The same with everything from outside given, so that tests can run it in-process.</summary>
    /// <param name="configure">Further parts of the portal, such as a test's clock; run last, so that they win.</param>
    public static Task<int> RunAsync(string[] args, Func<string, string?> environment, TextWriter output, TextWriter error, Action<IServiceCollection>? configure = null)
    {
        return Root(environment, configure).Parse(args).InvokeAsync(new()
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = EndsWithin,
        });
    }

    internal static RootCommand Root(Func<string, string?> environment, Action<IServiceCollection>? configure = null)
    {
        var context = new PortalCommandContext(environment, configure);
        var root = new RootCommand("MSPortal: one current, trustworthy copy of what your other tools know.")
        {
            context.Data,
            context.Database,
            context.Tenant,
        };
        foreach (var create in Commands)
        {
            root.Add(create(context));
        }

        return root;
    }
}
