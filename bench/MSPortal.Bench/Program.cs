using MSPortal.Bench;

return args is ["histories", ..] ? HistoriesCommand.Run(args[1..]) : HistoriesCommand.Usage();
