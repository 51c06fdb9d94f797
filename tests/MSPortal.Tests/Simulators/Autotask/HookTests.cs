using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MSPortal.Simulators.Autotask;
using MSPortal.Simulators.Common;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.Autotask;

public sealed class HookTests : IAsyncLifetime
{
    private const string Key = "s3cret-key-for-hooks";

    private readonly ConcurrentQueue<(string Path, string Signature, byte[] Body)> received = new();
    private readonly SemaphoreSlim arrived = new(0);
    private WebApplication listener = null!;
    private RunningAutotask simulator = null!;
    private int answer = 200;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        listener = builder.Build();
        listener.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            received.Enqueue((context.Request.Path, context.Request.Headers["X-Hook-Signature"].ToString(), body.ToArray()));
            context.Response.StatusCode = answer;
            arrived.Release();
        });
        await listener.StartAsync();
        simulator = await RunningAutotask.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await simulator.DisposeAsync();
        await listener.StopAsync();
        await listener.DisposeAsync();
        arrived.Dispose();
    }

    [Fact]
    public async Task A_webhook_without_a_field_is_not_ready_and_hears_nothing()
    {
        var hook = await MakeAsync(fields: []);

        await EditAsync(new { status = 8 });
        await AddFieldAsync(hook, 134);
        await EditAsync(new { status = 7 });

        (await NextAsync())["Fields"]!["Status"]!.GetValue<int>().ShouldBe(7);
        received.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_event_is_signed_over_the_escaped_bytes_that_are_sent()
    {
        await MakeAsync(fields: [133]);

        var id = await EditAsync(new { title = "Größe <a> & 'b' \"c\" + `d`" });
        await arrived.WaitAsync(TestContext.Current.CancellationToken);
        received.TryDequeue(out var one).ShouldBeTrue();

        var text = Encoding.UTF8.GetString(one.Body);
        text.ShouldContain(@"Gr\u00F6\u00DFe \u003Ca\u003E \u0026 \u0027b\u0027 \u0022c\u0022 \u002B \u0060d\u0060");
#pragma warning disable CA5350 // The vendor signs with SHA-1.
        one.Signature.ShouldBe("sha1=" + Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(Key), one.Body)));
#pragma warning restore CA5350
        var json = JsonNode.Parse(text)!;
        ((string?)json["Action"], (string?)json["EntityType"], json["Id"]!.GetValue<long>(), json["SequenceNumber"]!.GetValue<int>()).ShouldBe(("Update", "Ticket", id, 1));
    }

    [Fact]
    public async Task Changes_of_an_excluded_resource_and_of_other_fields_are_not_told()
    {
        var hook = await MakeAsync(fields: [133]);
        await simulator.AskAsync(HttpMethod.Post, $"TicketWebhooks/{hook}/ExcludedResources", new { resourceID = AutotaskHooks.ApiResource });
        var id = (await simulator.TruthAsync("tickets"))[0].Whole("id");

        await simulator.AskAsync(HttpMethod.Patch, "Tickets", new { id, title = "by the API" });
        await simulator.ControlAsync(HttpMethod.Patch, $"records/tickets/{id}", new { priority = 4 });
        await simulator.ControlAsync(HttpMethod.Patch, $"records/tickets/{id}", new { title = "by a person" });
        await simulator.ControlAsync(HttpMethod.Delete, $"records/tickets/{id}");

        (await NextAsync())["Fields"]!["Title"]!.GetValue<string>().ShouldBe("by a person");
        ((string?)(await NextAsync())["Action"]).ShouldBe("Delete");
    }

    [Fact]
    public async Task An_event_that_is_refused_is_tried_five_times_and_after_25_refusals_the_webhook_is_off_and_says_so()
    {
        answer = 500;
        var hook = await MakeAsync(fields: [133]);

        for (var i = 0; i < 6; i++)
        {
            await EditAsync(new { title = $"change {i}" });
        }

        for (var i = 0; i < 26; i++)
        {
            await arrived.WaitAsync(TestContext.Current.CancellationToken);
        }

        received.Select(r => r.Path).ShouldBe([.. Enumerable.Repeat("/hook", 25), "/off"]);
        received.Take(5).Select(r => JsonNode.Parse(r.Body)!["SequenceNumber"]!.GetValue<int>()).ShouldAllBe(n => n == 1);
        (await simulator.ControlAsync(HttpMethod.Get, $"records/ticketWebhooks/{hook}"))!["isActive"]!.GetValue<bool>().ShouldBeFalse();
        ((string?)JsonNode.Parse(received.Last().Body)!["Action"]).ShouldBe("Deactivated");
    }

    [Fact]
    public async Task Deleting_a_webhook_takes_its_fields_along_and_calls_the_deactivation_address()
    {
        var hook = await MakeAsync(fields: [133, 134]);

        await simulator.AskAsync(HttpMethod.Delete, $"TicketWebhooks/{hook}");
        await arrived.WaitAsync(TestContext.Current.CancellationToken);

        received.Single().Path.ShouldBe("/off");
        (await simulator.TruthAsync("ticketWebhookFields")).ShouldBeEmpty();
    }

    private async Task<JsonNode> NextAsync()
    {
        await arrived.WaitAsync(TestContext.Current.CancellationToken);
        received.TryDequeue(out var one).ShouldBeTrue();
        return JsonNode.Parse(one.Body)!;
    }

    private async Task<long> EditAsync(object change)
    {
        var id = (await simulator.TruthAsync("tickets"))[0].Whole("id");
        await simulator.ControlAsync(HttpMethod.Patch, $"records/tickets/{id}", change);
        return id;
    }

    private async Task<long> MakeAsync(int[] fields)
    {
        var at = listener.Urls.Single();
        var hook = (await simulator.AskAsync(HttpMethod.Post, "TicketWebhooks", new
        {
            name = "MSPortal", webhookUrl = at + "/hook", deactivationUrl = at + "/off", secretKey = Key, isActive = true,
            isSubscribedToCreateEvents = true, isSubscribedToUpdateEvents = true, isSubscribedToDeleteEvents = true,
        }))["itemId"]!.GetValue<long>();
        foreach (var field in fields)
        {
            await AddFieldAsync(hook, field);
        }

        return hook;
    }

    private async Task AddFieldAsync(long hook, int field) =>
        await simulator.AskAsync(HttpMethod.Post, $"TicketWebhooks/{hook}/Fields", new { fieldID = field, isSubscribedField = true, isDisplayAlwaysField = false });
}
