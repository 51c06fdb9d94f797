using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Account;

/// <summary>
/// Codes of authenticator apps (RFC 6238: HMAC-SHA1, six digits, a new one every half minute). Each is taken once, and none that is older than one that was taken:
/// a code that somebody has seen being entered opens nothing.
/// </summary>
internal sealed class AuthenticatorCodes(TimeProvider clock) : AuthenticatorTokenProvider<PortalUser>
{
    private const string LastStep = "LastTimeStep";
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int StepSeconds = 30;

    /// <summary>How many steps the app's clock may be off, each way.</summary>
    private const int Tolerance = 2;

    public override async Task<bool> ValidateAsync(string purpose, string token, UserManager<PortalUser> manager, PortalUser user)
    {
        if (await manager.GetAuthenticatorKeyAsync(user) is not { Length: > 0 } key || !int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            return false;
        }

        var taken = long.TryParse(await manager.GetAuthenticationTokenAsync(user, SecondFactors.Provider, LastStep), NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last : 0;
        var now = clock.GetUtcNow().ToUnixTimeSeconds() / StepSeconds;
        var secret = Bytes(key);
        for (var step = Math.Max(taken + 1, now - Tolerance); step <= now + Tolerance; step++)
        {
            if (CodeOf(secret, step) == code)
            {
                return await TakeAsync(step, manager, user);
            }
        }

        return false;
    }

    /// <summary>Of two requests with the same code only one can write over the person that it has read.</summary>
    private static async Task<bool> TakeAsync(long step, UserManager<PortalUser> manager, PortalUser user)
    {
        try
        {
            return (await manager.SetAuthenticationTokenAsync(user, SecondFactors.Provider, LastStep, step.ToString(CultureInfo.InvariantCulture))).Succeeded;
        }
        catch (DbUpdateException)
        {
            return false;
        }
    }

    private static int CodeOf(byte[] secret, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // The apps' own standard.
        var hash = HMACSHA1.HashData(secret, counter);
#pragma warning restore CA5350
        return (BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 15)) & int.MaxValue) % 1_000_000;
    }

    /// <summary>Of base 32 without padding, as Identity makes keys.</summary>
    private static byte[] Bytes(string key)
    {
        var bytes = new byte[key.Length * 5 / 8];
        var (buffer, bits, at) = (0, 0, 0);
        foreach (var letter in key)
        {
            (buffer, bits) = (((buffer << 5) | Letters.IndexOf(letter, StringComparison.Ordinal)) & 0xFFFF, bits + 5);
            if (bits >= 8)
            {
                bits -= 8;
                bytes[at++] = (byte)(buffer >> bits);
            }
        }

        return bytes;
    }
}
