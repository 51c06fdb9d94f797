using MSPortal.Core.Devices;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Devices;

/// <summary>What states of devices are called, everywhere the same.</summary>
internal static class DeviceWords
{
    public static (string Text, Tone Tone) Of(DeviceReach reach) => reach switch
    {
        DeviceReach.Online => ("Online", Tone.Positive),
        DeviceReach.Offline => ("Offline", Tone.Neutral),
        _ => ("Not known", Tone.Neutral),
    };

    public static (string Text, Tone Tone) Of(StagedStatus status) => status switch
    {
        StagedStatus.Imported => ("Imported", Tone.Positive),
        StagedStatus.Ready => ("Ready", Tone.Information),
        StagedStatus.CompanyNotLinked => ("Company not linked", Tone.Attention),
        StagedStatus.TypeUndecided => ("Type not decided", Tone.Attention),
        StagedStatus.TypeIgnored => ("Type ignored", Tone.Neutral),
        _ => ("Inactive", Tone.Neutral),
    };

    /// <summary>Why a record is this device; null for the first of them.</summary>
    public static string? Why(string? evidence) => evidence is null ? null : Enum.TryParse<DeviceEvidence>(evidence, out var known) ? Of(known) : evidence;

    /// <summary>A source's word for a type; some devices have none.</summary>
    public static string SourceType(string word) => word.Length == 0 ? "(no type)" : word;

    /// <summary>“1 device”, “1,204 devices”.</summary>
    public static string Devices(long count) => Integrations.Words.Count(count, "device", "devices");

    private static string Of(DeviceEvidence evidence) => evidence switch
    {
        DeviceEvidence.Person => "a person said so",
        DeviceEvidence.Reference => "one tool names the other's id",
        DeviceEvidence.Serial => "same serial number",
        DeviceEvidence.Mac => "same network card",
        DeviceEvidence.Hostname => "same name in the same company",
        _ => "it was so before, and nothing speaks against it",
    };
}
