using System.Reflection;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace MSPortal.Tests.Support;

/// <summary>
/// Runs a theory once per database engine, so that neither engine is ever forgotten: the first argument is the
/// <see cref="DatabaseKind"/>, the attribute's own arguments follow.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class DatabaseDataAttribute(params object?[] arguments) : DataAttribute
{
    private readonly object?[] arguments = arguments;

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. Enum.GetValues<DatabaseKind>().Select(Row)]);

    public override bool SupportsDiscoveryEnumeration() => true;

    private TheoryDataRow Row(DatabaseKind kind) => new([kind, .. arguments]) { Skip = Dependency.SkipReason(kind) };
}
