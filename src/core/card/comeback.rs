//! A card that was lifted and put back: whether the operation may start again, and whether it is the same card.
//!
//! Nothing of before is kept but what was handed out to the program: that must be read again the same. Until it was,
//! no operation begins, and none ever again on another card.

use super::details::{CardDetails, What};
use super::session::Card;
use crate::certificate::{Certificate, CertificateKind};
use crate::result::{CardKind, Error, Result, ResultCode};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// What is known about a card that may leave and come back.
pub(super) struct Comeback {
    grace: Duration,
    exclusive: bool,
    /// The connection is the program's own, and the program knows when a card is there again.
    pub(super) is_of_the_caller: bool,
    /// Until when the card may be back, in the operation that runs.
    until: Option<Instant>,
    identity: Identity,
    certificates: BTreeMap<CertificateKind, Certificate>,
    details: Vec<(What, CardDetails)>,
}

/// Whether the card is the one that the session was opened on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Identity {
    Known,
    /// A card came back, and has not been looked at.
    Open,
    /// It is another one.
    Other,
}

impl Comeback {
    pub(super) fn new(grace: Duration, exclusive: bool) -> Comeback {
        Comeback {
            grace,
            exclusive,
            is_of_the_caller: false,
            until: None,
            identity: Identity::Known,
            certificates: BTreeMap::new(),
            details: Vec::new(),
        }
    }

    /// Another operation begins.
    pub(super) fn begin(&mut self) {
        self.until = None;
    }

    /// The program is given that certificate.
    pub(super) fn hand_out(&mut self, kind: CertificateKind, certificate: &Certificate) {
        if !self.grace.is_zero() {
            self.certificates.insert(kind, certificate.clone());
        }
    }

    /// The program is given those details.
    pub(super) fn hand_out_details(&mut self, what: What, details: &CardDetails) {
        if !self.grace.is_zero() {
            self.details.retain(|(known, _)| *known != what);
            self.details.push((what, details.clone()));
        }
    }
}

impl Card {
    /// SELECT and label, the card being ours alone if that was asked for.
    pub(super) fn look(&mut self) -> Result<CardKind> {
        if self.comeback.exclusive {
            self.channel.claim()?;
        }
        self.read_kind()
    }

    /// After a failure: whether the card was lifted and is back in time. Waits for it.
    ///
    /// # Errors
    /// CANCELLED.
    pub(super) fn comes_back(&mut self, failure: &Error) -> Result<bool> {
        let lifted = failure.code == ResultCode::CardRemoved;
        if !lifted || self.comeback.grace.is_zero() || self.channel.was_pin_sent() {
            return Ok(false);
        }
        let now = Instant::now();
        let grace = self.comeback.grace;
        let until = *self.comeback.until.get_or_insert_with(|| now.checked_add(grace).unwrap_or(now));
        if now >= until {
            return Ok(false);
        }
        self.channel.end_transaction();
        let connection = if self.comeback.is_of_the_caller {
            if !self.channel.wait_for_card(until)? {
                return Ok(false);
            }
            None
        } else {
            let cancelled = || self.channel.check_cancelled();
            match self.context.connect_until(Some(&self.reader), until, &cancelled) {
                Ok((_, connection)) => Some(connection),
                Err(error) if error.code == ResultCode::Cancelled => return Err(error),
                // What is told is that it was lifted.
                Err(_) => return Ok(false),
            }
        };
        self.channel.start_over(connection);
        self.certificate_presence = None;
        self.certificates.clear();
        self.comeback.identity = Identity::Open;
        Ok(true)
    }

    /// Makes sure that the card is the one that the session was opened on. Sends nothing unless it was lifted since.
    ///
    /// Else sends: SELECT JPKI, the label, and the reads of what was handed out.
    ///
    /// # Errors
    /// CARD_CHANGED, now and from now on; whatever stops the reading.
    pub(super) fn confirm(&mut self) -> Result<()> {
        if self.comeback.identity == Identity::Open && self.is_the_same_card()? {
            self.comeback.identity = Identity::Known;
        } else if self.comeback.identity != Identity::Known {
            self.comeback.identity = Identity::Other;
            return Err(Error::new(ResultCode::CardChanged, "another card came back"));
        }
        Ok(())
    }

    fn is_the_same_card(&mut self) -> Result<bool> {
        match self.look() {
            Ok(kind) if kind == self.kind() => {}
            Ok(_) => return Ok(false),
            Err(error) if error.code == ResultCode::CardUnsupported => return Ok(false),
            Err(error) => return Err(error),
        }
        for (kind, known) in self.comeback.certificates.clone() {
            if same(self.certificate(kind), |read| read.der() == known.der())? {
                continue;
            }
            return Ok(false);
        }
        for (what, known) in self.comeback.details.clone() {
            if same(self.details(what), |read| *read == known)? {
                continue;
            }
            return Ok(false);
        }
        Ok(true)
    }
}

/// Whether what was handed out is read again the same. A card that lacks it is another one.
fn same<T>(again: Result<T>, is_same: impl FnOnce(&T) -> bool) -> Result<bool> {
    match again {
        Ok(read) => Ok(is_same(&read)),
        Err(error) => match error.code {
            ResultCode::CertificateAbsent
            | ResultCode::CertificateMalformed
            | ResultCode::PinRequired
            | ResultCode::CardFeatureAbsent => Ok(false),
            _ => Err(error),
        },
    }
}
