using System.Net;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.Common;

/// <summary>How long and how large an answer may be is kept in one place, for every call to every vendor.</summary>
public sealed class DeadlineTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider clock = new(Now);

    [Fact]
    public async Task An_answer_that_does_not_come_or_does_not_end_is_given_up_after_the_deadline()
    {
        foreach (var vendor in new HttpMessageHandler[] { new Silent(), new Answering(new Endless(hangs: true)) })
        {
            using var http = new HttpMessageInvoker(new DeadlineHandler(clock, vendor));
            var asked = http.SendAsync(new HttpRequestMessage(HttpMethod.Get, "https://vendor.example/"), TestContext.Current.CancellationToken);

            clock.Advance(VendorHttp.Deadline - TimeSpan.FromSeconds(1));
            asked.IsCompleted.ShouldBeFalse();
            clock.Advance(TimeSpan.FromSeconds(1));

            await Should.ThrowAsync<TimeoutException>(asked.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task An_answer_without_an_end_is_refused_before_it_fills_the_memory()
    {
        using var http = new HttpMessageInvoker(new DeadlineHandler(clock, new Answering(new Endless(hangs: false))));

        var fault = await Should.ThrowAsync<FaultException>(() => http.SendAsync(new HttpRequestMessage(HttpMethod.Get, "https://vendor.example/"), TestContext.Current.CancellationToken));

        fault.Fault.ShouldBeOfType<Fault.BadData>().Sentence.ShouldContain("larger than 64 MB");
    }

    [Theory]
    [InlineData("7", 7.0)]
    [InlineData(" 7 ", 7.0)]
    [InlineData("1.5", 1.5)]
    [InlineData("0", 1.0)]
    [InlineData("99999999", 1800.0)]
    [InlineData("Sun, 01 Mar 2026 12:00:09 GMT", 9.0)]
    [InlineData("Sun, 01 Mar 2026 11:00:00 GMT", 1.0)]
    [InlineData("soon", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_wish_for_a_pause_becomes_something_one_can_act_on(string? header, double? seconds) =>
        VendorPause.Of(header, Now).ShouldBe(seconds is { } s ? TimeSpan.FromSeconds(s) : null);

    private sealed class Silent : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            return new HttpResponseMessage(HttpStatusCode.OK);
        }
    }

    private sealed class Answering(Stream body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(body) });
    }

    private sealed class Endless(bool hangs) : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (hangs)
            {
                await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            }

            return buffer.Length;
        }
    }
}
