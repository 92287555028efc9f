//! BER-TLV headers: enough to know where an object that comes from a card ends.

/// A tag of one or two bytes, as a number: 0x30, 0xDF22.
pub type Tag = u16;

/// The tag and length at the beginning of an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    /// The tag.
    pub tag: Tag,
    /// How many bytes tag and length take.
    pub header_len: usize,
    /// How many bytes the value takes.
    pub value_len: usize,
}

impl Header {
    /// Reads the header that `bytes` begins with. Lengths need not be minimal (`82 00 9F` was seen on cards (H));
    /// the indefinite form and lengths of more than three bytes are refused. `None` if it is none.
    pub fn read(bytes: &[u8]) -> Option<Header> {
        let (&first, mut rest) = bytes.split_first()?;
        let mut tag = Tag::from(first);
        let mut header_len = 2_usize;
        if first & 0x1F == 0x1F {
            let (&second, after) = rest.split_first()?;
            if second & 0x80 != 0 {
                return None;
            }
            tag = Tag::from_be_bytes([first, second]);
            rest = after;
            header_len = 3;
        }
        let (&length, rest) = rest.split_first()?;
        if length < 0x80 {
            return Some(Header { tag, header_len, value_len: usize::from(length) });
        }
        let count = usize::from(length & 0x7F);
        if !(1..=3).contains(&count) {
            return None;
        }
        let value_len =
            rest.get(..count)?.iter().fold(0_usize, |length, byte| (length << 8) | usize::from(*byte));
        Some(Header { tag, header_len: header_len.saturating_add(count), value_len })
    }

    /// The length of the whole object.
    pub fn total_len(&self) -> usize {
        self.header_len.saturating_add(self.value_len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_need_not_be_minimal() {
        let header = Header::read(&[0x30, 0x82, 0x00, 0x9F]).unwrap();
        assert_eq!((header.header_len, header.value_len, header.total_len()), (4, 0x9F, 0xA3));
        assert_eq!(Header::read(&[0x30, 0x05]).unwrap().total_len(), 7);
        assert_eq!(Header::read(&[0xDF, 0x22, 0x81, 0x80]).unwrap().tag, 0xDF22);
    }

    #[test]
    fn what_is_no_header_is_refused() {
        for bad in [
            &[][..],
            &[0x30],
            &[0x30, 0x80],
            &[0x30, 0x82, 0x01],
            &[0x30, 0x84, 0, 0, 1, 0],
            &[0x1F],
            &[0x1F, 0x81, 0x01, 0x00],
        ] {
            assert_eq!(Header::read(bad), None, "{bad:02X?}");
        }
    }
}
