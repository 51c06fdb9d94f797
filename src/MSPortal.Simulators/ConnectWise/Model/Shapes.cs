namespace MSPortal.Simulators.ConnectWise.Model;

/// <summary>What each record and each reference of the vendor carries.</summary>
internal static class Shapes
{
    public static readonly Shape Info = Shape.Parse("lastUpdated:d updatedBy:s dateEntered:d enteredBy:s self_href:s notes_href:s configurations_href:s");

    public static readonly Shape Href = Shape.Parse("href:s");

    public static readonly Shape Reference = Shape.Parse("id:i name:s _info:o");

    public static readonly Shape CompanyReference = Shape.Parse("id:i identifier:s name:s _info:o");

    public static readonly Shape MemberReference = Shape.Parse("id:i identifier:s name:s dailyCapacity:n _info:o");

    public static readonly Shape StatusReference = Shape.Parse("id:i name:s sort:i _info:o");

    public static readonly Shape PriorityReference = Shape.Parse("id:i name:s sort:i level:s _info:o");

    public static readonly Shape TicketReference = Shape.Parse("id:i summary:s _info:o");

    public static readonly Shape ConfigurationReference = Shape.Parse("id:i deviceIdentifier:s _info:o");

    public static readonly Shape Communication =
        Shape.Parse("id:i type:& value:s extension:s defaultFlag:b domain:s communicationType:s");

    public static readonly Shape CustomField =
        Shape.Parse("id:i caption:s type:s entryMethod:s numberOfDecimals:i value:o connectWiseId:s rowNum:i");

    public static readonly Shape Question =
        Shape.Parse("answerId:i questionId:i question:s answer:o sequenceNumber:n numberOfDecimals:i fieldType:s requiredFlag:b");

    public static Shape Named(string name) => name switch
    {
        "&" => Reference,
        "&c" => CompanyReference,
        "&m" => MemberReference,
        "&t" => StatusReference,
        "&p" => PriorityReference,
        "&k" => TicketReference,
        "&config" => ConfigurationReference,
        "communication" => Communication,
        "custom" => CustomField,
        "question" => Question,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such shape"),
    };
}
