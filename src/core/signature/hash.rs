//! The digest algorithms that signatures may use, and digests of bytes.

use openssl::hash::{Hasher, MessageDigest};
use std::io::Read;

/// A digest algorithm that signatures may use. SHA-1 and MD5 are not among them and will not be.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Hash {
    /// SHA-256, 32 bytes.
    Sha256,
    /// SHA-384, 48 bytes.
    Sha384,
    /// SHA-512, 64 bytes.
    Sha512,
}

impl Hash {
    /// Every value, in the order of the numbers.
    pub const ALL: &'static [Hash] = &[Hash::Sha256, Hash::Sha384, Hash::Sha512];

    /// The number that C uses.
    pub const fn number(self) -> u32 {
        match self {
            Hash::Sha256 => 1,
            Hash::Sha384 => 2,
            Hash::Sha512 => 3,
        }
    }

    /// The name that C and JSON use.
    pub const fn name(self) -> &'static str {
        match self {
            Hash::Sha256 => "SHA256",
            Hash::Sha384 => "SHA384",
            Hash::Sha512 => "SHA512",
        }
    }

    /// The value with that number.
    pub fn from_number(number: u32) -> Option<Hash> {
        Hash::ALL.iter().copied().find(|hash| hash.number() == number)
    }

    /// The value with that name, as people write it: "sha256", "SHA-256", "SHA_256".
    pub fn from_name(name: &str) -> Option<Hash> {
        let plain = name.replace(['-', '_'], "").to_ascii_uppercase();
        Hash::ALL.iter().copied().find(|hash| hash.name() == plain)
    }

    /// How many bytes a digest has.
    pub const fn digest_len(self) -> usize {
        match self {
            Hash::Sha256 => 32,
            Hash::Sha384 => 48,
            Hash::Sha512 => 64,
        }
    }
}

/// The digest of `data`: [`Hash::digest_len`] bytes.
pub fn digest(hash: Hash, data: &[u8]) -> Vec<u8> {
    match hash {
        Hash::Sha256 => openssl::sha::sha256(data).to_vec(),
        Hash::Sha384 => openssl::sha::sha384(data).to_vec(),
        Hash::Sha512 => openssl::sha::sha512(data).to_vec(),
    }
}

/// The digest of all that a reader gives, in constant memory.
///
/// # Errors
/// Whatever the reader fails with.
pub fn digest_reader(hash: Hash, mut content: impl Read) -> std::io::Result<Vec<u8>> {
    let algorithm = match hash {
        Hash::Sha256 => MessageDigest::sha256(),
        Hash::Sha384 => MessageDigest::sha384(),
        Hash::Sha512 => MessageDigest::sha512(),
    };
    let mut hasher = Hasher::new(algorithm)?;
    std::io::copy(&mut content, &mut hasher)?;
    Ok(hasher.finish()?.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_known_by_every_spelling_in_use() {
        for name in ["sha256", "SHA256", "SHA-256", "sha-256", "sha_256"] {
            assert_eq!(Hash::from_name(name), Some(Hash::Sha256), "{name}");
        }
        assert_eq!(Hash::from_name("sha512"), Some(Hash::Sha512));
        for name in ["sha1", "md5", "", "sha", "2"] {
            assert_eq!(Hash::from_name(name), None, "{name}");
        }
        for hash in Hash::ALL {
            assert_eq!(Hash::from_number(hash.number()), Some(*hash));
            assert_eq!(digest(*hash, b"").len(), hash.digest_len());
            assert_eq!(digest_reader(*hash, &b"order"[..]).unwrap(), digest(*hash, b"order"));
        }
    }
}
