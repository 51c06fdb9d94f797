using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MSPortal.Connectors;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Storage.Secrets;
using MSPortal.Tests.Storage;
using MSPortal.Web;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Tickets;
using MSPortal.Web.Ui;
using MudBlazor.Services;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Tickets;

/// <summary>A person before the pages of tickets, on a database of their own.</summary>
internal sealed class Desk : IAsyncDisposable
{
    private readonly BunitContext context = new();

    private Desk(StorageHome home)
    {
        Home = home;
        Seed = new TicketSeed(home.Database, home.Tenant, StorageHome.Start);
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        var user = new CurrentUser();
        user.Become(new ClaimsPrincipal(new ClaimsIdentity(
            [new Claim(ClaimTypes.Name, "ada@example.com"), new Claim(ClaimTypes.NameIdentifier, Person.ToString()), new Claim(PortalClaims.Tenant, $"{home.Tenant}")], "test")), PortalAccess.Everything);
        context.Services.AddMudServices(mud => mud.PopoverOptions.CheckForPopoverProvider = false);
        context.Services.AddSingleton(user).AddSingleton(home.Database).AddSingleton(home.Get<Vault>()).AddSingleton<TimeProvider>(home.Clock).AddScoped<UiClock>()
            .AddSingleton(new ConnectorRegistry(ConnectorRegistration.All))
            .AddSingleton<TicketQueries>().AddSingleton<TicketDetailsQuery>().AddSingleton<TicketOriginQueries>().AddSingleton<TicketChoiceQueries>()
            .AddSingleton<TicketColumnChoices>().AddScoped<TicketListPlace>();
    }

    public StorageHome Home { get; }

    public TicketSeed Seed { get; }

    public Guid Person { get; } = Guid.NewGuid();

    public IServiceCollection Services => context.Services;

    public NavigationManager Navigation => context.Services.GetRequiredService<NavigationManager>();

    public static async Task<Desk> OpenAsync() => new(await StorageHome.CreateAsync(DatabaseKind.Sqlite));

    public IRenderedComponent<T> Render<T>(Action<ComponentParameterCollectionBuilder<T>>? parameters = null)
        where T : IComponent
    {
        context.SetRendererInfo(new RendererInfo("Server", isInteractive: true));
        return context.Render(parameters);
    }

    public async ValueTask DisposeAsync()
    {
        await context.DisposeAsync();
        await Home.DisposeAsync();
    }
}
