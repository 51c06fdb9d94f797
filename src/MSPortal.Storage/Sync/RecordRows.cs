using System.Globalization;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Sync;

/// <summary>A vendor's record as a row: the payload has everything, the columns only what lists filter, sort and show. Pure.</summary>
/// <param name="scope">Says which tickets count as closed.</param>
internal sealed class RecordRows(StreamKey key, TicketScope scope, DateTimeOffset now)
{
    /// <summary>The payload has the whole text; an index entry has to fit in a page of the database.</summary>
    private const int LongestIndexed = 400;
    private const int LongestShown = 4000;

    public RecordRow Of(StoredRow stored)
    {
        var row = Typed(stored);
        var record = stored.Record;
        var id = Canonical.Clean(record.ExternalId);
        row.Id = RecordId.For(key.IntegrationId, key.DataType, id, key.Partition);
        row.TenantId = key.TenantId;
        row.IntegrationId = key.IntegrationId;
        row.Partition = key.Partition;
        row.ExternalId = id;
        row.VendorUpdatedAt = record.VendorUpdatedAt;
        row.CreatedAt = now;
        row.ChangedAt = now;
        return row;
    }

    /// <summary>What the row's columns depend on beside the payload changes it too: whether Ticket Settings count it as closed.</summary>
    public byte[] Hash(StoredRow stored)
    {
        if (stored.Record is not Ticket { IsClosed: false } ticket || !scope.CountsAsClosed(ticket))
        {
            return stored.Hash;
        }

        var hash = (byte[])stored.Hash.Clone();
        hash[^1] ^= 1;
        return hash;
    }

    private RecordRow Typed(StoredRow stored) => stored.Record switch
    {
        Ticket ticket => Of(ticket, stored.Json),
        TicketNote note => Of(note, stored.Json),
        TimeEntry entry => Of(entry, stored.Json),
        ExternalCompany company => Of(company, stored.Json),
        ExternalContact contact => Of(contact, stored.Json),
        ExternalUser user => Of(user, stored.Json),
        ExternalDevice device => Of(device, stored.Json),
        DeviceDetail detail => new DeviceDetailRow { ExternalId = "", Payload = stored.Json, DeviceId = Indexed(detail.DeviceId) },
        DeviceAlert alert => new DeviceAlertRow
        {
            ExternalId = "",
            Payload = stored.Json,
            DeviceId = Indexed(alert.DeviceId),
            Priority = alert.Priority,
            RaisedAt = alert.RaisedAt,
        },
        ReferenceItem item => Of(item, stored.Json),
        CloudUser user => Of(user, stored.Json),
        CloudGroup group => new CloudGroupRow { ExternalId = "", Payload = stored.Json, Name = Shown(group.Name) },
        CloudLicense license => new CloudLicenseRow { ExternalId = "", Payload = stored.Json, Name = Shown(license.Name), Enabled = license.Enabled, Used = license.Used },
        CloudDomain domain => new CloudDomainRow { ExternalId = "", Payload = stored.Json, Name = Shown(domain.Name), IsDefault = domain.IsDefault },
        SecurityScore score => new SecurityScoreRow { ExternalId = "", Payload = stored.Json, At = score.At, Score = score.Score, Highest = score.Highest },
        SecurityControl control => new SecurityControlRow { ExternalId = "", Payload = stored.Json, Title = Shown(control.Title) },
        var other => throw new ArgumentException($"There is no table for {other.GetType().Name}.", nameof(stored)),
    };

    private TicketRow Of(Ticket ticket, string json) => new()
    {
        ExternalId = "",
        Payload = json,
        Number = Indexed(ticket.Number),
        NumberOrder = NumberOrder(ticket.Number),
        Summary = Shown(ticket.Summary),
        ContainerId = Indexed(ticket.ContainerId),
        ContainerName = Indexed(ticket.ContainerName),
        StatusId = Indexed(ticket.StatusId),
        StatusName = Indexed(ticket.StatusName),
        IsClosed = scope.CountsAsClosed(ticket),
        Priority = ticket.Priority,
        PriorityName = Shown(ticket.PriorityName),
        TypeName = Shown(ticket.TypeName),
        CompanyId = Indexed(ticket.CompanyId),
        CompanyName = Shown(ticket.CompanyName),
        ContactId = Indexed(ticket.ContactId),
        ContactName = Shown(ticket.ContactName),
        SiteName = Indexed(ticket.SiteName),
        OwnerId = Indexed(ticket.OwnerId),
        OwnerName = Indexed(ticket.OwnerName),
        OptionKey = Indexed(ticket.Option),
        OpenedAt = ticket.CreatedAt,
        ClosedAt = ticket.ClosedAt,
    };

    private static TicketNoteRow Of(TicketNote note, string json) => new()
    {
        ExternalId = "",
        Payload = json,
        TicketId = Indexed(note.TicketId),
        IsDescription = note.IsDescription,
        IsInternal = note.IsInternal,
        WrittenAt = note.CreatedAt,
    };

    private static TimeEntryRow Of(TimeEntry entry, string json) => new()
    {
        ExternalId = "",
        Payload = json,
        TicketId = Indexed(entry.TicketId),
        UserId = Indexed(entry.UserId),
        StartedAt = entry.StartedAt,
    };

    private static ExternalCompanyRow Of(ExternalCompany company, string json) => new()
    {
        ExternalId = "",
        Payload = json,
        Name = Shown(company.Name),
        NormalizedName = Indexed(CompanyName.Normalize(Canonical.Clean(company.Name))),
        Identifier = Shown(company.Identifier),
        StatusName = Shown(company.StatusName),
        TypeNames = company.TypeNames.Count == 0 ? null : Shown(string.Join(", ", company.TypeNames)),
        City = Shown(company.City),
        Website = Shown(company.Website),
        Phone = Shown(company.Phone),
        IsInactive = company.IsInactive,
        IsDeleted = company.IsDeleted,
    };

    private static ExternalContactRow Of(ExternalContact contact, string json) => new()
    {
        ExternalId = "",
        Payload = json,
        CompanyId = Indexed(contact.CompanyId),
        FirstName = Shown(contact.FirstName),
        LastName = Shown(contact.LastName),
        Email = Shown(contact.Email),
        IsPrimary = contact.IsPrimary,
        IsInactive = contact.IsInactive,
    };

    private static ExternalUserRow Of(ExternalUser user, string json) => new()
    {
        ExternalId = "",
        Payload = json,
        Identifier = Shown(user.Identifier),
        FirstName = Shown(user.FirstName),
        LastName = Shown(user.LastName),
        Email = Shown(user.Email),
        IsInactive = user.IsInactive,
        IsApiUser = user.IsApiUser,
    };

    private static ExternalDeviceRow Of(ExternalDevice device, string json) => new()
    {
        ExternalId = "",
        Payload = json,
        Name = Shown(device.Name),
        CompanyId = Indexed(device.CompanyId),
        TypeName = Shown(device.TypeName),
        SerialNumber = Shown(device.SerialNumber),
        IsInactive = device.IsInactive,
    };

    private static ReferenceRow Of(ReferenceItem item, string json) => new()
    {
        ExternalId = "",
        Payload = json,
        Kind = Indexed(item.Kind),
        ItemId = Indexed(item.ItemId),
        Name = Shown(item.Name),
        ContainerId = Indexed(item.ContainerId),
        IsInactive = item.IsInactive,
        IsClosed = item.IsClosed,
        Level = item.Level,
        SortOrder = item.SortOrder,
        Color = Shown(item.Color),
    };

    private static CloudUserRow Of(CloudUser user, string json) => new()
    {
        ExternalId = "",
        Payload = json,
        PrincipalName = Shown(user.PrincipalName),
        Name = Indexed(string.IsNullOrWhiteSpace(user.DisplayName) ? user.PrincipalName : user.DisplayName),
        Email = Shown(user.Email),
        IsEnabled = user.IsEnabled,
        IsGuest = user.IsGuest,
        Licenses = user.Licenses.Count,
    };

    private static long NumberOrder(string number)
    {
        var digits = 0;
        while (digits < number.Length && char.IsAsciiDigit(number[digits]))
        {
            digits++;
        }

        return digits == 0 ? 0
            : long.TryParse(number.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
            : long.MaxValue;
    }

    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    private static string? Indexed(string? text) => Cut(text, LongestIndexed);

    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    private static string? Shown(string? text) => Cut(text, LongestShown);

    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    private static string? Cut(string? text, int longest) => text switch
    {
        null => null,
        { Length: var length } when length <= longest => Canonical.Clean(text),
        // A letter of two halves is not cut in the middle.
        _ => Canonical.Clean(text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)]),
    };
}
