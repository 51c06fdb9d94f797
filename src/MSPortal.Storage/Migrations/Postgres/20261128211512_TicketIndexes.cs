using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MSPortal.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class TicketIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // An entry of an index has to fit in a page; the whole text stays in the payload.
            migrationBuilder.Sql(
                """
                UPDATE tickets SET status_name = left(status_name, 400), container_name = left(container_name, 400), owner_name = left(owner_name, 400)
                WHERE length(status_name) > 400 OR length(container_name) > 400 OR length(owner_name) > 400
                """);

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
                name: "ix_ledger_integration_id_data_type_partition_generation_state_~",
                table: "ledger");

            migrationBuilder.CreateIndex(
                name: "ix_tickets_company",
                table: "tickets",
                columns: new[] { "tenant_id", "is_closed", "company_id", "vendor_updated_at", "external_id", "integration_id", "partition" })
                .Annotation("Npgsql:IndexInclude", new[] { "generation" });

            migrationBuilder.CreateIndex(
                name: "ix_tickets_container",
                table: "tickets",
                columns: new[] { "tenant_id", "is_closed", "container_name", "vendor_updated_at", "external_id", "integration_id", "partition" })
                .Annotation("Npgsql:IndexInclude", new[] { "company_id", "generation" });

            migrationBuilder.CreateIndex(
                name: "ix_tickets_number_order",
                table: "tickets",
                columns: new[] { "tenant_id", "is_closed", "number_order", "external_id", "integration_id", "partition" })
                .Annotation("Npgsql:IndexInclude", new[] { "company_id", "generation" });

            migrationBuilder.CreateIndex(
                name: "ix_tickets_opened",
                table: "tickets",
                columns: new[] { "tenant_id", "is_closed", "opened_at", "external_id", "integration_id", "partition" })
                .Annotation("Npgsql:IndexInclude", new[] { "company_id", "generation" });

            migrationBuilder.CreateIndex(
                name: "ix_tickets_owner",
                table: "tickets",
                columns: new[] { "tenant_id", "is_closed", "owner_name", "vendor_updated_at", "external_id", "integration_id", "partition" })
                .Annotation("Npgsql:IndexInclude", new[] { "company_id", "generation" });

            migrationBuilder.CreateIndex(
                name: "ix_tickets_priority",
                table: "tickets",
                columns: new[] { "tenant_id", "is_closed", "priority", "vendor_updated_at", "external_id", "integration_id", "partition" })
                .Annotation("Npgsql:IndexInclude", new[] { "company_id", "generation" });

            migrationBuilder.CreateIndex(
                name: "ix_tickets_status",
                table: "tickets",
                columns: new[] { "tenant_id", "is_closed", "status_name", "vendor_updated_at", "external_id", "integration_id", "partition" })
                .Annotation("Npgsql:IndexInclude", new[] { "company_id", "generation", "container_name" });

            migrationBuilder.CreateIndex(
                name: "ix_tickets_status_id",
                table: "tickets",
                columns: new[] { "tenant_id", "is_closed", "status_id", "vendor_updated_at", "external_id", "integration_id", "partition" })
                .Annotation("Npgsql:IndexInclude", new[] { "company_id", "generation" });

            migrationBuilder.CreateIndex(
                name: "ix_tickets_updated",
                table: "tickets",
                columns: new[] { "tenant_id", "is_closed", "vendor_updated_at", "external_id", "integration_id", "partition" })
                .Annotation("Npgsql:IndexInclude", new[] { "company_id", "generation" });

            // The model knows no expressions.
            migrationBuilder.Sql(
                """
                CREATE INDEX ix_tickets_summary ON tickets (tenant_id, is_closed, lower(substring(summary, 1, 100)), external_id, integration_id, partition) INCLUDE (company_id, generation)
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP INDEX ix_tickets_summary");

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
                name: "ix_ledger_integration_id_data_type_partition_generation_state_~",
                table: "ledger",
                columns: new[] { "integration_id", "data_type", "partition", "generation", "state", "read_sequence" });
        }
    }
}
