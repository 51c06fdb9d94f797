using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Data;

/// <summary>The vendor's whole database from a seed: the same seed, sizes and origin give the same bytes everywhere.</summary>
internal static class SeedData
{
    public static World Create(int seed, int companies, int tickets, DateTimeOffset origin)
    {
        var seeding = new Seeding((ulong)seed, origin);
        var people = new People(seed);
        MemberData.Add(seeding, people);
        TableSetup.Add(seeding);
        seeding.Restart(1);
        CompanyData.Add(seeding, people, companies);
        seeding.Restart(2);
        ConfigurationData.Add(seeding);
        seeding.Restart(3);
        new TicketData(seeding).Add(tickets);
        seeding.Restart(4);
        TimeData.Add(seeding);
        return World.Of(seeding.Rows);
    }
}
