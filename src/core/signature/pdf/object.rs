//! The objects of PDF (ISO 32000-2, section 7.3) and reading them: strictly, in one pass, without recursion.
//!
//! Whatever has two readings is refused: a key that a dictionary has twice, a name that escapes a NUL, a string that does
//! not end. Every value of a dictionary knows where in the file it stands, because signatures are about bytes.

use core::ops::Range;
use std::collections::BTreeMap;

/// How deep arrays and dictionaries may lie in each other.
const DEEPEST: usize = 64;

/// The number of an indirect object, and its generation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Reference {
    pub(super) number: u32,
    pub(super) generation: u16,
}

/// An object.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Object {
    Null,
    Boolean(bool),
    Integer(i64),
    /// As it is written: digits and one point.
    Real(Vec<u8>),
    String(Vec<u8>),
    Name(Vec<u8>),
    Array(Vec<Object>),
    Dictionary(Dictionary),
    /// The dictionary, and where its data stand.
    Stream(Dictionary, Range<usize>),
    Reference(Reference),
}

/// A value of a dictionary, and where it stands in the bytes it was read from.
#[derive(Clone, Debug)]
struct Entry {
    value: Object,
    span: Range<usize>,
}

/// A dictionary.
#[derive(Clone, Debug, Default)]
pub(super) struct Dictionary {
    entries: BTreeMap<Vec<u8>, Entry>,
}

/// Two dictionaries are the same wherever they stand.
impl PartialEq for Dictionary {
    fn eq(&self, other: &Dictionary) -> bool {
        let plain = |dictionary: &Dictionary| dictionary.entries.len();
        plain(self) == plain(other)
            && self
                .entries
                .iter()
                .zip(&other.entries)
                .all(|((key, entry), (other_key, other))| key == other_key && entry.value == other.value)
    }
}

impl Dictionary {
    /// The value of a key; one that is null is not there (section 7.3.7).
    pub(super) fn get(&self, key: &[u8]) -> Option<&Object> {
        self.entries.get(key).map(|entry| &entry.value).filter(|value| **value != Object::Null)
    }

    /// Whether the key is written, be it with null.
    pub(super) fn has(&self, key: &[u8]) -> bool {
        self.entries.contains_key(key)
    }

    /// Where a value stands in the bytes that it was read from.
    pub(super) fn span(&self, key: &[u8]) -> Option<Range<usize>> {
        self.entries.get(key).map(|entry| entry.span.clone())
    }

    pub(super) fn name(&self, key: &[u8]) -> Option<&[u8]> {
        match self.get(key)? {
            Object::Name(name) => Some(name),
            _ => None,
        }
    }

    pub(super) fn integer(&self, key: &[u8]) -> Option<i64> {
        match self.get(key)? {
            Object::Integer(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &[u8]> {
        self.entries.keys().map(Vec::as_slice)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &Object> {
        self.entries.values().map(|entry| &entry.value)
    }

    /// Sets a key.
    pub(super) fn set(&mut self, key: &[u8], value: Object) {
        self.entries.insert(key.to_vec(), Entry { value, span: 0..0 });
    }

    /// The same with a key set.
    pub(super) fn with(mut self, key: &str, value: Object) -> Dictionary {
        self.set(key.as_bytes(), value);
        self
    }
}

impl Object {
    pub(super) fn name(name: &str) -> Object {
        Object::Name(name.as_bytes().to_vec())
    }

    pub(super) fn dictionary(&self) -> Option<&Dictionary> {
        match self {
            Object::Dictionary(dictionary) | Object::Stream(dictionary, _) => Some(dictionary),
            _ => None,
        }
    }

    pub(super) fn reference(&self) -> Option<Reference> {
        match self {
            Object::Reference(reference) => Some(*reference),
            _ => None,
        }
    }

    /// Every reference in the object, at any depth.
    pub(super) fn references(&self) -> Vec<Reference> {
        let (mut found, mut open) = (Vec::new(), vec![self]);
        while let Some(object) = open.pop() {
            match object {
                Object::Reference(reference) => found.push(*reference),
                Object::Array(items) => open.extend(items),
                Object::Dictionary(dictionary) | Object::Stream(dictionary, _) => {
                    open.extend(dictionary.values())
                }
                _ => {}
            }
        }
        found
    }

    /// Writes the object. A stream's data are not written, only its dictionary.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        enum Step<'a> {
            Object(&'a Object),
            Bytes(&'a [u8]),
            Key(&'a [u8]),
        }
        let mut steps = vec![Step::Object(self)];
        while let Some(step) = steps.pop() {
            let object = match step {
                Step::Bytes(bytes) => {
                    out.extend_from_slice(bytes);
                    continue;
                }
                Step::Key(key) => {
                    write_name(key, out);
                    out.push(b' ');
                    continue;
                }
                Step::Object(object) => object,
            };
            match object {
                Object::Null => out.extend_from_slice(b"null"),
                Object::Boolean(true) => out.extend_from_slice(b"true"),
                Object::Boolean(false) => out.extend_from_slice(b"false"),
                Object::Integer(number) => out.extend_from_slice(number.to_string().as_bytes()),
                Object::Real(digits) => out.extend_from_slice(digits),
                Object::String(bytes) => {
                    out.push(b'<');
                    for byte in bytes {
                        out.extend_from_slice(format!("{byte:02X}").as_bytes());
                    }
                    out.push(b'>');
                }
                Object::Name(name) => write_name(name, out),
                Object::Reference(Reference { number, generation }) => {
                    out.extend_from_slice(format!("{number} {generation} R").as_bytes());
                }
                Object::Array(items) => {
                    out.push(b'[');
                    steps.push(Step::Bytes(b"]"));
                    for item in items.iter().rev() {
                        steps.push(Step::Object(item));
                        steps.push(Step::Bytes(b" "));
                    }
                }
                Object::Dictionary(dictionary) | Object::Stream(dictionary, _) => {
                    out.extend_from_slice(b"<<");
                    steps.push(Step::Bytes(b">>"));
                    for (key, entry) in dictionary.entries.iter().rev() {
                        steps.push(Step::Bytes(b"\n"));
                        steps.push(Step::Object(&entry.value));
                        steps.push(Step::Key(key));
                    }
                }
            }
        }
    }
}

fn write_name(name: &[u8], out: &mut Vec<u8>) {
    out.push(b'/');
    for byte in name {
        if is_regular(*byte) && *byte != b'#' && (0x21..=0x7E).contains(byte) {
            out.push(*byte);
        } else {
            out.extend_from_slice(format!("#{byte:02X}").as_bytes());
        }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

/// Reads bytes from a place on.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// An array or a dictionary that is being read.
enum Open {
    Array(Vec<Object>),
    Dictionary { entries: Dictionary, key: Option<Vec<u8>>, start: usize },
}

impl<'a> Reader<'a> {
    pub(super) fn at(bytes: &'a [u8], at: usize) -> Reader<'a> {
        Reader { bytes, at }
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn advance(&mut self, count: usize) {
        self.at = self.at.saturating_add(count).min(self.bytes.len());
    }

    /// Passes over white space and comments.
    pub(super) fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                let line = self.rest().iter().position(|byte| matches!(byte, b'\n' | b'\r'));
                self.advance(line.unwrap_or(usize::MAX));
            } else if is_space(byte) {
                self.advance(1);
            } else {
                break;
            }
        }
    }

    /// The run of regular characters that follows.
    fn word(&mut self) -> &'a [u8] {
        let rest = self.rest();
        let length = rest.iter().position(|byte| !is_regular(*byte)).unwrap_or(rest.len());
        self.advance(length);
        rest.get(..length).unwrap_or_default()
    }

    /// Passes over that word, after white space.
    pub(super) fn keyword(&mut self, word: &[u8]) -> Option<()> {
        self.skip_space();
        (self.word() == word).then_some(())
    }

    /// A whole number that is not negative, after white space.
    pub(super) fn number(&mut self) -> Option<u64> {
        self.skip_space();
        let word = self.word();
        let is_number = !word.is_empty() && word.len() <= 19 && word.iter().all(u8::is_ascii_digit);
        core::str::from_utf8(word).ok().filter(|_| is_number)?.parse().ok()
    }

    /// The object that follows. Of a stream it reads the dictionary only.
    pub(super) fn object(&mut self) -> Option<Object> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            self.skip_space();
            let begun = self.at;
            let mut done = None;
            match self.peek()? {
                b'[' => {
                    self.advance(1);
                    open.push(Open::Array(Vec::new()));
                }
                b'<' if self.rest().starts_with(b"<<") => {
                    self.advance(2);
                    open.push(Open::Dictionary { entries: Dictionary::default(), key: None, start: begun });
                }
                b']' => {
                    self.advance(1);
                    match open.pop()? {
                        Open::Array(items) => done = Some((Object::Array(items), None)),
                        Open::Dictionary { .. } => return None,
                    }
                }
                b'>' if self.rest().starts_with(b">>") => {
                    self.advance(2);
                    match open.pop()? {
                        Open::Dictionary { entries, key: None, start } => {
                            done = Some((Object::Dictionary(entries), Some(start)));
                        }
                        _ => return None,
                    }
                }
                b'/' => {
                    let name = self.name()?;
                    if let Some(Open::Dictionary { entries, key: key @ None, .. }) = open.last_mut() {
                        if entries.has(&name) {
                            return None;
                        }
                        *key = Some(name);
                    } else {
                        done = Some((Object::Name(name), None));
                    }
                }
                _ => done = Some((self.plain()?, None)),
            }
            if open.len() > DEEPEST {
                return None;
            }
            let Some((object, start)) = done else { continue };
            let end = self.at;
            match open.last_mut() {
                None => return Some(object),
                Some(Open::Array(items)) => items.push(object),
                Some(Open::Dictionary { entries, key, .. }) => {
                    // An array's beginning is not kept; nobody asks where one stands.
                    let span = start.unwrap_or(begun)..end;
                    entries.entries.insert(key.take()?, Entry { value: object, span });
                }
            }
        }
    }

    /// An object that holds no other: a string, a number, a keyword, a reference.
    fn plain(&mut self) -> Option<Object> {
        match self.peek()? {
            b'(' => self.literal().map(Object::String),
            b'<' => self.hexadecimal().map(Object::String),
            b'+' | b'-' | b'.' | b'0'..=b'9' => self.numeric(),
            _ => match self.word() {
                b"null" => Some(Object::Null),
                b"true" => Some(Object::Boolean(true)),
                b"false" => Some(Object::Boolean(false)),
                _ => None,
            },
        }
    }

    fn numeric(&mut self) -> Option<Object> {
        let word = self.word();
        let digits = word.strip_prefix(b"+").or(word.strip_prefix(b"-")).unwrap_or(word);
        let points = digits.iter().filter(|byte| **byte == b'.').count();
        let is_number = digits.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
            && points <= 1
            && digits.len() > points
            && digits.len() <= 40;
        is_number.then_some(())?;
        if points == 1 {
            return Some(Object::Real(word.to_vec()));
        }
        let number = core::str::from_utf8(word).ok()?.parse::<i64>().ok()?;
        if let (true, Ok(number)) = (word == digits, u32::try_from(number)) {
            let mut ahead = *self;
            let generation = ahead.number().and_then(|number| u16::try_from(number).ok());
            if let Some(generation) = generation
                && ahead.keyword(b"R").is_some()
            {
                *self = ahead;
                return Some(Object::Reference(Reference { number, generation }));
            }
        }
        Some(Object::Integer(number))
    }

    fn name(&mut self) -> Option<Vec<u8>> {
        self.advance(1);
        let mut name = Vec::new();
        let mut word = self.word().iter().copied();
        while let Some(byte) = word.next() {
            if byte != b'#' {
                name.push(byte);
                continue;
            }
            let (high, low) = (hex_digit(word.next()?)?, hex_digit(word.next()?)?);
            let escaped = high.checked_mul(16)?.checked_add(low)?;
            (escaped != 0).then_some(())?;
            name.push(escaped);
        }
        Some(name)
    }

    fn hexadecimal(&mut self) -> Option<Vec<u8>> {
        self.advance(1);
        let rest = self.rest();
        let end = rest.iter().position(|byte| *byte == b'>')?;
        self.advance(end.checked_add(1)?);
        let mut bytes = Vec::with_capacity(end / 2);
        let mut high = None;
        for byte in rest.get(..end)?.iter().filter(|byte| !is_space(**byte)) {
            let digit = hex_digit(*byte)?;
            match high.take() {
                None => high = Some(digit),
                Some(high) => bytes.push(high << 4 | digit),
            }
        }
        // A missing last digit is a 0.
        bytes.extend(high.map(|high| high << 4));
        Some(bytes)
    }

    fn literal(&mut self) -> Option<Vec<u8>> {
        self.advance(1);
        let mut bytes = Vec::new();
        let mut depth: usize = 1;
        loop {
            let byte = self.peek()?;
            self.advance(1);
            match byte {
                b'(' => depth = depth.checked_add(1)?,
                b')' => {
                    depth = depth.checked_sub(1)?;
                    if depth == 0 {
                        return Some(bytes);
                    }
                }
                b'\\' => {
                    bytes.extend(self.escaped()?);
                    continue;
                }
                b'\r' => {
                    if self.peek() == Some(b'\n') {
                        self.advance(1);
                    }
                    bytes.push(b'\n');
                    continue;
                }
                _ => {}
            }
            bytes.push(byte);
        }
    }

    /// What stands behind a backslash; outer `None` if nothing does.
    fn escaped(&mut self) -> Option<Option<u8>> {
        let byte = self.peek()?;
        self.advance(1);
        Some(Some(match byte {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 0x0C,
            b'\r' | b'\n' => {
                if byte == b'\r' && self.peek() == Some(b'\n') {
                    self.advance(1);
                }
                return Some(None);
            }
            b'0'..=b'7' => {
                let mut value = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    self.advance(1);
                    value = value * 8 + u32::from(digit - b'0');
                }
                // High-order overflow is ignored (section 7.3.4.2).
                u8::try_from(value & 0xFF).ok()?
            }
            other => other,
        }))
    }
}

fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Option<Object> {
        let mut reader = Reader::at(text, 0);
        let object = reader.object()?;
        reader.skip_space();
        reader.rest().is_empty().then_some(object)
    }

    #[test]
    fn objects_are_read_and_written_as_they_were() {
        for text in [
            &b"null"[..],
            b"true",
            b"-17",
            b"+.5",
            b"3 0 R",
            b"[1 2 0 R 3 4.0 (a) /b<>]",
            b"<</A<</B[<</C 1>>]>>/D 5 0 R/E null>>",
            b"(a\\(b\\)(c)\\101\\\nd)",
            b"<48 65 6C6C6F7>",
            b"/A#20B#2f",
            b" % comment\n [ % ] \r 1 ]",
        ] {
            let object = read(text).unwrap();
            let mut written = Vec::new();
            object.write(&mut written);
            assert_eq!(read(&written), Some(object), "{}", String::from_utf8_lossy(text));
        }
        assert_eq!(read(b"(a\\(b\\)(c)\\101)"), Some(Object::String(b"a(b)(c)A".to_vec())));
        assert_eq!(read(b"<48656C6C6F7>"), Some(Object::String(b"Hellop".to_vec())));
        assert_eq!(read(b"/Byte#52ange"), Some(Object::name("ByteRange")));
    }

    #[test]
    fn what_has_two_readings_is_refused() {
        for text in [
            &b""[..],
            b"<</A 1/A 1>>",
            b"<</A 1/#41 2>>",
            b"<</A>>",
            b"<<1 2>>",
            b"<</A 1",
            b"[1",
            b"1]",
            b">>",
            b"[>>",
            b"<<]",
            b"(a",
            b"<4",
            b"<4G>",
            b"/A#00",
            b"/A#4",
            b"1.2.3",
            b"--1",
            b".",
            b"12a",
            b"99999999999999999999",
            b"nul",
            b"R",
        ] {
            assert_eq!(read(text), None, "{}", String::from_utf8_lossy(text));
        }
        assert!(read(&[&[b'['; DEEPEST][..], &[b']'; DEEPEST]].concat()).is_some());
        assert!(read(&[&[b'['; DEEPEST + 1][..], &[b']'; DEEPEST + 1]].concat()).is_none());
    }

    #[test]
    fn a_value_knows_where_it_stands() {
        let text = b"  <</A <</B 1>> /Contents <00FF>/C[1 2]>>";
        let Some(Object::Dictionary(dictionary)) = read(text) else { panic!() };
        for (key, value) in [(&b"A"[..], &b"<</B 1>>"[..]), (b"Contents", b"<00FF>")] {
            assert_eq!(&text[dictionary.span(key).unwrap()], value);
        }
    }
}
