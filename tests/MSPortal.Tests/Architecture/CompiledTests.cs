using System.Reflection;
using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using MSPortal.Core.Contracts;
using Shouldly;
using Xunit;
using Assembly = System.Reflection.Assembly;

namespace MSPortal.Tests.Architecture;

/// <summary>Rules that only the compiled program can answer for, whatever name or alias the source used.</summary>
public sealed class CompiledTests
{
    private static readonly Assembly Core = typeof(IConnector).Assembly;
    private static readonly Assembly Connectors = Assembly.Load("MSPortal.Connectors");
    private static readonly Assembly Storage = Assembly.Load("MSPortal.Storage");
    private static readonly Assembly Web = Assembly.Load("msportal");

    private static readonly Lazy<ArchUnitNET.Domain.Architecture> Program =
        new(() => new ArchLoader().LoadAssemblies(Core, Connectors, Storage, Web, typeof(CompiledTests).Assembly).Build());

    [Fact]
    public void Storage_and_Connectors_never_see_each_other()
    {
        References(Storage).ShouldNotContain("MSPortal.Connectors");
        References(Connectors).ShouldNotContain("MSPortal.Storage");
    }

    [Fact]
    public void The_simulators_know_nothing_of_ours() =>
        References(Assembly.Load("MSPortal.Simulators"))
            .Where(name => name.StartsWith("MSPortal", StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();

    [Fact]
    public void A_connector_uses_no_other_connector() =>
        Crossings("MSPortal.Connectors", allowed: "Common", type => true).ShouldBeEmpty();

    [Fact]
    public void A_feature_uses_no_other_features_query() =>
        Crossings("MSPortal.Web.Features", allowed: "", type => type.Name.Contains("Quer", StringComparison.Ordinal)).ShouldBeEmpty();

    [Fact]
    public void A_crossing_is_noticed() =>
        Crossings("MSPortal.Tests.Architecture.Samples", allowed: "Common", type => true)
            .ShouldBe(["MSPortal.Tests.Architecture.Samples.One.Uses → MSPortal.Tests.Architecture.Samples.Two.Used"]);

    [Fact]
    public void Waiting_is_done_on_a_TimeProvider() =>
        new[] { Core, Connectors, Storage, Web }.SelectMany(UntimedWaits).ShouldBeEmpty();

    [Fact]
    public void A_wait_on_the_wall_clock_is_noticed() =>
        UntimedWaits(typeof(CompiledTests).Assembly).ShouldContain("MSPortal.Tests: System.Threading.Tasks.Task Delay(Int32)");

    private static IEnumerable<string> References(Assembly assembly) => assembly.GetReferencedAssemblies().Select(a => a.Name ?? "");

    /// <summary>Uses between the folders directly below a namespace, as "user → used". A method's type parameter is nobody's: the loader takes one for another of the same shape.</summary>
    private static IEnumerable<string> Crossings(string root, string allowed, Func<IType, bool> counts)
    {
        string? Folder(IType type) => type.Namespace?.FullName.StartsWith(root + ".", StringComparison.Ordinal) == true
            ? type.Namespace.FullName[(root.Length + 1)..].Split('.')[0]
            : null;

        return Program.Value.Types
            .Where(user => Folder(user) is not null)
            .SelectMany(user => user.Dependencies.Select(d => d.Target).Where(counts)
                .Where(used => used is not GenericParameter && Folder(used) is { } folder && folder != allowed && folder != Folder(user))
                .Select(used => $"{user.FullName} → {used.FullName}"))
            .Distinct();
    }

    /// <summary>Every outside method that an assembly calls stands in its table of member references (0x0A……).</summary>
    private static IEnumerable<string> UntimedWaits(Assembly assembly)
    {
        for (var token = 0x0A000001; ; token++)
        {
            MemberInfo? member;
            try
            {
                member = assembly.ManifestModule.ResolveMember(token);
            }
            catch (ArgumentOutOfRangeException)
            {
                yield break;
            }
            catch (ArgumentException)
            {
                continue; // A member of a generic type whose arguments only the caller knows.
            }

            if (member is MethodBase method && IsWait(method) && method.GetParameters().All(p => p.ParameterType != typeof(TimeProvider)))
            {
                yield return $"{assembly.GetName().Name}: {method}";
            }
        }
    }

    private static bool IsWait(MethodBase method) =>
        (method.DeclaringType == typeof(Task) && method.Name == nameof(Task.Delay))
        || (method.DeclaringType == typeof(Thread) && method.Name == nameof(Thread.Sleep))
        || (method.IsConstructor && method.DeclaringType == typeof(PeriodicTimer))
        || (method.IsConstructor && method.DeclaringType == typeof(System.Threading.Timer));
}
