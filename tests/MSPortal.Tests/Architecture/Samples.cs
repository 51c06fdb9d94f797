// Breaks of the rules, made on purpose: the rules must notice them.
#pragma warning disable MA0182 // The rules look at these types; nobody calls them.
namespace MSPortal.Tests.Architecture.Samples.Common
{
    internal sealed class Shared;
}

namespace MSPortal.Tests.Architecture.Samples.One
{
    internal sealed class Uses
    {
        public static object Make() => (new Two.Used(), new Common.Shared());

        public static Task WaitAsync() => Task.Delay(1);
    }
}

namespace MSPortal.Tests.Architecture.Samples.Two
{
    internal sealed class Used;
}
