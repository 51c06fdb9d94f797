using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Simulators.ConnectWise.RunningSimulator;

namespace MSPortal.Tests.Simulators.ConnectWise;

public sealed class CallbackTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<Call> calls = [];
    private readonly SemaphoreSlim arrived = new(0);
    private RunningSimulator simulator = null!;
    private WebApplication listener = null!;
    private int status = 200;

    public async ValueTask InitializeAsync()
    {
        simulator = await StartAsync(o => o with { CallbackRetry = TimeSpan.FromMilliseconds(20) });
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        listener = builder.Build();
        listener.MapPost("/hook", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            calls.Enqueue(new(context.Request.QueryString.Value!, body.ToArray(), context.Request.Headers["x-content-signature"].ToString()));
            context.Response.StatusCode = status;
            arrived.Release();
        });
        await listener.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await listener.DisposeAsync();
        await simulator.DisposeAsync();
        arrived.Dispose();
    }

    [Fact]
    public async Task A_change_is_delivered_and_its_signature_holds()
    {
        await RegisterAsync("ticket", "owner", 1);
        var ticket = Ids(await simulator.TruthAsync("tickets"))[4];
        await simulator.ControlAsync($"records/tickets/{ticket}", new { summary = "Grüße 🙂" }, HttpMethod.Patch);

        var call = await NextAsync();
        call.Query.ShouldBe($"?recordId={ticket}&action=updated");
        var body = JsonNode.Parse(call.Body)!;
        (body["Action"]!.GetValue<string>(), body["Type"]!.GetValue<string>(), body["ID"]!.GetValue<int>()).ShouldBe(("updated", "ticket", ticket));
        JsonNode.Parse(body["Entity"]!.GetValue<string>())!["summary"]!.GetValue<string>().ShouldBe("Grüße 🙂");
        var keyUrl = new Uri(body["Metadata"]!["key_url"]!.GetValue<string>());
        keyUrl.Authority.ShouldBe(simulator.Client.BaseAddress!.Authority);
        using var stranger = new HttpClient();
        var key = JsonNode.Parse(await stranger.GetStringAsync(keyUrl))!["signing_key"]!.GetValue<string>();
        Convert.ToBase64String(HMACSHA256.HashData(SHA256.HashData(Encoding.UTF8.GetBytes(key)), call.Body)).ShouldBe(call.Signature);
    }

    [Fact]
    public async Task A_deletion_comes_without_its_entity()
    {
        await RegisterAsync("ticket", "owner", 1);
        var ticket = Ids(await simulator.TruthAsync("tickets"))[4];
        await simulator.ControlAsync($"records/tickets/{ticket}", method: HttpMethod.Delete);
        var call = await NextAsync();
        call.Query.ShouldEndWith("&action=deleted");
        JsonNode.Parse(call.Body)!["Entity"].ShouldBeNull();
    }

    [Theory]
    [InlineData(404, 3)]
    [InlineData(409, 3)]
    [InlineData(419, 3)]
    [InlineData(429, 3)]
    [InlineData(500, 1)]
    [InlineData(302, 1)]
    [InlineData(204, 1)]
    public async Task Only_some_answers_are_called_again(int answer, int attempts)
    {
        status = answer;
        await RegisterAsync("ticket", "owner", 1);
        var ids = Ids(await simulator.TruthAsync("tickets"));
        await simulator.ControlAsync($"records/tickets/{ids[0]}", new { summary = "a" }, HttpMethod.Patch);
        for (var i = 0; i < attempts; i++)
        {
            await NextAsync();
        }

        status = 200;
        await simulator.ControlAsync($"records/tickets/{ids[1]}", new { summary = "b" }, HttpMethod.Patch);
        (await NextAsync()).Query.ShouldContain($"={ids[1]}&");
        calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_level_says_which_records_are_called_for()
    {
        await RegisterAsync("ticket", "board", 5);
        var tickets = await simulator.TruthAsync("tickets");
        int One(Func<int, bool> board) => tickets.First(t => board(t!["board"]!["id"]!.GetValue<int>()))!["id"]!.GetValue<int>();
        await simulator.ControlAsync($"records/tickets/{One(b => b != 5)}", new { summary = "a" }, HttpMethod.Patch);
        var expected = One(b => b == 5);
        await simulator.ControlAsync($"records/tickets/{expected}", new { summary = "b" }, HttpMethod.Patch);
        (await NextAsync()).Query.ShouldContain($"={expected}&");
        calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_callback_twice_is_refused()
    {
        await RegisterAsync("company", "owner", 1);
        using var again = await SendAsync("company", "owner", 1);
        var error = (await ReadAsync(again, HttpStatusCode.BadRequest))["errors"]![0]!;
        error["code"]!.GetValue<string>().ShouldBe("ObjectExists");
        error["message"]!.GetValue<string>().ShouldBe("A matching callback entry already exists");
        error["field"]!.GetValue<string>().ShouldBe("objectId");
        (await simulator.ListAsync("system/callbacks?conditions=" + Uri.EscapeDataString("url contains \"127.0.0.1\""))).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Own_writes_are_not_echoed_when_suppressed()
    {
        await RegisterAsync("ticket", "owner", 1, selfSuppressed: true);
        var ids = Ids(await simulator.TruthAsync("tickets"));
        using var own = await simulator.SendAsync(HttpMethod.Patch, $"service/tickets/{ids[0]}", new[] { new { op = "replace", path = "poNumber", value = "a" } });
        await ReadAsync(own);
        await simulator.ControlAsync($"records/tickets/{ids[1]}", new { summary = "b" }, HttpMethod.Patch);
        (await NextAsync()).Query.ShouldContain($"={ids[1]}&");
        calls.ShouldBeEmpty();
    }

    private async Task RegisterAsync(string type, string level, int objectId, bool selfSuppressed = false)
    {
        using var response = await SendAsync(type, level, objectId, selfSuppressed);
        await ReadAsync(response, HttpStatusCode.Created);
    }

    private Task<HttpResponseMessage> SendAsync(string type, string level, int objectId, bool selfSuppressed = false) =>
        simulator.SendAsync(HttpMethod.Post, "system/callbacks", new
        {
            description = "test", url = listener.Urls.First() + "/hook?recordId=", objectId, type, level, isSelfSuppressedFlag = selfSuppressed,
        });

    private async Task<Call> NextAsync()
    {
        (await arrived.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBeTrue("nobody called");
        calls.TryDequeue(out var call).ShouldBeTrue();
        return call!;
    }

    private sealed record Call(string Query, byte[] Body, string Signature);
}
