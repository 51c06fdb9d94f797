using System.Net;
using MSPortal.Core.Contracts;
using MSPortal.Core.Diagnosis;
using MSPortal.Core.Model;
using MSPortal.Storage.Model;
using MSPortal.Tests.Support;
using MSPortal.Tests.Web.Features.Api;
using MSPortal.Tests.Web.Hosting;
using MSPortal.Tests.Web.Tickets;
using MSPortal.Web.Features.Diagnosis;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Diagnosis;

public sealed class DiagnosisTests
{
    [Theory, DatabaseData]
    public async Task A_ticket_that_is_seen_passes_every_stage_and_its_vendor_is_left_alone(DatabaseKind kind)
    {
        await using var clinic = await Clinic.OpenAsync(kind);
        var walk = await clinic.TicketAsync(await clinic.AddAsync(new TicketCase("7")), "#7");

        walk.Walk.Stages.ShouldAllBe(s => s.Outcome == StageOutcome.Passed);
        walk.TicketId.ShouldNotBeNull();
        clinic.Vendor.Asked.ShouldBeEmpty();
    }

    [Theory, DatabaseData]
    public async Task What_is_only_late_in_coming_is_brought_in_by_the_button(DatabaseKind kind)
    {
        await using var clinic = await Clinic.OpenAsync(kind);
        var about = new TicketCase("7");
        about.Absent();
        var id = await clinic.AddAsync(about);
        var before = (await clinic.TicketAsync(id, "7")).Walk.Finding.ShouldNotBeNull();
        (before.Cause, before.Remedy.Kind, before.ExpectedAt).ShouldBe((Cause.NotSyncedYet, RemedyKind.BringIn, clinic.Now.AddMinutes(11)));

        (await clinic.Diagnoses.BringInAsync(clinic.Home.Tenant, id, "7", default)).ShouldBe("The ticket is here now.");

        (await clinic.TicketAsync(id, "7")).Walk.Finding.ShouldBeNull();
    }

    [Theory, DatabaseData]
    public async Task Looking_stores_nothing_and_asks_once(DatabaseKind kind)
    {
        await using var clinic = await Clinic.OpenAsync(kind);
        var about = new TicketCase("7");
        about.Absent();
        var id = await clinic.AddAsync(about);

        await clinic.TicketAsync(id, "7");

        clinic.Vendor.Asked.ShouldBe(["7"]);
        await using var db = clinic.Home.Open();
        (db.Tickets.Count(), db.Ledger.Count(l => l.DataType == DataType.Tickets)).ShouldBe((0, 0));
    }

    [Theory, DatabaseData]
    public async Task A_vendor_is_asked_about_thirty_tickets_a_minute_at_most(DatabaseKind kind)
    {
        await using var clinic = await Clinic.OpenAsync(kind);
        var id = await clinic.AddAsync(new TicketCase("7"));
        for (var i = 100; i < 140; i++)
        {
            await clinic.TicketAsync(id, $"{i}");
        }

        clinic.Vendor.Asked.Count.ShouldBe(30);
        (await clinic.TicketAsync(id, "200")).Walk.Finding.ShouldNotBeNull().Cause.ShouldBe(Cause.CouldNotAsk);
        clinic.Home.Clock.Advance(TimeSpan.FromMinutes(1));
        (await clinic.TicketAsync(id, "200")).Walk.Finding.ShouldNotBeNull().Cause.ShouldBe(Cause.NoSuchTicket);
    }

    [Theory, DatabaseData]
    public async Task Of_several_integrations_only_those_that_know_the_ticket_are_shown(DatabaseKind kind)
    {
        await using var clinic = await Clinic.OpenAsync(kind);
        await clinic.AddAsync(new TicketCase("7"));
        var other = new TicketCase("8");
        other.Absent(t => t with { ContainerId = "9" });
        await clinic.AddAsync(other);

        var here = await clinic.Diagnoses.RunAsync(clinic.Home.Tenant, new DiagnosisSubject(DiagnosisKind.Ticket, "7", null), default);
        here.Walks.Select(w => w.Integration).ShouldBe(["PSA of 7"]);
        var nowhere = await clinic.Diagnoses.RunAsync(clinic.Home.Tenant, new DiagnosisSubject(DiagnosisKind.Ticket, "404", null), default);
        nowhere.Walks.Select(w => w.Walk.Finding?.Cause).ShouldBe([Cause.NoSuchTicket, Cause.NoSuchTicket]);
    }

    [Theory, DatabaseData]
    public async Task A_company_is_found_by_name_or_id_and_says_what_keeps_its_tickets_away(DatabaseKind kind)
    {
        await using var clinic = await Clinic.OpenAsync(kind);
        async Task<Cause?> DiagnoseAsync(string number, Action<TicketCase> hide, string? text = null)
        {
            var about = new TicketCase(number);
            hide(about);
            var id = await clinic.AddAsync(about);
            var diagnosed = await clinic.Diagnoses.RunAsync(clinic.Home.Tenant, new DiagnosisSubject(DiagnosisKind.Company, text ?? about.CompanyName, id), default);
            return diagnosed.Walks.ShouldHaveSingleItem().Walk.Finding?.Cause;
        }

        (await DiagnoseAsync("1", _ => { })).ShouldBeNull();
        (await DiagnoseAsync("2", c => c.IsLinked = false)).ShouldBe(Cause.CompanyNotImported);
        (await DiagnoseAsync("3", c => c.IsBlocked = true)).ShouldBe(Cause.CompanyBlocked);
        (await DiagnoseAsync("4", c => (c.CompanyLedger, c.IsLinked) = (LedgerState.OutOfScope, false), "c4")).ShouldBe(Cause.CompanyFilteredOut);
        (await DiagnoseAsync("5", c => (c.CompanyLedger, c.IsLinked) = (null, false))).ShouldBe(Cause.NoSuchCompany);
        (await DiagnoseAsync("6", _ => { }, "Customer 1")).ShouldBe(Cause.CompanyNotImported, "it is ours, and linked to another integration");
        (await DiagnoseAsync("7", c => c.Streams = s => s.Single(x => x.DataType == DataType.Companies).DeniedPermission = "Read Companies")).ShouldBe(Cause.PermissionMissing);
    }

    [Theory, DatabaseData]
    public async Task An_integration_goes_on_past_what_nobody_needs_and_mentions_it(DatabaseKind kind)
    {
        await using var clinic = await Clinic.OpenAsync(kind);
        var about = new TicketCase("7");
        about.Streams = s => s.Single(x => x.DataType == DataType.Devices).DeniedPermission = "Read Devices";
        var id = await clinic.AddAsync(about);

        var walk = (await clinic.Diagnoses.RunAsync(clinic.Home.Tenant, new DiagnosisSubject(DiagnosisKind.Integration, "", id), default)).Walks.Single().Walk;

        walk.Finding.ShouldBeNull();
        walk.Stages[1].Evidence.Where(e => e.NeedsAttention).Select(e => e.Text).ShouldBe(["Devices: the key lacks the permission “Read Devices” (Admin → Roles → Devices)"]);
        walk.Stages[3].Evidence.Select(e => e.Text).ShouldBe(["1 ticket shown"]);
    }

    [Fact]
    public async Task Program_and_prompt_say_the_same_and_lead_to_the_page_that_mends_it()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var program = new ApiCaller(portal, await portal.AddKeyAsync("read"));
        (await program.GetAsync("/diagnosis?ticket=1")).Body.GetProperty("nothing").GetString().ShouldStartWith("Nothing is connected yet");
        var seed = new TicketSeed(portal.Data, 1, DateTimeOffset.UtcNow);
        var id = await seed.IntegrationAsync();
        await seed.ExternalCompanyAsync(id, "c1", "Fabrikam");
        await seed.TicketAsync(id, "1234", "c1");

        var answer = await program.GetAsync("/diagnosis?ticket=%231234");
        var result = answer.Body.GetProperty("results")[0];
        result.GetProperty("cause").GetString().ShouldBe("companyNotImported");
        result.GetProperty("summary").GetString().ShouldBe("Fabrikam of Main PSA is not imported, and tickets show with their company.");
        result.GetProperty("remedy").GetProperty("page").GetString().ShouldBe($"/settings/companies/import/{id}");
        result.GetProperty("stages").EnumerateArray().Select(s => s.GetProperty("outcome").GetString()).ShouldBe(["passed", "passed", "failed", "notReached"]);

        (await program.GetAsync("/diagnosis?ticket=1&company=x")).Fields.ShouldBe(["company"]);
        (await program.GetAsync("/diagnosis?integration=99")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await program.PostAsync("/diagnosis/bring-in", new { integrationId = id, number = "1" })).Status.ShouldBe(HttpStatusCode.Forbidden);

        var prompt = await RunAsync(portal, "diagnose", "--ticket", "1234", "--json");
        (prompt.ExitCode, prompt.Json.GetProperty("results")[0].GetProperty("cause").GetString()).ShouldBe((DiagnoseCommand.NotWell, "companyNotImported"));
        var text = await RunAsync(portal, "diagnose", "--company", "Fabrikam");
        text.Output.ShouldContain("Mapping: failed");
        (await RunAsync(portal, "diagnose", "--integration", "nobody")).ExitCode.ShouldBe(1);
    }

    private static async Task<CommandAnswer> RunAsync(RunningPortal portal, params string[] args)
    {
        using StringWriter output = new(), error = new();
        var variables = new Dictionary<string, string> { ["MSPORTAL_DATA"] = portal.Folder, ["MSPORTAL_DATABASE"] = portal.Setting };
        var code = await MSPortal.Web.Hosting.CommandLine.RunAsync(args, variables.GetValueOrDefault, output, error);
        return new CommandAnswer(code, output.ToString(), error.ToString());
    }
}
