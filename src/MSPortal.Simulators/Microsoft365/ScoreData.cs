using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>Ninety days of secure scores, worked out when they are asked for, with the controls that they are made of.</summary>
internal sealed class ScoreData(int seed, DateTimeOffset origin)
{
    private const int Days = 90;

    private static readonly double[] Steps = [0, 0, 0.25, 0.5, 1, 1];

    /// <summary>The newest first; a tenant that bought nothing has none.</summary>
    public IEnumerable<JsonObject> Scores(Tenant tenant, DateTimeOffset now)
    {
        if (tenant.Skus.Count == 0)
        {
            return [];
        }

        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        return Enumerable.Range(0, Days).Select(ago => Score(tenant, today.AddDays(-ago)));
    }

    public IEnumerable<JsonObject> Profiles(Tenant tenant) => ScoreControls.All.Where(c => Applies(tenant, c)).Select((control, rank) => new JsonObject
    {
        ["id"] = control.Id,
        ["azureTenantId"] = tenant.Id,
        ["actionType"] = control.ActionType,
        ["actionUrl"] = control.ActionUrl,
        ["controlCategory"] = control.Category,
        ["title"] = control.Title,
        ["deprecated"] = control.IsDeprecated,
        ["implementationCost"] = control.Cost,
        ["lastModifiedDateTime"] = rank % 9 == 4 ? null : Graph.Time(origin.AddDays(-40 - rank)),
        ["maxScore"] = control.MaxScore,
        ["rank"] = rank + 1,
        ["remediation"] = control.Remediation,
        ["remediationImpact"] = control.Impact,
        ["service"] = control.Service,
        ["threats"] = new JsonArray([.. control.Threats.Select(t => JsonValue.Create(t))]),
        ["tier"] = control.Tier,
        ["userImpact"] = control.Cost,
        ["complianceInformation"] = new JsonArray(),
        ["controlStateUpdates"] = (tenant.Number + rank) % 11 == 3
            ? new JsonArray(new JsonObject
            {
                ["assignedTo"] = null, ["comment"] = "Handled by another product – siehe Ticket", ["state"] = (rank % 2) == 0 ? "ThirdParty" : "Ignored", ["updatedBy"] = $"admin@{tenant.InitialDomain}", ["updatedDateTime"] = Graph.Time(origin.AddDays(-12)),
            })
            : [],
        ["vendorInformation"] = Vendor(),
    });

    private JsonObject Score(Tenant tenant, DateTimeOffset day)
    {
        var key = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var controls = ScoreControls.All.Where(c => !c.IsDeprecated && Applies(tenant, c)).ToList();
        var scores = controls.Select((c, at) => Math.Round(c.MaxScore * Share(tenant, at, day), 2)).ToList();
        var current = tenant.Scores.TryGetValue(key, out var given) ? given : Math.Round(scores.Sum(), 2);
        return new JsonObject
        {
            ["id"] = $"{tenant.Id}_{key}",
            ["azureTenantId"] = tenant.Id,
            ["activeUserCount"] = tenant.SeededUsers * 8 / 10,
            ["createdDateTime"] = Graph.Time(day),
            ["currentScore"] = current,
            ["enabledServices"] = new JsonArray([.. controls.Select(c => "Has" + c.Service).Distinct().Select(s => JsonValue.Create(s))]),
            ["licensedUserCount"] = tenant.SeededUsers * 9 / 10,
            ["maxScore"] = controls.Sum(c => c.MaxScore),
            ["vendorInformation"] = Vendor(),
            ["averageComparativeScores"] = new JsonArray(Average("AllTenants", 44.31), Average("TotalSeats", 39.02 + (tenant.Number % 5)), Average("IndustryTypes", 41.7)),
            ["controlScores"] = new JsonArray([.. controls.Select((c, at) => (JsonNode)new JsonObject
            {
                ["controlCategory"] = c.Category, ["controlName"] = c.Id, ["score"] = scores[at], ["description"] = at % 13 == 5 ? null : $"<b>{c.Title}</b> &ndash; {c.Remediation}",
            })]),
        };
    }

    /// <summary>How far a control was done on a day: it changes once, sometimes for the worse.</summary>
    private double Share(Tenant tenant, int control, DateTimeOffset day)
    {
        var dice = TenantSeed.Fresh(seed, tenant.Number, 500 + control);
        var (before, after) = (dice.Of(Steps), dice.Of(Steps));
        return day < origin.AddDays(-dice.Below(200)) ? before : after;
    }

    private static bool Applies(Tenant tenant, ScoreControl control) => control.Plan is null || tenant.Has(control.Plan);

    private static JsonObject Average(string basis, double score) => new() { ["basis"] = basis, ["averageScore"] = score };

    private static JsonObject Vendor() => new() { ["provider"] = "SecureScore", ["providerVersion"] = null, ["subProvider"] = null, ["vendor"] = "Microsoft" };
}
