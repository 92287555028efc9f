//! What a session has read: so that nothing is read twice, and that records which contradict each other are noticed.

use super::application::Application;
use super::face::Face;
use super::record::Evidence;
use crate::certificate::CardCertificate;
use crate::holder::{Holder, HolderSource, PartialDate, Sex};
use crate::result::Report;
use zeroize::{Zeroize, Zeroizing};

/// What a record of the card said, and whether it is what was issued.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The person, as far as the record says.
    pub holder: Holder,
    /// The findings; `None` if they were not asked for.
    pub integrity: Option<Report>,
}

/// What the session remembers.
#[derive(Default)]
pub(super) struct Seen {
    /// The card's expiry as the common application says it. Not signed.
    pub(super) expiry: Option<PartialDate>,
    /// The card says two things of its own expiry or municipality.
    pub(super) card_differs: bool,
    /// The certificates of the applications: free to read, and of no person.
    certificates: Vec<(Application, CardCertificate)>,
    /// Birth dates and sexes, by where they were read.
    people: Vec<(HolderSource, PartialDate, Option<Sex>)>,
    /// What only a PIN or a printed code opened.
    pub(super) opened: Opened,
}

/// What is forgotten with the PIN that opened it.
#[derive(Default)]
pub(super) struct Opened {
    pub(super) age: Option<(Holder, Evidence)>,
    pub(super) text: Option<Attributes>,
    pub(super) face: Option<(Face, Evidence)>,
    /// The record of the text application that names the card's own key.
    pub(super) card_key: Option<Evidence>,
    /// The digest of the file of the 個人番号, from a record whose signature was right.
    pub(super) my_number_digest: Option<Zeroizing<Vec<u8>>>,
}

impl Drop for Opened {
    fn drop(&mut self) {
        let age = self.age.as_mut().map(|(holder, _)| holder);
        let text = self.text.as_mut().map(|attributes| &mut attributes.holder);
        for holder in [age, text].into_iter().flatten() {
            holder.zeroize();
        }
    }
}

/// The record of the text application.
#[derive(Clone)]
pub(super) struct Attributes {
    pub(super) holder: Holder,
    /// What the integrity record must say of it.
    pub(super) digest: Vec<u8>,
}

impl Seen {
    pub(super) fn forget_opened(&mut self) {
        self.opened = Opened::default();
    }

    pub(super) fn certificate(&self, application: Application) -> Option<CardCertificate> {
        self.certificates.iter().find(|(of, _)| *of == application).map(|(_, known)| known.clone())
    }

    pub(super) fn remember_certificate(&mut self, application: Application, certificate: &CardCertificate) {
        self.certificates.push((application, certificate.clone()));
    }

    pub(super) fn remember(&mut self, holder: &Holder) {
        self.people.retain(|(source, _, _)| *source != holder.source);
        self.people.push((holder.source, holder.birth_date, holder.sex));
    }

    /// Whether another record read in this session says something else of the person, or of the card's expiry. Names
    /// and addresses are not compared: the certificate substitutes characters that it cannot spell, and the face has
    /// pictures of them (H).
    pub(super) fn contradicts(&self, holder: &Holder, expiry: Option<PartialDate>) -> bool {
        let other_expiry = matches!((self.expiry, expiry), (Some(one), Some(other)) if one != other);
        other_expiry
            || self.card_differs
            || self.people.iter().any(|(_, birth_date, sex)| {
                let other_sex = matches!((sex, holder.sex), (Some(one), Some(other)) if *one != other);
                *birth_date != holder.birth_date || other_sex
            })
    }
}
