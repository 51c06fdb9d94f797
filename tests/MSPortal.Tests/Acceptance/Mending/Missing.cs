using System.Text.Json.Nodes;
using MSPortal.Core.Model;

namespace MSPortal.Tests.Acceptance.Mending;

/// <summary>A ticket that somebody looks for and does not see.</summary>
internal sealed class Missing(Ticket ticket, JsonNode row, string person)
{
    /// <summary>What is asked for; another one once the diagnosis leads there.</summary>
    public string Number { get; set; } = ticket.Number;

    /// <summary>As it was before anybody hid it.</summary>
    public Ticket Ticket => ticket;

    /// <summary>As the vendor has it.</summary>
    public JsonNode Row => row;

    public string Id => ticket.ExternalId;

    /// <summary>The vendor's id of the company that it is of now.</summary>
    public string Company { get; set; } = ticket.CompanyId!;

    /// <summary>The e-mail address of who looks for it.</summary>
    public string Person { get; set; } = person;

    /// <summary>They do not come by a new link whenever the portal turns them away.</summary>
    public bool StaysSignedIn { get; set; }

    /// <summary>What is changed of that person among the users.</summary>
    public Func<Task>? AtUsers { get; set; }
}
