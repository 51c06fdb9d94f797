using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MSPortal.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class QuarantineParents : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "parent_id",
                table: "quarantine",
                type: "text",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "parent_id",
                table: "quarantine");
        }
    }
}
