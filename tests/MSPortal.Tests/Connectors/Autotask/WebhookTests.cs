using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MSPortal.Connectors.Autotask;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Simulators.Autotask;
using MSPortal.Simulators.Common;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Connectors.Autotask.AutotaskBench;

namespace MSPortal.Tests.Connectors.Autotask;

public sealed class WebhookTests
{
    private static readonly WebhookEndpoint Endpoint = new(new Uri("https://portal.example/hooks/autotask/4f9a-unguessable"), "k3y-k3y-k3y-k3y-k3y-k3y-k3y-k3y-k3y-k3y-123", null);

    private static WebhookSupport Support => new AutotaskConnector().Webhooks!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Provisioning_makes_one_ready_webhook_for_tickets_and_one_for_companies_and_twice_changes_nothing()
    {
        await using var bench = await StartAsync(tickets: 5);

        var state = await Support.Provision!(bench.Session(), Endpoint, Stop);
        var first = await HooksAsync(bench);
        var calls = bench.Seen.Count;
        (await Support.Provision!(bench.Session(), Endpoint with { State = state }, Stop)).ShouldBe(state);

        (await HooksAsync(bench)).ShouldBe(first);
        bench.Seen.Skip(calls).ShouldAllBe(r => r.Method == "GET" || r.Path.EndsWith("/query", StringComparison.Ordinal));
        foreach (var (kind, count) in new[] { ("ticket", 12), ("company", 6) })
        {
            var hook = (await bench.Vendor.TruthAsync($"{kind}Webhooks")).Single();
            hook.Text("webhookUrl").ShouldBe(Endpoint.Address.AbsoluteUri);
            hook.Text("deactivationUrl")!.ShouldStartWith(Endpoint.Address.AbsoluteUri + "?off=");
            (hook.Flag("isReady"), hook.Flag("isActive"), hook.Text("secretKey")).ShouldBe((true, true, Endpoint.Secret));
            (await bench.Vendor.TruthAsync($"{kind}WebhookFields")).Count(f => f.Flag("isSubscribedField")).ShouldBe(count);
            (await bench.Vendor.TruthAsync($"{kind}WebhookExcludedResources")).Select(e => e.Whole("resourceID")).ShouldBe([AutotaskHooks.ApiResource]);
        }

        state!.ShouldNotContain(Endpoint.Secret);
        (await Support.Check!(bench.Session(), Endpoint with { State = state }, Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task What_is_wrong_is_named_and_mended()
    {
        await using var bench = await StartAsync(tickets: 5);
        (await Support.Check!(bench.Session(), Endpoint, Stop)).ShouldBe("Autotask has no webhook to this portal for tickets.");
        var right = Endpoint with { State = await Support.Provision!(bench.Session(), Endpoint, Stop) };
        var id = (await bench.Vendor.TruthAsync("ticketWebhooks")).Single().Whole("id");

        async Task MendedAsync(string sentence, object change)
        {
            await bench.Vendor.ControlAsync(HttpMethod.Patch, $"records/ticketWebhooks/{id}", change);
            (await Support.Check!(bench.Session(), right, Stop)).ShouldBe(sentence);
            await Support.Provision!(bench.Session(), right, Stop);
            (await Support.Check!(bench.Session(), right, Stop)).ShouldBeNull();
            (await bench.Vendor.TruthAsync("ticketWebhooks")).Single().Whole("id").ShouldBe(id);
        }

        await MendedAsync("Autotask has switched the webhook for tickets off.", new { isActive = false });
        await MendedAsync("The webhook for tickets leads elsewhere in Autotask.", new { webhookUrl = "https://old.example/hooks/autotask/4f9a-unguessable" });
        await MendedAsync("The webhook for tickets leads elsewhere in Autotask.", new { isSubscribedToDeleteEvents = false });

        var rekeyed = right with { Secret = "another-key-another-key-another-key-another" };
        (await Support.Check!(bench.Session(), rekeyed, Stop)).ShouldBe("The webhooks in Autotask have another key.");
        await Support.Provision!(bench.Session(), rekeyed, Stop);
        (await bench.Vendor.TruthAsync("ticketWebhooks")).Single().Text("secretKey").ShouldBe(rekeyed.Secret);
    }

    [Fact]
    public async Task Removing_takes_off_what_is_ours_and_nothing_else()
    {
        await using var bench = await StartAsync(tickets: 5);
        await bench.ControlAsync("records/ticketWebhooks", new { name = "of somebody else", webhookUrl = "https://other.example/x" });
        await Support.Provision!(bench.Session(), Endpoint, Stop);

        await Support.Remove!(bench.Session(), Endpoint, Stop);
        await Support.Remove!(bench.Session(), Endpoint, Stop);

        (await HooksAsync(bench)).Count.ShouldBe(1);
        (await bench.Vendor.TruthAsync("ticketWebhooks")).Single().Text("name").ShouldBe("of somebody else");
    }

    [Theory]
    [InlineData("""{"Action":"Update","Guid":"g","EntityType":"Ticket","Id":351181,"SequenceNumber":1,"PersonID":3}""", DataType.Tickets, "351181", false)]
    [InlineData("""{"action":"Delete","entityType":"ticket","id":7}""", DataType.Tickets, "7", true)]
    [InlineData("""{"Action":"Create","EntityType":"Account","Id":0}""", DataType.Companies, "0", false)]
    [InlineData("""{"Action":"Update","EntityType":"Company","Id":12,"Fields":{"CompanyName":"Gr\u00F6\u00DFe \u003Ca\u003E"}}""", DataType.Companies, "12", false)]
    public async Task A_signed_event_hints_at_its_record(string body, DataType type, string id, bool deleted)
    {
        var verdict = await JudgeAsync(body, Sign(body, Endpoint.Secret));

        verdict.ShouldBeOfType<WebhookVerdict.Genuine>().Hints.ShouldBe([new WebhookHint(type, id, deleted)]);
    }

    [Theory]
    [InlineData("""{"Action":"Update","EntityType":"Contact","Id":5}""", false)]
    [InlineData("""{"Action":"Update","EntityType":"Ticket"}""", false)]
    [InlineData("""{"Action":"Deactivated","Guid":"g"}""", true)]
    public async Task What_is_signed_and_of_no_interest_is_genuine_all_the_same(string body, bool off)
    {
        var genuine = (await JudgeAsync(body, Sign(body, Endpoint.Secret))).ShouldBeOfType<WebhookVerdict.Genuine>();

        (genuine.Hints.Count, genuine.SwitchedOff).ShouldBe((0, off));
    }

    [Fact]
    public async Task The_deactivation_address_only_makes_us_look()
    {
        var genuine = (await JudgeAsync("", null, "?off=tickets")).ShouldBeOfType<WebhookVerdict.Genuine>();

        (genuine.Hints.Count, genuine.SwitchedOff).ShouldBe((0, true));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sha1=")]
    [InlineData("sha1=AAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("sha1=no base64!")]
    [InlineData("another key")]
    [InlineData("no prefix")]
    public async Task An_event_that_is_not_signed_with_our_key_is_forged(string? kind)
    {
        const string body = """{"Action":"Update","EntityType":"Ticket","Id":7}""";
        var signature = kind switch { "another key" => Sign(body, "x"), "no prefix" => Sign(body, Endpoint.Secret)[5..], _ => kind };

        (await JudgeAsync(body, signature)).ShouldBeOfType<WebhookVerdict.Forged>();
        (await JudgeAsync(body + " ", Sign(body, Endpoint.Secret))).ShouldBeOfType<WebhookVerdict.Forged>();
    }

    [Fact]
    public async Task The_signature_of_the_vendor_itself_is_right()
    {
        await using var bench = await StartAsync(tickets: 5);
        await using var listener = await HookListener.StartAsync();
        var endpoint = Endpoint with { Address = new Uri(listener.Address, "hooks/4f9a-unguessable") };
        await Support.Provision!(bench.Session(), endpoint, Stop);
        var id = (await bench.TruthIdsAsync("tickets"))[0];

        await bench.Vendor.ControlAsync(HttpMethod.Patch, $"records/tickets/{id}", new { title = "Größe <a> & 'b' \"c\" + `d` 🖨" });
        var sent = await listener.NextAsync(Stop);

        (await Support.Read(bench.Session(), endpoint, sent, Stop)).ShouldBeOfType<WebhookVerdict.Genuine>().Hints.ShouldBe([new WebhookHint(DataType.Tickets, id)]);
        (await Support.Read(bench.Session(), Endpoint with { Secret = "x" }, sent, Stop)).ShouldBeOfType<WebhookVerdict.Forged>();
    }

    private static async Task<WebhookVerdict> JudgeAsync(string body, string? signature, string query = "")
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (signature is not null)
        {
            headers["X-Hook-Signature"] = signature;
        }

        return await Support.Read(null!, Endpoint, new WebhookDelivery(Encoding.UTF8.GetBytes(body), headers, query), Stop);
    }

#pragma warning disable CA5350 // The vendor signs with SHA-1.
    private static string Sign(string body, string key) => "sha1=" + Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(body)));
#pragma warning restore CA5350

    private static async Task<IReadOnlyList<string>> HooksAsync(AutotaskBench bench) =>
        [.. (await bench.Vendor.TruthAsync("ticketWebhooks")).Concat(await bench.Vendor.TruthAsync("companyWebhooks")).Select(h => h.ToJsonString())];
}
