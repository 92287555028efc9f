//! The named resources of content (ISO 32000-2, 7.8.3), and where viewers look for them.

use super::super::object::{Dictionary, Object};
use super::Source;
use super::content::Run;
use std::rc::Rc;

/// The kinds of resources that matter to where content paints.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    XObject,
    Font,
    State,
}

/// A resource dictionary.
#[derive(PartialEq, Debug, Default)]
pub(super) struct Resources {
    objects: Dictionary,
    fonts: Dictionary,
    states: Dictionary,
    spaces: Dictionary,
}

impl Resources {
    /// `None` if one is damaged.
    pub(super) fn read<S: Source>(run: &Run<'_, S>, object: &Object) -> Option<Option<Rc<Resources>>> {
        let found = run.resolved(object)?;
        let dictionary = match &*found {
            Object::Null => return Some(None),
            Object::Dictionary(dictionary) => dictionary,
            _ => return None,
        };
        let category = |key: &[u8]| match dictionary.get(key) {
            None => Some(Dictionary::default()),
            Some(value) => match &*run.resolved(value)? {
                Object::Null => Some(Dictionary::default()),
                Object::Dictionary(category) => Some(category.clone()),
                _ => None,
            },
        };
        Some(Some(Rc::new(Resources {
            objects: category(b"XObject")?,
            fonts: category(b"Font")?,
            states: category(b"ExtGState")?,
            spaces: category(b"ColorSpace")?,
        })))
    }

    fn get(&self, kind: Kind, name: &[u8]) -> Option<&Object> {
        match kind {
            Kind::XObject => self.objects.get(name),
            Kind::Font => self.fonts.get(name),
            Kind::State => self.states.get(name),
        }
    }

    /// Whether it gives the device colour spaces another meaning.
    fn has_default_space(&self) -> bool {
        self.spaces.keys().any(|key| key.starts_with(b"Default") || key.starts_with(b"Device"))
    }
}

/// What a look-up came to.
pub(super) enum Found<'a> {
    Object(&'a Object),
    Missing,
    /// Some viewers find something, others nothing or something else.
    Differs,
}

/// Where the resources of content are looked for: in its own dictionary, otherwise in those of the
/// content that uses it, out to the page.
#[derive(Clone, Default)]
pub(super) struct Scope {
    own: Option<Rc<Resources>>,
    around: Vec<Rc<Resources>>,
    has_default_space: bool,
    /// Whether it depends on the user what stands around.
    is_open: bool,
}

impl Scope {
    /// The scope of the glyphs of a font.
    pub(super) fn of_font(own: Option<Rc<Resources>>) -> Scope {
        Scope { own, is_open: true, ..Scope::default() }
    }

    /// The scope of content within this one.
    pub(super) fn within(&self, own: Option<Rc<Resources>>) -> Scope {
        let mut around = self.around.clone();
        around.extend(self.own.clone());
        around.dedup_by(|one, other| Rc::ptr_eq(one, other));
        let is_default = own.as_ref().is_some_and(|own| own.has_default_space());
        let has_default_space = self.has_default_space || is_default;
        Scope { own, around, has_default_space, is_open: self.is_open }
    }

    /// Whether the device colour spaces may mean something else here.
    pub(super) fn has_default_space(&self) -> bool {
        self.has_default_space
    }

    pub(super) fn find(&self, kind: Kind, name: &[u8]) -> Found<'_> {
        if let Some(found) = self.own.as_ref().and_then(|own| own.get(kind, name)) {
            return Found::Object(found);
        }
        if self.is_open {
            return Found::Differs;
        }
        let mut found = self.around.iter().map(|resources| resources.get(kind, name));
        let Some(first) = found.next() else { return Found::Missing };
        match first {
            _ if found.any(|other| other != first) => Found::Differs,
            None => Found::Missing,
            // Those who look into its own resources only find nothing.
            Some(_) if self.own.is_some() => Found::Differs,
            Some(first) => Found::Object(first),
        }
    }
}
