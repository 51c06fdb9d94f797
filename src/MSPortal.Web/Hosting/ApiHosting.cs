using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using MSPortal.Core.Contracts;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Api;
using Scalar.AspNetCore;

namespace MSPortal.Web.Hosting;

/// <summary>What the API is beside its endpoints: its JSON, its document, the page that shows it, and problems instead of stack traces.</summary>
internal static class ApiHosting
{
    public const string Document = "/openapi/v1.json";
    public const string Page = "/docs/api";

    private const string Bearer = "bearer";

    public static void AddApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true); // So that the problem can name the field.
        services.AddExceptionHandler<UnreadableRequests>();
        services.AddOpenApi("v1", openApi =>
        {
            openApi.ShouldInclude = description => description.RelativePath?.StartsWith(ApiGroup.Prefix[1..], StringComparison.Ordinal) == true;
            openApi.AddDocumentTransformer(DescribeAsync);
        });
    }

    public static void MapApiDocument(this WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName}.json").NeedsSignIn();
        app.MapScalarApiReference(Page, (page, context) =>
        {
            var nonce = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
            context.Response.Headers.ContentSecurityPolicy = Edge.WithScripts($"'nonce-{nonce}'");
            page.WithTitle("MSPortal API").WithNonce(nonce).WithOpenApiRoutePattern(Document)
                .DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp().HideClientButton().HideDeveloperTools();
        }).NeedsSignIn();
    }

    private static Task DescribeAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken ct)
    {
        document.Info.Title = "MSPortal";
        document.Info.Version = "v1";
        document.Info.Description =
            "Everything that the portal keeps, for programs. Send an API key (made under Settings, API keys) as a bearer token. " +
            "Lists answer `{data, pagination}`; trouble answers `application/problem+json` (RFC 9457), with errors at their fields.";
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = Bearer, Description = "An API key; its scopes say what it may do." },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
        return Task.CompletedTask;
    }
}

/// <summary>A parameter or a body that cannot be read becomes a problem at its field.</summary>
internal sealed partial class UnreadableRequests : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not BadHttpRequestException bad || !Edge.IsForPrograms(httpContext.Request))
        {
            return false;
        }

        if (bad.StatusCode != StatusCodes.Status400BadRequest)
        {
            await TypedResults.Problem(bad.Message, statusCode: bad.StatusCode).ExecuteAsync(httpContext);
            return true;
        }

        await ApiProblems.Invalid(Error(bad)).ExecuteAsync(httpContext);
        return true;
    }

    private static FieldError Error(BadHttpRequestException bad)
    {
        if (bad.InnerException is JsonException json)
        {
            var field = json.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : null;
            return new FieldError(field, field is null ? "The body is not the JSON object that is expected." : $"“{field}” is not known here or has a value of the wrong kind.");
        }

        if (Parameter().Match(bad.Message) is not { Success: true } match)
        {
            return new FieldError(null, "The request is missing something or cannot be read.");
        }

        var name = JsonNamingPolicy.CamelCase.ConvertName(match.Groups["name"].Value);
        return new FieldError(name, string.Create(CultureInfo.InvariantCulture, $"{name} cannot be “{match.Groups["value"].Value}”."));
    }

    [GeneratedRegex("parameter \"[^\"]* (?<name>\\w+)\" from \"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Parameter();
}
