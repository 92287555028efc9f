//! The card face (券面): what is printed on the card, as its chip has it. Opened by what is printed on the card.

use super::application::{Application, File};
use super::image::{self, ImageFormat};
use super::record::{Evidence, Record, malformed};
use super::session::Card;
use crate::certificate::Trust;
use crate::holder::{Holder, HolderSource, PartialDate};
use crate::iso7816::{Command, Tag};
use crate::result::{
    Error, Finding, PinKind, ReaderInterface, Report, Result, ResultCode, Subject, situation::numbered,
};
use core::fmt;
use zeroize::Zeroizing;

const RECORD: Tag = 0xFF20;
const OFFSETS: Tag = 0xDF21;
const BIRTH_DATE: Tag = 0xDF22;
const SEX: Tag = 0xDF23;
const CARD_KEY: Tag = 0xDF24;
const NAME: Tag = 0xDF25;
const ADDRESS: Tag = 0xDF26;
const PHOTO: Tag = 0xDF27;
const SIGNATURE: Tag = 0xDF28;
const EXPIRY: Tag = 0xDF29;
const CODE: Tag = 0xDF2A;

/// Offsets of the record are numbers of 16 bits, so nothing in it lies further away.
const LONGEST: usize = 65_535;

/// What is asked for at once where an exchange costs more than bytes do (docs/decisions/0025): the largest photos fit.
const AT_ONCE: u32 = 16_384;

/// A picture on the card face.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FaceImage {
    /// The photo (顔写真): JPEG 2000, grey.
    Photo,
    /// The name as printed: PNG, black and white.
    Name,
    /// The address as printed: PNG, black and white.
    Address,
    /// The security code as printed: PNG, black and white. No signature covers it.
    Code,
}

numbered!(FaceImage {
    Photo = 1, "PHOTO";
    Name = 2, "NAME";
    Address = 3, "ADDRESS";
    Code = 4, "CODE";
});

/// The card face. Its pictures are wiped when it is dropped.
#[derive(Clone)]
pub struct Face {
    holder: Holder,
    expiry: PartialDate,
    photo: Option<Zeroizing<Vec<u8>>>,
    name: Zeroizing<Vec<u8>>,
    address: Zeroizing<Vec<u8>>,
    code: Zeroizing<Vec<u8>>,
    report: Report,
}

impl Face {
    /// Birth date and sex. Name and address are pictures only.
    pub fn holder(&self) -> &Holder {
        &self.holder
    }

    /// The last day on which the card is good. No signature covers it.
    pub fn expiry(&self) -> PartialDate {
        self.expiry
    }

    /// The findings RECORD, CARD_CERTIFICATE, TEST_CARD, COVERAGE and CARD_EXPIRY.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// A picture, as the card has it or as PNG.
    ///
    /// # Errors
    /// NOT_FOUND for a photo that the card does not hold (babies); CARD_RESPONSE for a picture that cannot be decoded
    /// within the limits: 32 KB; for JPEG 2000, 480 by 640 dots or as many.
    pub fn image(&self, which: FaceImage, format: ImageFormat) -> Result<Zeroizing<Vec<u8>>> {
        let stored = match which {
            FaceImage::Photo => self.photo.as_ref(),
            FaceImage::Name => Some(&self.name),
            FaceImage::Address => Some(&self.address),
            FaceImage::Code => Some(&self.code),
        };
        let stored = stored.ok_or_else(|| Error::new(ResultCode::NotFound, "the card holds no photo"));
        stored
            .and_then(|stored| match format {
                ImageFormat::AsStored => Ok(stored.clone()),
                ImageFormat::Png => image::png(stored),
            })
            .map_err(|error| error.in_operation("face_image"))
    }
}

/// Shows nothing of the person.
impl fmt::Debug for Face {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Face")
    }
}

impl Card {
    /// Reads the card face and checks its signature, which covers birth date, sex, the card's key, the pictures of name
    /// and address and the photo, but neither the expiry nor the security code.
    ///
    /// Sends: READ BINARY of the record (all at once with extended length and without contacts; else 256 bytes and the
    /// rest), EF 0004 if it was not read yet.
    ///
    /// # Errors
    /// PIN_REQUIRED unless FACE_CODE_B or FACE_CODE_A was verified in this session (nothing is sent); BAD_STATE with a
    /// PIN of another application verified; CARD_RESPONSE for a record that cannot be read; CARD_FEATURE_ABSENT.
    pub fn face_read(&mut self, trust: &Trust) -> Result<Face> {
        self.operation("face_read", |card| {
            let (mut face, evidence) = card.face_record()?;
            let mut report =
                card.record_report(Application::Face, &face.holder, Some(face.expiry), &evidence, trust)?;
            report.push(Finding::passed(
                Subject::Coverage,
                "the signature covers all but the expiry and the security code",
            ));
            report.push(card.expiry_finding(Some(face.expiry)));
            card.seen.remember(&face.holder);
            face.report = report;
            Ok(face)
        })
    }

    /// The record, from this session's memory or from the card; its report is still empty.
    pub(super) fn face_record(&mut self) -> Result<(Face, Evidence)> {
        self.check_opened(Application::Face, &[PinKind::FaceCodeB, PinKind::FaceCodeA])?;
        if let Some(known) = &self.seen.opened.face {
            return Ok(known.clone());
        }
        self.channel.enter(Application::Face)?;
        let first = match self.channel.interface() {
            // Bytes cost more than exchanges here, and how much filler there is nobody knows.
            ReaderInterface::Contact => Command::SHORT_EXPECTED,
            _ => AT_ONCE,
        };
        let file = self.read_record_object(File::FACE_RECORD, RECORD, first, LONGEST)?;
        let read = parse(&file)?;
        self.seen.opened.face = Some(read.clone());
        Ok(read)
    }
}

fn parse(file: &[u8]) -> Result<(Face, Evidence)> {
    let record = Record::with_offsets(file, RECORD, OFFSETS)?;
    let picture = |tag| record.get(tag).map(|bytes| Zeroizing::new(bytes.to_vec()));
    let face = Face {
        holder: Holder {
            name: None,
            name_kana: None,
            address: None,
            birth_date: record.date(BIRTH_DATE)?,
            sex: Some(record.sex(SEX)?),
            name_substituted: Vec::new(),
            address_substituted: Vec::new(),
            source: HolderSource::Face,
        },
        expiry: Some(record.date(EXPIRY)?)
            .filter(|expiry| expiry.is_complete())
            .ok_or_else(|| malformed("an expiry with unknown parts"))?,
        // Absent or empty for babies (L).
        photo: record
            .find(PHOTO)
            .filter(|photo| !photo.is_empty())
            .map(|photo| Zeroizing::new(photo.to_vec())),
        name: picture(NAME)?,
        address: picture(ADDRESS)?,
        code: picture(CODE)?,
        report: Report::new(),
    };
    let groups: [&[Tag]; 3] = [&[BIRTH_DATE, SEX, CARD_KEY], &[NAME, ADDRESS], &[PHOTO]];
    let digests: Vec<Vec<u8>> = groups.iter().map(|group| record.digest_of(group)).collect();
    let evidence = Evidence::over(&digests, record.get(SIGNATURE)?, Some(record.public_key(CARD_KEY)?))?;
    Ok((face, evidence))
}
