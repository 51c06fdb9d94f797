using System.Text;
using MSPortal.Connectors.Common;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.Common;

/// <summary>What .NET refuses to read as text costs one character and nothing more.</summary>
public sealed class VendorJsonTests
{
    [Theory]
    [InlineData("""{"a":"x\ud83dy"}""", "a", "x\uFFFDy")]
    [InlineData("""{"a":"\uDE00"}""", "a", "\uFFFD")]
    [InlineData("""{"a":"\ud83d\ud83d\ude00"}""", "a", "\uFFFD😀")]
    [InlineData("""{"a":"\ud83d\ude00"}""", "a", "😀")]
    [InlineData("""{"a":"\\ud83d"}""", "a", "\\ud83d")]
    [InlineData("""{"\ud800":1,"a":"b"}""", "a", "b")]
    [InlineData("""{"a\udfff":"b"}""", "a\uFFFD", "b")]
    [InlineData("""{"a":"\ud83"}""", null, null)]
    [InlineData("""{"a":"\ud83d""", null, null)]
    public void Halves_of_characters_are_repaired_and_everything_else_stays(string json, string? name, string? value)
    {
        using var parsed = VendorJson.TryParse(Encoding.UTF8.GetBytes(json));

        (parsed is null).ShouldBe(name is null);
        if (parsed is not null)
        {
            parsed.RootElement.GetProperty(name!).GetString().ShouldBe(value);
            parsed.RootElement.EnumerateObject().ShouldAllBe(p => p.Name.Length > 0);
        }
    }

    [Fact]
    public void A_mark_at_the_beginning_and_bytes_that_are_no_text_are_no_reason_to_refuse_it()
    {
        using var parsed = VendorJson.TryParse((byte[])[0xEF, 0xBB, 0xBF, .. "{\"a\":\""u8, 0xFF, .. "b\"}"u8]);

        parsed!.RootElement.GetProperty("a").GetString().ShouldBe("\uFFFDb");
    }
}
