using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Syncro;

/// <summary>Rows as they are served: with all the fields of the documents' examples, those of a list and those of a record read alone.</summary>
internal static class SyncroShapes
{
    private static readonly JsonObject CustomerShape = Shape("""
        {"id":0,"firstname":null,"lastname":null,"fullname":null,"business_name":null,"email":null,"phone":null,"mobile":null,"created_at":null,
        "updated_at":null,"pdf_url":null,"address":null,"address_2":null,"city":null,"state":null,"zip":null,"latitude":null,"longitude":null,
        "notes":null,"get_sms":false,"opt_out":false,"disabled":false,"no_email":false,"location_name":null,"location_id":null,"properties":{},
        "online_profile_url":null,"tax_rate_id":null,"notification_email":null,"invoice_cc_emails":null,"invoice_term_id":null,"referred_by":null,
        "ref_customer_id":null,"business_and_full_name":null,"business_then_name":null,"contacts":[]}
        """);

    private static readonly JsonObject ContactShape = Shape("""
        {"id":0,"name":null,"address1":null,"address2":null,"city":null,"state":null,"zip":null,"email":null,"phone":null,"mobile":null,"latitude":null,
        "longitude":null,"customer_id":null,"account_id":1,"notes":null,"created_at":null,"updated_at":null,"vendor_id":null,"properties":{},
        "opt_out":false,"extension":null}
        """);

    private static readonly JsonObject TicketInList = Shape("""
        {"id":0,"number":0,"subject":null,"created_at":null,"customer_id":null,"customer_business_then_name":null,"due_date":null,"resolved_at":null,
        "start_at":null,"end_at":null,"location_id":null,"location_name":null,"problem_type":null,"status":null,"ticket_type_id":null,
        "ticket_type_name":null,"properties":{},"user_id":null,"updated_at":null,"pdf_url":null,"priority":null,"billing_status":null,"tag_list":[],
        "sla_name":null,"creator_name_or_email":null,"contact_fullname":null,"contract_name":null,"address_id":null,"parent":false,"parent_id":null,
        "child":false,"recurring":false,"customer_reply":false,"total_formatted_billable_time":null,"contact_id":null,"sla_breached":false,
        "sla_breaching_soon":false,"contract_id":null,"sla_id":null,"customer_tag_list":[],"resolution_time":null,"response_time":null,
        "customer_icons":[],"comments":[],"user":null}
        """);

    /// <summary>Other fields than in a list: no names of type, contact, contract and SLA.</summary>
    private static readonly JsonObject TicketAlone = Shape("""
        {"id":0,"number":0,"subject":null,"created_at":null,"customer_id":null,"customer_business_then_name":null,"due_date":null,"start_at":null,
        "end_at":null,"location_id":null,"problem_type":null,"status":null,"properties":{},"user_id":null,"updated_at":null,"pdf_url":null,
        "intake_form_html":null,"signature_name":null,"signature_date":null,"asset_ids":[],"priority":null,"resolved_at":null,"outtake_form_name":null,
        "outtake_form_date":null,"outtake_form_html":null,"comments":[],"attachments":[],"ticket_timers":[],"line_items":[],"worksheet_results":[],
        "assets":[],"appointments":[],"ticket_fields":[],"ticket_answers":[],"tag_list":[],"customer":null,"contact":null,"user":null,
        "ticket_type":null,"address":null}
        """);

    private static readonly JsonObject AssetShape = Shape("""
        {"id":0,"name":null,"customer_id":null,"contact_id":null,"created_at":null,"updated_at":null,"properties":{},"asset_type":null,
        "asset_serial":null,"external_rmm_link":null,"customer":null,"rmm_links":[],"rmm_store":null,"address":null}
        """);

    private static readonly JsonObject TimerShape = Shape("""
        {"id":0,"ticket_id":0,"user_id":0,"start_time":null,"end_time":null,"recorded":false,"created_at":null,"updated_at":null,"billable":false,
        "notes":null,"toggl_id":null,"product_id":null,"comment_id":null,"ticket_line_item_id":null,"active_duration":null,"billable_time":0,
        "billable_override":null}
        """);

    public static JsonObject InList(SyncroVendor vendor, string kind, JsonObject row, VendorRequest? request = null) => kind switch
    {
        "tickets" => TicketRow(vendor, row, request),
        _ => Alone(vendor, kind, row),
    };

    public static JsonObject Alone(SyncroVendor vendor, string kind, JsonObject row) => kind switch
    {
        "customers" => Customer(vendor, row, withContacts: true),
        "contacts" => Fill(ContactShape, row),
        "assets" => Asset(vendor, row),
        "tickets" => Ticket(vendor, row),
        _ => Fill(TimerShape, row),
    };

    public static JsonObject Comment(SyncroVendor vendor, JsonObject row)
    {
        var view = (JsonObject)row.DeepClone();
        view["user"] = User(vendor, row) ?? new JsonObject();
        return view;
    }

    private static JsonObject TicketRow(SyncroVendor vendor, JsonObject row, VendorRequest? request)
    {
        var view = Fill(TicketInList, row);
        var all = request?.Query("all_comments") switch
        {
            "true" => true,
            "false" => false,
            _ => vendor.ListsBringAllComments,
        };
        var comments = vendor.Edits.CommentsOf(row.Whole("id"));
        view["comments"] = new JsonArray([.. (all ? comments : comments.Take(1)).Select(c => Comment(vendor, c))]);
        view["user"] = User(vendor, row);
        return view;
    }

    private static JsonObject Ticket(SyncroVendor vendor, JsonObject row)
    {
        var view = Fill(TicketAlone, row);
        view["comments"] = new JsonArray([.. vendor.Edits.CommentsOf(row.Whole("id")).Select(c => Comment(vendor, c))]);
        view["customer"] = vendor.World["customers"].Find(row.Whole("customer_id")) is { } customer ? Customer(vendor, customer, withContacts: false) : null;
        view["contact"] = vendor.World["contacts"].Find(row.Whole("contact_id")) is { } contact ? Fill(ContactShape, contact) : null;
        view["user"] = User(vendor, row);
        view["ticket_type"] = vendor.World["ticketTypes"].Find(row.Whole("ticket_type_id"))?.DeepClone();
        return view;
    }

    private static JsonObject Customer(SyncroVendor vendor, JsonObject row, bool withContacts)
    {
        var view = Fill(CustomerShape, row);
        var key = ((ulong)row.Whole("id") * 0xD1B54A32D192ED03UL).ToString("x16", CultureInfo.InvariantCulture);
        view["online_profile_url"] = $"https://{vendor.Subdomain}.syncromsp.com//my_profile/v2/index?portal_key=pk{key}zz";
        if (withContacts)
        {
            view["contacts"] = new JsonArray([.. vendor.Edits.ContactsOf(row.Whole("id")).Select(c => Fill(ContactShape, c))]);
        }

        return view;
    }

    private static JsonObject Asset(SyncroVendor vendor, JsonObject row)
    {
        var view = Fill(AssetShape, row);
        if (vendor.World["customers"].Find(row.Whole("customer_id")) is { } owner)
        {
            var customer = Customer(vendor, owner, withContacts: false);
            customer.Remove("contacts");
            customer.Remove("location_name");
            view["customer"] = customer;
        }

        view["rmm_store"] = new JsonObject
        {
            ["id"] = row.Whole("id") + 1,
            ["asset_id"] = row.Whole("id"),
            ["account_id"] = 1,
            ["triggers"] = Shape("""{"bsod_triggered":"false","time_triggered":"false","no_av_triggered":"false","defrag_triggered":"false","firewall_triggered":"false","app_crash_triggered":"false","low_hd_space_triggered":"false","smart_failure_triggered":"false","device_manager_triggered":"false","agent_offline_triggered":"false"}"""),
            ["windows_updates"] = new JsonObject(),
            ["emsisoft"] = new JsonObject(),
            ["general"] = new JsonObject(),
            ["created_at"] = row.Text("created_at"),
            ["updated_at"] = row.Text("updated_at"),
            ["override_alert_agent_offline_mins"] = null,
            ["override_alert_agent_rearm_after_mins"] = null,
            ["override_low_hd_threshold"] = null,
            ["override_autoresolve_offline_alert"] = null,
        };
        return view;
    }

    private static JsonNode? User(SyncroVendor vendor, JsonObject row) => vendor.World["users"].Find(row.Whole("user_id"))?.DeepClone();

    /// <summary>The shape's fields in its order, with the row's values.</summary>
    private static JsonObject Fill(JsonObject shape, JsonObject row)
    {
        var view = new JsonObject();
        foreach (var (name, usual) in shape)
        {
            view[name] = row.TryGetPropertyValue(name, out var own) ? own?.DeepClone() : usual?.DeepClone();
        }

        return view;
    }

    private static JsonObject Shape(string json) => JsonNode.Parse(json)!.AsObject();
}
