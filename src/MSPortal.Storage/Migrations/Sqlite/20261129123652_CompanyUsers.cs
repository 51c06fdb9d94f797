using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MSPortal.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class CompanyUsers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "company_id",
                table: "users",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "disabled_by_contacts",
                table: "users",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "reach",
                table: "users",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "contact_id",
                table: "tickets",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "site_name",
                table: "tickets",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "is_for_clients",
                table: "portal_roles",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "reach",
                table: "portal_roles",
                type: "TEXT",
                nullable: false,
                defaultValue: "Own");

            // Whose ticket it is stands in the record as it was read; from now on it is a column as well.
            migrationBuilder.Sql("""
                UPDATE tickets SET contact_id = substr(json_extract(payload, '$.contactId'), 1, 400), site_name = substr(json_extract(payload, '$.siteName'), 1, 400)
                WHERE json_valid(payload) AND (json_extract(payload, '$.contactId') IS NOT NULL OR json_extract(payload, '$.siteName') IS NOT NULL);
                """);

            migrationBuilder.CreateTable(
                name: "blocked_contacts",
                columns: table => new
                {
                    integration_id = table.Column<long>(type: "INTEGER", nullable: false),
                    partition = table.Column<string>(type: "TEXT", nullable: false),
                    external_id = table.Column<string>(type: "TEXT", nullable: false),
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    normalized_email = table.Column<string>(type: "TEXT", nullable: false),
                    blocked_by = table.Column<string>(type: "TEXT", nullable: false),
                    blocked_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_blocked_contacts", x => new { x.integration_id, x.partition, x.external_id });
                });

            migrationBuilder.CreateTable(
                name: "contact_links",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    integration_id = table.Column<long>(type: "INTEGER", nullable: false),
                    partition = table.Column<string>(type: "TEXT", nullable: false),
                    external_id = table.Column<string>(type: "TEXT", nullable: false),
                    user_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    linked_by = table.Column<string>(type: "TEXT", nullable: false),
                    linked_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_contact_links", x => x.id);
                    table.ForeignKey(
                        name: "fk_contact_links_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_users_company_id",
                table: "users",
                column: "company_id");

            migrationBuilder.CreateIndex(
                name: "ix_tickets_contact",
                table: "tickets",
                columns: new[] { "tenant_id", "is_closed", "contact_id", "vendor_updated_at", "external_id", "integration_id", "partition", "company_id", "generation" });

            migrationBuilder.CreateIndex(
                name: "ix_blocked_contacts_tenant_id_normalized_email",
                table: "blocked_contacts",
                columns: new[] { "tenant_id", "normalized_email" });

            migrationBuilder.CreateIndex(
                name: "ix_contact_links_integration_id_partition_external_id",
                table: "contact_links",
                columns: new[] { "integration_id", "partition", "external_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_contact_links_user_id",
                table: "contact_links",
                column: "user_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "blocked_contacts");

            migrationBuilder.DropTable(
                name: "contact_links");

            migrationBuilder.DropIndex(
                name: "ix_users_company_id",
                table: "users");

            migrationBuilder.DropIndex(
                name: "ix_tickets_contact",
                table: "tickets");

            migrationBuilder.DropColumn(
                name: "company_id",
                table: "users");

            migrationBuilder.DropColumn(
                name: "disabled_by_contacts",
                table: "users");

            migrationBuilder.DropColumn(
                name: "reach",
                table: "users");

            migrationBuilder.DropColumn(
                name: "contact_id",
                table: "tickets");

            migrationBuilder.DropColumn(
                name: "site_name",
                table: "tickets");

            migrationBuilder.DropColumn(
                name: "is_for_clients",
                table: "portal_roles");

            migrationBuilder.DropColumn(
                name: "reach",
                table: "portal_roles");
        }
    }
}
