using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace MSPortal.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Partitions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "cloud_domains",
                columns: table => new
                {
                    integration_id = table.Column<long>(type: "bigint", nullable: false),
                    partition = table.Column<string>(type: "text", nullable: false),
                    generation = table.Column<int>(type: "integer", nullable: false),
                    external_id = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    is_default = table.Column<bool>(type: "boolean", nullable: false),
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<long>(type: "bigint", nullable: false),
                    vendor_updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    payload = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cloud_domains", x => new { x.integration_id, x.partition, x.generation, x.external_id });
                });

            migrationBuilder.CreateTable(
                name: "cloud_groups",
                columns: table => new
                {
                    integration_id = table.Column<long>(type: "bigint", nullable: false),
                    partition = table.Column<string>(type: "text", nullable: false),
                    generation = table.Column<int>(type: "integer", nullable: false),
                    external_id = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<long>(type: "bigint", nullable: false),
                    vendor_updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    payload = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cloud_groups", x => new { x.integration_id, x.partition, x.generation, x.external_id });
                });

            migrationBuilder.CreateTable(
                name: "cloud_licenses",
                columns: table => new
                {
                    integration_id = table.Column<long>(type: "bigint", nullable: false),
                    partition = table.Column<string>(type: "text", nullable: false),
                    generation = table.Column<int>(type: "integer", nullable: false),
                    external_id = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    enabled = table.Column<int>(type: "integer", nullable: false),
                    used = table.Column<int>(type: "integer", nullable: false),
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<long>(type: "bigint", nullable: false),
                    vendor_updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    payload = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cloud_licenses", x => new { x.integration_id, x.partition, x.generation, x.external_id });
                });

            migrationBuilder.CreateTable(
                name: "cloud_users",
                columns: table => new
                {
                    integration_id = table.Column<long>(type: "bigint", nullable: false),
                    partition = table.Column<string>(type: "text", nullable: false),
                    generation = table.Column<int>(type: "integer", nullable: false),
                    external_id = table.Column<string>(type: "text", nullable: false),
                    principal_name = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    email = table.Column<string>(type: "text", nullable: true),
                    is_enabled = table.Column<bool>(type: "boolean", nullable: true),
                    is_guest = table.Column<bool>(type: "boolean", nullable: false),
                    licenses = table.Column<int>(type: "integer", nullable: false),
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<long>(type: "bigint", nullable: false),
                    vendor_updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    payload = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cloud_users", x => new { x.integration_id, x.partition, x.generation, x.external_id });
                });

            migrationBuilder.CreateTable(
                name: "consent_links",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    tenant_id = table.Column<long>(type: "bigint", nullable: false),
                    integration_id = table.Column<long>(type: "bigint", nullable: false),
                    company_id = table.Column<Guid>(type: "uuid", nullable: false),
                    token_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    state_hash = table.Column<byte[]>(type: "bytea", nullable: true),
                    created_by = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    used_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    revoked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_problem = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_consent_links", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "partitions",
                columns: table => new
                {
                    integration_id = table.Column<long>(type: "bigint", nullable: false),
                    partition = table.Column<string>(type: "text", nullable: false),
                    tenant_id = table.Column<long>(type: "bigint", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    detail = table.Column<string>(type: "text", nullable: true),
                    status = table.Column<string>(type: "text", nullable: false),
                    status_reason = table.Column<string>(type: "text", nullable: true),
                    status_advice = table.Column<string>(type: "text", nullable: true),
                    status_since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    areas = table.Column<string>(type: "text", nullable: true),
                    connected_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    connected_by = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_partitions", x => new { x.integration_id, x.partition });
                });

            migrationBuilder.CreateTable(
                name: "security_controls",
                columns: table => new
                {
                    integration_id = table.Column<long>(type: "bigint", nullable: false),
                    partition = table.Column<string>(type: "text", nullable: false),
                    generation = table.Column<int>(type: "integer", nullable: false),
                    external_id = table.Column<string>(type: "text", nullable: false),
                    title = table.Column<string>(type: "text", nullable: false),
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<long>(type: "bigint", nullable: false),
                    vendor_updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    payload = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_security_controls", x => new { x.integration_id, x.partition, x.generation, x.external_id });
                });

            migrationBuilder.CreateTable(
                name: "security_scores",
                columns: table => new
                {
                    integration_id = table.Column<long>(type: "bigint", nullable: false),
                    partition = table.Column<string>(type: "text", nullable: false),
                    generation = table.Column<int>(type: "integer", nullable: false),
                    external_id = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    score = table.Column<decimal>(type: "numeric", nullable: false),
                    highest = table.Column<decimal>(type: "numeric", nullable: false),
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<long>(type: "bigint", nullable: false),
                    vendor_updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    payload = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_security_scores", x => new { x.integration_id, x.partition, x.generation, x.external_id });
                });

            migrationBuilder.CreateIndex(
                name: "ix_cloud_domains_id",
                table: "cloud_domains",
                column: "id");

            migrationBuilder.CreateIndex(
                name: "ix_cloud_groups_id",
                table: "cloud_groups",
                column: "id");

            migrationBuilder.CreateIndex(
                name: "ix_cloud_licenses_id",
                table: "cloud_licenses",
                column: "id");

            migrationBuilder.CreateIndex(
                name: "ix_cloud_users_id",
                table: "cloud_users",
                column: "id");

            migrationBuilder.CreateIndex(
                name: "ix_cloud_users_tenant_id_name",
                table: "cloud_users",
                columns: new[] { "tenant_id", "name" });

            migrationBuilder.CreateIndex(
                name: "ix_consent_links_integration_id",
                table: "consent_links",
                column: "integration_id");

            migrationBuilder.CreateIndex(
                name: "ix_consent_links_state_hash",
                table: "consent_links",
                column: "state_hash",
                unique: true,
                filter: "state_hash IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_consent_links_token_hash",
                table: "consent_links",
                column: "token_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_partitions_tenant_id_partition",
                table: "partitions",
                columns: new[] { "tenant_id", "partition" });

            migrationBuilder.CreateIndex(
                name: "ix_security_controls_id",
                table: "security_controls",
                column: "id");

            migrationBuilder.CreateIndex(
                name: "ix_security_scores_id",
                table: "security_scores",
                column: "id");

            migrationBuilder.CreateIndex(
                name: "ix_security_scores_integration_id_partition_at",
                table: "security_scores",
                columns: new[] { "integration_id", "partition", "at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "cloud_domains");

            migrationBuilder.DropTable(
                name: "cloud_groups");

            migrationBuilder.DropTable(
                name: "cloud_licenses");

            migrationBuilder.DropTable(
                name: "cloud_users");

            migrationBuilder.DropTable(
                name: "consent_links");

            migrationBuilder.DropTable(
                name: "partitions");

            migrationBuilder.DropTable(
                name: "security_controls");

            migrationBuilder.DropTable(
                name: "security_scores");
        }
    }
}
