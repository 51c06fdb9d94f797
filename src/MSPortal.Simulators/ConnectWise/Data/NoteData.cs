using MSPortal.Simulators.Common;
using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Data;

/// <summary>What was written on a ticket: first its description, then answers, internal remarks and perhaps the resolution.</summary>
internal sealed class NoteData(Seeding seeding, Texts texts)
{
    private int next = 1;

    public void Add(Kind kind, Node ticket, TicketDraw draw)
    {
        var dice = seeding.Dice;
        var count = dice.Chance(60) ? 1 : dice.Between(2, 5);
        var step = (draw.Updated - draw.Entered) / count;
        for (var i = 0; i < count; i++)
        {
            var isInternal = i > 0 && dice.Chance(45);
            var isResolution = i > 0 && !isInternal && i == count - 1 && draw.Closed is not null;
            var byContact = !isInternal && draw.Contact is not null && dice.Chance(i == 0 ? 70 : 30);
            var at = draw.Entered + (step * i);
            var stamp = Store.Stamp(at);
            var by = byContact ? draw.Contact!.Text("name")! : draw.By;
            var text = texts.Note(dice);
            var score = dice.Chance(5) ? 0.5m : Node.Absent;
            (string Name, object? Value)[] known = kind is Kind.Notes ? [("dateCreated", stamp), ("createdBy", by), ("sentimentScore", score)] : [];
            seeding.Add(kind, [("id", next++), ("ticketId", ticket.Id), ("text", text), ("detailDescriptionFlag", !isInternal && !isResolution),
                ("internalAnalysisFlag", isInternal), ("resolutionFlag", isResolution), ("issueFlag", i == 0), ("member", byContact ? Node.Absent : draw.Owner),
                ("contact", byContact ? draw.Contact : Node.Absent), ("customerUpdatedFlag", byContact && i > 0), ("processNotifications", false),
                ("internalFlag", isInternal), ("externalFlag", !isInternal), ("_info", Node.Of(Shapes.Info, ("lastUpdated", stamp), ("updatedBy", by))), .. known]);
        }
    }
}
