using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Microsoft365;

/// <summary>One kind of record in a tenant: where it is listed, how one is read, and what becomes of its rows.</summary>
/// <param name="List">Path and query of the whole list.</param>
/// <param name="Single">Path and query of one record by the id that is kept.</param>
/// <param name="Any">The cheapest question that shows whether the list answers.</param>
/// <param name="IdName">The property that holds the id.</param>
internal sealed record Microsoft365Kind(string List, Func<Microsoft365Client, string, string> Single, string Any, string IdName, VendorPermission Permission)
{
    /// <summary>The id that is kept.</summary>
    public required Func<JsonRow, string?> Id { get; init; }

    public required Func<JsonRow, Microsoft365Context, ExternalRecord> Map { get; init; }

    /// <summary>What the rows need to be told beside themselves.</summary>
    public Func<Microsoft365Client, CancellationToken, Task<Microsoft365Context>> Around { get; init; } = (_, _) => Task.FromResult(Microsoft365Context.Empty);

    /// <summary>Whether a text can be the id of such a record.</summary>
    public Func<string, bool> IsId { get; init; } = Microsoft365Tenant.IsId;

    /// <summary>One row; whatever is wrong with it stays with it.</summary>
    public (ExternalRecord? Record, BadRow? Bad) Read(JsonElement element, Microsoft365Context context) =>
        JsonRow.Read(element, IdName, Id, row => Map(row, context), e => RowSample.Of(e, "onPremisesImmutableId", "assignedTo", "comment", "updatedBy"));
}

/// <param name="Subscriptions">What is known of the subscriptions behind a licence, by its id.</param>
internal sealed record Microsoft365Context(IReadOnlyDictionary<string, Microsoft365Subscription> Subscriptions)
{
    public static readonly Microsoft365Context Empty = new(new Dictionary<string, Microsoft365Subscription>());
}

/// <param name="NextChange">The earliest at which something becomes of one of them.</param>
/// <param name="IsTrial">All of them are trials.</param>
internal sealed record Microsoft365Subscription(DateTimeOffset? NextChange, bool IsTrial);
