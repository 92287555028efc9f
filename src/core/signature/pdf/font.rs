//! The fonts of a visible signature: those that a viewer brings along, or one whose glyphs are embedded (`font_embedded`).
//! A font says how wide its glyphs are, where lines of text may be broken, and what has to be in the file.

use super::font_embedded::Embedded;
use super::object::{Dictionary, Object, Reference};
use super::update::Update;
use crate::result::Result;
use subsetter::GlyphRemapper;
use unicode_linebreak::linebreaks;
use unicode_normalization::char::{compose, is_combining_mark};

/// More characters of one text than are looked at: a page of the smallest size has fewer.
const MOST_CHARACTERS: usize = 1 << 15;

pub(super) const ELLIPSIS: char = '…';

/// A character with what belongs to it, as a font shows it.
#[derive(Clone, Debug)]
pub(super) struct Glyph {
    pub(super) text: String,
    /// How far the next one is, in sizes.
    pub(super) width: f64,
    pub(super) shape: Shape,
    /// Whether a line may end before it.
    pub(super) may_break_before: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// Helvetica, by its code in WinAnsiEncoding.
    Latin(u8),
    /// The Japanese font of the viewer, by its character.
    Japanese,
    /// The glyph of that number in the embedded font.
    Embedded(u16),
}

impl Glyph {
    /// Whether it stands on what is before it, and no line may end between.
    pub(super) fn is_mark(&self) -> bool {
        self.text.chars().next().is_some_and(is_combining_mark)
    }

    pub(super) fn is_space(&self) -> bool {
        self.text.chars().all(char::is_whitespace)
    }
}

/// What text is set in.
pub(super) enum Typeface<'a> {
    /// Fonts that viewers of Japanese documents have. Nothing is embedded.
    Viewer { ellipsis: Glyph },
    /// A font whose glyphs are embedded.
    Embedded(Box<Embedded<'a>>),
}

impl<'a> Typeface<'a> {
    /// The fonts of the viewer.
    pub(super) fn viewer() -> Typeface<'a> {
        let shape = Shape::Latin(0x85);
        let text = String::from(ELLIPSIS);
        Typeface::Viewer { ellipsis: Glyph { text, width: 1.0, shape, may_break_before: false } }
    }

    /// The font in a file: TrueType or OpenType, of a collection the first one.
    ///
    /// # Errors
    /// INVALID_ARGUMENT if the file is too long, no font, damaged, or of a kind that PDF does not embed; NOT_PERMITTED if
    /// its licence forbids embedding.
    pub(super) fn embedded(bytes: &'a [u8]) -> Result<Typeface<'a>> {
        Embedded::read(bytes).map(|font| Typeface::Embedded(Box::new(font)))
    }

    /// The glyphs of a text.
    ///
    /// # Errors
    /// INVALID_ARGUMENT with the first character that the font does not have.
    pub(super) fn glyphs(&self, text: &str) -> Result<Vec<Glyph>> {
        let mut glyphs = match self {
            Typeface::Viewer { .. } => clusters(text).iter().map(viewers).collect(),
            Typeface::Embedded(embedded) => embedded.glyphs(text)?,
        };
        let whole: String = glyphs.iter().map(|glyph: &Glyph| glyph.text.as_str()).collect();
        let mut breaks = linebreaks(&whole).map(|(at, _)| at).peekable();
        let mut at: usize = 0;
        for glyph in &mut glyphs {
            while breaks.next_if(|place| *place < at).is_some() {}
            glyph.may_break_before = breaks.peek() == Some(&at);
            at = at.saturating_add(glyph.text.len());
        }
        if text.chars().nth(MOST_CHARACTERS).is_some() {
            glyphs.extend(self.ellipsis().into_iter().cloned());
        }
        Ok(glyphs)
    }

    /// What marks a cut; nothing if the font has nothing for it.
    pub(super) fn ellipsis(&self) -> Vec<&Glyph> {
        match self {
            Typeface::Viewer { ellipsis } => vec![ellipsis],
            Typeface::Embedded(embedded) => embedded.ellipsis().iter().collect(),
        }
    }

    /// How far letters go above the line and below it, in sizes.
    pub(super) fn heights(&self) -> (f64, f64) {
        match self {
            Typeface::Viewer { .. } => (0.88, 0.23),
            Typeface::Embedded(embedded) => embedded.heights(),
        }
    }

    /// Adds what the glyphs of a text need.
    ///
    /// # Errors
    /// INVALID_ARGUMENT if the font is damaged where these glyphs are.
    pub(super) fn add<'g>(
        &self,
        update: &mut Update<'_>,
        glyphs: impl Iterator<Item = &'g Glyph>,
    ) -> Result<Fonts> {
        let used: Vec<&Glyph> = glyphs.collect();
        match self {
            Typeface::Viewer { .. } => {
                let mut resources = Dictionary::default();
                if used.iter().any(|glyph| matches!(glyph.shape, Shape::Latin(_))) {
                    resources.set(b"L", Object::Reference(add_latin(update)));
                }
                if used.iter().any(|glyph| glyph.shape == Shape::Japanese) {
                    resources.set(b"J", Object::Reference(add_japanese(update)));
                }
                Ok(Fonts { resources, codes: None })
            }
            Typeface::Embedded(_) if used.is_empty() => {
                Ok(Fonts { resources: Dictionary::default(), codes: None })
            }
            Typeface::Embedded(embedded) => {
                let (font, codes) = embedded.add(update, &used)?;
                let resources = Dictionary::default().with("E", Object::Reference(font));
                Ok(Fonts { resources, codes: Some(codes) })
            }
        }
    }
}

/// Fonts that were added, and how glyphs are called in them.
pub(super) struct Fonts {
    resources: Dictionary,
    codes: Option<GlyphRemapper>,
}

impl Fonts {
    pub(super) fn resources(&self) -> Option<Dictionary> {
        self.resources.keys().next().is_some().then(|| self.resources.clone())
    }

    /// The name of the font, and the code of the glyph in it.
    pub(super) fn code(&self, glyph: &Glyph) -> (&'static str, Vec<u8>) {
        match glyph.shape {
            Shape::Latin(code) => ("L", vec![code]),
            Shape::Japanese => ("J", glyph.text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
            Shape::Embedded(number) => {
                let code = self.codes.as_ref().and_then(|codes| codes.get(number)).unwrap_or(0);
                ("E", code.to_be_bytes().to_vec())
            }
        }
    }
}

/// A character to be shown, and the selector of its variant.
pub(super) struct Cluster {
    pub(super) character: char,
    pub(super) selector: Option<char>,
}

/// The characters of a text that show something. Kana are joined with their sound marks; ends of lines and other controls
/// become spaces; what only directs the setting of text is left out.
pub(super) fn clusters(text: &str) -> Vec<Cluster> {
    let mut found: Vec<Cluster> = Vec::new();
    for character in text.chars().take(MOST_CHARACTERS) {
        match character {
            '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => {
                if let Some(Cluster { selector: selector @ None, .. }) = found.last_mut() {
                    *selector = Some(character);
                }
            }
            '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}' => {}
            _ if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}') => {
                found.push(Cluster { character: ' ', selector: None });
            }
            _ => {
                if let Some(Cluster { character: before, selector: None }) = found.last_mut()
                    && let Some(joined) = compose(*before, character)
                {
                    *before = joined;
                    continue;
                }
                found.push(Cluster { character, selector: None });
            }
        }
    }
    found
}

/// The advance widths of Helvetica, which every viewer has in this measure: U+0020 to U+007E.
const LATIN: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// The same from U+00A0 to U+00FF.
const LATIN_1: [u16; 96] = [
    278, 333, 556, 556, 556, 556, 260, 556, 333, 737, 370, 556, 584, 333, 737, 333, 400, 584, 333, 333, 333,
    556, 556, 278, 333, 333, 365, 556, 834, 834, 834, 611, 667, 667, 667, 667, 667, 667, 1000, 722, 667, 667,
    667, 667, 278, 278, 278, 278, 722, 722, 778, 778, 778, 778, 778, 584, 778, 722, 722, 722, 722, 667, 667,
    611, 556, 556, 556, 556, 556, 556, 889, 500, 556, 556, 556, 556, 278, 278, 278, 278, 556, 556, 556, 556,
    556, 556, 556, 584, 611, 556, 556, 556, 556, 500, 556, 500,
];

/// A character as the viewer's fonts show it: letters of Latin script in Helvetica, whose widths are the same everywhere,
/// and all others in the Japanese font, where they are as wide as high; half-width kana are half as wide. Viewers do not
/// agree on variants, and a code that a viewer does not know shows as a box: the selector is left out.
fn viewers(cluster: &Cluster) -> Glyph {
    let character = cluster.character;
    let latin = u8::try_from(u32::from(character)).ok().and_then(|code| {
        let width = match code {
            0x20..=0x7E => LATIN.get(usize::from(code.checked_sub(0x20)?)),
            0xA0..=0xFF => LATIN_1.get(usize::from(code.checked_sub(0xA0)?)),
            _ => None,
        };
        Some((Shape::Latin(code), *width?))
    });
    let (shape, width) = latin.unwrap_or(match character {
        // Japanese fonts have them as wide as high, and documents count on it.
        '\u{FF61}'..='\u{FF9F}' => (Shape::Japanese, 500),
        ELLIPSIS => (Shape::Latin(0x85), 1000),
        '–' => (Shape::Latin(0x96), 556),
        // Some viewers take the halves of its code for two characters.
        '\u{10000}'.. => (Shape::Japanese, 2000),
        _ => (Shape::Japanese, 1000),
    });
    Glyph { text: String::from(character), width: f64::from(width) / 1000.0, shape, may_break_before: false }
}

fn add_latin(update: &mut Update<'_>) -> Reference {
    update.add(Object::Dictionary(
        Dictionary::default()
            .with("Type", Object::name("Font"))
            .with("Subtype", Object::name("Type1"))
            .with("BaseFont", Object::name("Helvetica"))
            .with("Encoding", Object::name("WinAnsiEncoding")),
    ))
}

fn add_japanese(update: &mut Update<'_>) -> Reference {
    const NAME: &str = "HeiseiKakuGo-W5";
    let descriptor = Dictionary::default()
        .with("Type", Object::name("FontDescriptor"))
        .with("FontName", Object::name(NAME))
        .with("Flags", Object::Integer(4))
        .with("FontBBox", integers(&[-92, -250, 1010, 922]))
        .with("ItalicAngle", Object::Integer(0))
        .with("Ascent", Object::Integer(752))
        .with("Descent", Object::Integer(-221))
        .with("CapHeight", Object::Integer(737))
        .with("StemV", Object::Integer(114));
    let descriptor = update.add(Object::Dictionary(descriptor));
    // Adobe-Japan1 has the half-width kana at these numbers.
    let widths = [327, 389, 500];
    let described = Dictionary::default()
        .with("Type", Object::name("Font"))
        .with("Subtype", Object::name("CIDFontType0"))
        .with("BaseFont", Object::name(NAME))
        .with("DW", Object::Integer(1000))
        .with("W", integers(&widths))
        .with("CIDSystemInfo", system_info("Japan1", 5))
        .with("FontDescriptor", Object::Reference(descriptor));
    let described = update.add(Object::Dictionary(described));
    update.add(Object::Dictionary(
        Dictionary::default()
            .with("Type", Object::name("Font"))
            .with("Subtype", Object::name("Type0"))
            .with("BaseFont", Object::name("HeiseiKakuGo-W5-UniJIS-UTF16-H"))
            .with("Encoding", Object::name("UniJIS-UTF16-H"))
            .with("DescendantFonts", Object::Array(vec![Object::Reference(described)])),
    ))
}

pub(super) fn integers(numbers: &[i64]) -> Object {
    Object::Array(numbers.iter().copied().map(Object::Integer).collect())
}

pub(super) fn system_info(ordering: &str, supplement: i64) -> Object {
    Object::Dictionary(
        Dictionary::default()
            .with("Registry", Object::String(b"Adobe".to_vec()))
            .with("Ordering", Object::String(ordering.as_bytes().to_vec()))
            .with("Supplement", Object::Integer(supplement)),
    )
}
