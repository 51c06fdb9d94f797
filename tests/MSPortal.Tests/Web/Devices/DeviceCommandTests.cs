using System.Text.Json;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Web.Hosting;
using Shouldly;
using Xunit;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Devices;

public sealed class DeviceCommandTests
{
    [Theory, DatabaseData]
    public async Task Types_are_matched_devices_imported_listed_and_exported_without_a_page(Database kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        await new DeviceShelf(home.Database, home.Tenant, StorageHome.Start).FillAsync();

        var types = JsonDocument.Parse((await RunAsync(home, "devices", "types", "Main PSA", "--quick-match", "--map", "Frobnicator=ignore", "--json")).Output).RootElement;
        types.EnumerateArray().Select(t => $"{t.GetProperty("sourceType")} → {t.GetProperty("decision")} {t.GetProperty("type")}")
            .ShouldBe(["Workstation → mapped workstation", "Frobnicator → ignored ", "Printer → mapped printer", "Server → mapped server"], ignoreOrder: true);
        (await RunAsync(home, "devices", "import", "Main PSA", "--all")).ShouldBe((0, "3 records came in: 3 devices that are new here.", ""));
        (await RunAsync(home, "devices", "types", "Field RMM", "--quick-match", "--auto")).Code.ShouldBe(0);

        var list = JsonDocument.Parse((await RunAsync(home, "devices", "list", "--company", "acme", "--json")).Output).RootElement;
        list.EnumerateArray().Select(d => $"{d.GetProperty("name")} {d.GetProperty("integrations").GetArrayLength()}").ShouldBe(["PC-1 2", "Printer 2 1"]);
        (await RunAsync(home, "devices", "list", "--integration", "Field RMM")).Output.Split('\n')[1].ShouldStartWith("PC-1");

        var file = Path.Combine(home.Folder, "devices.csv");
        (await RunAsync(home, "devices", "export", "--csv", file, "--type", "server")).ShouldBe((0, $"1 devices in {file}", ""));
        (await File.ReadAllLinesAsync(file))[1].ShouldStartWith("SRV-1,Globex,Server");
    }

    [Theory]
    [DatabaseData("There is no integration “nowhere”.", "devices", "types", "nowhere")]
    [DatabaseData("Say either --all, or which devices with --external-id.", "devices", "import", "Main PSA")]
    [DatabaseData("“toaster” is no type of device.", "devices", "list", "--type", "toaster")]
    [DatabaseData("There is no company “Initech”.", "devices", "list", "--company", "Initech")]
    [DatabaseData("“toaster” is no type of device. There are:", "devices", "types", "Main PSA", "--map", "Server=toaster")]
    public async Task What_cannot_be_done_is_one_sentence(Database kind, string words, params string[] arguments)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        await new DeviceShelf(home.Database, home.Tenant, StorageHome.Start).FillAsync();
        var (code, output, error) = await RunAsync(home, arguments);
        (code, output).ShouldBe((1, ""));
        error.ShouldStartWith(words);
        error.ShouldNotContain("\n");
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
