namespace MSPortal.Web.Features.Users;

/// <summary>Which role an integration's contacts come in with: the first of these that says one. None does at first, so nobody comes in.</summary>
public sealed record ContactRules
{
    /// <summary>Contacts come in by themselves after each sync that brought something.</summary>
    public bool IsOn { get; init; }

    /// <summary>What is said for a company, before everything else.</summary>
    public IReadOnlyList<CompanyRule> Companies { get; init; } = [];

    /// <summary>Of the vendor's kinds of contact; the first that a contact has counts.</summary>
    public IReadOnlyList<TypeRule> Types { get; init; } = [];

    /// <summary>Of whoever the vendor calls a company's primary contact.</summary>
    public Guid? Primary { get; init; }

    /// <summary>Of everybody else.</summary>
    public Guid? Everyone { get; init; }

    /// <summary>The role, and which rule says it; no role when none does, or when the company's says that nobody comes in.</summary>
    internal (Guid? Role, string Why) Of(ContactLine contact)
    {
        if (Companies.FirstOrDefault(c => c.CompanyId == contact.Company?.Id) is { } company)
        {
            return (company.RoleId, company.RoleId is null ? $"Nobody of {contact.Company!.Name} is to come in." : $"set for {contact.Company!.Name}");
        }

        if (Types.FirstOrDefault(t => contact.TypeIds.Contains(t.TypeId)) is { } type)
        {
            return (type.RoleId, $"contact type {contact.Types.ElementAtOrDefault(contact.TypeIds.ToList().IndexOf(type.TypeId)) ?? type.TypeId}");
        }

        return contact.IsPrimary && Primary is { } primary ? (primary, "primary contact")
            : Everyone is { } everyone ? (everyone, "everybody else")
            : (null, "No rule gives a role.");
    }

    internal IEnumerable<Guid> Roles =>
        Companies.Select(c => c.RoleId).Concat(Types.Select(t => (Guid?)t.RoleId)).Append(Primary).Append(Everyone).OfType<Guid>().Distinct();
}

/// <param name="RoleId">Null: nobody of this company comes in.</param>
public sealed record CompanyRule(Guid CompanyId, Guid? RoleId);

public sealed record TypeRule(string TypeId, Guid RoleId);

/// <summary>What the rules mean for one contact.</summary>
/// <param name="RoleId">Null when they do not come in.</param>
/// <param name="Why">The rule that gives the role, or what keeps them out.</param>
public sealed record ContactPlanRow(ContactLine Contact, Guid? RoleId, string Why);

/// <summary>What the rules would do now.</summary>
/// <param name="Tickets">How many tickets those who come in would see between them.</param>
/// <param name="Known">Contacts that are somebody here already.</param>
internal sealed record ContactPlan(IReadOnlyList<ContactPlanRow> In, IReadOnlyList<ContactPlanRow> Out, int Tickets, int Known)
{
    public string Sentence => In.Count == 0 ? "Would give nobody access."
        : $"Would give {Counted(In.Count, "person", "people")} access to {Counted(Tickets, "ticket", "tickets")}.";

    private static string Counted(int count, string one, string many) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many)}");
}

/// <summary>What an import by the rules did.</summary>
/// <param name="Marker">How far it had seen what the syncs brought; empty when something is worth another try.</param>
/// <param name="Skipped">How many were left out, by what kept them out.</param>
/// <param name="Failed">Those who should have come in and could not.</param>
internal sealed record ContactImportReport(DateTimeOffset At, string Marker, int Imported, int Linked, IReadOnlyList<SkippedContacts> Skipped, IReadOnlyList<FailedContact> Failed);

internal sealed record SkippedContacts(string Why, int Count);

internal sealed record FailedContact(string Name, string? Email, string Why);
