using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Histories.Vendors.Model;

namespace MSPortal.Histories.Defects;

/// <summary>Mistakes about what webhooks are worth; the model vendor's, which say everything of their record.</summary>
internal static class WebhookDefects
{
    public static IReadOnlyList<Defect> List { get; } =
    [
        new("webhook-payload-trusted", "What a webhook says is stored, and a deletion that it claims is believed, without asking the vendor.", Trusting),
    ];

    private static Flaw Trusting()
    {
        var told = new Dictionary<(DataType, string), ReadResult>();
        return new Flaw
        {
            Hinted = connector => connector.Webhooks is not { } webhooks ? connector : new AlteredConnector(connector, s => s.ReadByIds is null ? s : s with
            {
                ReadByIds = (_, ids, _) => Task.FromResult<IReadOnlyList<ReadResult>>([.. ids.Select(id => told[(s.DataType, id)])]),
            })
            {
                Webhooks = webhooks with
                {
                    Read = async (session, endpoint, delivery, ct) =>
                    {
                        var verdict = await webhooks.Read(session, endpoint, delivery, ct);
                        foreach (var hint in verdict is WebhookVerdict.Genuine genuine ? genuine.Hints : [])
                        {
                            told[(hint.DataType, hint.ExternalId)] = ModelHooks.Told(hint, delivery);
                        }

                        return verdict;
                    },
                },
            },
        };
    }
}
