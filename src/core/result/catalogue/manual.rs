//! Makes honnin-codes(7), the manual page of the result codes: docs/man/honnin-codes.7.
//!
//! `HONNIN_UPDATE=1 cargo test -p honnin catalogue` writes it. In mdoc, which man and mandoc read.

use super::page::fresh;
use super::table::HINTS;
use super::{Audience, ResultCode};
use crate::result::{Reason, Traits};
use core::fmt::Write as _;

#[test]
fn the_manual_page_of_the_codes_is_fresh() {
    fresh("man/honnin-codes.7", &page());
}

/// A text as mdoc takes it: one sentence a line, and no line that begins with a command.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for sentence in text.replace('\\', "\\e").replace(". ", ".\n").lines() {
        let hidden = if sentence.starts_with(['.', '\'']) { "\\&" } else { "" };
        let _ = writeln!(out, "{hidden}{sentence}");
    }
    out
}

fn page() -> String {
    let mut out = String::from(HEAD);
    let traits: Vec<(&str, &str)> =
        Traits::ALL.iter().zip(Traits::MEANINGS).map(|((name, _), meaning)| (*name, *meaning)).collect();
    for (name, meaning) in traits {
        let _ = write!(out, ".It Dv {name}\n{}", plain(meaning));
    }
    out.push_str(".El\n.Sh CODES\n");
    for code in ResultCode::ALL {
        let _ = writeln!(out, ".Ss {} {}", code.number(), code.name());
        out.push_str(&plain(code.meaning()));
        let traits = code.traits().names();
        if !traits.is_empty() {
            let _ = writeln!(out, ".Pp\nTraits: {}.", traits.join(", "));
        }
        out.push_str(".Bl -tag -width \"customer\"\n");
        for (label, audience) in [
            ("customer", Audience::Cardholder),
            ("staff", Audience::Operator),
            ("developer", Audience::Developer),
        ] {
            let _ = write!(out, ".It {label}\n{}", plain(code.message(audience, "en")));
        }
        let hints: Vec<&str> =
            HINTS.iter().filter(|hint| hint.codes.contains(code)).map(|hint| hint.name).collect();
        if !hints.is_empty() {
            let _ = writeln!(out, ".It hints\n{}", hints.join(",\n"));
        }
        out.push_str(".El\n");
    }
    out.push_str(".Sh REASONS\nThe detail that tells two failures of the same code apart:\n");
    let reasons: Vec<&str> = Reason::ALL.iter().map(|reason| reason.name()).collect();
    let _ = writeln!(out, "{}.", reasons.join(",\n"));
    out.push_str(TAIL);
    out
}

/// Without a day: the page changes with the texts and not with time.
const HEAD: &str = "\
.\\\" Made from src/core/result by HONNIN_UPDATE=1 cargo test -p honnin catalogue: do not edit.
.Dd $Mdocdate$
.Dt HONNIN-CODES 7
.Os
.Sh NAME
.Nm honnin-codes
.Nd the answers of honnin and what they say
.Sh DESCRIPTION
Every function of
.Nm honnin
answers with a result code.
0 is success, all others are positive, grouped by hundreds, and never reused.
In C a name has
.Dv HONNIN_
before it; in Python it is a member of
.Vt honnin.ResultCode .
.Pp
The texts below are true for every PIN, card and reader.
Where the situation is known there are better ones, in Japanese and English:
.Ic honnin codes
shows them, for instance
.Dl honnin codes PIN_LOCKED --pin signing --card plastic
.Sh TRAITS
.Bl -tag -width \"CARDHOLDER_ACTS\"
";

const TAIL: &str = "\
.Sh EXIT STATUS
The exit code of the command
.Xr honnin 1
is one a family: 10 for wrong use (1xx), 20 reader, 30 card, 40 PIN, 50 certificate, 60 signature, 70 identity,
90 internal, 130 interrupted.
.Sh SEE ALSO
.Xr honnin 1
";
