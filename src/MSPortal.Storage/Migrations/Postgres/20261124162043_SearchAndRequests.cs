using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MSPortal.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class SearchAndRequests : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "number_order",
                table: "tickets",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "read_sequence",
                table: "quarantine",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateIndex(
                name: "ix_tickets_tenant_id_number_order",
                table: "tickets",
                columns: new[] { "tenant_id", "number_order" });

            migrationBuilder.CreateIndex(
                name: "ix_sync_requests_one_open_manual",
                table: "sync_requests",
                column: "integration_id",
                unique: true,
                filter: "trigger = 'Manual' AND status IN ('Queued', 'Running')");

            migrationBuilder.CreateIndex(
                name: "ix_external_companies_integration_id_normalized_name",
                table: "external_companies",
                columns: new[] { "integration_id", "normalized_name" });

            migrationBuilder.Sql("UPDATE tickets SET number_order = coalesce(substring(number from '^\\d{1,18}')::bigint, 0)");

            // Search works without the extension too, only slower: not every server has it or lets us create it.
            migrationBuilder.Sql(
                """
                DO $$
                BEGIN
                    CREATE EXTENSION IF NOT EXISTS pg_trgm;
                EXCEPTION WHEN OTHERS THEN
                    RAISE NOTICE 'pg_trgm is not available: %', SQLERRM;
                END $$;
                DO $$
                BEGIN
                    IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm') THEN
                        EXECUTE 'CREATE INDEX ix_tickets_search ON tickets USING gin ((number || '' '' || summary || '' '' || coalesce(company_name, '''') || '' '' || coalesce(contact_name, '''')) gin_trgm_ops)';
                    END IF;
                END $$;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP INDEX IF EXISTS ix_tickets_search");

            migrationBuilder.DropIndex(
                name: "ix_tickets_tenant_id_number_order",
                table: "tickets");

            migrationBuilder.DropIndex(
                name: "ix_sync_requests_one_open_manual",
                table: "sync_requests");

            migrationBuilder.DropIndex(
                name: "ix_external_companies_integration_id_normalized_name",
                table: "external_companies");

            migrationBuilder.DropColumn(
                name: "number_order",
                table: "tickets");

            migrationBuilder.DropColumn(
                name: "read_sequence",
                table: "quarantine");
        }
    }
}
