using System.Diagnostics.CodeAnalysis;

#if SIMULATORS
namespace MSPortal.Simulators;
#else
namespace MSPortal.Web;
#endif

/// <summary>
/// Maps endpoints as the framework does, but compiles what binds a handler's parameters when it is first called: there are more than a hundred, each costs some
/// milliseconds of processor time, and a start needs two or three.
/// </summary>
/// <remarks>In this namespace the framework's methods of the same names are not looked for.</remarks>
internal static class LateHandlers
{
    public static RouteHandlerBuilder MapGet(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern, Delegate handler) => Map(endpoints, pattern, handler, HttpMethods.Get);

    public static RouteHandlerBuilder MapPost(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern, Delegate handler) => Map(endpoints, pattern, handler, HttpMethods.Post);

    public static RouteHandlerBuilder MapPut(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern, Delegate handler) => Map(endpoints, pattern, handler, HttpMethods.Put);

    public static RouteHandlerBuilder MapPatch(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern, Delegate handler) => Map(endpoints, pattern, handler, HttpMethods.Patch);

    public static RouteHandlerBuilder MapDelete(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern, Delegate handler) => Map(endpoints, pattern, handler, HttpMethods.Delete);

    private static RouteHandlerBuilder Map(IEndpointRouteBuilder endpoints, string pattern, Delegate handler, string method) =>
        RouteHandlerServices.Map(endpoints, pattern, handler, [method], RequestDelegateFactory.InferMetadata, Later);

    private static RequestDelegateResult Later(Delegate handler, RequestDelegateFactoryOptions options, RequestDelegateMetadataResult? inferred) =>
        new(new LateHandler(() => RequestDelegateFactory.Create(handler, options, inferred).RequestDelegate).InvokeAsync, inferred?.EndpointMetadata ?? []);
}

/// <summary>A handler that is compiled when it is first called.</summary>
internal sealed class LateHandler(Func<RequestDelegate> make)
{
    private readonly Lazy<RequestDelegate> made = new(make);

    /// <summary>Now; throws what is wrong with the handler.</summary>
    public void Compile() => _ = made.Value;

    public Task InvokeAsync(HttpContext context) => made.Value(context);
}
