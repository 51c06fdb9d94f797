using System.Web;
using MSPortal.Connectors.Microsoft365;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.Microsoft365;

/// <summary>Every wrong setting is named at its field, every refusal of Entra's says what to do, and a client that has not agreed is told from one that is broken.</summary>
public sealed class ConnectionTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "https://login.microsoftonline.com/", "https://graph.microsoft.com/")]
    [InlineData(" global ", "https://login.microsoftonline.com/", "https://graph.microsoft.com/")]
    [InlineData("GCC", "https://login.microsoftonline.com/", "https://graph.microsoft.com/")]
    [InlineData("GCC High", "https://login.microsoftonline.us/", "https://graph.microsoft.us/")]
    [InlineData("us government", "https://login.microsoftonline.us/", "https://graph.microsoft.us/")]
    [InlineData("DoD", "https://login.microsoftonline.us/", "https://dod-graph.microsoft.us/")]
    [InlineData("China", "https://login.chinacloudapi.cn/", "https://microsoftgraph.chinacloudapi.cn/")]
    [InlineData("https://graph.microsoft.us/v1.0", "https://login.microsoftonline.us/", "https://graph.microsoft.us/")]
    public void One_value_chooses_where_secrets_and_tokens_go(string entered, string login, string graph)
    {
        Microsoft365Cloud.TryParse(entered, out var cloud, out _).ShouldBeTrue();
        cloud!.Allowed(allowPrivate: false);
        (cloud.Login.AbsoluteUri, cloud.Graph.AbsoluteUri).ShouldBe((login, graph));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("http://graph.microsoft.com")]
    [InlineData("https://graph.microsoft.com:8443")]
    public void Another_address_is_for_private_networks_alone(string entered)
    {
        Microsoft365Cloud.TryParse(entered, out var cloud, out _).ShouldBeTrue();
        Should.Throw<FaultException>(() => cloud!.Allowed(allowPrivate: false)).Field.ShouldBe("cloud");
        cloud!.Allowed(allowPrivate: true).Login.ShouldBe(cloud.Graph);
    }

    [Theory]
    [InlineData("tenant", "contoso")]
    [InlineData("tenant", "common")]
    [InlineData("clientId", "my app")]
    [InlineData("clientSecret", "two words")]
    [InlineData("clientSecret", "0b9a1d63-5f0e-4b5a-9b62-5c6f3f6c1f0a")]
    [InlineData("cloud", "Mars")]
    [InlineData("cloud", "https://user@graph.microsoft.com")]
    public async Task A_mistake_that_can_be_seen_is_named_without_asking(string key, string value)
    {
        var graph = new GraphScript();
        graph.Settings[key] = value;

        (await graph.Connector.TestAsync(graph.Session(), Stop)).Problem!.Field.ShouldBe(key);
        graph.Seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(" Contoso.onmicrosoft.com ", "contoso.onmicrosoft.com")]
    [InlineData("admin@contoso.com", "contoso.com")]
    [InlineData("https://www.contoso.com/about", "www.contoso.com")]
    [InlineData("{11111111-1111-4111-8111-11111111111A}", "11111111-1111-4111-8111-11111111111a")]
    public void What_people_paste_for_a_tenant_is_understood(string entered, string meant)
    {
        Microsoft365Tenant.TryParse(entered, out var tenant).ShouldBeTrue();
        tenant.ShouldBe(meant);
    }

    [Fact]
    public async Task The_token_is_asked_for_in_the_tenant_and_sent_to_graph_alone()
    {
        var graph = new GraphScript { Script = c => c.Path == "/v1.0/organization" ? GraphScript.List($$"""{"id":"{{GraphScript.Own}}","displayName":"MSP","verifiedDomains":[{"name":"a.onmicrosoft.com","isDefault":false},{"name":"msp.com","isDefault":true}]}""") : null };

        var report = await graph.Connector.TestAsync(graph.Session(), Stop);

        report.Passed.ShouldBeTrue();
        report.Account.ShouldBe(new AccountIdentity(GraphScript.Own, "MSP", Field: "tenant") { Detail = "msp.com" });
        var token = graph.Seen.Single(c => c.IsToken);
        token.Uri.ShouldBe(new Uri($"https://login.microsoftonline.com/{GraphScript.Own}/oauth2/v2.0/token"));
        HttpUtility.ParseQueryString(token.Body)["scope"].ShouldBe("https://graph.microsoft.com/.default");
        graph.Seen.Where(c => !c.IsToken).ShouldAllBe(c => c.Uri.Host == "graph.microsoft.com" && c.Token == $"token-of-{GraphScript.Own}" && !c.Headers.ContainsKey("x-ms-throttle-priority"));
        report.Areas.Select(a => (a.DataType, a.Outcome)).ShouldBe([(DataType.Companies, AreaOutcome.GrantedNoData)]);
    }

    [Theory]
    [InlineData(700016, "clientId")]
    [InlineData(90002, "tenant")]
    [InlineData(900023, "tenant")]
    [InlineData(7000215, "clientSecret")]
    [InlineData(7000222, "clientSecret")]
    [InlineData(7000112, "clientId")]
    [InlineData(53003, "clientSecret")]
    public async Task What_entra_refuses_is_told_at_its_field_with_what_to_do(int code, string field)
    {
        var graph = new GraphScript { Script = c => c.IsToken ? GraphScript.Refusal(code) : null };

        var problem = (await graph.Connector.TestAsync(graph.Session(), Stop)).Problem.ShouldNotBeNull();

        (problem.Field, problem.NeedsConsent, problem.Fault.GetType()).ShouldBe((field, false, typeof(Fault.AuthFailed)));
        problem.Message.ShouldContain(code.ToString(System.Globalization.CultureInfo.InvariantCulture));
        problem.WhatToDo.Length.ShouldBeGreaterThan(10);
        problem.ToString().ShouldNotContain("language of the day");
    }

    [Theory]
    [InlineData(700016, true)]
    [InlineData(7000229, true)]
    [InlineData(65001, true)]
    [InlineData(90002, false)]
    [InlineData(50020, false)]
    public async Task A_client_that_has_not_agreed_needs_consent(int code, bool consent)
    {
        var graph = new GraphScript { Script = c => c.IsToken ? GraphScript.Refusal(code) : null };

        var problem = (await graph.Connector.TestAsync(graph.Session(GraphScript.Client), Stop)).Problem.ShouldNotBeNull();

        (problem.NeedsConsent, problem.Fault.GetType()).ShouldBe((consent, typeof(Fault.AuthFailed)));
    }

    [Fact]
    public async Task A_client_that_agreed_to_nothing_needs_consent_too()
    {
        var graph = new GraphScript { Script = c => c.IsToken ? null : GraphScript.Error(403, "Authorization_RequestDenied") };

        var report = await graph.Connector.TestAsync(graph.Session(GraphScript.Client), Stop);

        report.Problem!.NeedsConsent.ShouldBeTrue();
        report.Areas.Count.ShouldBe(6);
    }

    [Theory]
    [InlineData(90033, typeof(Fault.VendorDown))]
    [InlineData(50196, typeof(Fault.RateLimited))]
    public async Task Trouble_at_entra_is_no_refusal(int code, Type fault)
    {
        var graph = new GraphScript { Script = c => c.IsToken ? GraphScript.Refusal(code, error: "temporarily_unavailable") : null };

        (await Should.ThrowAsync<FaultException>(() => graph.ReadAsync(DataType.CloudUsers))).Fault.GetType().ShouldBe(fault);
    }

    [Theory]
    [InlineData(401, "InvalidAuthenticationToken", null, typeof(Fault.AuthFailed))]
    [InlineData(403, "Authorization_RequestDenied", null, typeof(Fault.PermissionMissing))]
    [InlineData(429, "TooManyRequests", null, typeof(Fault.RateLimited))]
    [InlineData(429, "TooManyRequests", 17, typeof(Fault.RateLimited))]
    [InlineData(503, "serviceNotAvailable", null, typeof(Fault.VendorDown))]
    [InlineData(503, "serviceNotAvailable", 17, typeof(Fault.RateLimited))]
    [InlineData(504, "gatewayTimeout", 17, typeof(Fault.RateLimited))]
    [InlineData(500, "UnknownError", null, typeof(Fault.VendorDown))]
    [InlineData(404, "Request_ResourceNotFound", null, typeof(Fault.VendorDown))]
    [InlineData(400, "Request_BadRequest", null, typeof(Fault.BadData))]
    public async Task What_graph_refuses_is_the_fault_that_it_means(int status, string code, int? pause, Type fault)
    {
        var graph = new GraphScript
        {
            Script = c =>
            {
                var answer = c.Path == "/v1.0/domains" ? GraphScript.Error(status, code) : null;
                if (pause is { } seconds)
                {
                    answer?.Headers.TryAddWithoutValidation("Retry-After", seconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
                }

                return answer;
            },
        };

        var thrown = (await Should.ThrowAsync<FaultException>(() => graph.ReadAsync(DataType.Domains))).Fault;

        thrown.GetType().ShouldBe(fault);
        (thrown as Fault.RateLimited)?.RetryAfter.ShouldBe(pause is { } s ? TimeSpan.FromSeconds(s) : null);
        (thrown as Fault.PermissionMissing)?.Permission.Name.ShouldBe("Domain.Read.All");
        graph.Seen.Where(c => !c.IsToken).ShouldAllBe(c => c.Headers["x-ms-throttle-priority"] == "low");
    }

    [Theory]
    [InlineData("https://evil.example/v1.0/domains?$skiptoken=x")]
    [InlineData("http://graph.microsoft.com/v1.0/domains?$skiptoken=x")]
    [InlineData("https://graph.microsoft.com:444/v1.0/domains?$skiptoken=x")]
    [InlineData("https://graph.microsoft.com.evil.example/v1.0/domains")]
    [InlineData("https://graph.microsoft.com/beta/domains")]
    [InlineData("/v1.0/domains?$skiptoken=x")]
    public async Task A_next_page_elsewhere_is_never_asked(string link)
    {
        var graph = new GraphScript { Script = c => c.Path == "/v1.0/domains" ? GraphScript.List("""{"id":"contoso.com"}""", $"\"@odata.nextLink\":\"{link}\",") : null };

        (await Should.ThrowAsync<FaultException>(() => graph.ReadAsync(DataType.Domains))).Fault.ShouldBeOfType<Fault.BadData>();

        graph.Seen.Count(c => !c.IsToken).ShouldBe(1);
        // Nor when it comes out of what is stored.
        await graph.ReadAsync(DataType.CloudUsers, PassKind.Incremental, bookmark: $$"""{"Watched":"{{Microsoft365Kinds.WatchedOfUsers}}","Link":"{{link}}"}""");
        await Should.ThrowAsync<FaultException>(() => graph.ReadAsync(DataType.Domains, cursor: new Cursor($$"""{"Next":"{{link}}"}""")));
        graph.Seen.ShouldAllBe(c => c.IsToken || (c.Uri.Host == "graph.microsoft.com" && c.Uri.Port == 443 && c.Path == "/v1.0/domains"));
    }

    [Theory]
    [InlineData("contoso.com", "findTenantInformationByDomainName(domainName='contoso.com')")]
    [InlineData("22222222-2222-4222-8222-222222222222", "findTenantInformationByTenantId(tenantId='22222222-2222-4222-8222-222222222222')")]
    public async Task A_tenant_is_found_by_graph_where_the_app_may_ask(string entered, string function)
    {
        var graph = new GraphScript { Script = c => Uri.UnescapeDataString(c.Path) == $"/v1.0/tenantRelationships/{function}" ? GraphScript.Answer(200, $$"""{"tenantId":"{{GraphScript.Client}}","displayName":"Contoso","defaultDomainName":"contoso.com"}""") : null };

        (await graph.Connector.Partitions.Find(graph.Session(), entered, Stop)).ShouldBe(new AccountIdentity(GraphScript.Client, "Contoso") { Detail = "contoso.com" });
        graph.Seen.Single(c => c.IsToken).Path.ShouldStartWith($"/{GraphScript.Own}/");
    }

    [Fact]
    public async Task A_tenant_is_found_by_what_entra_publishes_where_graph_may_not_be_asked()
    {
        var graph = new GraphScript
        {
            Script = c => c.Path.EndsWith("openid-configuration", StringComparison.Ordinal) ? GraphScript.Answer(200, $$"""{"issuer":"https://login.microsoftonline.com/{{GraphScript.Client.ToUpperInvariant()}}/v2.0"}""")
                : c.IsToken ? null : GraphScript.Error(403, "Authorization_RequestDenied"),
        };

        (await graph.Connector.Partitions.Find(graph.Session(), "Contoso.com", Stop)).ShouldBe(new AccountIdentity(GraphScript.Client, "contoso.com") { Detail = "contoso.com" });
        graph.Seen.Last().ShouldSatisfyAllConditions(c => c.Uri.AbsoluteUri.ShouldBe("https://login.microsoftonline.com/contoso.com/v2.0/.well-known/openid-configuration"), c => c.Token.ShouldBeNull());
    }

    [Theory]
    [InlineData("no tenant", 0, null, "neither")]
    [InlineData("nobody.example", 404, "Directory_ObjectNotFound", "knows no tenant")]
    [InlineData("nobody.example", 403, "Authorization_RequestDenied", "knows no tenant")]
    public async Task A_tenant_that_is_none_is_said_to_be_none(string entered, int status, string? code, string said)
    {
        var graph = new GraphScript { Script = c => c.IsToken ? null : c.Path.StartsWith("/v1.0/", StringComparison.Ordinal) ? GraphScript.Error(status, code!) : GraphScript.Refusal(90002, error: "invalid_tenant") };

        (await Should.ThrowAsync<FaultException>(() => graph.Connector.Partitions.Find(graph.Session(), entered, Stop))).Fault.Sentence.ShouldContain(said);
    }

    [Theory]
    [InlineData(null, "organizations")]
    [InlineData(GraphScript.Client, GraphScript.Client)]
    public void Consent_is_asked_for_where_the_administrator_is(string? partition, string tenant)
    {
        var graph = new GraphScript();

        var address = graph.Connector.Partitions.ConsentAddress(graph.Session(), new Uri("https://portal.example/connect/return"), "a b&c", partition);

        address.GetLeftPart(UriPartial.Path).ShouldBe($"https://login.microsoftonline.com/{tenant}/adminconsent");
        var query = HttpUtility.ParseQueryString(address.Query);
        (query["client_id"], query["redirect_uri"], query["state"]).ShouldBe((graph.Settings["clientId"], "https://portal.example/connect/return", "a b&c"));
        address.AbsoluteUri.ShouldNotContain(GraphScript.Secret);
    }

    [Theory]
    [InlineData("admin_consent=True&tenant=22222222-2222-4222-8222-22222222222A&state=s", "22222222-2222-4222-8222-22222222222a", null)]
    [InlineData("admin_consent=False&tenant=22222222-2222-4222-8222-222222222222&state=s", null, "did not say")]
    [InlineData("admin_consent=True&tenant=../evil&state=s", null, "did not say")]
    [InlineData("state=s", null, "did not say")]
    [InlineData("error=access_denied&error_description=AADSTS65004%3A+no&state=s", null, "did not agree (AADSTS65004)")]
    [InlineData("error=server_error&error_description=Call+0900-EVIL+AADSTS90094%3Cb%3E&state=s", null, "could not ask for the agreement (AADSTS90094)")]
    public void What_came_back_with_the_administrator_is_understood(string query, string? tenant, string? refusal)
    {
        var parsed = HttpUtility.ParseQueryString(query);

        var answer = new GraphScript().Connector.Partitions.ReadConsent(parsed.AllKeys.ToDictionary(k => k!, k => parsed[k]!));

        (answer.State, answer.Partition).ShouldBe(("s", tenant));
        (answer.Refusal is null).ShouldBe(refusal is null);
        answer.Refusal?.ShouldContain(refusal!);
        answer.Refusal?.ShouldNotContain("EVIL");
    }

    [Theory]
    [InlineData("0.85", 2975)]
    [InlineData("1.8", 6300)]
    [InlineData("much", null)]
    public void What_graph_says_of_its_quota_is_heard(string header, int? used)
    {
        using var answer = GraphScript.List("");
        answer.Headers.TryAddWithoutValidation("x-ms-throttle-limit-percentage", header);

        Microsoft365Budget.Limits[0].Usage!(answer).ShouldBe(used is { } u ? new BudgetUsage(u, 3500) : null);
    }

    [Fact]
    public void Each_tenant_has_a_budget_of_its_own_and_secure_score_another()
    {
        using var users = new HttpRequestMessage(HttpMethod.Get, "https://graph.microsoft.com/v1.0/users");
        using var scores = new HttpRequestMessage(HttpMethod.Get, "https://graph.microsoft.com/v1.0/security/secureScores");
        using var token = new HttpRequestMessage(HttpMethod.Post, "https://login.microsoftonline.com/t/oauth2/v2.0/token");
        Microsoft365Budget.Mark(users, "a");
        Microsoft365Budget.Mark(scores, "b");

        new[] { users, scores, token }.Select(r => string.Join('|', Microsoft365Budget.Limits.Select(l => l.Part!(r) ?? "-"))).ShouldBe(["a|-|-", "-|b|-", "-|-|/t/oauth2/v2.0/token"]);
    }
}
