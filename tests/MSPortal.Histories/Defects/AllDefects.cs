namespace MSPortal.Histories.Defects;

/// <summary>Every deliberate mistake; docs/reliability.md says by which seed each is noticed.</summary>
internal static class AllDefects
{
    public static IReadOnlyList<Defect> List { get; } = [.. StoreDefects.List, .. ConnectorDefects.List, .. WebhookDefects.List];

    public static Defect Get(string name) => List.Single(d => d.Name == name);
}
