using MSPortal.Core.Contracts;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Connectors.ConnectWise.ScriptedVendor;

namespace MSPortal.Tests.Connectors.ConnectWise;

/// <summary>One table from what ConnectWise answers to what it means.</summary>
public sealed class ErrorTests
{
    private static readonly VendorPermission Permission = new("Tickets", "Service Tickets", "System → Security Roles");

    private readonly ScriptedVendor vendor = new();

    [Theory]
    [InlineData(401, """{"code":"Unauthorized","message":"Invalid credentials"}""", nameof(Fault.AuthFailed), "privateKey")]
    [InlineData(401, """{"code":"ConnectWiseApi","message":"UserNotAuthenticated"}""", nameof(Fault.AuthFailed), "privateKey")]
    [InlineData(401, """{"code":"Unauthorized","message":"The clientId is invalid."}""", nameof(Fault.AuthFailed), "clientId")]
    [InlineData(401, """{"code":"Unauthorized","message":"You do not have security permission to perform this action."}""", nameof(Fault.PermissionMissing), null)]
    [InlineData(403, """{"code":"Security","message":"You do not have security permission to perform this action."}""", nameof(Fault.PermissionMissing), null)]
    [InlineData(403, """{"code":"Security","message":"SSL is required.","errors":null}""", nameof(Fault.VendorDown), "apiUrl")]
    [InlineData(403, "", nameof(Fault.PermissionMissing), null)]
    [InlineData(404, """{"code":"NotFound","message":"x"}""", nameof(Fault.VendorDown), null)]
    [InlineData(404, "<html>nothing here</html>", nameof(Fault.VendorDown), "apiUrl")]
    [InlineData(400, """{"code":"InvalidObject","message":"conditions are invalid"}""", nameof(Fault.BadData), null)]
    [InlineData(405, "", nameof(Fault.BadData), null)]
    [InlineData(408, "", nameof(Fault.VendorDown), null)]
    [InlineData(429, """{"error":"ConnectWiseAPI","message":"Too many requests. Please try again in 30 seconds."}""", nameof(Fault.RateLimited), null)]
    [InlineData(500, """{"code":"ConnectWiseApi","message":"A timeout has occured. Please try again."}""", nameof(Fault.VendorDown), null)]
    [InlineData(502, "<html>Bad Gateway</html>", nameof(Fault.VendorDown), null)]
    [InlineData(503, "", nameof(Fault.VendorDown), null)]
    public async Task Each_answer_has_one_meaning_and_its_field(int status, string body, string fault, string? field)
    {
        vendor.Script = r => r.Path == "/service/tickets" ? Answer(status, body) : null;

        var thrown = await Should.ThrowAsync<FaultException>(() => vendor.Client().GetAsync("/service/tickets", "", Permission, TestContext.Current.CancellationToken));

        (thrown.Fault.GetType().Name, thrown.Field).ShouldBe((fault, field));
        thrown.Fault.Sentence.ShouldNotContain("Exception");
    }

    [Theory]
    [InlineData("17", 17)]
    [InlineData("0", 1)]
    [InlineData("86400", 1800)]
    [InlineData("Sun, 01 Jun 2025 12:00:40 GMT", 40)]
    [InlineData("Sun, 01 Jun 2025 11:00:00 GMT", 1)]
    [InlineData("soon", 30)]
    [InlineData(null, 30)]
    public async Task A_429_says_how_long_in_any_of_its_ways(string? header, int seconds)
    {
        vendor.Script = r =>
        {
            var answer = Answer(429, """{"error":"ConnectWiseAPI","message":"Too many requests. Please try again in 30 seconds."}""");
            if (header is not null)
            {
                answer.Headers.TryAddWithoutValidation("Retry-After", header);
            }

            return r.Path == "/service/tickets" ? answer : null;
        };

        var thrown = await Should.ThrowAsync<FaultException>(() => vendor.Client().GetAsync("/service/tickets", "", Permission, TestContext.Current.CancellationToken));

        thrown.Fault.ShouldBe(new Fault.RateLimited(TimeSpan.FromSeconds(seconds)));
    }

    [Theory]
    [InlineData("", "ConnectWise sent an empty answer.")]
    [InlineData("<html>Sign in</html>", "ConnectWise answered with a web page instead of data.")]
    [InlineData("""{"id":1,"summ""", "ConnectWise sent data that breaks off or is not JSON.")]
    [InlineData("""{"code":"X","message":"Odd"}""", "ConnectWise sent a message instead of data: X: Odd")]
    public async Task A_count_that_is_none_is_bad_data(string body, string sentence)
    {
        vendor.With("/company/contacts", [1]);
        vendor.Script = r => r.Path == "/company/contacts/count" ? Answer(200, body) : null;

        var thrown = await Should.ThrowAsync<FaultException>(async () =>
        {
            await foreach (var _ in MSPortal.Connectors.ConnectWise.ConnectWiseStreams.Read(
                vendor.Client(), MSPortal.Connectors.ConnectWise.ConnectWiseStreams.Contacts, new(PassKind.Full, Cursor.Start, null), TestContext.Current.CancellationToken))
            {
            }
        });

        thrown.Fault.ShouldBeOfType<Fault.BadData>().What.ShouldBe(sentence);
    }
}
