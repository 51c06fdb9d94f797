using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MSPortal.Tests.Web.Notifications;

/// <summary>Takes mails on this machine and keeps them; may refuse all of them.</summary>
internal sealed class SmallMailServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ended = new();
    private readonly Task serving;

    public SmallMailServer()
    {
        listener.Start();
        serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public bool Refuses { get; set; }

    /// <summary>Recipient and text of each mail.</summary>
    public ConcurrentQueue<(string To, string Text)> Mails { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        listener.Stop();
        await serving;
        ended.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!ended.IsCancellationRequested)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync(ended.Token);
                await TalkAsync(client.GetStream());
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
            {
                // Somebody hung up, or the test is over.
            }
        }
    }

    private async Task TalkAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 small");
        var to = "";
        while (await reader.ReadLineAsync(ended.Token) is { } line)
        {
            if (line.StartsWith("RCPT", StringComparison.OrdinalIgnoreCase))
            {
                to = line.Split('<', '>')[1];
                await writer.WriteLineAsync(Refuses ? "550 nobody is called that" : "250 ok");
            }
            else if (line.StartsWith("DATA", StringComparison.OrdinalIgnoreCase))
            {
                await writer.WriteLineAsync("354 go on");
                var text = new StringBuilder();
                while (await reader.ReadLineAsync(ended.Token) is { } next && next != ".")
                {
                    text.AppendLine(next);
                }

                Mails.Enqueue((to, text.ToString()));
                await writer.WriteLineAsync("250 taken");
            }
            else if (line.StartsWith("QUIT", StringComparison.OrdinalIgnoreCase))
            {
                await writer.WriteLineAsync("221 bye");
                return;
            }
            else
            {
                await writer.WriteLineAsync("250 ok");
            }
        }
    }
}
