using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;

namespace MSPortal.Storage.Secrets;

/// <summary>Wraps Data Protection's keys before they go to the database.</summary>
internal sealed class KeyWrapping(WrappingKey key) : IXmlEncryptor
{
    internal static readonly byte[] Context = Encoding.UTF8.GetBytes("MSPortal data protection key 1");

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        return new EncryptedXmlInfo(
            new XElement("wrappedKey", new XAttribute("by", key.Id), Convert.ToBase64String(key.Seal(plain, Context))),
            typeof(KeyUnwrapping));
    }
}

/// <summary>Made by Data Protection from the type's name in the database: never rename it.</summary>
internal sealed class KeyUnwrapping(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement)
    {
        var key = services.GetRequiredService<WrappingKey>();
        if (encryptedElement.Attribute("by")?.Value != key.Id)
        {
            throw new CryptographicException("The key was wrapped by another key file or MSPORTAL_KEY.");
        }

        return XElement.Parse(Encoding.UTF8.GetString(key.Open(Convert.FromBase64String(encryptedElement.Value), KeyWrapping.Context)));
    }
}
