using MSPortal.Demo;

return await DemoCommand.RunAsync(args, Console.Out);
