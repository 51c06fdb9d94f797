using MSPortal.EndToEnd.Support;

namespace MSPortal.EndToEnd.Pages;

/// <summary>Pictures of pages in every look; <c>./screenshots</c> keeps them with the sources.</summary>
internal static class Pictures
{
    private const int Wide = 1440;

    /// <summary>Where they go; without it none are taken, and two looks are enough.</summary>
    private static readonly string? Folder = Environment.GetEnvironmentVariable("MSPORTAL_SCREENSHOTS");

    public static Look[] Looks { get; } = Folder is null
        ? [Look.Light, Look.Phone with { Dark = true }]
        : [Look.Light with { Width = Wide }, Look.Night with { Width = Wide }, Look.Phone, Look.Phone with { Dark = true }];

    public static Task KeepAsync(Browser browser, string name, Look look) => Folder is null
        ? Task.CompletedTask
        : browser.ScreenshotAsync(Path.Combine(Folder, $"{name}-{(look.Dark ? "dark" : "light")}-{(look.Width < Wide ? "narrow" : "wide")}.webp"));
}
