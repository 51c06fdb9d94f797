using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.HaloPsa;

/// <summary>Tokens, permissions, limits and writes of the simulator.</summary>
public sealed class AccessTests : IAsyncLifetime
{
    private readonly RunningHalo halo = new();

    public ValueTask InitializeAsync() => halo.InitializeAsync();

    public ValueTask DisposeAsync() => halo.DisposeAsync();

    [Fact]
    public async Task The_tenant_is_taken_from_the_query_from_the_form_or_not_at_all()
    {
        foreach (var (query, form) in new[] { ("?tenant=simulated", ""), ("", "simulated"), ("", "") })
        {
            using var good = form.Length > 0 ? await halo.SignInAsync(null, query, ("tenant", form)) : await halo.SignInAsync(null, query);
            good.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        using var wrong = await halo.SignInAsync(null, "?tenant=other");
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        await halo.ControlAsync("set/behaviour", new { tenantRequired = true });
        using var absent = await halo.SignInAsync();
        absent.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_wrong_secret_gets_no_token_in_the_words_of_OAuth()
    {
        using var refused = await halo.SignInAsync("wrong");

        (await RunningHalo.ReadAsync(refused, HttpStatusCode.BadRequest))["error"]!.GetValue<string>().ShouldBe("invalid_client");
    }

    [Fact]
    public async Task A_new_token_ends_the_one_before_and_every_token_runs_out()
    {
        var old = halo.Client.DefaultRequestHeaders.Authorization;
        await halo.SignInAsync();
        (await halo.StatusAsync("Status")).ShouldBe(HttpStatusCode.OK);

        var fresh = halo.Client.DefaultRequestHeaders.Authorization;
        halo.Client.DefaultRequestHeaders.Authorization = old;
        (await halo.StatusAsync("Status")).ShouldBe(HttpStatusCode.Unauthorized);

        halo.Client.DefaultRequestHeaders.Authorization = fresh;
        halo.Clock.Advance(TimeSpan.FromSeconds(3601));
        (await halo.StatusAsync("Status")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Anyone_may_ask_where_tokens_are_given_and_it_may_be_elsewhere()
    {
        halo.Client.DefaultRequestHeaders.Authorization = null;
        await halo.ControlAsync("set/behaviour", new { authUrl = "https://auth.elsewhere.example/auth" });

        (await halo.JsonAsync("authinfo"))["auth_url"]!.GetValue<string>().ShouldBe("https://auth.elsewhere.example/auth");
        (await halo.JsonAsync("InstanceInfo"))["version"]!.GetValue<string>().ShouldNotBeEmpty();
        (await halo.StatusAsync("Tickets")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("customers")]
    [InlineData("role:customers")]
    public async Task Either_layer_of_permission_refuses_without_a_word(string area)
    {
        await halo.ControlAsync("permissions", new Dictionary<string, bool> { [area] = false });

        using var refused = await halo.GetAsync("Client");
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
        (await halo.StatusAsync("Tickets")).ShouldBe(HttpStatusCode.OK);
        (await halo.StatusAsync("Client/me")).ShouldBe(HttpStatusCode.Unauthorized);
        (await halo.StatusAsync("Users/me")).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_limit_is_kept_over_any_five_minutes()
    {
        await halo.ControlAsync("set/limit", new { permits = 3 });
        await halo.StatusAsync("Status");
        halo.Clock.Advance(TimeSpan.FromMinutes(4));
        await halo.StatusAsync("Status");
        await halo.StatusAsync("Status");

        using var refused = await halo.GetAsync("Status");
        (await RunningHalo.ReadAsync(refused, HttpStatusCode.TooManyRequests)).GetValue<string>().ShouldBe("Rate Limit Reached - 3 Requests per rolling 5 minute window.");
        refused.Headers.RetryAfter.ShouldBeNull();

        halo.Clock.Advance(TimeSpan.FromSeconds(61));
        (await halo.StatusAsync("Status")).ShouldBe(HttpStatusCode.OK);
        (await halo.StatusAsync("Status")).ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Writes_come_as_arrays_and_one_that_names_an_id_is_an_update()
    {
        using var bare = await halo.SendAsync(HttpMethod.Post, "Tickets", new { summary = "x", details = "y" });
        bare.StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        using var made = await halo.SendAsync(HttpMethod.Post, "Tickets", new[] { new { summary = "New one", details = "y", client_id = 12, tickettype_id = 1 } });
        var id = (await RunningHalo.ReadAsync(made, HttpStatusCode.Created))["id"]!.GetValue<int>();
        using var changed = await halo.SendAsync(HttpMethod.Post, "Tickets", new[] { new { id, status_id = 9 } });
        (await RunningHalo.ReadAsync(changed, HttpStatusCode.Created))["status_name"]!.GetValue<string>().ShouldBe("Closed");
        using var note = await halo.SendAsync(HttpMethod.Post, "Actions", new[] { new { ticket_id = id, note = "Hello", outcome = "Note" }, new { ticket_id = id, note = "Again", outcome = "Note" } });
        RunningHalo.Ids(await RunningHalo.ReadAsync(note, HttpStatusCode.Created)).ShouldBe([1, 2]);

        (await halo.JsonAsync($"Actions?ticket_id={id}"))["actions"]!.AsArray().Select(a => a!["note"]!.GetValue<string>()).ShouldBe(["Hello", "Again"]);
        (await halo.JsonAsync($"Tickets/{id}"))["summary"]!.GetValue<string>().ShouldBe("New one");
        using var gone = await halo.SendAsync(HttpMethod.Delete, $"Tickets/{id}");
        (await RunningHalo.ReadAsync(gone))["id"]!.GetValue<int>().ShouldBe(id);
        (await halo.StatusAsync($"Tickets/{id}")).ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("Tickets", """[{"id":"probe"}]""", "[0].id")]
    [InlineData("Tickets", """[{"summary":"x"}]""", "Message")]
    [InlineData("Actions", """[{"ticket_id":1,"note":"x"}]""", "Message")]
    [InlineData("Tickets", "nonsense", "")]
    public async Task What_is_refused_is_worded_as_halo_words_it(string path, string body, string key)
    {
        using var refused = await halo.SendAsync(HttpMethod.Post, path, body);

        (await RunningHalo.ReadAsync(refused, HttpStatusCode.BadRequest)).AsObject().ShouldContainKey(key);
    }

    [Theory]
    [InlineData("""{"kind":"status","code":500,"path":"/api/Tickets"}""", 500)]
    [InlineData("""{"kind":"status","code":429,"retryAfter":30,"path":"/api/Tickets"}""", 429)]
    [InlineData("""{"kind":"redirect","url":"https://elsewhere.example/login","path":"/api/Tickets"}""", 302)]
    [InlineData("""{"kind":"html","code":504,"path":"/api/Tickets"}""", 504)]
    public async Task Faults_strike_where_they_are_told_to(string fault, int status)
    {
        await halo.ControlAsync("faults", fault);

        ((int)await halo.StatusAsync("Tickets")).ShouldBe(status);
        (await halo.StatusAsync("Status")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Changes_move_the_change_time_and_deleted_tickets_are_put_aside()
    {
        var id = (await halo.TruthAsync("tickets")).First(t => t!["status_id"]!.GetValue<int>() == 1)!["id"]!.GetValue<int>();
        halo.Clock.Advance(TimeSpan.FromMinutes(30));
        await halo.ControlAsync($"records/tickets/{id}", new { status_id = 9, summary = "Done" }, HttpMethod.Patch);

        var ticket = (await halo.JsonAsync($"Tickets/{id}")).AsObject();
        (ticket["lastupdate"]!.GetValue<string>(), ticket["dateclosed"]!.GetValue<string>()).ShouldBe(("2026-03-01T12:30:00", "2026-03-01T12:30:00"));
        ticket["status_name"]!.GetValue<string>().ShouldBe("Closed");

        await halo.ControlAsync($"records/tickets/{id}", null, HttpMethod.Delete);
        (await halo.StatusAsync($"Tickets/{id}")).ShouldBe(HttpStatusCode.NotFound);
        RunningHalo.Ids((await halo.JsonAsync("Tickets?deleted=true"))["tickets"]!).ShouldBe([id]);
    }

    [Fact]
    public async Task What_happens_to_tickets_is_posted_to_webhooks_signed_as_they_say()
    {
        using var listener = new Receiver();
        using var made = await halo.SendAsync(HttpMethod.Post, "Webhook", new[] { new { name = "x", url = listener.Url, active = true, authentication_type = 3, authentication_header = "Token", algorithm = 0, basic_password = "key" } });
        var webhook = (await RunningHalo.ReadAsync(made, HttpStatusCode.Created)).AsObject();
        webhook.ContainsKey("basic_password").ShouldBeFalse();
        foreach (var number in new[] { 3, 61 })
        {
            using var notification = await halo.SendAsync(HttpMethod.Post, "Notification", new[] { new { webhook_id = webhook["id"]!.GetValue<string>(), type = -2, delivery_method = 6, eventno = number } });
            notification.StatusCode.ShouldBe(HttpStatusCode.Created);
        }

        var ticket = (await halo.ControlAsync("records/tickets", new { summary = "Brand new", tickettype_id = 1 }))["id"]!.GetValue<int>();
        await halo.ControlAsync("records/actions", new { ticket_id = ticket, note = "Hello" });

        var (first, second) = (await listener.NextAsync(), await listener.NextAsync());
        foreach (var (body, signature) in new[] { first, second })
        {
            signature.ShouldBe(Convert.ToBase64String(HMACSHA256.HashData("key"u8, Encoding.UTF8.GetBytes(body))));
            JsonNode.Parse(body)!["ticket"]!["id"]!.GetValue<int>().ShouldBe(ticket);
        }

        (JsonNode.Parse(first.Body)!["event"]!.GetValue<string>(), JsonNode.Parse(second.Body)!["event"]!.GetValue<string>()).ShouldBe(("New Ticket Logged", "Ticket Updated"));
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_world()
    {
        await using var other = new Disposable(new RunningHalo());
        await other.Halo.InitializeAsync();

        foreach (var kind in new[] { "tickets", "actions", "clients", "users", "agents", "assets", "priorities" })
        {
            JsonNode.DeepEquals(await halo.TruthAsync(kind), await other.Halo.TruthAsync(kind)).ShouldBeTrue(kind);
        }
    }

    /// <summary>Somebody who is called, on a free port.</summary>
    private sealed class Receiver : IDisposable
    {
        private readonly HttpListener listener = new();

        public Receiver()
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/hook/";
            probe.Stop();
            listener.Prefixes.Add(Url);
            listener.Start();
        }

        public string Url { get; }

        public async Task<(string Body, string? Signature)> NextAsync()
        {
            var context = await listener.GetContextAsync().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
            var body = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
            context.Response.Close();
            return (body, context.Request.Headers["Token"]);
        }

        public void Dispose() => listener.Close();
    }

    private sealed record Disposable(RunningHalo Halo) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Halo.DisposeAsync();
    }
}
