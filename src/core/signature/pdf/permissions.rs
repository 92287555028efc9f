//! What signatures permit after them: /DocMDP, /FieldMDP and /Lock (ISO 32000-2, sections 12.8.2.2,
//! 12.8.2.4 and 12.7.5.5).
//!
//! Verifying and signing obey one reading of them. What cannot be read permits nothing.

use super::fault::Result;
use super::fields::{Field, Form, text};
use super::file::File;
use super::object::{Dictionary, Object};

/// What may be changed in a document.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Level {
    /// /P 1: only time-stamps over the document, and what verifiers need.
    Nothing,
    /// Signatures, as after every signature that is no certification.
    Signing,
    /// /P 2 or 3: signatures, and filling in fields.
    Filling,
}

/// What the signatures of a file permit together.
pub(super) struct Permissions {
    pub(super) level: Level,
    locks: Vec<Lock>,
}

/// The fields that a signature locks.
#[derive(Clone, PartialEq, Debug)]
enum Lock {
    All,
    Only(Vec<String>),
    AllBut(Vec<String>),
}

impl Permissions {
    /// What the signatures of a form permit.
    pub(super) fn of(file: &File<'_>, form: &Form) -> Result<Permissions> {
        let mut permissions = Permissions { level: Level::Signing, locks: Vec::new() };
        let mut certified: Option<Level> = None;
        let mut is_closed = false;
        for field in form.signatures.iter().filter(|field| is_signature(field)) {
            if let Object::Dictionary(lock) = file.value(&field.dictionary, b"Lock")? {
                permissions.locks.push(Lock::read(file, &lock)?);
                is_closed |= forbids(&lock);
            }
            for (method, parameters) in references(file, field)? {
                match method.as_slice() {
                    b"DocMDP" => {
                        let level = level(parameters.as_ref());
                        certified = Some(certified.map_or(level, |other| other.min(level)));
                    }
                    b"FieldMDP" => {
                        let parameters = parameters.unwrap_or_default();
                        permissions.locks.push(Lock::read(file, &parameters)?);
                        is_closed |= forbids(&parameters);
                    }
                    _ => {}
                }
            }
        }
        permissions.level = match certified {
            _ if is_closed => Level::Nothing,
            None => Level::Signing,
            Some(level) => level,
        };
        Ok(permissions)
    }

    /// Whether a field must stay as it is.
    pub(super) fn locks(&self, field: &str) -> bool {
        self.locks.iter().any(|lock| match lock {
            Lock::All => true,
            Lock::Only(names) => names.iter().any(|name| covers(name, field)),
            Lock::AllBut(names) => !names.iter().any(|name| covers(name, field)),
        })
    }
}

fn is_signature(field: &Field) -> bool {
    field.value.as_ref().is_some_and(|value| !value.is_document_timestamp())
}

/// Whether a field is the one of that name, or lies in it.
fn covers(name: &str, field: &str) -> bool {
    field.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Whether a lock forbids all changes to the document (/P 1 of PDF 2.0).
fn forbids(lock: &Dictionary) -> bool {
    lock.has(b"P") && !matches!(lock.integer(b"P"), Some(2 | 3))
}

/// The level of /DocMDP. Without parameters or a number it is 2 (section 12.8.2.2).
fn level(parameters: Option<&Dictionary>) -> Level {
    match parameters {
        Some(parameters) if forbids(parameters) => Level::Nothing,
        Some(_) => Level::Filling,
        None => Level::Nothing,
    }
}

/// The transform methods of a signature's references with their parameters; `None` for those that are
/// no dictionary.
fn references(file: &File<'_>, field: &Field) -> Result<Vec<(Vec<u8>, Option<Dictionary>)>> {
    const CLOSED: &[u8] = b"DocMDP";
    let dictionary = field.value.as_ref().and_then(|value| value.dictionary.as_ref());
    let Some(dictionary) = dictionary else { return Ok(vec![(CLOSED.to_vec(), None)]) };
    let references = match file.value(dictionary, b"Reference")? {
        Object::Null => return Ok(Vec::new()),
        Object::Array(references) => references,
        _ => return Ok(vec![(CLOSED.to_vec(), None)]),
    };
    let mut found = Vec::new();
    for reference in &references {
        let Object::Dictionary(reference) = file.resolved(reference)? else {
            found.push((CLOSED.to_vec(), None));
            continue;
        };
        let method = reference.name(b"TransformMethod").unwrap_or_default().to_vec();
        let parameters = match file.value(&reference, b"TransformParams")? {
            Object::Dictionary(parameters) => Some(parameters),
            Object::Null => Some(Dictionary::default()),
            _ => None,
        };
        found.push((method, parameters));
    }
    Ok(found)
}

impl Lock {
    fn read(file: &File<'_>, lock: &Dictionary) -> Result<Lock> {
        let names = match file.value(lock, b"Fields")? {
            Object::Array(names) => names
                .iter()
                .map(|name| match name {
                    Object::String(name) => Some(text(name)),
                    _ => None,
                })
                .collect::<Option<Vec<String>>>(),
            _ => None,
        };
        Ok(match (lock.name(b"Action"), names) {
            (Some(b"Include"), Some(names)) => Lock::Only(names),
            (Some(b"Exclude"), Some(names)) => Lock::AllBut(names),
            _ => Lock::All,
        })
    }
}

/// The references that a signature in a field with that /Lock has to carry (section 12.8.2.4):
/// /FieldMDP with the same action, fields and permission.
pub(super) fn demanded(file: &File<'_>, field: &Field, root: &Object) -> Result<Option<Object>> {
    let Object::Dictionary(lock) = file.value(&field.dictionary, b"Lock")? else { return Ok(None) };
    let mut parameters =
        Dictionary::default().with("Type", Object::name("TransformParams")).with("V", Object::name("1.2"));
    for key in [&b"Action"[..], b"Fields", b"P"] {
        match file.value(&lock, key)? {
            Object::Null => {}
            value => parameters.set(key, value),
        }
    }
    let reference = Dictionary::default()
        .with("Type", Object::name("SigRef"))
        .with("TransformMethod", Object::name("FieldMDP"))
        .with("Data", root.clone())
        .with("TransformParams", Object::Dictionary(parameters));
    Ok(Some(Object::Array(vec![Object::Dictionary(reference)])))
}
