using System.Text.Json;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Web.Hosting;
using Shouldly;
using Xunit;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Cloud;

public sealed class CloudCommandTests
{
    [Theory, DatabaseData]
    public async Task Clients_people_licences_groups_domains_and_scores_are_listed_without_a_page(Database kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        await CloudShelf.Of(home).FillAsync();

        (await JsonAsync(home, "cloud", "list", "--json")).Select(c => $"{c.GetProperty("company")} {c.GetProperty("users")}").ShouldBe(["Acme 5", "Globex 1"]);
        (await RunAsync(home, "cloud", "list", "--status", "not_connected")).Output.Split('\n')[1].ShouldStartWith("Initech  not_connected");
        (await JsonAsync(home, "cloud", "users", "acme", "--licenses", "problems", "--json")).Select(u => u.GetProperty("id").GetString()).ShouldBe(["u3"]);
        (await JsonAsync(home, "cloud", "users", "acme", "--product", "SKY_E3", "--all-pages", "--json")).Select(u => u.GetProperty("id").GetString()).ShouldBe(["u1"]);
        (await RunAsync(home, "cloud", "users", "Acme", "--search", "ann")).Output.Split('\n').Skip(1).Select(Squeeze).ShouldBe(["Ann Lee ann@acme.example enabled Sky Office E3, Sky Protect, Plan 1"]);
        (await RunAsync(home, "cloud", "licenses", "Acme")).Output.Split('\n').Skip(3).Take(1).Select(Squeeze).ShouldBe(["SKY_P1 Sky Protect, Plan 1 6 3 0 3"]);
        (await RunAsync(home, "cloud", "groups", "Globex")).Output.Split('\n').Skip(1).Select(Squeeze).ShouldBe(["Globex board Security"]);
        (await RunAsync(home, "cloud", "domains", "Acme")).Output.Split('\n').Skip(1).Select(Squeeze).First().ShouldBe("acme.example yes yes Managed");
        (await JsonAsync(home, "cloud", "score", "Acme", "--json")).Single().GetProperty("done").EnumerateArray().Select(c => c.GetProperty("title").GetString()).ShouldBe(["Encrypt disks"]);
        var score = (await RunAsync(home, "cloud", "score", "Acme")).Output.Split('\n');
        score[0].ShouldBe("Acme Ltd: 60 %, 120 of 200 points on 2026-02-28, +10 in 30 days");
        score.Skip(2).Select(Squeeze).ShouldBe(["10 Ask for a second factor Identity Directory Low", "3 Block old sign-ins"]);

        var file = Path.Combine(home.Folder, "people.csv");
        (await RunAsync(home, "cloud", "users", "Acme", "--status", "disabled", "--csv", file)).ShouldBe((0, $"1 people in {file}", ""));
        (await File.ReadAllLinesAsync(file))[1].ShouldStartWith("bob Ray,bob@acme.example");
    }

    [Theory]
    [DatabaseData("There is no company “nobody”.", "cloud", "users", "nobody")]
    [DatabaseData("“asleep” is not enabled or disabled or guest.", "cloud", "users", "Acme", "--status", "asleep")]
    [DatabaseData("“fine” is no status. There are:", "cloud", "list", "--status", "fine")]
    public async Task What_cannot_be_done_is_one_sentence(Database kind, string words, params string[] arguments)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        await CloudShelf.Of(home).FillAsync();
        var (code, output, error) = await RunAsync(home, arguments);
        (code, output).ShouldBe((1, ""));
        error.ShouldStartWith(words);
        error.ShouldNotContain("\n");
    }

    private static string Squeeze(string line) => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static async Task<List<JsonElement>> JsonAsync(StorageHome home, params string[] arguments)
    {
        var (code, output, error) = await RunAsync(home, arguments);
        code.ShouldBe(0, error);
        return [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(StorageHome home, params string[] arguments)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var error = new StringWriter { NewLine = "\n" };
        string[] all = [.. arguments, "--data", home.Folder, "--database", home.Setting];
        var code = await CommandLine.RunAsync(all, _ => null, output, error);
        return (code, output.ToString().TrimEnd(), error.ToString().TrimEnd());
    }
}
