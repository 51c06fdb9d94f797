namespace MSPortal.Tests.Acceptance.Mending;

/// <summary>What somebody at the vendor does, in that vendor's own fields.</summary>
/// <param name="Area">The permission without which tickets cannot be read.</param>
/// <param name="Companies">The kind of record that companies are.</param>
/// <param name="NewCompany">All that a new company needs.</param>
/// <param name="OfCompany">A ticket is this company's.</param>
/// <param name="Inactive">A company is no longer looked after.</param>
/// <param name="Spoilt">A field of a ticket, and what no program understands in it.</param>
internal sealed record VendorSide(string Area, string Companies, Func<string, object> NewCompany, Func<long, object> OfCompany, Func<bool, object> Inactive, (string Property, string Raw) Spoilt)
{
    public static VendorSide Of(string provider) => provider switch
    {
        "connectwise" => new("tickets", "companies", name => new { name, identifier = name.Replace(" ", "", StringComparison.Ordinal) }, id => new { company = new { id } }, yes => new { deletedFlag = yes }, ("closedFlag", "\"perhaps\"")),
        "autotask" => new("tickets", "companies", name => new { companyName = name }, id => new { companyID = id }, yes => new { isActive = !yes }, ("status", "\"perhaps\"")),
        "halopsa" => new("tickets", "clients", name => new { name }, id => new { client_id = id }, yes => new { inactive = yes }, ("status_id", "\"perhaps\"")),
        _ => new("tickets", "customers", name => new { business_name = name }, id => new { customer_id = id }, yes => new { disabled = yes }, ("customer_id", "\"perhaps\"")),
    };
}
