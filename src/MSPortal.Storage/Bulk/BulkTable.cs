using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Bulk;

/// <summary>A table as the bulk writer needs it, taken from the model alone, so that a new column is never forgotten.</summary>
internal sealed class BulkTable<TRow>
    where TRow : class
{
    private BulkTable(IEntityType entity)
    {
        Name = $"\"{entity.GetTableName()}\"";
        Columns = [.. entity.GetProperties().Select(BulkColumn<TRow>.Of)];
        Names = string.Join(", ", Columns.Select(c => c.Name));
        var keys = string.Join(", ", Columns.Where(c => c.IsKey).Select(c => c.Name));
        // When a row was first written stays as it is.
        var changes = Columns.Where(c => !c.IsKey && c.Property != nameof(RecordRow.CreatedAt)).Select(c => $"{c.Name} = excluded.{c.Name}");
        OnConflict = $"ON CONFLICT ({keys}) DO UPDATE SET {string.Join(", ", changes)}";
    }

    public string Name { get; }

    public IReadOnlyList<BulkColumn<TRow>> Columns { get; }

    /// <summary>Names of the columns, separated by commas.</summary>
    public string Names { get; }

    public string OnConflict { get; }

    public static BulkTable<TRow> Of(IModel model) =>
        new(model.FindEntityType(typeof(TRow)) ?? throw new InvalidOperationException($"The model has no {typeof(TRow).Name}."));
}
