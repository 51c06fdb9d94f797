namespace MSPortal.Core.Devices;

/// <summary>
/// Which records of several sources are one machine. Two that are not must never become one, so weak evidence joins only what
/// nothing speaks against, and what several machines share (docking stations, cloned boards, names) is no evidence. Pure: the same records give the same groups.
/// </summary>
public static class DeviceIdentity
{
    public static IReadOnlyList<DeviceGroup> Of(IReadOnlyCollection<DeviceSighting> sightings, IReadOnlyCollection<DeviceSaying> sayings)
    {
        var said = sayings.SelectMany(s => new[] { (s.One, s), (s.Other, s) }).ToLookup(s => s.Item1, s => s.s);
        return [.. sightings.GroupBy(s => s.CompanyId).OrderBy(g => g.Key).SelectMany(company => new Company(company, said).Groups())];
    }

    /// <summary>Shorter ids are counted by each tool for itself, and the same means nothing.</summary>
    private const int ShortestReference = 16;

    private sealed class Company
    {
        private readonly List<DeviceSighting> all;
        private readonly ILookup<DeviceKey, DeviceSaying> said;
        private readonly Dictionary<DeviceKey, Cluster> clusters;
        private readonly Dictionary<DeviceKey, string?> serials;
        private readonly Dictionary<DeviceKey, HashSet<string>> macs;

        public Company(IEnumerable<DeviceSighting> sightings, ILookup<DeviceKey, DeviceSaying> said)
        {
            this.said = said;
            all = [.. sightings.OrderBy(s => s.Key)];
            var shared = all.Where(s => s.Serial is not null).GroupBy(s => s.Serial!).Where(IsShared).Select(g => g.Key).ToHashSet();
            serials = all.ToDictionary(s => s.Key, s => s.Serial is { } serial && !shared.Contains(serial) ? serial : null);
            var docks = all.SelectMany(s => s.Macs.Select(m => (Mac: m, Sighting: s))).GroupBy(p => p.Mac, p => p.Sighting).Where(IsDock).Select(g => g.Key).ToHashSet();
            macs = all.ToDictionary(s => s.Key, s => s.Macs.Where(m => !docks.Contains(m)).ToHashSet());
            clusters = all.ToDictionary(s => s.Key, s => new Cluster(s, serials[s.Key], macs[s.Key]));
        }

        public IEnumerable<DeviceGroup> Groups()
        {
            BySayings();
            ByReference();
            BySerial();
            ByMac();
            ByBefore();
            ByHostname();
            return clusters.Values.Distinct().Select(c => c.ToGroup()).OrderBy(g => g.Members[0].Key);
        }

        private static (long, string) Source(DeviceSighting sighting) => (sighting.Key.IntegrationId, sighting.Key.Partition);

        /// <summary>One source has it for machines of different names: the number of a cloned board, or of a model.</summary>
        private static bool IsShared(IEnumerable<DeviceSighting> sightings) =>
            sightings.GroupBy(Source).Any(source => source.Select(s => s.Hostname ?? s.Key.ExternalId).Distinct().Skip(1).Any() && !HaveCommonMac([.. source]));

        private static bool HaveCommonMac(IReadOnlyList<DeviceSighting> sightings) =>
            sightings[0].Macs.Any(mac => sightings.All(s => s.Macs.Contains(mac)));

        /// <summary>One source has seen it at several machines.</summary>
        private bool IsDock(IEnumerable<DeviceSighting> sightings) =>
            sightings.GroupBy(Source).Any(source => source.Select(s => serials[s.Key] ?? s.Hostname ?? s.Key.ExternalId).Distinct().Skip(1).Any());

        private void BySayings()
        {
            foreach (var saying in all.SelectMany(s => said[s.Key]).Where(s => s.IsSame).Distinct())
            {
                if (clusters.TryGetValue(saying.One, out var one) && clusters.TryGetValue(saying.Other, out var other))
                {
                    Join(one, other, DeviceEvidence.Person);
                }
            }
        }

        private void ByReference()
        {
            var byId = all.Where(s => s.Key.ExternalId.Length >= ShortestReference).ToLookup(s => s.Key.ExternalId, StringComparer.OrdinalIgnoreCase);
            foreach (var sighting in all)
            {
                foreach (var other in sighting.References.SelectMany(id => byId[id]).Where(o => o.Key != sighting.Key))
                {
                    Join(clusters[sighting.Key], clusters[other.Key], DeviceEvidence.Reference);
                }
            }
        }

        private void BySerial()
        {
            foreach (var bucket in all.Where(s => serials[s.Key] is not null).GroupBy(s => serials[s.Key]!))
            {
                JoinEach([.. bucket], DeviceEvidence.Serial, (_, _) => true);
            }
        }

        private void ByMac()
        {
            foreach (var bucket in all.SelectMany(s => macs[s.Key].Select(m => (Mac: m, Sighting: s))).GroupBy(p => p.Mac, p => p.Sighting))
            {
                JoinEach([.. bucket], DeviceEvidence.Mac, (a, b) => a.Hostname is null || b.Hostname is null || a.Hostname == b.Hostname || macs[a.Key].Count(macs[b.Key].Contains) > 1);
            }
        }

        private void ByBefore()
        {
            foreach (var bucket in all.Where(s => s.Device is not null).GroupBy(s => s.Device!.Value))
            {
                JoinEach([.. bucket], DeviceEvidence.Before, (_, _) => true);
            }
        }

        /// <summary>A name joins only where each source has it once, and where the addresses of both do not tell two machines.</summary>
        private void ByHostname()
        {
            foreach (var bucket in all.Where(s => s.Hostname is not null).GroupBy(s => s.Hostname!))
            {
                var machines = bucket.Select(s => clusters[s.Key]).Distinct().ToList();
                if (machines.Count > 1 && !machines.SelectMany(m => m.Sources).GroupBy(s => s).Any(s => s.Count() > 1))
                {
                    JoinEach([.. machines.Select(m => m.Members[0])], DeviceEvidence.Hostname, (a, b) => !clusters[a.Key].HasOtherMacs(clusters[b.Key]));
                }
            }
        }

        private void JoinEach(IReadOnlyList<DeviceSighting> bucket, DeviceEvidence evidence, Func<DeviceSighting, DeviceSighting, bool> fits)
        {
            for (var i = 1; i < bucket.Count; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    if (fits(bucket[j], bucket[i]))
                    {
                        Join(clusters[bucket[j].Key], clusters[bucket[i].Key], evidence);
                    }
                }
            }
        }

        private void Join(Cluster one, Cluster other, DeviceEvidence evidence)
        {
            if (one == other || !MayJoin(one, other, evidence))
            {
                return;
            }

            one.Take(other, evidence);
            foreach (var member in other.Members)
            {
                clusters[member.Key] = one;
            }
        }

        private bool MayJoin(Cluster one, Cluster other, DeviceEvidence evidence)
        {
            if (one.Members.Any(a => said[a.Key].Any(s => !s.IsSame && other.Holds(s.One == a.Key ? s.Other : s.One))))
            {
                return false;
            }

            return evidence is DeviceEvidence.Person or DeviceEvidence.Reference
                || (!one.HasOtherSerials(other) && (!one.Sources.Overlaps(other.Sources) || IsSameTwice(one, other, evidence)));
        }

        /// <summary>One source has a machine twice: after a new installation the old record is still there.</summary>
        private static bool IsSameTwice(Cluster one, Cluster other, DeviceEvidence evidence) => evidence switch
        {
            DeviceEvidence.Serial => one.Hostnames.Overlaps(other.Hostnames) || one.Macs.Overlaps(other.Macs),
            DeviceEvidence.Mac => one.Hostnames.Overlaps(other.Hostnames),
            DeviceEvidence.Before => true,
            _ => false,
        };
    }

    private sealed class Cluster
    {
        private readonly Dictionary<DeviceKey, DeviceEvidence> evidence = [];

        public Cluster(DeviceSighting first, string? serial, IEnumerable<string> macs)
        {
            Members = [first];
            Sources = [(first.Key.IntegrationId, first.Key.Partition)];
            Serials = serial is null ? [] : [serial];
            Hostnames = first.Hostname is { } name ? [name] : [];
            Macs = [.. macs];
        }

        public List<DeviceSighting> Members { get; }

        public HashSet<(long, string)> Sources { get; }

        public HashSet<string> Hostnames { get; }

        public HashSet<string> Macs { get; }

        private HashSet<string> Serials { get; }

        public bool Holds(DeviceKey key) => Members.Exists(m => m.Key == key);

        /// <summary>Of machines of one name, numbers that are nearly the same are one that was mistyped.</summary>
        public bool HasOtherSerials(Cluster other) => Serials.Count > 0 && other.Serials.Count > 0 && !Serials.Overlaps(other.Serials)
            && !(Hostnames.Overlaps(other.Hostnames) && Serials.Any(s => other.Serials.Any(o => DeviceMarks.IsNearly(s, o))));

        public bool HasOtherMacs(Cluster other) => Macs.Count > 0 && other.Macs.Count > 0 && !Macs.Overlaps(other.Macs) && !Serials.Overlaps(other.Serials);

        public void Take(Cluster other, DeviceEvidence by)
        {
            evidence[other.Members[0].Key] = by;
            foreach (var (key, why) in other.evidence)
            {
                evidence[key] = why;
            }

            Members.AddRange(other.Members);
            Sources.UnionWith(other.Sources);
            Hostnames.UnionWith(other.Hostnames);
            Macs.UnionWith(other.Macs);
            Serials.UnionWith(other.Serials);
        }

        public DeviceGroup ToGroup() => new([.. Members.OrderBy(m => m.Key)], evidence);
    }
}
