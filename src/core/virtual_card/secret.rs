//! A PIN on the card: its value, its counter, and whether it has been verified.

use crate::iso7816::status;
use core::ops::RangeInclusive;
use zeroize::Zeroizing;

/// A status word of the card.
pub(super) type StatusWord = u16;

/// A reference to a secret and all that the card knows of it.
pub(super) struct Secret {
    value: Zeroizing<Vec<u8>>,
    lengths: RangeInclusive<usize>,
    most: u8,
    left: u8,
    verified: bool,
}

impl Secret {
    /// A secret with that value and that many tries, of which some may be gone.
    pub(super) fn new(value: &str, lengths: RangeInclusive<usize>, most: u8, left: Option<u8>) -> Secret {
        let left = left.unwrap_or(most).min(most);
        Secret { value: Zeroizing::new(value.as_bytes().to_vec()), lengths, most, left, verified: false }
    }

    pub(super) fn tries_left(&self) -> u8 {
        self.left
    }

    pub(super) fn is_verified(&self) -> bool {
        self.verified
    }

    /// Takes it as verified, whoever did it.
    pub(super) fn set_verified(&mut self, verified: bool) {
        self.verified = verified;
    }

    /// The answer to the question how many tries are left. A card that is verified has nothing to count (M).
    pub(super) fn query(&self) -> StatusWord {
        if self.verified { status::OK } else { tries(self.left) }
    }

    /// Compares bytes: what is malformed or of another length is wrong, and costs a try (L).
    pub(super) fn verify(&mut self, value: &[u8]) -> StatusWord {
        if self.left == 0 {
            return status::UNUSABLE;
        }
        self.verified = value == self.value.as_slice();
        if self.verified {
            self.left = self.most;
            return status::OK;
        }
        self.left = self.left.saturating_sub(1);
        tries(self.left)
    }

    /// Sets a new value, which only the old one allows.
    pub(super) fn change(&mut self, value: &[u8]) -> StatusWord {
        if !self.verified {
            return status::NOT_VERIFIED;
        }
        if !self.lengths.contains(&value.len()) {
            return status::WRONG_LENGTH;
        }
        self.value = Zeroizing::new(value.to_vec());
        status::OK
    }
}

fn tries(left: u8) -> StatusWord {
    0x63C0 | StatusWord::from(left & 0x0F)
}
