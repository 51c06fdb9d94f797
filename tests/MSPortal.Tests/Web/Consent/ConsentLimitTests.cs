using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Web.Features.Clients;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Consent;

/// <summary>What whoever holds a link cannot do with it, and what is promised to them.</summary>
public sealed class ConsentLimitTests
{
    [Fact]
    public async Task A_link_that_came_to_nothing_for_ten_accounts_is_closed()
    {
        await using var home = await ConsentHome.OpenAsync();
        using var visitor = home.Visitor();
        var link = await home.LinkAsync();
        var state = await home.BeginAsync(visitor, link);
        for (var i = 1; i < ConsentTries.Most; i++)
        {
            (await home.ReturnAsync(visitor, state, $"guess{i}")).Text.ShouldContain("Almost there");
        }

        (await home.ReturnAsync(visitor, state, "guess1")).Text.ShouldContain("Almost there", Case.Sensitive, "trying again costs nothing");
        (await home.RowAsync()).RevokedAt.ShouldBeNull();

        var last = await home.ReturnAsync(visitor, state, "guess10");
        home.Vendor.Agreed["t1"] = true;
        var later = await home.ReturnAsync(visitor, state, "t1");

        last.Text.ShouldContain("This link has ended");
        last.Text.ShouldContain("Ask Northwind IT for a new link.");
        later.Text.ShouldContain("This answer is not known here");
        (await home.ReadAsync(visitor, link)).Status.ShouldBe(HttpStatusCode.Gone);
        (await home.RowAsync()).RevokedAt.ShouldBe(home.Clock.GetUtcNow());
        (await home.ConnectedAsync()).ShouldBeEmpty();
        await using var db = home.Portal.Data.Open(1);
        var entry = await db.Audit.SingleAsync(a => a.Action == "integration.consent_link_revoked");
        (entry.Actor, entry.After!.Contains("10 different accounts", StringComparison.Ordinal)).ShouldBe(("consent link of ada@example.com", true));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task While_somebody_agrees_the_link_is_neither_begun_anew_nor_taken_back(bool agreed)
    {
        await using var home = await ConsentHome.OpenAsync();
        using var visitor = home.Visitor();
        var link = await home.LinkAsync();
        var state = await home.BeginAsync(visitor, link);
        var id = (await home.RowAsync()).Id;
        List<bool> meanwhile = [];
        home.Vendor.Meanwhile = async () =>
        {
            meanwhile.Add(await home.Portal.Services.GetRequiredService<ConsentVisits>().BeginAsync(link["/connect/".Length..], default) is not null);
            meanwhile.Add(await home.Links.RevokeAsync(home.Id, id, home.Ada, default));
        };
        if (agreed)
        {
            home.Vendor.Agreed["t1"] = true;
        }

        var answer = await home.ReturnAsync(visitor, state, "t1");

        meanwhile.ShouldBe([false, false], "neither a second state nor a word of being revoked");
        answer.Text.ShouldContain(agreed ? "is connected for Contoso" : "Almost there");
        var row = await home.RowAsync();
        (row.UsedAt, row.RevokedAt).ShouldBe((agreed ? home.Clock.GetUtcNow() : null, null));
        (await home.ConnectedAsync()).Count.ShouldBe(agreed ? 1 : 0);
        (await home.Links.RevokeAsync(home.Id, id, home.Ada, default)).ShouldBe(!agreed, "once the attempt is over it can be taken back, unless it was good");
    }

    [Fact]
    public async Task An_attempt_that_breaks_off_gives_the_link_back()
    {
        await using var home = await ConsentHome.OpenAsync();
        using var visitor = home.Visitor();
        var link = await home.LinkAsync();
        var state = await home.BeginAsync(visitor, link);
        home.Vendor.Agreed["t1"] = true;
        home.Vendor.Meanwhile = () => throw new InvalidOperationException("The vendor's answer makes no sense.");
        using (var broken = await home.Portal.GetAsync($"/connect/return?state={state}&tenant=t1", client: visitor))
        {
            broken.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        }

        (await home.RowAsync()).UsedAt.ShouldBeNull();
        home.Vendor.Meanwhile = () => Task.CompletedTask;

        (await home.ReturnAsync(visitor, state, "t1")).Text.ShouldContain("is connected for Contoso");
    }

    [Fact]
    public async Task Nothing_is_promised_of_minutes_while_reading_is_paused()
    {
        await using var home = await ConsentHome.OpenAsync();
        using var visitor = home.Visitor();
        var state = await home.BeginAsync(visitor, await home.LinkAsync());
        home.Vendor.Agreed["t1"] = true;
        await home.Portal.Services.GetRequiredService<IIntegrationStore>().SetStatusAsync(home.Id, IntegrationStatus.Paused, null, home.Ada, default);

        var (_, text) = await home.ReturnAsync(visitor, state, "t1");

        text.ShouldContain("is connected for Contoso");
        text.ShouldContain("Reading stands still at Northwind IT just now");
        text.ShouldNotContain("within minutes");
    }
}
