//! What each PC/SC return code means to us. The one place that decides.

use crate::result::{Error, Reason, ResultCode};

/// What was going on when the code came: the same code means other things at other times.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum During {
    /// Establishing a context: reaching the service at all.
    Establish,
    /// Listing readers and their states.
    List,
    /// Connecting to the card in a reader.
    Open,
    /// Talking to the card.
    Use,
}

/// The 32 bits of a return code, the same on every system.
pub(super) fn number(code: pcsc::Error) -> u32 {
    // The enumeration is `repr(u32)` and has no other way out.
    #[allow(clippy::as_conversions)]
    let number = code as u32;
    number
}

/// Whether the context behind a call is lost, so that a new one may help.
pub(super) fn is_lost(code: pcsc::Error) -> bool {
    use pcsc::Error as E;
    matches!(code, E::NoService | E::ServiceStopped | E::InvalidHandle | E::CommError | E::Shutdown)
}

/// The error for a return code.
pub(super) fn error(code: pcsc::Error, during: During) -> Error {
    let (result, reason, detail) = meaning(code, during);
    let error = Error::new(result, detail).with_pcsc_code(number(code));
    match reason {
        Some(reason) => error.with_reason(reason),
        None => error,
    }
}

type Meaning = (ResultCode, Option<Reason>, &'static str);

/// The table.
fn meaning(code: pcsc::Error, during: During) -> Meaning {
    use pcsc::Error as E;
    match code {
        E::RemovedCard | E::NoSmartcard => {
            (ResultCode::CardRemoved, None, "no card is in the reader any more")
        }
        E::ResetCard => (ResultCode::CardReset, None, "the card was reset by someone else"),
        E::UnresponsiveCard | E::UnsupportedCard | E::InvalidAtr => {
            (ResultCode::CardMute, None, "the card does not answer to reset")
        }
        // Without power at connect the card never answered; later it lost the field or the contact.
        E::UnpoweredCard if during == During::Open => {
            (ResultCode::CardMute, None, "the card could not be powered")
        }
        E::UnpoweredCard => (ResultCode::CardUnstable, None, "the card lost its power"),
        E::CommError if during == During::Establish => refused_by_hanging_up(),
        // What pcsclite says when pcscd dies with the answer; of a card's fault it speaks in other codes.
        E::CommError if cfg!(all(unix, not(target_os = "macos"))) => {
            unavailable(Reason::ServiceStopped, "the PC/SC service went away in the middle of a call")
        }
        E::CommError | E::CommDataLost | E::NotTransacted => {
            (ResultCode::CardUnstable, None, "the exchange with the card failed")
        }
        E::ProtoMismatch | E::CardUnsupported if during == During::Open => {
            (ResultCode::CardUnsupported, Some(Reason::OtherCard), "the card speaks neither T=0 nor T=1")
        }
        E::UnknownReader | E::ReaderUnavailable if during == During::Open => {
            (ResultCode::ReaderNotFound, None, "no such reader")
        }
        E::UnknownReader | E::ReaderUnavailable => (ResultCode::ReaderRemoved, None, "the reader is gone"),
        E::NoReadersAvailable => (ResultCode::ReaderNotFound, None, "no reader is connected"),
        E::SharingViolation => (ResultCode::ReaderBusy, None, "another program uses the card"),
        E::ServiceStopped if during == During::Establish => stopped_at_establish(),
        E::NoService if !pcsc_sys::library_is_present() => unavailable(
            Reason::LibraryAbsent,
            "the PC/SC library (libpcsclite.so.1, winscard.dll) is not installed",
        ),
        E::NoService if during == During::Establish && super::service::socket_refuses() => {
            unavailable(Reason::AccessRefused, "this user may not reach the socket of pcscd")
        }
        E::NoService | E::ServiceStopped | E::Shutdown | E::InvalidHandle => {
            unavailable(Reason::ServiceStopped, "the PC/SC service does not run")
        }
        E::SecurityViolation | E::NoAccess => {
            unavailable(Reason::AccessRefused, "the PC/SC service refuses this user")
        }
        E::InsufficientBuffer if during == During::Use => {
            (ResultCode::CardResponse, None, "the card's answer is longer than any APDU may be")
        }
        E::NoMemory => (ResultCode::OutOfMemory, None, "the PC/SC library or service has no memory"),
        E::Timeout | E::WaitedTooLong => {
            (ResultCode::ReaderFailed, None, "the reader did not answer in time")
        }
        E::Cancelled | E::SystemCancelled | E::CancelledByUser => {
            (ResultCode::Cancelled, None, "cancelled by the system")
        }
        E::UnsupportedFeature | E::ReaderUnsupported => {
            (ResultCode::NotSupported, None, "the reader or its driver cannot do this")
        }
        E::InvalidParameter | E::InvalidValue | E::InvalidTarget | E::PciTooSmall => {
            (ResultCode::Internal, None, "the PC/SC library did not accept our arguments")
        }
        _ => (ResultCode::ReaderFailed, None, "the reader or its driver failed"),
    }
}

fn unavailable(reason: Reason, detail: &'static str) -> Meaning {
    (ResultCode::ReaderServiceUnavailable, Some(reason), detail)
}

/// pcscd answers "stopped" to a client of another protocol version (measured with 1.9.9; 2.x does the same),
/// and a pcscd that does not run is "no service". Windows means what it says.
fn stopped_at_establish() -> Meaning {
    if cfg!(all(unix, not(target_os = "macos"))) {
        unavailable(Reason::ProtocolMismatch, "libpcsclite and pcscd are of different versions")
    } else {
        unavailable(Reason::ServiceStopped, "the PC/SC service does not run")
    }
}

/// A pcscd whose polkit rules refuse the user accepts the connection and hangs up before a word is said.
fn refused_by_hanging_up() -> Meaning {
    if cfg!(all(unix, not(target_os = "macos"))) {
        unavailable(Reason::AccessRefused, "pcscd hung up at once, which is how it refuses a user")
    } else {
        unavailable(Reason::ServiceStopped, "the PC/SC service cannot be reached")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pcsc::Error as E;

    fn code(raw: E, during: During) -> ResultCode {
        error(raw, during).code
    }

    #[test]
    fn a_card_that_left_a_card_that_was_reset_and_a_mute_card_are_told_apart() {
        for gone in [E::RemovedCard, E::NoSmartcard] {
            assert_eq!(code(gone, During::Use), ResultCode::CardRemoved);
        }
        assert_eq!(code(E::ResetCard, During::Use), ResultCode::CardReset);
        assert_eq!(code(E::UnresponsiveCard, During::Open), ResultCode::CardMute);
        assert_eq!(code(E::UnpoweredCard, During::Open), ResultCode::CardMute);
        assert_eq!(code(E::UnpoweredCard, During::Use), ResultCode::CardUnstable);
        for lost in [E::CommDataLost, E::NotTransacted] {
            assert_eq!(code(lost, During::Use), ResultCode::CardUnstable);
        }
    }

    #[test]
    fn a_reader_that_is_not_there_was_either_never_there_or_removed() {
        for raw in [E::UnknownReader, E::ReaderUnavailable] {
            assert_eq!(code(raw, During::Open), ResultCode::ReaderNotFound);
            assert_eq!(code(raw, During::Use), ResultCode::ReaderRemoved);
            assert_eq!(code(raw, During::List), ResultCode::ReaderRemoved);
        }
        assert_eq!(code(E::NoReadersAvailable, During::List), ResultCode::ReaderNotFound);
        assert_eq!(code(E::SharingViolation, During::Open), ResultCode::ReaderBusy);
    }

    #[test]
    #[cfg(all(unix, not(target_os = "macos")))]
    fn the_causes_of_an_unusable_service_are_told_apart() {
        let reason = |raw, during| {
            let error = error(raw, during);
            assert_eq!(error.code, ResultCode::ReaderServiceUnavailable);
            error.reason
        };
        assert_eq!(reason(E::ServiceStopped, During::Establish), Some(Reason::ProtocolMismatch));
        assert_eq!(reason(E::ServiceStopped, During::Use), Some(Reason::ServiceStopped));
        assert_eq!(reason(E::SecurityViolation, During::Establish), Some(Reason::AccessRefused));
        assert_eq!(reason(E::CommError, During::Establish), Some(Reason::AccessRefused));
        assert_eq!(reason(E::InvalidHandle, During::List), Some(Reason::ServiceStopped));
        assert_eq!(reason(E::CommError, During::Use), Some(Reason::ServiceStopped));
    }

    #[test]
    fn an_answer_that_is_too_long_is_the_cards_fault_only_when_a_card_answered() {
        assert_eq!(code(E::InsufficientBuffer, During::Use), ResultCode::CardResponse);
        assert_eq!(code(E::InsufficientBuffer, During::List), ResultCode::ReaderFailed);
    }

    #[test]
    fn the_number_has_32_bits_and_stays_with_the_error() {
        assert_eq!(error(E::RemovedCard, During::Use).pcsc_code, Some(0x8010_0069));
        assert_eq!(number(E::InternalError), 0x8010_0001);
    }
}
