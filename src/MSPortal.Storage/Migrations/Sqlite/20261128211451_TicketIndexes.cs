using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MSPortal.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class TicketIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_tickets_integration_id_company_id_is_closed",
                table: "tickets");

            migrationBuilder.DropIndex(
                name: "ix_tickets_integration_id_container_id_vendor_updated_at",
                table: "tickets");

            migrationBuilder.DropIndex(
                name: "ix_tickets_integration_id_owner_id_vendor_updated_at",
                table: "tickets");

            migrationBuilder.DropIndex(
                name: "ix_tickets_integration_id_status_id_vendor_updated_at",
                table: "tickets");

            migrationBuilder.DropIndex(
                name: "ix_tickets_tenant_id_is_closed_vendor_updated_at",
                table: "tickets");

            migrationBuilder.DropIndex(
                name: "ix_tickets_tenant_id_number_order",
                table: "tickets");

            migrationBuilder.DropIndex(
                name: "ix_tickets_tenant_id_opened_at",
                table: "tickets");

            migrationBuilder.DropIndex(
                name: "ix_tickets_tenant_id_priority_vendor_updated_at",
                table: "tickets");

            migrationBuilder.DropIndex(
                name: "ix_tickets_tenant_id_vendor_updated_at",
                table: "tickets");

            migrationBuilder.DropIndex(
                name: "ix_ledger_integration_id_data_type_partition_generation_state_read_sequence",
                table: "ledger");

            migrationBuilder.CreateIndex(
                name: "ix_tickets_company",
                table: "tickets",
                columns: new[] { "tenant_id", "is_closed", "company_id", "vendor_updated_at", "external_id", "integration_id", "partition", "generation" });

            migrationBuilder.CreateIndex(
                name: "ix_tickets_container",
                table: "tickets",
                columns: new[] { "tenant_id", "is_closed", "container_name", "vendor_updated_at", "external_id", "integration_id", "partition", "company_id", "generation" });

            migrationBuilder.CreateIndex(
                name: "ix_tickets_number_order",
                table: "tickets",
                columns: new[] { "tenant_id", "is_closed", "number_order", "external_id", "integration_id", "partition", "company_id", "generation" });

            migrationBuilder.CreateIndex(
                name: "ix_tickets_opened",
                table: "tickets",
                columns: new[] { "tenant_id", "is_closed", "opened_at", "external_id", "integration_id", "partition", "company_id", "generation" });

            migrationBuilder.CreateIndex(
                name: "ix_tickets_owner",
                table: "tickets",
                columns: new[] { "tenant_id", "is_closed", "owner_name", "vendor_updated_at", "external_id", "integration_id", "partition", "company_id", "generation" });

            migrationBuilder.CreateIndex(
                name: "ix_tickets_priority",
                table: "tickets",
                columns: new[] { "tenant_id", "is_closed", "priority", "vendor_updated_at", "external_id", "integration_id", "partition", "company_id", "generation" });

            migrationBuilder.CreateIndex(
                name: "ix_tickets_status",
                table: "tickets",
                columns: new[] { "tenant_id", "is_closed", "status_name", "vendor_updated_at", "external_id", "integration_id", "partition", "company_id", "generation", "container_name" });

            migrationBuilder.CreateIndex(
                name: "ix_tickets_status_id",
                table: "tickets",
                columns: new[] { "tenant_id", "is_closed", "status_id", "vendor_updated_at", "external_id", "integration_id", "partition", "company_id", "generation" });

            migrationBuilder.CreateIndex(
                name: "ix_tickets_updated",
                table: "tickets",
                columns: new[] { "tenant_id", "is_closed", "vendor_updated_at", "external_id", "integration_id", "partition", "company_id", "generation" });

            // The model knows no expressions. Whoever adds a migration that rebuilds the table makes this index again.
            migrationBuilder.Sql(
                """
                CREATE INDEX ix_tickets_summary ON tickets (tenant_id, is_closed, lower(substr(summary, 0 + 1, 100)), external_id, integration_id, partition, company_id, generation);
                """);

            // What SQLite has to know to choose among the indexes, as a large portal would measure it: it never measures by itself, and without it takes the primary key for the best way everywhere.
            migrationBuilder.Sql(
                """
                ANALYZE sqlite_schema;
                DELETE FROM sqlite_stat1 WHERE tbl = 'tickets';
                INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
                    ('tickets', 'sqlite_autoindex_tickets_1', '1000000 1000000 1000000 1000000 1'),
                    ('tickets', 'ix_tickets_id', '1000000 1'),
                    ('tickets', 'ix_tickets_tenant_id_number', '1000000 1000000 1'),
                    ('tickets', 'ix_tickets_updated', '1000000 1000000 500000 2 1 1 1 1 1'),
                    ('tickets', 'ix_tickets_opened', '1000000 1000000 500000 2 1 1 1 1 1'),
                    ('tickets', 'ix_tickets_number_order', '1000000 1000000 500000 1 1 1 1 1 1'),
                    ('tickets', 'ix_tickets_summary', '1000000 1000000 500000 2 1 1 1 1 1'),
                    ('tickets', 'ix_tickets_priority', '1000000 1000000 500000 100000 2 1 1 1 1 1'),
                    ('tickets', 'ix_tickets_status', '1000000 1000000 500000 50000 2 1 1 1 1 1 1'),
                    ('tickets', 'ix_tickets_status_id', '1000000 1000000 500000 10000 2 1 1 1 1 1'),
                    ('tickets', 'ix_tickets_container', '1000000 1000000 500000 50000 2 1 1 1 1 1'),
                    ('tickets', 'ix_tickets_owner', '1000000 1000000 500000 10000 2 1 1 1 1 1'),
                    ('tickets', 'ix_tickets_company', '1000000 1000000 500000 1000 2 1 1 1 1');
                ANALYZE sqlite_schema;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DELETE FROM sqlite_stat1 WHERE tbl = 'tickets'; DROP INDEX ix_tickets_summary");

            migrationBuilder.DropIndex(
                name: "ix_tickets_company",
                table: "tickets");

            migrationBuilder.DropIndex(
                name: "ix_tickets_container",
                table: "tickets");

            migrationBuilder.DropIndex(
                name: "ix_tickets_number_order",
                table: "tickets");

            migrationBuilder.DropIndex(
                name: "ix_tickets_opened",
                table: "tickets");

            migrationBuilder.DropIndex(
                name: "ix_tickets_owner",
                table: "tickets");

            migrationBuilder.DropIndex(
                name: "ix_tickets_priority",
                table: "tickets");

            migrationBuilder.DropIndex(
                name: "ix_tickets_status",
                table: "tickets");

            migrationBuilder.DropIndex(
                name: "ix_tickets_status_id",
                table: "tickets");

            migrationBuilder.DropIndex(
                name: "ix_tickets_updated",
                table: "tickets");

            migrationBuilder.CreateIndex(
                name: "ix_tickets_integration_id_company_id_is_closed",
                table: "tickets",
                columns: new[] { "integration_id", "company_id", "is_closed" });

            migrationBuilder.CreateIndex(
                name: "ix_tickets_integration_id_container_id_vendor_updated_at",
                table: "tickets",
                columns: new[] { "integration_id", "container_id", "vendor_updated_at" });

            migrationBuilder.CreateIndex(
                name: "ix_tickets_integration_id_owner_id_vendor_updated_at",
                table: "tickets",
                columns: new[] { "integration_id", "owner_id", "vendor_updated_at" });

            migrationBuilder.CreateIndex(
                name: "ix_tickets_integration_id_status_id_vendor_updated_at",
                table: "tickets",
                columns: new[] { "integration_id", "status_id", "vendor_updated_at" });

            migrationBuilder.CreateIndex(
                name: "ix_tickets_tenant_id_is_closed_vendor_updated_at",
                table: "tickets",
                columns: new[] { "tenant_id", "is_closed", "vendor_updated_at" });

            migrationBuilder.CreateIndex(
                name: "ix_tickets_tenant_id_number_order",
                table: "tickets",
                columns: new[] { "tenant_id", "number_order" });

            migrationBuilder.CreateIndex(
                name: "ix_tickets_tenant_id_opened_at",
                table: "tickets",
                columns: new[] { "tenant_id", "opened_at" });

            migrationBuilder.CreateIndex(
                name: "ix_tickets_tenant_id_priority_vendor_updated_at",
                table: "tickets",
                columns: new[] { "tenant_id", "priority", "vendor_updated_at" });

            migrationBuilder.CreateIndex(
                name: "ix_tickets_tenant_id_vendor_updated_at",
                table: "tickets",
                columns: new[] { "tenant_id", "vendor_updated_at" });

            migrationBuilder.CreateIndex(
                name: "ix_ledger_integration_id_data_type_partition_generation_state_read_sequence",
                table: "ledger",
                columns: new[] { "integration_id", "data_type", "partition", "generation", "state", "read_sequence" });
        }
    }
}
