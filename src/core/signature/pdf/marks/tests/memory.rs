//! Objects in memory: a source for the interpreter, and a file for the viewers.

use super::super::super::object::{Dictionary, Object, Reference};
use super::super::Source;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Objects, numbered from 1.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) objects: BTreeMap<u32, Object>,
    data: Vec<u8>,
    kept: Option<usize>,
    /// How the objects are written.
    texts: Vec<Vec<u8>>,
    pub(super) spent: Cell<usize>,
    pub(super) most: Option<usize>,
}

impl Memory {
    /// Adds an object.
    pub(super) fn add(&mut self, text: &str) -> u32 {
        self.texts.push(text.as_bytes().to_vec());
        let number = u32::try_from(self.texts.len()).unwrap();
        self.objects.insert(number, Parser::new(text.as_bytes()).object());
        number
    }

    /// Adds a stream; the dictionary is written without its brackets.
    pub(super) fn add_stream(&mut self, entries: &str, data: &[u8]) -> u32 {
        let text = format!("<<{entries}/Length {}>>", data.len());
        let number = self.add(&text);
        let start = self.data.len();
        self.data.extend_from_slice(data);
        let Some(Object::Dictionary(dictionary)) = self.objects.remove(&number) else { panic!() };
        self.objects.insert(number, Object::Stream(dictionary, start..self.data.len()));
        let text = self.texts.last_mut().unwrap();
        text.extend_from_slice(b"\nstream\n");
        text.extend_from_slice(data);
        text.extend_from_slice(b"\nendstream");
        number
    }

    /// The data of a stream.
    pub(super) fn bytes(&self, number: u32) -> &[u8] {
        self.encoded(&self.objects[&number]).unwrap()
    }

    /// Gives a stream other data, until the objects are put back.
    pub(super) fn replace(&mut self, number: u32, data: &[u8]) {
        let start = self.data.len();
        self.kept.get_or_insert(start);
        self.data.extend_from_slice(data);
        let range = start..self.data.len();
        let Some(Object::Stream(_, place)) = self.objects.get_mut(&number) else { panic!() };
        *place = range;
    }

    /// Forgets the data of replaced streams.
    pub(super) fn forget(&mut self) {
        if let Some(kept) = self.kept.take() {
            self.data.truncate(kept);
        }
    }

    pub(super) fn dictionary(&self, number: u32) -> &Dictionary {
        self.objects[&number].dictionary().unwrap()
    }

    /// A file of these objects.
    pub(super) fn file(&self, root: u32) -> Vec<u8> {
        let mut file = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
        let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", self.texts.len() + 1);
        for (index, text) in self.texts.iter().enumerate() {
            writeln!(table, "{:010} 00000 n ", file.len()).unwrap();
            file.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
            file.extend_from_slice(text);
            file.extend_from_slice(b"\nendobj\n");
        }
        let start = file.len();
        let size = self.texts.len() + 1;
        let trailer = format!("trailer\n<</Size {size}/Root {root} 0 R>>\nstartxref\n{start}\n%%EOF\n");
        file.extend_from_slice(table.as_bytes());
        file.extend_from_slice(trailer.as_bytes());
        file
    }

    /// Reads a file with one plain table, as qpdf writes it.
    pub(super) fn read(file: &[u8]) -> Option<(Memory, Dictionary)> {
        let mut memory = Memory { data: file.to_vec(), ..Memory::default() };
        let start = file.windows(9).rposition(|part| part == b"startxref")?;
        let mut parser = Parser { bytes: file, at: start + 9 };
        let Object::Integer(table) = parser.object() else { return None };
        parser.at = usize::try_from(table).ok()?;
        (parser.word() == b"xref").then_some(())?;
        let Object::Integer(0) = parser.object() else { return None };
        let Object::Integer(count) = parser.object() else { return None };
        let mut places = Vec::new();
        for number in 0..count {
            let Object::Integer(offset) = parser.object() else { return None };
            let Object::Integer(_) = parser.object() else { return None };
            if parser.word() == b"n" {
                places.push((u32::try_from(number).ok()?, usize::try_from(offset).ok()?));
            }
        }
        (parser.word() == b"trailer").then_some(())?;
        let Object::Dictionary(trailer) = parser.object() else { return None };
        for pass in 0..2 {
            for (number, place) in &places {
                let mut parser = Parser { bytes: file, at: *place };
                parser.object();
                parser.object();
                (parser.word() == b"obj").then_some(())?;
                let mut object = parser.object();
                if pass == 1
                    && let Object::Dictionary(dictionary) = &object
                    && parser.word() == b"stream"
                {
                    let start = parser.at + if file[parser.at] == b'\r' { 2 } else { 1 };
                    let length = dictionary.get(b"Length")?;
                    let Object::Integer(length) = memory.resolved(length)? else { return None };
                    let end = start + usize::try_from(length).ok()?;
                    object = Object::Stream(dictionary.clone(), start..end);
                }
                memory.objects.insert(*number, object);
            }
        }
        Some((memory, trailer))
    }

    /// The pages below a node of the page tree.
    pub(super) fn pages(&self, node: &Object) -> Vec<Dictionary> {
        let (mut pages, mut open) = (Vec::new(), vec![node.clone()]);
        while let Some(node) = open.pop() {
            let Some(Object::Dictionary(node)) = self.resolved(&node) else { continue };
            match node.get(b"Kids").and_then(|kids| self.resolved(kids)) {
                Some(Object::Array(kids)) => open.extend(kids.into_iter().rev()),
                _ => pages.push(node),
            }
        }
        pages
    }
}

impl Source for Memory {
    fn resolved(&self, object: &Object) -> Option<Object> {
        match object.reference() {
            Some(reference) => Some(self.objects.get(&reference.number).cloned().unwrap_or(Object::Null)),
            None => Some(object.clone()),
        }
    }

    fn encoded(&self, stream: &Object) -> Option<&[u8]> {
        let Object::Stream(_, range) = stream else { return None };
        self.data.get(range.clone())
    }

    fn spend(&self, work: usize) -> Option<()> {
        let spent = self.spent.get().checked_add(work)?;
        self.spent.set(spent);
        (spent <= self.most.unwrap_or(64 << 20)).then_some(())
    }
}

/// Reads objects that the tests themselves or qpdf wrote.
struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Parser<'a> {
    fn new(bytes: &'a [u8]) -> Parser<'a> {
        Parser { bytes, at: 0 }
    }

    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(b' ')
    }

    fn skip_space(&mut self) {
        while self.at < self.bytes.len() && (self.peek() <= b' ' || self.peek() == b'%') {
            if self.peek() == b'%' {
                while self.at < self.bytes.len() && !matches!(self.peek(), b'\n' | b'\r') {
                    self.at += 1;
                }
            }
            self.at += 1;
        }
    }

    fn word(&mut self) -> &'a [u8] {
        self.skip_space();
        let rest = &self.bytes[self.at.min(self.bytes.len())..];
        let is_end = |byte: &u8| *byte <= b' ' || b"()<>[]{}/%".contains(byte);
        let length = rest.iter().position(is_end).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn object(&mut self) -> Object {
        self.skip_space();
        match self.peek() {
            b'/' => {
                self.at += 1;
                let (word, mut name) = (self.word(), Vec::new());
                let mut index = 0;
                while index < word.len() {
                    if word[index] == b'#' {
                        let digits = std::str::from_utf8(&word[index + 1..index + 3]).unwrap();
                        name.push(u8::from_str_radix(digits, 16).unwrap());
                        index += 3;
                    } else {
                        name.push(word[index]);
                        index += 1;
                    }
                }
                Object::Name(name)
            }
            b'[' => {
                self.at += 1;
                let mut items = Vec::new();
                loop {
                    self.skip_space();
                    if self.peek() == b']' {
                        self.at += 1;
                        return Object::Array(items);
                    }
                    items.push(self.object());
                }
            }
            b'<' if self.bytes.get(self.at + 1) == Some(&b'<') => {
                self.at += 2;
                let mut dictionary = Dictionary::default();
                loop {
                    self.skip_space();
                    if self.peek() == b'>' {
                        self.at += 2;
                        return Object::Dictionary(dictionary);
                    }
                    let Object::Name(key) = self.object() else { panic!("no key at {}", self.at) };
                    let value = self.object();
                    dictionary.set(&key, value);
                }
            }
            b'<' => {
                let rest = &self.bytes[self.at..];
                self.at += rest.iter().position(|byte| *byte == b'>').unwrap() + 1;
                Object::String(Vec::new())
            }
            b'(' => {
                let (start, mut depth) = (self.at, 0);
                loop {
                    match self.peek() {
                        b'\\' => self.at += 1,
                        b'(' => depth += 1,
                        b')' => depth -= 1,
                        _ => {}
                    }
                    self.at += 1;
                    if depth == 0 {
                        return Object::String(self.bytes[start + 1..self.at - 1].to_vec());
                    }
                }
            }
            _ => self.plain(),
        }
    }

    fn plain(&mut self) -> Object {
        match self.word() {
            b"null" => Object::Null,
            b"true" => Object::Boolean(true),
            b"false" => Object::Boolean(false),
            word => {
                let text = std::str::from_utf8(word).unwrap();
                let Ok(number) = text.parse::<i64>() else { return Object::Real(word.to_vec()) };
                let after = self.at;
                let generation = std::str::from_utf8(self.word()).unwrap_or_default().parse::<u16>();
                if let Ok(generation) = generation
                    && self.word() == b"R"
                {
                    let number = u32::try_from(number).unwrap();
                    return Object::Reference(Reference { number, generation });
                }
                self.at = after;
                Object::Integer(number)
            }
        }
    }
}
