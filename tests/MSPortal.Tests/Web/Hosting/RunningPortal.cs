using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Tests.Support;
using MSPortal.Web.Access;
using MSPortal.Web.Hosting;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Hosting;

/// <summary>A whole portal on a SQLite database of its own, listening on a free port of this machine.</summary>
internal sealed partial class RunningPortal : IAsyncDisposable
{
    public const string Password = "correct horse battery";
    public const string Email = "ada@example.com";
    public const string SecondFactorPage = "/account/second-factor";

    private readonly TestDatabase database;
    private readonly DirectoryInfo folder;
    private readonly Func<WebApplication> build;
    private WebApplication app;

    private RunningPortal(TestDatabase database, DirectoryInfo folder, Func<WebApplication> build)
    {
        (this.database, this.folder, this.build) = (database, folder, build);
        app = build();
    }

    /// <summary>Keeps cookies, follows nothing.</summary>
    public HttpClient Client { get; private set; } = null!;

    public IServiceProvider Services => app.Services;

    public string Setting => database.Setting;

    public string Folder => folder.FullName;

    public PortalDatabase Data => Services.GetRequiredService<PortalDatabase>();

    /// <param name="configure">Further parts, such as a vendor of the test's own.</param>
    public static async Task<RunningPortal> StartAsync(Func<PortalOptions, PortalOptions>? options = null, FakeTimeProvider? clock = null, Action<IServiceCollection>? configure = null)
    {
        var fresh = await TestDatabase.CreateAsync(Database.Sqlite, "portal", setting => new PortalDatabase(DatabaseSetting.Parse(setting, ".")).MigrateAsync(CancellationToken.None));
        var home = Directory.CreateTempSubdirectory("msportal-web-");
        var settings = new PortalOptions { DataFolder = home.FullName, Database = fresh.Setting, Urls = "http://127.0.0.1:0" };
        var portal = new RunningPortal(fresh, home, () => PortalHost.Build(options?.Invoke(settings) ?? settings, services =>
        {
            services.AddLogging(log => log.SetMinimumLevel(LogLevel.Error));
            // Nearly every test signs somebody in: the full count would be a tenth of all its processor time.
            services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1_000);
            if (clock is not null)
            {
                services.AddSingleton<TimeProvider>(clock);
            }

            configure?.Invoke(services);
        }));
        await portal.app.StartAsync();
        portal.Client = portal.NewClient();
        return portal;
    }

    public Task StopAsync() => app.StopAsync();

    /// <summary>After <see cref="StopAsync"/>: the same database and folder; where it listens is another place unless the options name it.</summary>
    public async Task StartAgainAsync()
    {
        await app.DisposeAsync();
        app = build();
        await app.StartAsync();
    }

    /// <summary>With its administrator made, who is signed in on <see cref="Client"/>.</summary>
    /// <param name="secondFactor">Leaves it required, as a portal has it at first; the administrator has none yet.</param>
    public static async Task<RunningPortal> SetUpAsync(Func<PortalOptions, PortalOptions>? options = null, FakeTimeProvider? clock = null, bool secondFactor = false, Action<IServiceCollection>? configure = null)
    {
        var portal = await StartAsync(options, clock, configure);
        using var answer = await portal.PostAsync("/setup", SetUpForm());
        if (!secondFactor)
        {
            await portal.RequireSecondFactorAsync(false);
        }

        return answer.StatusCode == HttpStatusCode.Redirect ? portal : throw new InvalidOperationException($"The set-up answered {answer.StatusCode}.");
    }

    /// <summary>Whether the first tenant's people need one.</summary>
    public async Task RequireSecondFactorAsync(bool required)
    {
        await using var db = Data.Open(1);
        await SecondFactorRule.SetAsync(db, required, CancellationToken.None);
        await db.SaveChangesAsync();
        Services.GetRequiredService<AccessBook>().Forget();
    }

    /// <summary>A person scans the code of their page and types what their app shows.</summary>
    /// <returns>The app's key, the code that was typed, and the recovery codes.</returns>
    public async Task<(string Key, string Used, IReadOnlyList<string> Codes)> SetUpSecondFactorAsync(HttpClient client)
    {
        var (key, used, now) = ("", "", Services.GetRequiredService<TimeProvider>().GetUtcNow());
        using var on = await PostReadAsync(SecondFactorPage, html => CodeForm(used = Authenticator.CodeOf(key = SecondFactorKeyOf(html), at: now)), client);
        return (key, used, [.. RecoveryCode().Matches(await on.Content.ReadAsStringAsync()).Select(m => m.Groups["code"].Value)]);
    }

    /// <summary>What the page of the second factor has for an authenticator app.</summary>
    public static string SecondFactorKeyOf(string html) => SecondFactorKey().Match(html).Groups["key"].Value;

    public static Dictionary<string, string> CodeForm(string code) => new() { ["Input.Code"] = code };

    public static Dictionary<string, string> SetUpForm() => new()
    {
        ["Input.TenantName"] = "Northwind IT",
        ["Input.TimeZone"] = "Europe/Berlin",
        ["Input.DisplayName"] = "Ada Lovelace",
        ["Input.Email"] = Email,
        ["Input.Password"] = Password,
    };

    public static Dictionary<string, string> SignInForm(string password, string email = Email) => new()
    {
        ["Input.Email"] = email,
        ["Input.Password"] = password,
    };

    public HttpClient NewClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.Single()) };

    /// <summary>Loads the page, fills its form in and sends it, as a browser does.</summary>
    public Task<HttpResponseMessage> PostAsync(string page, Dictionary<string, string> fields, HttpClient? client = null) => PostReadAsync(page, _ => fields, client);

    /// <summary>With fields that depend on what the page says.</summary>
    public async Task<HttpResponseMessage> PostReadAsync(string page, Func<string, Dictionary<string, string>> fields, HttpClient? client = null)
    {
        client ??= Client;
        var html = await client.GetStringAsync(new Uri(page, UriKind.Relative));
        var hidden = Hidden().Matches(html).DistinctBy(m => m.Groups["name"].Value)
            .ToDictionary(m => m.Groups["name"].Value, m => WebUtility.HtmlDecode(m.Groups["value"].Value));
        foreach (var (name, value) in fields(html))
        {
            hidden[name] = value;
        }

        using var form = new FormUrlEncodedContent(hidden);
        return await client.PostAsync(new Uri(page, UriKind.Relative), form);
    }

    public async Task<HttpResponseMessage> GetAsync(string path, string? key = null, HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        return await (client ?? Client).SendAsync(request);
    }

    public async Task<string> AddKeyAsync(string scopes, bool revoked = false)
    {
        var key = ApiKeySecret.New();
        await using var db = Data.Open(1);
        db.ApiKeys.Add(new ApiKey
        {
            TenantId = 1,
            Name = scopes,
            Prefix = ApiKeySecret.Prefix(key),
            Hash = ApiKeySecret.Hash(key),
            Scopes = scopes,
            CreatedBy = "test",
            CreatedAt = DateTimeOffset.UnixEpoch,
            RevokedAt = revoked ? DateTimeOffset.UnixEpoch : null,
        });
        await db.SaveChangesAsync();
        return key;
    }

    public async Task<IReadOnlyList<string>> AuditAsync()
    {
        await using var db = Data.Open(1);
        return [.. db.Audit.OrderBy(a => a.Id).Select(a => a.Action)];
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        await database.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [GeneratedRegex("data-key=\"(?<key>[a-z2-7]+)\"", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex SecondFactorKey();

    [GeneratedRegex("<li><code>(?<code>[^<]+)</code></li>", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex RecoveryCode();

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Hidden();
}
