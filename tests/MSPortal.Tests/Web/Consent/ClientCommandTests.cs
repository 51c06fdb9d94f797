using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Storage.Model;
using MSPortal.Tests.Support;
using MSPortal.Tests.Web.Hosting;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Consent;

public sealed class ClientCommandTests
{
    [Theory, DatabaseData]
    public async Task Clients_and_consent_links_from_the_command_line(DatabaseKind kind)
    {
        var vendor = new CloudStub();
        await using var prompt = await CommandPrompt.OpenAsync(kind, services => services.AddSingleton<IConnector>(vendor));
        prompt.Variables["MSPORTAL_PUBLIC_URL"] = "https://portal.example";
        (await prompt.RunAsync("integrations", "add", CloudStub.Provider, "--name", "Our cloud", "--set", "key=k")).ExitCode.ShouldBe(0);
        await AddCompanyAsync(prompt, "Contoso");
        vendor.Agreed["t1"] = true;

        (await prompt.RunAsync("clients", "connect", "Our cloud", "t2")).ShouldBe(new CommandAnswer(1, "", "t2 has not agreed. Ask its administrator." + Environment.NewLine));
        (await prompt.RunAsync("clients", "connect", "Our cloud")).Error.ShouldContain("Say either which client, or --all-linked.");
        (await prompt.RunAsync("clients", "connect", "Our cloud", "t1.example", "--company", "Nobody")).Error.ShouldContain("There is no company “Nobody”.");
        (await prompt.RunAsync("clients", "connect", "Our cloud", "t1.example", "--company", "Contoso")).Output.ShouldContain("Client t1 is connected for Contoso.");
        var client = (await prompt.RunAsync("clients", "list", "Our cloud", "--json")).Json.EnumerateArray().Single();
        (client.GetProperty("id").GetString(), client.GetProperty("status").GetString(), client.GetProperty("companyName").GetString()).ShouldBe(("t1", "connected", "Contoso"));
        (await prompt.RunAsync("clients", "list", "Our cloud")).Output.ShouldContain("Client t1");
        (await prompt.RunAsync("clients", "check", "Our cloud", "t1.example")).Output.ShouldContain("Client t1 works.");
        (await prompt.RunAsync("clients", "check", "Our cloud", "t7")).Error.ShouldContain("Our cloud has no client “t7”.");

        var link = await prompt.RunAsync("consent-links", "create", "Our cloud", "Contoso");
        link.Output.ShouldStartWith("https://portal.example/connect/");
        var listed = await prompt.RunAsync("consent-links", "list", "Our cloud", "--json");
        listed.Output.ShouldNotContain("/connect/");
        var id = listed.Json.EnumerateArray().Single().GetProperty("id").GetInt64().ToString(System.Globalization.CultureInfo.InvariantCulture);
        (await prompt.RunAsync("consent-links", "revoke", "Our cloud", id)).ExitCode.ShouldBe(0);
        (await prompt.RunAsync("consent-links", "revoke", "Our cloud", id)).ExitCode.ShouldBe(1);

        (await prompt.RunAsync("clients", "disconnect", "Our cloud", "t1")).Error.ShouldContain("--confirm \"Client t1\"");
        (await prompt.RunAsync("clients", "disconnect", "Our cloud", "Client t1")).Output.ShouldContain("its link to Contoso stays");
        (await prompt.RunAsync("clients", "list", "Our cloud", "--json")).Json.GetArrayLength().ShouldBe(0);
    }

    [Theory, DatabaseData]
    public async Task Everything_that_is_linked_is_connected_one_after_the_other_and_what_failed_is_named(DatabaseKind kind)
    {
        var vendor = new CloudStub();
        await using var prompt = await CommandPrompt.OpenAsync(kind, services => services.AddSingleton<IConnector>(vendor));
        await prompt.RunAsync("integrations", "add", CloudStub.Provider, "--name", "Our cloud", "--set", "key=k");
        var company = await AddCompanyAsync(prompt, "Contoso");
        await using (var db = prompt.Data.Open(1))
        {
            var id = (await db.Integrations.SingleAsync()).Id;
            foreach (var external in new[] { "t1", "t2", "t3" })
            {
                db.ExternalCompanies.Add(new ExternalCompanyRow
                {
                    Id = Guid.NewGuid(), TenantId = 1, IntegrationId = id, Generation = 1, ExternalId = external, Name = CloudStub.Name(external), NormalizedName = external, Payload = "{}",
                });
                if (external != "t3")
                {
                    db.CompanyLinks.Add(new CompanyLink { TenantId = 1, CompanyId = company, IntegrationId = id, ExternalId = external, LinkedBy = "test" });
                }
            }

            await db.SaveChangesAsync();
        }

        vendor.Agreed["t1"] = true;
        vendor.Agreed["t3"] = true;

        var answer = await prompt.RunAsync("clients", "connect", "Our cloud", "--all-linked");

        answer.ExitCode.ShouldBe(1);
        answer.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).ShouldBe(
            ["CLIENT     RESULT", "Client t1  connected", "Client t2  t2 has not agreed. Ask its administrator."]);
        (await prompt.RunAsync("clients", "list", "Our cloud", "--json")).Json.EnumerateArray().Select(c => c.GetProperty("id").GetString()).ShouldBe(["t1"], "nobody has linked t3");
    }

    [Theory, DatabaseData]
    public async Task Names_of_the_vendor_steer_no_terminal_and_a_link_that_may_come_to_nothing_says_so(DatabaseKind kind)
    {
        const string steering = "t\u001b[2J\u009b1";
        var vendor = new CloudStub();
        await using var prompt = await CommandPrompt.OpenAsync(kind, services => services.AddSingleton<IConnector>(vendor));
        prompt.Variables["MSPORTAL_PUBLIC_URL"] = "https://portal.example";
        await prompt.RunAsync("integrations", "add", CloudStub.Provider, "--name", "Our cloud", "--set", "key=k");
        await AddCompanyAsync(prompt, "Contoso");
        vendor.Agreed[steering] = true;
        List<CommandAnswer> answers = [await prompt.RunAsync("clients", "connect", "Our cloud", steering), await prompt.RunAsync("consent-links", "create", "Our cloud", "Contoso")];
        await using (var db = prompt.Data.Open(1))
        {
            await db.ConsentLinks.ExecuteUpdateAsync(set => set.SetProperty(l => l.LastProblem, CloudStub.Name(steering)));
            await db.Partitions.ExecuteUpdateAsync(set => set.SetProperty(p => p.StatusReason, CloudStub.Name(steering)));
        }

        foreach (var args in new string[][]
        {
            ["clients", "list", "Our cloud"], ["clients", "check", "Our cloud", steering], ["consent-links", "list", "Our cloud"], ["clients", "disconnect", "Our cloud", steering],
            ["clients", "disconnect", "Our cloud", CloudStub.Name(steering)], ["clients", "connect", "Our cloud", "\u001bnobody"],
        })
        {
            answers.Add(await prompt.RunAsync(args));
        }

        answers.ShouldAllBe(a => !(a.Output + a.Error).Contains('\u001b') && !(a.Output + a.Error).Contains('\u009b'));
        answers.Select(a => a.ExitCode).ShouldBe([0, 0, 0, 0, 0, 1, 0, 1]);
        answers[0].Output.ShouldStartWith("Client t [2J 1 is connected.");
        answers[1].Error.ShouldContain("Contoso is not linked to a tenant of Our cloud. If its tenant is listed there, link it under Company mapping first");
        answers[4].Output.ShouldContain("Client t [2J 1");
    }

    private static async Task<Guid> AddCompanyAsync(CommandPrompt prompt, string name)
    {
        await using var db = prompt.Data.Open(1);
        var company = new Company { Id = Guid.NewGuid(), TenantId = 1, Name = name, NormalizedName = CompanyName.Normalize(name) };
        db.Companies.Add(company);
        await db.SaveChangesAsync();
        return company.Id;
    }
}
