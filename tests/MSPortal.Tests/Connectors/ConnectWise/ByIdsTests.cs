using MSPortal.Connectors.ConnectWise;
using MSPortal.Core.Contracts;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Connectors.ConnectWise.ScriptedVendor;

namespace MSPortal.Tests.Connectors.ConnectWise;

/// <summary>The proof that a deletion needs: only a plain word of the vendor counts.</summary>
public sealed class ByIdsTests
{
    private const string Path = "/company/contacts";

    private readonly ScriptedVendor vendor = new();

    [Fact]
    public async Task What_is_there_is_present_and_what_the_vendor_does_not_know_is_gone()
    {
        vendor.With(Path, [1, 3]);

        (await KindsAsync("1", "2", "3")).ShouldBe(["1 Present", "2 Gone", "3 Present"]);
    }

    [Theory]
    [InlineData(404, "<html>proxy</html>")]
    [InlineData(404, "")]
    [InlineData(500, """{"code":"ConnectWiseApi","message":"A timeout has occured."}""")]
    [InlineData(403, "")]
    [InlineData(200, "<html>maintenance</html>")]
    [InlineData(200, """{"id":99}""")]
    public async Task Anything_but_a_plain_NotFound_proves_nothing(int status, string body)
    {
        vendor.With(Path, [1]);
        vendor.Script = r => r.Path == $"{Path}/2" ? Answer(status, body) : null;

        (await KindsAsync("1", "2")).ShouldBe(["1 Present", "2 Unknown"]);
    }

    [Fact]
    public async Task A_batch_that_fails_is_asked_one_by_one()
    {
        vendor.With(Path, [1, 2]);
        vendor.Script = r => r.Path == Path ? Answer(500, "") : null;

        (await KindsAsync("1", "2", "5")).ShouldBe(["1 Present", "2 Present", "5 Gone"]);
    }

    [Fact]
    public async Task A_vendor_in_trouble_is_not_asked_about_every_single_one()
    {
        vendor.With(Path, []);
        vendor.Script = r => r.Path.StartsWith(Path, StringComparison.Ordinal) ? Answer(503, "") : null;

        await Should.ThrowAsync<FaultException>(() => KindsAsync([.. Enumerable.Range(1, 40).Select(i => $"{i}")]));

        vendor.Seen.Count(r => r.Path.StartsWith(Path + "/", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(200, "<html>odd</html>")]
    public async Task A_batch_of_one_that_fails_is_asked_alone_too(int status, string body)
    {
        vendor.With(Path, [1]);
        vendor.Script = r => r.Path == Path ? Answer(status, body) : null;

        (await KindsAsync("1")).ShouldBe(["1 Present"]);
    }

    [Fact]
    public async Task A_record_that_cannot_be_understood_is_there_all_the_same()
    {
        vendor.With(Path, [1]);
        vendor.Rows[Path][0]["inactiveFlag"] = "maybe";

        (await KindsAsync("1")).ShouldBe(["1 Bad"]);
    }

    [Fact]
    public async Task What_is_no_id_is_unknown_and_not_asked_for()
    {
        vendor.With(Path, [1]);

        (await KindsAsync("1", "x", "-2", "1 or 1=1")).ShouldBe(["-2 Unknown", "1 Present", "1 or 1=1 Unknown", "x Unknown"]);
        vendor.Seen.ShouldAllBe(r => !r.Uri.Query.Contains("or", StringComparison.Ordinal) || !r.Uri.Query.Contains("1=1", StringComparison.Ordinal));
    }

    private async Task<string[]> KindsAsync(params string[] ids)
    {
        var results = await ConnectWiseByIds.ReadAsync(vendor.Client(), ConnectWiseStreams.Contacts, ids, TestContext.Current.CancellationToken);
        return [.. results.Select(r => $"{r.ExternalId} {r.GetType().Name}").Order(StringComparer.Ordinal)];
    }
}
