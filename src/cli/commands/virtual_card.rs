//! `virtual-card`: a card in software, also inside a real pcscd.

use crate::args::VirtualCardArgs;
use crate::output::{Failure, Output};
use crate::{input, interrupt, station};
use honnin::virtual_card::plug_into_pcscd;
use honnin::{Certificate, CertificateKind, Context, ContextOptions, ResultCode};
use serde_json::json;
use std::path::Path;
use std::time::Duration;

pub(super) fn run(arguments: &VirtualCardArgs, output: &mut Output) -> Result<ResultCode, Failure> {
    let card = station::virtual_card(arguments.profile.as_deref().unwrap_or(Path::new("")))?;
    if let Some(path) = &arguments.ca_out {
        let mut pem = String::new();
        for kind in [CertificateKind::SigningCa, CertificateKind::AuthenticationCa] {
            pem.push_str(&Certificate::parse(&card.ca(kind))?.pem());
        }
        input::write(path, pem.as_bytes())?;
    }
    let Some(address) = &arguments.pcscd else {
        if arguments.ca_out.is_none() {
            output.text(output.language().choose(
                "使いかた: honnin read --virtual、または pcscd に入れるには honnin virtual-card --pcscd",
                "Use it with `honnin read --virtual`, or put it into pcscd with `honnin virtual-card --pcscd`",
            ));
        }
        return Ok(ResultCode::Ok);
    };
    // Only to be cancelled by an interruption: the card has to leave pcscd in good order.
    let context = Context::new(ContextOptions { no_pcsc: true, ..ContextOptions::default() })?;
    let watch = context.canceller().watch();
    interrupt::guard(&context);
    let plugged = plug_into_pcscd(&card, Some(address.as_str()).filter(|address| !address.is_empty()))?;
    let mut was_connected = false;
    while !watch.is_cancelled() {
        let is_connected = plugged.is_connected();
        if is_connected != was_connected {
            was_connected = is_connected;
            announce(is_connected, output);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    drop(plugged);
    let transcript = card.transcript();
    if let Some(path) = &arguments.transcript {
        input::write(path, transcript.to_json().as_bytes())?;
    }
    output.field("exchanges", transcript.exchanges.len());
    watch.check()?;
    Ok(ResultCode::Ok)
}

fn announce(is_connected: bool, output: &Output) {
    if output.is_json() {
        output.event(&json!({"connected": is_connected}).to_string());
        return;
    }
    output.event(match is_connected {
        true => output.language().choose(
            "pcscd に入りました。Ctrl-C で取り出します",
            "In the reader of pcscd; Ctrl-C takes it out",
        ),
        false => output.language().choose("リーダーを待っています", "Waiting for the reader"),
    });
}
