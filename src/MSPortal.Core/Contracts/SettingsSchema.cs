using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace MSPortal.Core.Contracts;

/// <summary>Marks a setting whose value never leaves the server.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretAttribute : Attribute;

/// <summary>Marks the setting that says where the secrets are sent: when it changes, they have to be entered again.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DestinationAttribute : Attribute;

/// <summary>One field of a settings form.</summary>
/// <param name="Key">Camel-case key in API, command line and storage.</param>
/// <param name="Label">The vendor's word for it.</param>
/// <param name="Help">Where to find it, in one sentence.</param>
/// <param name="Placeholder">An example.</param>
public sealed record SettingsField(string Key, string Label, string? Help, string? Placeholder, bool Secret, bool Required)
{
    /// <summary>Says where the secrets are sent.</summary>
    public bool Destination { get; init; }
}

/// <param name="Field">The key of the field; null when it concerns the whole form.</param>
public sealed record FieldError(string? Field, string Message);

/// <summary>A settings record seen as a form: its fields, their checks and their masks, so that page, API and command line agree.</summary>
public sealed class SettingsSchema
{
    /// <summary>What stands for a stored secret; the same text coming back means "keep it".</summary>
    public const string Mask = "********";

    private readonly Type type;

    private SettingsSchema(Type type, IReadOnlyList<SettingsField> fields) => (this.type, Fields) = (type, fields);

    public IReadOnlyList<SettingsField> Fields { get; }

    /// <summary>Reads the form off a record whose string properties carry Display, Required and other DataAnnotations, and Secret.</summary>
    public static SettingsSchema Of<T>()
        where T : class, new()
    {
        var fields = typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.PropertyType == typeof(string) && p.CanWrite)
            .Select(p => (Property: p, Display: p.GetCustomAttribute<DisplayAttribute>()))
            .OrderBy(p => p.Display?.GetOrder() ?? int.MaxValue)
            .Select(p => new SettingsField(
                Key(p.Property),
                p.Display?.GetName() ?? p.Property.Name,
                p.Display?.GetDescription(),
                p.Display?.GetPrompt(),
                p.Property.IsDefined(typeof(SecretAttribute)),
                p.Property.IsDefined(typeof(RequiredAttribute)))
            {
                Destination = p.Property.IsDefined(typeof(DestinationAttribute)),
            })
            .ToList();
        return new SettingsSchema(typeof(T), fields);
    }

    /// <summary>Every error at its field; unknown keys are errors too.</summary>
    public IReadOnlyList<FieldError> Validate(SettingsValues values)
    {
        var errors = values.All.Keys
            .Where(key => Fields.All(f => f.Key != key))
            .Select(key => new FieldError(key, $"There is no setting “{key}”. Known: {string.Join(", ", Fields.Select(f => f.Key))}."))
            .ToList();
        var results = new List<ValidationResult>();
        var settings = Bind(type, values);
        Validator.TryValidateObject(settings, new ValidationContext(settings), results, validateAllProperties: true);
        errors.AddRange(results.SelectMany(r => r.MemberNames.DefaultIfEmpty(null).Select(name =>
            new FieldError(name is null ? null : JsonNamingPolicy.CamelCase.ConvertName(name), r.ErrorMessage ?? "Not valid."))));
        return errors;
    }

    /// <summary>The values with every stored secret masked: what pages and API may show.</summary>
    public IReadOnlyDictionary<string, string> Masked(SettingsValues values) =>
        Fields.Where(f => values.All.ContainsKey(f.Key))
            .ToDictionary(f => f.Key, f => f.Secret && values[f.Key]!.Length > 0 ? Mask : values[f.Key]!);

    /// <summary>New values over old ones: masks keep what was stored, white space around values goes.</summary>
    public SettingsValues Merge(SettingsValues? stored, IReadOnlyDictionary<string, string> entered)
    {
        var merged = new Dictionary<string, string>(stored?.All ?? new Dictionary<string, string>());
        foreach (var (key, value) in entered)
        {
            var secret = Fields.Any(f => f.Key == key && f.Secret);
            if (!(secret && value == Mask))
            {
                merged[key] = value.Trim();
            }
        }

        return new SettingsValues(merged);
    }

    /// <summary>Stored secrets are never sent to an address that they were not given for: whoever changes it has to know them.</summary>
    public IReadOnlyList<FieldError> Misdirected(SettingsValues? stored, IReadOnlyDictionary<string, string> entered)
    {
        // An address that was left empty until now is a new one, too.
        var moved = stored is null ? null : Fields.FirstOrDefault(f => f.Destination
            && entered.TryGetValue(f.Key, out var next) && !string.Equals(next.Trim(), stored[f.Key] ?? "", StringComparison.OrdinalIgnoreCase));
        return moved is null
            ? []
            :
            [
                .. Fields.Where(f => f.Secret && stored![f.Key] is not null && (!entered.TryGetValue(f.Key, out var value) || value == Mask))
                    .Select(f => new FieldError(f.Key, $"Enter the {f.Label} again: the stored one is only sent to the {moved.Label} that it was given for.")),
            ];
    }

    /// <summary>Fills a settings record; keys without a property are passed over.</summary>
    public static T Bind<T>(SettingsValues values)
        where T : class, new() => (T)Bind(typeof(T), values);

    private static object Bind(Type type, SettingsValues values)
    {
        var settings = Activator.CreateInstance(type, nonPublic: true)
            ?? throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{type} cannot be created."));
        foreach (var property in type.GetProperties().Where(p => p.PropertyType == typeof(string) && p.CanWrite))
        {
            if (values[Key(property)] is { Length: > 0 } value)
            {
                property.SetValue(settings, value);
            }
        }

        return settings;
    }

    private static string Key(PropertyInfo property) => JsonNamingPolicy.CamelCase.ConvertName(property.Name);
}
