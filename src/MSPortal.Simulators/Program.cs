using System.Globalization;
using MSPortal.Simulators;

var options = new SimulatorOptions();
var tenants = 1;
for (var i = 0; i + 1 < args.Length; i += 2)
{
    if (args[i] == "--tenants")
    {
        tenants = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
        continue;
    }

    options = args[i] switch
    {
        "--urls" => options with { Urls = args[i + 1] },
        "--seed" => options with { Seed = int.Parse(args[i + 1], CultureInfo.InvariantCulture) },
        "--companies" => options with { Companies = int.Parse(args[i + 1], CultureInfo.InvariantCulture) },
        "--tickets" => options with { Tickets = int.Parse(args[i + 1], CultureInfo.InvariantCulture) },
        "--devices" => options with { Devices = int.Parse(args[i + 1], CultureInfo.InvariantCulture) },
        "--directories" => options with { Directories = int.Parse(args[i + 1], CultureInfo.InvariantCulture) },
        "--users" => options with { Users = int.Parse(args[i + 1], CultureInfo.InvariantCulture) },
        "--now" => options with { Now = DateTimeOffset.Parse(args[i + 1], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) },
        _ => throw new InvalidOperationException($"{args[i]} is not known: --urls, --seed, --companies, --tickets, --devices, --directories, --users, --now, --tenants"),
    };
}

// Every tenant has vendors of its own at the next address, with the next seed.
var apps = Enumerable.Range(0, tenants).Select(n => SimulatorHost.Build(options with { Seed = options.Seed + n, Urls = Next(options.Urls, n) })).ToList();
foreach (var app in apps)
{
    await app.StartAsync();
    Console.WriteLine("ready " + app.Urls.First());
}

await Task.WhenAll(apps.Select(app => app.WaitForShutdownAsync()));

static string Next(string urls, int number) => new Uri(urls) is { Port: > 0 } address
    ? new UriBuilder(address) { Port = address.Port + number }.Uri.ToString().TrimEnd('/')
    : urls;
