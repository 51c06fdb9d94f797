using System.CommandLine;
using MSPortal.Bench;
using MSPortal.Bench.Together;
using MSPortal.Bench.Speed;
using MSPortal.Bench.Webhooks;

if (args is ["histories", ..])
{
    return HistoriesCommand.Run(args[1..]);
}

var root = new RootCommand("Measures and proves the portal; docs/benchmarks.md and docs/reliability.md say how to read it. Also: histories --seeds N.")
{
    SyncCommand.Make(), FourCommand.Make(), WholeCommand.Make(), FillCommand.Make(), ListCommand.Make(), StartCommand.Make(), WebhooksCommand.Make(), ScheduleCommand.Make(), ChildCommand.Make(),
};
return await root.Parse(args).InvokeAsync();
