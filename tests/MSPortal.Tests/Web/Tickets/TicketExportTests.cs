using System.Text;
using System.Text.Json;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Web.Features.Tickets;
using MSPortal.Web.Hosting;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Tickets;

public sealed class TicketExportTests
{
    [Theory, DatabaseData]
    public async Task No_cell_is_a_formula_and_every_text_survives(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var seed = new TicketSeed(home.Database, home.Tenant, StorageHome.Start);
        var psa = await seed.IntegrationAsync();
        var texts = new[] { "=HYPERLINK(\"http://evil\")", "+1", "-1", "@SUM(A1)", "\tx", "plain, with \"quotes\"", "two\r\nlines", "Grüße 🎫" };
        for (var i = 0; i < texts.Length; i++)
        {
            await seed.TicketAsync(psa, $"{i + 1}", null, t => t.Summary = texts[i]);
        }

        var csv = await ExportAsync(home, TicketFilter.Everything);
        csv.ShouldStartWith("\uFEFFNumber,Summary,Company,Status,");
        var summaries = Rows(csv).Skip(1).ToDictionary(r => r[0], r => r[1]);
        summaries.Keys.ShouldBe(Enumerable.Range(1, texts.Length).Select(i => $"{i}"));
        for (var i = 0; i < texts.Length; i++)
        {
            summaries[$"{i + 1}"].ShouldBe("=+-@\t".Contains(texts[i][0], StringComparison.Ordinal) ? $"'{texts[i]}" : texts[i]);
        }

        await using var db = home.Open();
        db.Audit.Select(a => new { a.Action, a.Actor, a.After }).ShouldHaveSingleItem().ShouldBe(new { Action = "tickets.exported", Actor = "ada@example.com", After = (string?)"{\"count\":8}" });
    }

    [Fact]
    public async Task The_command_line_lists_as_JSON_and_exports_what_the_filters_say()
    {
        await using var home = await StorageHome.CreateAsync(DatabaseKind.Sqlite);
        var seed = new TicketSeed(home.Database, home.Tenant, StorageHome.Start);
        var psa = await seed.IntegrationAsync();
        await seed.LinkAsync(psa, "7", "Acme");
        for (var i = 1; i <= 53; i++)
        {
            await seed.TicketAsync(psa, $"{i}", i == 1 ? "hidden" : "7", t => (t.IsClosed, t.VendorUpdatedAt) = (i == 2, StorageHome.Start.AddMinutes(i)));
        }

        var (code, output, _) = await RunAsync(home, "tickets", "list", "--json", "--all-pages", "--state", "all");
        code.ShouldBe(0);
        var rows = JsonSerializer.Deserialize<JsonElement>(output).EnumerateArray().ToList();
        rows.Select(r => r.GetProperty("externalId").GetString()).ShouldBe(Enumerable.Range(2, 52).Select(i => $"{i}"));
        var two = rows[0];
        (two.GetProperty("company").GetString(), two.GetProperty("integration").GetString(), two.GetProperty("status").GetString(), two.GetProperty("closed").GetBoolean(), two.GetProperty("updatedAt").GetDateTimeOffset())
            .ShouldBe(("Acme", "Main PSA", "New", true, StorageHome.Start.AddMinutes(2)));

        (_, output, _) = await RunAsync(home, "tickets", "list", "--json");
        JsonSerializer.Deserialize<JsonElement>(output).EnumerateArray().Select(r => r.GetProperty("number").GetString())
            .ShouldBe(Enumerable.Range(4, 50).Reverse().Select(i => $"{i}"));
        (_, output, _) = await RunAsync(home, "tickets", "list", "--json", "--search", "nothing like it");
        output.Trim().ShouldBe("[]");

        var file = Path.Combine(home.Folder, "tickets.csv");
        (code, output, _) = await RunAsync(home, "tickets", "export", "--csv", file, "--state", "closed");
        code.ShouldBe(0);
        output.ShouldContain("1 tickets");
        Rows(await File.ReadAllTextAsync(file)).Skip(1).Select(r => r[0]).ShouldBe(["2"]);
        File.Exists(file + ".part").ShouldBeFalse();
    }

    [Fact]
    public async Task A_filter_that_cannot_be_understood_and_a_file_that_cannot_be_written_end_with_a_sentence()
    {
        await using var home = await StorageHome.CreateAsync(DatabaseKind.Sqlite);
        var (code, _, error) = await RunAsync(home, "tickets", "list", "--priority", "urgent");
        (code, error.Trim()).ShouldBe((1, "“urgent” is not known here; use critical, high, medium, low or none."));
        (code, _, error) = await RunAsync(home, "tickets", "export", "--csv", Path.Combine(home.Folder, "no", "such", "folder.csv"));
        code.ShouldBe(1);
        error.ShouldNotBeEmpty();
        error.ShouldNotContain("   at ");
    }

    private static async Task<string> ExportAsync(StorageHome home, TicketFilter filter)
    {
        using var stream = new MemoryStream();
        await new TicketExport(new TicketQueries(home.Database), home.Database, home.Clock).WriteAsync(stream, filter, home.Ada, default);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(StorageHome home, params string[] args)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var code = await CommandLine.RunAsync([.. args, "--data", home.Folder, "--database", home.Setting], _ => null, output, error);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>RFC 4180 read by hand, so that a shared misunderstanding cannot hide.</summary>
    private static List<List<string>> Rows(string csv)
    {
        var rows = new List<List<string>> { new() };
        var cell = new StringBuilder();
        var quoted = false;
        csv = csv.TrimStart('\uFEFF');
        for (var i = 0; i < csv.Length; i++)
        {
            var c = csv[i];
            if (quoted)
            {
                if (c == '"' && i + 1 < csv.Length && csv[i + 1] == '"')
                {
                    cell.Append(csv[++i]);
                }
                else if (c == '"')
                {
                    quoted = false;
                }
                else
                {
                    cell.Append(c);
                }
            }
            else if (c == '"')
            {
                quoted = true;
            }
            else if (c is ',' or '\n')
            {
                rows[^1].Add(cell.ToString());
                cell.Clear();
                if (c == '\n')
                {
                    rows.Add([]);
                }
            }
            else if (c != '\r')
            {
                cell.Append(c);
            }
        }

        rows.RemoveAt(rows.Count - 1);
        return rows;
    }
}
