//! The objects of PDF (ISO 32000-2, section 7.3), read in one pass and without recursion.
//!
//! What viewers read in two ways is refused: a key with two values in one dictionary, a comment inside
//! a reference, a string without an end. Words that are neither numbers nor names are kept as
//! [`Object::Word`], because files hold such words where no viewer looks. Each value of a dictionary
//! knows where it stands in the file, because signatures are about bytes.

use super::budget::Budget;
use super::fault::{Fault, Result, TOO_MUCH_WORK};
use core::ops::Range;
use std::collections::BTreeMap;

/// How deep arrays and dictionaries may lie in each other.
const MAX_DEPTH: usize = 64;

/// How many parts one object may have; a dictionary's entry counts as four, for the memory it takes.
const MAX_PARTS: usize = 1 << 18;

/// The longest name. Section C.2 recommends 127 bytes.
const MAX_NAME: usize = 4096;

/// The greatest object number plus one (section C.2: 8,388,607 indirect objects).
pub(super) const MAX_NUMBER: u32 = 8_388_608;

/// The number of an indirect object, and its generation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Reference {
    pub(super) number: u32,
    pub(super) generation: u16,
}

/// An object. Two numbers are the same if their values are, however they are written.
#[derive(Clone, Debug)]
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
    /// Regular characters that are no object: viewers give them a meaning of their own.
    Word(Vec<u8>),
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

impl PartialEq for Object {
    fn eq(&self, other: &Object) -> bool {
        match (self, other) {
            (Object::Null, Object::Null) => true,
            (Object::Boolean(a), Object::Boolean(b)) => a == b,
            (Object::Integer(a), Object::Integer(b)) => a == b,
            (Object::Integer(number), Object::Real(digits))
            | (Object::Real(digits), Object::Integer(number)) => {
                plain_digits(digits) == plain_digits(number.to_string().as_bytes())
            }
            (Object::Real(a), Object::Real(b)) => plain_digits(a) == plain_digits(b),
            (Object::String(a), Object::String(b))
            | (Object::Name(a), Object::Name(b))
            | (Object::Word(a), Object::Word(b)) => a == b,
            (Object::Array(a), Object::Array(b)) => a == b,
            (Object::Dictionary(a), Object::Dictionary(b)) => a == b,
            (Object::Stream(a, data), Object::Stream(b, other)) => a == b && data == other,
            (Object::Reference(a), Object::Reference(b)) => a == b,
            _ => false,
        }
    }
}

/// A number without what its value does not need: sign of plus or of zero, and zeros at both ends.
fn plain_digits(number: &[u8]) -> (bool, &[u8], &[u8]) {
    let digits = number.strip_prefix(b"-").or(number.strip_prefix(b"+")).unwrap_or(number);
    let point = digits.iter().position(|byte| *byte == b'.').unwrap_or(digits.len());
    let (whole, fraction) = digits.split_at_checked(point).unwrap_or_default();
    let fraction = fraction.strip_prefix(b".").unwrap_or_default();
    let begin = whole.iter().position(|byte| *byte != b'0').unwrap_or(whole.len());
    let end = fraction.iter().rposition(|byte| *byte != b'0').map_or(0, |last| last.saturating_add(1));
    let (whole, fraction) = (whole.get(begin..).unwrap_or_default(), fraction.get(..end).unwrap_or_default());
    let is_negative = number.starts_with(b"-") && !(whole.is_empty() && fraction.is_empty());
    (is_negative, whole, fraction)
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

    /// Calls `visit` with the object and every object in it, at any depth.
    pub(super) fn walk<'a>(&'a self, mut visit: impl FnMut(&'a Object)) {
        let mut open = vec![self];
        while let Some(object) = open.pop() {
            visit(object);
            match object {
                Object::Array(items) => open.extend(items),
                Object::Dictionary(dictionary) | Object::Stream(dictionary, _) => {
                    open.extend(dictionary.values());
                }
                _ => {}
            }
        }
    }

    /// Every reference in the object, at any depth.
    pub(super) fn references(&self) -> Vec<Reference> {
        let mut found = Vec::new();
        self.walk(|object| found.extend(object.reference()));
        found
    }

    /// Returns whether the object holds a word that viewers may read in different ways.
    pub(super) fn has_word(&self) -> bool {
        let mut has_word = false;
        self.walk(|object| has_word |= matches!(object, Object::Word(_)));
        has_word
    }

    /// The number, if it is one.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Object::Integer(number) => number.to_string().parse().ok(),
            Object::Real(digits) => core::str::from_utf8(digits).ok()?.parse().ok(),
            _ => None,
        }
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
                Object::Real(digits) | Object::Word(digits) => out.extend_from_slice(digits),
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

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

/// Reads objects from bytes.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// For the data of an object stream: where the stream begins in the file.
    stream: Option<usize>,
    budget: &'a Budget,
    /// Whether a comment was passed over.
    saw_comment: bool,
}

/// An array or a dictionary that is being read.
enum Open {
    Array(Vec<Object>),
    Dictionary { entries: Dictionary, key: Option<Vec<u8>>, start: usize },
}

impl<'a> Reader<'a> {
    /// Reads a file from a byte on.
    pub(super) fn at(bytes: &'a [u8], at: usize, budget: &'a Budget) -> Reader<'a> {
        Reader { bytes, at, stream: None, budget, saw_comment: false }
    }

    /// Reads the data of the object stream that begins at byte `stream` of the file.
    pub(super) fn in_stream(data: &'a [u8], at: usize, stream: usize, budget: &'a Budget) -> Reader<'a> {
        Reader { bytes: data, at, stream: Some(stream), budget, saw_comment: false }
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    pub(super) fn saw_comment(&self) -> bool {
        self.saw_comment
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// A fault at the place where the reader stands.
    pub(super) fn fault(&self, found: &'static str) -> Fault {
        Fault::new(self.stream.unwrap_or(self.at), found)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn advance(&mut self, count: usize) {
        self.at = self.at.saturating_add(count).min(self.bytes.len());
    }

    /// Passes over white space and comments.
    pub(super) fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                self.saw_comment = true;
                let line = self.rest().iter().position(|byte| matches!(byte, b'\n' | b'\r'));
                self.advance(line.unwrap_or(usize::MAX));
            } else if is_space(byte) {
                self.advance(1);
            } else {
                break;
            }
        }
    }

    /// Passes over white space, but not over comments.
    pub(super) fn skip_white(&mut self) {
        let rest = self.rest();
        self.advance(rest.iter().position(|byte| !is_space(*byte)).unwrap_or(rest.len()));
    }

    /// The run of regular characters that follows.
    fn word(&mut self) -> &'a [u8] {
        let rest = self.rest();
        let length = rest.iter().position(|byte| !is_regular(*byte)).unwrap_or(rest.len());
        self.advance(length);
        rest.get(..length).unwrap_or_default()
    }

    /// Passes over that word after white space, if it follows.
    pub(super) fn take(&mut self, word: &[u8]) -> bool {
        let mut ahead = *self;
        ahead.skip_space();
        let follows = ahead.word() == word;
        if follows {
            *self = ahead;
        }
        follows
    }

    /// Passes over that word, which must follow after white space.
    pub(super) fn keyword(&mut self, word: &[u8], missing: &'static str) -> Result<()> {
        if self.take(word) { Ok(()) } else { Err(self.fault(missing)) }
    }

    /// A whole number of digits only, after white space.
    pub(super) fn digits(&mut self, missing: &'static str) -> Result<u64> {
        self.skip_space();
        let fault = self.fault(missing);
        let word = self.word();
        let is_number = !word.is_empty() && word.len() <= 19 && word.iter().all(u8::is_ascii_digit);
        core::str::from_utf8(word).ok().filter(|_| is_number).and_then(|word| word.parse().ok()).ok_or(fault)
    }

    /// The object that follows. Of a stream it reads the dictionary only.
    pub(super) fn object(&mut self) -> Result<Object> {
        let begun = self.at;
        let object = self.object_within_bounds();
        let work = self.at.saturating_sub(begun);
        self.budget.spend(work).ok_or(self.fault(TOO_MUCH_WORK))?;
        object
    }

    fn object_within_bounds(&mut self) -> Result<Object> {
        let mut open: Vec<Open> = Vec::new();
        let mut parts: usize = 0;
        loop {
            self.skip_space();
            let begun = self.at;
            let mut done = None;
            match self.peek().ok_or(self.fault("an object does not end"))? {
                b'[' => {
                    self.advance(1);
                    open.push(Open::Array(Vec::new()));
                }
                b'<' if self.rest().starts_with(b"<<") => {
                    self.advance(2);
                    open.push(Open::Dictionary { entries: Dictionary::default(), key: None, start: begun });
                }
                b']' => {
                    let Some(Open::Array(items)) = open.pop() else {
                        return Err(self.fault("an array ends that did not begin"));
                    };
                    self.advance(1);
                    done = Some((Object::Array(items), None));
                }
                b'>' if self.rest().starts_with(b">>") => {
                    let Some(Open::Dictionary { entries, key: None, start }) = open.pop() else {
                        return Err(self.fault("a dictionary ends that did not begin, or lacks a value"));
                    };
                    self.advance(2);
                    done = Some((Object::Dictionary(entries), Some(start)));
                }
                b'/' => {
                    let name = self.name()?;
                    match open.last_mut() {
                        Some(Open::Dictionary { key: key @ None, .. }) => *key = Some(name),
                        _ => done = Some((Object::Name(name), None)),
                    }
                }
                _ => done = Some((self.plain()?, None)),
            }
            if open.len() > MAX_DEPTH {
                return Err(self.fault("arrays and dictionaries lie too deep in each other"));
            }
            let Some((object, start)) = done else { continue };
            let end = self.at;
            parts = parts.saturating_add(match open.last_mut() {
                None => return Ok(object),
                Some(Open::Array(items)) => {
                    items.push(object);
                    1
                }
                Some(Open::Dictionary { entries, key, .. }) => {
                    let fault = Fault::new(self.stream.unwrap_or(begun), "a key of a dictionary is no name");
                    let key = key.take().ok_or(fault)?;
                    // Where an array or another plain value begins is not kept: only dictionaries
                    // and strings are asked for their place.
                    let span = start.unwrap_or(begun)..end;
                    match entries.entries.get(&key) {
                        Some(known) if known.value == object => {}
                        Some(_) => return Err(self.fault("a dictionary has two values for one key")),
                        None => drop(entries.entries.insert(key, Entry { value: object, span })),
                    }
                    4
                }
            });
            if parts > MAX_PARTS {
                return Err(self.fault("an object has more parts than are read"));
            }
        }
    }

    /// An object that holds no other: a string, a number, a keyword, a reference.
    fn plain(&mut self) -> Result<Object> {
        match self.peek() {
            Some(b'(') => self.literal().map(Object::String),
            Some(b'<') => self.hexadecimal().map(Object::String),
            Some(b'+' | b'-' | b'.' | b'0'..=b'9') => self.numeric(),
            _ => match self.word() {
                b"null" => Ok(Object::Null),
                b"true" => Ok(Object::Boolean(true)),
                b"false" => Ok(Object::Boolean(false)),
                b"" => Err(self.fault("a character stands where an object begins")),
                word if word.len() <= MAX_NAME => Ok(Object::Word(word.to_vec())),
                _ => Err(self.fault("a word is too long")),
            },
        }
    }

    fn numeric(&mut self) -> Result<Object> {
        let word = self.word();
        let digits = word.strip_prefix(b"+").or(word.strip_prefix(b"-")).unwrap_or(word);
        let points = digits.iter().filter(|byte| **byte == b'.').count();
        let is_number = digits.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
            && points <= 1
            && digits.len() > points
            && digits.len() <= 40;
        if is_number && points == 1 {
            return Ok(Object::Real(word.to_vec()));
        }
        let value = core::str::from_utf8(word).ok().filter(|_| is_number);
        let Some(number) = value.and_then(|word| word.parse::<i64>().ok()) else {
            if word.len() > MAX_NAME {
                return Err(self.fault("a word is too long"));
            }
            return Ok(Object::Word(word.to_vec()));
        };
        if word == digits
            && let Some(reference) = self.reference(number)?
        {
            return Ok(Object::Reference(reference));
        }
        Ok(Object::Integer(number))
    }

    /// The reference that a whole number begins, if one follows: a generation and the letter R.
    fn reference(&mut self, number: i64) -> Result<Option<Reference>> {
        let mut ahead = Reader { saw_comment: false, ..*self };
        ahead.skip_space();
        let generation = ahead.word();
        if generation.is_empty() || !generation.iter().all(u8::is_ascii_digit) || !ahead.take(b"R") {
            return Ok(None);
        }
        if ahead.saw_comment {
            return Err(self.fault("a comment stands inside a reference"));
        }
        let number = u32::try_from(number).ok().filter(|number| *number < MAX_NUMBER);
        let generation = core::str::from_utf8(generation).ok().and_then(|digits| digits.parse().ok());
        let (Some(number), Some(generation)) = (number, generation) else {
            return Err(self.fault("a reference has a number that no object has"));
        };
        *self = Reader { saw_comment: self.saw_comment, ..ahead };
        Ok(Some(Reference { number, generation }))
    }

    fn name(&mut self) -> Result<Vec<u8>> {
        self.advance(1);
        let word = self.word();
        if word.len() > MAX_NAME {
            return Err(self.fault("a name is too long"));
        }
        let mut name = Vec::with_capacity(word.len());
        let mut rest = word;
        while let Some((byte, after)) = rest.split_first() {
            rest = after;
            let escaped = match after {
                [high, low, ..] if *byte == b'#' => hex_digit(*high).zip(hex_digit(*low)),
                _ => None,
            };
            match escaped {
                // Names of PDF 1.1 have # without a meaning.
                None => name.push(*byte),
                Some((0, 0)) => return Err(self.fault("a name escapes the byte zero")),
                Some((high, low)) => {
                    name.push(high << 4 | low);
                    rest = after.get(2..).unwrap_or_default();
                }
            }
        }
        Ok(name)
    }

    fn hexadecimal(&mut self) -> Result<Vec<u8>> {
        let fault = self.fault("a hexadecimal string has no end, or other characters");
        self.advance(1);
        let rest = self.rest();
        let end = rest.iter().position(|byte| *byte == b'>').ok_or(fault)?;
        self.advance(end.saturating_add(1));
        let mut bytes = Vec::with_capacity(end / 2);
        let mut high = None;
        for byte in rest.get(..end).unwrap_or_default().iter().filter(|byte| !is_space(**byte)) {
            let digit = hex_digit(*byte).ok_or(fault)?;
            match high.take() {
                None => high = Some(digit),
                Some(high) => bytes.push(high << 4 | digit),
            }
        }
        // A missing last digit is a 0 (section 7.3.4.3).
        bytes.extend(high.map(|high| high << 4));
        Ok(bytes)
    }

    fn literal(&mut self) -> Result<Vec<u8>> {
        let fault = self.fault("a string has no end");
        self.advance(1);
        let mut bytes = Vec::new();
        let mut depth: usize = 1;
        loop {
            let byte = self.peek().ok_or(fault)?;
            self.advance(1);
            match byte {
                b'(' => depth = depth.saturating_add(1),
                b')' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Ok(bytes);
                    }
                }
                b'\\' => {
                    bytes.extend(self.escaped().ok_or(fault)?);
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

    /// What a backslash and the characters behind it mean; outer `None` if nothing follows.
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
        let budget = Budget::new(text.len());
        let mut reader = Reader::at(text, 0, &budget);
        let object = reader.object().ok()?;
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
            b"<</A 1/A 2>>",
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
            b"[1 0%c\n R]",
            b"[1%c\n 0 R]",
            b"8388608 0 R",
            b"1 65536 R",
            b"}",
        ] {
            assert_eq!(read(text), None, "{}", String::from_utf8_lossy(text));
        }
        assert!(read(&[&[b'['; MAX_DEPTH][..], &[b']'; MAX_DEPTH]].concat()).is_some());
        assert!(read(&[&[b'['; MAX_DEPTH + 1][..], &[b']'; MAX_DEPTH + 1]].concat()).is_none());
        assert!(read(&[b"/", &[b'a'; MAX_NAME][..]].concat()).is_some());
        assert!(read(&[b"/", &[b'a'; MAX_NAME + 1][..]].concat()).is_none());
        assert!(read(&[&b"["[..], &b"0 ".repeat(MAX_PARTS), b"]"].concat()).is_some());
        assert!(read(&[&b"["[..], &b"0 ".repeat(MAX_PARTS + 1), b"]"].concat()).is_none());
    }

    #[test]
    fn a_key_that_stands_twice_with_one_value_has_one_reading() {
        assert_eq!(read(b"<</A 1/A 1>>"), read(b"<</A 1>>"));
    }

    #[test]
    fn numbers_are_the_same_by_their_value() {
        for (a, b) in [("0.0000", "0"), ("288.0", "288"), ("+1.50", "1.5"), ("-0.0", "0"), ("007", "7")] {
            assert_eq!(read(a.as_bytes()), read(b.as_bytes()), "{a} {b}");
        }
        for (a, b) in [("1.5", "1.05"), ("-1", "1"), ("10", "1"), ("0.1", "0")] {
            assert_ne!(read(a.as_bytes()), read(b.as_bytes()), "{a} {b}");
        }
    }

    #[test]
    fn words_that_viewers_read_differently_are_known_as_such() {
        for text in [&b"1.2.3"[..], b"--1", b".", b"12a", b"99999999999999999999", b"nul", b"R", b"1e5"] {
            let Some(object) = read(text) else { panic!("{}", String::from_utf8_lossy(text)) };
            assert!(object.has_word(), "{}", String::from_utf8_lossy(text));
        }
        assert!(!read(b"<</A[1 2.0(1e5)/1e5]>>").unwrap().has_word());
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
