namespace MSPortal.Histories.Vendors.Psas;

/// <summary>How a vendor keeps the addresses that it calls, as its own administrator sees them.</summary>
/// <param name="Kinds">Where they are; none where a person enters the address by hand.</param>
/// <param name="Key">What addresses such a record.</param>
/// <param name="Url">The property with our address.</param>
/// <param name="Switch">The property that turns one on or off.</param>
/// <param name="On">Its value when it is on.</param>
/// <param name="Deliveries">The list of attempts.</param>
/// <param name="Status">The property with the answer's status.</param>
/// <param name="Nobody">Its value when nobody answered.</param>
internal sealed record Hooks(IReadOnlyList<string> Kinds, string Key, string Url, string Switch, bool On, string Deliveries, string Status, int? Nobody)
{
    /// <summary>The vendor tells of deletions, too.</summary>
    public bool TellsDeletions { get; init; }

    /// <summary>The header of a signature over a body with a secret; null where nothing is signed.</summary>
    public Func<byte[], string, (string Header, string Value)>? Signature { get; init; }

    /// <summary>Where a person enters the address by hand: how, at the simulator.</summary>
    public Func<Uri, Edit>? Enter { get; init; }

    /// <summary>What is added to the address when it is called.</summary>
    public string Suffix { get; init; } = "";
}
