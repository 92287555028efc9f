//! Signature fields that came later, and where they show on a page (12.5.6.19, 12.7.5.5).

use super::{Comparison, Judgement, Kind, Objection, differing, is_plain, object_to, readable};
use crate::signature::pdf::fields::{Field, OtherField};
use crate::signature::pdf::marks::{self, Marks, Rectangle};
use crate::signature::pdf::object::{Dictionary, Object, Reference};
use crate::signature::pdf::pages::pages;
use crate::signature::pdf::permissions::Level;
use std::collections::{BTreeMap, BTreeSet};

/// What a signature field may say of itself. Actions are not among it.
const FIELD_KEYS: &[&[u8]] = &[
    b"AP",
    b"AS",
    b"BS",
    b"Border",
    b"Contents",
    b"DA",
    b"DR",
    b"DV",
    b"F",
    b"FT",
    b"Ff",
    b"H",
    b"Kids",
    b"Lock",
    b"M",
    b"MK",
    b"NM",
    b"P",
    b"Parent",
    b"Q",
    b"Rect",
    b"SV",
    b"StructParent",
    b"Subtype",
    b"T",
    b"TM",
    b"TU",
    b"Type",
    b"V",
];

/// Flags of an annotation that have it drawn outside its rectangle: NoZoom and NoRotate.
const MOVING_FLAGS: i64 = 8 | 16;

impl Comparison<'_> {
    /// Each signature field of the whole file that is new, or that got its value.
    pub(super) fn signature_fields(&self) -> Judgement {
        for field in &self.new_form.signatures {
            match self.old_field(field.reference.number) {
                Some(old) => self.old_signature_field(old, field)?,
                None => self.new_signature_field(field)?,
            }
        }
        Ok(())
    }

    /// Whether a value may come to a field now, and what it is.
    fn new_value(&self, field: &Field) -> core::result::Result<Option<Kind>, Objection> {
        let Some(value) = &field.value else { return Ok(None) };
        if value.is_document_timestamp() {
            if self.unheld.contains(&field.reference.number) {
                return object_to("a time-stamp over the document was added that does not hold");
            }
            return Ok(Some(Kind::DocumentTimestamp));
        }
        if self.permissions.level == Level::Nothing {
            return object_to("a signature was added, and an earlier one permits no more changes");
        }
        if !self.is_fresh(value.holder.number) && value.holder != field.reference {
            return object_to("a field took an object of the signed file for its signature");
        }
        Ok(Some(Kind::Signature))
    }

    fn new_signature_field(&self, field: &Field) -> Judgement {
        let number = field.reference.number;
        if !self.is_fresh(number) {
            return object_to(format!("object {number} of the signed file was made a signature field"));
        }
        let mut names = self.old_form.others.iter().map(|other| &other.name);
        if names.any(|name| *name == field.name) {
            return object_to("a signature field was added that has the name of another field");
        }
        if let Some(parent) = field.dictionary.get(b"Parent").map(Object::reference)
            && (parent.is_none() || parent != field.parent)
        {
            return object_to("a signature field was added that names another parent than holds it");
        }
        let kind = self.new_value(field)?.unwrap_or(Kind::EmptyField);
        // A lock of all fields, or of all but some, counts for fields to come, as pyHanko judges too.
        if kind == Kind::Signature && self.permissions.locks(&field.name) {
            return object_to("a field was signed that an earlier signature locks");
        }
        if kind == Kind::EmptyField && self.permissions.level == Level::Nothing {
            return object_to("a field was added, and an earlier signature permits no more changes");
        }
        for (reference, widget) in
            core::iter::once((field.reference, &field.dictionary)).chain(widgets_below(field))
        {
            let unknown = widget.keys().find(|key| !FIELD_KEYS.contains(key));
            if let Some(key) = unknown {
                let key = String::from_utf8_lossy(key).escape_debug().to_string();
                return object_to(format!("a signature field was added that has /{key}"));
            }
            let is_kind = |key: &[u8], name: &[u8]| {
                widget.get(key).is_none_or(|value| *value == Object::Name(name.to_vec()))
            };
            let is_other = reference != field.reference;
            if !is_kind(b"Type", b"Annot") || !is_kind(b"Subtype", b"Widget") || !is_kind(b"FT", b"Sig") {
                return object_to("a signature field was added that is also another kind of annotation");
            }
            if is_other && !self.is_fresh(reference.number) {
                return object_to("a signature field was added that shows in an object of the signed file");
            }
            if widget.has(b"DV") && widget.get(b"DV") != widget.get(b"V") {
                return object_to("a signature field was added whose default is not its value");
            }
            self.check_signature_widget(kind, widget, &Dictionary::default())?;
        }
        self.note(kind);
        Ok(())
    }

    /// A signature field of the signed file: it stays, or if it was empty it gets a value.
    fn old_signature_field(&self, old: &Field, new: &Field) -> Judgement {
        let mut gets_value = false;
        let objects = core::iter::once(new.reference).chain(new.widgets.iter().map(|(widget, _)| *widget));
        for reference in objects {
            let Some((before, after)) = self.before_and_after(reference.number)? else { continue };
            let (Object::Dictionary(before), Object::Dictionary(after)) = (before, after) else { continue };
            if old.value.is_some() {
                return object_to("a field was changed that was signed before");
            }
            for key in differing(&before, &after) {
                let is_allowed = match key {
                    b"V" | b"AP" | b"AS" | b"F" | b"M" | b"MK" | b"StructParent" => true,
                    b"DV" => after.get(b"DV") == after.get(b"V"),
                    b"Type" => after.name(key) == Some(b"Annot"),
                    b"Subtype" => after.name(key) == Some(b"Widget"),
                    b"P" => !before.has(key),
                    _ => false,
                };
                if !is_allowed {
                    let key = String::from_utf8_lossy(key).escape_debug().to_string();
                    return object_to(format!("/{key} of an empty signature field was changed"));
                }
            }
            self.explain(reference.number);
            gets_value = true;
        }
        if !gets_value {
            return Ok(());
        }
        let Some(kind) = self.new_value(new)? else {
            return object_to("an empty signature field was changed and not signed");
        };
        if self.permissions.locks(&new.name) {
            return object_to("a field was signed that an earlier signature locks");
        }
        let empty = Dictionary::default();
        for (reference, widget) in new.shown() {
            if self.paints(widget)? {
                self.check_shown_once(reference.number)?;
            }
            let old = old.shown().into_iter().find(|(old, _)| *old == reference);
            self.check_signature_widget(kind, widget, old.map_or(&empty, |(_, own)| own))?;
        }
        self.note(kind);
        Ok(())
    }

    /// What a widget of a later signature may look like, wherever it shows.
    fn check_signature_widget(&self, kind: Kind, widget: &Dictionary, old: &Dictionary) -> Judgement {
        let paints = self.paints(widget)?;
        match kind {
            Kind::DocumentTimestamp if paints => {
                return object_to("a time-stamp over the document was added that shows something");
            }
            Kind::EmptyField if paints => {
                return object_to("a signature field was added that shows something and holds no signature");
            }
            _ => {}
        }
        // Viewers draw borders and backgrounds of a field that has no appearance.
        for key in [&b"MK"[..], b"BS", b"Border"] {
            let style = readable(self.whole.value(widget, key))?;
            let is_empty = style == Object::Null || style == Object::Dictionary(Dictionary::default());
            if !is_empty && widget.get(key) != old.get(key) && !(paints && is_plain(&style)) {
                return object_to("a later signature field has a border, colours or icons of its own");
            }
        }
        if paints {
            let flags = widget.integer(b"F").unwrap_or(0);
            if flags & MOVING_FLAGS != 0 {
                return object_to("a later signature shows outside of its rectangle");
            }
            if self.rectangle(widget)?.is_none() {
                return object_to("a later signature shows something, and its rectangle has no area");
            }
        }
        Ok(())
    }

    /// Whether the appearance of a widget paints anything. It may have a normal appearance only.
    fn paints(&self, widget: &Dictionary) -> core::result::Result<bool, Objection> {
        let appearances = match readable(self.whole.value(widget, b"AP"))? {
            Object::Null => return Ok(false),
            Object::Dictionary(appearances) => appearances,
            _ => return object_to("the appearance of a later signature is no dictionary"),
        };
        if appearances.keys().any(|key| key != b"N" && appearances.get(key).is_some()) {
            return object_to("a later signature shows something else when it is pointed at");
        }
        match readable(self.whole.value(&appearances, b"N"))? {
            Object::Null => Ok(false),
            form @ Object::Stream(..) => {
                self.check_appearance(&form)?;
                Ok(marks::paints(self.whole, &form))
            }
            _ => object_to("the appearance of a later signature has several states"),
        }
    }

    /// An appearance is a form with a box that every viewer clips it to (12.5.5).
    fn check_appearance(&self, form: &Object) -> Judgement {
        let Some(dictionary) = form.dictionary() else {
            return object_to("the appearance of a later field is no form");
        };
        let is_box =
            |key: &[u8], count: usize, is_needed: bool| match readable(self.whole.value(dictionary, key)) {
                Ok(Object::Array(numbers)) => {
                    numbers.len() == count
                        && numbers.iter().all(|number| number.number().is_some_and(f64::is_finite))
                }
                Ok(Object::Null) => !is_needed,
                _ => false,
            };
        let is_form = dictionary.name(b"Subtype") == Some(b"Form");
        match is_form && is_box(b"BBox", 4, true) && is_box(b"Matrix", 6, false) {
            true => Ok(()),
            false => object_to("the appearance of a later field is no form with a box"),
        }
    }

    /// The rectangle of a widget, if it has an area.
    fn rectangle(&self, widget: &Dictionary) -> core::result::Result<Option<Rectangle>, Objection> {
        let sides = match readable(self.whole.value(widget, b"Rect"))? {
            Object::Array(sides) => sides.iter().map(Object::number).collect::<Option<Vec<f64>>>(),
            Object::Null => return Ok(None),
            _ => None,
        };
        let Some([a, b, c, d]) = sides.as_deref() else {
            return object_to("the rectangle of a later signature is not four numbers");
        };
        let (left, lower, right, upper) = (a.min(*c), b.min(*d), a.max(*c), b.max(*d));
        if ![left, lower, right, upper].iter().all(|side| side.is_finite()) {
            return object_to("the rectangle of a later signature is not four numbers");
        }
        Ok((right - left > 0.0 && upper - lower > 0.0).then_some([left, lower, right, upper]))
    }

    /// Pages may gain the widgets of new fields, where those cover nothing that was signed.
    pub(super) fn pages(&self) -> Judgement {
        let new_widgets = self.new_widgets();
        for (index, reference) in readable(pages(self.signed))?.into_iter().enumerate() {
            let number = reference.number;
            let before = readable(self.signed.object(reference))?;
            let Object::Dictionary(before) = before else { continue };
            if !self.changed.contains_key(&number) && !self.has_changed_array(&before, b"Annots") {
                continue;
            }
            let Object::Dictionary(after) = readable(self.whole.object(reference))? else {
                return object_to(format!("page {} is no page any more", index.saturating_add(1)));
            };
            for key in differing(&before, &after) {
                let is_allowed = match key {
                    b"Annots" => true,
                    b"Tabs" => after.name(key).is_some(),
                    _ => false,
                };
                if !is_allowed {
                    let key = String::from_utf8_lossy(key).escape_debug().to_string();
                    return object_to(format!("/{key} of page {} was changed", index.saturating_add(1)));
                }
            }
            for item in self.gained(number, &before, &after, b"Annots")? {
                let widget = item.reference().and_then(|one| new_widgets.get(&one.number));
                let Some(widget) = widget else {
                    let page = index.saturating_add(1);
                    return object_to(format!(
                        "page {page} gained an annotation that is no new signature field"
                    ));
                };
                self.check_covers_nothing(index.saturating_add(1), &before, widget)?;
            }
            self.explain(number);
        }
        Ok(())
    }

    /// The widgets of new signature fields.
    fn new_widgets(&self) -> BTreeMap<u32, &Dictionary> {
        let fields = &self.new_form.signatures;
        let new = fields.iter().filter(|field| self.is_fresh(field.reference.number));
        new.flat_map(|field| {
            core::iter::once((field.reference.number, &field.dictionary))
                .chain(widgets_below(field).map(|(widget, own)| (widget.number, own)))
        })
        .collect()
    }

    /// What a later field shows covers no mark of the signed page.
    fn check_covers_nothing(&self, page: usize, signed: &Dictionary, widget: &Dictionary) -> Judgement {
        // MuPDF draws a sign into a field that has no value, or no appearance.
        let is_drawn_by_viewers = !widget.has(b"V") || !widget.has(b"AP");
        if !self.paints(widget)? && !is_drawn_by_viewers {
            return Ok(());
        }
        let Some(rectangle) = self.rectangle(widget)? else { return Ok(()) };
        let [left, lower, right, upper] = rectangle;
        let is_empty_field = |annotation: &Object| {
            let number = annotation.reference().map(|reference| reference.number);
            self.old_form.signatures.iter().any(|field| {
                let is_it = |(widget, _): &(Reference, &Dictionary)| Some(widget.number) == number;
                field.value.is_none() && field.shown().iter().any(is_it)
            })
        };
        let is_covered = match marks::of_page(self.signed, signed, is_empty_field) {
            Marks::Unknown => true,
            Marks::Inside(boxes) => {
                boxes.iter().any(|[a, b, c, d]| left < *c && *a < right && lower < *d && *b < upper)
            }
        };
        match is_covered {
            false => Ok(()),
            true => object_to(format!(
                "a later signature shows on page {page} in [{left} {lower} {right} {upper}], over what was \
                 signed there"
            )),
        }
    }

    /// A widget of a field that was filled in: it brings its appearances, which stay in its rectangle.
    /// Without one viewers draw the value themselves, and not all of them clip it.
    pub(super) fn check_filled_widget(&self, number: u32, widget: &Dictionary) -> Judgement {
        let flags = widget.integer(b"F").unwrap_or(0);
        if flags & MOVING_FLAGS != 0 {
            return object_to("a field was filled in that shows outside of its rectangle");
        }
        if self.rectangle(widget)?.is_none() {
            return object_to("a field was filled in whose rectangle has no area");
        }
        let Object::Dictionary(appearances) = readable(self.whole.value(widget, b"AP"))? else {
            return object_to("a field was filled in without an appearance");
        };
        for kind in appearances.keys() {
            let forms = match readable(self.whole.value(&appearances, kind))? {
                form @ Object::Stream(..) => vec![form],
                Object::Dictionary(states) => {
                    let states = states.values().map(|state| readable(self.whole.resolved(state)));
                    states.collect::<core::result::Result<Vec<_>, _>>()?
                }
                _ => return object_to("a field was filled in without an appearance"),
            };
            forms.iter().try_for_each(|form| self.check_appearance(form))?;
        }
        if !appearances.has(b"N") {
            return object_to("a field was filled in without an appearance");
        }
        self.check_shown_once(number)
    }

    /// A widget of the signed file that shows something new is on one page only.
    fn check_shown_once(&self, widget: u32) -> Judgement {
        let pages_of = match self.pages_of.get() {
            Some(known) => known,
            None => {
                let counted = self.count_pages()?;
                self.pages_of.get_or_init(|| counted)
            }
        };
        match pages_of.get(&widget) {
            None | Some(1) => Ok(()),
            Some(_) => object_to(format!("object {widget} shows on more than one page")),
        }
    }

    /// On how many pages of the signed file each annotation is.
    fn count_pages(&self) -> core::result::Result<BTreeMap<u32, usize>, Objection> {
        let mut counted: BTreeMap<u32, usize> = BTreeMap::new();
        for page in readable(pages(self.signed))? {
            let Object::Dictionary(page) = readable(self.signed.object(page))? else { continue };
            let annotations = self.array(self.signed, &page, b"Annots")?;
            let numbers: BTreeSet<u32> =
                annotations.iter().filter_map(Object::reference).map(|one| one.number).collect();
            for number in numbers {
                let count = counted.entry(number).or_default();
                *count = count.saturating_add(1);
            }
        }
        Ok(counted)
    }

    /// Appearance streams of a field that were written over, if only its widgets use them.
    pub(super) fn appearances_in_place(&self, field: &OtherField) -> core::result::Result<bool, Objection> {
        let widgets: Vec<u32> =
            core::iter::once(&field.reference).chain(&field.widgets).map(|one| one.number).collect();
        let mut is_filled = false;
        for widget in core::iter::once(&field.reference).chain(&field.widgets) {
            let Object::Dictionary(own) = readable(self.signed.object(*widget))? else { continue };
            let Object::Dictionary(appearances) = readable(self.signed.value(&own, b"AP"))? else { continue };
            for stream in appearances.values().flat_map(Object::references) {
                let number = stream.number;
                let Some((before, after)) = self.before_and_after(number)? else { continue };
                let are_forms = [&before, &after].iter().all(|object| {
                    matches!(object, Object::Stream(own, _) if own.name(b"Subtype") == Some(b"Form"))
                });
                if are_forms && self.graph.is_used_only_by(number, &widgets) {
                    self.explain(number);
                    is_filled = true;
                }
            }
        }
        Ok(is_filled)
    }
}

/// The widgets of a field that are objects of their own.
fn widgets_below(field: &Field) -> impl Iterator<Item = (Reference, &Dictionary)> {
    field.widgets.iter().map(|(reference, widget)| (*reference, widget))
}
