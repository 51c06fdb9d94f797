using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MSPortal.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Devices : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "device_alerts",
                columns: table => new
                {
                    integration_id = table.Column<long>(type: "INTEGER", nullable: false),
                    partition = table.Column<string>(type: "TEXT", nullable: false),
                    generation = table.Column<int>(type: "INTEGER", nullable: false),
                    external_id = table.Column<string>(type: "TEXT", nullable: false),
                    device_id = table.Column<string>(type: "TEXT", nullable: true),
                    priority = table.Column<int>(type: "INTEGER", nullable: true),
                    raised_at = table.Column<long>(type: "INTEGER", nullable: true),
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    vendor_updated_at = table.Column<long>(type: "INTEGER", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    changed_at = table.Column<long>(type: "INTEGER", nullable: false),
                    payload = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_device_alerts", x => new { x.integration_id, x.partition, x.generation, x.external_id });
                });

            migrationBuilder.CreateTable(
                name: "device_details",
                columns: table => new
                {
                    integration_id = table.Column<long>(type: "INTEGER", nullable: false),
                    partition = table.Column<string>(type: "TEXT", nullable: false),
                    generation = table.Column<int>(type: "INTEGER", nullable: false),
                    external_id = table.Column<string>(type: "TEXT", nullable: false),
                    device_id = table.Column<string>(type: "TEXT", nullable: false),
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    vendor_updated_at = table.Column<long>(type: "INTEGER", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    changed_at = table.Column<long>(type: "INTEGER", nullable: false),
                    payload = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_device_details", x => new { x.integration_id, x.partition, x.generation, x.external_id });
                });

            migrationBuilder.CreateTable(
                name: "device_links",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    integration_id = table.Column<long>(type: "INTEGER", nullable: false),
                    partition = table.Column<string>(type: "TEXT", nullable: false),
                    external_id = table.Column<string>(type: "TEXT", nullable: false),
                    device_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    evidence = table.Column<string>(type: "TEXT", nullable: true),
                    linked_by = table.Column<string>(type: "TEXT", nullable: false),
                    linked_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_device_links", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "device_type_rules",
                columns: table => new
                {
                    integration_id = table.Column<long>(type: "INTEGER", nullable: false),
                    source_type = table.Column<string>(type: "TEXT", nullable: false),
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    type = table.Column<string>(type: "TEXT", nullable: true),
                    auto_import = table.Column<bool>(type: "INTEGER", nullable: false),
                    set_by = table.Column<string>(type: "TEXT", nullable: false),
                    set_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_device_type_rules", x => new { x.integration_id, x.source_type });
                });

            migrationBuilder.CreateTable(
                name: "device_words",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    integration_id = table.Column<long>(type: "INTEGER", nullable: false),
                    partition = table.Column<string>(type: "TEXT", nullable: false),
                    external_id = table.Column<string>(type: "TEXT", nullable: false),
                    other_integration_id = table.Column<long>(type: "INTEGER", nullable: false),
                    other_partition = table.Column<string>(type: "TEXT", nullable: false),
                    other_external_id = table.Column<string>(type: "TEXT", nullable: false),
                    is_same = table.Column<bool>(type: "INTEGER", nullable: false),
                    said_by = table.Column<string>(type: "TEXT", nullable: false),
                    said_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_device_words", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "devices",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    company_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    sort_name = table.Column<string>(type: "TEXT", nullable: false),
                    type = table.Column<string>(type: "TEXT", nullable: false),
                    os_name = table.Column<string>(type: "TEXT", nullable: true),
                    manufacturer = table.Column<string>(type: "TEXT", nullable: true),
                    model = table.Column<string>(type: "TEXT", nullable: true),
                    serial_number = table.Column<string>(type: "TEXT", nullable: true),
                    last_user = table.Column<string>(type: "TEXT", nullable: true),
                    ip_address = table.Column<string>(type: "TEXT", nullable: true),
                    is_online = table.Column<bool>(type: "INTEGER", nullable: true),
                    last_seen_at = table.Column<long>(type: "INTEGER", nullable: true),
                    warranty_expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                    antivirus = table.Column<string>(type: "TEXT", nullable: true),
                    patches_pending = table.Column<int>(type: "INTEGER", nullable: true),
                    sources = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    changed_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_devices", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_device_alerts_id",
                table: "device_alerts",
                column: "id");

            migrationBuilder.CreateIndex(
                name: "ix_device_alerts_integration_id_device_id",
                table: "device_alerts",
                columns: new[] { "integration_id", "device_id" });

            migrationBuilder.CreateIndex(
                name: "ix_device_details_id",
                table: "device_details",
                column: "id");

            migrationBuilder.CreateIndex(
                name: "ix_device_details_integration_id_device_id",
                table: "device_details",
                columns: new[] { "integration_id", "device_id" });

            migrationBuilder.CreateIndex(
                name: "ix_device_links_device_id",
                table: "device_links",
                column: "device_id");

            migrationBuilder.CreateIndex(
                name: "ix_device_links_integration_id_partition_external_id",
                table: "device_links",
                columns: new[] { "integration_id", "partition", "external_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_device_words_integration_id_partition_external_id",
                table: "device_words",
                columns: new[] { "integration_id", "partition", "external_id" });

            migrationBuilder.CreateIndex(
                name: "ix_device_words_other_integration_id",
                table: "device_words",
                column: "other_integration_id");

            migrationBuilder.CreateIndex(
                name: "ix_devices_company_id_sort_name",
                table: "devices",
                columns: new[] { "company_id", "sort_name" });

            migrationBuilder.CreateIndex(
                name: "ix_devices_tenant_id_sort_name",
                table: "devices",
                columns: new[] { "tenant_id", "sort_name" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "device_alerts");

            migrationBuilder.DropTable(
                name: "device_details");

            migrationBuilder.DropTable(
                name: "device_links");

            migrationBuilder.DropTable(
                name: "device_type_rules");

            migrationBuilder.DropTable(
                name: "device_words");

            migrationBuilder.DropTable(
                name: "devices");
        }
    }
}
