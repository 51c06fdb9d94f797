using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Common;

/// <summary>Asks for single records. One that always fails must not keep the others from being told; several in a row mean that the vendor is in trouble.</summary>
internal sealed class OneByOne
{
    private const int MostFailures = 3;

    private int failures;

    /// <param name="ask">Throws where the answer is none.</param>
    /// <exception cref="FaultException">The vendor fails again and again, or its refusal is not about this record.</exception>
    public async Task<ReadResult> AskAsync(string id, Func<Task<ReadResult>> ask)
    {
        try
        {
            var result = await ask();
            failures = 0;
            return result;
        }
        catch (FaultException e) when (e.Fault is Fault.VendorDown)
        {
            // Also a 404 in other words than the vendor's own: a lost way, not a lost record.
            if (++failures == MostFailures)
            {
                throw;
            }

            return new ReadResult.Unknown(id, e.Fault.Sentence);
        }
        catch (FaultException e) when (e.Fault is Fault.BadData or Fault.PermissionMissing)
        {
            failures = 0;
            return new ReadResult.Unknown(id, e.Fault.Sentence) { IsRefused = e.Fault is Fault.PermissionMissing };
        }
    }
}
