using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.Syncro;

/// <summary>What the vendor refuses, and what is wrong on some days.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("Bearer wrong")]
    [InlineData("wrong")]
    public async Task A_wrong_token_and_a_missing_permission_are_both_401(string wrong)
    {
        await using var simulator = await RunningSyncro.StartAsync();
        var key = simulator.ApiKey;
        simulator.Client.DefaultRequestHeaders.Authorization = null;

        (await simulator.SendAsync(HttpMethod.Get, "/me", authorization: wrong)).ShouldBe((HttpStatusCode.Unauthorized, "application/json", """{"error":"Invalid API key"}"""));
        (await simulator.SendAsync(HttpMethod.Get, "/me", authorization: key)).Status.ShouldBe(HttpStatusCode.OK);
        (await simulator.SendAsync(HttpMethod.Get, $"/me?api_key={key}")).Status.ShouldBe(HttpStatusCode.OK);

        await simulator.ControlAsync(HttpMethod.Post, "permissions", new { customerDetails = false });
        (await simulator.SendAsync(HttpMethod.Get, "/contacts", authorization: key)).ShouldBe(
            (HttpStatusCode.Unauthorized, "application/json", """{"error":"Not authorized. Please ask account admin to update your group permissions."}"""));
        (await simulator.SendAsync(HttpMethod.Get, "/customers", authorization: key)).Status.ShouldBe(HttpStatusCode.OK);

        await simulator.ControlAsync(HttpMethod.Post, "set/credentials", new { revoked = true });
        (await simulator.SendAsync(HttpMethod.Get, "/me", authorization: key)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task More_than_180_calls_a_minute_are_refused_and_nobody_says_for_how_long()
    {
        await using var simulator = await RunningSyncro.StartAsync();
        await simulator.ControlAsync(HttpMethod.Post, "rate", new { perMinute = 3 });
        for (var i = 0; i < 3; i++)
        {
            (await simulator.SendAsync(HttpMethod.Get, "/me")).Status.ShouldBe(HttpStatusCode.OK);
        }

        using var refused = await simulator.Client.GetAsync(new Uri("/api/v1/me", UriKind.Relative), TestContext.Current.CancellationToken);
        (refused.StatusCode, refused.Headers.RetryAfter, refused.Content.Headers.ContentType!.MediaType).ShouldBe((HttpStatusCode.TooManyRequests, null, "text/plain"));

        simulator.Clock.Advance(TimeSpan.FromMinutes(1));
        (await simulator.SendAsync(HttpMethod.Get, "/me")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("newest")]
    [InlineData("oldest")]
    [InlineData("updated")]
    [InlineData("scattered")]
    public async Task Lists_can_be_in_any_order_and_rows_that_go_away_move_the_others(string order)
    {
        await using var simulator = await RunningSyncro.StartAsync();
        await simulator.ControlAsync(HttpMethod.Post, "set/behaviour", new { order });
        await simulator.ControlAsync(HttpMethod.Post, "faults", new { kind = "deleteDuringPaging", rows = 10, times = 1, path = "/tickets" });
        var before = RunningSyncro.Ids(await simulator.TruthAsync("tickets"));

        var read = RunningSyncro.Ids(await simulator.AllAsync("/tickets", "tickets"));

        read.Length.ShouldBe(before.Length - 10);
        read.ShouldBeUnique();
        RunningSyncro.Ids(await simulator.TruthAsync("tickets")).Except(read).Count().ShouldBe(10);
        (order is "newest" ? read.OrderDescending().SequenceEqual(read) : order is "oldest" ? read.Order().SequenceEqual(read) : !read.Order().SequenceEqual(read)).ShouldBeTrue();
    }

    [Fact]
    public async Task Faults_keep_the_wrapper_around_what_they_break()
    {
        await using var simulator = await RunningSyncro.StartAsync();
        await simulator.ControlAsync(HttpMethod.Post, "faults", new { kind = "capPage", rows = 7, path = "/tickets" });
        var capped = await simulator.GetAsync("/tickets");
        (capped["tickets"]!.AsArray().Count, capped["meta"]!["total_pages"]!.GetValue<int>()).ShouldBe((7, 19));

        await simulator.ControlAsync(HttpMethod.Post, "faults", new { kind = "emptyArray", path = "/tickets" });
        var empty = await simulator.GetAsync("/tickets");
        (empty["tickets"]!.AsArray().Count, empty["meta"]!["total_pages"]!.GetValue<int>()).ShouldBe((0, 19));

        await simulator.ControlAsync(HttpMethod.Delete, "faults");
        await simulator.ControlAsync(HttpMethod.Post, "set/behaviour", new { assetMeta = false });
        (await simulator.GetAsync("/customer_assets")).AsObject().Select(p => p.Key).ShouldBe(["assets"]);
    }

    [Fact]
    public async Task Writes_are_picky_in_the_vendor_s_ways()
    {
        await using var simulator = await RunningSyncro.StartAsync();
        var ticket = (await simulator.TruthAsync("tickets"))[0]!["id"]!.GetValue<long>();
        var mails = (await simulator.TruthAsync("mails")).Count;

        (await simulator.SendAsync(HttpMethod.Post, $"/tickets/{ticket}/comment", "subject=x", "application/x-www-form-urlencoded")).ShouldSatisfyAllConditions(
            a => a.Status.ShouldBe(HttpStatusCode.BadRequest), a => a.Type.ShouldBe("text/html"));
        var refused = await simulator.SendAsync(HttpMethod.Post, $"/tickets/{ticket}/comment", new { hidden = true });
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        JsonNode.Parse(refused.Body)!["message"]!.AsArray().Select(m => m!.GetValue<string>()).ShouldBe(["Body can't be blank", "Subject can't be blank"]);
        (await simulator.SendAsync(HttpMethod.Post, "/tickets", new { subject = "x" })).Body.ShouldBe("""{"error":"Customer required field"}""");
        (await simulator.SendAsync(HttpMethod.Put, $"/tickets/{ticket}", new { subject = "" })).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);

        simulator.Clock.Advance(TimeSpan.FromMinutes(1));
        var said = await simulator.SendAsync(HttpMethod.Post, $"/tickets/{ticket}/comment", new { subject = "Update", body = "Hello", hidden = false });
        said.Status.ShouldBe(HttpStatusCode.OK);
        (await simulator.TruthAsync("mails")).Count.ShouldBe(mails + 1);
        (await simulator.SendAsync(HttpMethod.Post, $"/tickets/{ticket}/comment", new { subject = "Update", body = "Silent", hidden = false, do_not_email = true })).Status.ShouldBe(HttpStatusCode.OK);
        (await simulator.TruthAsync("mails")).Count.ShouldBe(mails + 1);
        (await simulator.GetAsync($"/tickets/{ticket}"))["ticket"]!["updated_at"]!.GetValue<string>().ShouldBe("2026-04-01T12:01:00.000Z");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Notices_are_sent_once_unsigned_and_do_not_say_what_they_are_about(bool wrapped)
    {
        await using var simulator = await RunningSyncro.StartAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var listener = builder.Build();
        var heard = Channel.CreateUnbounded<string>();
        listener.MapPost("/hook", async (HttpContext context) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            heard.Writer.TryWrite(await reader.ReadToEndAsync());
            context.Response.StatusCode = 500;
        });
        await listener.StartAsync(TestContext.Current.CancellationToken);
        await simulator.ControlAsync(HttpMethod.Post, "set/notices", new { url = $"{listener.Urls.Single()}/hook", wrapped });
        var ticket = (await simulator.TruthAsync("tickets"))[0]!["id"]!.GetValue<long>();

        await simulator.ControlAsync(HttpMethod.Patch, $"records/tickets/{ticket}?touch=false", new { subject = "In silence" });
        await simulator.ControlAsync(HttpMethod.Patch, $"records/tickets/{ticket}", new { subject = "Aloud" });
        var body = JsonNode.Parse(await heard.Reader.ReadAsync(TestContext.Current.CancellationToken))!;
        body = wrapped ? JsonNode.Parse(body.GetValue<string>())! : body;

        body.AsObject().Select(p => p.Key).ShouldBe(["text", "html", "link", "attributes"]);
        (body["attributes"]!["id"]!.GetValue<long>(), body["attributes"]!["subject"]!.GetValue<string>()).ShouldBe((ticket, "Aloud"));
        (await simulator.TruthAsync("notices")).Count.ShouldBe(1);
        heard.Reader.TryRead(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Tickets_are_made_changed_and_gone_without_a_trace()
    {
        await using var simulator = await RunningSyncro.StartAsync();
        var customer = (await simulator.TruthAsync("customers"))[3]!["id"]!.GetValue<long>();
        var made = JsonNode.Parse((await simulator.SendAsync(HttpMethod.Post, "/tickets", new
        {
            customer_id = customer,
            subject = "By program",
            number = "77001",
            comments_attributes = new[] { new { subject = "Initial Issue", body = "It is broken", hidden = true, do_not_email = true } },
        })).Body)!["ticket"]!;
        var id = made["id"]!.GetValue<long>();

        made["number"]!.GetValue<long>().ShouldBe(77001);
        (await simulator.GetAsync($"/tickets/{id}/comments"))["comments"]!.AsArray().Select(c => c!["body"]!.GetValue<string>()).ShouldBe(["It is broken"]);
        (await simulator.GetAsync("/tickets?number=77001"))["tickets"]!.AsArray().Count.ShouldBe(1);

        (await simulator.SendAsync(HttpMethod.Put, $"/tickets/{id}", new { status = "Resolved" })).Status.ShouldBe(HttpStatusCode.OK);
        (await simulator.GetAsync($"/tickets/{id}"))["ticket"]!["resolved_at"].ShouldNotBeNull();

        var old = (await simulator.TruthAsync("tickets")).First(t => t!["customer_id"]!.GetValue<long>() == customer && t["id"]!.GetValue<long>() != id)!;
        await simulator.ControlAsync(HttpMethod.Patch, $"records/customers/{customer}", new { business_name = "Renamed" });
        var row = (await simulator.TruthAsync("tickets")).First(t => t!["id"]!.GetValue<long>() == old["id"]!.GetValue<long>())!;
        row["customer_business_then_name"]!.GetValue<string>().ShouldBe("Renamed");
        row["updated_at"]!.GetValue<string>().ShouldBe(old["updated_at"]!.GetValue<string>());

        (await simulator.SendAsync(HttpMethod.Delete, $"/tickets/{id}")).Status.ShouldBe(HttpStatusCode.OK);
        (await simulator.SendAsync(HttpMethod.Get, $"/tickets/{id}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await simulator.TruthAsync("comments")).ShouldAllBe(c => c!["ticket_id"]!.GetValue<long>() != id);
    }
}
