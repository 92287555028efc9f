//! The DigestInfo of PKCS#1: what the card is given to sign, so that it need not see the document.

use super::Hash;
use crate::result::{Error, Result, ResultCode};

/// The DER of `DigestInfo { AlgorithmIdentifier { hash, NULL }, OCTET STRING digest }` up to the digest itself
/// (RFC 8017, section 9.2). With the digest: 51, 67 or 83 bytes.
const fn prefix(hash: Hash) -> [u8; 19] {
    // 30 len 30 0D 06 09 <2.16.840.1.101.3.4.2.n> 05 00 04 len; below 128 bytes every length is one byte.
    let (whole, arc, digest) = match hash {
        Hash::Sha256 => (0x31, 1, 0x20),
        Hash::Sha384 => (0x41, 2, 0x30),
        Hash::Sha512 => (0x51, 3, 0x40),
    };
    [
        0x30, whole, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, arc, 0x05, 0x00,
        0x04, digest,
    ]
}

/// The DigestInfo around a digest that was made with `hash`.
///
/// # Errors
/// INVALID_ARGUMENT if the digest does not have the length of that hash.
pub fn digest_info(hash: Hash, digest: &[u8]) -> Result<Vec<u8>> {
    check_digest_len(hash, digest)?;
    let mut info = prefix(hash).to_vec();
    info.extend_from_slice(digest);
    Ok(info)
}

/// Whether a digest has the length that its hash makes.
pub(super) fn check_digest_len(hash: Hash, digest: &[u8]) -> Result<()> {
    if digest.len() == hash.digest_len() {
        Ok(())
    } else {
        Err(Error::new(ResultCode::InvalidArgument, "the digest does not have the length of its hash"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::digest;
    use openssl::pkey::PKey;
    use openssl::rsa::{Padding, Rsa};

    #[test]
    fn a_digest_info_is_what_openssl_finds_inside_a_signature() {
        let rsa = Rsa::generate(2048).unwrap();
        let key = PKey::from_rsa(rsa.clone()).unwrap();
        for hash in Hash::ALL {
            let md = openssl::hash::MessageDigest::from_name(hash.name()).unwrap();
            let mut signer = openssl::sign::Signer::new(md, &key).unwrap();
            signer.update(b"order").unwrap();
            let signature = signer.sign_to_vec().unwrap();
            let mut recovered = vec![0; 256];
            let length = rsa.public_decrypt(&signature, &mut recovered, Padding::PKCS1).unwrap();
            assert_eq!(digest_info(*hash, &digest(*hash, b"order")).unwrap(), recovered[..length]);
        }
    }

    #[test]
    fn a_digest_of_another_length_is_refused() {
        for length in [0, 20, 31, 33, 48, 64] {
            let error = digest_info(Hash::Sha256, &vec![0; length]).unwrap_err();
            assert_eq!(error.code, ResultCode::InvalidArgument);
        }
    }
}
