//! What lies on the reader: one of our cards, or which other card, as far as its own applications tell.
//!
//! Nothing but SELECT by name and the free label is sent here: neither can cost a try of anything.

use super::application::{Application, File, Labelled, OTHER_CARDS};
use super::session::Card;
use crate::iso7816::status;
use crate::result::{CardKind, Error, Reason, Result, ResultCode};

impl Card {
    /// SELECT JPKI and the label: a card without the application, or with a label that is not of it, is none of ours.
    pub(super) fn read_kind(&mut self) -> Result<CardKind> {
        let mut selected = self.channel.enter(Application::Jpki);
        let after_power_up = selected.as_ref().is_err_and(|error| error.status_word == Some(status::UNKNOWN));
        if after_power_up {
            // The first command after power-up may answer 6F00 once (M).
            selected = self.channel.enter(Application::Jpki);
        }
        match selected {
            Ok(()) => {}
            Err(error) => {
                let refusal = error.status_word.filter(|word| *word != status::OK);
                let Some(status_word) = refusal else { return Err(error) };
                let reason = self.other_card(status_word)?;
                return Err(
                    unsupported(reason, "the card has no JPKI application").with_status_word(status_word)
                );
            }
        }
        let label = self.channel.read_start(File::TOKEN_INFORMATION, 32)?;
        match Labelled::from_token_information(label.data()) {
            Labelled::Card(kind) => Ok(kind),
            Labelled::Juki => Err(unsupported(Reason::Juki, "an old 住基カード")),
            Labelled::Unknown => Err(unsupported(Reason::OtherCard, "no label of a My Number Card")),
        }
    }

    /// Which other card it is. Asked only of a card that knows SELECT and said that it does not have ours.
    fn other_card(&mut self, refusal: u16) -> Result<Reason> {
        if refusal != status::NOT_FOUND {
            return Ok(Reason::OtherCard);
        }
        for (reason, name) in OTHER_CARDS {
            if self.channel.has_application(name)? {
                return Ok(*reason);
            }
        }
        Ok(Reason::OtherCard)
    }
}

fn unsupported(reason: Reason, detail: &'static str) -> Error {
    Error::new(ResultCode::CardUnsupported, detail).with_reason(reason)
}
