using System.Globalization;
using MSPortal.Simulators;

var options = new SimulatorOptions();
for (var i = 0; i + 1 < args.Length; i += 2)
{
    options = args[i] switch
    {
        "--urls" => options with { Urls = args[i + 1] },
        "--seed" => options with { Seed = int.Parse(args[i + 1], CultureInfo.InvariantCulture) },
        "--companies" => options with { Companies = int.Parse(args[i + 1], CultureInfo.InvariantCulture) },
        "--tickets" => options with { Tickets = int.Parse(args[i + 1], CultureInfo.InvariantCulture) },
        "--now" => options with { Now = DateTimeOffset.Parse(args[i + 1], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) },
        _ => throw new InvalidOperationException($"{args[i]} is not known: --urls, --seed, --companies, --tickets, --now"),
    };
}

await using var app = SimulatorHost.Build(options);
await app.StartAsync();
Console.WriteLine("ready " + app.Urls.First());
await app.WaitForShutdownAsync();
