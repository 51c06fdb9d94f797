using MSPortal.Tests.Acceptance;
using MSPortal.Tests.Histories;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(MSPortal.Tests.Support.LongestFirst))]

namespace MSPortal.Tests.Support;

/// <summary>What takes minutes begins first, so that it does not go on alone when everything else is done.</summary>
internal sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long = [typeof(PsaTests).FullName!, typeof(HistoryTests).FullName!, typeof(RmmTests).FullName!];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderByDescending(c => Long.Any(c.TestCollectionDisplayName.Contains))];
}
