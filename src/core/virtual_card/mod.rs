//! A My Number Card in software, for programs that are written and tested without one.
//!
//! It speaks APDUs as the card does (`card`, with applications and files as data in `files` and `personalise`,
//! PINs in `secret`), belongs to the person of a JSON `profile`, and has certificates from its own CAs (`issue`)
//! that nobody trusts unless told to. `slot` is where it lies: presence, sharing, faults. It is reached in
//! process (`connection`) or by any program on the machine through a real pcscd (`pcscd`).
//! Nothing here is the client side of the card, and nothing of the client side is used here: each judges the other.

mod apdu;
mod card;
mod connection;
mod der;
mod files;
mod issue;
mod key;
mod pcscd;
mod personalise;
mod profile;
mod secret;
mod slot;
mod transcript;

pub use pcscd::{Plugged, plug_into_pcscd};
pub use transcript::{Exchange, Transcript};

use crate::certificate::CertificateKind;
use crate::reader::{Connection, VirtualReader};
use crate::result::{PinKind, ReaderInterface, Result, ResultCode};
use connection::VirtualConnection;
use core::fmt;
use issue::Issued;
use profile::Profile;
use slot::{Fault, Shared, Slot};
use std::sync::Arc;

/// A virtual My Number Card and its reader. Clones are the same card.
#[derive(Clone)]
pub struct VirtualCard {
    shared: Arc<Shared>,
    issued: Arc<Issued>,
}

impl VirtualCard {
    /// The answer to reset: one of many that real cards give. Nothing may decide by it.
    pub const ATR: [u8; 9] = [0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14];

    /// A card for that profile, inserted. `None` is 番号 花子, born 1989-05-07, signing password ABC123, other
    /// PINs 1234. The keys of the JSON object are explained in docs/virtual-card.md; all may be left out, and an
    /// unknown one is refused so that a typing mistake is found.
    ///
    /// # Errors
    /// INVALID_ARGUMENT; the detail says which value.
    pub fn new(profile_json: Option<&str>) -> Result<VirtualCard> {
        let profile = Profile::read(profile_json)?;
        let issued = Issued::to(&profile)?;
        let card = personalise::card(&profile, &issued)?;
        let shared = Shared::new(Slot::new(card, &profile));
        Ok(VirtualCard { shared: Arc::new(shared), issued: Arc::new(issued) })
    }

    /// Puts the card on the reader, if it is not there.
    pub fn insert(&self) {
        self.shared.lock().insert();
        self.shared.notify();
    }

    /// Takes it away: it forgets what was selected and verified.
    pub fn remove(&self) {
        self.shared.lock().remove();
        self.shared.notify();
    }

    /// Whether it is there.
    pub fn is_inserted(&self) -> bool {
        self.shared.lock().present
    }

    /// Whether the reader is there.
    pub fn is_plugged_in(&self) -> bool {
        self.shared.lock().plugged_in
    }

    /// Takes the card away before the n-th command from now on (1 is the next). Happens once.
    pub fn remove_before(&self, nth: u64) {
        self.shared.lock().leave_at(Some(nth.max(1)), None);
    }

    /// Takes the card away after it has executed the n-th command from now on: its answer is lost. Happens once.
    pub fn remove_after(&self, nth: u64) {
        self.shared.lock().leave_at(None, Some(nth.max(1)));
    }

    /// Lets the n-th command from now on fail with that code, unseen by the card (1 is the next): what a reader
    /// reports, such as CARD_UNSTABLE or READER_FAILED. Happens once. In a real pcscd the card leaves instead.
    pub fn fail_at(&self, nth: u64, code: ResultCode) {
        self.shared.lock().fault_at(nth.max(1), Fault::Failed(code));
    }

    /// Lets another program reset the card at the n-th command from now on, unseen by the card. Happens once. In a real
    /// pcscd the card leaves instead.
    pub fn reset_at(&self, nth: u64) {
        self.shared.lock().fault_at(nth.max(1), Fault::Reset);
    }

    /// Unplugs the reader at the n-th command from now on. In a real pcscd the card leaves instead.
    pub fn unplug_at(&self, nth: u64) {
        self.shared.lock().fault_at(nth.max(1), Fault::Unplugged);
    }

    /// Replaces the answers of `times` commands from the n-th from now on. The card executes them all the same.
    pub fn answer_at(&self, nth: u64, times: u64, answer: &[u8]) {
        self.shared.lock().answer_at(nth.max(1), times, answer.to_vec());
    }

    /// Forgets all that was planned to go wrong, the overrides of the profile too.
    pub fn heal(&self) {
        self.shared.lock().heal();
    }

    /// Unplugs the reader: it is not listed any more, and the card has no power.
    pub fn unplug(&self) {
        self.shared.lock().unplug();
        self.shared.notify();
    }

    /// Plugs the reader in again, with the card on it.
    pub fn plug_in(&self) {
        self.shared.lock().plugged_in = true;
        self.insert();
    }

    /// Resets the card as another program would: connections learn of it by CARD_RESET.
    pub fn reset(&self) {
        self.shared.lock().reset();
        self.shared.notify();
    }

    /// Connects as one program among others.
    ///
    /// # Errors
    /// CARD_ABSENT if it is not inserted; READER_BUSY while another connection has claimed it; CARD_MUTE.
    pub fn connect(&self) -> Result<Box<dyn Connection>> {
        Ok(Box::new(VirtualConnection::open(&self.shared)?))
    }

    /// Every command that the card saw since it was made or the transcript was cleared.
    pub fn transcript(&self) -> Transcript {
        self.shared.lock().transcript.clone()
    }

    /// Forgets the commands seen so far.
    pub fn clear_transcript(&self) {
        self.shared.lock().transcript.exchanges.clear();
    }

    /// The certificate of the virtual CA that issued the certificate of that kind, or that is of that kind: DER.
    pub fn ca(&self, kind: CertificateKind) -> Vec<u8> {
        match kind {
            CertificateKind::Signing | CertificateKind::SigningCa => self.issued.signing_ca.clone(),
            CertificateKind::Authentication | CertificateKind::AuthenticationCa => {
                self.issued.authentication_ca.clone()
            }
        }
    }

    /// A certificate on the card: DER; `None` for the signing certificate of a card without one.
    pub fn certificate(&self, kind: CertificateKind) -> Option<Vec<u8>> {
        match kind {
            CertificateKind::Signing => self.issued.signing.clone(),
            CertificateKind::Authentication => Some(self.issued.authentication.clone()),
            CertificateKind::SigningCa | CertificateKind::AuthenticationCa => Some(self.ca(kind)),
        }
    }

    /// The revocation list of that CA, made when the card was: DER. It lists the certificate that the profile
    /// calls "revoked".
    pub fn crl(&self, kind: CertificateKind) -> Vec<u8> {
        match kind {
            CertificateKind::Signing | CertificateKind::SigningCa => self.issued.signing_crl.clone(),
            CertificateKind::Authentication | CertificateKind::AuthenticationCa => {
                self.issued.authentication_crl.clone()
            }
        }
    }

    /// How many tries of a PIN are left, as the card itself knows; `None` if it has no such PIN.
    pub fn tries_left(&self, pin: PinKind) -> Option<u8> {
        self.shared.lock().card.secret(pin).map(secret::Secret::tries_left)
    }

    /// Whether the card believes that PIN to be verified.
    pub fn is_verified(&self, pin: PinKind) -> bool {
        self.shared.lock().card.secret(pin).is_some_and(secret::Secret::is_verified)
    }

    /// Leaves the card as another program would that verified the PIN and ended. `false` if the card has no
    /// such PIN.
    pub fn verify_out_of_band(&self, pin: PinKind) -> bool {
        self.shared.lock().card.verify_out_of_band(pin)
    }
}

/// Says whether it is inserted, and not whose it is.
impl fmt::Debug for VirtualCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VirtualCard(inserted: {})", self.is_inserted())
    }
}

#[cfg(test)]
mod tests;

/// The reader that a program adds the card to: `context.add_virtual_reader(Arc::new(card.clone()))`.
impl VirtualReader for VirtualCard {
    fn is_plugged_in(&self) -> bool {
        VirtualCard::is_plugged_in(self)
    }

    fn is_inserted(&self) -> bool {
        VirtualCard::is_inserted(self)
    }

    fn is_mute(&self) -> bool {
        self.shared.lock().reader.mute
    }

    fn interface(&self) -> ReaderInterface {
        self.shared.lock().reader.interface.reader_interface()
    }

    fn connect(&self) -> Result<Box<dyn Connection>> {
        VirtualCard::connect(self)
    }
}
