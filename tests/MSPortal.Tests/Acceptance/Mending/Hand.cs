using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Diagnosis;
using MSPortal.Core.Sync;
using Shouldly;

namespace MSPortal.Tests.Acceptance.Mending;

/// <summary>Presses the button of a diagnosis, and on the page to which it leads does what that page is for; one that leads astray mends nothing.</summary>
internal sealed class Hand(MendingWorld world)
{
    private const string Api = "POST /api/v1";

    private string Home => $"/settings{world.One}";

    public async Task PressAsync(Answer answer, Missing missing)
    {
        if (answer.Page is { } page)
        {
            await world.OpenAsync(page);
        }

        if (answer.Request is { } request)
        {
            request.ShouldStartWith(Api + "/");
            await world.SendAsync(HttpMethod.Post, request[Api.Length..], answer.Kind == RemedyKind.BringIn ? new { integrationId = world.Id, number = missing.Number } : new { });
        }
        else if (answer.Page is not null)
        {
            await ActAsync(answer.Page, answer.Cause!.Value, missing);
        }
        else
        {
            answer.Kind.ShouldBe(RemedyKind.AtVendor);
        }
    }

    private async Task ActAsync(string page, Cause cause, Missing missing)
    {
        if (page == Home)
        {
            await DecideAsync(cause);
        }
        else if (page == $"{Home}/tickets")
        {
            await world.ChooseAsync(Choice(cause));
        }
        else if (page == $"{Home}/setup/sync")
        {
            await ChooseDataAsync(cause);
        }
        else if (page == $"{Home}/reconnect")
        {
            await world.SendAsync(HttpMethod.Post, $"{world.One}/reconnect", new { settings = await world.Sync.EnteredAsync() });
        }
        else if (page == $"/settings/companies/import/{world.Id}")
        {
            await world.SendAsync(HttpMethod.Post, $"{world.One}/companies/import", await ImportAsync(missing));
        }
        else if (page == "/settings/companies?tab=blocked")
        {
            await world.SendAsync(HttpMethod.Delete, $"/blocked-companies/{world.Id}/{missing.Company}");
        }
        else if (page.StartsWith("/settings/users", StringComparison.Ordinal))
        {
            await missing.AtUsers.ShouldNotBeNull()();
        }
        else
        {
            var asked = page.Split("/settings/integrations/diagnose?ticket=");
            asked.Length.ShouldBe(2, $"Nobody knows what to do at {page}.");
            missing.Number = Uri.UnescapeDataString(asked[1].Split('&')[0]);
        }
    }

    /// <summary>On the integration's own page there is a button for removals; everything else there is to be read.</summary>
    private Task DecideAsync(Cause cause) => cause == Cause.HeldByGuard
        ? world.SendAsync(HttpMethod.Post, $"{world.One}/streams/tickets/held-removals", new { release = false })
        : Task.CompletedTask;

    private static object Choice(Cause cause) => cause switch
    {
        Cause.NothingSelected or Cause.ContainerNotSelected => new { containers = new[] { "all" } },
        Cause.StatusExcluded => new { excludedStatuses = Array.Empty<string>() },
        Cause.GroupExcluded => new { excludedGroups = Array.Empty<string>() },
        Cause.OptionLeftOut => new { options = new[] { "all" } },
        Cause.OutsideHistory => new { history = "24" },
        _ => throw new InvalidOperationException($"Ticket Settings have nothing about {cause}."),
    };

    private async Task ChooseDataAsync(Cause cause)
    {
        switch (cause)
        {
            case Cause.DataTypeOff:
                await world.SendAsync(HttpMethod.Patch, $"{world.One}/streams/tickets", new { enabled = true });
                break;
            case Cause.CompanyFilteredOut:
                await world.Sync.Integrations.SetCompanyFilterAsync(world.Id, new CompanyFilter(), world.Sync.Actor, default);
                break;
            default:
                throw new InvalidOperationException($"The Sync step has nothing about {cause}.");
        }
    }

    /// <summary>As the page proposes it: with the company of that name, where there is one.</summary>
    private async Task<object> ImportAsync(Missing missing)
    {
        await using var db = world.Portal.Data.Open(1);
        var theirs = db.ExternalCompanies.Where(c => c.IntegrationId == world.Id && c.ExternalId == missing.Company).Select(c => c.NormalizedName);
        var ours = await db.Companies.Where(c => theirs.Contains(c.NormalizedName)).Select(c => (Guid?)c.Id).FirstOrDefaultAsync();
        return new { choices = new[] { new { externalId = missing.Company, companyId = ours } } };
    }
}
