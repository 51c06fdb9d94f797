using Xunit;

namespace MSPortal.Tests.Support;

/// <summary>What tests need from the machine: a missing piece is a visible skip for a developer and a failure in CI, so that nothing goes untested unseen.</summary>
public static class Dependency
{
    private const string PostgresReason = "Needs PostgreSQL: MSPORTAL_TEST_POSTGRES is not set (./test starts a server and sets it).";
    private const string ChromiumReason = "Needs Chromium: MSPORTAL_TEST_CHROMIUM is not set (./test finds or installs it and sets it).";

    public static bool IsCi { get; } = string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Null when nothing keeps a test from using this engine here; in CI always null, so that the test runs and fails.</summary>
    public static string? SkipReason(DatabaseKind kind) =>
        kind == DatabaseKind.PostgreSql && !IsCi && Read("MSPORTAL_TEST_POSTGRES") is null ? PostgresReason : null;

    /// <summary>The Npgsql connection string of the maintenance database.</summary>
    public static string Postgres() => Read("MSPORTAL_TEST_POSTGRES") ?? throw Missing(PostgresReason);

    /// <summary>The path of the browser's executable.</summary>
    public static string Chromium() => Read("MSPORTAL_TEST_CHROMIUM") ?? throw Missing(ChromiumReason);

    private static string? Read(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;

    private static InvalidOperationException Missing(string reason)
    {
        Assert.SkipUnless(IsCi, reason);
        return new InvalidOperationException(reason);
    }
}
