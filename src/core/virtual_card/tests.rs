//! What the virtual card says to raw commands.

use super::*;
use std::time::{Duration, Instant};

/// Sends a command in hex; data and status word come back in hex.
fn say(connection: &mut Box<dyn Connection>, command: &str) -> String {
    let mut response = Vec::new();
    let command = profile::from_hex(&command.replace(' ', "")).unwrap();
    connection.transmit(&command, &mut response, Duration::from_secs(5)).unwrap();
    response.iter().map(|byte| format!("{byte:02X}")).collect()
}

const JPKI: &str = "00A4040C 0A D392F000260100000001";

#[test]
fn a_card_is_ready_and_answers() {
    let begun = Instant::now();
    let card = VirtualCard::new(None).unwrap();
    println!("created in {:?}", begun.elapsed());
    for kind in CertificateKind::ALL {
        println!("{kind:?}: {} bytes", card.certificate(*kind).unwrap().len());
    }
    let mut to = card.connect().unwrap();
    assert_eq!(say(&mut to, JPKI), "9000");
    assert_eq!(say(&mut to, "00B08800 00"), "8F8F009000");
    assert_eq!(say(&mut to, "0020009B"), "63C5");
    assert_eq!(say(&mut to, "0020009B 06 414243313233"), "9000");
}
