//! What can be found out about a card without a password and without spending a try: a trace that may be shared, and an
//! answer to each fact about the card that we know from one source only (M) or have inferred (L).
//!
//! Nothing that the card holds is kept: of an answer only its length and status word, of the label its kind. The
//! common application's record (serial number, municipality) and the counter of 照合番号A are not asked for at all.

use super::application::{Application, File, ISSUER_DOMAIN, Labelled, PinReference};
use super::session::Card;
use crate::iso7816::{Command, Header, Response, status};
use crate::result::{CardKind, Error, PinKind, Result, ResultCode};
use std::time::{Duration, Instant};

/// One command of the examination, and how it ended. Lengths, not contents.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Step {
    /// What was asked.
    pub name: &'static str,
    /// CLA INS P1 P2.
    pub header: [u8; 4],
    /// How many bytes of data the command carried.
    pub data_len: usize,
    /// How many bytes it asked for.
    pub expected: u32,
    /// Whether its lengths were in extended form.
    pub extended: bool,
    /// How many bytes came back, without the status word.
    pub response_len: usize,
    /// The status word.
    pub status_word: Option<u16>,
    /// Why there was no answer.
    pub failure: Option<ResultCode>,
    /// How long it took.
    pub duration: Duration,
}

/// How sure we are of a fact.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Certainty {
    /// One who read a real card says so.
    Measured,
    /// Inferred.
    Inferred,
    /// Nobody has said.
    Unknown,
}

/// What this card says about a fact.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Observation {
    /// It is so.
    Holds,
    /// It is otherwise, or this is how it is where nobody knew.
    Found(&'static str),
    /// Not observed, and why.
    NotObserved(&'static str),
}

/// A fact about the card that one source, or none, vouches for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Fact {
    /// The name in reports.
    pub name: &'static str,
    /// How sure we are.
    pub certainty: Certainty,
    /// What we believe.
    pub claim: &'static str,
    /// What this card says.
    pub observation: Observation,
}

/// What an examination found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Examination {
    /// What kind of thing answered.
    pub kind: CardKind,
    /// The label in EF 0006, if it is one that cards of this kind are known to have.
    pub label: Option<&'static str>,
    /// The form of the answer to reset: its historical bytes, which some readers fill with random ones, and the check
    /// byte over them are `xx`.
    pub answer_to_reset: Option<String>,
    /// What the reader's driver says of extended length; `None` if it says nothing.
    pub reader_extended_length: Option<bool>,
    /// Whether a long read with extended length succeeded; `None` if there was nothing long to read.
    pub extended_length: Option<bool>,
    /// Whether the reader has a PIN pad.
    pub pin_pad: bool,
    /// The commands, in order.
    pub steps: Vec<Step>,
    /// Every fact of less than high certainty.
    pub facts: Vec<Fact>,
    /// Why it ended early.
    pub ended_by: Option<Error>,
}

impl Card {
    /// Finds out what can be found out without a password and without spending a try, and leaves the card.
    ///
    /// Sends: SELECT of each application, of EFs in ways that should and should not work, READ BINARY of the label,
    /// of EF 0006, 0008, 0001 (which should refuse) and the CA certificate, the counters of all PINs but 照合番号A,
    /// SELECT of the issuer domain; cuts the card's power once and selects again.
    ///
    /// # Errors
    /// BAD_STATE with a PIN verified; CANCELLED. A card that fails on the way is not an error: the examination says so.
    pub fn examine(&mut self) -> Result<Examination> {
        self.operation("card_examine", |card| {
            if card.channel.is_anything_verified() {
                return Err(Error::new(ResultCode::BadState, "a PIN is verified: pin_forget first"));
            }
            let mut examiner = Examiner { card, steps: Vec::new(), found: Found::default() };
            let ended_by = examiner.run().err();
            let Examiner { steps, found, .. } = examiner;
            card.leave();
            if let Some(error) = ended_by.as_ref().filter(|error| error.code == ResultCode::Cancelled) {
                return Err(error.clone());
            }
            Ok(Examination {
                kind: card.kind(),
                label: found.label,
                answer_to_reset: card.channel.answer_to_reset().map(|atr| answer_to_reset_form(&atr)),
                reader_extended_length: card.channel.reader_extended_length(),
                extended_length: found.extended_length,
                pin_pad: card.channel.has_pin_pad(),
                facts: found.facts(),
                steps,
                ended_by,
            })
        })
    }
}

/// What the answers said, until the facts are drawn from it. `None`: not asked, or no answer.
#[derive(Default)]
struct Found {
    label: Option<&'static str>,
    presence: Option<Presence>,
    extended_length: Option<bool>,
    selects_with_other_p1: Option<bool>,
    counters: Vec<(PinKind, u16)>,
    /// After the issuer domain: whether a file of the application can still be read.
    still_readable: Option<bool>,
    after_power_up: Option<u16>,
}

/// What EF 0008 looks like.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    Normal,
    NoSigningCertificate,
    Other,
}

struct Examiner<'a> {
    card: &'a mut Card,
    steps: Vec<Step>,
    found: Found,
}

impl Examiner<'_> {
    fn run(&mut self) -> Result<()> {
        // By the channel, so that it knows that there is something to leave.
        self.card.channel.enter(Application::Jpki)?;
        self.select("SELECT JPKI", Application::Jpki.aid())?;
        self.jpki()?;
        self.others()?;
        self.issuer_domain()?;
        self.power()
    }

    fn jpki(&mut self) -> Result<()> {
        let read = |file: File, length| Command::new(0x00, 0xB0, file.short(), 0x00).expecting(length);
        let label = self.ok("READ label", &read(File::TOKEN_INFORMATION, 32))?;
        self.found.label = label.and_then(|response| Labelled::known(response.data()));
        if let Some(response) = self.ok("READ EF 0008", &read(File::CERTIFICATE_PRESENCE, 3))? {
            self.found.presence = Some(match response.data() {
                [0x8F, 0x8F, 0x00] => Presence::Normal,
                [0x00, ..] => Presence::NoSigningCertificate,
                _ => Presence::Other,
            });
        }
        let beyond = read(File::CERTIFICATE_PRESENCE, Command::SHORT_EXPECTED);
        self.send("READ EF 0008 across its end", &beyond)?;
        self.select_files()?;
        for pin in [PinKind::Signing, PinKind::Authentication] {
            self.counter(pin)?;
        }
        let signing = File::of_certificate(crate::certificate::CertificateKind::Signing);
        self.send("READ signing certificate without its password", &read(signing, 1))?;
        self.long_read()
    }

    /// SELECT of an EF: with P1=02, which should work, and with others, which should not.
    fn select_files(&mut self) -> Result<()> {
        let select = |p1| Command::new(0x00, 0xA4, p1, 0x0C).with_data(&File::TOKEN_INFORMATION.id());
        self.send("SELECT EF 0006 with P1=02", &select(0x02))?;
        let mut works = Some(false);
        for (name, p1) in [
            ("SELECT EF 0006 with P1=00", 0x00),
            ("SELECT EF 0006 with P1=01", 0x01),
            ("SELECT EF 0006 with P1=09", 0x09),
        ] {
            match self.send(name, &select(p1))? {
                Some(response) if response.is_ok() => works = works.map(|_| true),
                Some(_) => {}
                None => works = works.filter(|works| *works),
            }
        }
        self.found.selects_with_other_p1 = works;
        // Whatever the others did: from here on JPKI is selected.
        self.select("SELECT JPKI again", Application::Jpki.aid())
    }

    /// The CA certificate is free and long.
    fn long_read(&mut self) -> Result<()> {
        let file = File::of_certificate(crate::certificate::CertificateKind::AuthenticationCa);
        let start = Command::new(0x00, 0xB0, file.short(), 0x00).expecting(Command::SHORT_EXPECTED);
        let Some(response) = self.ok("READ CA certificate", &start)? else { return Ok(()) };
        let total = Header::read(response.data()).map_or(0, |header| header.total_len()).min(0x1FFF);
        let rest = u32::try_from(total.saturating_sub(response.data().len())).unwrap_or(0);
        if rest <= Command::SHORT_EXPECTED {
            return Ok(());
        }
        let long = Command::new(0x00, 0xB0, 0x01, 0x00).expecting(rest);
        let answered = self.send("READ the rest with extended length", &long)?;
        let whole = |response: Response| {
            response.is_ok() && u32::try_from(response.data().len()).is_ok_and(|length| length == rest)
        };
        self.found.extended_length = Some(answered.is_some_and(whole));
        let short = Command::new(0x00, 0xB0, 0x01, 0x00).expecting(Command::SHORT_EXPECTED);
        self.send("READ 256 of it with short length", &short)?;
        Ok(())
    }

    /// The counters of the other applications. What a card or phone does not have is refused, and that is an answer.
    fn others(&mut self) -> Result<()> {
        for (name, application, pins) in [
            ("SELECT text", Application::Text, &[PinKind::Text, PinKind::TextCodeB][..]),
            ("SELECT face", Application::Face, &[PinKind::FaceBirthDate, PinKind::FaceCodeB]),
            ("SELECT resident", Application::Resident, &[PinKind::Resident]),
            ("SELECT common", Application::Common, &[PinKind::Common]),
        ] {
            let command = Command::new(0x00, 0xA4, 0x04, 0x0C).with_data(application.aid());
            if self.ok(name, &command)?.is_some() {
                pins.iter().try_for_each(|pin| self.counter(*pin))?;
            }
        }
        Ok(())
    }

    fn issuer_domain(&mut self) -> Result<()> {
        self.select("SELECT JPKI once more", Application::Jpki.aid())?;
        let leave = Command::new(0x00, 0xA4, 0x04, 0x0C).with_data(ISSUER_DOMAIN);
        if self.ok("SELECT issuer domain", &leave)?.is_some() {
            let read = Command::new(0x00, 0xB0, File::TOKEN_INFORMATION.short(), 0x00).expecting(32);
            let after = self.send("READ label after the issuer domain", &read)?;
            self.found.still_readable = after.map(|response| Labelled::known(response.data()).is_some());
        }
        Ok(())
    }

    /// The last thing: not every reader gives the card back at once.
    fn power(&mut self) -> Result<()> {
        self.card.channel.cut_power()?;
        let select = Command::new(0x00, 0xA4, 0x04, 0x0C).with_data(Application::Jpki.aid());
        let first = self.send("SELECT JPKI after power-up", &select)?;
        self.found.after_power_up = first.map(|response| response.status_word());
        if self.found.after_power_up == Some(status::UNKNOWN) {
            self.send("SELECT JPKI, second after power-up", &select)?;
        }
        Ok(())
    }

    fn select(&mut self, name: &'static str, application: &[u8]) -> Result<()> {
        let command = Command::new(0x00, 0xA4, 0x04, 0x0C).with_data(application);
        match self.send(name, &command)? {
            Some(response) if !response.is_ok() => {
                Err(Error::new(ResultCode::CardResponse, "SELECT of an application was refused")
                    .with_status_word(response.status_word()))
            }
            _ => Ok(()),
        }
    }

    fn counter(&mut self, pin: PinKind) -> Result<()> {
        let command = Command::new(0x00, 0x20, 0x00, PinReference::of(pin).file.short());
        let name = match pin {
            PinKind::Signing => "counter of the signing password",
            PinKind::Authentication => "counter of the authentication PIN",
            PinKind::Text => "counter of the text PIN",
            PinKind::TextCodeB => "counter of 照合番号B in text",
            PinKind::FaceBirthDate => "counter of 生年月日 in face",
            PinKind::FaceCodeB => "counter of 照合番号B in face",
            PinKind::Resident => "counter of the resident PIN",
            PinKind::Common => "counter of the common PIN",
            PinKind::TextCodeA | PinKind::FaceCodeA => return Ok(()),
        };
        if let Some(response) = self.send(name, &command)? {
            self.found.counters.push((pin, response.status_word()));
        }
        Ok(())
    }

    /// Sends a command; `None` unless it was answered 9000 (or "end of file" with data).
    fn ok(&mut self, name: &'static str, command: &Command) -> Result<Option<Response>> {
        let good = |response: &Response| {
            response.is_ok() || (response.status_word() == status::END_OF_FILE && !response.data().is_empty())
        };
        Ok(self.send(name, command)?.filter(good))
    }

    /// Sends a command, once, and notes it. A reader that cannot carry one is a finding (`None`); a card that is gone
    /// ends the examination.
    fn send(&mut self, name: &'static str, command: &Command) -> Result<Option<Response>> {
        let started = Instant::now();
        let answer = self.card.channel.exchange(command);
        let mut step = Step {
            name,
            header: command.header(),
            data_len: command.data_len(),
            expected: command.expected(),
            extended: command.is_extended(),
            response_len: 0,
            status_word: None,
            failure: None,
            duration: started.elapsed(),
        };
        let outcome = match answer {
            Ok(response) => {
                step.response_len = response.data().len();
                step.status_word = Some(response.status_word());
                Ok(Some(response))
            }
            Err(error) => {
                step.failure = Some(error.code);
                step.status_word = error.status_word;
                match error.code {
                    ResultCode::CardUnstable | ResultCode::ReaderFailed | ResultCode::CardResponse => {
                        Ok(None)
                    }
                    _ => Err(error),
                }
            }
        };
        self.steps.push(step);
        outcome
    }
}

const NEEDS_A_PIN: Observation = Observation::NotObserved("needs a PIN");
const NOT_ASKED: Observation =
    Observation::NotObserved("the examination did not come so far, or got no answer");
const CHANGES: Observation = Observation::NotObserved("would change a PIN");

impl Found {
    fn counter(&self, pin: PinKind) -> Option<u16> {
        self.counters.iter().find(|(of, _)| *of == pin).map(|(_, word)| *word)
    }

    /// Every fact that is marked (M) or (L), and what nobody knows.
    fn facts(&self) -> Vec<Fact> {
        use Certainty::{Inferred, Measured, Unknown};
        let is_unusable = |word: u16| !matches!(status::tries(word), Some(1..)) && word != status::OK;
        let holds_unless = |otherwise: Option<bool>, found| match otherwise {
            Some(false) => Observation::Holds,
            Some(true) => Observation::Found(found),
            None => NOT_ASKED,
        };
        let has_signing = Observation::NotObserved("this card has a signing certificate");
        // Its file may be there and ask for a password all the same; a password that nobody can use tells more.
        let password = self.counter(PinKind::Signing);
        let (zero_means_none, without_pins) = match (self.presence, password) {
            (Some(Presence::NoSigningCertificate), Some(signing)) => (
                holds_unless(Some(!is_unusable(signing)), "yet the signing password has tries left"),
                match self.counter(PinKind::Authentication) {
                    Some(word) if !is_unusable(word) => {
                        Observation::NotObserved("this card has a usable PIN: it is none of those")
                    }
                    Some(_) if is_unusable(signing) => Observation::Holds,
                    Some(_) => Observation::Found("the signing password has tries left"),
                    None => NOT_ASKED,
                },
            ),
            (Some(Presence::NoSigningCertificate) | None, _) => (NOT_ASKED, NOT_ASKED),
            (Some(_), _) => (has_signing, has_signing),
        };
        let any_6983 = self.counters.iter().any(|(_, word)| *word == status::LOCKED);
        let fact = |name, certainty, claim, observation| Fact { name, certainty, claim, observation };
        vec![
            fact(
                "issuer_domain_leaves",
                Measured,
                "SELECT of the issuer domain leaves the application",
                holds_unless(self.still_readable, "a file of the application can still be read"),
            ),
            fact(
                "issuer_domain_clears_security_status",
                Measured,
                "SELECT of the issuer domain clears the security status",
                NEEDS_A_PIN,
            ),
            fact(
                "select_ef_p1_02_only",
                Measured,
                "an EF is selected with P1=02 only (tried: 00, 01, 09)",
                holds_unless(self.selects_with_other_p1, "another P1 works too"),
            ),
            fact(
                "presence_of_certificates",
                Measured,
                "EF 0008 of a card with both certificates is 8F 8F 00",
                match self.presence {
                    Some(Presence::Normal) => Observation::Holds,
                    Some(Presence::NoSigningCertificate) => {
                        Observation::NotObserved("this card has no signing certificate")
                    }
                    Some(Presence::Other) => Observation::Found("another value"),
                    None => NOT_ASKED,
                },
            ),
            fact(
                "presence_zero_is_absence",
                Inferred,
                "00 in byte 0 of EF 0008: no signing certificate",
                zero_means_none,
            ),
            fact(
                "card_without_pins",
                Inferred,
                "a card issued without passwords has no signing certificate, and its PINs answer 63C0 or 6984",
                without_pins,
            ),
            fact(
                "locked_is_6983_too",
                Inferred,
                "6983 to a PIN command means locked, like 6984",
                if any_6983 {
                    Observation::Found("a counter is answered 6983")
                } else {
                    Observation::NotObserved("no counter of this card is answered 6983")
                },
            ),
            fact("change_jpki_and_text", Measured, "a PIN of JPKI or text is changed by 00 24 01", CHANGES),
            fact("change_common_and_resident", Inferred, "their PIN is changed by 80 32 00 80", CHANGES),
            fact(
                "verified_survives_disconnect",
                Measured,
                "a verified PIN survives the program",
                NEEDS_A_PIN,
            ),
            fact("verified_survives_reset", Measured, "a verified PIN survives a reset", NEEDS_A_PIN),
            fact(
                "verified_survives_reselect",
                Measured,
                "it survives SELECT of the same application",
                NEEDS_A_PIN,
            ),
            fact(
                "verified_ends_with_application_or_power",
                Measured,
                "it ends with SELECT of another application, or with the power",
                NEEDS_A_PIN,
            ),
            fact(
                "unknown_after_power_up",
                Measured,
                "the first command after the power was cut may be answered 6F00, once",
                match self.after_power_up {
                    Some(status::UNKNOWN) => Observation::Holds,
                    Some(status::OK) => Observation::Found("answered 9000 at once"),
                    Some(_) => Observation::Found("answered otherwise"),
                    None => NOT_ASKED,
                },
            ),
            fact("sign_p1_02_and_03", Measured, "80 2A 02 signs a SHA-256 digest, 03 a message", NEEDS_A_PIN),
            fact("sign_p1_04_and_05", Measured, "80 2A 04 and 05 make PSS signatures", NEEDS_A_PIN),
            fact("one_verify_many_signatures", Measured, "one VERIFY serves several signatures", NEEDS_A_PIN),
            fact(
                "furigana",
                Inferred,
                "from 2026 certificate and records have more than the known attributes (furigana)",
                NEEDS_A_PIN,
            ),
            fact(
                "birth_date_tries",
                Unknown,
                "how many tries 生年月日 in face has: what is left of them",
                match self.counter(PinKind::FaceBirthDate) {
                    Some(word) if status::tries(word).is_some() => {
                        Observation::Found("see the status word of its counter")
                    }
                    Some(_) => Observation::Found("its counter is answered without a number"),
                    None => NOT_ASKED,
                },
            ),
            fact(
                "wrong_length_costs_a_try",
                Unknown,
                "whether a PIN of the wrong length costs a try",
                Observation::NotObserved("might cost a try"),
            ),
        ]
    }
}

/// An answer to reset (ISO/IEC 7816-3) with its historical bytes and check byte as `xx`.
fn answer_to_reset_form(atr: &[u8]) -> String {
    let known = fixed_part(atr).unwrap_or(0);
    let shown = atr.iter().enumerate().map(
        |(at, byte)| {
            if at < known { format!("{byte:02X}") } else { "xx".to_owned() }
        },
    );
    shown.collect::<Vec<_>>().join(" ")
}

/// How many bytes stand before the historical ones: TS, T0 and the interface bytes.
fn fixed_part(atr: &[u8]) -> Option<usize> {
    let mut indicator = *atr.get(1)?;
    let mut at = 2_usize;
    loop {
        // TA, TB and TC, each if its bit is set; then TD, which says what follows it.
        let before_td = (indicator & 0x70).count_ones();
        at = at.checked_add(usize::try_from(before_td).ok()?)?;
        if indicator & 0x80 == 0 {
            return Some(at);
        }
        indicator = *atr.get(at)?;
        at = at.checked_add(1)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_answer_to_reset_the_random_part_is_not_shown() {
        let contactless = [0x3B, 0x88, 0x80, 0x01, 1, 2, 3, 4, 5, 6, 7, 8, 0x99];
        assert_eq!(answer_to_reset_form(&contactless), "3B 88 80 01 xx xx xx xx xx xx xx xx xx");
        let contact = [0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14];
        assert_eq!(answer_to_reset_form(&contact), "3B E0 00 FF 81 31 FE 45 xx");
        assert_eq!(answer_to_reset_form(&[0x3B, 0x80, 0x80]), "xx xx xx", "cut short: nothing is known");
        assert_eq!(answer_to_reset_form(&[]), "");
    }
}
