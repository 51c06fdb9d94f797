using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MSPortal.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class FollowUpsAndRunDays : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_sync_requests_one_open_manual",
                table: "sync_requests");

            migrationBuilder.CreateTable(
                name: "run_days",
                columns: table => new
                {
                    integration_id = table.Column<long>(type: "bigint", nullable: false),
                    data_type = table.Column<string>(type: "text", nullable: false),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    tenant_id = table.Column<long>(type: "bigint", nullable: false),
                    runs = table.Column<long>(type: "bigint", nullable: false),
                    succeeded = table.Column<long>(type: "bigint", nullable: false),
                    partial = table.Column<long>(type: "bigint", nullable: false),
                    failed = table.Column<long>(type: "bigint", nullable: false),
                    duration = table.Column<long>(type: "bigint", nullable: false),
                    read = table.Column<long>(type: "bigint", nullable: false),
                    created = table.Column<long>(type: "bigint", nullable: false),
                    updated = table.Column<long>(type: "bigint", nullable: false),
                    unchanged = table.Column<long>(type: "bigint", nullable: false),
                    removed = table.Column<long>(type: "bigint", nullable: false),
                    left_scope = table.Column<long>(type: "bigint", nullable: false),
                    quarantined = table.Column<long>(type: "bigint", nullable: false),
                    pages = table.Column<long>(type: "bigint", nullable: false),
                    api_calls = table.Column<long>(type: "bigint", nullable: false),
                    rate_limit_waits = table.Column<long>(type: "bigint", nullable: false),
                    rate_limit_wait = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_run_days", x => new { x.integration_id, x.data_type, x.day });
                });

            migrationBuilder.CreateIndex(
                name: "ix_sync_requests_one_queued_manual",
                table: "sync_requests",
                column: "integration_id",
                unique: true,
                filter: "trigger = 'Manual' AND status = 'Queued'");

            migrationBuilder.CreateIndex(
                name: "ix_run_days_day",
                table: "run_days",
                column: "day");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "run_days");

            migrationBuilder.DropIndex(
                name: "ix_sync_requests_one_queued_manual",
                table: "sync_requests");

            migrationBuilder.CreateIndex(
                name: "ix_sync_requests_one_open_manual",
                table: "sync_requests",
                column: "integration_id",
                unique: true,
                filter: "trigger = 'Manual' AND status IN ('Queued', 'Running')");
        }
    }
}
