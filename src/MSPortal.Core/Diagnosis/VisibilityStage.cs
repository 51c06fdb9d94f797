namespace MSPortal.Core.Diagnosis;

/// <summary>Whether what is here is shown, and to the one person who was asked about.</summary>
internal static class VisibilityStage
{
    public static Finding? Shown(List<Evidence> evidence, int tickets, string? company)
    {
        evidence.Add(new Evidence($"{Say.Count(tickets, "ticket")} shown{(company is null ? "" : $" for {company}")}"));
        return null;
    }

    public static Finding? Ticket(TicketFacts ticket, List<Evidence> evidence)
    {
        evidence.Add(new Evidence("In the list of tickets and in the API"));
        if (ticket.Kept is { IsClosed: true })
        {
            evidence.Add(new Evidence("It is closed: choose “Closed” or “All” above the list to find it there"));
        }

        if (ticket.Viewer is not { } viewer)
        {
            return null;
        }

        if (viewer.Sees == ViewerSees.It)
        {
            evidence.Add(new Evidence($"{viewer.Name} sees it"));
            return null;
        }

        var cause = viewer.Sees is ViewerSees.NothingDisabled or ViewerSees.NothingNotInvited or ViewerSees.NothingWithoutSecondFactor ? Cause.CannotSignIn : Cause.HiddenFromRole;
        var (sentence, advice) = Words(ticket, viewer);
        return new Finding(cause, Stage.Visibility, sentence, advice, new Remedy(RemedyKind.ChangePerson, "Open users", viewer.IsClient ? "clients" : null));
    }

    private static (string Sentence, string Advice) Words(TicketFacts ticket, ViewerFacts viewer) => viewer.Sees switch
    {
        ViewerSees.NothingDisabled => ($"{viewer.Name} is disabled and cannot sign in.", "Enable them, if they are to see anything."),
        ViewerSees.NothingNotInvited => ($"{viewer.Name} was not invited yet and cannot sign in.", "Send them the invitation."),
        ViewerSees.NothingWithoutSecondFactor => ($"{viewer.Name} sees nothing before they have set up a second factor.", "They are asked for it when they sign in."),
        ViewerSees.NothingWithoutPermission => ($"The role of {viewer.Name} does not let them see tickets.", "Give them another role, or change what theirs allows."),
        ViewerSees.NothingWithoutContact => ($"{viewer.Name} is no active contact of their company at any connected system, and sees no tickets.", "Make their contact active there, or link them to the right one."),
        ViewerSees.OnlyAssigned when ticket.Company is null => ($"Ticket {ticket.Number} has no company, and {viewer.Name} sees assigned companies only.", "Give the ticket a company at the vendor, or let them see all companies."),
        ViewerSees.OnlyAssigned => ($"{viewer.Name} sees assigned companies only, and {ticket.Company!.LinkedTo} is none of them.", "Assign that company to them."),
        ViewerSees.OnlyTheirCompany => ($"Ticket {ticket.Number} does not belong to the company of {viewer.Name}.", "Clients' people see their own company alone; give the ticket their company at the vendor if it is theirs."),
        ViewerSees.OnlyTheirLocation => ($"{viewer.Name} sees the tickets of their location, and ticket {ticket.Number} is of another.", "Let them see all tickets of their company."),
        _ => ($"{viewer.Name} sees the tickets that they are the contact of, and not ticket {ticket.Number}.", "Let them see more of their company's tickets, or make them its contact at the vendor."),
    };
}
