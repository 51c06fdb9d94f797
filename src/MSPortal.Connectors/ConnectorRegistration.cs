using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors;

/// <summary>Finds the connectors by themselves, so that a new vendor is one folder and nobody else has to name it.</summary>
public static class ConnectorRegistration
{
    /// <summary>One instance of every connector in this assembly, by provider id.</summary>
    public static IReadOnlyList<IConnector> All { get; } =
    [
        .. Assembly.GetExecutingAssembly().GetTypes()
            .Where(t => t.IsClass && !t.IsAbstract && typeof(IConnector).IsAssignableFrom(t))
            .Select(t => (IConnector)Activator.CreateInstance(t, nonPublic: true)!)
            .OrderBy(c => c.Info.Id, StringComparer.Ordinal),
    ];

    /// <summary>Registers every connector as <see cref="IConnector"/>.</summary>
    public static IServiceCollection AddConnectors(this IServiceCollection services)
    {
        foreach (var connector in All)
        {
            services.AddSingleton(connector);
        }

        return services;
    }
}
