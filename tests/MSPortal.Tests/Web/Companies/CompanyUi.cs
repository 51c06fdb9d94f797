using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MSPortal.Core.Integrations;
using MSPortal.Web;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Clients;
using MSPortal.Web.Features.Cloud;
using MSPortal.Web.Features.Companies;
using MSPortal.Web.Ui;
using MudBlazor.Services;

namespace MSPortal.Tests.Web.Companies;

/// <summary>What pages of companies ask for.</summary>
internal static class CompanyUi
{
    /// <param name="permissions">None: all.</param>
    public static void Serve(BunitContext page, CompanyHome home, params string[] permissions)
    {
        var user = new CurrentUser();
        var access = permissions.Length == 0 ? PortalAccess.Everything : PortalAccess.Everything with { Permissions = Permissions.Closed(permissions) };
        user.Become(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "ada@example.com"), new Claim(PortalClaims.Tenant, $"{home.Storage.Tenant}")], "test")), access);
        page.JSInterop.Mode = JSRuntimeMode.Loose;
        page.Services.AddMudServices(mud => mud.PopoverOptions.CheckForPopoverProvider = false);
        page.Services.AddSingleton(user).AddSingleton<TimeProvider>(home.Storage.Clock).AddSingleton<UiClock>().AddSingleton(home.Storage.Database)
            .AddSingleton<CompanyActions>().AddSingleton<CompanyTypes>().AddSingleton<CompanyFamily>().AddSingleton<CompanyPlaces>().AddSingleton<CompanyTypeQueries>().AddSingleton<CompanyUndo>().AddSingleton<CompanyQueries>().AddSingleton<CompanyOverviewQuery>()
            .AddSingleton(new ConnectorRegistry([])).AddSingleton<ClientQueries>()
            .AddSingleton<CloudConnections>().AddSingleton<CloudOverviewQuery>();
        page.SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }
}
