//! Applications and files as data. A new application is a new table, and no new line in the dispatch.

use super::key::Key;
use crate::result::PinKind;

/// What the card names by an application identifier.
pub(super) struct Application {
    pub aid: &'static [u8],
    pub files: Vec<File>,
    /// CLA, INS and P1 of the command that sets a new PIN here.
    pub change: [u8; 3],
    /// The key that proves the chip, used without a PIN by P2 = 00.
    pub own_key: Option<Key>,
    /// What it answers to the delivery of a session key.
    pub messaging: Messaging,
}

/// What an application knows of secure messaging.
pub(super) enum Messaging {
    /// Session keys are encrypted for this key, once that PIN is verified.
    With(Key, PinKind),
    /// Refused with that status word (M).
    Refused(u16),
}

/// An elementary file. Its low five bits are its short identifier (H).
pub(super) struct File {
    pub id: u16,
    pub opens_with: Access,
    pub content: Content,
}

/// What opens a file or allows a key to be used.
pub(super) enum Access {
    Free,
    /// Any one of these.
    AnyOf(&'static [PinKind]),
}

/// What an elementary file is.
pub(super) enum Content {
    /// Bytes, with the filler that physically follows them.
    Transparent(Vec<u8>),
    /// Records, counted from 1.
    Records(Vec<Vec<u8>>),
    /// A secret.
    Secret(PinKind),
    /// A reference to a secret that is locked on every card.
    Locked,
    /// A private key.
    Key(Key),
}

impl File {
    /// A file of bytes, physically `size` long, the rest being filler.
    pub(super) fn transparent(
        id: u16,
        opens_with: Access,
        mut bytes: Vec<u8>,
        size: usize,
        filler: u8,
    ) -> File {
        bytes.resize(bytes.len().max(size), filler);
        File { id, opens_with, content: Content::Transparent(bytes) }
    }

    /// A file of records.
    pub(super) fn records(id: u16, opens_with: Access, records: Vec<Vec<u8>>) -> File {
        File { id, opens_with, content: Content::Records(records) }
    }

    /// A secret.
    pub(super) fn secret(id: u16, pin: PinKind) -> File {
        File { id, opens_with: Access::Free, content: Content::Secret(pin) }
    }

    /// A reference that is locked on every card.
    pub(super) fn locked(id: u16) -> File {
        File { id, opens_with: Access::Free, content: Content::Locked }
    }

    /// A private key.
    pub(super) fn key(id: u16, opens_with: Access, key: Key) -> File {
        File { id, opens_with, content: Content::Key(key) }
    }
}
