//! A verification is never one "valid": it is a report of separate findings.
//!
//! What was not checked says so and counts against the report, unless the caller waived it by name.

use super::situation::numbered;
use super::{Difference, Differences, Error, Reason, Result, ResultCode, Verdict};
use std::borrow::Cow;

numbered! {
    /// What a finding is about.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
    #[non_exhaustive]
    pub enum Subject {
        /// The mathematics of a signature.
        Signature = 1, "SIGNATURE";
        /// The content that was signed.
        Content = 2, "CONTENT";
        /// The signed attributes.
        Attributes = 3, "ATTRIBUTES";
        /// Digest and signature algorithms, key sizes.
        Algorithm = 4, "ALGORITHM";
        /// The path to a trust anchor.
        Chain = 5, "CHAIN";
        /// The dates of the certificate.
        Validity = 6, "VALIDITY";
        /// Key usage, policy, extensions.
        Profile = 7, "PROFILE";
        /// Whether the certificate has been revoked.
        Revocation = 8, "REVOCATION";
        /// A time-stamp.
        Timestamp = 9, "TIMESTAMP";
        /// Which part of a document a signature covers.
        Coverage = 10, "COVERAGE";
        /// Changes after a signature.
        Changes = 11, "CHANGES";
        /// A test or virtual card.
        TestCard = 12, "TEST_CARD";
        /// A record of the card and its signature.
        Record = 13, "RECORD";
        /// The card's own certificate.
        CardCertificate = 14, "CARD_CERTIFICATE";
        /// The card's answer to a random challenge.
        Challenge = 15, "CHALLENGE";
        /// The card's own expiry.
        CardExpiry = 16, "CARD_EXPIRY";
        /// The name compared with the registered one.
        Name = 17, "NAME";
        /// The address compared with the registered one.
        Address = 18, "ADDRESS";
        /// The birth date compared with the registered one.
        BirthDate = 19, "BIRTH_DATE";
        /// The sex compared with the registered one.
        Sex = 20, "SEX";
    }
}

numbered! {
    /// How a check ended.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
    pub enum State {
        /// Checked, and good.
        Passed = 1, "passed";
        /// Checked, and not good.
        Failed = 2, "failed";
        /// Not checked, or not to the end. Counts as a failure.
        NotChecked = 3, "not_checked";
        /// Not good or not checked, and the program said by name that this does not count.
        Waived = 4, "waived";
    }
}

numbered! {
    /// A name by which a program says that a finding shall not count. The number is a bit, so that
    /// C can combine them.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
    #[non_exhaustive]
    pub enum Waiver {
        /// The finding REVOCATION. An answer that says revoked or on hold still counts.
        Revocation = 1, "REVOCATION";
        /// The finding TEST_CARD.
        TestCard = 2, "TEST_CARD";
        /// The finding TIMESTAMP. A time-stamp that is wrong in itself still counts.
        Timestamp = 4, "TIMESTAMP";
        /// The finding ATTRIBUTES where only a signing-certificate attribute is missing.
        SigningCertificate = 8, "SIGNING_CERTIFICATE";
    }
}

/// One check and how it ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// What was checked.
    pub subject: Subject,
    /// OK, or what is wrong.
    pub code: ResultCode,
    /// How it ended.
    pub state: State,
    /// Which signer, counted from 0, where there are signers.
    pub signer: Option<u32>,
    /// For comparisons: how near the two are.
    pub verdict: Option<Verdict>,
    /// For comparisons: the kinds of difference.
    pub reasons: Differences,
    /// One English sentence for developers; holds nothing that identifies a person.
    pub text: Cow<'static, str>,
    /// The name by which it may be waived.
    pub(crate) waiver: Option<Waiver>,
}

impl Finding {
    /// A check that ended well.
    pub fn passed(subject: Subject, text: impl Into<Cow<'static, str>>) -> Finding {
        Finding::of(subject, ResultCode::Ok, State::Passed, text)
    }

    /// A check that ended badly.
    pub fn failed(subject: Subject, code: ResultCode, text: impl Into<Cow<'static, str>>) -> Finding {
        Finding::of(subject, code, State::Failed, text)
    }

    /// A check that was not made.
    pub fn not_checked(subject: Subject, code: ResultCode, text: impl Into<Cow<'static, str>>) -> Finding {
        Finding::of(subject, code, State::NotChecked, text)
    }

    /// A comparison that ended with that verdict.
    pub fn compared(subject: Subject, verdict: Verdict, reasons: Differences) -> Finding {
        // The gravest kind has the highest bit, and speaks for the others.
        let about = reasons.iter().last().map(Difference::text);
        let finding = match verdict {
            Verdict::Match => Finding::passed(subject, "The two are the same."),
            Verdict::Equivalent => Finding::passed(subject, about.unwrap_or("The two are equivalent.")),
            Verdict::Mismatch => {
                let code = match subject {
                    Subject::Name => ResultCode::NameMismatch,
                    Subject::Address => ResultCode::AddressMismatch,
                    Subject::BirthDate => ResultCode::BirthDateMismatch,
                    Subject::Sex => ResultCode::SexMismatch,
                    _ => ResultCode::Internal,
                };
                Finding::failed(subject, code, about.unwrap_or("The two differ."))
            }
            Verdict::Undecided => {
                let about = about.unwrap_or("A person must look.");
                Finding::not_checked(subject, ResultCode::ComparisonUndecided, about)
            }
            Verdict::NotComparable => {
                let about = about.unwrap_or("There is nothing to compare with.");
                Finding::not_checked(subject, ResultCode::NotComparable, about)
            }
        };
        Finding { verdict: Some(verdict), reasons, ..finding }
    }

    fn of(subject: Subject, code: ResultCode, state: State, text: impl Into<Cow<'static, str>>) -> Finding {
        let waiver = match subject {
            Subject::Revocation => Some(Waiver::Revocation),
            Subject::TestCard => Some(Waiver::TestCard),
            Subject::Timestamp => Some(Waiver::Timestamp),
            _ => None,
        };
        let (reasons, text) = (Differences::NONE, text.into());
        Finding { subject, code, state, signer: None, verdict: None, reasons, text, waiver }
    }

    /// The finding, which no waiver reaches.
    pub(crate) fn never_waived(self) -> Finding {
        Finding { waiver: None, ..self }
    }

    /// The finding, which that waiver reaches and no other.
    pub(crate) fn waived_as(self, waiver: Waiver) -> Finding {
        Finding { waiver: Some(waiver), ..self }
    }

    /// Whether a waiver reaches it, if it does not pass.
    pub(crate) fn may_be_waived(&self) -> bool {
        self.waiver.is_some()
    }

    /// What tells it apart from other findings of the same code.
    pub fn reason(&self) -> Option<Reason> {
        (self.code == ResultCode::AttributesInvalid && self.waiver == Some(Waiver::SigningCertificate))
            .then_some(Reason::SigningCertificateAbsent)
    }

    /// For comparisons: what the staff are told, in Japanese or English ("en"). It names what differs and never says
    /// what stands on either side.
    pub fn staff_text(&self, lang: &str) -> Option<String> {
        let verdict = self.verdict?;
        let english = lang == "en";
        let choose = |ja: &'static str, en: &'static str| if english { en } else { ja };
        let subject = match self.subject {
            Subject::Name => choose("氏名", "Name"),
            Subject::Address => choose("住所", "Address"),
            Subject::BirthDate => choose("生年月日", "Date of birth"),
            Subject::Sex => choose("性別", "Sex"),
            other => other.name(),
        };
        let verdict = match verdict {
            Verdict::Match => choose("登録とカードは同じです", "the entry and the card are the same"),
            Verdict::Equivalent => choose("書き方の違いだけです", "only the writing differs"),
            Verdict::Mismatch => choose("登録とカードは異なります", "the entry and the card differ"),
            Verdict::Undecided => choose("目で確かめてください", "compare by eye"),
            Verdict::NotComparable => choose("機械では見比べられません", "the machine cannot compare them"),
        };
        let kinds: Vec<&str> = self.reasons.iter().map(|one| one.staff_text(lang)).collect();
        let kinds = match (kinds.is_empty(), english) {
            (true, _) => String::new(),
            (false, false) => format!("({})", kinds.join("、")),
            (false, true) => format!(" ({})", kinds.join(", ")),
        };
        Some(if english {
            format!("{subject}: {verdict}{kinds}.")
        } else {
            format!("{subject}: {verdict}{kinds}。")
        })
    }

    /// The finding as an object of JSON. For comparisons it also has what the staff are told.
    pub fn json(&self) -> serde_json::Value {
        let mut object = serde_json::json!({
            "subject": self.subject.name(),
            "result": self.code.name(),
            "code": self.code.number(),
            "state": self.state.name(),
            "signer": self.signer,
            "verdict": self.verdict.map(Verdict::name),
            "reasons": self.reasons.iter().map(Difference::name).collect::<Vec<_>>(),
            "text": self.text,
        });
        if let (Some(ja), Some(en), Some(fields)) =
            (self.staff_text("ja"), self.staff_text("en"), object.as_object_mut())
        {
            fields.insert("staff".to_owned(), serde_json::json!({"ja": ja, "en": en}));
        }
        object
    }

    /// Whether the finding keeps a report from being OK.
    pub fn counts(&self) -> bool {
        matches!(self.state, State::Failed | State::NotChecked)
    }
}

/// The findings of one verification, in the order they were made.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    findings: Vec<Finding>,
}

impl Report {
    /// A report without findings yet; its result is INTERNAL until something was checked.
    pub fn new() -> Report {
        Report::default()
    }

    /// Adds a finding.
    pub fn push(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Declares by name that findings that failed or were not checked shall not count. A finding
    /// that passed stays passed, and one that proves something wrong goes on counting: [`Waiver`]
    /// says which.
    pub fn waive(&mut self, waiver: Waiver) {
        for finding in self.findings.iter_mut().filter(|f| f.waiver == Some(waiver) && f.counts()) {
            finding.state = State::Waived;
        }
    }

    /// Declares each of these.
    pub fn waive_all(&mut self, waivers: &[Waiver]) {
        waivers.iter().for_each(|waiver| self.waive(*waiver));
    }

    /// All findings.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The first finding about that subject.
    pub fn finding(&self, subject: Subject) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.subject == subject)
    }

    /// The worst code among what failed or was not checked; OK only if there is none.
    /// A report in which nothing was checked at all is never OK.
    pub fn result(&self) -> ResultCode {
        if self.findings.is_empty() {
            return ResultCode::Internal;
        }
        self.worst().map_or(ResultCode::Ok, |finding| finding.code)
    }

    /// The finding that speaks for the report. Of two with one code, one that has no reason is the
    /// graver.
    fn worst(&self) -> Option<&Finding> {
        let counting = self.findings.iter().filter(|finding| finding.counts());
        counting.min_by_key(|finding| (rank(finding.code), finding.reason().is_some()))
    }

    /// What tells the result apart from others of its code: the reason of the finding that speaks
    /// for the report.
    pub fn reason(&self) -> Option<Reason> {
        self.worst().and_then(Finding::reason)
    }

    /// How bad the worst finding is: 0 is worst, and OK is beyond all others.
    pub(crate) fn rank(&self) -> u32 {
        match self.result() {
            ResultCode::Ok => u32::MAX,
            code => rank(code),
        }
    }

    /// Turns a report that is not OK into an error.
    pub fn require(&self) -> Result<()> {
        match self.result() {
            ResultCode::Ok => Ok(()),
            code => {
                let error = Error::new(code, "a finding of the report failed or was not checked");
                Err(Error { reason: self.reason(), ..error })
            }
        }
    }
}

/// How bad a code is beside others in a report: 0 is worst.
///
/// The order: malformed, mathematics, content, attributes, algorithm, untrusted, revoked, dates,
/// unsuitable, time-stamp, mismatch, test card, unknown, not checked.
fn rank(code: ResultCode) -> u32 {
    use ResultCode as C;
    match code {
        C::CertificateMalformed | C::SignatureMalformed | C::SignatureMissing | C::CardResponse => 0,
        C::SignatureInvalid | C::SignatureNotByCertificate => 1,
        C::ContentMismatch | C::ContentChangedAfterSigning => 2,
        C::AttributesInvalid => 3,
        C::AlgorithmNotAllowed => 4,
        C::CertificateUntrusted | C::CardNotGenuine | C::CardRecordsDiffer => 5,
        C::CertificateRevoked | C::CertificateOnHold => 6,
        C::CertificateExpired | C::CertificateNotYetValid | C::CardExpired | C::ClockImplausible => 7,
        C::CertificateUnsuitable => 8,
        C::TimestampInvalid => 9,
        C::NameMismatch | C::AddressMismatch | C::BirthDateMismatch | C::SexMismatch => 10,
        C::CertificateTest => 11,
        C::CertificateStatusUnknown
        | C::CertificateStatusStale
        | C::CertificateStatusUntrusted
        | C::ComparisonUndecided
        | C::NotComparable
        | C::AgeUndecided
        | C::CardIssuerUnknown => 12,
        C::CertificateStatusNotChecked | C::NotPermitted | C::NotFound => 13,
        // A code that no check gives is a fault of ours: never let it hide behind another.
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_report_is_not_ok() {
        assert_ne!(Report::new().result(), ResultCode::Ok);
    }

    #[test]
    fn what_was_not_checked_counts_until_it_is_waived_by_name() {
        let mut report = Report::new();
        report.push(Finding::passed(Subject::Chain, ""));
        report.push(Finding::not_checked(Subject::Revocation, ResultCode::CertificateStatusNotChecked, ""));
        assert_eq!(report.result(), ResultCode::CertificateStatusNotChecked);
        report.waive(Waiver::TestCard);
        assert_eq!(report.result(), ResultCode::CertificateStatusNotChecked);
        report.waive(Waiver::Revocation);
        assert_eq!(report.result(), ResultCode::Ok);
        assert_eq!(report.finding(Subject::Chain).map(|f| f.state), Some(State::Passed));
    }

    #[test]
    fn the_worst_finding_speaks_for_the_report() {
        let mut report = Report::new();
        report.push(Finding::not_checked(Subject::Revocation, ResultCode::CertificateStatusNotChecked, ""));
        report.push(Finding::failed(Subject::TestCard, ResultCode::CertificateTest, ""));
        report.push(Finding::failed(Subject::Validity, ResultCode::CertificateExpired, ""));
        report.push(Finding::failed(Subject::Chain, ResultCode::CertificateUntrusted, ""));
        assert_eq!(report.result(), ResultCode::CertificateUntrusted);
        assert!(report.require().is_err());
    }
}
