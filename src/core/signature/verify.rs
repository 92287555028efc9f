//! Whether the mathematics of a signature hold. Nothing here says whose key it is: that is for `certificate`.

use super::digest_info::check_digest_len;
use super::{Hash, digest};
use crate::certificate::{Certificate, PublicKey};
use crate::result::{Error, Result, ResultCode};

/// Checks a signature over `data` with the key of a certificate. Neither dates nor trust are looked at.
///
/// RSA signatures are PKCS#1 v1.5 and exactly as long as the modulus; ECDSA signatures are in DER.
///
/// # Errors
/// SIGNATURE_MALFORMED (length, DER), SIGNATURE_INVALID (the mathematics), ALGORITHM_NOT_ALLOWED (RSA under
/// 2048 bits, exponent under 65537, another key type), CERTIFICATE_MALFORMED (the key cannot be read).
pub fn verify(certificate: &Certificate, hash: Hash, data: &[u8], signature: &[u8]) -> Result<()> {
    verify_digest(certificate, hash, &digest(hash, data), signature)
}

/// As [`verify`], for a digest that was made elsewhere.
///
/// # Errors
/// As [`verify`], and INVALID_ARGUMENT if the digest does not have the length of its hash.
pub fn verify_digest(certificate: &Certificate, hash: Hash, digest: &[u8], signature: &[u8]) -> Result<()> {
    check_digest_len(hash, digest)?;
    certificate.public_key()?.verify_digest(hash, digest, signature)
}

/// As [`verify`], with a bare public key: the DER of a SubjectPublicKeyInfo.
///
/// # Errors
/// As [`verify`]; INVALID_ARGUMENT if the key cannot be read.
pub fn verify_with_key(spki_der: &[u8], hash: Hash, data: &[u8], signature: &[u8]) -> Result<()> {
    PublicKey::from_spki(spki_der)
        .map_err(|error| match error.code {
            ResultCode::CertificateMalformed => {
                Error::new(ResultCode::InvalidArgument, "the public key is not a SubjectPublicKeyInfo in DER")
            }
            _ => error,
        })?
        .verify_digest(hash, &digest(hash, data), signature)
}

#[cfg(test)]
mod tests {
    use super::*;
    use openssl::ec::{EcGroup, EcKey};
    use openssl::hash::MessageDigest;
    use openssl::nid::Nid;
    use openssl::pkey::{PKey, Private};
    use openssl::rsa::{Padding, Rsa};
    use openssl::sign::Signer;

    fn rsa(bits: u32) -> PKey<Private> {
        PKey::from_rsa(Rsa::generate(bits).unwrap()).unwrap()
    }

    fn ec(curve: Nid) -> PKey<Private> {
        PKey::from_ec_key(EcKey::generate(&EcGroup::from_curve_name(curve).unwrap()).unwrap()).unwrap()
    }

    fn sign(key: &PKey<Private>, hash: Hash, data: &[u8]) -> Vec<u8> {
        let mut signer = Signer::new(MessageDigest::from_name(hash.name()).unwrap(), key).unwrap();
        signer.update(data).unwrap();
        signer.sign_to_vec().unwrap()
    }

    /// The code that checking answers.
    fn answer(key: &PKey<Private>, hash: Hash, data: &[u8], signature: &[u8]) -> ResultCode {
        match verify_with_key(&key.public_key_to_der().unwrap(), hash, data, signature) {
            Ok(()) => ResultCode::Ok,
            Err(error) => error.code,
        }
    }

    #[test]
    fn signatures_of_openssl_are_accepted_and_changed_ones_are_not() {
        for key in [rsa(2048), rsa(3072), ec(Nid::X9_62_PRIME256V1), ec(Nid::SECP384R1)] {
            for hash in Hash::ALL.iter().copied() {
                let mut signature = sign(&key, hash, b"order");
                assert_eq!(answer(&key, hash, b"order", &signature), ResultCode::Ok);
                assert_eq!(answer(&key, hash, b"0rder", &signature), ResultCode::SignatureInvalid);
                for other in Hash::ALL.iter().filter(|other| **other != hash) {
                    assert_eq!(answer(&key, *other, b"order", &signature), ResultCode::SignatureInvalid);
                }
                let last = signature.len() - 1;
                signature[last] ^= 1;
                assert_eq!(answer(&key, hash, b"order", &signature), ResultCode::SignatureInvalid);
            }
        }
    }

    #[test]
    fn a_signature_of_another_length_or_form_is_malformed() {
        let key = rsa(2048);
        let signature = sign(&key, Hash::Sha256, b"order");
        let longer = [&[0][..], &signature].concat();
        for bad in [&signature[..255], &longer, b""] {
            assert_eq!(answer(&key, Hash::Sha256, b"order", bad), ResultCode::SignatureMalformed);
        }
        let key = ec(Nid::SECP384R1);
        let signature = sign(&key, Hash::Sha384, b"order");
        let longer = [&signature[..], &[0]].concat();
        let zero = [0x30, 6, 2, 1, 0, 2, 1, 1];
        let negative = [0x30, 6, 2, 1, 0x80, 2, 1, 1];
        let padded = [0x30, 7, 2, 2, 0, 1, 2, 1, 1];
        let third = [0x30, 9, 2, 1, 1, 2, 1, 1, 2, 1, 1];
        let ber = [0x30, 0x81, 6, 2, 1, 1, 2, 1, 1];
        for bad in [&signature[1..], &longer, b"", &zero, &negative, &padded, &third, &ber, &[7; 96]] {
            assert_eq!(answer(&key, Hash::Sha384, b"order", bad), ResultCode::SignatureMalformed);
        }
    }

    #[test]
    fn a_digest_info_that_is_not_spelt_exactly_is_refused() {
        let rsa = Rsa::generate(2048).unwrap();
        let key = PKey::from_rsa(rsa.clone()).unwrap();
        let raw = |block: &[u8], padding| {
            let mut out = vec![0; 256];
            rsa.private_encrypt(block, &mut out, padding).unwrap();
            answer(&key, Hash::Sha256, b"order", &out)
        };
        let digest = digest(Hash::Sha256, b"order");
        let info = crate::signature::digest_info(Hash::Sha256, &digest).unwrap();
        assert_eq!(raw(&info, Padding::PKCS1), ResultCode::Ok);
        // No NULL; something behind the digest; the bare digest.
        let mut no_null = info.clone();
        no_null.drain(15..17);
        no_null[1] -= 2;
        no_null[3] -= 2;
        let trailing = [&info[..], &[0]].concat();
        for block in [&no_null, &trailing, &digest] {
            assert_eq!(raw(block, Padding::PKCS1), ResultCode::SignatureInvalid);
        }
        // Short padding with room for rubbish behind: the forgery that exponent 3 once allowed.
        let mut block = vec![0, 1];
        block.extend([0xFF; 8]);
        block.push(0);
        block.extend_from_slice(&info);
        block.resize(256, 0xAA);
        assert_eq!(raw(&block, Padding::NONE), ResultCode::SignatureInvalid);
        // A number not below the modulus.
        assert_eq!(answer(&key, Hash::Sha256, b"order", &[0xFF; 256]), ResultCode::SignatureInvalid);
    }

    #[test]
    fn weak_and_foreign_keys_do_not_verify() {
        let three = openssl::bn::BigNum::from_u32(3).unwrap();
        let small_exponent = PKey::from_rsa(Rsa::generate_with_e(2048, &three).unwrap()).unwrap();
        for key in [rsa(1024), rsa(2040), small_exponent, ec(Nid::SECP224R1), ec(Nid::SECP256K1)] {
            let signature = sign(&key, Hash::Sha256, b"order");
            assert_eq!(answer(&key, Hash::Sha256, b"order", &signature), ResultCode::AlgorithmNotAllowed);
        }
        let key = PKey::generate_ed25519().unwrap();
        assert_eq!(answer(&key, Hash::Sha256, b"order", &[0; 64]), ResultCode::AlgorithmNotAllowed);
    }

    #[test]
    fn what_is_no_key_is_an_invalid_argument() {
        let spki = rsa(2048).public_key_to_der().unwrap();
        let longer = [&spki[..], &[0]].concat();
        for bad in [&b""[..], b"hello", &spki[1..], &longer, &spki[..200]] {
            let error = verify_with_key(bad, Hash::Sha256, b"order", &[0; 256]).unwrap_err();
            assert_eq!(error.code, ResultCode::InvalidArgument);
        }
    }

    #[test]
    fn one_key_has_one_spelling() {
        // A point whose last bit is 0, so that a spelling with an unused bit would name the same point.
        let key = std::iter::repeat_with(|| ec(Nid::X9_62_PRIME256V1))
            .find(|key| key.public_key_to_der().unwrap().last().unwrap() & 1 == 0)
            .unwrap();
        let signature = sign(&key, Hash::Sha256, b"order");
        let spki = key.public_key_to_der().unwrap();
        // The content of the BIT STRING: the number of unused bits, 04, and twice 32 bytes.
        let unused = spki.len() - 66;
        let form = unused + 1;
        assert_eq!(spki[unused..=form], [0, 4]);
        let y_is_odd = spki.last().unwrap() & 1;
        for (at, value) in [(unused, 1), (unused, 8), (form, 6 + y_is_odd), (form, 0)] {
            let mut changed = spki.clone();
            changed[at] = value;
            let error = verify_with_key(&changed, Hash::Sha256, b"order", &signature).unwrap_err();
            assert_eq!(error.code, ResultCode::InvalidArgument, "byte {at} as {value}");
        }
    }

    #[test]
    fn no_change_of_a_byte_of_a_key_makes_anything_panic() {
        for key in [rsa(2048), ec(Nid::SECP384R1)] {
            let signature = sign(&key, Hash::Sha256, b"order");
            let spki = key.public_key_to_der().unwrap();
            for at in 0..spki.len() {
                for bits in [0x01, 0x80, 0xFF] {
                    let mut changed = spki.clone();
                    changed[at] ^= bits;
                    assert!(verify_with_key(&changed, Hash::Sha256, b"order", &signature).is_err());
                }
            }
        }
    }

    #[test]
    fn a_digest_made_elsewhere_is_checked_like_the_data() {
        let ca = &crate::certificate::Anchor::all_known()[2].certificate;
        let signed = openssl::x509::X509::from_der(ca.der()).unwrap();
        let signature = signed.signature().as_slice();
        // The signed part begins behind the outer tag and length, and has a tag and a length itself.
        let length = usize::from(u16::from_be_bytes([ca.der()[6], ca.der()[7]])) + 4;
        let part = &ca.der()[4..4 + length];
        verify(ca, Hash::Sha256, part, signature).unwrap();
        verify_digest(ca, Hash::Sha256, &digest(Hash::Sha256, part), signature).unwrap();
        for bad in [&[0; 31][..], &[0; 48], &[]] {
            let error = verify_digest(ca, Hash::Sha256, bad, signature).unwrap_err();
            assert_eq!(error.code, ResultCode::InvalidArgument);
        }
    }
}
