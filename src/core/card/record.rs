//! The records of the text and face applications, as bytes: one object that holds others, some behind a table of
//! offsets, and a signature over some of them. What the objects mean is for the rooms of their applications.

use super::application::{Application, File};
use super::channel::FileContent;
use super::session::{Card, hear};
use super::{Progress, Stage};
use crate::certificate::{CardCertificate, PublicKey, card_public_key};
use crate::holder::{PartialDate, Sex};
use crate::iso7816::{Header, Object, Tag, objects, status};
use crate::result::{Error, PinKind, Result, ResultCode};
use crate::signature::{Hash, digest};
use zeroize::Zeroizing;

/// No text of a record is longer.
const LONGEST_TEXT: usize = 1024;

/// An offset of an object that the card does not have.
const NOWHERE: usize = 0;

pub(super) fn malformed(detail: &'static str) -> Error {
    Error::new(ResultCode::CardResponse, detail)
}

/// The objects of one record.
pub(super) struct Record<'a> {
    value: &'a [u8],
    /// Without the table of offsets.
    objects: Vec<Object<'a>>,
    /// The table of offsets, where there is one.
    table: Option<Object<'a>>,
}

impl<'a> Record<'a> {
    /// Takes the object apart that a file begins with. Tags that nobody here knows are kept: new ones come with time,
    /// and signatures may cover them (L).
    pub(super) fn parse(file: &'a [u8], tag: Tag) -> Result<Record<'a>> {
        let header = Header::read(file).filter(|header| header.tag == tag);
        let value = header.and_then(|header| file.get(header.header_len..header.total_len()));
        let value = value.ok_or_else(|| malformed("a record of another kind, or cut off"))?;
        let objects = objects(value).ok_or_else(|| malformed("a record whose objects do not fit it"))?;
        Ok(Record { value, objects, table: None })
    }

    /// Takes a record apart that has a table of offsets, counted from the first byte of the file. Each must be where an
    /// object begins, one after the other. A record without one tells no lie: nothing here goes by the table.
    pub(super) fn with_offsets(file: &'a [u8], tag: Tag, table: Tag) -> Result<Record<'a>> {
        let mut record = Record::parse(file, tag)?;
        let lies = || malformed("a table of offsets that lies");
        let header_len = Header::read(file).map(|header| header.header_len).ok_or_else(lies)?;
        let Some(at) = record.objects.iter().position(|object| object.tag == table) else {
            return Ok(record);
        };
        let table = record.objects.remove(at);
        let pairs = table.value.chunks_exact(2);
        if !pairs.remainder().is_empty() {
            return Err(lies());
        }
        let mut starts = record.objects.iter().map(|object| object.at.saturating_add(header_len));
        for pair in pairs {
            let offset = pair.iter().fold(0_usize, |offset, byte| (offset << 8) | usize::from(*byte));
            if offset != NOWHERE && !starts.any(|start| start == offset) {
                return Err(lies());
            }
        }
        record.table = Some(table);
        Ok(record)
    }

    /// The value of an object, if the record has it.
    pub(super) fn find(&self, tag: Tag) -> Option<&'a [u8]> {
        self.objects.iter().find(|object| object.tag == tag).map(|object| object.value)
    }

    /// The value of an object that the record must have.
    pub(super) fn get(&self, tag: Tag) -> Result<&'a [u8]> {
        self.find(tag).ok_or_else(|| malformed("a record without an object that it must have"))
    }

    /// SHA-256 over those objects as written, one after the other. One that the record lacks counts as nothing.
    pub(super) fn digest_of(&self, tags: &[Tag]) -> Vec<u8> {
        let written: Vec<&[u8]> = tags
            .iter()
            .filter_map(|tag| self.objects.iter().find(|object| object.tag == *tag))
            .map(|object| object.raw)
            .collect();
        digest(Hash::Sha256, &Zeroizing::new(written.concat()))
    }

    /// SHA-256 over the value without its table of offsets.
    pub(super) fn digest_without_offsets(&self) -> Vec<u8> {
        let (from, to) =
            self.table.map_or((0, 0), |table| (table.at, table.at.saturating_add(table.raw.len())));
        let part = |part: Option<&'a [u8]>| part.unwrap_or_default();
        let covered = [part(self.value.get(..from)), part(self.value.get(to..))].concat();
        digest(Hash::Sha256, &Zeroizing::new(covered))
    }

    /// A date YYYYMMDD.
    pub(super) fn date(&self, tag: Tag) -> Result<PartialDate> {
        PartialDate::from_digits(self.get(tag)?).ok_or_else(|| malformed("a date that no calendar has"))
    }

    /// The sex, one digit.
    pub(super) fn sex(&self, tag: Tag) -> Result<Sex> {
        match self.get(tag)? {
            [digit] => Sex::from_digit(*digit).ok_or_else(|| malformed("a digit that is no sex")),
            _ => Err(malformed("a sex of more or less than one digit")),
        }
    }

    /// A text: UTF-8 without control characters.
    pub(super) fn text(&self, tag: Tag) -> Result<String> {
        let text = Some(self.get(tag)?).filter(|bytes| (1..=LONGEST_TEXT).contains(&bytes.len()));
        text.and_then(|bytes| core::str::from_utf8(bytes).ok())
            .filter(|text| !text.chars().any(char::is_control))
            .map(str::to_owned)
            .ok_or_else(|| malformed("a text that is too long, not UTF-8, or has control characters"))
    }

    /// The public key of the card.
    pub(super) fn public_key(&self, tag: Tag) -> Result<PublicKey> {
        card_public_key(self.get(tag)?)
    }
}

/// What a record proves, taken out of it: the block that its signature must hold, and the key of the card that the
/// record names.
#[derive(Clone)]
pub(super) struct Evidence {
    pub(super) block: Vec<u8>,
    pub(super) signature: Vec<u8>,
    /// `None` in the record of the text application that has digests only.
    pub(super) card_key: Option<PublicKey>,
}

impl Evidence {
    /// Evidence whose signature is over those SHA-256 digests: one, or for the card face three in one DigestInfo (H).
    pub(super) fn over(
        digests: &[Vec<u8>],
        signature: &[u8],
        card_key: Option<PublicKey>,
    ) -> Result<Evidence> {
        /// AlgorithmIdentifier of SHA-256 with NULL.
        const SHA256: [u8; 15] =
            [0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00];
        let joined = digests.concat();
        let length = |length: usize| {
            u8::try_from(length)
                .ok()
                .filter(|length| *length < 0x80)
                .ok_or_else(|| Error::new(ResultCode::Internal, "more digests than a record has"))
        };
        let mut block = vec![0x30, length(joined.len().saturating_add(SHA256.len() + 2))?];
        block.extend_from_slice(&SHA256);
        block.extend_from_slice(&[0x04, length(joined.len())?]);
        block.extend_from_slice(&joined);
        Ok(Evidence { block, signature: signature.to_vec(), card_key })
    }

    /// Whether the key that a card-verifiable certificate vouches for signed the record.
    pub(super) fn check_signed_by(&self, certificate: &CardCertificate) -> Result<()> {
        certificate.key().verify_block(&self.block, &self.signature)
    }
}

impl Card {
    /// Whether one of those PINs is verified, and it may be worked with its application now. Nothing is sent.
    pub(super) fn check_opened(&self, application: Application, pins: &[PinKind]) -> Result<()> {
        self.channel.check_may_enter(application)?;
        self.channel.check_cancelled()?;
        if pins.iter().any(|pin| self.channel.is_verified(*pin)) {
            return Ok(());
        }
        let error =
            Error::new(ResultCode::PinRequired, "the PIN or printed code was not verified in this session");
        Err(pins.first().map_or(error.clone(), |pin| error.with_pin(*pin)))
    }

    /// Reads a record with data of the person in the text application: encrypted, if the program wants that.
    pub(super) fn read_text_object(
        &mut self,
        file: File,
        tag: Tag,
        first: u32,
        most: usize,
    ) -> Result<Zeroizing<Vec<u8>>> {
        if !self.is_to_be_secured() {
            return self.read_record_object(file, tag, first, most);
        }
        let content = self.read_object_secured(file, tag, most)?;
        self.record_of(content)
    }

    /// Reads the record in a file of the selected application.
    pub(super) fn read_record_object(
        &mut self,
        file: File,
        tag: Tag,
        first: u32,
        most: usize,
    ) -> Result<Zeroizing<Vec<u8>>> {
        let (channel, progress) = self.channel_and_progress();
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let content = channel.read_object(file, tag, first, most, |done, total| {
            hear(progress, Progress { stage: Stage::Reading, done: small(done), total: small(total) })
        })?;
        self.record_of(content)
    }

    fn record_of(&mut self, content: FileContent) -> Result<Zeroizing<Vec<u8>>> {
        match content {
            FileContent::Object(bytes) => Ok(bytes),
            FileContent::Empty | FileContent::Absent => {
                Err(Error::new(ResultCode::CardFeatureAbsent, "the card does not have this record"))
            }
            FileContent::Protected => {
                // The card has forgotten; so do we.
                self.channel.forget_verified();
                Err(Error::new(ResultCode::PinRequired, "the card no longer holds the code for verified")
                    .with_status_word(status::NOT_VERIFIED))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FF20 { DF21 offsets, DF22 "ab", DF23 "c" }, with those offsets.
    fn file(offsets: &[u16]) -> Vec<u8> {
        let table: Vec<u8> = offsets.iter().flat_map(|offset| offset.to_be_bytes()).collect();
        let objects = [&[0xDF, 0x22, 2, b'a', b'b'][..], &[0xDF, 0x23, 1, b'c']].concat();
        let length = u8::try_from(3 + table.len() + objects.len()).unwrap();
        let table_len = u8::try_from(table.len()).unwrap();
        [&[0xFF, 0x20, length, 0xDF, 0x21, table_len][..], &table, &objects].concat()
    }

    fn open(bytes: &[u8]) -> Result<Record<'_>> {
        Record::with_offsets(bytes, 0xFF20, 0xDF21)
    }

    #[test]
    fn a_table_of_offsets_is_believed_only_where_it_is_right() {
        let good = file(&[10, 15]);
        assert_eq!(open(&good).unwrap().text(0xDF22).unwrap(), "ab");
        assert_eq!(open(&good).unwrap().text(0xDF23).unwrap(), "c");
        open(&file(&[10, 0])).unwrap();
        let only_the_first = file(&[8]);
        open(&only_the_first).unwrap();
        let with_a_gap = file(&[12, 0, 17]);
        open(&with_a_gap).unwrap();
        for lie in [&[11, 15][..], &[15, 10], &[10, 10], &[10, 16], &[0xFFFF, 15], &[10, 15, 15]] {
            assert_eq!(open(&file(lie)).map(drop).unwrap_err().code, ResultCode::CardResponse, "{lie:?}");
        }
        let without = [0xFF, 0x20, 4, 0xDF, 0x22, 1, b'a'];
        assert_eq!(open(&without).unwrap().text(0xDF22).unwrap(), "a");
        assert_eq!(open(&without).unwrap().digest_without_offsets(), digest(Hash::Sha256, &without[3..]));
        let behind = [0xFF, 0x20, 9, 0xDF, 0x22, 1, b'a', 0xDF, 0x21, 2, 0, 3];
        assert_eq!(open(&behind).unwrap().digest_without_offsets(), digest(Hash::Sha256, &without[3..]));
        let odd = [0xFF, 0x20, 8, 0xDF, 0x21, 1, 0, 0xDF, 0x22, 1, b'a'];
        assert!(open(&odd).is_err());
    }

    #[test]
    fn the_digest_skips_the_table_and_nothing_else() {
        let good = file(&[10, 15]);
        let record = open(&good).unwrap();
        assert_eq!(record.digest_without_offsets(), digest(Hash::Sha256, &good[10..]));
        assert_eq!(record.digest_of(&[0xDF22, 0xDF23]), digest(Hash::Sha256, &good[10..]));
        assert_eq!(record.digest_of(&[0xDF23, 0xDF99]), digest(Hash::Sha256, &good[15..]));
    }

    #[test]
    fn texts_dates_and_sexes_that_cannot_be_are_the_cards_fault() {
        let with = |value: &[u8]| {
            let length = u8::try_from(value.len()).unwrap();
            [&[0xFF, 0x10, length + 3, 0xDF, 0x11, length][..], value].concat()
        };
        for bad in [&b""[..], b"\xFF\xFE", b"a\x00b", b"a\x1Bb", b"a\nb", b"a\xC2\x85b", b"\xED\xA0\x80"] {
            let file = with(bad);
            assert!(Record::parse(&file, 0xFF10).unwrap().text(0xDF11).is_err(), "{bad:02X?}");
        }
        for bad in [&b"19890431"[..], b"1989043", b"198904311", b"1989 431", b"\xEF\xBC\x91\xEF\xBC\x99"] {
            let file = with(bad);
            assert!(Record::parse(&file, 0xFF10).unwrap().date(0xDF11).is_err(), "{bad:02X?}");
        }
        for bad in [&b"3"[..], b"", b"11", b"\xFF"] {
            let file = with(bad);
            let sex = Record::parse(&file, 0xFF10).and_then(|record| record.sex(0xDF11));
            assert!(sex.is_err(), "{bad:02X?}");
        }
    }
}
