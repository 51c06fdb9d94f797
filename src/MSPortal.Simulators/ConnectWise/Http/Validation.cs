using System.Text.RegularExpressions;
using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Http;

/// <summary>What the vendor refuses to store. A patch is checked as a whole record, so that an old wrong value stops a right change.</summary>
internal static partial class Validation
{
    private static readonly (string Name, Kind Kind)[] OfTheBoard =
        [("status", Kind.Statuses), ("type", Kind.Types), ("subType", Kind.Subtypes), ("item", Kind.Items), ("team", Kind.Teams)];

    public static void Check(Draft draft, Kind kind, Node row)
    {
        switch (kind)
        {
            case Kind.Tickets or Kind.ProjectTickets:
                Require(kind, row, "summary", "company");
                Longest(kind, row, "summary", 100);
                foreach (var (name, of) in OfTheBoard.Where(o => row.RefId(o.Name) > 0))
                {
                    CheckBoard(draft, kind, row, name, of);
                }

                break;
            case Kind.Companies:
                Require(kind, row, "identifier", "name");
                Year(row, "yearEstablished");
                Year(row, "revenueYear");
                break;
            case Kind.Contacts: Require(kind, row, "firstName"); break;
            case Kind.Notes or Kind.ProjectNotes: Require(kind, row, "text"); break;
            case Kind.Configurations: Require(kind, row, "name", "type", "company"); break;
            case Kind.TimeEntries: Require(kind, row, "timeStart", "chargeToId"); break;
            case Kind.Callbacks:
                Require(kind, row, "url", "objectId", "type", "level");
                Longest(kind, row, "description", 100);
                break;
            default: break;
        }
    }

    /// <exception cref="VendorException">The value is not of the field's type, which this vendor answers with a 500.</exception>
    public static void CheckTypes(Kind kind, Node given)
    {
        foreach (var name in given.Shape.Fields.Select(f => f.Name))
        {
            var value = given[name];
            var type = Kinds.Get(kind).Shape.Find(name, StringComparison.Ordinal)?.Type;
            var fits = value is null || type switch
            {
                FieldType.Whole => value is long,
                FieldType.Number => value is long or decimal,
                FieldType.Flag => value is bool,
                FieldType.Text or FieldType.Date => value is string,
                FieldType.Nested => value is Node,
                FieldType.Rows or FieldType.Numbers or FieldType.Texts => value is object?[],
                _ => true,
            };
            if (!fits)
            {
                throw VendorException.Unreadable(value is Node ? "{…}" : value!.ToString()!, type!.Value.ToString(), name);
            }

            if (type is FieldType.Date && value is string date && Fraction().IsMatch(date))
            {
                throw VendorException.Invalid(Kinds.Get(kind).Resource, "InvalidDate", $"{name} must not carry fractions of a second", name);
            }
        }
    }

    public static void Require(Kind kind, Node row, params string[] names)
    {
        foreach (var name in names.Where(n => row[n] is null or ""))
        {
            throw VendorException.Invalid(Kinds.Get(kind).Resource, "MissingRequiredField", $"The {name} field is required", name);
        }
    }

    private static void Longest(Kind kind, Node row, string name, int length)
    {
        if (row.Text(name)?.Length > length)
        {
            throw VendorException.Invalid(Kinds.Get(kind).Resource, "OutOfRange", $"The {name} field is too long", name);
        }
    }

    private static void Year(Node row, string name)
    {
        if (row[name] is long and (< 1900 or > 9999))
        {
            throw VendorException.Invalid("company", "OutOfRange", $"{name} must be between 1900 and 9999", name);
        }
    }

    private static void CheckBoard(Draft draft, Kind kind, Node row, string name, Kind of)
    {
        var found = draft.Find(of, row.RefId(name));
        if (found is null || Kinds.Get(of).ParentOf(found) != row.RefId("board"))
        {
            throw VendorException.Invalid(Kinds.Get(kind).Resource, "InvalidReference", $"The {name} does not belong to the board", name);
        }
    }

    [GeneratedRegex(@"\d\.\d+", RegexOptions.CultureInvariant, 10_000)]
    private static partial Regex Fraction();
}
