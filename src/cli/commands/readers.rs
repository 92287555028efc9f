//! `readers` and `watch`: which readers there are, and what comes and goes.

use crate::args::WatchArgs;
use crate::interrupt;
use crate::output::{Failure, Output};
use crate::station::Station;
use honnin::{Event, Reader, ResultCode, Timeout, WaitOptions};
use serde_json::{Value, json};

pub(super) fn list(station: &Station, output: &mut Output) -> Result<ResultCode, Failure> {
    let readers = station.context.readers()?;
    output.field("readers", readers.iter().map(as_json).collect::<Value>());
    if readers.is_empty() {
        output.text(output.language().choose(
            "リーダーが見つかりません。接続されているかご確認ください。",
            "No reader found. Is one connected?",
        ));
    }
    for reader in &readers {
        let state = state(reader, output);
        output.named(reader.name.clone(), state);
    }
    Ok(ResultCode::Ok)
}

/// Goes on until interrupted, or until so many changes were seen.
pub(super) fn watch(
    station: &Station,
    arguments: &WatchArgs,
    output: &mut Output,
) -> Result<ResultCode, Failure> {
    interrupt::guard(&station.context);
    let mut readers = station.context.readers()?;
    announce(&readers, output);
    let mut seen = 0_u64;
    while arguments.count.is_none_or(|count| seen < count) {
        let options = WaitOptions {
            event: Event::Change,
            reader: station.reader().map(str::to_owned),
            timeout: Timeout::Forever,
        };
        let now = station.context.wait(&options)?;
        if now == readers {
            continue;
        }
        readers = now;
        announce(&readers, output);
        seen = seen.saturating_add(1);
    }
    Ok(ResultCode::Ok)
}

/// Says at once how things are: one JSON object a change, or one line a reader.
fn announce(readers: &[Reader], output: &Output) {
    if output.is_json() {
        output.event(&json!({"readers": readers.iter().map(as_json).collect::<Value>()}).to_string());
        return;
    }
    for reader in readers {
        output.event(&format!("{}  {}", reader.name, state(reader, output)));
    }
}

pub(super) fn as_json(reader: &Reader) -> Value {
    json!({
        "name": reader.name,
        "card_present": reader.card_present,
        "in_use": reader.in_use,
        "mute": reader.mute,
        "interface": reader.interface.name(),
        "virtual": reader.is_virtual,
    })
}

fn state(reader: &Reader, output: &Output) -> String {
    let choose = |ja: &'static str, en: &'static str| output.language().choose(ja, en);
    let words = match reader {
        Reader { card_present: false, .. } => choose("カードなし", "no card"),
        Reader { mute: true, .. } => choose("カードが応答しません", "a card that does not answer"),
        Reader { exclusive: true, .. } | Reader { in_use: true, .. } => {
            choose("カードあり(ほかのプログラムが使用中)", "a card, in use by another program")
        }
        _ => choose("カードあり", "a card"),
    };
    words.to_owned()
}
