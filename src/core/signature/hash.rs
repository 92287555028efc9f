//! The digest algorithms that signatures may use, and digests of bytes.

use crate::result::{Error, Result, ResultCode};
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
    // Without looking the algorithm up each time, which takes OpenSSL as long as a short digest.
    macro_rules! digest {
        ($hasher:ident) => {{
            let mut hasher = openssl::sha::$hasher::new();
            hasher.update(data);
            hasher.finish().to_vec()
        }};
    }
    match hash {
        Hash::Sha256 => digest!(Sha256),
        Hash::Sha384 => digest!(Sha384),
        Hash::Sha512 => digest!(Sha512),
    }
}

/// The digest of all that a reader gives, in constant memory.
///
/// # Errors
/// Whatever the reader fails with.
pub fn digest_reader(hash: Hash, mut content: impl Read) -> std::io::Result<Vec<u8>> {
    let digests = Digests::read(&[hash], &mut content, |_| Ok(()))?;
    Ok(digests.get(hash).unwrap_or_default().to_vec())
}

/// Digests of one content, by one or more algorithms.
pub(crate) struct Digests(Vec<(Hash, Vec<u8>)>);

/// What is read of a stream at a time. Larger pieces leave the processor's cache and are slower.
const PIECE: usize = 64 * 1024;

impl Digests {
    /// The digests of bytes.
    pub(crate) fn of(hashes: &[Hash], data: &[u8]) -> Digests {
        Digests(hashes.iter().map(|hash| (*hash, digest(*hash, data))).collect())
    }

    /// A digest that somebody else made.
    ///
    /// # Errors
    /// INVALID_ARGUMENT if it has not the length of that algorithm's.
    pub(crate) fn given(hash: Hash, digest: &[u8]) -> Result<Digests> {
        if digest.len() == hash.digest_len() {
            return Ok(Digests(vec![(hash, digest.to_vec())]));
        }
        Err(Error::new(ResultCode::InvalidArgument, "the digest has not the length of its algorithm"))
    }

    /// The digests of all that a reader gives, in constant memory and in one pass. `told` hears after each piece how
    /// many bytes there were so far, and may end it.
    pub(crate) fn read(
        hashes: &[Hash],
        content: &mut dyn Read,
        mut told: impl FnMut(u64) -> std::io::Result<()>,
    ) -> std::io::Result<Digests> {
        let mut hashers = Vec::new();
        for hash in hashes {
            hashers.push((*hash, Hasher::new(algorithm(*hash))?));
        }
        let mut piece = vec![0; PIECE];
        let mut so_far: u64 = 0;
        loop {
            let count = match content.read(&mut piece) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            // A reader that claims more than it was given room for is broken.
            let read = piece.get(..count).ok_or(std::io::ErrorKind::InvalidData)?;
            for (_, hasher) in &mut hashers {
                hasher.update(read)?;
            }
            so_far = so_far.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
            told(so_far)?;
        }
        let mut digests = Vec::new();
        for (hash, mut hasher) in hashers {
            digests.push((hash, hasher.finish()?.to_vec()));
        }
        Ok(Digests(digests))
    }

    /// The digest by that algorithm, if it was asked for.
    pub(crate) fn get(&self, hash: Hash) -> Option<&[u8]> {
        self.0.iter().find(|(other, _)| *other == hash).map(|(_, digest)| digest.as_slice())
    }
}

fn algorithm(hash: Hash) -> MessageDigest {
    match hash {
        Hash::Sha256 => MessageDigest::sha256(),
        Hash::Sha384 => MessageDigest::sha384(),
        Hash::Sha512 => MessageDigest::sha512(),
    }
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
