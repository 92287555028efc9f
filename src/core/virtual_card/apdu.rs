//! A command as the card sees it: the bytes that arrived, taken apart. Lengths that do not fit are the sender's fault.

/// A command APDU, taken apart.
pub(super) struct Apdu<'a> {
    pub header: [u8; 4],
    pub data: &'a [u8],
    /// How many bytes the answer may have; `None` if none are asked for.
    pub expected: Option<usize>,
    /// Whether lengths are in extended form.
    pub extended: bool,
}

impl<'a> Apdu<'a> {
    /// Takes a command apart; `None` if its lengths do not fit.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Apdu<'a>> {
        let (&header, body) = bytes.split_first_chunk::<4>()?;
        let short = |data, expected| Some(Apdu { header, data, expected, extended: false });
        let long = |data, expected| Some(Apdu { header, data, expected, extended: true });
        match body {
            [] => short(&[], None),
            [le] => short(&[], Some(greatest_if_zero(usize::from(*le), 256))),
            [0, high, low, rest @ ..] => {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                match rest {
                    [] => long(&[], Some(greatest_if_zero(length, 65_536))),
                    _ if length == 0 => None,
                    _ => match (rest.get(..length)?, rest.get(length..)?) {
                        (data, []) => long(data, None),
                        (data, [high, low]) => {
                            let le = usize::from(u16::from_be_bytes([*high, *low]));
                            long(data, Some(greatest_if_zero(le, 65_536)))
                        }
                        _ => None,
                    },
                }
            }
            [0, ..] => None,
            [lc, rest @ ..] => {
                let length = usize::from(*lc);
                match (rest.get(..length)?, rest.get(length..)?) {
                    (data, []) => short(data, None),
                    (data, [le]) => short(data, Some(greatest_if_zero(usize::from(*le), 256))),
                    _ => None,
                }
            }
        }
    }
}

fn greatest_if_zero(length: usize, greatest: usize) -> usize {
    if length == 0 { greatest } else { length }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_is_read() {
        let parts = |bytes: &[u8]| Apdu::parse(bytes).map(|a| (a.data.to_vec(), a.expected, a.extended));
        assert_eq!(parts(&[0, 0x20, 0, 0x9B]), Some((vec![], None, false)));
        assert_eq!(parts(&[0, 0xB0, 0, 0, 0]), Some((vec![], Some(256), false)));
        assert_eq!(parts(&[0, 0xB0, 0, 0, 0, 0, 0]), Some((vec![], Some(65_536), true)));
        assert_eq!(parts(&[0, 0xA4, 2, 12, 2, 0, 1]), Some((vec![0, 1], None, false)));
        assert_eq!(parts(&[0, 0x2A, 0, 0, 1, 7, 0]), Some((vec![7], Some(256), false)));
        assert_eq!(parts(&[0, 0x2A, 0, 0, 0, 0, 1, 7]), Some((vec![7], None, true)));
        assert_eq!(parts(&[0, 0x2A, 0, 0, 0, 0, 1, 7, 1, 0]), Some((vec![7], Some(256), true)));
        for bad in [
            &[0, 0, 0][..],
            &[0, 0, 0, 0, 2, 1],
            &[0, 0, 0, 0, 0, 1],
            &[0, 0, 0, 0, 1, 2, 3, 4],
            &[0, 0, 0, 0, 0, 0, 0, 1],
        ] {
            assert!(Apdu::parse(bad).is_none(), "{bad:02X?}");
        }
    }
}
