using MSPortal.Core.Sync;
using MSPortal.Web.Features.Tickets;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Tickets;

public sealed class TicketNoticeTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly TicketOrigin Well = new()
    {
        Id = 5,
        Name = "Main PSA",
        Provider = "any",
        ContainerLabel = "Service Boards",
        Status = IntegrationStatus.Active,
        Enabled = true,
        SelectsNothing = false,
        Interval = TimeSpan.FromMinutes(15),
        LastCompleteAt = Now.AddMinutes(-3),
        HasCompany = true,
    };

    [Fact]
    public void All_well_says_nothing() => Of(Well).ShouldBeEmpty();

    [Fact]
    public void Each_trouble_has_its_own_sentence_and_the_button_that_mends_it()
    {
        (TicketOrigin Origin, string Sentence, string Button, string Href, bool Blocks)[] table =
        [
            (Well with { Status = IntegrationStatus.Disconnected, StatusReason = "The key was refused." }, "Main PSA is disconnected: The key was refused.", "Reconnect", "/settings/integrations/5/reconnect", true),
            (Well with { Status = IntegrationStatus.Paused }, "Main PSA is paused, so its tickets are not brought up to date.", "Open integration", "/settings/integrations/5", true),
            (Well with { Status = IntegrationStatus.Stopped }, "Main PSA has been stopped, so its tickets are not brought up to date.", "Open integration", "/settings/integrations/5", true),
            (Well with { Status = IntegrationStatus.Error }, "Main PSA has trouble, so its tickets are not brought up to date.", "Open integration", "/settings/integrations/5", true),
            (Well with { DeniedPermission = "Service Tickets" }, "Main PSA does not let us read tickets: the key lacks the permission “Service Tickets”.", "Re-check permissions", "/settings/integrations/5/setup/permissions", true),
            (Well with { Enabled = false }, "Reading tickets of Main PSA is turned off.", "Open integration", "/settings/integrations/5", true),
            (Well with { SelectsNothing = true }, "No Service Boards of Main PSA are selected, so no tickets are read.", "Open Ticket Settings", "/settings/integrations/5/tickets", true),
            (Well with { LastCompleteAt = null }, "Tickets of Main PSA have not been read yet; the first read starts in a moment.", "See progress", "/settings/integrations/5", true),
            (Well with { LastCompleteAt = null, IsReading = true, Read = 1200, Total = 5000 }, "Main PSA: the first read has 1,200 of 5,000 tickets.", "See progress", "/settings/integrations/5", true),
            (Well with { LastCompleteAt = null, IsReading = true, Read = 1 }, "Main PSA: the first read has 1 ticket so far.", "See progress", "/settings/integrations/5", true),
            (Well with { LastCompleteAt = null, Trouble = "It is down." }, "Tickets of Main PSA have not been read yet: It is down.", "Open integration", "/settings/integrations/5", true),
            (Well with { HasCompany = false }, "No company of Main PSA is imported yet, and tickets show with their company.", "Import companies", "/settings/companies/import/5", true),
            (Well with { HasCompany = false, Waiting = new(1204, 31, 0) }, "1,204 tickets are waiting for 31 companies of Main PSA to be imported.", "Import companies", "/settings/companies/import/5", true),
            (Well with { Waiting = new(1, 1, 0) }, "1 ticket is waiting for 1 company of Main PSA to be imported.", "Import companies", "/settings/companies/import/5", false),
            (Well with { Waiting = new(1204, 31, 2) }, "1,204 tickets are waiting for 31 companies of Main PSA to be imported, of which 2 are not read yet.", "Import companies", "/settings/companies/import/5", false),
            (Well with { LastCompleteAt = Now.AddMinutes(-42) }, "Tickets of Main PSA are 42 min old, should be 15 min.", "Open integration", "/settings/integrations/5", false),
            (Well with { LastCompleteAt = Now.AddHours(-5) }, "Tickets of Main PSA are 5 h old, should be 15 min.", "Open integration", "/settings/integrations/5", false),
        ];
        foreach (var (origin, sentence, button, href, blocks) in table)
        {
            var notice = Of(origin).ShouldHaveSingleItem(sentence);
            (notice.Sentence, notice.Action, notice.Href, notice.Blocks).ShouldBe((sentence, button, href, blocks));
        }
    }

    [Fact]
    public void The_first_trouble_on_the_way_hides_those_behind_it_but_never_what_is_held_back()
    {
        Of(Well with { Status = IntegrationStatus.Disconnected, SelectsNothing = true, HasCompany = false, LastCompleteAt = null }).Select(n => n.Title)
            .ShouldBe(["Main PSA is disconnected"]);
        Of(Well with { LastCompleteAt = Now.AddHours(-5), Waiting = new(2, 1, 0) }).Select(n => n.Title)
            .ShouldBe(["Tickets are not up to date", "Tickets are waiting"]);
    }

    private static IReadOnlyList<TicketNotice> Of(TicketOrigin origin) => [.. TicketNotices.Of(origin, Now)];
}
