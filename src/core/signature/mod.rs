//! Signatures: digests and the DigestInfo that a card signs, and checking a signature with a key.

/// A digest algorithm that signatures may use.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Hash {
    /// SHA-256, 32 bytes.
    Sha256,
    /// SHA-384, 48 bytes.
    Sha384,
    /// SHA-512, 64 bytes.
    Sha512,
}

crate::result::situation::numbered!(Hash {
    Sha256 = 1, "SHA256";
    Sha384 = 2, "SHA384";
    Sha512 = 3, "SHA512";
});
