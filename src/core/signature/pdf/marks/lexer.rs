//! The tokens of a content stream (ISO 32000-2, 7.8.2). What viewers could split differently is
//! damaged.

use super::geometry::FARTHEST;

/// How deep arrays and dictionaries may lie in each other.
const DEEPEST: usize = 16;

/// Names and operators longer than this are cut off by some viewers.
const LONGEST_WORD: usize = 127;

/// The same for strings.
const LONGEST_STRING: usize = 32_000;

/// What stands before an operator.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Operand {
    Number(f64),
    /// A number with a point, which poppler does not take where the operator wants a whole one.
    Real(f64),
    Name(Vec<u8>),
    String(Vec<u8>),
    Array(Vec<Operand>),
    Boolean(bool),
    /// A dictionary or null.
    Other,
}

impl Operand {
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Operand::Number(number) | Operand::Real(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn name(&self) -> Option<&[u8]> {
        match self {
            Operand::Name(name) => Some(name),
            _ => None,
        }
    }
}

/// A token.
#[derive(PartialEq, Debug)]
pub(super) enum Token<'a> {
    Operand(Operand),
    Operator(&'a [u8]),
    End,
}

/// Reads tokens.
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Lexer<'a> {
        Lexer { bytes, at: 0 }
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    pub(super) fn advance(&mut self, count: usize) {
        self.at = self.at.saturating_add(count).min(self.bytes.len());
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
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

    fn word(&mut self) -> &'a [u8] {
        let rest = self.rest();
        let length = rest.iter().position(|byte| !is_regular(*byte)).unwrap_or(rest.len());
        self.advance(length);
        rest.get(..length).unwrap_or_default()
    }

    /// The next token; `None` if it is damaged.
    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        /// What is being read: `None` for a dictionary, whose entries are not kept.
        type Open = Option<Vec<Operand>>;
        let mut open: Vec<Open> = Vec::new();
        loop {
            self.skip_space();
            let Some(byte) = self.peek() else {
                return open.is_empty().then_some(Token::End);
            };
            let operand = match byte {
                b'[' => {
                    self.advance(1);
                    open.push(Some(Vec::new()));
                    (open.len() <= DEEPEST).then_some(())?;
                    continue;
                }
                b']' => {
                    self.advance(1);
                    Operand::Array(open.pop()??)
                }
                b'<' if self.rest().starts_with(b"<<") => {
                    self.advance(2);
                    open.push(None);
                    (open.len() <= DEEPEST).then_some(())?;
                    continue;
                }
                b'>' => {
                    self.rest().starts_with(b">>").then_some(())?;
                    self.advance(2);
                    if open.pop()?.is_some() {
                        return None;
                    }
                    Operand::Other
                }
                b'(' => self.literal().map(Operand::String)?,
                b'<' => self.hexadecimal().map(Operand::String)?,
                b'/' => self.name().map(Operand::Name)?,
                b'+' | b'-' | b'.' | b'0'..=b'9' => {
                    let word = self.word();
                    let number = real(word)?;
                    if word.contains(&b'.') { Operand::Real(number) } else { Operand::Number(number) }
                }
                _ => match self.word() {
                    b"true" => Operand::Boolean(true),
                    b"false" => Operand::Boolean(false),
                    b"null" => Operand::Other,
                    word if (1..=LONGEST_WORD).contains(&word.len()) && open.is_empty() => {
                        return Some(Token::Operator(word));
                    }
                    _ => return None,
                },
            };
            match open.last_mut() {
                None => return Some(Token::Operand(operand)),
                Some(Some(items)) => items.push(operand),
                Some(None) => {}
            }
        }
    }

    fn name(&mut self) -> Option<Vec<u8>> {
        self.advance(1);
        let word = self.word();
        // PDFium takes these two for white space.
        let is_plain = word.len() <= LONGEST_WORD && !word.iter().any(|byte| matches!(byte, 0x80 | 0xFF));
        is_plain.then_some(())?;
        let mut name = Vec::with_capacity(word.len());
        let mut word = word.iter().copied();
        while let Some(byte) = word.next() {
            if byte == b'#' {
                let (high, low) = (hex_digit(word.next()?)?, hex_digit(word.next()?)?);
                name.push(high << 4 | low);
            } else {
                name.push(byte);
            }
        }
        Some(name)
    }

    fn hexadecimal(&mut self) -> Option<Vec<u8>> {
        self.advance(1);
        let rest = self.rest();
        let end = rest.iter().position(|byte| *byte == b'>')?;
        (end / 2 <= LONGEST_STRING).then_some(())?;
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
        bytes.extend(high.map(|high| high << 4));
        Some(bytes)
    }

    fn literal(&mut self) -> Option<Vec<u8>> {
        self.advance(1);
        let mut bytes = Vec::new();
        let mut depth: usize = 1;
        loop {
            (bytes.len() <= LONGEST_STRING).then_some(())?;
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
                    self.escaped(&mut bytes)?;
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

    /// Reads what stands behind a backslash.
    fn escaped(&mut self, bytes: &mut Vec<u8>) -> Option<()> {
        let byte = self.peek()?;
        self.advance(1);
        bytes.push(match byte {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 0x0C,
            b'\n' => return Some(()),
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.advance(1);
                }
                return Some(());
            }
            b'0'..=b'7' => {
                let mut value = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    self.advance(1);
                    value = value * 8 + u32::from(digit - b'0');
                }
                u8::try_from(value & 0xFF).ok()?
            }
            other => other,
        });
        Some(())
    }
}

/// A number: a sign, digits, a point; nothing else.
fn real(word: &[u8]) -> Option<f64> {
    let digits = word.strip_prefix(b"+").or(word.strip_prefix(b"-")).unwrap_or(word);
    let points = digits.iter().filter(|byte| **byte == b'.').count();
    let is_number = digits.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
        && points <= 1
        && digits.len() > points
        && digits.len() <= 40;
    let number: f64 = core::str::from_utf8(word).ok().filter(|_| is_number)?.parse().ok()?;
    (number.abs() <= FARTHEST).then_some(number)
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

pub(super) fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

pub(super) fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}
