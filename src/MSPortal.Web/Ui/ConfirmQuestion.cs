using MudBlazor;

namespace MSPortal.Web.Ui;

/// <summary>A question before something that is not easily taken back.</summary>
/// <param name="Title">The question itself: “Disconnect Main PSA?”</param>
/// <param name="Text">What happens, in a sentence or two.</param>
/// <param name="Action">The button's verb: “Disconnect”.</param>
public sealed record ConfirmQuestion(string Title, string Text, string Action)
{
    public bool Danger { get; init; }

    /// <summary>What and how many: “312 tickets”.</summary>
    public IReadOnlyList<string> Consequences { get; init; } = [];

    /// <summary>Has to be typed first; null: one click does it.</summary>
    public string? TypeName { get; init; }
}

public static class ConfirmExtensions
{
    /// <summary>True when the person said yes.</summary>
    public static async Task<bool> ConfirmAsync(this IDialogService dialogs, ConfirmQuestion question)
    {
        var parameters = new DialogParameters<ConfirmDialog> { { d => d.Question, question } };
        var dialog = await dialogs.ShowAsync<ConfirmDialog>(question.Title, parameters, new DialogOptions { MaxWidth = MaxWidth.Small, FullWidth = true, CloseOnEscapeKey = true });
        return await dialog.Result is { Canceled: false };
    }
}
