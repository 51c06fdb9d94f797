using MSPortal.Web.Hosting;

// Everything the program can do is a command; the table of commands stands in CommandLine.
return await CommandLine.RunAsync(args);
