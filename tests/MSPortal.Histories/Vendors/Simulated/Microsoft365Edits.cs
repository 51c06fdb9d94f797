using System.Text.Json.Nodes;
using MSPortal.Core.Model;
using MSPortal.Histories.Plan;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>What administrators of several clients do in their tenants.</summary>
internal sealed class Microsoft365Edits(Control control, IReadOnlyList<string> clients)
{
    private readonly List<(string Client, string Group)> binned = [];

    public bool Do(Change change)
    {
        var client = clients[change.Other % clients.Count];
        var text = change.Text.Replace("\0", "", StringComparison.Ordinal).Trim();
        return change.Type switch
        {
            DataType.CloudGroups => Group(client, change, text),
            DataType.Licenses => License(client, change, change.Kind is ChangeKind.Create or ChangeKind.Update),
            DataType.CloudUsers => User(client, change, text),
            _ => false,
        };
    }

    public IReadOnlyList<JsonNode> Rows(string client, string kind) => [.. control.Ask(HttpMethod.Get, $"tenants/{client}/{kind}")!.AsArray().Select(r => r!)];

    public JsonNode? Pick(string client, string kind, int pick) => Rows(client, kind) is { Count: > 0 } rows ? rows[pick % rows.Count] : null;

    /// <summary>All of it at once, in this order.</summary>
    public bool Do(string client, params IEnumerable<object> edits) => control.Ask(HttpMethod.Post, $"tenants/{client}/edits", edits.ToList()) is not null;

    private static string Id(JsonNode row) => row["id"]!.ToString();

    private bool User(string client, Change change, string text)
    {
        if (change.Kind is ChangeKind.Create)
        {
            return Do(client, new { @do = "createUser", set = new { displayName = text } });
        }

        if (change.Kind is ChangeKind.Undelete)
        {
            return Pick(client, "deletedUsers", change.Pick) is { } binnedUser && Do(client, new { @do = "restoreUser", id = Id(binnedUser) });
        }

        if (Pick(client, "users", change.Pick) is not { } user)
        {
            return false;
        }

        return change.Kind switch
        {
            ChangeKind.Rename => Do(client, Set(user, new { displayName = text, userPrincipalName = $"renamed{change.Pick}.{user["userPrincipalName"]}" })),
            ChangeKind.Delete => Do(client, Gone(user, change.Silent)),
            // Deleted, and made again under the same name by somebody who did not know about the bin.
            ChangeKind.Merge => Do(client, Gone(user, change.Silent), new { @do = "createUser", set = new { displayName = text, userPrincipalName = user["userPrincipalName"]!.ToString() } }),
            ChangeKind.Close or ChangeKind.Reopen => Do(client, Set(user, new { accountEnabled = change.Kind == ChangeKind.Reopen })),
            ChangeKind.Move => License(client, change, change.Pick % 2 == 0),
            ChangeKind.BulkChange => Do(client, Some(client, change.Pick).Select(u => Set(u, new { jobTitle = text }))),
            ChangeKind.BulkDelete => Do(client, Some(client, change.Pick).Select(u => Gone(u, forGood: false))),
            _ => Do(client, Set(user, new { jobTitle = text })),
        };
    }

    private bool Group(string client, Change change, string text)
    {
        switch (change.Kind)
        {
            case ChangeKind.Create:
                return Do(client, new { @do = "addGroup", set = new { displayName = text } });
            case ChangeKind.Undelete:
                var back = binned.FindIndex(b => b.Client == client);
                if (back < 0)
                {
                    return false;
                }

                var id = binned[back].Group;
                binned.RemoveAt(back);
                return Do(client, new { @do = "restoreGroup", id });
        }

        if (Pick(client, "groups", change.Pick) is not { } group)
        {
            return false;
        }

        switch (change.Kind)
        {
            case ChangeKind.Delete or ChangeKind.BulkDelete when change.Silent:
                return Do(client, new { @do = "eraseGroup", id = Id(group) });
            case ChangeKind.Delete or ChangeKind.BulkDelete:
                binned.Add((client, Id(group)));
                return Do(client, new { @do = "deleteGroup", id = Id(group) });
            case ChangeKind.Rename:
                return Do(client, new { @do = "changeGroup", id = Id(group), set = new { displayName = text } });
            default:
                return Do(client, new { @do = "changeGroup", id = Id(group), set = new { description = text } });
        }
    }

    /// <summary>Given to somebody, or taken away.</summary>
    private bool License(string client, Change change, bool isGiven)
    {
        if (Pick(client, "users", change.Pick) is not { } user || Pick(client, "skus", change.Pick / 7) is not { } sku)
        {
            return false;
        }

        return Do(client, new { @do = isGiven ? "assignLicence" : "removeLicence", id = Id(user), sku = sku["skuId"]!.ToString() });
    }

    private IEnumerable<JsonNode> Some(string client, int pick) => Rows(client, "users").Where((_, i) => (i + pick) % 3 != 0);

    private static object Set(JsonNode user, object set) => new { @do = "changeUser", id = Id(user), set };

    private static object Gone(JsonNode user, bool forGood) => new { @do = forGood ? "eraseUser" : "deleteUser", id = Id(user) };
}
