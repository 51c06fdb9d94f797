using System.CommandLine;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Diagnosis;

/// <summary><c>msportal diagnose …</c></summary>
internal static class DiagnoseCommand
{
    /// <summary>Something keeps the data away; what it is stands in the answer.</summary>
    public const int NotWell = 2;

    public static Command Create(PortalCommandContext context)
    {
        var ticket = new Option<string>("--ticket") { Description = "A ticket's number.", HelpName = "number" };
        var company = new Option<string>("--company") { Description = "A company's name, or the vendor's id of it.", HelpName = "name" };
        var integration = new Option<string>("--integration") { Description = "Id or name: alone it is diagnosed itself, otherwise only it is looked in.", HelpName = "integration" };
        var person = new Option<string>("--as") { Description = "With --ticket: the e-mail address of the person who should see it.", HelpName = "e-mail" };
        var json = CommandOutput.JsonOption();
        var command = new Command("diagnose", "Says what keeps a ticket, a company or an integration's data from being seen. Ends with 2 when something does.") { ticket, company, integration, person, json };
        return PortalCommandContext.Run(command, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            long? where = parsed.GetValue(integration) is { } name ? (await session.IntegrationAsync(name, ct)).Id : null;
            var subject = new DiagnosisParameters(parsed.GetValue(ticket), parsed.GetValue(company), where, parsed.GetValue(person)).Read()
                ?? throw new CommandFailedException("Give --ticket or --company, not both; --as goes with --ticket.");
            var diagnosed = await session.Get<Diagnoses>().RunAsync(session.TenantId, subject, ct);
            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(DiagnosisResource.Of(diagnosed));
            }
            else
            {
                await parsed.WriteLineAsync(DiagnosisWords.Text(diagnosed, TimeZoneInfo.Utc));
            }

            return diagnosed.IsWell ? 0 : NotWell;
        });
    }
}
