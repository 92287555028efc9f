//! Readers over PC/SC: the list with its states (`service`), one card (`card`), what return codes mean (`codes`),
//! what a reader tells about itself (`properties`), and PINs that are typed on it (`pin_pad`).
//!
//! Every call that another program can make wait runs on a thread of its own (`card`), because the service lets
//! connecting, beginning and disconnecting block for as long as somebody else holds a transaction, and offers
//! no deadline. `owner` is that thread, `ticket` how it is asked and answers, `spare` what it leaves to the next card.

mod card;
mod codes;
mod owner;
mod pin_pad;
mod properties;
mod service;
mod spare;
mod ticket;

pub(crate) use card::PcscCard;
pub(crate) use owner::Owner;
pub(crate) use service::{Service, Snapshot, pause};
pub(crate) use spare::Spare;
