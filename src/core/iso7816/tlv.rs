//! BER-TLV headers: enough to know where an object that comes from a card ends.

/// A tag of one to four bytes, as a number: 0x30, 0xDF22. Longer ones than two were not seen, and are passed over.
pub type Tag = u32;

/// How many bytes a tag has at most.
const LONGEST_TAG: usize = 4;

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
    /// the indefinite form, lengths of more than four bytes and tags of more than four are refused. `None` if it is
    /// none.
    pub fn read(bytes: &[u8]) -> Option<Header> {
        let (&first, mut rest) = bytes.split_first()?;
        let mut tag = Tag::from(first);
        let mut header_len = 2_usize;
        let mut goes_on = first & 0x1F == 0x1F;
        while goes_on {
            let (&next, after) = rest.split_first()?;
            if header_len > LONGEST_TAG {
                return None;
            }
            tag = (tag << 8) | Tag::from(next);
            rest = after;
            header_len = header_len.saturating_add(1);
            goes_on = next & 0x80 != 0;
        }
        let (&length, rest) = rest.split_first()?;
        if length < 0x80 {
            return Some(Header { tag, header_len, value_len: usize::from(length) });
        }
        let count = usize::from(length & 0x7F);
        if !(1..=4).contains(&count) {
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

/// An object inside another.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Object<'a> {
    /// The tag.
    pub tag: Tag,
    /// What it holds.
    pub value: &'a [u8],
    /// The whole object as written: what signatures cover.
    pub raw: &'a [u8],
    /// Where it begins, counted from the first byte of the value that was taken apart.
    pub at: usize,
}

/// More objects in one value than any card has.
const MOST_OBJECTS: usize = 64;

/// Takes a value apart into the objects in it, one level deep. Filler of either kind (00, FF) may stand behind the last.
/// FF before anything else begins a tag (FF20), as it does for the records themselves.
/// `None` if an object reaches beyond the value, a tag comes twice, anything but filler follows filler, or there are
/// more objects than any card has.
pub fn objects(value: &[u8]) -> Option<Vec<Object<'_>>> {
    let is_filler = |byte: &u8| matches!(byte, 0x00 | 0xFF);
    let mut found: Vec<Object<'_>> = Vec::new();
    let mut rest = value;
    while let Some(first) = rest.first() {
        if is_filler(first) && rest.iter().all(is_filler) {
            return Some(found);
        }
        if *first == 0x00 || rest.starts_with(&[0xFF, 0xFF]) {
            return None;
        }
        let header = Header::read(rest)?;
        let (raw, after) = rest.split_at_checked(header.total_len())?;
        if found.len() >= MOST_OBJECTS || found.iter().any(|other| other.tag == header.tag) {
            return None;
        }
        found.push(Object {
            tag: header.tag,
            value: raw.get(header.header_len..)?,
            raw,
            at: value.len().checked_sub(rest.len())?,
        });
        rest = after;
    }
    Some(found)
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
        assert_eq!(Header::read(&[0x30, 0x84, 0, 0, 1, 0]).unwrap().total_len(), 262);
        assert_eq!(Header::read(&[0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]).unwrap().value_len, 0xFFFF_FFFF);
    }

    #[test]
    fn tags_that_nobody_knows_may_be_longer_or_begin_as_filler_does() {
        let value =
            [0xDF, 0x81, 0x01, 0x01, 7, 0xFF, 0x60, 0x01, 8, 0xDF, 0x82, 0x83, 0x01, 0x00, 0xFF, 0xFF];
        let found: Vec<_> = objects(&value).unwrap().iter().map(|object| (object.tag, object.at)).collect();
        assert_eq!(found, [(0x00DF_8101, 0), (0xFF60, 5), (0xDF82_8301, 9)]);
    }

    #[test]
    fn a_value_is_taken_apart_and_filler_of_either_kind_ends_it() {
        for filler in [&[][..], &[0xFF, 0xFF], &[0x00, 0x00, 0x00]] {
            let value = [&[0xDF, 0x11, 0x01, 0x07, 0x90, 0x82, 0x00, 0x01, 0x08][..], filler].concat();
            let found = objects(&value).unwrap();
            let short: Vec<_> = found.iter().map(|object| (object.tag, object.value, object.at)).collect();
            assert_eq!(short, [(0xDF11, &[7][..], 0), (0x90, &[8][..], 4)]);
            assert_eq!(found[1].raw, [0x90, 0x82, 0x00, 0x01, 0x08]);
        }
    }

    #[test]
    fn what_cannot_be_taken_apart_is_refused() {
        for bad in [
            &[0xDF, 0x11, 0x02, 0x07][..],
            &[0xDF, 0x11, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0x00],
            &[0xDF, 0x11, 0x83, 0xFF, 0xFF, 0xFF, 0x00],
            &[0x90, 0x01, 0x01, 0x00, 0x90, 0x01, 0x01],
            &[0x90, 0x01, 0x01, 0xFF, 0xFF, 0x90, 0x01, 0x01],
            &[0x90, 0x01, 0x01, 0x90, 0x01, 0x02],
            &[0x90, 0x01, 0x01, 0xFF, 0x01],
            &[0x90, 0x80, 0x00, 0x00],
        ] {
            assert!(objects(bad).is_none(), "{bad:02X?}");
        }
        let many: Vec<u8> = (1..=65_u8).flat_map(|number| [0xDF, number, 0x00]).collect();
        assert!(objects(&many).is_none());
    }

    #[test]
    fn what_is_no_header_is_refused() {
        for bad in [
            &[][..],
            &[0x30],
            &[0x30, 0x80],
            &[0x30, 0x82, 0x01],
            &[0x30, 0x85, 0, 0, 0, 1, 0],
            &[0x30, 0x84, 0, 0, 1],
            &[0xDF, 0x81, 0x82, 0x83, 0x04, 0x00],
            &[0x1F],
            &[0x1F, 0x81, 0x01],
        ] {
            assert_eq!(Header::read(bad), None, "{bad:02X?}");
        }
    }
}
