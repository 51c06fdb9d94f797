using MudBlazor;

namespace MSPortal.Web.Ui.Shell;

/// <summary>One palette for light and one for dark, chosen so that every text colour reads well on every surface (a test computes it).</summary>
public static class PortalTheme
{
    private static readonly string[] Fonts =
        ["-apple-system", "BlinkMacSystemFont", "Segoe UI", "Roboto", "Noto Sans", "Ubuntu", "Cantarell", "Helvetica Neue", "Arial", "sans-serif"];

    public static MudTheme Value { get; } = new()
    {
        PaletteLight = Light(),
        PaletteDark = Dark(),
        Typography = Type(),
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "6px", DrawerWidthLeft = "232px", AppbarHeight = "52px" },
    };

    private static PaletteLight Light() => new()
    {
        Background = "#F6F7F9",
        BackgroundGray = "#EEF0F3",
        Surface = "#FFFFFF",
        AppbarBackground = "#FFFFFF",
        AppbarText = "#1B2230",
        DrawerBackground = "#FBFBFC",
        DrawerText = "#3A4353",
        DrawerIcon = "#5A6577",
        TextPrimary = "#1B2230",
        TextSecondary = "#55607A",
        TextDisabled = "#8A93A5",
        ActionDefault = "#55607A",
        ActionDisabled = "#9AA3B2",
        ActionDisabledBackground = "#E6E9EE",
        Primary = "#2B57C7",
        PrimaryContrastText = "#FFFFFF",
        Secondary = "#4A5468",
        SecondaryContrastText = "#FFFFFF",
        Tertiary = "#0F6B6B",
        TertiaryContrastText = "#FFFFFF",
        Info = "#0B6488",
        InfoContrastText = "#FFFFFF",
        Success = "#176B3A",
        SuccessContrastText = "#FFFFFF",
        Warning = "#8A5200",
        WarningContrastText = "#FFFFFF",
        Error = "#B4231A",
        ErrorContrastText = "#FFFFFF",
        Dark = "#1B2230",
        DarkContrastText = "#FFFFFF",
        LinesDefault = "#E3E6EB",
        LinesInputs = "#8490A3",
        TableLines = "#E9ECF0",
        TableHover = "#F3F5F8",
        TableStriped = "#FAFBFC",
        Divider = "#E3E6EB",
        DividerLight = "#EEF0F3",
        Skeleton = "#E6E9EE",
        HoverOpacity = 0.05,
    };

    private static PaletteDark Dark() => new()
    {
        Background = "#0E1116",
        BackgroundGray = "#0A0D11",
        Surface = "#161B22",
        AppbarBackground = "#12161C",
        AppbarText = "#E7EAF0",
        DrawerBackground = "#12161C",
        DrawerText = "#C3CAD6",
        DrawerIcon = "#98A2B3",
        TextPrimary = "#E7EAF0",
        TextSecondary = "#A3ADBD",
        TextDisabled = "#6B7587",
        ActionDefault = "#A3ADBD",
        ActionDisabled = "#5C6678",
        ActionDisabledBackground = "#232A35",
        Primary = "#8FB0FF",
        PrimaryContrastText = "#0E1116",
        Secondary = "#B6BFCC",
        SecondaryContrastText = "#0E1116",
        Tertiary = "#6FCFCB",
        TertiaryContrastText = "#0E1116",
        Info = "#75C4EA",
        InfoContrastText = "#0E1116",
        Success = "#69CF95",
        SuccessContrastText = "#0E1116",
        Warning = "#E6B65C",
        WarningContrastText = "#0E1116",
        Error = "#FF8F86",
        ErrorContrastText = "#0E1116",
        Dark = "#2A3240",
        DarkContrastText = "#E7EAF0",
        LinesDefault = "#262D38",
        LinesInputs = "#697589",
        TableLines = "#222934",
        TableHover = "#1B222C",
        TableStriped = "#141920",
        Divider = "#262D38",
        DividerLight = "#1E252F",
        Skeleton = "#222934",
        HoverOpacity = 0.07,
    };

    private static Typography Type() => new()
    {
        Default = new DefaultTypography { FontFamily = Fonts, FontSize = ".875rem", LineHeight = "1.5", LetterSpacing = "normal" },
        H1 = new H1Typography { FontFamily = Fonts, FontSize = "1.375rem", FontWeight = "600", LineHeight = "1.3", LetterSpacing = "-.01em" },
        H2 = new H2Typography { FontFamily = Fonts, FontSize = "1.125rem", FontWeight = "600", LineHeight = "1.35", LetterSpacing = "-.005em" },
        H3 = new H3Typography { FontFamily = Fonts, FontSize = "1rem", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "normal" },
        H4 = new H4Typography { FontFamily = Fonts, FontSize = ".9375rem", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "normal" },
        H5 = new H5Typography { FontFamily = Fonts, FontSize = ".875rem", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "normal" },
        H6 = new H6Typography { FontFamily = Fonts, FontSize = ".9375rem", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "normal" },
        Subtitle1 = new Subtitle1Typography { FontFamily = Fonts, FontSize = ".9375rem", FontWeight = "500", LineHeight = "1.45", LetterSpacing = "normal" },
        Subtitle2 = new Subtitle2Typography { FontFamily = Fonts, FontSize = ".875rem", FontWeight = "600", LineHeight = "1.45", LetterSpacing = "normal" },
        Body1 = new Body1Typography { FontFamily = Fonts, FontSize = ".875rem", LineHeight = "1.5", LetterSpacing = "normal" },
        Body2 = new Body2Typography { FontFamily = Fonts, FontSize = ".8125rem", LineHeight = "1.45", LetterSpacing = "normal" },
        Button = new ButtonTypography { FontFamily = Fonts, FontSize = ".8125rem", FontWeight = "550", LineHeight = "1.6", LetterSpacing = "normal", TextTransform = "none" },
        Caption = new CaptionTypography { FontFamily = Fonts, FontSize = ".75rem", LineHeight = "1.4", LetterSpacing = "normal" },
        Overline = new OverlineTypography { FontFamily = Fonts, FontSize = ".6875rem", FontWeight = "600", LineHeight = "1.6", LetterSpacing = ".04em", TextTransform = "uppercase" },
    };
}
