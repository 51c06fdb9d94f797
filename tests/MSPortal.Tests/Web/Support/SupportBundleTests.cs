using System.IO.Compression;
using System.Text;
using System.Text.Json;
using MSPortal.Connectors;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Tests.Web.Diagnosis;
using MSPortal.Tests.Web.Features.Api;
using MSPortal.Tests.Web.Hosting;
using MSPortal.Tests.Web.Tickets;
using MSPortal.Web.Features.Notifications;
using MSPortal.Web.Features.Support;
using MSPortal.Web.Hosting;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Support;

public sealed class SupportBundleTests
{
    private const string Key = "pr1vate\"k&y+/=é";
    private const string Operator = "0perat0r-wrapping-key==";
    private const string Mail = "m@il p4ssword";

    /// <summary>What nobody outside is to read, in every form in which it may have been written down.</summary>
    private static IEnumerable<string> Hidden(params IEnumerable<string> secrets) => secrets.SelectMany(s => new[]
    {
        s, Uri.EscapeDataString(s), JsonSerializer.Serialize(s).Trim('"'), Convert.ToBase64String(Encoding.UTF8.GetBytes(s)), Convert.ToBase64String(Encoding.UTF8.GetBytes(s)).TrimEnd('='),
    }).Distinct();

    [Theory, DatabaseData]
    public async Task Secrets_planted_everywhere_are_not_in_the_zip_and_neither_are_names(DatabaseKind kind)
    {
        await using var clinic = await Clinic.OpenAsync(kind);
        var home = clinic.Home;
        var (id, webhook) = await PlantAsync(clinic);
        var bundle = Bundle(clinic);

        var zip = await ReadAsync(bundle, home.Ada, withNames: false);

        zip.Keys.ShouldBe(["README.txt", "about.json", "integrations.json", "runs.json", "quarantine.json", "notifications.json", "steps.json", "diagnosis.txt"], ignoreOrder: true);
        var everything = string.Join('\n', zip.Values);
        foreach (var secret in Hidden(Key, Operator, Mail, webhook.Path, webhook.Secret, "msp_abcdefgh12345678", "Zm9vOmJhcg"))
        {
            everything.ShouldNotContain(secret, Case.Sensitive);
        }

        foreach (var name in new[] { "Fabrikam", "kim@example.com", "Grace Hopper" })
        {
            everything.ShouldNotContain(name, Case.Insensitive);
        }

        everything.ShouldContain("It answered 502");
        everything.ShouldContain("for Company ");
        var integration = JsonDocument.Parse(zip["integrations.json"]).RootElement[0];
        (integration.GetProperty("id").GetInt64(), integration.GetProperty("provider").GetString()).ShouldBe((id, ScriptedPsa.Id));
        integration.GetProperty("settings").EnumerateObject().ShouldBeEmpty();
        foreach (var (_, text) in zip.Where(f => f.Key.EndsWith(".json", StringComparison.Ordinal)))
        {
            JsonDocument.Parse(text).Dispose();
        }
    }

    [Theory, DatabaseData]
    public async Task Names_are_kept_for_those_who_ask_and_secrets_are_not(DatabaseKind kind)
    {
        await using var clinic = await Clinic.OpenAsync(kind);
        await PlantAsync(clinic);

        var everything = string.Join('\n', (await ReadAsync(Bundle(clinic), clinic.Home.Ada, withNames: true)).Values);

        everything.ShouldContain("Fabrikam");
        everything.ShouldContain("kim@example.com");
        foreach (var secret in Hidden(Key, Operator, Mail))
        {
            everything.ShouldNotContain(secret, Case.Sensitive);
        }
    }

    [Fact]
    public void A_name_is_replaced_as_a_word_and_the_same_everywhere()
    {
        var scrubber = new Scrubber([], [("Company", "Acme"), ("Company", "Acme Holding"), ("Person", "Kim")]);
        scrubber.Clean("Acme Holding and ACME wrote to kim@acme.example; Kimono, kim@acme.example")
            .ShouldBe("Company 2 and Company 1 wrote to person1@example.invalid; Kimono, person1@example.invalid");
    }

    [Fact]
    public async Task It_is_downloaded_by_administrators_and_programs_that_manage_and_written_at_the_prompt()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        await new TicketSeed(portal.Data, 1, DateTimeOffset.UtcNow).IntegrationAsync();
        using (var page = await portal.GetAsync("/settings/support/bundle.zip"))
        {
            page.Content.Headers.ContentType?.MediaType.ShouldBe("application/zip");
            page.Content.Headers.ContentDisposition?.FileName.ShouldNotBeNull().ShouldStartWith("msportal-support-");
        }

        using (var program = await portal.GetAsync("/api/v1/support/bundle", await portal.AddKeyAsync("read write manage"), portal.NewClient()))
        {
            (await FilesAsync(await program.Content.ReadAsStreamAsync())).Keys.ShouldContain("diagnosis.txt");
        }

        using var reader = new ApiCaller(portal, await portal.AddKeyAsync("read"));
        (await reader.GetAsync("/support/bundle")).Status.ShouldBe(System.Net.HttpStatusCode.Forbidden);
        var file = Path.Combine(portal.Folder, "bundle.zip");
        using StringWriter output = new(), error = new();
        var variables = new Dictionary<string, string> { ["MSPORTAL_DATA"] = portal.Folder, ["MSPORTAL_DATABASE"] = portal.Setting };
        (await CommandLine.RunAsync(["support", "bundle", file], variables.GetValueOrDefault, output, error)).ShouldBe(0, error.ToString());
        (await FilesAsync(File.OpenRead(file))).Count.ShouldBe(8);
        (await portal.AuditAsync()).Count(a => a == "support.bundle_made").ShouldBe(3);
    }

    /// <summary>As careless vendors, people and programs would leave them behind.</summary>
    private static async Task<(long Id, StoredEndpoint Webhook)> PlantAsync(Clinic clinic)
    {
        var home = clinic.Home;
        var escaped = Uri.EscapeDataString(Key);
        var about = new TicketCase("7") { QuarantineReason = $"custom field: {Key} is not a date." };
        about.Integration = row =>
        {
            row.StatusReason = $"Refused: {Key}, see https://psa.example/?key={escaped}";
            row.StatusAdvice = $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Key))}";
        };
        about.OnTickets(s => s.FaultSentence = $"It answered 502 to Bearer Zm9vOmJhcg for Fabrikam and {Operator}.");
        var id = await clinic.AddAsync(about);
        await using (var db = home.Open())
        {
            var row = db.Integrations.Single(i => i.Id == id);
            home.Get<MSPortal.Storage.Secrets.Vault>().Store(row, new SettingsValues(new Dictionary<string, string> { ["key"] = Key }), new HashSet<string> { "key" });
            db.Companies.Add(new Company { Id = Guid.NewGuid(), TenantId = home.Tenant, Name = "Fabrikam", NormalizedName = "fabrikam", CreatedAt = clinic.Now });
            db.Users.Add(new PortalUser { Id = Guid.NewGuid(), TenantId = home.Tenant, DisplayName = "Grace Hopper", Email = "grace@example.com" });
            db.Runs.Add(new RunRow
            {
                TenantId = home.Tenant, IntegrationId = id, DataType = DataType.Tickets, Status = RunStatus.Failed, StartedAt = clinic.Now, EndedAt = clinic.Now, HeartbeatAt = clinic.Now,
                Message = $"Ticket of Fabrikam by kim@example.com: {{\"password\":\"{Mail}\"}} msp_abcdefgh12345678",
            });
            db.Audit.Add(new AuditEntry { TenantId = home.Tenant, At = clinic.Now, Actor = "Grace Hopper", Action = "integration.renamed", SubjectKind = "integration", SubjectName = Key, Before = Key, After = Key });
            await db.SaveChangesAsync();
        }

        await new NotificationBook(home.Database, home.Clock).SettleAsync(home.Tenant, [new Trouble("1/x", id, true, $"Lost {Key} of Fabrikam.", Key, "x", "/x")], default);
        return (id, await home.Get<IWebhookStore>().CreateAsync(id, home.Ada, default));
    }

    private static SupportBundle Bundle(Clinic clinic)
    {
        var home = clinic.Home;
        var registry = new ConnectorRegistry([clinic.Vendor]);
        var options = new PortalOptions { Key = Operator, Smtp = new SmtpServer("mail.example.com", 587, false, "user", Mail, "a@b.example") };
        return new SupportBundle(
            home.Database,
            new SupportFacts(home.Database, registry, options, home.Clock),
            new SupportSecrets(home.Database, home.Get<ISyncStore>(), home.Get<IWebhookStore>(), registry, options),
            clinic.Diagnoses,
            home.Clock);
    }

    private static async Task<Dictionary<string, string>> ReadAsync(SupportBundle bundle, Actor actor, bool withNames)
    {
        using var stream = new MemoryStream();
        await bundle.WriteAsync(stream, withNames, actor, default);
        stream.Position = 0;
        return await FilesAsync(stream);
    }

    private static async Task<Dictionary<string, string>> FilesAsync(Stream stream)
    {
        await using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
        var files = new Dictionary<string, string>();
        foreach (var entry in zip.Entries)
        {
            using var reader = new StreamReader(await entry.OpenAsync());
            files[entry.FullName] = await reader.ReadToEndAsync();
        }

        return files;
    }
}
