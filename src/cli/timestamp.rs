//! Time-stamps from an authority over HTTP (RFC 3161, section 3.4), asked by the `curl` program: that way proxies and trusted
//! certificates are those of the machine, and neither library nor command reaches a network itself.

use crate::args::PinArgs;
use crate::output::{Failure, Output};
use honnin::signature::cms::{SignedDocument, TimestampFn, Timestamped};
use honnin::{Error, Result, ResultCode};
use std::io::{Read, Write};
use std::process::{Command, Stdio};

/// No reply of an authority is larger.
const MOST: u64 = 1 << 20;

/// The address of an authority, as an argument.
pub(crate) fn url(text: &str) -> std::result::Result<String, String> {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        Some("http" | "https") => Ok(text.to_owned()),
        _ => Err(String::from("the address of an authority begins with http:// or https://")),
    }
}

/// What asks the authority. That `curl` is there is looked at first: nobody shall type a password for nothing.
pub(crate) fn fetch(
    url: Option<&str>,
    pin: &PinArgs,
) -> std::result::Result<Option<Box<TimestampFn>>, Failure> {
    let Some(url) = url.map(str::to_owned) else { return Ok(None) };
    let password = pin.pin_env.clone();
    let known =
        curl(password.as_deref()).arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).status();
    if !known.is_ok_and(|status| status.success()) {
        let about = "--timestamp asks the authority by the program curl, which is not there: install it";
        return Err(Failure::about(ResultCode::NotSupported, about));
    }
    Ok(Some(Box::new(move |request: &[u8]| ask(curl(password.as_deref()), &url, request))))
}

/// `curl`, with all of the environment (proxies are told there) but the variable that holds the password.
fn curl(password: Option<&str>) -> Command {
    let mut curl = Command::new("curl");
    if let Some(variable) = password {
        curl.env_remove(variable);
    }
    curl
}

/// Posts the request. What goes wrong `curl` says itself, on standard error.
fn ask(mut curl: Command, url: &str, request: &[u8]) -> Result<Vec<u8>> {
    let failed = |_| Error::new(ResultCode::IoError, "the time-stamping authority cannot be reached");
    let mut curl = curl
        .args([
            "--silent",
            "--show-error",
            "--fail",
            "--globoff",
            "--proto",
            "=http,https",
            "--max-time",
            "30",
        ])
        .args(["--header", "Content-Type: application/timestamp-query", "--data-binary", "@-", "--url", url])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    // A hundred bytes: they fit into any pipe. Dropping it ends the request.
    let sent = curl.stdin.take().map_or(Ok(()), |mut input| input.write_all(request));
    let mut reply = Vec::new();
    let read = curl.stdout.take().map_or(Ok(0), |output| output.take(MOST + 1).read_to_end(&mut reply));
    let status = curl.wait().map_err(failed)?;
    sent.and(read).map_err(failed)?;
    if u64::try_from(reply.len()).is_ok_and(|length| length > MOST) {
        return Err(Error::new(ResultCode::IoError, "the reply of the time-stamping authority is too long"));
    }
    if !status.success() {
        return Err(Error::new(ResultCode::IoError, "the time-stamping authority did not answer"));
    }
    Ok(reply)
}

/// Says what became of the time-stamp. The document has been handed out: without one it is still signed.
pub(crate) fn report(
    document: SignedDocument,
    output: &mut Output,
) -> std::result::Result<ResultCode, Failure> {
    match document.timestamp {
        Timestamped::NotAsked => Ok(ResultCode::Ok),
        Timestamped::Added => {
            output.field("timestamp", "added");
            Ok(ResultCode::Ok)
        }
        Timestamped::Failed(error) => {
            output.field("timestamp", "failed");
            let why = error.message(honnin::Audience::Developer, "en");
            Err(Failure::about(error.code, format!("signed and handed out, but without a time-stamp: {why}")))
        }
    }
}
