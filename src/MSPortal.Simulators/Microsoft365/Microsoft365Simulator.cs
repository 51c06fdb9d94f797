using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>Entra ID and Microsoft Graph as their documents describe them, at one address, with a door for those who change and break them.</summary>
internal sealed class Microsoft365Simulator : ISimulator
{
    public void Map(WebApplication app, SimulatorOptions options)
    {
        var vendor = new Microsoft365Vendor(options);
        var door = new Microsoft365Door(vendor);
        Microsoft365Vendor.Bind(app, vendor);
        app.Lifetime.ApplicationStopping.Register(vendor.Dispose);
        Microsoft365Control.Map(app.MapGroup("/control/microsoft365"), vendor);
        app.Map(Graph.Root + "/{**path}", door.GraphAsync);
        app.Map("/{tenant}/oauth2/v2.0/token", door.EntraAsync);
        app.Map("/{tenant}/adminconsent", door.EntraAsync);
        app.Map("/{tenant}/v2.0/adminconsent", door.EntraAsync);
    }
}

/// <summary>Takes every call that is not for the control, and writes its answer with all that is wrong today.</summary>
internal sealed class Microsoft365Door(Microsoft365Vendor vendor)
{
    public Task GraphAsync(HttpContext context) => TakeAsync(context, Mark(vendor.Locked(() => vendor.Tokens.Whose(context.Request.Headers.Authorization)?.Tenant)), (body, faults, mark) =>
    {
        var request = GraphRequest.Of(context, body, faults);
        return request.Steps is ["$batch"] ? vendor.Batch.Answer(request, mark) : vendor.Api.Respond(request with { IsValidated = context.Items.ContainsKey(this) });
    });

    public Task EntraAsync(HttpContext context)
    {
        var name = (string)context.Request.RouteValues["tenant"]!;
        var isToken = context.Request.Path.Value!.EndsWith("/token", StringComparison.OrdinalIgnoreCase);
        return TakeAsync(context, Mark(vendor.Locked(() => vendor.FindTenant(name))), (body, _, _) =>
        {
            var request = new VendorRequest(context, body, 0);
            return isToken ? vendor.Tokens.Give(request, name) : vendor.Consents.Answer(request, name);
        });
    }

    private static string Mark(Tenant? tenant) => tenant is null ? "" : "#" + tenant.Id;

    private Task TakeAsync(HttpContext context, string mark, Func<byte[], IReadOnlyList<Fault>, string, JsonAnswer> respond)
    {
        vendor.PublicUrl = $"{context.Request.Scheme}://{context.Request.Host}";
        return Doorstep.TakeAsync(
            context,
            vendor.Requests,
            vendor.Faults,
            vendor.Clock.GetUtcNow(),
            async (faults, tell) =>
            {
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body, context.RequestAborted);
                if (context.Request.Method == "POST" && context.Request.Path.Equals(Graph.Root + "/subscriptions", StringComparison.OrdinalIgnoreCase) && await vendor.Subscriptions.ValidateAsync(body.ToArray(), context.RequestAborted))
                {
                    context.Items[this] = true;
                }

                var (answer, bytes) = Answer(context, body.ToArray(), faults, mark, respond);
                tell(answer.Status);
                await Doorstep.AnswerAsync(context, new PlainAnswer(answer.Status, answer.ContentType, answer.Headers, () => bytes), vendor.Clock.GetUtcNow(), faults);
            },
            mark);
    }

    private (JsonAnswer Answer, byte[] Bytes) Answer(HttpContext context, byte[] body, IReadOnlyList<Fault> faults, string mark, Func<byte[], IReadOnlyList<Fault>, string, JsonAnswer> respond)
    {
        var path = context.Request.Path + context.Request.QueryString.Value;
        lock (vendor.Gate)
        {
            vendor.Meet(path + mark);
            var answer = JsonFaults.Instead(vendor.Error, faults) ?? respond(body, faults, mark);
            var served = answer.Rows;
            JsonFaults.Touch(answer, faults);
            var bytes = answer.Bytes();
            var tenant = mark.Length == 0 ? null : vendor.FindTenant(mark[1..]);
            vendor.Note(context.Request.Method, path, context.Request.Headers.Authorization, answer, tenant);
            if (served is not null && tenant is not null && faults.FirstOrDefault(f => f.Kind is FaultKind.DeleteDuringPaging) is { } fault)
            {
                foreach (var id in served.Take(fault.Rows).Select(r => r.Text("id")).OfType<string>().Where(id => tenant.Users.Find(id)?.IsLive == true))
                {
                    vendor.DeleteUser(tenant.Id, id);
                }
            }

            return (answer, bytes);
        }
    }
}
