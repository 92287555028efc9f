//! Section 3 of the manual, made from the header: a page for each group of functions, and honnin(3), which has the
//! conventions. In mdoc, which man and mandoc read.

use honnin_tests::interface::{Group, Interface, Item, Struct};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Every page by its file name.
pub fn pages(interface: &Interface) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::from([("honnin.3".to_owned(), overview(interface))]);
    // A type stands on the page of the first function that takes it.
    let mut described = BTreeSet::new();
    for group in &interface.groups {
        pages.insert(format!("honnin_{}.3", group.name), page(interface, group, &mut described));
    }
    pages
}

/// Without a day: a page changes with the header and not with time.
fn head(name: &str) -> String {
    format!(
        ".\\\" Made from include/honnin.h by UPDATE=1 cargo test -p honnin-tests --test header: do not edit.\n\
         .Dd $Mdocdate$\n.Dt {} 3\n.Os\n.Sh NAME\n",
        name.to_uppercase()
    )
}

fn overview(interface: &Interface) -> String {
    let mut out = head("honnin");
    out.push_str(
        ".Nm honnin\n.Nd reads a My Number Card: the library for C and C++\n.Sh SYNOPSIS\n.In honnin.h\n",
    );
    out.push_str(
        ".Pp\n.Nm cc\nprogram.c $(pkg-config --cflags --libs honnin)\n.Sh DESCRIPTION\n.Bd -literal\n",
    );
    // Behind the title and the note to whoever would edit the header.
    for line in interface.conventions.split("\n\n").skip(2).collect::<Vec<_>>().join("\n\n").lines() {
        out.push_str(&escaped(line));
        out.push('\n');
    }
    out.push_str(".Ed\n.Sh PAGES\n.Bl -tag -width Ds\n");
    for group in &interface.groups {
        let _ = writeln!(out, ".It Xr honnin_{} 3\n{}.", group.name, escaped(&group.title));
    }
    out.push_str(".El\n.Sh SEE ALSO\n.Xr honnin 1 ,\n.Xr honnin-codes 7\n");
    out
}

fn page<'a>(interface: &'a Interface, group: &Group, described: &mut BTreeSet<&'a str>) -> String {
    let mut out = head(&format!("honnin_{}", group.name));
    let names: Vec<&str> = group.functions.iter().map(|function| function.name.as_str()).collect();
    let _ = writeln!(
        out,
        ".Nm {}\n.Nd {}\n.Sh SYNOPSIS\n.In honnin.h",
        names.join(" ,\n.Nm "),
        escaped(&group.title)
    );
    for function in &group.functions {
        out.push_str(&prototype(function));
    }
    out.push_str(".Sh DESCRIPTION\nWhat holds for every function stands in\n.Xr honnin 3 .\n");
    for function in &group.functions {
        let _ = writeln!(out, ".Ss {}", function.name);
        out.push_str(&text(&function.text));
    }
    let shown = types(interface, group, described);
    if !shown.is_empty() {
        let _ = write!(out, ".Sh TYPES\n{shown}");
    }
    out.push_str(&constants(interface, &out));
    out.push_str(".Sh SEE ALSO\n.Xr honnin 3 ,\n.Xr honnin-codes 7\n");
    out
}

fn prototype(function: &Item) -> String {
    let (head, parameters) = function.declaration.split_once('(').unwrap_or_default();
    let returned = head.trim_end_matches(&function.name).trim();
    let mut out = format!(".Ft \"{returned}\"\n.Fo {}\n", function.name);
    for parameter in parameters.trim_end_matches(')').split(',') {
        let _ = writeln!(out, ".Fa \"{}\"", parameter.trim());
    }
    out.push_str(".Fc\n");
    out
}

/// The callbacks and structs that the functions of the group take, and those that these take.
fn types<'a>(interface: &'a Interface, group: &Group, described: &mut BTreeSet<&'a str>) -> String {
    let mut out = String::new();
    let mut seen: String = group.functions.iter().map(|function| function.declaration.as_str()).collect();
    let mentions = |text: &str, name: &str| {
        text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
    };
    for struct_ in &interface.structs {
        let name = struct_.item.name.as_str();
        if mentions(&seen, name) && described.insert(name) {
            for member in &struct_.members {
                seen.push_str(&member.declaration);
                seen.push(' ');
            }
            out.push_str(&struct_text(struct_));
        }
    }
    for callback in &interface.callbacks {
        if mentions(&seen, &callback.name) && described.insert(&callback.name) {
            let _ = writeln!(
                out,
                ".Ss {}\n.Bd -literal -compact\n{};\n.Ed\n.Pp",
                callback.name, callback.declaration
            );
            out.push_str(&text(&callback.text));
        }
    }
    out
}

fn struct_text(struct_: &Struct) -> String {
    let mut out = format!(".Ss {}\n", struct_.item.name);
    out.push_str(&text(&struct_.item.text));
    out.push_str(".Bl -tag -width Ds\n");
    for member in &struct_.members {
        let _ = write!(out, ".It Vt {}\n{}", escaped(&member.declaration), text(&member.text));
    }
    out.push_str(".El\n");
    out
}

/// The constants of which the page says no more than how their names begin.
fn constants(interface: &Interface, page: &str) -> String {
    let families: BTreeSet<&str> = page
        .split("\\[u2026]")
        .filter_map(|before| before.rsplit(|c: char| !c.is_ascii_uppercase() && c != '_').next())
        .filter(|family| family.starts_with("HONNIN_") && family.ends_with('_'))
        .collect();
    let mut out = String::new();
    for constant in &interface.constants {
        if families.iter().any(|family| constant.name.starts_with(family)) {
            let _ = write!(out, ".It Dv {}\n{}", constant.name, sentences(&constant.text));
        }
    }
    if out.is_empty() { out } else { format!(".Sh CONSTANTS\n.Bl -tag -width Ds\n{out}.El\n") }
}

/// The text of a comment: paragraphs, then parameters, then what is returned.
fn text(lines: &[String]) -> String {
    let mut parts: Vec<String> = vec![String::new()];
    for line in lines {
        if line.starts_with('@') || line.is_empty() {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push_str(line.trim());
            part.push(' ');
        }
    }
    let mut out = String::new();
    let mut in_list = false;
    for part in parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()) {
        if let Some(parameter) = part.strip_prefix("@param ") {
            let (name, said) = parameter.split_once(' ').unwrap_or((parameter, ""));
            let begin = if in_list { "" } else { ".Bl -tag -width Ds\n" };
            let _ = write!(out, "{begin}.It Fa {name}\n{}", sentences(said));
            in_list = true;
            continue;
        }
        if in_list {
            out.push_str(".El\n");
            in_list = false;
        }
        if !out.is_empty() {
            out.push_str(".Pp\n");
        }
        if let Some(returned) = part.strip_prefix("@return ") {
            let _ = write!(out, "Returns {}", sentences(returned));
        } else if let Some(since) = part.strip_prefix("@since ") {
            let _ = writeln!(out, "Since {since}.");
        } else {
            out.push_str(&sentences(part));
        }
    }
    if in_list {
        out.push_str(".El\n");
    }
    out
}

/// A text as mdoc takes it: one sentence a line.
fn sentences(text: &str) -> String {
    let text = text.trim().trim_end_matches('.');
    let mut out = String::new();
    for sentence in text.split(". ") {
        let hidden = if sentence.starts_with(['.', '\'']) { "\\&" } else { "" };
        let _ = writeln!(out, "{hidden}{}.", escaped(sentence));
    }
    out
}

/// What is not ASCII by its number, which every reader of manual pages takes; names between accents in italics.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    let mut in_name = false;
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\e"),
            '`' => {
                in_name = !in_name;
                out.push_str(if in_name { "\\fI" } else { "\\fR" });
            }
            _ if character.is_ascii() => out.push(character),
            _ => {
                let _ = write!(out, "\\[u{:04X}]", u32::from(character));
            }
        }
    }
    out
}
