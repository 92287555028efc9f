//! Every object of every file that is read, made malformed in every way at its own header, and read as a program does.
//! All around the object stays right: lengths of what holds it and the table of offsets are made to fit.

use super::*;
use crate::certificate::{CardCaKey, Trust};
use crate::log::Log;
use crate::reader::{Context, ContextOptions};
use crate::result::{PinKind, ResultCode, State, Subject};
use crate::virtual_card::VirtualCard;

const CODE_B: &str = "01050720344649";

/// A file that is read, and how it is opened.
#[derive(Clone, Copy)]
struct Target {
    application: &'static str,
    file: u8,
    pin: PinKind,
    value: &'static str,
}

const TARGETS: [Target; 9] = [
    Target { application: "text", file: 1, pin: PinKind::Text, value: "1234" },
    Target { application: "text", file: 2, pin: PinKind::Text, value: "1234" },
    Target { application: "text", file: 3, pin: PinKind::Text, value: "1234" },
    Target { application: "text", file: 4, pin: PinKind::Text, value: "1234" },
    Target { application: "text", file: 6, pin: PinKind::Text, value: "1234" },
    Target { application: "text", file: 7, pin: PinKind::Text, value: "1234" },
    Target { application: "face", file: 1, pin: PinKind::FaceBirthDate, value: "010507" },
    Target { application: "face", file: 2, pin: PinKind::FaceCodeB, value: CODE_B },
    Target { application: "face", file: 4, pin: PinKind::FaceCodeB, value: CODE_B },
];

impl Target {
    /// What the file of an honest card holds.
    fn original(self) -> Vec<u8> {
        let virtual_card = VirtualCard::new(None).unwrap();
        assert!(virtual_card.verify_out_of_band(self.pin));
        let mut answer = Vec::new();
        let command = [0x00, 0xB0, 0x80 | self.file, 0x00, 0x00, 0x00, 0x00];
        let mut connection = virtual_card.connect().unwrap();
        connection.transmit(&command, &mut answer, core::time::Duration::from_secs(5)).unwrap();
        answer.truncate(answer.len() - 2);
        answer
    }

    /// What a program hears of a card whose file holds those bytes: an error, or the worst finding.
    fn read(self, content: &[u8]) -> ResultCode {
        self.read_or_fail(content).unwrap_or_else(|error| error.code)
    }

    fn read_or_fail(self, content: &[u8]) -> Result<ResultCode> {
        let hex: String = content.iter().map(|byte| format!("{byte:02X}")).collect();
        let Target { application, file, .. } = self;
        let virtual_card = VirtualCard::new(Some(&format!(
            r#"{{"files": [{{"application": "{application}", "file": {file}, "content": "{hex}"}}]}}"#
        )))?;
        let context = Context::new(ContextOptions {
            no_pcsc: true,
            permit_my_number: true,
            my_number_purpose: Some("tests".to_owned()),
            log: Log::none(),
        })?;
        let options = OpenOptions { secure_messaging: file == 6, ..OpenOptions::default() };
        let mut card = Card::open_connection(&context, virtual_card.connect()?, options)?;
        let mut trust = Trust::production();
        trust.add_card_key(CardCaKey::parse(&virtual_card.card_ca_key())?);
        card.pin_verify(self.pin, Some(&Pin::from(self.value)), &PinOptions::default())?;
        let report = match (application, file) {
            ("text", 1) => {
                card.my_number_read()?;
                return Ok(ResultCode::Ok);
            }
            ("text", 7) => card.genuine_check(&trust)?,
            ("text", _) => card.text_read(Some(&trust))?.integrity.unwrap(),
            (_, 1) => card.age_read(Some(&trust))?.integrity.unwrap(),
            _ => card.face_read(&trust)?.report().clone(),
        };
        let told = [Subject::CardCertificate, Subject::Record, Subject::Challenge];
        let wrong =
            report.findings().iter().find(|one| told.contains(&one.subject) && one.state != State::Passed);
        Ok(wrong.map_or(ResultCode::Ok, |finding| finding.code))
    }
}

/// An object: what stands before the objects in it, and those.
struct Node {
    tag: Vec<u8>,
    before: Vec<u8>,
    inner: Vec<Node>,
}

/// Where the objects in an object begin; `None` for one that holds bytes.
fn holds(tag: &[u8]) -> Option<usize> {
    match tag {
        [0xFF, 0x10] | [0xFF, 0x20 | 0x30 | 0x50] | [0x7F, 0x21] | [0xA1] => Some(0),
        [0xDF, 0x12 | 0x24 | 0x51] => Some(0),
        // Two identifiers, then a key.
        [0x5F, 0x4E] => Some(32),
        _ => None,
    }
}

impl Node {
    fn read(bytes: &[u8], is_number: bool) -> (Node, usize) {
        let header = crate::iso7816::Header::read(bytes).unwrap();
        let tag_len = if bytes[0] & 0x1F == 0x1F { 2 } else { 1 };
        let tag = bytes[..tag_len].to_vec();
        let value = &bytes[header.header_len..header.total_len()];
        // DF24 is a date in one file and a key in the other; FF10 a number in one and a record in the other.
        let begin = holds(&tag).filter(|_| !is_number && (tag != [0xDF, 0x24] || value.len() > 8));
        let (before, mut rest) = value.split_at(begin.unwrap_or(value.len()));
        let mut inner = Vec::new();
        while !rest.is_empty() {
            let (node, length) = Node::read(rest, false);
            inner.push(node);
            rest = &rest[length..];
        }
        (Node { tag, before: before.to_vec(), inner }, header.total_len())
    }

    /// The tags of it and of all in it, each before what it holds.
    fn tags(&self) -> Vec<Vec<u8>> {
        core::iter::once(self.tag.clone()).chain(self.inner.iter().flat_map(Node::tags)).collect()
    }

    /// The object as written, with that fault in the one that `at` counts down to.
    fn write(&self, at: &mut usize, fault: Fault) -> Vec<u8> {
        let is_here = *at == 0;
        *at = at.wrapping_sub(1);
        let mut parts: Vec<Vec<u8>> = self.inner.iter().map(|inner| inner.write(at, fault)).collect();
        if self.tag == [0xFF, 0x20] && self.inner[0].tag == [0xDF, 0x21] && !parts[0].is_empty() {
            set_offsets(&mut parts, fault, is_here);
        }
        let value = [self.before.clone(), parts.concat()].concat();
        if is_here { fault.write(&self.tag, &value) } else { plain(&self.tag, &value) }
    }
}

/// Makes the table tell where the objects begin.
fn set_offsets(parts: &mut [Vec<u8>], fault: Fault, is_here: bool) {
    let length: usize = parts.iter().map(Vec::len).sum();
    let header_len = match fault {
        Fault::NotMinimal(bytes) if is_here => 3 + bytes,
        _ => plain(&[0xFF, 0x20], &vec![0; length]).len() - length,
    };
    let mut offset = header_len + parts[0].len();
    let mut table = Vec::new();
    for part in &parts[1..] {
        // What is left out is nowhere.
        table.extend_from_slice(
            &u16::try_from(if part.is_empty() { 0 } else { offset }).unwrap().to_be_bytes(),
        );
        offset += part.len();
    }
    // A table that is itself at fault stays as it is.
    if parts[0].len() == 3 + table.len() || matches!(fault, Fault::NotMinimal(_)) {
        let begin = parts[0].len() - table.len();
        parts[0][begin..].copy_from_slice(&table);
    }
}

fn with_length(tag: &[u8], length: &[u8], value: &[u8]) -> Vec<u8> {
    [tag, length, value].concat()
}

fn plain(tag: &[u8], value: &[u8]) -> Vec<u8> {
    with_length(tag, &length_of(value.len()), value)
}

fn length_of(length: usize) -> Vec<u8> {
    let bytes = u16::try_from(length).unwrap().to_be_bytes();
    match length {
        0..0x80 => vec![bytes[1]],
        0x80..0x100 => vec![0x81, bytes[1]],
        _ => vec![0x82, bytes[0], bytes[1]],
    }
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Fault {
    None,
    /// A length that reaches beyond everything.
    TooLong,
    FourGigabytes,
    FiveByteLength,
    Indefinite,
    /// The last byte is missing, and what follows closes up.
    Truncated,
    Twice,
    ZeroesBefore,
    FillerBefore,
    LeftOut,
    OtherTag,
    /// Right, but longer than need be.
    NotMinimal(usize),
}

impl Fault {
    fn write(self, tag: &[u8], value: &[u8]) -> Vec<u8> {
        let right = plain(tag, value);
        match self {
            Fault::None => right,
            Fault::TooLong => with_length(tag, &[0x82, 0xFF, 0xF0], value),
            Fault::FourGigabytes => with_length(tag, &[0x84, 0xFF, 0xFF, 0xFF, 0xFF], value),
            Fault::FiveByteLength => with_length(tag, &[0x85, 0, 0, 0, 0, 1], value),
            Fault::Indefinite => with_length(tag, &[0x80], &[value, &[0, 0]].concat()),
            Fault::Truncated => right[..right.len() - 1].to_vec(),
            Fault::Twice => right.repeat(2),
            Fault::ZeroesBefore => [&[0, 0][..], &right].concat(),
            Fault::FillerBefore => [&[0xFF, 0xFF][..], &right].concat(),
            Fault::LeftOut => Vec::new(),
            Fault::OtherTag => {
                let mut other = right;
                other[tag.len() - 1] ^= 0x40;
                other
            }
            Fault::NotMinimal(bytes) => {
                let mut length = vec![0x80 | u8::try_from(bytes).unwrap()];
                length.extend_from_slice(&u32::try_from(value.len()).unwrap().to_be_bytes()[4 - bytes..]);
                with_length(tag, &length, value)
            }
        }
    }
}

/// Reads every object with every one of those faults, and hands over what came of it.
fn each(faults: &[Fault], mut judge: impl FnMut(Target, usize, &[u8], Fault, ResultCode)) {
    for target in TARGETS {
        let original = target.original();
        let is_number = (target.application, target.file) == ("text", 1);
        let (root, length) = Node::read(&original, is_number);
        let filler = &original[length..];
        let written = |at: usize, fault| {
            let mut at = at;
            [root.write(&mut at, fault), filler.to_vec()].concat()
        };
        assert_eq!(written(0, Fault::None), original, "the tree is the file");
        assert_eq!(target.read(&original), ResultCode::Ok);
        for (at, tag) in root.tags().iter().enumerate() {
            for fault in faults {
                let code = target.read(&written(at, *fault));
                judge(target, at, tag, *fault, code);
            }
        }
    }
}

#[test]
fn what_is_malformed_at_any_header_of_any_file_is_a_card_response() {
    let faults = [
        Fault::TooLong,
        Fault::FourGigabytes,
        Fault::FiveByteLength,
        Fault::Indefinite,
        Fault::Twice,
        Fault::ZeroesBefore,
        Fault::FillerBefore,
    ];
    let mut wrong = Vec::new();
    each(&faults, |target, at, tag, fault, code| {
        // A second record behind the first is never looked at.
        let expected =
            if fault == Fault::Twice && at == 0 { ResultCode::Ok } else { ResultCode::CardResponse };
        if code != expected {
            wrong.push(format!("{} {} {tag:02X?} {fault:?}: {code:?}", target.application, target.file));
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_cut_left_out_or_of_another_name_is_never_passed() {
    let mut wrong = Vec::new();
    each(&[Fault::Truncated, Fault::LeftOut, Fault::OtherTag], |target, at, tag, fault, code| {
        let refused = matches!(
            code,
            ResultCode::CardResponse | ResultCode::CardNotGenuine | ResultCode::CardFeatureAbsent
        );
        // A table that is missing tells no lie, and the record is as signed. The last byte of the whole card face is one
        // of a picture that no signature covers, and there filler takes its place.
        let is_table = tag == [0xDF, 0x21] && fault != Fault::Truncated;
        let is_unsigned =
            (target.application, target.file, at) == ("face", 2, 0) && fault == Fault::Truncated;
        let passes = code == ResultCode::Ok && (is_table || is_unsigned);
        if !refused && !passes {
            wrong.push(format!("{} {} {at} {tag:02X?} {fault:?}: {code:?}", target.application, target.file));
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_only_written_otherwise_is_read_and_its_signature_judges() {
    let faults = [Fault::NotMinimal(3), Fault::NotMinimal(4)];
    let mut wrong = Vec::new();
    each(&faults, |target, at, tag, fault, code| {
        let good = match code {
            ResultCode::Ok => true,
            // Signatures cover objects as written. A certificate has a body of one length only.
            ResultCode::CardNotGenuine => at > 0,
            ResultCode::CardResponse => target.file == 4 && (tag == [0x90] || tag == [0x91]),
            _ => false,
        };
        if !good {
            wrong.push(format!("{} {} {at} {tag:02X?} {fault:?}: {code:?}", target.application, target.file));
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
