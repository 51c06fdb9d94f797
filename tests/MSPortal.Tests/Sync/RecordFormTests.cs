using System.Globalization;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Sync;

/// <summary>The canonical form of records, and names as matching compares them.</summary>
public sealed class RecordFormTests
{
    [Fact]
    public void What_was_written_is_read_back_the_same_whatever_is_in_it()
    {
        var ticket = Ticket("Drucker “groß” 🖨️ <b>&amp;</b>\r\n\tΩ") with { ClosedAt = new DateTimeOffset(2026, 2, 28, 23, 59, 59, TimeSpan.Zero), Priority = PriorityLevel.High };

        Canonical.Read<Ticket>(Canonical.Json(ticket)).ShouldBe(ticket);
    }

    [Fact]
    public void Characters_that_a_database_refuses_become_a_replacement_and_nothing_else_changes() =>
        Canonical.Read<Ticket>(Canonical.Json(Ticket("a\0b\uD83Dc\uDE00d😀e"))).Summary.ShouldBe("a\uFFFDb\uFFFDc\uFFFDd😀e");

    [Fact]
    public void A_record_is_the_same_whatever_the_order_of_its_extra_fields_and_the_offset_of_its_times()
    {
        var one = Ticket("x") with
        {
            Extra = new() { ["b"] = "2", ["a"] = "1" },
            CreatedAt = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
        };
        var other = one with
        {
            Extra = new() { ["a"] = "1", ["b"] = "2" },
            CreatedAt = new DateTimeOffset(2026, 3, 1, 14, 0, 0, TimeSpan.FromHours(2)),
        };

        StoredRow.Of(other).Hash.ShouldBe(StoredRow.Of(one).Hash);
    }

    [Fact]
    public void Every_difference_in_content_is_a_difference_in_the_hash()
    {
        var ticket = Ticket("x");
        Ticket[] others =
        [
            ticket with { Summary = "X" }, ticket with { IsClosed = true }, ticket with { CompanyId = "1" },
            ticket with { VendorUpdatedAt = DateTimeOffset.UnixEpoch }, ticket with { Extra = new() { ["a"] = null } },
        ];

        others.Append(ticket).Select(t => Convert.ToHexString(StoredRow.Of(t).Hash)).Distinct().Count().ShouldBe(6);
    }

    [Fact]
    public void The_form_does_not_depend_on_the_machines_language()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("tr-TR");
            var turkish = Canonical.Json(Ticket("I"));
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            turkish.ShouldBe(Canonical.Json(Ticket("I")));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("Contoso, Inc.", "contoso")]
    [InlineData("The Contoso Company", "contoso")]
    [InlineData("Müller & Söhne GmbH", "muller and sohne")]
    [InlineData("Straße AG", "strasse")]
    [InlineData("O'Neill's  Bar", "oneills bar")]
    [InlineData("Łódź Sp. z o.o.", "lodz z oo")]
    [InlineData("A.C.M.E. Corp", "acme")]
    [InlineData("The Co", "the co")]
    [InlineData("株式会社", "株式会社")]
    [InlineData("!!!", "")]
    public void Names_are_compared_without_what_people_write_differently(string name, string expected) =>
        CompanyName.Normalize(name).ShouldBe(expected);

    private static Ticket Ticket(string summary) => new() { ExternalId = "1", Number = "1", Summary = summary };
}
