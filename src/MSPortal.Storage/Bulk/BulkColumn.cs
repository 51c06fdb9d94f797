using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace MSPortal.Storage.Bulk;

/// <summary>One column of a table as the model describes it: its name, its type, and the way from a row to what the database keeps.</summary>
internal abstract class BulkColumn<TRow>(IProperty property)
{
    public string Property { get; } = property.Name;

    /// <summary>Quoted, since some names are words of SQL.</summary>
    public string Name { get; } = $"\"{property.GetColumnName()}\"";

    public bool IsKey { get; } = property.IsPrimaryKey();

    protected string StoreType { get; } = property.GetColumnType();

    /// <summary>As a parameter of any driver.</summary>
    public abstract object Value(TRow row);

    /// <summary>Into a binary COPY, without a box around every number.</summary>
    public abstract Task WriteAsync(NpgsqlBinaryImporter importer, TRow row, CancellationToken ct);

    public static BulkColumn<TRow> Of(IProperty property)
    {
        var converter = property.GetTypeMapping().Converter;
        var row = Expression.Parameter(typeof(TRow), "row");
        var value = Expression.Property(row, property.PropertyInfo ?? throw new InvalidOperationException($"{property.Name} has no property to read."));
        var isNull = property.IsNullable ? Expression.Equal(value, Expression.Constant(null, value.Type)) : (Expression)Expression.Constant(false);
        Expression present = Nullable.GetUnderlyingType(value.Type) is null ? value : Expression.Property(value, "Value");
        Expression stored = converter is null ? present : Expression.Invoke(converter.ConvertToProviderExpression, Fit(present, converter.ModelClrType));
        return (BulkColumn<TRow>)Activator.CreateInstance(
            typeof(Typed<>).MakeGenericType(typeof(TRow), stored.Type),
            property,
            Expression.Lambda(isNull, row).Compile(),
            Expression.Lambda(stored, row).Compile())!;
    }

    private static Expression Fit(Expression value, Type wanted) => value.Type == wanted ? value : Expression.Convert(value, wanted);

    private sealed class Typed<TValue>(IProperty property, Func<TRow, bool> isNull, Func<TRow, TValue> read) : BulkColumn<TRow>(property)
        where TValue : notnull
    {
        public override object Value(TRow row) => isNull(row) ? DBNull.Value : read(row);

        public override Task WriteAsync(NpgsqlBinaryImporter importer, TRow row, CancellationToken ct) =>
            isNull(row) ? importer.WriteNullAsync(ct) : importer.WriteAsync(read(row), StoreType, ct);
    }
}
