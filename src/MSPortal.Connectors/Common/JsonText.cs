using System.Text.Json;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Common;

/// <summary>Texts as they are kept: clean, and never null.</summary>
internal static class JsonText
{
    public static string Of(JsonElement value) => Canonical.Clean(value.GetString() ?? "");
}
