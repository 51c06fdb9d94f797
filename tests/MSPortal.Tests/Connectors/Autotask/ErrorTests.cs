using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Tests.Simulators.Autotask;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Connectors.Autotask.AutotaskBench;

namespace MSPortal.Tests.Connectors.Autotask;

public sealed class ErrorTests(RunningAutotask vendor) : IClassFixture<RunningAutotask>
{
    [Theory]
    [InlineData(500, """{"errors":["Unable to find colour in the Ticket Entity."]}""", typeof(Fault.BadData))]
    [InlineData(500, """{"errors":["Value does not reference an existing entity for taskType . "]}""", typeof(Fault.BadData))]
    [InlineData(500, """{"errors":[{"message":"Reference value on field: contactID of type: Contact does not exist"}]}""", typeof(Fault.BadData))]
    [InlineData(500, """{"errors":["An unexpected error occurred."]}""", typeof(Fault.VendorDown))]
    [InlineData(500, """{"errors":["The query timed out."]}""", typeof(Fault.VendorDown))]
    [InlineData(500, "<html>oops</html>", typeof(Fault.VendorDown))]
    [InlineData(500, "", typeof(Fault.VendorDown))]
    [InlineData(503, "", typeof(Fault.VendorDown))]
    [InlineData(404, """{"Message":"No HTTP resource was found"}""", typeof(Fault.VendorDown))]
    [InlineData(302, "", typeof(Fault.VendorDown))]
    [InlineData(405, """{"Message":"The requested resource does not support http method 'GET'."}""", typeof(Fault.BadData))]
    [InlineData(401, "", typeof(Fault.AuthFailed))]
    [InlineData(403, "", typeof(Fault.PermissionMissing))]
    [InlineData(500, """{"errors":["The logged in Resource does not have the adequate permissions to query"]}""", typeof(Fault.PermissionMissing))]
    [InlineData(429, "", typeof(Fault.RateLimited))]
    [InlineData(500, """{"errors":["The Autotask API thread threshold of 3 threads has been exceeded."]}""", typeof(Fault.RateLimited))]
    [InlineData(500, """{"errors":["The API request threshold of 10000 requests has been exceeded."]}""", typeof(Fault.RateLimited))]
    [InlineData(200, "<html>Maintenance</html>", typeof(Fault.BadData))]
    [InlineData(200, """{"items":[{"id":1""", typeof(Fault.BadData))]
    [InlineData(200, "", typeof(Fault.BadData))]
    [InlineData(200, "[]", typeof(Fault.BadData))]
    public async Task Every_way_of_saying_no_is_the_fault_that_it_means(int status, string body, Type fault)
    {
        await using var bench = On(vendor);
        bench.Script = r => r.Path == "Contacts/query" ? Answer(status, body) : null;

        (await FaultAsync(() => bench.ReadAsync(DataType.Contacts))).ShouldBeOfType(fault);
    }

    [Theory]
    [InlineData("", "7", 7)]
    [InlineData("", null, 60)]
    [InlineData("""{"errors":["thread threshold of 3 threads"]}""", null, 5)]
    public async Task A_pause_is_as_long_as_autotask_says_or_usually_means(string body, string? retryAfter, int seconds)
    {
        await using var bench = On(vendor);
        bench.Script = r =>
        {
            if (r.Path != "Contacts/query")
            {
                return null;
            }

            var answer = Answer(429, body);
            if (retryAfter is not null)
            {
                answer.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
            }

            return answer;
        };

        ((Fault.RateLimited)await FaultAsync(() => bench.ReadAsync(DataType.Contacts))).RetryAfter.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public async Task A_permission_that_is_missing_for_names_costs_only_the_names()
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("permissions", new { contacts = false, resources = false });

        var tickets = (await bench.ReadAsync(DataType.Tickets)).SelectMany(p => p.Rows).Cast<Ticket>().ToList();

        tickets.Select(t => t.ExternalId).ShouldBe(await bench.TruthIdsAsync("tickets"));
        tickets.ShouldAllBe(t => t.OwnerName == null && t.ContactName == null);
        tickets.ShouldContain(t => t.OwnerId != null && t.ContactId != null);
        tickets.ShouldAllBe(t => t.StatusName != null);
    }

    [Fact]
    public async Task A_zone_host_that_cannot_be_reached_is_looked_for_again_next_time()
    {
        await using var bench = On(vendor);
        await bench.ReadAsync(DataType.Contacts);
        bench.Script = r => r.Path == "Contacts/query" ? throw new HttpRequestException(HttpRequestError.NameResolutionError, "no such host") : null;
        (await FaultAsync(() => bench.ReadAsync(DataType.Contacts))).ShouldBeOfType<Fault.VendorDown>();
        bench.Script = _ => null;
        bench.Seen.Clear();

        await bench.ReadAsync(DataType.Contacts);

        bench.Seen.Select(r => r.Path).ShouldContain("ZoneInformation");
    }
}
