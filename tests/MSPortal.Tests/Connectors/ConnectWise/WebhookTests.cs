using System.Security.Cryptography;
using System.Text;
using MSPortal.Connectors.ConnectWise;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.ConnectWise;

/// <summary>Which callbacks are ConnectWise's own, and what they are about.</summary>
public sealed class WebhookTests
{
    private const string KeyUrl = "https://api-na.myconnectwise.net/v2025_1/apis/3.0/system/callbackKeys/7f";
    private static readonly WebhookEndpoint Endpoint = new(new Uri("https://portal.example/hooks/secret-path"), "unused", null);

    private readonly ScriptedVendor vendor = new();
    private (int Status, string Body) key = (200, """{"signing_key":"the key"}""");

    public WebhookTests() => vendor.Script = r => r.Uri.AbsolutePath.Contains("callbackKeys", StringComparison.Ordinal) ? ScriptedVendor.Answer(key.Status, key.Body) : null;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ticket", "updated", DataType.Tickets, false)]
    [InlineData("ticket", "deleted", DataType.Tickets, true)]
    [InlineData("company", "added", DataType.Companies, false)]
    [InlineData("Contact", "Updated", DataType.Contacts, false)]
    [InlineData("configuration", "updated", DataType.Devices, false)]
    [InlineData("member", "updated", DataType.Users, false)]
    public async Task A_signed_callback_says_which_record_to_read_again(string type, string action, DataType expected, bool deleted)
    {
        var genuine = (await ReadAsync(Body(type, action))).ShouldBeOfType<WebhookVerdict.Genuine>();
        genuine.Hints.ShouldBe([new WebhookHint(expected, "42", deleted)]);
        vendor.Seen.ShouldHaveSingleItem().Authorization.ShouldBeNull("the keys are not sent where a delivery leads us");
    }

    [Fact]
    public async Task What_is_of_no_interest_is_genuine_all_the_same() =>
        (await ReadAsync(Body("agreement", "updated"))).ShouldBeOfType<WebhookVerdict.Genuine>().Hints.ShouldBeEmpty();

    [Fact]
    public async Task Names_may_be_written_in_any_case() =>
        (await ReadAsync(Body("ticket", "updated").ToLowerInvariant().Replace("callbackkeys", "callbackKeys", StringComparison.Ordinal)))
            .ShouldBeOfType<WebhookVerdict.Genuine>().Hints.ShouldHaveSingleItem();

    [Theory]
    [InlineData("another host", 0)]
    [InlineData("http", 0)]
    [InlineData("port", 0)]
    [InlineData("user", 0)]
    [InlineData("no key", 0)]
    [InlineData("another account", 0)]
    [InlineData("no json", 0)]
    [InlineData("no signature", 0)]
    [InlineData("wrong signature", 1)]
    [InlineData("rubbish signature", 1)]
    [InlineData("changed body", 1)]
    public async Task Everything_else_is_forged_and_no_stranger_is_asked_for_a_key(string how, int calls)
    {
        var body = how switch
        {
            "another host" => Body(keyUrl: "https://api-na.myconnectwise.net.evil.example/system/callbackKeys/7f"),
            "http" => Body(keyUrl: KeyUrl.Replace("https", "http", StringComparison.Ordinal)),
            "port" => Body(keyUrl: KeyUrl.Replace(".net/", ".net:8443/", StringComparison.Ordinal)),
            "user" => Body(keyUrl: KeyUrl.Replace("https://", "https://a:b@", StringComparison.Ordinal)),
            "no key" => """{"Action":"updated","Type":"ticket","ID":42}""",
            "another account" => Body(company: "initech"),
            "no json" => "ticket 42",
            _ => Body(),
        };
        var signature = how switch
        {
            "no signature" => null,
            "wrong signature" => Sign(body, "another key"),
            "rubbish signature" => "§§§",
            "changed body" => Sign(body + " ", "the key"),
            _ => Sign(body, "the key"),
        };
        (await ReadAsync(body, signature)).ShouldBeOfType<WebhookVerdict.Forged>();
        vendor.Seen.Count.ShouldBe(calls);
    }

    [Fact]
    public async Task However_many_callbacks_come_the_key_is_fetched_once()
    {
        var verdicts = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => ReadAsync(Body()))));
        verdicts.ShouldAllBe(v => v is WebhookVerdict.Genuine);
        vendor.Seen.Count.ShouldBe(1);
        vendor.Logged.ShouldNotContain(l => l.Contains("the key", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_that_was_changed_is_fetched_again_after_a_while()
    {
        await ReadAsync(Body());
        key = (200, """{"signing_key":"a newer key"}""");
        (await ReadAsync(Body(), Sign(Body(), "a newer key"))).ShouldBeOfType<WebhookVerdict.Forged>("so soon it is more likely forged");
        vendor.Clock.Advance(TimeSpan.FromMinutes(1));
        (await ReadAsync(Body(), Sign(Body(), "a newer key"))).ShouldBeOfType<WebhookVerdict.Genuine>();
    }

    [Fact]
    public async Task A_key_that_cannot_be_fetched_proves_nothing_and_is_not_asked_for_all_the_time()
    {
        key = (503, "");
        for (var i = 0; i < 5; i++)
        {
            (await ReadAsync(Body())).ShouldBeOfType<WebhookVerdict.Unsure>();
        }

        vendor.Seen.Count.ShouldBe(1);
        key = (404, """{"code":"NotFound","message":"no"}""");
        vendor.Clock.Advance(TimeSpan.FromSeconds(1));
        (await ReadAsync(Body())).ShouldBeOfType<WebhookVerdict.Forged>();
    }

    private static string Body(string type = "ticket", string action = "updated", string keyUrl = KeyUrl, string company = "Acme") =>
        $$$"""{"Action":"{{{action}}}","Type":"{{{type}}}","ID":42,"CompanyId":"{{{company}}}","MemberId":"zadmin","Entity":null,"Metadata":{"key_url":"{{{keyUrl}}}"}}""";

    private static string Sign(string body, string key) =>
        Convert.ToBase64String(HMACSHA256.HashData(SHA256.HashData(Encoding.UTF8.GetBytes(key)), Encoding.UTF8.GetBytes(body)));

    private Task<WebhookVerdict> ReadAsync(string body) => ReadAsync(body, Sign(body, "the key"));

    private Task<WebhookVerdict> ReadAsync(string body, string? signature)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (signature is not null)
        {
            headers["X-Content-Signature"] = signature;
        }

        return ConnectWiseWebhooks.Support.Read(vendor.Session(), Endpoint, new WebhookDelivery(Encoding.UTF8.GetBytes(body), headers, "?recordId=42"), Ct);
    }
}
