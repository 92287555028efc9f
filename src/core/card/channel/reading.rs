//! Files of the card, read in as few commands as it and its reader allow: one long read, or short ones.

use super::{Channel, ExtendedLength, NO_CURRENT_FILE, Naming};
use crate::card::application::File;
use crate::iso7816::{Command, Header, Response, Tag, status};
use crate::log::Level;
use crate::result::{Error, Result, ResultCode};
use zeroize::Zeroizing;

/// The most commands that one file may be read with: an honest card needs a dozen, a large photo in short answers as
/// many as offsets reach.
const MOST_READS: usize = 136;

/// Offsets of READ BINARY have 15 bits.
const LAST_OFFSET: usize = 0x7FFF;

/// The longest answer that arrives whole, status word included: macOS cuts longer ones (M).
pub(super) const LONGEST_ANSWER: Option<u32> = if cfg!(target_os = "macos") { Some(1958) } else { None };

/// As many bytes as the header of any object here has, and no more than the smallest file.
const HEADER: u32 = 8;

/// What a read of a file found.
pub(in crate::card) enum FileContent {
    /// One whole object; wiped when dropped.
    Object(Zeroizing<Vec<u8>>),
    /// A file without content.
    Empty,
    /// No such file.
    Absent,
    /// A PIN is needed first.
    Protected,
}

impl Channel {
    /// Reads the beginning of a file: up to `length` bytes.
    pub(in crate::card) fn read_start(&mut self, file: File, length: u32) -> Result<Response> {
        self.ask_file(file, |naming| {
            let p1 = match naming {
                Naming::Short(short) => short,
                Naming::Current => 0,
            };
            Command::new(0x00, 0xB0, p1, 0x00).expecting(length)
        })
    }

    /// Reads the one BER object with tag `tag` that a file holds, and nothing of the filler behind it: `first` bytes
    /// by short identifier (256 where long reads do not work), then exactly the rest. `progress` hears of bytes
    /// read and bytes in all.
    pub(in crate::card) fn read_object(
        &mut self,
        file: File,
        tag: Tag,
        first: u32,
        most: usize,
        mut progress: impl FnMut(usize, usize) -> Result<()>,
    ) -> Result<FileContent> {
        let mut first = self.read_first(file, first)?;
        if matches!(first.status_word(), status::WRONG_OFFSET | status::WRONG_LENGTH) {
            // Even 256 bytes reach across the end of a small file, and the card may refuse that (L).
            first = self.read_start(file, HEADER)?;
        }
        match first.status_word() {
            status::OK | status::END_OF_FILE => {}
            status::NOT_FOUND => return Ok(FileContent::Absent),
            status::NOT_VERIFIED => return Ok(FileContent::Protected),
            other => return Err(refused_read(other)),
        }
        let mut content = first.into_data();
        if content.is_empty() {
            // The files are far longer than what is in them: one that is read without a byte is no empty file.
            return Err(Error::new(ResultCode::CardResponse, "a file was read, and nothing came"));
        }
        // Filler (00 in JPKI, FF elsewhere) where the object should begin: the file was never written.
        if content.iter().all(|byte| *byte == 0) || content.iter().all(|byte| *byte == 0xFF) {
            return Ok(FileContent::Empty);
        }
        let total = object_len(&content, tag, most)?;
        content = with_room(content, total);
        for _ in 0..MOST_READS {
            progress(content.len().min(total), total)?;
            if content.len() >= total {
                content.truncate(total);
                return Ok(FileContent::Object(content));
            }
            let piece = self.read_more(file, content.len(), total.saturating_sub(content.len()))?;
            if piece.is_empty() {
                return Err(Error::new(ResultCode::CardResponse, "a file shorter than its own length"));
            }
            content.extend_from_slice(&piece);
        }
        Err(Error::new(ResultCode::CardResponse, "a file in more pieces than its length can need"))
    }

    /// The first bytes of a file: as many as wanted in one long read where those work, else 256.
    fn read_first(&mut self, file: File, wanted: u32) -> Result<Response> {
        let wanted = self.at_once(wanted);
        if wanted <= Command::SHORT_EXPECTED || !self.may_extend() {
            return self.read_start(file, wanted.min(Command::SHORT_EXPECTED));
        }
        match self.read_start(file, wanted) {
            // A card may refuse to read across the end of a file (L); the reader did its part.
            Ok(response) if response.status_word() == status::WRONG_OFFSET => {}
            Ok(response) if !is_length_refused(response.status_word()) => return Ok(response),
            Ok(_) => self.forgo_extended(),
            Err(error) if is_of_long_answer(&error) => self.forgo_extended(),
            Err(error) => return Err(error),
        }
        self.read_start(file, Command::SHORT_EXPECTED)
    }

    /// The reader could not carry a long answer, or the card does not know of them: short from now on.
    fn forgo_extended(&mut self) {
        self.extended = Some(false);
        self.log.write(Level::Info, "card", format_args!("extended length refused, short from now on"));
    }

    /// Reads up to `wanted` bytes of the current file from `offset`.
    fn read_more(&mut self, file: File, offset: usize, wanted: usize) -> Result<Zeroizing<Vec<u8>>> {
        let position = u16::try_from(offset)
            .ok()
            .filter(|_| offset <= LAST_OFFSET)
            .ok_or_else(|| Error::new(ResultCode::CardResponse, "a file longer than an offset can reach"))?;
        let [p1, p2] = position.to_be_bytes();
        let wanted = self.at_once(u32::try_from(wanted).unwrap_or(u32::MAX));
        if wanted > Command::SHORT_EXPECTED && self.may_extend() {
            let command = Command::new(0x00, 0xB0, p1, p2).expecting(wanted);
            match self.ask(&command) {
                Ok(response) if !is_length_refused(response.status_word()) => return read_data(response),
                Ok(_) => {}
                Err(error) if is_of_long_answer(&error) => {}
                Err(error) => return Err(error),
            }
            self.forgo_extended();
        }
        let short = Command::new(0x00, 0xB0, p1, p2).expecting(wanted.min(Command::SHORT_EXPECTED));
        let mut response = self.ask(&short)?;
        if response.status_word() == NO_CURRENT_FILE && self.select_file(file)?.is_none() {
            response = self.ask(&short)?;
        }
        read_data(response)
    }

    /// Whether an extended-length APDU may be tried: as the program said, else as the reader says, else the first one
    /// tells. The one place that decides; VERIFY never asks.
    fn may_extend(&mut self) -> bool {
        let passes = match (self.extended, self.wanted_length) {
            (Some(known), _) => known,
            (None, ExtendedLength::Never) => false,
            (None, ExtendedLength::Always) => true,
            (None, ExtendedLength::Auto) => self.connection.extended_length().unwrap_or(true),
        };
        self.extended = Some(passes);
        passes
    }

    /// As many bytes of those wanted as one answer can have.
    fn at_once(&self, wanted: u32) -> u32 {
        let longest = self.longest_answer.map_or(u32::MAX, |longest| longest.saturating_sub(2));
        wanted.min(longest)
    }
}

/// The length of the object that a file begins with.
pub(in crate::card) fn object_len(content: &[u8], tag: Tag, most: usize) -> Result<usize> {
    Header::read(content)
        .filter(|header| header.tag == tag && header.total_len() <= most)
        .map(|header| header.total_len())
        .ok_or_else(|| Error::new(ResultCode::CardResponse, "a file that does not hold what it should"))
}

/// The same bytes where so many have room: what grows leaves a copy behind in freed memory.
pub(in crate::card) fn with_room(content: Zeroizing<Vec<u8>>, total: usize) -> Zeroizing<Vec<u8>> {
    if total <= content.capacity() {
        return content;
    }
    let mut roomy = Zeroizing::new(Vec::with_capacity(total));
    roomy.extend_from_slice(&content);
    roomy
}

/// What a card answers to a length that it, or its reader, cannot do.
fn is_length_refused(status_word: u16) -> bool {
    matches!(status_word, status::WRONG_LENGTH | status::NO_INSTRUCTION | status::UNKNOWN)
}

/// Whether the reader could not carry the answer, or the card corrects the length and then refuses its own correction.
fn is_of_long_answer(error: &Error) -> bool {
    matches!(error.code, ResultCode::CardUnstable | ResultCode::ReaderFailed)
        || error.status_word.is_some_and(|word| status::right_length(word).is_some())
}

fn read_data(response: Response) -> Result<Zeroizing<Vec<u8>>> {
    match response.status_word() {
        status::OK | status::END_OF_FILE => Ok(response.into_data()),
        other => Err(refused_read(other)),
    }
}

fn refused_read(status_word: u16) -> Error {
    let error = if status_word == status::NOT_VERIFIED {
        Error::new(ResultCode::PinRequired, "the card wants a PIN for this file")
    } else {
        Error::new(ResultCode::CardResponse, "READ BINARY was refused")
    };
    error.with_status_word(status_word)
}

#[cfg(test)]
impl Channel {
    /// As on a system that cuts longer answers.
    pub(in crate::card) fn cut_answers(&mut self, longest: u32) {
        self.longest_answer = Some(longest);
    }
}
