using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Http;

/// <summary>What happens to more than one record at once.</summary>
internal static class TicketActions
{
    /// <summary>What a new record brings along: a ticket's first note, a note's touch of its ticket, the checks of a callback.</summary>
    public static Node Complete(Draft draft, Vendor vendor, Kind kind, Node made, Node given)
    {
        switch (kind)
        {
            case Kind.Tickets or Kind.ProjectTickets:
                var notes = kind is Kind.Tickets ? Kind.Notes : Kind.ProjectNotes;
                FirstNote(draft, notes, made, given.Text("initialDescription"), "detailDescriptionFlag");
                FirstNote(draft, notes, made, given.Text("initialInternalAnalysis"), "internalAnalysisFlag");
                FirstNote(draft, notes, made, given.Text("initialResolution"), "resolutionFlag");
                return made;
            case Kind.Notes or Kind.ProjectNotes:
                TouchTicket(draft, vendor, kind, made, Rules.ApiMember);
                return made;
            case Kind.Callbacks:
                return Callbacks.Register(draft, made);
            case Kind.TimeEntries:
                var ticket = draft.Find(made.Text("chargeToType") is "ProjectTicket" ? Kind.ProjectTickets : Kind.Tickets, made.Whole("chargeToId"))
                    ?? throw VendorException.Invalid("timeEntry", "InvalidReference", "The charged ticket was not found", "chargeToId");
                return made.With("ticket", References.To(Kind.Tickets, ticket)).With("company", ticket["company"]).With("enteredBy", Rules.ApiMember)
                    .With("dateEntered", draft.Now).With("status", "Open");
            default: return made;
        }
    }

    public static void TouchTicket(Draft draft, Vendor vendor, Kind notes, Node note, string by)
    {
        var kind = notes is Kind.Notes ? Kind.Tickets : Kind.ProjectTickets;
        if (vendor.Behaviour.NoteTouchesTicket && draft.Find(kind, note.Whole("ticketId")) is { } ticket)
        {
            var touched = Rules.Touch(ticket, draft.Now, by);
            draft.Put(kind, touched);
            draft.Announce(kind, ChangeAction.Updated, touched, byApi: by == Rules.ApiMember);
        }
    }

    public static void Remove(Draft draft, Kind kind, Node row)
    {
        draft.Remove(kind, row.Id);
        Kind[] below = kind switch
        {
            Kind.Tickets => [Kind.Notes, Kind.TicketConfigurations],
            Kind.ProjectTickets => [Kind.ProjectNotes],
            Kind.Companies => [Kind.CompanyTypeAssociations],
            _ => [],
        };
        foreach (var child in below)
        {
            foreach (var gone in draft.Below(child, row.Id).ToList())
            {
                draft.Remove(child, gone.Id);
            }
        }
    }

    /// <summary>The merged tickets stay, closed, and point at the one that goes on.</summary>
    public static Node Merge(Draft draft, int into, IReadOnlyList<int> ids, int status, string by)
    {
        var parent = draft.Find(Kind.Tickets, into) ?? throw VendorException.NotFound("ticket");
        if (ids.Count == 0 || ids.Contains(into))
        {
            throw VendorException.Invalid("ticket", "InvalidValue", "mergeTicketIds is not valid", "mergeTicketIds");
        }

        foreach (var id in ids)
        {
            var child = draft.Find(Kind.Tickets, id) ?? throw VendorException.NotFound("ticket");
            var statuses = draft.Below(Kind.Statuses, child.RefId("board")).Where(s => s.Flag("closedStatus")).ToList();
            var closing = statuses.Find(s => s.Id == status) ?? statuses[0];
            var merged = child.With("status", References.To(Kind.Statuses, closing)).With("mergedParentTicket", References.To(Kind.Tickets, parent));
            merged = Rules.Touch(Rules.Settle(draft, Kind.Tickets, child, merged, by), draft.Now, by);
            draft.Put(Kind.Tickets, merged);
            draft.Announce(Kind.Tickets, ChangeAction.Updated, merged, byApi: by == Rules.ApiMember);
        }

        parent = Rules.Touch(parent.With("hasMergedChildTicketFlag", true), draft.Now, by);
        draft.Put(Kind.Tickets, parent);
        draft.Announce(Kind.Tickets, ChangeAction.Updated, parent, byApi: by == Rules.ApiMember);
        return parent;
    }

    private static void FirstNote(Draft draft, Kind kind, Node ticket, string? text, string flag)
    {
        if (!string.IsNullOrEmpty(text))
        {
            var note = Rules.New(draft, kind, Rules.ApiMember).With("ticketId", ticket["id"]).With("text", text)
                .With("detailDescriptionFlag", false).With("externalFlag", flag != "internalAnalysisFlag").With("internalFlag", flag == "internalAnalysisFlag").With(flag, true);
            draft.Put(kind, note);
        }
    }
}
