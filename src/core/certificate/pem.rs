//! The PEM form of a certificate or a revocation list: exactly one block, with or without explanations around it.

use super::fields;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// The DER inside a PEM text that holds one certificate and no other block.
pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    decode_block(text, "CERTIFICATE")
}

/// The DER inside a PEM text that holds one block of that kind and no other.
pub(crate) fn decode_block(text: &[u8], kind: &str) -> Option<Vec<u8>> {
    if is_der(text) {
        return None;
    }
    let text = core::str::from_utf8(text).ok()?;
    if text.matches("-----BEGIN").count() != 1 || text.matches("-----END").count() != 1 {
        return None;
    }
    let (_, rest) = text.split_once(&format!("-----BEGIN {kind}-----"))?;
    let (body, _) = rest.split_once(&format!("-----END {kind}-----"))?;
    let packed: String = body.chars().filter(|character| !character.is_ascii_whitespace()).collect();
    let digits = packed.trim_end_matches('=');
    let is_base64 = digits.chars().all(|digit| digit.is_ascii_alphanumeric() || digit == '+' || digit == '/');
    if !is_base64 || !packed.len().is_multiple_of(4) || packed.len() > digits.len() + 2 {
        return None;
    }
    openssl::base64::decode_block(&packed).ok()
}

/// A certificate in PEM, in lines of 64 characters, with a line feed at the end.
pub(super) fn encode(der: &[u8]) -> String {
    let packed = openssl::base64::encode_block(der);
    let mut text = String::from(BEGIN);
    for (index, digit) in packed.chars().filter(|digit| !digit.is_ascii_whitespace()).enumerate() {
        if index.is_multiple_of(64) {
            text.push('\n');
        }
        text.push(digit);
    }
    text.push('\n');
    text.push_str(END);
    text.push('\n');
    text
}

/// Whether bytes that should be a certificate are DER rather than PEM.
pub(super) fn is_der(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|first| *first == u8::from(der::Tag::Sequence))
}

/// The fingerprint of bytes: their SHA-256 in lower-case hexadecimal digits.
pub(super) fn fingerprint(bytes: &[u8]) -> String {
    fields::hex(&openssl::sha::sha256(bytes), false)
}
