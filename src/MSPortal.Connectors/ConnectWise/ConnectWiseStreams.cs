using System.Runtime.CompilerServices;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.ConnectWise;

/// <summary>How each kind of record is read.</summary>
internal static class ConnectWiseStreams
{
    private const string InactiveMemory = "connectwise.inactive-company-statuses";
    private static readonly TimeSpan InactiveFresh = TimeSpan.FromHours(1);

    public static ConnectWiseList Contacts { get; } =
        new("/company/contacts", "contacts", ConnectWiseMapping.ContactFields, ConnectWisePermissions.Contacts, ConnectWiseMapping.Contact);

    public static ConnectWiseList Members { get; } =
        new("/system/members", "members", ConnectWiseMapping.MemberFields, ConnectWisePermissions.Users, ConnectWiseMapping.Member);

    public static ConnectWiseList Devices { get; } =
        new("/company/configurations", "configurations", ConnectWiseMapping.DeviceFields, ConnectWisePermissions.Devices, ConnectWiseMapping.Device);

    public static ConnectWiseList Time { get; } =
        new("/time/entries", "time entries", ConnectWiseMapping.TimeFields, ConnectWisePermissions.Time, ConnectWiseMapping.Time);

    /// <summary>A company is inactive by its status, and only the list of statuses says which ones are.</summary>
    public static async Task<ConnectWiseList> CompaniesAsync(ConnectWiseClient client, CancellationToken ct)
    {
        var inactive = await InactiveStatusesAsync(client, ct);
        return Companies((id, name) => inactive is null
            ? name is not null && (name.Equals("Inactive", StringComparison.OrdinalIgnoreCase) || name.Equals("Not-Active", StringComparison.OrdinalIgnoreCase))
            : id is not null && inactive.Contains(id));
    }

    public static ConnectWiseList Companies(Func<string?, string?, bool> isInactiveStatus) =>
        new("/company/companies", "companies", ConnectWiseMapping.CompanyFields, ConnectWisePermissions.Companies, row => ConnectWiseMapping.Company(row, isInactiveStatus));

    /// <summary>Everything, or what changed since; the change time is the only filter, so that rows leaving a scope are seen to leave it.</summary>
    public static IAsyncEnumerable<Page> Read(ConnectWiseClient client, ConnectWiseList list, ReadRequest request, CancellationToken ct) =>
        ConnectWisePass.ReadAsync(client, list, _ => [Changes(request) ?? ""], request, ct);

    public static async IAsyncEnumerable<Page> ReadCompanies(Session session, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var client = new ConnectWiseClient(session);
        await foreach (var page in Read(client, await CompaniesAsync(client, ct), request, ct))
        {
            yield return page;
        }
    }

    /// <summary>Null when the question is not what changed.</summary>
    public static string? Changes(ReadRequest request) =>
        request is { Pass: PassKind.Incremental, Since: { } since } ? $"lastUpdated>={ConnectWiseQuery.Time(since)}" : null;

    private static async Task<IReadOnlySet<string>?> InactiveStatusesAsync(ConnectWiseClient client, CancellationToken ct)
    {
        var now = client.Session.Clock.GetUtcNow();
        if (client.Session.Memory.TryGetValue(InactiveMemory, out var known) && known is (DateTimeOffset at, IReadOnlySet<string> ids) && now - at < InactiveFresh)
        {
            return ids;
        }

        try
        {
            var list = ConnectWiseReferenceLists.Global.Single(l => l.Path == "/company/companies/statuses");
            var page = await ConnectWiseLists.PageAsync(client, list, null, 0, ct);
            IReadOnlySet<string> inactive = page.Rows.Values.OfType<ReferenceItem>().Where(s => s.IsInactive).Select(s => s.ItemId).ToHashSet(StringComparer.Ordinal);
            client.Session.Memory[InactiveMemory] = (now, inactive);
            return inactive;
        }
        catch (FaultException e) when (e.Fault is Fault.PermissionMissing)
        {
            return null;   // Table Setup is not needed for companies; ConnectWise's usual names have to do.
        }
    }
}
