using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MSPortal.Web;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Hosting;

public sealed class LateHandlerTests
{
    /// <summary>What is wrong with a handler would show itself only when somebody calls it.</summary>
    [Fact]
    public async Task Every_handler_can_be_compiled()
    {
        await using var portal = await RunningPortal.StartAsync();
        var handlers = portal.Services.GetRequiredService<EndpointDataSource>().Endpoints.Select(e => e.RequestDelegate?.Target).OfType<LateHandler>().ToList();

        handlers.Count.ShouldBeGreaterThan(100);
        handlers.ForEach(h => h.Compile());
    }
}
