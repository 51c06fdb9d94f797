using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MSPortal.Core.Contracts;

namespace MSPortal.Web.Features.Api;

/// <summary>How the API says no (RFC 9457), so that every endpoint does it in the same words.</summary>
public static class ApiProblems
{
    /// <summary>400: each error at the field that caused it; what concerns no single field is in the detail.</summary>
    public static ProblemHttpResult Invalid(params IEnumerable<FieldError> errors) => TypedResults.Problem(Details(errors.ToList()));

    public static ProblemHttpResult NotFound(string sentence) =>
        TypedResults.Problem(sentence, statusCode: StatusCodes.Status404NotFound);

    /// <summary>409: what is asked for cannot be done in the state that things are in.</summary>
    public static ProblemHttpResult Conflict(string sentence) =>
        TypedResults.Problem(sentence, statusCode: StatusCodes.Status409Conflict);

    /// <summary>403: a page of another site sent it, and only the browser added who is signed in here.</summary>
    public static ProblemHttpResult Foreign() =>
        TypedResults.Problem("The request comes from another site. Programs use an API key.", statusCode: StatusCodes.Status403Forbidden);

    /// <summary>429 with <c>Retry-After</c>.</summary>
    public static IResult TooMany(string sentence, TimeSpan retryAfter) => new RetryLater(sentence, retryAfter);

    internal static HttpValidationProblemDetails Details(IReadOnlyList<FieldError> errors) => new(
        errors.Where(e => e.Field is not null).GroupBy(e => e.Field!).ToDictionary(g => g.Key, g => g.Select(e => e.Message).ToArray()))
    {
        Status = StatusCodes.Status400BadRequest,
        Title = "The request is not valid.",
        Detail = string.Join(" ", errors.Select(e => e.Message)),
    };

    private sealed class RetryLater(string sentence, TimeSpan retryAfter) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => StatusCodes.Status429TooManyRequests;

        public Task ExecuteAsync(HttpContext httpContext)
        {
            var seconds = Math.Max(1, (long)Math.Ceiling(retryAfter.TotalSeconds));
            httpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            return TypedResults.Problem(new ProblemDetails
            {
                Status = StatusCode,
                Title = "Not yet.",
                Detail = sentence,
                Extensions = { ["retryAfterSeconds"] = seconds },
            }).ExecuteAsync(httpContext);
        }
    }
}
