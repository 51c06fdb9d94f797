using System.Collections.Frozen;
using System.Net;

namespace MSPortal.Core.Devices;

/// <summary>What identifies a machine, in the one form in which sources can be compared; null for what identifies none, such as the serial number that nobody filled in. Pure.</summary>
public static class DeviceMarks
{
    private const int ShortestSerial = 5;
    private const int MacLength = 12;

    private static readonly FrozenSet<string> NoSerials = FrozenSet.ToFrozenSet(
    [
        "NONE", "UNKNOWN", "INVALID", "EMPTY", "DEFAULT", "SERIAL", "SERIALNUMBER", "SYSTEMSERIALNUMBER", "SYSTEMSERIALNUMB", "CHASSISSERIALNUMBER", "DEFAULTSTRING", "NOTSPECIFIED",
        "NOTAVAILABLE", "NOTAPPLICABLE", "NOTDEFINED", "TOBEFILLEDBYOEM", "TOBEFILLED", "OEM", "OEMSERIAL", "PLACEHOLDER", "VIRTUAL", "VIRTUALMACHINE", "0123456789", "1234567890", "123456789", "12345678",
        "1234567", "123456", "12345", "012345678", "0123456", "ABCDEFG", "EVAL", "BAD", "QWERTY", "TEST1", "STANDARD", "UNDEFINED",
    ]);

    /// <summary>Adapters that exist in software, or that all machines of a kind share.</summary>
    private static readonly string[] NoMacs =
    [
        "005056", "000C29", "000569", "001C14", // VMware
        "00155D", "080027", "001C42", "00163E", // Hyper-V, VirtualBox, Parallels, Xen
        "00FF", "00059A", "00090F", "00A0C6", "001B63FFFE", "444553", "00007", // tunnels, dial-up, modems
    ];

    private static readonly FrozenSet<string> NoHostnames = FrozenSet.ToFrozenSet(
    [
        "localhost", "localdomain", "unknown", "none", "null", "n/a", "desktop", "laptop", "notebook", "pc", "computer", "workstation", "server", "ubuntu", "debian", "raspberrypi", "linux",
        "windows", "macbook", "macbook-pro", "macbook-air", "imac", "mac-mini", "macmini", "iphone", "ipad", "android", "printer", "scanner", "router", "switch", "firewall", "nas", "esxi", "vcenter", "admin", "user", "test", "new", "temp", "default",
    ]);

    public static string? Serial(string? serial)
    {
        if (serial is null)
        {
            return null;
        }

        var plain = string.Concat(serial.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
        return plain.Length < ShortestSerial || plain.Distinct().Count() < 3 || NoSerials.Contains(plain) || plain.StartsWith("TOBEFILLED", StringComparison.Ordinal) ? null : plain;
    }

    /// <summary>Twelve hexadecimal digits.</summary>
    public static string? Mac(string? mac)
    {
        var plain = string.Concat((mac ?? "").Where(char.IsAsciiHexDigit)).ToUpperInvariant();
        if (plain.Length != MacLength || plain.Distinct().Count() < 3 || Array.Exists(NoMacs, p => plain.StartsWith(p, StringComparison.Ordinal)))
        {
            return null;
        }

        // Group addresses, and those that were made up by whoever uses them: random Wi-Fi, containers, bridges.
        var first = Convert.ToByte(plain[..2], 16);
        return (first & 0b11) == 0 ? plain : null;
    }

    /// <summary>Whether somebody meant the same number: one letter wrong, missing or too many, two exchanged, or something written behind it.</summary>
    public static bool IsNearly(string one, string other)
    {
        var (shorter, longer) = one.Length <= other.Length ? (one, other) : (other, one);
        if (longer.StartsWith(shorter, StringComparison.Ordinal))
        {
            return true;
        }

        var start = one.AsSpan().CommonPrefixLength(other);
        var a = shorter.AsSpan(start);
        var b = longer.AsSpan(start);
        return (longer.Length - shorter.Length) switch
        {
            0 => a[1..].SequenceEqual(b[1..]) || (a.Length > 1 && a[0] == b[1] && a[1] == b[0] && a[2..].SequenceEqual(b[2..])),
            1 => a.SequenceEqual(b[1..]),
            _ => false,
        };
    }

    /// <summary>Without domain, in small letters.</summary>
    public static string? Hostname(string? name)
    {
        var plain = name?.Trim().ToLowerInvariant() ?? "";
        if (plain.Length == 0 || IPAddress.TryParse(plain, out _) || plain.Any(char.IsWhiteSpace))
        {
            return null;
        }

        plain = plain.Split('.')[0].TrimEnd('$');
        return plain.Length < 2 || NoHostnames.Contains(plain) ? null : plain;
    }
}
