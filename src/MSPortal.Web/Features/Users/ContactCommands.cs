using System.CommandLine;
using System.Globalization;
using MSPortal.Web.Access;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Users;

/// <summary><c>msportal users contacts list|import|removed|allow|preview|run</c>.</summary>
internal static class ContactCommands
{
    private const int Most = 10_000;

    public static Command Create(PortalCommandContext context) => new("contacts", "Clients' own people: who can become a company user.")
    {
        List(context), Import(context), Removed(context), Allow(context), Preview(context), Run(context),
    };

    private static Argument<string> Integration() => new("integration") { Description = "Id or name of the integration." };

    private static Command List(PortalCommandContext context)
    {
        var (search, json) = (new Option<string?>("--search") { Description = "Part of name, address or company.", HelpName = "text" }, CommandOutput.JsonOption());
        return PortalCommandContext.Run(new Command("list", "The people of imported companies as of the last sync, and who that is here.") { search, json }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var contacts = await session.Get<ContactQueries>().AllAsync(session.TenantId, new ContactFilter(parsed.GetValue(search)), Most, ct);
            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(contacts);
            }
            else
            {
                await parsed.WriteTableAsync(
                    ["INTEGRATION", "ID", "NAME", "E-MAIL", "COMPANY", "STATUS"],
                    contacts.Select(c => new[] { c.Integration, c.Key.ExternalId, c.Name, c.Email, c.Company?.Name, UserWords.Of(c.Status).Text }));
            }

            return 0;
        });
    }

    private static Command Import(PortalCommandContext context)
    {
        var (integration, role) = (Integration(), new Option<string>("--role") { Description = "A role for company users.", HelpName = "role", Required = true });
        var ids = new Argument<string[]>("contact") { Description = "The vendor's id of a contact; may be given several times.", Arity = ArgumentArity.OneOrMore };
        return PortalCommandContext.Run(new Command("import", "Makes company users of contacts. Nobody is invited.") { integration, ids, role }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var (id, _) = await session.IntegrationAsync(parsed.GetValue(integration)!, ct);
            var roleId = (await RoleCommands.FindAsync(session, parsed.GetValue(role)!, ct)).Id;
            var outcomes = await session.Get<ContactImport>().ImportAsync([.. parsed.GetValue(ids)!.Select(c => new ContactChoice(new ContactKey(id, c), roleId))], PortalAccess.Everything, session.Actor, ct);
            await parsed.WriteTableAsync(["NAME", "OUTCOME"], outcomes.Select(o => new[] { o.Name, o.Problem ?? (o.Linked ? "linked" : "imported") }));
            return outcomes.Any(o => o.Problem is not null) ? 2 : 0;
        });
    }

    private static Command Removed(PortalCommandContext context) => PortalCommandContext.Run(new Command("removed", "Contacts whose access was removed."), async (parsed, ct) =>
    {
        await using var session = await CommandSession.OpenAsync(context, parsed, ct);
        var removed = await session.Get<ContactAccess>().ListAsync(session.TenantId, ct);
        await parsed.WriteTableAsync(
            ["INTEGRATION", "ID", "NAME", "E-MAIL", "REMOVED BY", "AT"],
            removed.Select(r => new[] { r.Integration, r.Key.ExternalId, r.Name, r.Email, r.RemovedBy, r.RemovedAt.ToString("u", CultureInfo.InvariantCulture) }));
        return 0;
    });

    private static Command Allow(PortalCommandContext context)
    {
        var (integration, contact) = (Integration(), new Argument<string>("contact") { Description = "The vendor's id of the contact." });
        return PortalCommandContext.Run(new Command("allow", "Lets a contact be imported again.") { integration, contact }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var (id, _) = await session.IntegrationAsync(parsed.GetValue(integration)!, ct);
            return await session.Get<ContactAccess>().AllowAsync(new ContactKey(id, parsed.GetValue(contact)!), PortalAccess.Everything, session.Actor, ct)
                ? 0
                : throw new CommandFailedException("The access of this contact was not removed.");
        });
    }

    private static Command Preview(PortalCommandContext context)
    {
        var (integration, json) = (Integration(), CommandOutput.JsonOption());
        return PortalCommandContext.Run(new Command("preview", "Who would come in by the rules now, and what keeps the others out.") { integration, json }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var (id, _) = await session.IntegrationAsync(parsed.GetValue(integration)!, ct);
            var auto = session.Get<ContactAutoImport>();
            var plan = await auto.PlanAsync(session.TenantId, id, await auto.RulesAsync(session.TenantId, id, ct), ct);
            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(ContactPreview.Of(plan));
                return 0;
            }

            await parsed.WriteTableAsync(["NAME", "E-MAIL", "COMPANY", "COMES IN", "WHY"], plan.In.Concat(plan.Out).Select(r => new[] { r.Contact.Name, r.Contact.Email, r.Contact.Company?.Name, r.RoleId is null ? "no" : "yes", r.Why }));
            await parsed.WriteErrorAsync(plan.Sentence);
            return 0;
        });
    }

    private static Command Run(PortalCommandContext context)
    {
        var integration = Integration();
        return PortalCommandContext.Run(new Command("run", "Brings contacts in by the rules now, whether those are on or not. Nobody is invited.") { integration }, async (parsed, ct) =>
        {
            await using var session = await CommandSession.OpenAsync(context, parsed, ct);
            var (id, _) = await session.IntegrationAsync(parsed.GetValue(integration)!, ct);
            var report = await session.Get<ContactAutoImport>().RunAsync(id, PortalAccess.Everything, session.Actor, ct);
            await parsed.WriteTableAsync(["NAME", "PROBLEM"], report.Failed.Select(f => new[] { f.Name, f.Why }));
            await parsed.WriteErrorAsync(string.Create(CultureInfo.InvariantCulture, $"{report.Imported:N0} imported, {report.Linked:N0} linked, {report.Failed.Count:N0} failed, {report.Skipped.Sum(s => s.Count):N0} left out."));
            return report.Failed.Count > 0 ? 2 : 0;
        });
    }
}
