using System.CommandLine;
using MSPortal.Bench.Speed;

var root = new RootCommand("Measures the portal; docs/benchmarks.md says how to read it.") { SyncCommand.Make(), ListCommand.Make(), StartCommand.Make(), ChildCommand.Make() };
return await root.Parse(args).InvokeAsync();
