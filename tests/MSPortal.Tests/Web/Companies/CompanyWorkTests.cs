using Microsoft.EntityFrameworkCore;
using MSPortal.Web.Features.Companies;
using Shouldly;
using Xunit;
using DatabaseDataAttribute = MSPortal.Tests.Support.DatabaseDataAttribute;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Companies;

public sealed class CompanyWorkTests
{
    [Theory, DatabaseData]
    public async Task Two_who_wait_for_each_other_both_get_through(DatabaseKind kind)
    {
        await using var home = await CompanyHome.CreateAsync(kind);
        var (a, b) = (await AddAsync(home, "Acme"), await AddAsync(home, "Bolt"));
        // SQLite lets no second one begin, so there they do not meet.
        using var met = new CountdownEvent(kind == DatabaseKind.PostgreSql ? 2 : 0);

        await Task.WhenAll(Task.Run(() => HoldAsync(a, b, "first")), Task.Run(() => HoldAsync(b, a, "second")));

        (await home.AuditAsync()).Where(e => e.Action == "held").Select(e => e.SubjectName).ShouldBe(["first", "second"], ignoreOrder: true);

        async Task HoldAsync(Guid one, Guid other, string who)
        {
            var attempts = 0;
            await CompanyWork.RunAsync(
                home.Storage.Database,
                home.Storage.Clock,
                home.Ada,
                async work =>
                {
                    await work.HoldAsync(one, CancellationToken.None);
                    if (attempts++ == 0 && !met.IsSet)
                    {
                        met.Signal();
                        met.Wait();
                    }

                    await work.HoldAsync(other, CancellationToken.None);
                    work.Audit("held", "company", null, who, null, null);
                    return true;
                },
                CancellationToken.None);
        }
    }

    private static async Task<Guid> AddAsync(CompanyHome home, string name) => await CompanyWork.RunAsync(
        home.Storage.Database, home.Storage.Clock, home.Ada, work => Task.FromResult(work.Add(work.NewCompany(name)).Id), CancellationToken.None);
}
