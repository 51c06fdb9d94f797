using MSPortal.Core.Contracts;
using MSPortal.Histories.Clockwork;

namespace MSPortal.Histories.Portal;

/// <summary>Something that is sent to the portal's address for webhooks.</summary>
/// <param name="Number">In the order in which they were sent, from 1.</param>
/// <param name="Path">Behind the folder of all such addresses.</param>
/// <param name="IsGenuine">The vendor sent it.</param>
internal sealed record Letter(int Number, string Path, WebhookDelivery Delivery, bool IsGenuine)
{
    /// <summary>As the portal's web server would hand it on.</summary>
    public static Letter Of(HttpRequestMessage sent, int number)
    {
        var body = Pump.AtOnce(() => sent.Content!.ReadAsByteArrayAsync());
        var headers = sent.Headers.Concat(sent.Content!.Headers).ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase);
        return new Letter(number, sent.RequestUri!.Segments[^1], new WebhookDelivery(body, headers, sent.RequestUri.Query), IsGenuine: true);
    }

    public Letter With(byte[] body) => this with { Delivery = Delivery with { Body = body } };

    /// <param name="value">Null: without it.</param>
    public Letter With(string header, string? value)
    {
        var headers = new Dictionary<string, string>(Delivery.Headers, StringComparer.OrdinalIgnoreCase);
        headers.Remove(header);
        if (value is not null)
        {
            headers[header] = value;
        }

        return this with { Delivery = Delivery with { Headers = headers } };
    }

    /// <summary>Neither addresses nor secrets, which are others every time.</summary>
    public override string ToString() => $"{(IsGenuine ? "webhook" : "forged webhook")} {Number}";
}
