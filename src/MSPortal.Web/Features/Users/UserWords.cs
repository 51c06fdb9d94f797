using System.Globalization;
using MSPortal.Storage.Model;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Users;

/// <summary>How people stand, as it is said.</summary>
internal static class UserWords
{
    public static (string Text, Tone Tone) Of(UserStatus status) => status switch
    {
        UserStatus.Active => ("Active", Tone.Positive),
        UserStatus.Invited => ("Invited", Tone.Information),
        UserStatus.NotInvited => ("Not invited", Tone.Attention),
        _ => ("Disabled", Tone.Neutral),
    };

    public static (string Text, Tone Tone) Of(StaffStatus status) => status switch
    {
        StaffStatus.Imported => ("Imported", Tone.Positive),
        StaffStatus.Linked => ("Linked", Tone.Positive),
        _ => ("Not imported", Tone.Neutral),
    };

    public static (string Text, Tone Tone) Of(ContactStatus status) => status switch
    {
        ContactStatus.Imported => ("Imported", Tone.Positive),
        ContactStatus.Removed => ("Access removed", Tone.Attention),
        _ => ("Not imported", Tone.Neutral),
    };

    /// <summary>Which tickets of their company clients' people see.</summary>
    public static string Of(TicketReach reach) => reach switch
    {
        TicketReach.Company => "All tickets of the company",
        TicketReach.Location => "Tickets of their location and their own",
        _ => "Their own tickets",
    };

    /// <summary>What became of an invitation that was just sent.</summary>
    public static string Of(SentInvitation sent)
    {
        var until = string.Create(CultureInfo.InvariantCulture, $"It can be used once, until {sent.EndsAt.UtcDateTime:d MMM yyyy, HH:mm} UTC.");
        return sent.Delivery switch
        {
            InvitationDelivery.Mailed => $"Mailed to {sent.Email}. {until}",
            InvitationDelivery.Failed => $"The mail did not go out: {sent.Trouble} Pass the link on to {sent.Email} yourself. {until}",
            _ => $"No mail server is set: pass the link on to {sent.Email} yourself. {until}",
        };
    }
}
