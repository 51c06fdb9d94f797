using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MSPortal.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Notifications : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "notifications",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    is_grave = table.Column<bool>(type: "INTEGER", nullable: false),
                    integration_id = table.Column<long>(type: "INTEGER", nullable: true),
                    sentence = table.Column<string>(type: "TEXT", nullable: false),
                    advice = table.Column<string>(type: "TEXT", nullable: true),
                    href = table.Column<string>(type: "TEXT", nullable: false),
                    label = table.Column<string>(type: "TEXT", nullable: false),
                    raised_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    returns = table.Column<int>(type: "INTEGER", nullable: false),
                    mailed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    end_mailed_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_notifications", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_notifications_one_open",
                table: "notifications",
                columns: new[] { "tenant_id", "key" },
                unique: true,
                filter: "ended_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_notifications_tenant_id_ended_at",
                table: "notifications",
                columns: new[] { "tenant_id", "ended_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "notifications");
        }
    }
}
