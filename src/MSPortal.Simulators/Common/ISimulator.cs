namespace MSPortal.Simulators.Common;

/// <summary>One vendor; found by itself, so that a new one is one folder and nobody else has to name it.</summary>
internal interface ISimulator
{
    /// <summary>Maps the vendor's own paths, and those under <c>/control/(id)</c> for whoever changes and breaks it.</summary>
    void Map(WebApplication app, SimulatorOptions options);
}
