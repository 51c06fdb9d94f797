using System.Globalization;
using MSPortal.Simulators.ConnectWise.Http;
using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Control;

/// <summary>Changes as somebody at the vendor makes them, and some that nobody can make, like one that leaves lastUpdated alone.</summary>
internal sealed class RecordEdits(Vendor vendor)
{
    private const string By = "zadmin";

    public Node Create(Kind kind, Node given) => vendor.Store.Edit(draft =>
    {
        var made = Rules.New(draft, kind, By);
        if (given["id"] is long id)
        {
            made = made.With("id", id);
        }

        if (kind is Kind.Tickets or Kind.ProjectTickets && draft.Find(Kind.Boards, given.RefId("board")) is { } board)
        {
            made = Rules.OnBoard(draft, made, board);
        }

        made = Rules.Settle(draft, kind, null, Rules.Merge(draft, kind, made, given, strict: false), By);
        draft.Put(kind, made);
        draft.Announce(kind, ChangeAction.Added, made);
        if (kind is Kind.Notes or Kind.ProjectNotes)
        {
            TicketActions.TouchTicket(draft, vendor, kind, made, By);
        }

        return made;
    });

    public Node Change(Kind kind, int id, Node given, bool touch) => vendor.Store.Edit(draft => Change(draft, kind, id, given, touch));

    public void Delete(Kind kind, int id) => vendor.Store.Edit(draft => Delete(draft, kind, id));

    /// <summary>All in one edit: a reader sees none of it or all of it.</summary>
    public IReadOnlyList<int> ChangeMany(Kind kind, IReadOnlyList<int>? ids, int? count, bool delete, Node? given, bool touch) => vendor.Store.Edit<IReadOnlyList<int>>(draft =>
    {
        List<int> chosen = [.. ids ?? draft.All(kind).Take(count ?? int.MaxValue).Select(r => r.Id)];
        foreach (var id in chosen)
        {
            if (delete)
            {
                Delete(draft, kind, id);
            }
            else
            {
                Change(draft, kind, id, given ?? Node.Empty(new Shape([])), touch);
            }
        }

        return chosen;
    });

    public Node MergeTicket(int id, int into) => vendor.Store.Edit(draft =>
    {
        TicketActions.Merge(draft, into, [id], 0, By);
        return Existing(draft, Kind.Tickets, id);
    });

    /// <summary>Everything of the company moves, and as at the real vendor nothing says when.</summary>
    public Node MergeCompany(int id, int into) => vendor.Store.Edit(draft =>
    {
        var (source, target) = (Existing(draft, Kind.Companies, id), References.To(Kind.Companies, Existing(draft, Kind.Companies, into)));
        foreach (var kind in new[] { Kind.Tickets, Kind.ProjectTickets, Kind.Contacts, Kind.Configurations, Kind.TimeEntries })
        {
            foreach (var row in draft.All(kind).Where(r => r.RefId("company") == id).ToList())
            {
                draft.Put(kind, row.With("company", target));
            }
        }

        TicketActions.Remove(draft, Kind.Companies, source);
        draft.Announce(Kind.Companies, ChangeAction.Deleted, source);
        return Existing(draft, Kind.Companies, into);
    });

    public Node MoveToBoard(int id, int board, bool touch) => vendor.Store.Edit(draft =>
    {
        var before = Existing(draft, Kind.Tickets, id);
        var moved = Rules.Settle(draft, Kind.Tickets, before, Rules.OnBoard(draft, before, Existing(draft, Kind.Boards, board)), By);
        return Put(draft, Kind.Tickets, moved, touch);
    });

    private static Node Change(Draft draft, Kind kind, int id, Node given, bool touch)
    {
        var before = Existing(draft, kind, id);
        var row = Rules.Settle(draft, kind, before, Rules.Merge(draft, kind, before, given, strict: false), By);
        return Put(draft, kind, row, touch);
    }

    private static Node Put(Draft draft, Kind kind, Node row, bool touch)
    {
        row = touch ? Rules.Touch(row, draft.Now, By) : row;
        draft.Put(kind, row);
        if (touch)
        {
            draft.Announce(kind, ChangeAction.Updated, row);
        }

        return row;
    }

    private static bool Delete(Draft draft, Kind kind, int id)
    {
        var row = Existing(draft, kind, id);
        TicketActions.Remove(draft, kind, row);
        draft.Announce(kind, ChangeAction.Deleted, row);
        return true;
    }

    private static Node Existing(Draft draft, Kind kind, int id) =>
        draft.Find(kind, id) ?? throw VendorException.NotFound($"{Kinds.Get(kind).Resource} {id.ToString(CultureInfo.InvariantCulture)}");
}
