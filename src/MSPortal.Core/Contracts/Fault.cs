namespace MSPortal.Core.Contracts;

/// <summary>Everything that can go wrong with a vendor; closed, so that the engine's policy is one exhaustive switch.</summary>
public abstract record Fault
{
    private Fault()
    {
    }

    /// <summary>One plain sentence for a person.</summary>
    public abstract string Sentence { get; }

    /// <summary>Credentials refused: confirmed by the account test, then the integration is disconnected and no more calls are made.</summary>
    public sealed record AuthFailed(string Hint) : Fault
    {
        public override string Sentence => Hint;
    }

    /// <summary>A permission is missing: this data type is turned off, the others go on.</summary>
    public sealed record PermissionMissing(VendorPermission Permission) : Fault
    {
        public override string Sentence => $"The key lacks the permission “{Permission.Name}” ({Permission.Where}).";
    }

    /// <summary>The budget is used up; not a failure: the pass goes on from its cursor later.</summary>
    /// <param name="RetryAfter">As the vendor said; null when it did not.</param>
    public sealed record RateLimited(TimeSpan? RetryAfter) : Fault
    {
        /// <summary>It is our own budget that says so, to leave the rest to people: nobody has to be told to wait for it.</summary>
        public bool Kept { get; init; }

        public override string Sentence => Kept
            ? "Most of the vendor's budget is used up: work that nobody waits for pauses."
            : "The vendor asks for a pause: too many requests.";
    }

    /// <summary>Slow, unreachable or failing: retried with a growing back-off.</summary>
    public sealed record VendorDown(string What) : Fault
    {
        public override string Sentence => What;
    }

    /// <summary>An answer that makes no sense (a web page, truncated JSON); retried, and after ten runs in a row the integration is stopped.</summary>
    /// <param name="What">One sentence.</param>
    /// <param name="Sample">The start of the answer, secrets removed.</param>
    public sealed record BadData(string What, string? Sample = null) : Fault
    {
        public override string Sentence => What;
    }
}

/// <summary>How a connector says what happened.</summary>
public sealed class FaultException(Fault fault, Exception? inner = null) : Exception(fault.Sentence, inner)
{
    public Fault Fault { get; } = fault;

    /// <summary>The setting that caused it, when one did (a key of the settings schema).</summary>
    public string? Field { get; init; }
}
