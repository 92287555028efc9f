//! The interpreter of content streams (ISO 32000-2, Annex A): it paints nothing, it notes boxes.

use super::super::object::{Dictionary, Object, Reference};
use super::fonts::Font;
use super::geometry::{Boxes, EVERYWHERE, Matrix, SLACK, grown, intersection, normal, number};
use super::inline;
use super::lexer::{Lexer, Operand, Token, is_regular};
use super::resources::{Found, Kind, Resources, Scope};
use super::state::{Frame, Paint, State, numbers, set_colour};
use super::{Rectangle, Source, filters};
use core::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// How many parts the objects of one page may have that are kept.
const MAX_PARTS: usize = 1 << 19;

/// How deep forms and Type 3 glyphs may lie in each other.
const DEEPEST: usize = 8;

/// How deep q may lie in q.
const MOST_SAVED: usize = 256;

/// More operands than any operator has.
const MOST_OPERANDS: usize = 64;

/// How far up the pages inherit.
const MOST_ANCESTORS: usize = 64;

/// Boxes of pages wider than this are those of no paper.
const WIDEST_PAGE: f64 = 20_000.0;

/// A form XObject.
struct Form {
    data: Rc<Vec<u8>>,
    matrix: [f64; 6],
    bbox: Option<Rectangle>,
    resources: Option<Rc<Resources>>,
    is_group_plain: bool,
}

/// An XObject.
#[derive(Clone)]
enum XObject {
    Image { is_mask: bool },
    Form(Rc<Form>),
}

/// One question, with all that was read for it.
pub(super) struct Run<'s, S> {
    pub(super) source: &'s S,
    resolved: RefCell<BTreeMap<Reference, Option<Rc<Object>>>>,
    objects: BTreeMap<Reference, XObject>,
    /// How many parts the objects in `resolved` have, and how many bytes the forms in `objects`.
    kept_parts: Cell<usize>,
    kept_bytes: Cell<usize>,
    pub(super) fonts: BTreeMap<Reference, Rc<Font>>,
    /// The forms and fonts that run at this moment.
    pub(super) active: Vec<Reference>,
    boxes: Boxes,
    is_white_blank: bool,
    /// Whether a Q had no q: viewers differ in the state behind it.
    is_unbalanced: bool,
    /// Whether text was shown since this was last set.
    pub(super) has_shown: bool,
    /// The same for lines.
    pub(super) has_stroked: bool,
}

impl<'s, S: Source> Run<'s, S> {
    pub(super) fn new(source: &'s S, is_white_blank: bool) -> Run<'s, S> {
        Run {
            source,
            resolved: RefCell::default(),
            objects: BTreeMap::new(),
            kept_parts: Cell::new(0),
            kept_bytes: Cell::new(0),
            fonts: BTreeMap::new(),
            active: Vec::new(),
            boxes: Boxes::default(),
            is_white_blank,
            is_unbalanced: false,
            has_shown: false,
            has_stroked: false,
        }
    }

    pub(super) fn into_boxes(self) -> Vec<Rectangle> {
        self.boxes.into_vec()
    }

    /// What an object is or leads to; `None` if it is damaged or the budget is spent.
    pub(super) fn resolved(&self, object: &Object) -> Option<Rc<Object>> {
        let Some(reference) = object.reference() else {
            self.source.spend(16)?;
            return Some(Rc::new(object.clone()));
        };
        if let Some(found) = self.resolved.borrow().get(&reference) {
            return found.clone();
        }
        let found = self.source.resolved(object);
        let mut size = 0_usize;
        if let Some(found) = &found {
            found.walk(|_| size = size.saturating_add(1));
        }
        self.source.spend(size.saturating_add(64))?;
        let kept = self.kept_parts.get().saturating_add(size);
        (kept <= MAX_PARTS).then_some(())?;
        self.kept_parts.set(kept);
        let found = found.map(Rc::new);
        self.resolved.borrow_mut().insert(reference, found.clone());
        found
    }

    /// What a key of a dictionary leads to: null if it is not there.
    pub(super) fn value(&self, dictionary: &Dictionary, key: &[u8]) -> Option<Rc<Object>> {
        match dictionary.get(key) {
            Some(value) => self.resolved(value),
            None => Some(Rc::new(Object::Null)),
        }
    }

    /// So many numbers of an array.
    pub(super) fn numbers<const N: usize>(&self, object: &Object) -> Option<[f64; N]> {
        let found = self.resolved(object)?;
        let Object::Array(items) = &*found else { return None };
        let mut numbers = [0.0; N];
        (items.len() == N).then_some(())?;
        for (number_at, item) in numbers.iter_mut().zip(items) {
            *number_at = number(&*self.resolved(item)?)?;
        }
        Some(numbers)
    }

    /// Notes a box as marked.
    pub(super) fn mark(&mut self, marked: Rectangle) -> Option<()> {
        (!self.is_unbalanced).then_some(())?;
        self.source.spend(16)?;
        self.boxes.mark(marked);
        Some(())
    }

    /// The boxes that are marked while something runs, kept apart from the others.
    pub(super) fn apart(&mut self, run: impl FnOnce(&mut Self) -> Option<()>) -> Option<Boxes> {
        let outer = core::mem::take(&mut self.boxes);
        let done = run(self);
        let inner = core::mem::replace(&mut self.boxes, outer);
        done.map(|()| inner)
    }

    /// Marks what the content of a page paints.
    pub(super) fn page(&mut self, page: &Dictionary) -> Option<()> {
        self.check_paper(page)?;
        let resources = match self.inherited(page, b"Resources")? {
            Some(resources) => Resources::read(self, &resources)?,
            None => None,
        };
        let scope = Scope::default().within(resources);
        let contents = self.value(page, b"Contents")?;
        let streams = match &*contents {
            Object::Null => Vec::new(),
            Object::Stream(..) => vec![contents],
            Object::Array(items) => {
                let mut streams = Vec::new();
                for item in items {
                    match self.resolved(item)? {
                        stream if matches!(*stream, Object::Stream(..)) => streams.push(stream),
                        other if *other == Object::Null => {}
                        _ => return None,
                    }
                }
                streams
            }
            _ => return None,
        };
        let is_white_blank = self.is_white_blank && self.is_group_plain(page)?;
        let mut frame = Frame::new(&scope, State::new(Matrix::IDENTITY), is_white_blank);
        let mut ends_in_number = false;
        let mut operands = Vec::new();
        for stream in streams {
            let data = filters::decoded(self.source, &stream)?;
            // A token that goes on in the next stream: viewers differ.
            let goes_on = data.first().is_some_and(|byte| is_regular(*byte));
            (!(ends_in_number && goes_on)).then_some(())?;
            if let Some(last) = data.last() {
                ends_in_number = matches!(last, b'0'..=b'9' | b'+' | b'-' | b'.');
            }
            self.stream(&mut frame, &mut operands, &data)?;
        }
        Some(())
    }

    /// What a page has for a key, or inherits.
    fn inherited(&self, page: &Dictionary, key: &[u8]) -> Option<Option<Object>> {
        let mut node = Rc::new(Object::Dictionary(page.clone()));
        for _ in 0..MOST_ANCESTORS {
            let Object::Dictionary(here) = &*node else { return None };
            if let Some(found) = here.get(key)
                && *self.resolved(found)? != Object::Null
            {
                return Some(Some(found.clone()));
            }
            let Some(parent) = here.get(b"Parent") else { return Some(None) };
            let parent = self.resolved(parent)?;
            if *parent == Object::Null {
                return Some(None);
            }
            node = parent;
        }
        None
    }

    /// Checks that a page is one of ordinary size, where a point is not less than a pixel.
    fn check_paper(&self, page: &Dictionary) -> Option<()> {
        for key in [&b"MediaBox"[..], b"CropBox"] {
            if let Some(found) = self.inherited(page, key)? {
                let paper: Rectangle = self.numbers(&found)?;
                paper.iter().all(|edge| edge.abs() <= WIDEST_PAGE).then_some(())?;
            }
        }
        match &*self.value(page, b"UserUnit")? {
            Object::Null => Some(()),
            unit => (number(unit)? >= 1.0).then_some(()),
        }
    }

    /// Whether white stays white in a transparency group, if there is one.
    fn is_group_plain(&self, dictionary: &Dictionary) -> Option<bool> {
        let group = self.value(dictionary, b"Group")?;
        let Some(group) = group.dictionary() else { return Some(*group == Object::Null) };
        Some(match &*self.value(group, b"CS")? {
            Object::Null => true,
            Object::Name(name) => {
                matches!(name.as_slice(), b"DeviceGray" | b"DeviceRGB" | b"DeviceCMYK")
            }
            _ => false,
        })
    }

    /// Whether a form paints anything, run alone.
    pub(super) fn appearance_paints(&mut self, form: &Object) -> Option<bool> {
        match &*self.resolved(form)? {
            Object::Null => return Some(false),
            Object::Stream(..) => {}
            _ => return None,
        }
        let form_object = self.form(form)?;
        let state = State::new(Matrix::IDENTITY);
        let white = core::mem::replace(&mut self.is_white_blank, false);
        let boxes = self.apart(|run| {
            run.active.extend(form.reference());
            let done = run.run_form(&form_object, &Scope::default(), &state, false);
            run.active.clear();
            done
        });
        self.is_white_blank = white;
        Some(!boxes?.is_empty())
    }

    fn form(&self, object: &Object) -> Option<Rc<Form>> {
        let stream = self.resolved(object)?;
        let Object::Stream(dictionary, _) = &*stream else { return None };
        // References to other files, and PostScript.
        for key in [&b"Ref"[..], b"PS", b"Subtype2", b"OPI"] {
            dictionary.get(key).is_none().then_some(())?;
        }
        let matrix = match dictionary.get(b"Matrix") {
            None => [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
            Some(matrix) => self.numbers(matrix)?,
        };
        let bbox = dictionary.get(b"BBox").and_then(|bbox| self.numbers(bbox)).map(normal);
        let resources = match dictionary.get(b"Resources") {
            Some(resources) => Resources::read(self, resources)?,
            None => None,
        };
        let data = Rc::new(filters::decoded(self.source, &stream)?);
        let kept = self.kept_bytes.get().saturating_add(data.len());
        (kept <= self.source.most_unpacked()).then_some(())?;
        self.kept_bytes.set(kept);
        let is_group_plain = self.is_group_plain(dictionary)?;
        Some(Rc::new(Form { data, matrix, bbox, resources, is_group_plain }))
    }

    fn run_form(&mut self, form: &Form, scope: &Scope, state: &State, white: bool) -> Option<()> {
        let mut state = state.clone();
        state.ctm = Matrix::exact(form.matrix).then(&state.ctm)?;
        if let Some(bbox) = form.bbox {
            let bbox = state.ctm.rectangle(bbox)?;
            state.clip_to(bbox);
        }
        let scope = scope.within(form.resources.clone());
        let mut frame = Frame::new(&scope, state, white && form.is_group_plain);
        self.stream(&mut frame, &mut Vec::new(), &form.data)
    }

    /// Runs the glyph of a Type 3 font, and says how far it advances.
    pub(super) fn glyph(&mut self, data: &[u8], scope: &Scope, state: State) -> Option<Option<f64>> {
        let mut frame = Frame::new(scope, state, false);
        self.stream(&mut frame, &mut Vec::new(), data)?;
        Some(frame.advance)
    }

    /// Runs the operators of one stream.
    fn stream(&mut self, frame: &mut Frame<'_>, operands: &mut Vec<Operand>, data: &[u8]) -> Option<()> {
        self.source.spend(data.len().saturating_add(64))?;
        let mut lexer = Lexer::new(data);
        loop {
            match lexer.next()? {
                Token::End => return Some(()),
                Token::Operand(operand) => {
                    (operands.len() < MOST_OPERANDS).then_some(())?;
                    operands.push(operand);
                }
                Token::Operator(b"BI") => {
                    operands.is_empty().then_some(())?;
                    frame.between_paths()?;
                    let is_mask = inline::skip(self.source, &mut lexer)?;
                    self.mark_image(&frame.state, is_mask)?;
                }
                Token::Operator(operator) => {
                    self.operator(frame, operator, operands)?;
                    operands.clear();
                }
            }
        }
    }

    fn operator(&mut self, frame: &mut Frame<'_>, operator: &[u8], operands: &[Operand]) -> Option<()> {
        match operator {
            b"q" => {
                let [] = numbers(operands)?;
                frame.outside_text()?;
                (frame.stack.len() < MOST_SAVED).then_some(())?;
                self.source.spend(128)?;
                frame.stack.push(frame.state.clone());
                Some(())
            }
            b"Q" => {
                let [] = numbers(operands)?;
                frame.outside_text()?;
                match frame.stack.pop() {
                    Some(state) => frame.state = state,
                    None => self.is_unbalanced = true,
                }
                Some(())
            }
            b"cm" => {
                frame.outside_text()?;
                frame.state.ctm = Matrix::exact(numbers(operands)?).then(&frame.state.ctm)?;
                Some(())
            }
            b"m" | b"l" | b"c" | b"v" | b"y" | b"h" | b"re" => frame.build(operator, operands),
            b"W" | b"W*" => {
                let [] = numbers(operands)?;
                frame.path.is_clip = true;
                Some(())
            }
            b"n" | b"S" | b"s" | b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" => {
                let [] = numbers(operands)?;
                self.paint_path(frame, operator)
            }
            b"w" | b"M" | b"j" | b"J" | b"d" | b"gs" | b"i" | b"ri" => {
                self.set_state(frame, operator, operands)
            }
            b"g" | b"G" | b"rg" | b"RG" | b"k" | b"K" | b"cs" | b"CS" | b"sc" | b"SC" | b"scn" | b"SCN" => {
                set_colour(&mut frame.state, operator, operands)
            }
            b"BT" | b"ET" | b"Tf" | b"Td" | b"TD" | b"Tm" | b"T*" | b"Tj" | b"TJ" | b"'" | b"\"" | b"Tc"
            | b"Tw" | b"Tz" | b"TL" | b"Ts" | b"Tr" => self.text_operator(frame, operator, operands),
            b"Do" => self.paint_object(frame, operands),
            b"sh" => {
                frame.between_paths()?;
                self.mark_clip(&frame.state)
            }
            b"d0" | b"d1" => {
                frame.advance = operands.first()?.number();
                frame.advance.map(|_| ())
            }
            b"BMC" | b"BDC" | b"EMC" | b"MP" | b"DP" | b"BX" | b"EX" => Some(()),
            _ => None,
        }
    }

    fn set_state(&mut self, frame: &mut Frame<'_>, operator: &[u8], operands: &[Operand]) -> Option<()> {
        let state = &mut frame.state;
        match (operator, operands) {
            (b"w", _) => {
                let [width] = numbers(operands)?;
                state.width = width.abs();
            }
            (b"M", _) => [state.miter] = numbers(operands)?,
            (b"j", _) => {
                let [join] = numbers(operands)?;
                state.is_mitered = join != 1.0 && join != 2.0;
            }
            (b"gs", [Operand::Name(name)]) => {
                let found = match frame.scope.find(Kind::State, name) {
                    Found::Object(found) => self.resolved(found)?,
                    Found::Missing => return Some(()),
                    Found::Differs => return None,
                };
                match &*found {
                    Object::Null => {}
                    Object::Dictionary(found) => self.set_states(frame, found)?,
                    _ => return None,
                }
            }
            (b"gs", _) => return None,
            // Caps are always taken for square, dashes for lines.
            _ => {}
        }
        Some(())
    }

    /// Takes over the parameters of an ExtGState (ISO 32000-2, table 57).
    fn set_states(&mut self, frame: &mut Frame<'_>, found: &Dictionary) -> Option<()> {
        for key in found.keys() {
            self.source.spend(16)?;
            let Some(value) = found.get(key) else { continue };
            let state = &mut frame.state;
            match key {
                b"Type" | b"LC" | b"D" | b"RI" | b"OP" | b"op" | b"OPM" | b"FL" | b"SM" | b"SA" | b"CA"
                | b"ca" | b"AIS" | b"TK" => {}
                b"LW" => state.width = number(&*self.resolved(value)?)?.abs(),
                b"ML" => state.miter = number(&*self.resolved(value)?)?,
                b"LJ" => {
                    let join = number(&*self.resolved(value)?)?;
                    state.is_mitered = join != 1.0 && join != 2.0;
                }
                b"BM" => {
                    state.is_blend_normal = matches!(&*self.resolved(value)?,
                        Object::Name(name) if matches!(name.as_slice(), b"Normal" | b"Compatible"));
                }
                b"SMask" => {
                    let mask = self.resolved(value)?;
                    state.is_unmasked = *mask == Object::name("None");
                }
                b"Font" => {
                    let pair = self.resolved(value)?;
                    let Object::Array(pair) = &*pair else { return None };
                    let [font, size] = pair.as_slice() else { return None };
                    let size = number(&*self.resolved(size)?)?;
                    let font = self.font(frame, font)?;
                    frame.state.text.set_font(font, size);
                }
                // Transfer functions and the like.
                _ => state.is_tainted = true,
            }
        }
        Some(())
    }

    /// Whether a colour leaves no mark on white.
    pub(super) fn is_blank(&self, frame: &Frame<'_>, paint: Paint) -> bool {
        let state = &frame.state;
        // Behind a surplus Q the colour is black again in Ghostscript.
        self.is_white_blank
            && !self.is_unbalanced
            && frame.is_white_blank
            && paint.is_white
            && state.is_blend_normal
            && state.is_unmasked
            && !state.is_tainted
            && !frame.scope.has_default_space()
    }

    /// Whether a fill and a stroke of the frame's colours leave marks.
    pub(super) fn marks(&self, frame: &Frame<'_>, fills: bool, strokes: bool) -> (bool, bool) {
        let state = &frame.state;
        let (fill, stroke) = (self.is_blank(frame, state.fill), self.is_blank(frame, state.stroke));
        (fills && !fill, strokes && !stroke)
    }

    fn paint_path(&mut self, frame: &mut Frame<'_>, operator: &[u8]) -> Option<()> {
        let path = core::mem::take(&mut frame.path);
        let Some(bounds) = path.bounds else { return Some(()) };
        let fills = matches!(operator, b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*");
        let strokes = matches!(operator, b"S" | b"s" | b"B" | b"B*" | b"b" | b"b*");
        let (fills, strokes) = self.marks(frame, fills, strokes);
        if strokes {
            self.mark_stroke(frame, bounds, !path.is_complex)?;
        } else if fills {
            self.mark_clipped(&frame.state, bounds)?;
        }
        if path.is_clip {
            frame.state.clip_to(bounds);
        }
        Some(())
    }

    /// Marks what a stroke along something inside the bounds paints.
    pub(super) fn mark_stroke(
        &mut self,
        frame: &Frame<'_>,
        bounds: Rectangle,
        is_simple: bool,
    ) -> Option<()> {
        self.has_stroked = true;
        let state = &frame.state;
        match state.reach_of_stroke(is_simple) {
            Some(reach) => {
                let (x, y) = state.ctm.radii(reach);
                self.mark_clipped(state, grown(bounds, x, y))
            }
            None => self.mark_clip(state),
        }
    }

    /// Marks all that the clip leaves.
    pub(super) fn mark_clip(&mut self, state: &State) -> Option<()> {
        match intersection(state.clip, EVERYWHERE) {
            Some(marked) => self.mark(marked),
            None => Some(()),
        }
    }

    /// Marks what the clip leaves of a box.
    pub(super) fn mark_clipped(&mut self, state: &State, marked: Rectangle) -> Option<()> {
        match intersection(state.clip, grown(marked, SLACK, SLACK)) {
            Some(marked) => self.mark(marked),
            None => Some(()),
        }
    }

    fn mark_image(&mut self, state: &State, is_mask: bool) -> Option<()> {
        // Poppler paints a pattern through a mask elsewhere too, even with what comes later.
        (!(is_mask && state.fill.is_pattern)).then_some(())?;
        // It does not keep a thin image inside its outline.
        if state.ctm.is_thin_and_turned() {
            return self.mark_clip(state);
        }
        let square = state.ctm.rectangle([0.0, 0.0, 1.0, 1.0])?;
        self.mark_clipped(state, square)
    }

    fn paint_object(&mut self, frame: &mut Frame<'_>, operands: &[Operand]) -> Option<()> {
        let [Operand::Name(name)] = operands else { return None };
        frame.between_paths()?;
        let object = match frame.scope.find(Kind::XObject, name) {
            Found::Object(object) => object,
            Found::Missing => return Some(()),
            Found::Differs => return None,
        };
        let reference = object.reference()?;
        if self.active.contains(&reference) {
            // A loop: viewers break it at different places.
            return None;
        }
        let known = match self.objects.get(&reference) {
            Some(known) => known.clone(),
            None => {
                let stream = self.resolved(object)?;
                let known = match stream.dictionary().and_then(|found| found.name(b"Subtype")) {
                    Some(b"Image") => {
                        let mask = self.value(stream.dictionary()?, b"ImageMask")?;
                        let is_mask = !matches!(*mask, Object::Null | Object::Boolean(false));
                        XObject::Image { is_mask }
                    }
                    Some(b"Form") => XObject::Form(self.form(object)?),
                    _ if *stream == Object::Null => return Some(()),
                    _ => return None,
                };
                self.objects.insert(reference, known.clone());
                known
            }
        };
        match known {
            XObject::Image { is_mask } => self.mark_image(&frame.state, is_mask),
            XObject::Form(form) => {
                (self.active.len() < DEEPEST).then_some(())?;
                let state = &frame.state;
                let white =
                    frame.is_white_blank && state.is_blend_normal && state.is_unmasked && !state.is_tainted;
                self.active.push(reference);
                self.run_form(&form, frame.scope, state, white)?;
                self.active.pop();
                if let Some(text) = &mut frame.text {
                    text.is_disturbed = true;
                }
                Some(())
            }
        }
    }

    /// The font of a name.
    pub(super) fn named_font(&mut self, frame: &Frame<'_>, name: &[u8]) -> Option<Rc<Font>> {
        match frame.scope.find(Kind::Font, name) {
            Found::Object(found) => self.font(frame, found),
            Found::Missing => Some(Rc::new(Font::missing())),
            Found::Differs => None,
        }
    }

    fn font(&mut self, frame: &Frame<'_>, object: &Object) -> Option<Rc<Font>> {
        let reference = object.reference();
        if let Some(known) = reference.and_then(|reference| self.fonts.get(&reference)) {
            return Some(known.clone());
        }
        let font = Rc::new(Font::read(self, object, &frame.state)?);
        if let Some(reference) = reference {
            self.fonts.insert(reference, font.clone());
        }
        Some(font)
    }

    /// Whether something more may be run inside what runs.
    pub(super) fn enter(&mut self, reference: Reference) -> Option<()> {
        (self.active.len() < DEEPEST && !self.active.contains(&reference)).then_some(())?;
        self.active.push(reference);
        Some(())
    }
}
