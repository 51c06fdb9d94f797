using MSPortal.Simulators.Common;
using MSPortal.Simulators.ConnectWise.Data;
using MSPortal.Simulators.ConnectWise.Http;
using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Control;

/// <summary>A working day at the vendor: tickets come, get answers and are closed.</summary>
internal sealed class Trickle(Vendor vendor) : IDisposable
{
    private const string By = "zadmin";

    private readonly Lock gate = new();
    private readonly Dice dice = new((ulong)vendor.Options.Seed + 77);
    private readonly RecordEdits edits = new(vendor);
    private readonly Texts texts = new(new Dice((ulong)vendor.Options.Seed + 78));
    private ITimer? timer;

    /// <param name="perMinute">0 stops it.</param>
    public void Run(double perMinute)
    {
        lock (gate)
        {
            timer?.Dispose();
            var pause = perMinute > 0 ? TimeSpan.FromMinutes(1 / perMinute) : Timeout.InfiniteTimeSpan;
            timer = perMinute > 0 ? vendor.Options.Time.CreateTimer(_ => Step(), null, pause, pause) : null;
        }
    }

    public void Dispose() => Run(0);

    private void Step()
    {
        if (!gate.TryEnter())
        {
            return; // The one before is still at it.
        }

        try
        {
            if (timer is null)
            {
                return;
            }

            var world = vendor.Store.World;
            var open = world[Kind.Tickets].Rows.Where(t => !t.Flag("closedFlag")).ToList();
            switch (dice.Below(10))
            {
                case < 3: Open(world); break;
                case < 6 when open.Count > 0: Answer(dice.Of(open)); break;
                case >= 6 when open.Count > 0: Move(world, dice.Of(open), closes: dice.Chance(35)); break;
                default: Open(world); break;
            }
        }
        catch (VendorException)
        {
            // Somebody deleted the record in between: there will be another one.
        }
        finally
        {
            gate.Exit();
        }
    }

    private void Open(World world)
    {
        var contacts = world[Kind.Contacts].Rows.Where(c => c.RefId("company") > 0 && !c.Flag("inactiveFlag")).ToList();
        var boards = world[Kind.Boards].Rows.Where(b => !b.Flag("inactiveFlag") && !b.Flag("projectFlag")).ToList();
        if (contacts.Count == 0)
        {
            return;
        }

        var contact = dice.Of(contacts);
        var company = contact.Child("company")!;
        var summary = Texts.Summary(new Dice(dice.Next()), dice.Below(900), company.Text("name") ?? "", References.FullName(contact));
        var ticket = edits.Create(Kind.Tickets, Given(("summary", summary), ("board", Ref(dice.Of(boards).Id)), ("company", Ref(company.Id)), ("contact", Ref(contact.Id))));
        Note(ticket, true);
    }

    private void Answer(Node ticket) => Note(ticket, dice.Chance(60));

    private void Note(Node ticket, bool isPublic) => edits.Create(Kind.Notes, Given(("ticketId", ticket["id"]), ("text", texts.Note(dice)),
        ("detailDescriptionFlag", isPublic), ("internalAnalysisFlag", !isPublic), ("internalFlag", !isPublic), ("externalFlag", isPublic), ("createdBy", By)));

    private void Move(World world, Node ticket, bool closes)
    {
        var statuses = world[Kind.Statuses].Below(ticket.RefId("board")).Where(s => s.Flag("closedStatus") == closes && !s.Flag("inactive")).ToList();
        if (statuses.Count > 0)
        {
            edits.Change(Kind.Tickets, ticket.Id, Given(("status", Ref(dice.Of(statuses).Id))), touch: true);
        }
    }

    private static Node Ref(int id) => Given(("id", (long)id));

    private static Node Given(params (string Name, object? Value)[] properties) =>
        new(new([.. properties.Select(p => new Field(p.Name, FieldType.Any, null))]), [.. properties.Select(p => p.Value)]);
}
