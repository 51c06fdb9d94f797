using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.DattoRmm;

/// <summary>Alerts of every kind that a monitor raises, open and resolved.</summary>
internal static class DattoRmmAlertSeed
{
    private static readonly string[] Priorities = ["Critical", "High", "Moderate", "Low", "Information", "Unknown"];

    public static JsonObject Alert(Dice dice, long id, JsonObject device, DateTimeOffset raised)
    {
        var resolved = id % 4 == 2;
        return new JsonObject
        {
            ["id"] = id,
            ["alertUid"] = DattoRmmSeed.Uid(dice),
            ["priority"] = dice.Of(Priorities),
            ["diagnostics"] = dice.Chance(40) ? $"Checked by the monitor {id}: über dem Grenzwert.\r\nSecond line" : null,
            ["resolved"] = resolved,
            ["resolvedBy"] = resolved ? "auto" : null,
            ["resolvedOn"] = resolved ? raised.AddMinutes(7).ToUnixTimeMilliseconds() : null,
            ["muted"] = dice.Chance(10),
            ["ticketNumber"] = dice.Chance(30) ? $"T20260301.{dice.Between(1000, 9999)}" : null,
            ["timestamp"] = raised.ToUnixTimeMilliseconds(),
            ["alertMonitorInfo"] = new JsonObject { ["sendsEmails"] = false, ["createsTicket"] = true },
            ["alertContext"] = Context(dice),
            ["alertSourceInfo"] = new JsonObject
            {
                ["deviceUid"] = device.Text("uid"), ["deviceName"] = device.Text("hostname"), ["siteUid"] = device.Text("siteUid"), ["siteName"] = device.Text("siteName"),
            },
            ["responseActions"] = dice.Chance(30)
                ? new JsonArray(new JsonObject { ["actionTime"] = raised.ToUnixTimeMilliseconds(), ["actionType"] = "TICKET_CREATED", ["description"] = null, ["actionReference"] = null, ["actionReferenceInt"] = null })
                : new JsonArray(),
            ["autoresolveMins"] = dice.Chance(50) ? 30 : null,
        };
    }

    private static JsonObject Context(Dice dice) => dice.Below(6) switch
    {
        0 => new JsonObject { ["@class"] = "perf_disk_usage_ctx", ["diskName"] = "C:", ["totalVolume"] = 476.3, ["freeSpace"] = 3.5, ["unitOfMeasure"] = "PERCENT", ["diskNameDesignation"] = "ANY_VOLUME" },
        1 => new JsonObject { ["@class"] = "comp_script_ctx", ["samples"] = new JsonObject { ["Status"] = "Backup older than 2 days" } },
        2 => new JsonObject
        {
            ["@class"] = "eventlog_ctx", ["logName"] = "System", ["code"] = "41", ["type"] = "CRITICAL", ["source"] = "Kernel-Power", ["description"] = "The system has rebooted without cleanly shutting down first.",
            ["triggerCount"] = 1, ["lastTriggered"] = null, ["causedSuspension"] = false,
        },
        3 => new JsonObject { ["@class"] = "patch_ctx", ["patchUid"] = "p-1", ["policyUid"] = "q-1", ["result"] = "Failed", ["info"] = "KB5034441" },
        4 => new JsonObject { ["@class"] = "online_offline_status_ctx", ["status"] = "OFFLINE" },
        _ => new JsonObject { ["@class"] = "brand_new_ctx" },
    };
}
