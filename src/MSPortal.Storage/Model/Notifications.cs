namespace MSPortal.Storage.Model;

/// <summary>A trouble that people were told of, and that it is over once it is; one row per outage.</summary>
public sealed class NotificationRow : ITenantOwned
{
    public long Id { get; set; }
    public long TenantId { get; set; }

    /// <summary>Which trouble it is; of the open ones each only once.</summary>
    public required string Key { get; set; }

    /// <summary>Something is broken, not only in need of attention.</summary>
    public bool IsGrave { get; set; }

    /// <summary>Null when it concerns no single one, or one that was removed since.</summary>
    public long? IntegrationId { get; set; }
    public required string Sentence { get; set; }
    public string? Advice { get; set; }

    /// <summary>Where the button that mends it leads, and what it says.</summary>
    public required string Href { get; set; }
    public required string Label { get; set; }
    public DateTimeOffset RaisedAt { get; set; }

    /// <summary>Null while it lasts.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>How often it came back within the hour.</summary>
    public int Returns { get; set; }

    /// <summary>When mails about the trouble and about its end were sent.</summary>
    public DateTimeOffset? MailedAt { get; set; }
    public DateTimeOffset? EndMailedAt { get; set; }
}
