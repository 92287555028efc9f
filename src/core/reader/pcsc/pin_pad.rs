//! PIN entry on the reader itself: PC/SC part 10, FEATURE_VERIFY_PIN_DIRECT.
//!
//! The reader is given the command with room for the digits, the person types, and the reader sends the command to
//! the card. What was typed never reaches this machine. The answer is the card's, or the reader's own: 6400 if
//! nobody finished typing in time, 6401 if the person cancelled, 6403 for another number of digits.

use crate::reader::PinPadEntry;

/// The feature's tag in the driver's list of features.
pub(super) const FEATURE_VERIFY_PIN_DIRECT: u8 = 0x06;

/// How the digits stand in the command: as ASCII, from the left, counted in bytes, right behind Lc.
const ASCII_FROM_THE_LEFT: u8 = 0x82;
/// The entry ends when the person presses the key that confirms: until then a slip can be corrected.
const CONFIRMED_BY_KEY: u8 = 0x02;
/// One text on the reader's display, the first of its own.
const ONE_MESSAGE: u8 = 0x01;
/// Japanese, for a reader whose display knows it.
const LANGUAGE: u16 = 0x0411;
/// What stands where the digits will: no digit, so that a reader that forgets to fill it in sends no PIN at all.
const ROOM: u8 = 0xFF;

/// The structure PIN_VERIFY (part 10, 2.5.2). Numbers of more than one byte are in the order of this machine: driver
/// and program share it.
pub(super) fn pin_verify(entry: &PinPadEntry) -> Vec<u8> {
    let mut command = entry.header.to_vec();
    command.push(entry.digits);
    command.extend(core::iter::repeat_n(ROOM, usize::from(entry.digits)));

    // How many seconds the reader waits in all, and after the first key (0: its own choice).
    let mut structure = vec![entry.seconds, 0, ASCII_FROM_THE_LEFT];
    // No length of the PIN in the command (bits 7–4), a block of that many bytes (bits 3–0).
    structure.push(entry.digits & 0x0F);
    structure.push(0);
    // The least number of digits in the high byte, the greatest in the low one.
    structure.extend(u16::from_be_bytes([entry.digits, entry.digits]).to_ne_bytes());
    structure.extend([CONFIRMED_BY_KEY, ONE_MESSAGE]);
    structure.extend(LANGUAGE.to_ne_bytes());
    // Message index, and three bytes of T=1 prologue that only readers without a driver of their own look at.
    structure.extend([0; 4]);
    structure.extend(u32::try_from(command.len()).unwrap_or(0).to_ne_bytes());
    structure.append(&mut command);
    structure
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_structure_is_that_of_the_standard() {
        let entry = PinPadEntry { header: [0x00, 0x20, 0x00, 0x98], digits: 4, seconds: 60 };
        let mut expected = vec![60, 0, 0x82, 0x04, 0x00];
        expected.extend(0x0404_u16.to_ne_bytes());
        expected.extend([0x02, 0x01]);
        expected.extend(0x0411_u16.to_ne_bytes());
        expected.extend([0, 0, 0, 0]);
        expected.extend(9_u32.to_ne_bytes());
        expected.extend([0x00, 0x20, 0x00, 0x98, 0x04, 0xFF, 0xFF, 0xFF, 0xFF]);
        assert_eq!(pin_verify(&entry), expected);
        assert_eq!(expected.len(), 19 + 9, "19 bytes before the command");
    }
}
