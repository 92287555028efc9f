//! What can be wrong, or right, and what to do about it on each system: short enough to be read out on the phone.

use super::system::System;

/// A text in both languages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Text {
    pub(super) ja: &'static str,
    pub(super) en: &'static str,
}

const fn text(ja: &'static str, en: &'static str) -> Text {
    Text { ja, en }
}

/// One state of the service, a reader or a card. The numbers are for the phone and never change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    LibraryAbsent,
    ServiceStopped,
    ProtocolMismatch,
    AccessRefused,
    ServiceFailed,
    NoReader,
    NoCard,
    CardMute,
    CardInUse,
    CardAmbiguous,
    CardNotOurs,
    CardFailed,
    CardPresent,
    CardReadable,
    ExtendedLength,
    ShortLengthOnly,
    LengthUnknown,
}

impl State {
    #[cfg(test)]
    pub(super) const ALL: [State; 17] = [
        State::LibraryAbsent,
        State::ServiceStopped,
        State::ProtocolMismatch,
        State::AccessRefused,
        State::ServiceFailed,
        State::NoReader,
        State::NoCard,
        State::CardMute,
        State::CardInUse,
        State::CardAmbiguous,
        State::CardNotOurs,
        State::CardFailed,
        State::CardPresent,
        State::CardReadable,
        State::ExtendedLength,
        State::ShortLengthOnly,
        State::LengthUnknown,
    ];

    /// The number to say on the phone.
    pub(super) fn number(self) -> u32 {
        match self {
            State::LibraryAbsent => 1,
            State::ServiceStopped => 2,
            State::ProtocolMismatch => 3,
            State::AccessRefused => 4,
            State::ServiceFailed => 5,
            State::NoReader => 6,
            State::NoCard => 7,
            State::CardMute => 8,
            State::CardInUse => 9,
            State::CardAmbiguous => 10,
            State::CardNotOurs => 11,
            State::CardFailed => 12,
            State::CardPresent => 20,
            State::CardReadable => 21,
            State::ExtendedLength => 22,
            State::ShortLengthOnly => 23,
            State::LengthUnknown => 24,
        }
    }

    /// The name in JSON.
    pub(super) fn name(self) -> &'static str {
        match self {
            State::LibraryAbsent => "LIBRARY_ABSENT",
            State::ServiceStopped => "SERVICE_STOPPED",
            State::ProtocolMismatch => "PROTOCOL_MISMATCH",
            State::AccessRefused => "ACCESS_REFUSED",
            State::ServiceFailed => "SERVICE_FAILED",
            State::NoReader => "NO_READER",
            State::NoCard => "NO_CARD",
            State::CardMute => "CARD_MUTE",
            State::CardInUse => "CARD_IN_USE",
            State::CardAmbiguous => "CARD_AMBIGUOUS",
            State::CardNotOurs => "CARD_NOT_OURS",
            State::CardFailed => "CARD_FAILED",
            State::CardPresent => "CARD_PRESENT",
            State::CardReadable => "CARD_READABLE",
            State::ExtendedLength => "EXTENDED_LENGTH",
            State::ShortLengthOnly => "SHORT_LENGTH_ONLY",
            State::LengthUnknown => "LENGTH_UNKNOWN",
        }
    }

    /// Whether something has to be done. 20 and above are as they should be, or do no harm.
    pub(super) fn is_trouble(self) -> bool {
        self.number() < 20
    }

    /// What it means.
    pub(super) fn message(self) -> Text {
        match self {
            State::LibraryAbsent => {
                text("PC/SCのライブラリが入っていません。", "The PC/SC library is not installed.")
            }
            State::ServiceStopped => {
                text("PC/SCのサービスが動いていません。", "The PC/SC service is not running.")
            }
            State::ProtocolMismatch => text(
                "PC/SCのライブラリとサービスの版が合っていません。",
                "The PC/SC library and the service are of different versions.",
            ),
            State::AccessRefused => text(
                "この利用者には、PC/SCのサービスを使う許可がありません。",
                "This user is not allowed to use the PC/SC service.",
            ),
            State::ServiceFailed => {
                text("PC/SCのサービスがエラーを返しました。", "The PC/SC service answers with an error.")
            }
            State::NoReader => text(
                "カードリーダーが見つかりません。",
                "No card reader is connected, or its driver is missing.",
            ),
            State::NoCard => text("カードがありません。", "There is no card."),
            State::CardMute => text("カードが応答しません。", "The card does not answer."),
            State::CardInUse => {
                text("ほかのプログラムがカードを使っています。", "Another program is using the card.")
            }
            State::CardAmbiguous => {
                text("複数のリーダーにカードがあります。", "There are cards in more than one reader.")
            }
            State::CardNotOurs => text("マイナンバーカードではありません。", "This is not a My Number Card."),
            State::CardFailed => text("カードを読み取れませんでした。", "The card could not be read."),
            State::CardPresent => text("カードがあります。", "There is a card."),
            State::CardReadable => {
                text("マイナンバーカードを読み取れます。", "The My Number Card can be read.")
            }
            State::ExtendedLength => {
                text("長い読み取り(拡張長)を使えます。", "Long reads (extended length) work.")
            }
            State::ShortLengthOnly => text(
                "長い読み取り(拡張長)は使えません。短い読み取りで動きます(少し遅くなります)。",
                "Long reads (extended length) do not work; short ones are used, a little slower.",
            ),
            State::LengthUnknown => text(
                "長い読み取り(拡張長)は確かめられませんでした。",
                "Whether long reads (extended length) work could not be tried.",
            ),
        }
    }

    /// What to do; `None` where nothing has to be done.
    pub(super) fn remedy(self, system: System) -> Option<Text> {
        use System::{Debian, Fedora, Macos, Ubuntu, Windows};
        Some(match (self, system) {
            (State::LibraryAbsent, Debian | Ubuntu) => text(
                "端末で: sudo apt install pcscd libpcsclite1",
                "In a terminal: sudo apt install pcscd libpcsclite1",
            ),
            (State::LibraryAbsent, Fedora) => text(
                "端末で: sudo dnf install pcsc-lite pcsc-lite-libs",
                "In a terminal: sudo dnf install pcsc-lite pcsc-lite-libs",
            ),
            (State::LibraryAbsent, Macos) => text(
                "PC/SCはmacOSの一部です。macOSを更新してください。",
                "PC/SC is part of macOS: update macOS.",
            ),
            (State::LibraryAbsent, Windows) => text(
                "PC/SCはWindowsの一部です。管理者のコマンドプロンプトで: sfc /scannow",
                "PC/SC is part of Windows. In a command prompt run as administrator: sfc /scannow",
            ),
            (State::ServiceStopped, Debian | Ubuntu) => text(
                "端末で: sudo apt install pcscd; sudo systemctl enable --now pcscd.socket",
                "In a terminal: sudo apt install pcscd; sudo systemctl enable --now pcscd.socket",
            ),
            (State::ServiceStopped, Fedora) => text(
                "端末で: sudo dnf install pcsc-lite; sudo systemctl enable --now pcscd.socket",
                "In a terminal: sudo dnf install pcsc-lite; sudo systemctl enable --now pcscd.socket",
            ),
            (State::ServiceStopped, Macos) => text(
                "リーダーを差し直してください。だめならMacを再起動してください。",
                "Unplug the reader and plug it in again; if that does not help, restart the Mac.",
            ),
            (State::ServiceStopped, Windows) => text(
                "まずリーダーを接続してください。だめなら管理者のコマンドプロンプトで: sc config SCardSvr start= auto のあと net start SCardSvr",
                "Connect the reader first. If that does not help, in a command prompt run as administrator: sc config SCardSvr start= auto, then net start SCardSvr",
            ),
            (State::ProtocolMismatch, Debian | Ubuntu) => text(
                "端末で: sudo apt update; sudo apt install pcscd libpcsclite1; sudo systemctl restart pcscd.socket pcscd。コンテナやSnapの中では、外と同じ版にしてください。",
                "In a terminal: sudo apt update; sudo apt install pcscd libpcsclite1; sudo systemctl restart pcscd.socket pcscd. In a container or snap, use the same version as outside.",
            ),
            (State::ProtocolMismatch, Fedora) => text(
                "端末で: sudo dnf upgrade pcsc-lite pcsc-lite-libs; sudo systemctl restart pcscd.socket pcscd。コンテナやFlatpakの中では、外と同じ版にしてください。",
                "In a terminal: sudo dnf upgrade pcsc-lite pcsc-lite-libs; sudo systemctl restart pcscd.socket pcscd. In a container or Flatpak, use the same version as outside.",
            ),
            (State::ProtocolMismatch, Macos | Windows) => {
                text("システムを更新して、再起動してください。", "Update the system and restart it.")
            }
            (State::AccessRefused, Debian | Ubuntu | Fedora) => text(
                "遠隔(SSH)でなく、その機械の画面で実行してください。常駐プログラムには、polkitの規則で org.debian.pcsc-lite.access_pcsc と org.debian.pcsc-lite.access_card を許可してください。",
                "Run it at the machine's own screen, not over SSH. For a background program, allow org.debian.pcsc-lite.access_pcsc and org.debian.pcsc-lite.access_card in a polkit rule.",
            ),
            (State::AccessRefused, Macos) => text(
                "アプリの権限(entitlement)に com.apple.security.smartcard が必要です。",
                "The app needs the entitlement com.apple.security.smartcard.",
            ),
            (State::AccessRefused, Windows) => text(
                "リモートデスクトップでなく、その機械にサインインした利用者で実行してください。",
                "Run it as a user who is signed in at the machine itself, not over Remote Desktop.",
            ),
            (State::ServiceFailed, Debian | Ubuntu | Fedora) => text(
                "端末で: sudo systemctl restart pcscd。そのあとリーダーを差し直してください。",
                "In a terminal: sudo systemctl restart pcscd. Then unplug the reader and plug it in again.",
            ),
            (State::ServiceFailed, Macos | Windows) => text(
                "リーダーを差し直してください。だめなら再起動してください。",
                "Unplug the reader and plug it in again; if that does not help, restart the machine.",
            ),
            (State::NoReader, Debian | Ubuntu) => text(
                "リーダーをつなぎ、端末で: sudo apt install libccid。RC-S380はLinuxでは使えません。",
                "Connect the reader, and in a terminal: sudo apt install libccid. The RC-S380 does not work on Linux.",
            ),
            (State::NoReader, Fedora) => text(
                "リーダーをつなぎ、端末で: sudo dnf install pcsc-lite-ccid。RC-S380はLinuxでは使えません。",
                "Connect the reader, and in a terminal: sudo dnf install pcsc-lite-ccid. The RC-S380 does not work on Linux.",
            ),
            (State::NoReader, Macos) => text(
                "リーダーをMacに直接つないでください。だめなら、メーカーのmacOS用ドライバーを入れてください。",
                "Connect the reader to the Mac directly. If that does not help, install its maker's driver for macOS.",
            ),
            (State::NoReader, Windows) => text(
                "リーダーを直接つなぎ、デバイスマネージャーの「スマート カード読み取り装置」にあるか見てください。なければ、メーカーのドライバーを入れてください。",
                "Connect the reader directly and look for it in Device Manager under Smart card readers. If it is not there, install its maker's driver.",
            ),
            (State::NoCard, _) => {
                text("カードを置くか、差し込んでください。", "Lay the card on the reader, or insert it.")
            }
            (State::CardMute, _) => text(
                "差し込むリーダーでは、ICチップの面と向きを確かめて奥まで差してください。置くリーダーでは、ケースから出し、ほかのカードを離して置き直してください。",
                "Inserted: check the side and direction of the chip and push it home. Laid on: take it out of its case, away from other cards, and lay it down again.",
            ),
            (State::CardInUse, Debian | Ubuntu | Fedora) => text(
                "カードを使うほかの画面を閉じてください。GnuPGが使っているときは、端末で: gpgconf --kill scdaemon",
                "Close other programs that use the card. If it is GnuPG, in a terminal: gpgconf --kill scdaemon",
            ),
            (State::CardInUse, Macos | Windows) => text(
                "カードを使うほかの画面(ブラウザー、e-Tax、利用者クライアントソフト)を閉じ、カードを置き直してください。",
                "Close other programs that use the card (browser, e-Tax, JPKI client software) and put the card back.",
            ),
            (State::CardAmbiguous, _) => {
                text("1枚だけ残すか、--reader で選んでください。", "Leave only one, or choose with --reader.")
            }
            (State::CardNotOurs, _) => text(
                "マイナンバーカードを置いてください(免許証、在留カード、住基カードではありません)。",
                "Use the My Number Card: not a driver's licence, residence card or 住基カード.",
            ),
            (State::CardFailed, _) => text(
                "カードを平らに置いたまま、もう一度試してください。続くときは、別のリーダーで試してください。",
                "Try again with the card lying still and flat. If it goes on, try another reader.",
            ),
            (
                State::CardPresent
                | State::CardReadable
                | State::ExtendedLength
                | State::ShortLengthOnly
                | State::LengthUnknown,
                _,
            ) => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trouble_has_a_short_remedy_on_every_system_in_both_languages() {
        for state in State::ALL {
            for system in System::ALL {
                let remedy = state.remedy(system);
                assert_eq!(remedy.is_some(), state.is_trouble(), "{state:?}");
                let Some(remedy) = remedy else { continue };
                assert!(
                    (10..=130).contains(&remedy.ja.chars().count()),
                    "{state:?} {system:?}: {}",
                    remedy.ja
                );
                assert!((20..=190).contains(&remedy.en.len()), "{state:?} {system:?}: {}", remedy.en);
            }
            assert!(state.message().ja.ends_with('。') || state.message().ja.ends_with(')'), "{state:?}");
        }
    }

    #[test]
    fn the_tools_of_a_system_are_its_own() {
        for state in State::ALL {
            let says = |system, tool: &str| {
                state
                    .remedy(system)
                    .is_some_and(|remedy| remedy.ja.contains(tool) || remedy.en.contains(tool))
            };
            for system in System::ALL {
                let has = |mine: &[System], tool| {
                    assert!(mine.contains(&system) || !says(system, tool), "{state:?} {system:?} {tool}")
                };
                has(&[System::Debian, System::Ubuntu], "apt ");
                has(&[System::Fedora], "dnf");
                has(&[System::Debian, System::Ubuntu, System::Fedora], "systemctl");
                has(&[System::Debian, System::Ubuntu, System::Fedora], "polkit");
                has(&[System::Windows], "SCardSvr");
                has(&[System::Windows], "sfc");
                has(&[System::Macos], "macOS");
            }
        }
    }

    #[test]
    fn no_two_states_have_one_number_or_one_name() {
        for (at, one) in State::ALL.iter().enumerate() {
            for other in State::ALL.iter().skip(at + 1) {
                assert!(one.number() != other.number() && one.name() != other.name());
            }
        }
    }
}
