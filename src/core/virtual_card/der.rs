//! Writing DER: just enough to issue a certificate with exactly the shape that real ones have.

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
const OID: u8 = 0x06;
pub(super) const UTF8_STRING: u8 = 0x0C;
pub(super) const PRINTABLE_STRING: u8 = 0x13;
pub(super) const IA5_STRING: u8 = 0x16;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// The parts, one after the other.
pub(super) fn concat(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

/// An object with that tag and content.
pub(super) fn object(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    let [.., high, low] = content.len().to_be_bytes();
    match (high, low) {
        (0, 0..=0x7F) => bytes.push(low),
        (0, _) => bytes.extend_from_slice(&[0x81, low]),
        _ => bytes.extend_from_slice(&[0x82, high, low]),
    }
    bytes.extend_from_slice(content);
    bytes
}

/// A SEQUENCE of the parts.
pub(super) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    object(SEQUENCE, &concat(parts))
}

/// A constructed object with that context tag.
pub(super) fn explicit(number: u8, content: &[u8]) -> Vec<u8> {
    object(0xA0 | number, content)
}

/// A primitive object with that context tag.
pub(super) fn implicit(number: u8, content: &[u8]) -> Vec<u8> {
    object(0x80 | number, content)
}

/// An OBJECT IDENTIFIER of at least two arcs.
pub(super) fn oid(arcs: &[u32]) -> Vec<u8> {
    let mut content = Vec::new();
    if let [first, second, rest @ ..] = arcs {
        for arc in
            core::iter::once(first.saturating_mul(40).saturating_add(*second)).chain(rest.iter().copied())
        {
            let groups = (0..5).rev().map(|group| (arc >> (group * 7)) & 0x7F);
            let mut begun = false;
            for (left, group) in (0..5).rev().zip(groups) {
                begun = begun || group != 0 || left == 0;
                if begun {
                    let more = if left == 0 { 0 } else { 0x80 };
                    content.push(u8::try_from(group).unwrap_or_default() | more);
                }
            }
        }
    }
    object(OID, &content)
}

/// A BIT STRING that uses every bit of its bytes.
pub(super) fn bit_string(bytes: &[u8]) -> Vec<u8> {
    object(BIT_STRING, &concat(&[&[0], bytes]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arcs_take_as_many_bytes_as_they_need() {
        assert_eq!(oid(&[2, 999, 392, 1]), [6, 5, 0x88, 0x37, 0x83, 0x08, 0x01]);
        assert_eq!(oid(&[1, 2, 840, 113_549]), [6, 6, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D]);
    }

    #[test]
    fn lengths_are_minimal() {
        assert_eq!(object(4, &[0; 127])[..2], [4, 127]);
        assert_eq!(object(4, &[0; 128])[..3], [4, 0x81, 128]);
        assert_eq!(object(4, &[0; 256])[..4], [4, 0x82, 1, 0]);
    }
}
