namespace MSPortal.Simulators.ConnectWise.Model;

internal sealed record FieldError(string Code, string Message, string Resource, string Field);

/// <summary>The vendor says no, with the status and the body that it says it with.</summary>
internal sealed class VendorException(int status, string code, string message, params FieldError[] errors) : Exception(message)
{
    public int Status => status;

    public string Code => code;

    public IReadOnlyList<FieldError> Errors => errors;

    public static VendorException Invalid(string resource, string code, string message, string field) =>
        new(400, "InvalidObject", $"{resource} object is invalid", new FieldError(code, message, resource, field));

    public static VendorException NotFound(string what) => new(404, "NotFound", $"{what} was not found");

    /// <summary>The vendor answers a body that it cannot read with a 500.</summary>
    public static VendorException Unreadable(string value, string type, string path) =>
        new(500, "ConnectWiseApi", $"Error converting value \"{value}\" to type '{type}'. Path '{path}', line 1, position 1.");
}
