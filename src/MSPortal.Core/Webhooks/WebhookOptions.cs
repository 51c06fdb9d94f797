namespace MSPortal.Core.Webhooks;

/// <summary>What the operator and the product decide about webhooks.</summary>
public sealed record WebhookOptions
{
    /// <summary>Where vendors reach this portal; null: they cannot, and webhooks are off.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>Where deliveries come in, below the public address.</summary>
    public const string Folder = "hooks";

    public TimeSpan CheckEvery { get; init; } = TimeSpan.FromDays(1);

    /// <summary>After deliveries that were refused or could not be taken.</summary>
    public TimeSpan CheckAfterFailure { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>A hint that a process does not finish within this time is somebody else's.</summary>
    public TimeSpan Claim { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often hints are looked for that nobody works on.</summary>
    public TimeSpan SweepEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Records read at once, of one integration and of all together.</summary>
    public int ReadsPerIntegration { get; init; } = 4;
    public int Reads { get; init; } = 32;

    /// <summary>Waits between the attempts at a record that could not be read; after the last one polling has to bring it.</summary>
    public IReadOnlyList<TimeSpan> Retries { get; init; } =
        [TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1)];

    /// <summary>The whole address of a path; null without a public URL.</summary>
    public Uri? Address(string path) => PublicUrl is { } url
        ? new Uri($"{url.GetLeftPart(UriPartial.Authority)}{url.AbsolutePath.TrimEnd('/')}/{Folder}/{path}")
        : null;
}
