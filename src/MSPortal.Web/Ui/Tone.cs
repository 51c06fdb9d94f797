namespace MSPortal.Web.Ui;

/// <summary>What a colour means, everywhere the same.</summary>
public enum Tone
{
    Neutral,
    Positive,
    Information,
    Attention,
    Negative,
}
