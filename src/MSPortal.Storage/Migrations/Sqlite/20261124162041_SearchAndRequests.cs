using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MSPortal.Storage.Migrations.Sqlite
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
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "read_sequence",
                table: "quarantine",
                type: "INTEGER",
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

            migrationBuilder.Sql("UPDATE tickets SET number_order = MAX(CAST(number AS INTEGER), 0)");

            // Substrings of three letters and more are found by an index that triggers keep in step with the rows.
            migrationBuilder.Sql(
                """
                CREATE VIRTUAL TABLE ticket_search USING fts5(number, summary, company_name, contact_name, content='tickets', tokenize='trigram');
                CREATE TRIGGER ticket_search_insert AFTER INSERT ON tickets BEGIN
                    INSERT INTO ticket_search (rowid, number, summary, company_name, contact_name) VALUES (new.rowid, new.number, new.summary, new.company_name, new.contact_name);
                END;
                CREATE TRIGGER ticket_search_delete AFTER DELETE ON tickets BEGIN
                    INSERT INTO ticket_search (ticket_search, rowid, number, summary, company_name, contact_name) VALUES ('delete', old.rowid, old.number, old.summary, old.company_name, old.contact_name);
                END;
                CREATE TRIGGER ticket_search_update AFTER UPDATE OF number, summary, company_name, contact_name ON tickets
                WHEN old.number IS NOT new.number OR old.summary IS NOT new.summary OR old.company_name IS NOT new.company_name OR old.contact_name IS NOT new.contact_name BEGIN
                    INSERT INTO ticket_search (ticket_search, rowid, number, summary, company_name, contact_name) VALUES ('delete', old.rowid, old.number, old.summary, old.company_name, old.contact_name);
                    INSERT INTO ticket_search (rowid, number, summary, company_name, contact_name) VALUES (new.rowid, new.number, new.summary, new.company_name, new.contact_name);
                END;
                INSERT INTO ticket_search (ticket_search) VALUES ('rebuild');
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                DROP TRIGGER ticket_search_insert;
                DROP TRIGGER ticket_search_delete;
                DROP TRIGGER ticket_search_update;
                DROP TABLE ticket_search;
                """);

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
