using Microsoft.AspNetCore.Http.HttpResults;
using MSPortal.Core.Contracts;
using MSPortal.Web.Features.Api;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Diagnosis;

/// <summary>Why data is not here, for programs.</summary>
internal static class DiagnosisEndpoints
{
    public static void Map(WebApplication app)
    {
        var api = app.MapApi("Diagnosis");
        api.MapGet("/diagnosis", GetAsync).Needs(Permissions.ReadDiagnosis).WithName("Diagnose")
            .WithSummary("Says what keeps a ticket, a company or an integration's data from being seen: the first cause, the evidence, and what mends it.")
            .WithDescription("A ticket that is not here is asked of its vendor; that is one call of the vendor's budget. Without parameters all integrations are diagnosed.")
            .ProducesValidationProblem().ProducesProblem(404);
        api.MapPost("/diagnosis/bring-in", BringInAsync).WithName("BringInTicket").Needs(Permissions.WriteIntegrations)
            .WithSummary("Reads one ticket from its vendor now and keeps it, if Ticket Settings let it in.").ProducesValidationProblem();
    }

    private static async Task<Results<Ok<DiagnosisResource>, ProblemHttpResult>> GetAsync(
        [AsParameters] DiagnosisParameters parameters, Diagnoses diagnoses, CurrentUser user, CancellationToken ct)
    {
        if (parameters.Read() is not { } subject)
        {
            return ApiProblems.Invalid(new FieldError("company", "Ask about a ticket or about a company, not about both at once; a person goes with a ticket."));
        }

        if (subject.Person is not null && !user.May(Permissions.ReadUsers))
        {
            return ApiProblems.Invalid(new FieldError("person", "You may not ask about people."));
        }

        try
        {
            return TypedResults.Ok(DiagnosisResource.Of(await diagnoses.RunAsync(user.TenantId, subject, ct)));
        }
        catch (KeyNotFoundException e)
        {
            return ApiProblems.NotFound(e.Message);
        }
    }

    private static async Task<Results<Ok<BringInAnswer>, ProblemHttpResult>> BringInAsync(BringInInput input, Diagnoses diagnoses, CurrentUser user, CancellationToken ct) =>
        string.IsNullOrWhiteSpace(input.Number)
            ? ApiProblems.Invalid(new FieldError("number", "Give the ticket's number."))
            : TypedResults.Ok(new BringInAnswer(await diagnoses.BringInAsync(user.TenantId, input.IntegrationId, input.Number, ct)));
}
