using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Histories.Vendors.Model;

namespace MSPortal.Histories.Defects;

/// <summary>Mistakes about what webhooks are worth; the model vendor's, which say everything of their record.</summary>
internal static class WebhookDefects
{
    public static IReadOnlyList<Defect> List { get; } =
    [
        new("webhook-payload-trusted", "What a webhook says of its record is stored without asking the vendor.", () => Trusting(deletions: false)),
        new("webhook-deletion-trusted", "A deletion that a webhook claims is believed without asking the vendor.", () => Trusting(deletions: true)),
    ];

    private static Flaw Trusting(bool deletions)
    {
        var told = new Dictionary<(DataType, string), ReadResult>();
        return new Flaw
        {
            Hinted = connector => connector.Webhooks is not { } webhooks ? connector : new AlteredConnector(connector, s => s.ReadByIds is null ? s : s with
            {
                ReadByIds = (session, ids, ct) => told.TryGetValue((s.DataType, ids[0]), out var said) && said is ReadResult.Gone == deletions
                    ? Task.FromResult<IReadOnlyList<ReadResult>>([said])
                    : s.ReadByIds(session, ids, ct),
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
