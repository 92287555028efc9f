//! A font whose glyphs are embedded: read from a file, cut down to the glyphs used by the subsetter, and described as PDF wants
//! it for an archive: with its program, its widths, and what its codes mean.

use super::font::{Cluster, Glyph, Shape, clusters, system_info};
use super::font_limits;
use super::object::{Dictionary, Object, Reference};
use super::update::Update;
use crate::result::{Error, Result, ResultCode};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use subsetter::GlyphRemapper;
use ttf_parser::{Face, GlyphId, RawFace, Tag, name_id};

/// The longest font file that is taken, in bytes. Fonts of all of East Asia have 40 MB.
pub const MOST_FONT: usize = 64 << 20;

/// A font that was read.
pub(super) struct Embedded<'a> {
    bytes: &'a [u8],
    face: Face<'a>,
    ellipsis: Vec<Glyph>,
}

fn invalid(detail: &'static str) -> Error {
    Error::new(ResultCode::InvalidArgument, detail)
}

fn damaged() -> Error {
    invalid("the font file is no TrueType or OpenType font, or is damaged")
}

/// What a reader of fonts says. They are safe Rust; if one panics, the font is at fault.
fn guarded<T>(read: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or(None)
}

impl<'a> Embedded<'a> {
    /// Reads a font: TrueType or OpenType, of a collection the first one.
    ///
    /// # Errors
    /// INVALID_ARGUMENT if the file is too long, no font, damaged, or of a kind that PDF does not embed; NOT_PERMITTED if
    /// its licence forbids embedding.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Embedded<'a>> {
        if bytes.len() > MOST_FONT {
            return Err(invalid("the font file has more than 64 MB"));
        }
        font_limits::check_tables(bytes).ok_or_else(damaged)?;
        let face = guarded(|| Face::parse(bytes, 0).ok()).ok_or_else(damaged)?;
        let raw = *face.raw_face();
        let has = |tag: &[u8; 4]| raw.table(Tag::from_bytes(tag)).is_some();
        if !has(b"glyf") && !has(b"CFF ") {
            return Err(invalid("the font has no outlines of TrueType or CFF, which is what PDF embeds"));
        }
        // OS/2 fsType: a font that has none has no restriction.
        let licence = raw.table(Tag::from_bytes(b"OS/2")).and_then(|table| table.get(8..10));
        if let Some([high, low]) = licence {
            // The most permissive of the bits holds: 2 restricted, 4 print, 8 edit; in the other byte 1 no subset, 2 bitmaps.
            let is_restricted = low & 0x0E == 0x02;
            if is_restricted || high & 0x03 != 0 {
                let detail = "the licence in the font (OS/2 fsType) forbids to embed a subset of it";
                return Err(Error::new(ResultCode::InvalidArgument, detail));
            }
        }
        let mut embedded = Embedded { bytes, face, ellipsis: Vec::new() };
        for attempt in ["…", "..."] {
            if embedded.ellipsis.is_empty() {
                embedded.ellipsis = embedded.glyphs(attempt).unwrap_or_default();
            }
        }
        Ok(embedded)
    }
}

impl Embedded<'_> {
    /// What marks a cut; nothing if the font has nothing for it.
    pub(super) fn ellipsis(&self) -> &[Glyph] {
        &self.ellipsis
    }

    /// The glyphs of a text. A variant that the font does not know is shown by the character itself, as Unicode wants it.
    ///
    /// # Errors
    /// INVALID_ARGUMENT with the first character that the font does not have.
    pub(super) fn glyphs(&self, text: &str) -> Result<Vec<Glyph>> {
        guarded(|| Some(self.look_up(text))).unwrap_or_else(|| Err(damaged()))
    }

    fn look_up(&self, text: &str) -> Result<Vec<Glyph>> {
        let mut glyphs: Vec<Glyph> = Vec::new();
        for Cluster { character, selector } in clusters(text) {
            let variant = selector.and_then(|selector| self.face.glyph_variation_index(character, selector));
            let number = variant
                .or_else(|| self.face.glyph_index(character))
                .filter(|number| number.0 != 0)
                .ok_or_else(|| invalid("the font has no glyph for a character").with_character(character))?;
            let advance = f64::from(self.face.glyph_hor_advance(number).ok_or_else(damaged)?);
            let text = core::iter::once(character).chain(selector.filter(|_| variant.is_some())).collect();
            let width = advance / f64::from(self.face.units_per_em());
            glyphs.push(Glyph { text, width, shape: Shape::Embedded(number.0), may_break_before: false });
        }
        Ok(glyphs)
    }

    /// What the font says, within what letters need.
    pub(super) fn heights(&self) -> (f64, f64) {
        let face = &self.face;
        let above = face.typographic_ascender().unwrap_or_else(|| face.ascender());
        let below = face.typographic_descender().unwrap_or_else(|| face.descender());
        let size = f64::from(face.units_per_em());
        ((f64::from(above) / size).clamp(0.75, 1.0), (f64::from(below) / -size).clamp(0.12, 0.3))
    }

    /// Adds the font with these glyphs only: a composite font whose codes are the numbers of the glyphs in the subset.
    pub(super) fn add(&self, update: &mut Update<'_>, used: &[&Glyph]) -> Result<(Reference, GlyphRemapper)> {
        let mut codes = GlyphRemapper::new();
        let mut texts: BTreeMap<u16, &str> = BTreeMap::new();
        for glyph in used {
            if let Shape::Embedded(number) = glyph.shape {
                texts.entry(codes.remap(number)).or_insert(&glyph.text);
            }
        }
        let numbers: Vec<u16> = codes.remapped_gids().collect();
        let subset = guarded(|| {
            font_limits::check_glyphs(self.face.raw_face(), &numbers)?;
            subsetter::subset(self.bytes, 0, &codes).ok()
        })
        .ok_or_else(damaged)?;
        let raw = RawFace::parse(&subset, 0).map_err(|_| damaged())?;
        // With the parts of composite glyphs.
        let count = raw.table(Tag::from_bytes(b"maxp")).and_then(|table| table.get(4..6));
        let count =
            count.and_then(|bytes| bytes.try_into().ok()).map(u16::from_be_bytes).ok_or_else(damaged)?;
        let (subtype, program) = match raw.table(Tag::from_bytes(b"CFF ")) {
            Some(program) => ("CIDFontType0", program),
            None => ("CIDFontType2", subset.as_slice()),
        };
        let name = format!("{}+{}", tag(&numbers), self.name());

        let length = Object::Integer(i64::try_from(program.len()).unwrap_or(i64::MAX));
        let (key, described) = if subtype == "CIDFontType0" {
            ("FontFile3", Dictionary::default().with("Subtype", Object::name("CIDFontType0C")))
        } else {
            ("FontFile2", Dictionary::default().with("Length1", length))
        };
        let program = add_compressed(update, described, program)?;
        let set = (0..count.div_ceil(8)).map(|byte| {
            let rest = count.saturating_sub(byte.saturating_mul(8)).min(8);
            u8::MAX.checked_shl(8_u32.saturating_sub(u32::from(rest))).unwrap_or(0)
        });
        let set = add_compressed(update, Dictionary::default(), &set.collect::<Vec<u8>>())?;
        let descriptor = self
            .descriptor(&name)
            .with(key, Object::Reference(program))
            // An archive file of the first kind needs it: all of them.
            .with("CIDSet", Object::Reference(set));
        let descriptor = update.add(Object::Dictionary(descriptor));

        let widths = numbers.iter().map(|number| {
            let advance = self.face.glyph_hor_advance(GlyphId(*number)).unwrap_or(0);
            self.scaled(f64::from(advance))
        });
        let widths = Object::Array(vec![Object::Integer(0), Object::Array(widths.collect())]);
        let mut font = Dictionary::default()
            .with("Type", Object::name("Font"))
            .with("Subtype", Object::name(subtype))
            .with("BaseFont", Object::name(&name))
            .with("CIDSystemInfo", system_info("Identity", 0))
            .with("W", widths)
            .with("FontDescriptor", Object::Reference(descriptor));
        if subtype == "CIDFontType2" {
            font.set(b"CIDToGIDMap", Object::name("Identity"));
        }
        let font = update.add(Object::Dictionary(font));
        let unicode = add_compressed(update, Dictionary::default(), to_unicode(&texts).as_bytes())?;
        let base = if subtype == "CIDFontType0" { format!("{name}-Identity-H") } else { name };
        let font = update.add(Object::Dictionary(
            Dictionary::default()
                .with("Type", Object::name("Font"))
                .with("Subtype", Object::name("Type0"))
                .with("BaseFont", Object::name(&base))
                .with("Encoding", Object::name("Identity-H"))
                .with("DescendantFonts", Object::Array(vec![Object::Reference(font)]))
                .with("ToUnicode", Object::Reference(unicode)),
        ));
        Ok((font, codes))
    }

    fn descriptor(&self, name: &str) -> Dictionary {
        let face = &self.face;
        let scaled = |units: i16| self.scaled(f64::from(units));
        let bounds = face.global_bounding_box();
        let bounds = [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(scaled);
        let (above, below) = self.heights();
        let whole = |part: f64| Object::Real(format!("{:.1}", part * 1000.0).into_bytes());
        Dictionary::default()
            .with("Type", Object::name("FontDescriptor"))
            .with("FontName", Object::name(name))
            // Codes of its own.
            .with("Flags", Object::Integer(4))
            .with("FontBBox", Object::Array(bounds.to_vec()))
            .with("ItalicAngle", Object::Integer(0))
            .with("Ascent", whole(above))
            .with("Descent", whole(-below))
            .with("CapHeight", face.capital_height().map_or_else(|| whole(above), scaled))
            .with("StemV", Object::Integer(80))
    }

    /// Units of the font as thousandths of its size.
    fn scaled(&self, units: f64) -> Object {
        let thousandths = units * 1000.0 / f64::from(self.face.units_per_em());
        Object::Real(format!("{thousandths:.3}").into_bytes())
    }

    /// The PostScript name, in letters that every reader of PDF takes.
    fn name(&self) -> String {
        let names = guarded(|| Some(self.face.names()));
        let name =
            names.into_iter().flatten().take(256).find(|name| name.name_id == name_id::POST_SCRIPT_NAME);
        // In ASCII, whether it is written with one byte a letter or with two.
        let letters = name.map(|name| name.name).unwrap_or_default().iter();
        let letters = letters.filter(|letter| letter.is_ascii_alphanumeric() || **letter == b'-');
        let name: String = letters.take(63).copied().map(char::from).collect();
        if name.is_empty() { String::from("Font") } else { name }
    }
}

fn add_compressed(update: &mut Update<'_>, dictionary: Dictionary, data: &[u8]) -> Result<Reference> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(data).and_then(|()| encoder.finish());
    let written = written.map_err(|_| Error::new(ResultCode::Internal, "a font could not be compressed"))?;
    Ok(update.add_stream(dictionary.with("Filter", Object::name("FlateDecode")), written))
}

/// Six letters that tell one subset from another (section 9.9.2).
fn tag(numbers: &[u16]) -> String {
    let mut state: u64 = 0xCBF2_9CE4_8422_2325;
    for byte in numbers.iter().flat_map(|number| number.to_be_bytes()) {
        state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
    }
    (0..6)
        .map(|_| {
            let letter = u8::try_from(state % 26).unwrap_or(0);
            state /= 26;
            char::from(b'A'.saturating_add(letter))
        })
        .collect()
}

/// What the codes mean (section 9.10.3).
fn to_unicode(texts: &BTreeMap<u16, &str>) -> String {
    let mut out = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
         /CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n\
         /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
         1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    );
    let entries: Vec<(&u16, &&str)> = texts.iter().collect();
    for entries in entries.chunks(100) {
        out.push_str(&format!("{} beginbfchar\n", entries.len()));
        for (code, text) in entries {
            let units: String = text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
            out.push_str(&format!("<{code:04X}> <{units}>\n"));
        }
        out.push_str("endbfchar\n");
    }
    out.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    out
}
