using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore;

namespace MSPortal.Storage;

/// <summary>Lets the migration tool make the SQLite context.</summary>
internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqlitePortalContext>
{
    public SqlitePortalContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqlitePortalContext>().UseSqlite("Data Source=design.db").Options);
}

/// <summary>Lets the migration tool make the PostgreSQL context.</summary>
internal sealed class PostgresDesignTime : IDesignTimeDbContextFactory<PostgresPortalContext>
{
    public PostgresPortalContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresPortalContext>().UseNpgsql("Host=localhost").Options);
}
