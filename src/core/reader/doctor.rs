//! Why nothing is there: the facts of PC/SC and the readers, for a program or the command to put into words.

use super::pcsc::Service;
use super::{Context, Reader};
use crate::result::{Error, Reason};

/// What was found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Diagnosis {
    /// Whether PC/SC can be used.
    pub service: ServiceCondition,
    /// Each reader, virtual ones too, and what is in it.
    pub readers: Vec<(Reader, ReaderCondition)>,
}

/// Whether PC/SC can be used, and if not, why.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ServiceCondition {
    /// It answers.
    Usable,
    /// The program asked to do without it.
    NotAsked,
    /// The PC/SC library is not installed.
    LibraryAbsent(Error),
    /// The service does not run. On Windows it stops with the last reader.
    ServiceStopped(Error),
    /// Library and service are of different versions.
    ProtocolMismatch(Error),
    /// This user may not talk to the service.
    AccessRefused(Error),
    /// It answers with an error.
    Failed(Error),
}

/// What is in a reader.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ReaderCondition {
    /// Nothing.
    Empty,
    /// Something that does not answer to reset.
    CardMute,
    /// A card that another program has for itself.
    CardHeldByAnother,
    /// A card.
    CardPresent,
}

/// Looks at PC/SC and all readers. Sends nothing to a card, and never fails: a failure is what it finds.
pub fn diagnose(context: &Context) -> Diagnosis {
    let service = if context.is_without_pcsc() {
        ServiceCondition::NotAsked
    } else {
        context.pcsc_snapshots(&Service::new()).map_or_else(condition, |_| ServiceCondition::Usable)
    };
    let readers = context.readers().unwrap_or_default();
    Diagnosis { service, readers: readers.into_iter().map(|reader| (reader.clone(), of(&reader))).collect() }
}

fn condition(error: Error) -> ServiceCondition {
    match error.reason {
        Some(Reason::LibraryAbsent) => ServiceCondition::LibraryAbsent(error),
        Some(Reason::ServiceStopped) => ServiceCondition::ServiceStopped(error),
        Some(Reason::ProtocolMismatch) => ServiceCondition::ProtocolMismatch(error),
        Some(Reason::AccessRefused) => ServiceCondition::AccessRefused(error),
        _ => ServiceCondition::Failed(error),
    }
}

fn of(reader: &Reader) -> ReaderCondition {
    match reader {
        Reader { card_present: false, .. } => ReaderCondition::Empty,
        Reader { mute: true, .. } => ReaderCondition::CardMute,
        Reader { exclusive: true, .. } => ReaderCondition::CardHeldByAnother,
        _ => ReaderCondition::CardPresent,
    }
}
