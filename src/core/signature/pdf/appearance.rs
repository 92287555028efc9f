//! What a visible signature shows: a frame, and in it the holder's name, the moment, the reason and the place.
//!
//! The text is fitted to the box: lines are wrapped, and the size goes down to the smallest one that can be read. What does
//! not fit even then is cut, and an ellipsis marks the cut. The text is upright when the page is shown.

use super::file::File;
use super::font::{Glyph, Typeface};
use super::object::{Dictionary, Object, Reference};
use super::update::Update;
use crate::clock::JAPAN;
use crate::result::{Error, Result, ResultCode};
use crate::signature::asn1::date;
use core::ops::Range;
use std::collections::BTreeSet;

/// The largest size of the text, in points.
const LARGEST: f64 = 12.0;

/// The smallest size.
const SMALLEST: f64 = 4.0;

/// The sizes from the largest to the smallest, in steps of half a point.
const SIZES: Range<u8> = 0..17;

/// Down to 6 points a smaller size is better than a word in two parts.
const WHOLE: Range<u8> = 0..13;

/// From one line to the next, in sizes.
const LEADING: f64 = 1.25;

/// From the frame to the text, in sizes.
const PADDING: f64 = 0.4;

/// From the edge of the box to the text at least, in points: the frame is drawn there.
const LEAST_PADDING: f64 = 0.75;

/// How far from a page the root of the page tree may be.
const DEEPEST: usize = 64;

/// What the box says, one paragraph each, in this order; a text that is absent is left out.
pub(super) struct Words<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) now: i64,
    pub(super) reason: Option<&'a str>,
    pub(super) location: Option<&'a str>,
}

impl Words<'_> {
    fn paragraphs(&self, typeface: &Typeface<'_>) -> Result<Vec<Vec<Glyph>>> {
        let moment = moment_in_japan(self.now);
        [self.name, Some(moment.as_str()), self.reason, self.location]
            .into_iter()
            .flatten()
            .map(|text| typeface.glyphs(text))
            .filter(|glyphs| !matches!(glyphs, Ok(glyphs) if glyphs.is_empty()))
            .collect()
    }
}

/// How a page is turned when it is shown, clockwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Turn {
    None,
    Quarter,
    Half,
    ThreeQuarters,
}

impl Turn {
    /// How a page is turned: by its own /Rotate, or by the nearest one above it in the page tree.
    ///
    /// # Errors
    /// INVALID_ARGUMENT if the tree above the page is damaged or loops, or /Rotate is no multiple of 90: viewers do not
    /// agree on such pages.
    pub(super) fn of(file: &File<'_>, page: Reference) -> Result<Turn> {
        let invalid = |detail| Error::new(ResultCode::InvalidArgument, detail);
        let damaged = || invalid("the page tree is damaged above the page of the signature");
        let (mut at, mut seen) = (page, BTreeSet::new());
        loop {
            if !seen.insert(at) || seen.len() > DEEPEST {
                return Err(damaged());
            }
            let Ok(Object::Dictionary(node)) = file.object(at) else { return Err(damaged()) };
            match file.value(&node, b"Rotate").map_err(|_| damaged())? {
                Object::Null => {}
                Object::Integer(degrees) => {
                    return match degrees.rem_euclid(360) {
                        0 => Ok(Turn::None),
                        90 => Ok(Turn::Quarter),
                        180 => Ok(Turn::Half),
                        270 => Ok(Turn::ThreeQuarters),
                        _ => Err(invalid("/Rotate of the page is no multiple of 90")),
                    };
                }
                _ => return Err(invalid("/Rotate of the page is no whole number")),
            }
            match node.get(b"Parent") {
                None => return Ok(Turn::None),
                Some(parent) => at = parent.reference().ok_or_else(damaged)?,
            }
        }
    }

    /// The size of the box as the reader of the turned page sees it.
    fn seen(self, width: f64, height: f64) -> (f64, f64) {
        match self {
            Turn::None | Turn::Half => (width, height),
            Turn::Quarter | Turn::ThreeQuarters => (height, width),
        }
    }

    /// Turns what is drawn upright against the page, so that it covers a box of that size at the origin.
    fn matrix(self, width: f64, height: f64) -> Option<[f64; 6]> {
        match self {
            Turn::None => None,
            Turn::Quarter => Some([0.0, 1.0, -1.0, 0.0, width, 0.0]),
            Turn::Half => Some([-1.0, 0.0, 0.0, -1.0, width, height]),
            Turn::ThreeQuarters => Some([0.0, -1.0, 1.0, 0.0, 0.0, height]),
        }
    }
}

/// Adds the appearance for a box with these sides on a page that is turned like this.
///
/// # Errors
/// INVALID_ARGUMENT if the font lacks a character of the text, or cannot be embedded.
pub(super) fn add(
    update: &mut Update<'_>,
    sides: [f64; 4],
    turn: Turn,
    words: &Words<'_>,
    typeface: &Typeface<'_>,
) -> Result<Reference> {
    let [left, lower, right, upper] = sides;
    let (width, height) = turn.seen(right - left, upper - lower);
    let paragraphs = words.paragraphs(typeface)?;
    let text = Text::fitted(&paragraphs, typeface, width, height);
    let fonts = typeface.add(update, text.glyphs())?;
    let mut content = format!(
        "q 0 G 0.5 w 0.25 0.25 {:.3} {:.3} re S Q\n",
        (width - 0.5).max(0.0),
        (height - 0.5).max(0.0)
    );
    if !text.lines.is_empty() {
        content.push_str(&format!(
            "q 0 g BT {:.3} {:.3} Td {:.3} TL\n",
            text.left,
            text.baseline,
            text.size * LEADING
        ));
        for line in &text.lines {
            let mut last = None;
            for glyph in line {
                let (font, code) = fonts.code(glyph);
                if last != Some(font) {
                    if last.is_some() {
                        content.push_str("> Tj ");
                    }
                    content.push_str(&format!("/{font} {:.3} Tf <", text.size));
                }
                last = Some(font);
                for byte in code {
                    content.push_str(&format!("{byte:02X}"));
                }
            }
            content.push_str(if last.is_some() { "> Tj T*\n" } else { "T*\n" });
        }
        content.push_str("ET Q\n");
    }
    let mut resources = Dictionary::default()
        // A file for archives says what grey is.
        .with("ColorSpace", Object::Dictionary(Dictionary::default().with("DefaultGray", grey())));
    if let Some(fonts) = fonts.resources() {
        resources.set(b"Font", Object::Dictionary(fonts));
    }
    let mut form = Dictionary::default()
        .with("Type", Object::name("XObject"))
        .with("Subtype", Object::name("Form"))
        .with("BBox", Object::Array([0.0, 0.0, width, height].map(real).to_vec()))
        .with("Resources", Object::Dictionary(resources));
    if let Some(matrix) = turn.matrix(right - left, upper - lower) {
        form.set(b"Matrix", Object::Array(matrix.map(real).to_vec()));
    }
    Ok(update.add_stream(form, content.into_bytes()))
}

/// Grey as the eye sees it (CIE 1931, the white of daylight), the same on every device.
fn grey() -> Object {
    let white = ["0.9505", "1.0", "1.089"].map(|part| Object::Real(part.as_bytes().to_vec()));
    let described = Dictionary::default()
        .with("WhitePoint", Object::Array(white.to_vec()))
        .with("Gamma", Object::Real(b"2.2".to_vec()));
    Object::Array(vec![Object::name("CalGray"), Object::Dictionary(described)])
}

pub(super) fn real(number: f64) -> Object {
    Object::Real(format!("{number:.3}").into_bytes())
}

/// A moment as a clock in Japan shows it.
fn moment_in_japan(seconds: i64) -> String {
    let local = seconds.saturating_add(JAPAN);
    let (year, month, day) = date(local.div_euclid(86_400));
    let second = local.rem_euclid(86_400);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} +09:00")
}

/// Text that fits a box.
struct Text<'a> {
    size: f64,
    /// Where each line begins.
    left: f64,
    /// Where the first line stands.
    baseline: f64,
    lines: Vec<Vec<&'a Glyph>>,
}

/// What a size leaves room for.
struct Room {
    size: f64,
    left: f64,
    baseline: f64,
    /// The length of a line, in sizes.
    length: f64,
    lines: usize,
}

impl Room {
    fn of(size: f64, padding: f64, typeface: &Typeface<'_>, width: f64, height: f64) -> Room {
        let (above, below) = typeface.heights();
        let first = height - 2.0 * padding - (above + below) * size;
        let mut lines: usize = 0;
        // Counted in steps: a box is at most some thousand lines high, and no float becomes a whole number by itself.
        let mut left_over = first;
        while left_over >= 0.0 && lines < MOST_LINES {
            lines = lines.saturating_add(1);
            left_over -= size * LEADING;
        }
        Room {
            size,
            left: padding,
            baseline: height - padding - above * size,
            length: (width - 2.0 * padding) / size,
            lines,
        }
    }
}

/// More lines than any page has.
const MOST_LINES: usize = 4096;

impl<'a> Text<'a> {
    /// The paragraphs in the largest size in which all of them fit; else in the smallest one, cut.
    fn fitted(paragraphs: &'a [Vec<Glyph>], typeface: &'a Typeface<'_>, width: f64, height: f64) -> Text<'a> {
        let roomy = |step| {
            let size = LARGEST - f64::from(step) / 2.0;
            Room::of(size, size * PADDING, typeface, width, height)
        };
        // The last chance of a small box is a smaller margin.
        let tight = Room::of(SMALLEST, LEAST_PADDING, typeface, width, height);
        let whole = WHOLE.map(|step| (roomy(step), false));
        let broken = SIZES.map(|step| (roomy(step), true));
        for (room, may_break) in whole.chain(broken).chain([(tight, true)]) {
            let mut lines = Vec::new();
            let fits = paragraphs.iter().all(|paragraph| {
                let most = room.lines.saturating_sub(lines.len());
                wrapped(paragraph, room.length, most, may_break)
                    .map(|ranges| lines.extend(ranges.into_iter().map(|range| part(paragraph, range))))
                    .is_some()
            });
            if fits {
                return Text::new(&room, lines);
            }
        }
        let tight = Room::of(SMALLEST, LEAST_PADDING, typeface, width, height);
        Text::new(&tight, cut(paragraphs, typeface, &tight))
    }

    fn new(room: &Room, lines: Vec<Vec<&'a Glyph>>) -> Text<'a> {
        Text { size: room.size, left: room.left, baseline: room.baseline, lines }
    }

    fn glyphs(&self) -> impl Iterator<Item = &'a Glyph> + '_ {
        self.lines.iter().flatten().copied()
    }
}

fn part(glyphs: &[Glyph], range: Range<usize>) -> Vec<&Glyph> {
    glyphs.get(range).unwrap_or_default().iter().collect()
}

/// The lines of a paragraph. `None` if there are too many, one character is longer than a line, or one word is and may not
/// be broken.
fn wrapped(glyphs: &[Glyph], length: f64, most: usize, may_break: bool) -> Option<Vec<Range<usize>>> {
    let mut lines = Vec::new();
    let mut begin = 0;
    while begin < glyphs.len() {
        (lines.len() < most).then_some(())?;
        let end = line_end(glyphs, begin, length);
        let is_word = |glyph: &Glyph| glyph.may_break_before;
        (end > begin && (may_break || glyphs.get(end).is_none_or(is_word))).then_some(())?;
        lines.push(begin..end);
        begin = end;
    }
    Some(lines)
}

/// Where the line that begins there ends: where a line may be broken, else between two characters. A space that does not
/// fit any more hangs over the end, where it shows nothing.
fn line_end(glyphs: &[Glyph], begin: usize, length: f64) -> usize {
    let mut used = 0.0;
    let (mut word, mut character) = (begin, begin);
    for (at, glyph) in glyphs.iter().enumerate().skip(begin) {
        if at > begin && glyph.may_break_before {
            word = at;
        }
        if at > begin && !glyph.is_mark() {
            character = at;
        }
        used += glyph.width;
        if used > length && !glyph.is_space() {
            return if word > begin { word } else { character };
        }
    }
    glyphs.len()
}

/// Paragraphs that do not fit: each has a line of its own as long as there are any, and the first ones have what is left.
fn cut<'a>(paragraphs: &'a [Vec<Glyph>], typeface: &'a Typeface<'_>, room: &Room) -> Vec<Vec<&'a Glyph>> {
    let mut lines: Vec<Vec<&Glyph>> = Vec::new();
    for (number, paragraph) in paragraphs.iter().enumerate() {
        let after = paragraphs.len().saturating_sub(number).saturating_sub(1);
        let free = room.lines.saturating_sub(lines.len());
        let most = free.saturating_sub(after).max(1).min(free);
        // Without a line for the next paragraph, this one says that something follows.
        let is_last = free <= 1 && after > 0;
        let mut begin = 0;
        for line in 1..=most {
            if begin >= paragraph.len() {
                break;
            }
            let end = line_end(paragraph, begin, room.length);
            let is_cut = line == most && (end < paragraph.len() || is_last);
            if is_cut || end == begin {
                lines.extend(shortened(paragraph, begin, typeface, room.length));
                break;
            }
            lines.push(part(paragraph, begin..end));
            begin = end;
        }
    }
    lines
}

/// What fits of a line before an ellipsis, and the ellipsis. `None` if there is no room for anything.
fn shortened<'a>(
    paragraph: &'a [Glyph],
    begin: usize,
    typeface: &'a Typeface<'_>,
    length: f64,
) -> Option<Vec<&'a Glyph>> {
    let ellipsis = typeface.ellipsis();
    let mut left = length - ellipsis.iter().map(|glyph| glyph.width).sum::<f64>();
    if left < 0.0 {
        return None;
    }
    let mut end = begin;
    for (at, glyph) in paragraph.iter().enumerate().skip(begin) {
        if !glyph.is_mark() {
            end = at;
        }
        left -= glyph.width;
        if left < 0.0 {
            break;
        }
        if at.saturating_add(1) == paragraph.len() {
            end = paragraph.len();
        }
    }
    Some(part(paragraph, begin..end).into_iter().chain(ellipsis).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIEWER: fn() -> Typeface<'static> = Typeface::viewer;

    /// The lines of a text that was fitted into a box, and their size. Checks that all of it is inside.
    fn fitted(texts: &[&str], width: f64, height: f64) -> (Vec<String>, f64) {
        let typeface = VIEWER();
        let paragraphs: Vec<_> = texts.iter().map(|text| typeface.glyphs(text).unwrap()).collect();
        let text = Text::fitted(&paragraphs, &typeface, width, height);
        let (above, below) = typeface.heights();
        let mut baseline = text.baseline;
        for line in &text.lines {
            assert!(baseline + above * text.size <= height, "{texts:?} above {width} x {height}");
            assert!(baseline - below * text.size >= 0.0, "{texts:?} below {width} x {height}");
            baseline -= text.size * LEADING;
            let shown = line.iter().rposition(|glyph| !glyph.is_space()).map_or(0, |last| last + 1);
            let length: f64 = line[..shown].iter().map(|glyph| glyph.width).sum();
            assert!(text.left + length * text.size <= width, "{texts:?} beside {width} x {height}");
        }
        let said = |line: &Vec<&Glyph>| line.iter().map(|glyph| glyph.text.as_str()).collect();
        (text.lines.iter().map(said).collect(), text.size)
    }

    #[test]
    fn text_has_the_largest_size_in_which_it_fits() {
        assert_eq!(
            fitted(&["番号　花子", "Tokyo"], 200.0, 60.0),
            (vec!["番号　花子".into(), "Tokyo".into()], 12.0)
        );
        let (lines, size) = fitted(&["番号　花子", "one two three"], 40.0, 20.0);
        assert_eq!(lines, ["番号　花子", "one two three"]);
        assert!((4.0..7.0).contains(&size), "{size}");
    }

    #[test]
    fn lines_break_between_words_and_between_japanese_characters() {
        let (lines, size) = fitted(&["私はAgreementに同意します。 Yes indeed"], 70.0, 200.0);
        assert_eq!(lines, ["私は", "Agreement", "に同意しま", "す。 Yes ", "indeed"]);
        assert_eq!(size, 12.0);
        // A word that is longer than a line is broken where the line ends.
        let (lines, _) = fitted(&["Donaudampfschifffahrtsgesellschaft"], 60.0, 200.0);
        assert_eq!(lines.concat(), "Donaudampfschifffahrtsgesellschaft");
    }

    #[test]
    fn what_does_not_fit_is_cut_with_an_ellipsis_and_every_paragraph_keeps_a_line() {
        let reason = "長い理由です。".repeat(40);
        let (lines, size) = fitted(&["番号　花子", "2026-12-01", &reason, "東京都"], 100.0, 40.0);
        assert_eq!(size, 4.0);
        assert_eq!(lines.first().map(String::as_str), Some("番号　花子"));
        assert_eq!(lines.last().map(String::as_str), Some("東京都"));
        assert!(lines[lines.len() - 2].ends_with('…'), "{lines:?}");
        // With room for two lines the second says that something follows.
        let (lines, _) = fitted(&["番号　花子", "2026-12-01", &reason, "東京都"], 100.0, 12.0);
        assert_eq!(lines, ["番号　花子", "2026-12-01…"]);
    }

    #[test]
    fn nothing_is_ever_outside_of_the_box() {
        let long = "é㌔𠮷ｱﾞ W".repeat(300);
        for width in [0.1, 1.0, 3.0, 5.0, 9.0, 17.0, 40.0, 111.0, 800.0] {
            for height in [0.1, 2.0, 5.0, 6.0, 7.0, 11.0, 23.0, 60.0, 400.0] {
                for texts in [&["番号　花子"][..], &["a b", &long], &[&long, "2026-12-01", "x"]] {
                    let (lines, size) = fitted(texts, width, height);
                    assert!(lines.is_empty() || (4.0..=12.0).contains(&size));
                }
            }
        }
    }

    #[test]
    fn controls_are_spaces_and_directions_are_left_out() {
        let (lines, _) = fitted(&["a\nb\u{202E}c\u{200B}\u{FEFF}d\u{7}か\u{3099}辺\u{E0101}"], 300.0, 60.0);
        assert_eq!(lines, ["a bcd が辺"]);
    }

    #[test]
    fn the_moment_is_that_of_a_clock_in_japan() {
        assert_eq!(moment_in_japan(1_796_100_310), "2026-12-01 13:45:10 +09:00");
        assert_eq!(moment_in_japan(1_798_729_200), "2027-01-01 00:00:00 +09:00");
    }
}
