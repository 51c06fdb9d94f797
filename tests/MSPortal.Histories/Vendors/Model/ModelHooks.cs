using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Histories.Vendors.Model;

/// <summary>The model vendor's webhooks: what happened to a record, with all of the record, signed with the endpoint's secret.</summary>
internal static class ModelHooks
{
    private const string Header = "X-Model-Signature";
    private const string Deletion = "deleted";

    public static WebhookSupport Support { get; } = new()
    {
        DataTypes = [DataType.Tickets, DataType.Companies],
        Read = (_, endpoint, delivery, _) => Task.FromResult(Read(endpoint, delivery)),
        ByHand = "Enter the address at the model vendor.",
    };

    public static HttpRequestMessage Tell(WebhookEndpoint endpoint, DataType type, ExternalRecord record, bool deleted)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new Sent(type.Slug(), record.ExternalId, deleted ? Deletion : "changed", Canonical.Json(record)));
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Address) { Content = new ByteArrayContent(body) };
        var (header, value) = Sign(body, endpoint.Secret);
        request.Headers.Add(header, value);
        return request;
    }

    public static (string Header, string Value) Sign(byte[] body, string secret) => (Header, Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body)));

    /// <summary>What a delivery says of its record, for those who believe it.</summary>
    public static ReadResult Told(WebhookHint hint, WebhookDelivery delivery) => hint.MaybeDeleted
        ? new ReadResult.Gone(hint.ExternalId)
        : new ReadResult.Present(ModelReads.Record(hint.DataType, Of(delivery).Record));

    private static WebhookVerdict Read(WebhookEndpoint endpoint, WebhookDelivery delivery)
    {
        if (!Signatures.IsHmacSha256(delivery.Body.Span, Encoding.UTF8.GetBytes(endpoint.Secret), delivery.Header(Header)))
        {
            return new WebhookVerdict.Forged();
        }

        var sent = Of(delivery);
        return new WebhookVerdict.Genuine([new WebhookHint(DataTypes.Parse(sent.Type)!.Value, sent.Id, sent.Action == Deletion)]);
    }

    private static Sent Of(WebhookDelivery delivery) => JsonSerializer.Deserialize<Sent>(delivery.Body.Span)!;

    private sealed record Sent(string Type, string Id, string Action, string Record);
}
