using System.CommandLine;
using MSPortal.Core.Integrations;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Integrations;

/// <summary><c>msportal providers list</c>: what can be connected, and which settings each needs.</summary>
internal static class ProviderCommands
{
    public static Command Create(PortalCommandContext context)
    {
        var json = CommandOutput.JsonOption();
        var list = PortalCommandContext.Run(new Command("list", "What can be connected, with the settings that each needs.") { json }, async (parsed, ct) =>
        {
            await using var portal = await context.OpenAsync(parsed, ct);
            var providers = portal.GetRequiredService<ConnectorRegistry>().All.OrderBy(c => c.Info.Id, StringComparer.Ordinal).Select(ProviderResource.Of).ToList();
            if (parsed.GetValue(json))
            {
                await parsed.WriteJsonAsync(providers);
            }
            else
            {
                await parsed.WriteTableAsync(
                    ["PROVIDER", "NAME", "CATEGORY", "SETTINGS"],
                    providers.Select(p => new[] { p.Id, p.Name, p.Category.ToString(), string.Join(", ", p.Settings.Select(s => s.Required ? s.Key : $"[{s.Key}]")) }));
            }

            return 0;
        });
        return new Command("providers", "Vendor products that MSPortal knows.") { list };
    }
}
