using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.Microsoft365;

/// <summary>Whoever is in another process changes and breaks things by the control endpoint; whoever subscribed is told.</summary>
public sealed class ControlTests
{
    [Fact]
    public async Task Edits_faults_and_switches_work_from_outside()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        var about = (await sim.ControlAsync(HttpMethod.Get, ""))!;
        (about["clientId"]!.ToString(), about["tenants"]!.AsArray().Count).ShouldBe((sim.Vendor.ClientId, 10));

        var made = (await sim.ControlAsync(HttpMethod.Post, $"tenants/{sim.Large.Id}/edits", new object[] { new { @do = "createUser", set = new { displayName = "By control" } } }))![0]!.ToString();
        (await sim.GetAsync(sim.Large, $"/users/{made}"))["displayName"]!.ToString().ShouldBe("By control");
        (await sim.ControlAsync(HttpMethod.Get, $"tenants/{sim.Large.DefaultDomain}/users"))!.AsArray().Select(u => (string?)u!["id"]).ShouldContain(made);

        await sim.ControlAsync(HttpMethod.Post, "before", new { path = "/users/", nth = 2, tenant = sim.Large.Id, edits = new object[] { new { @do = "deleteUser", id = made } } });
        await sim.GetAsync(sim.Large, $"/users/{made}");
        (await sim.RefusalAsync(sim.Large, $"/users/{made}")).ShouldBe("404 Request_ResourceNotFound");

        await sim.ControlAsync(HttpMethod.Post, "faults", new { kind = "status", code = 503, path = "/v1.0/", times = 1 });
        (await sim.RefusalAsync(sim.Large, "/users")).ShouldBe("503 serviceNotAvailable");
        await sim.ControlAsync(HttpMethod.Post, "set/behaviour", new { deltaPage = 3 });
        (await sim.GetAsync(sim.Large, "/users/delta"))["value"]!.AsArray().Count.ShouldBe(3);
        await sim.ControlAsync(HttpMethod.Post, "set/clock", new { minutes = 60 });
        (await sim.RefusalAsync(sim.Large, "/users")).ShouldBe("401 InvalidAuthenticationToken");
        (await sim.ControlAsync(HttpMethod.Get, $"calls?tenant={sim.Large.Id}"))!.AsArray().Select(c => c!["status"]!.GetValue<int>()).ShouldBe([200, 200, 200, 404, 503, 200, 401]);
    }

    [Fact]
    public async Task Who_subscribed_is_asked_first_and_told_then()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        var notices = System.Threading.Channels.Channel.CreateUnbounded<JsonNode>();
        var echoes = true;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var listener = builder.Build();
        listener.Urls.Add("http://127.0.0.1:0");
        listener.MapPost("/notify", async (HttpContext context) =>
        {
            if (context.Request.Query["validationToken"].ToString() is { Length: > 0 } token)
            {
                return Results.Text(echoes ? token : "no", "text/plain");
            }

            notices.Writer.TryWrite((await JsonNode.ParseAsync(context.Request.Body))!);
            return Results.Accepted();
        });
        await listener.StartAsync();
        JsonObject Wanted(DateTimeOffset until) => new()
        {
            ["changeType"] = "updated,deleted", ["notificationUrl"] = listener.Urls.Single() + "/notify", ["resource"] = "users", ["expirationDateTime"] = until.ToString("O"), ["clientState"] = "secret",
        };

        async Task<HttpStatusCode> SubscribeAsync(DateTimeOffset until)
        {
            using var response = await sim.SendAsync(sim.Large, "/subscriptions", HttpMethod.Post, Wanted(until));
            return response.StatusCode;
        }

        (await SubscribeAsync(RunningMicrosoft365.Origin.AddDays(30))).ShouldBe(HttpStatusCode.BadRequest);
        echoes = false;
        (await SubscribeAsync(RunningMicrosoft365.Origin.AddDays(2))).ShouldBe(HttpStatusCode.BadRequest);
        echoes = true;
        (await SubscribeAsync(RunningMicrosoft365.Origin.AddDays(2))).ShouldBe(HttpStatusCode.Created);

        var id = sim.Vendor.CreateUser(sim.Large.Id);
        sim.Vendor.EraseUser(sim.Large.Id, id);
        sim.Vendor.CreateUser(sim.Partner.Id);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var told = new[] { await notices.Reader.ReadAsync(patience.Token), await notices.Reader.ReadAsync(patience.Token) }.Select(n => n["value"]![0]!).ToList();
        told.Select(n => ((string?)n["changeType"], (string?)n["resourceData"]!["id"], (string?)n["tenantId"], (string?)n["clientState"])).ShouldBe([("updated", id, sim.Large.Id, "secret"), ("deleted", id, sim.Large.Id, "secret")]);

        var subscription = (await sim.GetAsync(sim.Large, "/subscriptions"))["value"]!.AsArray().Single()!["id"]!.ToString();
        (await sim.GetAsync(sim.Partner, "/subscriptions"))["value"]!.AsArray().ShouldBeEmpty();
        using (var renewed = await sim.SendAsync(sim.Large, $"/subscriptions/{subscription}", HttpMethod.Patch, new JsonObject { ["expirationDateTime"] = RunningMicrosoft365.Origin.AddDays(20).ToString("O") }))
        {
            (await renewed.Content.ReadAsStringAsync()).ShouldContain("2026-03-21T12:00:00Z");
        }

        using var removed = await sim.SendAsync(sim.Large, $"/subscriptions/{subscription}", HttpMethod.Delete);
        removed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await sim.RefusalAsync(sim.Large, $"/subscriptions/{subscription}")).ShouldBe("404 ResourceNotFound");
    }
}
