//! Every wrong call of every function of honnin.h, made from the header itself: NULL in every pointer position, structs of
//! every size, values that no enumeration has, sizes that no memory has. Each is a result and never a crash, under
//! the sanitizers of the C compiler and under valgrind.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(target_os = "linux")]

use honnin_tests::installed::{compile, prefix, root, run, scratch};
use honnin_tests::tools;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::Command;

struct Parameter {
    type_: String,
    name: String,
}

struct Function {
    name: String,
    returns: String,
    parameters: Vec<Parameter>,
}

/// The declarations of the header.
fn functions() -> Vec<Function> {
    let header = std::fs::read_to_string(root().join("include/honnin.h")).unwrap();
    let mut found = Vec::new();
    for (at, _) in header.match_indices("HONNIN_CALL honnin_") {
        let line_start = header[..at].rfind('\n').unwrap() + 1;
        let returns = header[line_start..at].replace("HONNIN_MUST_USE", "");
        let rest = &header[at + "HONNIN_CALL ".len()..];
        let declaration = &rest[..rest.find(';').unwrap()];
        let (name, parameters) = declaration.split_once('(').unwrap();
        let parameters = parameters
            .trim_end_matches(')')
            .split(',')
            .map(|parameter| parameter.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|parameter| parameter != "void")
            .map(|parameter| {
                let split = parameter.rfind([' ', '*']).unwrap() + 1;
                let (type_, name) = parameter.split_at(split);
                Parameter { type_: type_.trim().to_owned(), name: name.to_owned() }
            })
            .collect();
        found.push(Function { name: name.to_owned(), returns: returns.trim().to_owned(), parameters });
    }
    assert!(found.len() > 100);
    found
}

fn is_out(type_: &str) -> bool {
    type_.ends_with("**") || type_.ends_with("* *")
}

fn is_options(type_: &str) -> bool {
    type_.starts_with("const honnin_")
        && (type_.contains("_options")
            || type_.contains("honnin_registered")
            || type_.contains("honnin_connection"))
}

/// What a right call passes.
fn right(parameter: &Parameter) -> String {
    let type_ = parameter.type_.trim_start_matches("const ").replace(" *", "*");
    match type_.as_str() {
        "honnin_context*" => "context".into(),
        "honnin_card*" => "card".into(),
        "honnin_virtual_card*" => "virtual_card".into(),
        "honnin_certificate*" => "certificate".into(),
        "honnin_holder*" => "holder".into(),
        "honnin_report*" => "report".into(),
        "honnin_trust*" => "trust".into(),
        "honnin_buffer*" => "buffer".into(),
        "honnin_reader_list*" => "readers".into(),
        "honnin_card_details*" => "details".into(),
        "honnin_face*" | "void*" => "NULL".into(),
        "honnin_error*" => "&error".into(),
        "honnin_finding*" => "&finding".into(),
        "int32_t*" => "&signed_number".into(),
        "uint32_t*" => "&number".into(),
        "char*" => "\"1989-05-07\"".into(),
        "uint8_t*" => "(const uint8_t *)\"1234567890123456\"".into(),
        "size_t" => "10".into(),
        "uint32_t" => "1".into(),
        "int32_t" | "honnin_result" => "1".into(),
        "char**" => "&text".into(),
        "honnin_read_fn" => "read_nothing".into(),
        "honnin_timestamp_fn" => "no_timestamp".into(),
        other if is_out(other) => format!("({other})&out"),
        other if other.starts_with("honnin_") && other.ends_with('*') => {
            format!("&my_{}", other.trim_end_matches('*').trim_start_matches("honnin_"))
        }
        _ => "NULL".into(),
    }
}

/// A call with one argument replaced, its result looked at, and what it made freed.
fn call(function: &Function, wrong: Option<(usize, &str)>, expected: &str) -> String {
    let arguments: Vec<String> = function
        .parameters
        .iter()
        .enumerate()
        .map(|(at, parameter)| match wrong {
            Some((place, value)) if place == at => value.to_owned(),
            _ => right(parameter),
        })
        .collect();
    let expression = format!("{}({})", function.name, arguments.join(", "));
    let mut text = String::new();
    let label = format!(
        "{} {}",
        function.name,
        wrong.map_or(String::new(), |(at, value)| {
            format!("{} = {}", function.parameters[at].name, value.replace('"', "'"))
        })
    );
    if function.returns == "honnin_result" && function.name != "honnin_report_result" {
        writeln!(text, "  check({expression}, {expected}, \"{label}\");").unwrap();
    } else {
        writeln!(text, "  (void){expression};").unwrap();
    }
    if let Some(made) = function.parameters.iter().find(|parameter| is_out(&parameter.type_)) {
        let free = made.type_.replace(['*', ' '], "");
        match free.as_str() {
            "constchar" => {}
            "honnin_card" => text.push_str("  honnin_card_close((honnin_card *)out); out = NULL;\n"),
            _ => writeln!(text, "  {free}_free(({free} *)out); out = NULL;").unwrap(),
        }
    }
    text
}

/// Values that none of our enumerations has. What is a number or a choice of bits is not among them.
fn is_enumeration(parameter: &Parameter) -> bool {
    parameter.type_ == "uint32_t" && !["index", "years"].contains(&parameter.name.as_str())
}

fn program() -> String {
    let mut calls = String::new();
    for function in functions() {
        let frees = function.name.ends_with("_free") || function.name.ends_with("_close");
        let resets = "  reset();\n";
        for (at, parameter) in function.parameters.iter().enumerate() {
            let is_pointer = parameter.type_.ends_with('*') || parameter.type_.ends_with("_fn");
            if is_pointer {
                calls.push_str(&call(&function, Some((at, "NULL")), "ANY"));
                calls.push_str(resets);
            }
            if frees {
                continue;
            }
            if is_enumeration(parameter) {
                for value in ["99u", "0xFFFFFFFFu"] {
                    calls.push_str(&call(&function, Some((at, value)), "HONNIN_INVALID_ARGUMENT"));
                }
            }
            if parameter.type_ == "size_t" {
                calls.push_str(&call(&function, Some((at, "0")), "ANY"));
                if parameter.name != "index" {
                    calls.push_str(&call(&function, Some((at, "SIZE_MAX")), "HONNIN_INVALID_ARGUMENT"));
                }
                calls.push_str(resets);
            }
            if is_options(&parameter.type_) || parameter.type_.replace(' ', "") == "honnin_error*" {
                let type_ = parameter.type_.trim_start_matches("const ").replace([' ', '*'], "");
                let sized = call(&function, Some((at, &format!("({type_} *)block"))), "ANY");
                let tailed =
                    call(&function, Some((at, &format!("({type_} *)block"))), "HONNIN_UNSUPPORTED_OPTION");
                writeln!(
                    calls,
                    "  for (size = 0; size <= sizeof({type_}) + 64; size++) {{\n  block = sized(size, 0);\n{sized}  free(block);\n  reset();\n  }}"
                )
                .unwrap();
                if is_options(&parameter.type_) {
                    writeln!(calls, "  block = sized(sizeof({type_}) + 8, 1);\n{tailed}  free(block);")
                        .unwrap();
                }
                for size in ["0u", "3u", "4097u", "0xFFFFFFFFu"] {
                    let refused =
                        call(&function, Some((at, &format!("({type_} *)block"))), "HONNIN_INVALID_ARGUMENT");
                    writeln!(calls, "  block = sized(4, 0); set({size});\n{refused}  free(block);").unwrap();
                }
            }
        }
    }
    // Handles after their end.
    calls.push_str("  honnin_card_close(card); honnin_context_free(context);\n  closed = 1;\n");
    for function in functions() {
        let handle = function.parameters.iter().position(|parameter| {
            ["honnin_card", "honnin_context"].contains(&parameter.type_.replace([' ', '*'], "").as_str())
                && !is_out(&parameter.type_)
        });
        if handle.is_some() {
            calls.push_str(&call(&function, None, "ANY"));
        }
    }
    format!(
        r#"#include <honnin.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANY (-1)

static honnin_context *context;
static honnin_card *card;
static honnin_virtual_card *virtual_card;
static honnin_certificate *certificate;
static honnin_holder *holder;
static honnin_report *report;
static honnin_trust *trust;
static honnin_buffer *buffer;
static honnin_reader_list *readers;
static honnin_card_details *details;
static honnin_context_options without_pcsc = HONNIN_CONTEXT_OPTIONS_INIT;
static int closed, failed, calls;
static unsigned char *block;

static void must(honnin_result result, const char *what) {{
  if (result != HONNIN_OK) {{ fprintf(stderr, "%s: %s\n", what, honnin_result_name(result)); exit(3); }}
}}

static honnin_result HONNIN_CALL transmit(void *user, const uint8_t *command, size_t size, uint8_t *response, size_t cap,
                                          size_t *len, int32_t timeout_ms) {{
  (void)user; (void)command; (void)size; (void)timeout_ms;
  if (cap < 2) return HONNIN_READER_FAILED;
  response[0] = 0x6A; response[1] = 0x82; *len = 2;
  return HONNIN_OK;
}}

static honnin_result HONNIN_CALL read_nothing(void *user, uint8_t *buf, size_t cap, size_t *len) {{
  (void)user; (void)buf; (void)cap;
  *len = 0;
  return HONNIN_OK;
}}

static honnin_result HONNIN_CALL no_timestamp(void *user, const uint8_t *request, size_t size, honnin_buffer **reply) {{
  (void)user; (void)request; (void)size;
  *reply = NULL;
  return HONNIN_IO_ERROR;
}}

/* What a call may have used up is made again. */
static void reset(void) {{
  honnin_error error = HONNIN_ERROR_INIT;
  if (!closed && honnin_card_kind(card) == 0) {{
    honnin_card_close(card);
    must(honnin_reader_open(context, NULL, NULL, &card, &error), error.message);
  }}
}}

static void check(honnin_result result, honnin_result expected, const char *what) {{
  calls++;
  if (strcmp(honnin_result_name(result), "UNKNOWN") == 0 || (expected != ANY && result != expected) ||
      result == HONNIN_INTERNAL_PANIC || result == HONNIN_INTERNAL) {{
    fprintf(stderr, "%s: %s\n", what, honnin_result_name(result));
    failed++;
  }}
}}

/* A struct of exactly that size in memory of exactly that size. */
static unsigned char *sized(size_t size, int tail) {{
  uint32_t number = (uint32_t)size;
  unsigned char *made = (unsigned char *)calloc(1, size < 4 ? 4 : size);
  if (made == NULL) exit(3);
  memcpy(made, &number, 4);
  if (tail) made[size - 1] = 1;
  return made;
}}

static void set(uint32_t size) {{ memcpy(block, &size, 4); }}

int main(void) {{
  honnin_error error = HONNIN_ERROR_INIT;
  honnin_finding finding = HONNIN_FINDING_INIT;
  honnin_context_options my_context_options = HONNIN_CONTEXT_OPTIONS_INIT;
  honnin_wait_options my_wait_options = HONNIN_WAIT_OPTIONS_INIT;
  honnin_open_options my_open_options = HONNIN_OPEN_OPTIONS_INIT;
  honnin_connection my_connection = HONNIN_CONNECTION_INIT;
  honnin_pin_options my_pin_options = HONNIN_PIN_OPTIONS_INIT;
  honnin_validation_options my_validation_options = HONNIN_VALIDATION_OPTIONS_INIT;
  honnin_registered my_registered = HONNIN_REGISTERED_INIT;
  honnin_cms_options my_cms_options = HONNIN_CMS_OPTIONS_INIT;
  honnin_pdf_options my_pdf_options = HONNIN_PDF_OPTIONS_INIT;
  void *out = NULL;
  const char *text = NULL;
  uint32_t number = 0;
  int32_t signed_number = 0;
  size_t size;
  without_pcsc.no_pcsc = 1;
  my_context_options.no_pcsc = 1;
  my_connection.transmit = transmit;
  my_open_options.timeout_ms = my_wait_options.timeout_ms = HONNIN_POLL;
  must(honnin_context_new(&without_pcsc, &context, &error), error.message);
  must(honnin_virtual_card_new(NULL, &virtual_card, &error), error.message);
  must(honnin_context_add_virtual_card(context, virtual_card, NULL, &error), error.message);
  must(honnin_reader_open(context, NULL, NULL, &card, &error), error.message);
  must(honnin_pin_verify(card, HONNIN_PIN_KIND_SIGNING, "ABC123", 6, NULL, &error), error.message);
  must(honnin_certificate_read(card, HONNIN_CERTIFICATE_KIND_SIGNING, &certificate, &error), error.message);
  must(honnin_certificate_holder(certificate, &holder, &error), error.message);
  must(honnin_pin_forget(card, &error), error.message);
  must(honnin_trust_new(HONNIN_TRUST_ROOTS_NONE, &trust, &error), error.message);
  (void)!honnin_certificate_validate(certificate, NULL, &report, &error);
  must(honnin_buffer_new(NULL, 0, &buffer), "buffer");
  must(honnin_reader_list_new(context, &readers, &error), error.message);
  must(honnin_card_details_read(card, 0, &details, &error), error.message);
{calls}
  /* In the order in which a program would not do it. */
  honnin_virtual_card_free(virtual_card);
  honnin_report_free(report);
  honnin_certificate_free(certificate);
  honnin_holder_free(holder);
  honnin_trust_free(trust);
  honnin_buffer_free(buffer);
  honnin_reader_list_free(readers);
  honnin_card_details_free(details);
  honnin_card_close(card);
  honnin_context_free(context);
  printf("%d calls, %d wrong\n", calls, failed);
  return failed != 0;
}}
"#
    )
}

/// The program as a file. Freeing calls take NULL only, so that nothing is freed twice.
fn source() -> PathBuf {
    let path = scratch("sources").join("misuse.c");
    std::fs::write(&path, program()).unwrap();
    path
}

const RELAXED: [&str; 3] = ["-std=c11", "-Wno-unused-result", "-Wno-unused-variable"];

#[test]
fn every_wrong_call_is_an_answer_under_the_sanitizers() {
    let options = [&RELAXED[..], &["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]].concat();
    let program = compile("gcc", &options, &source(), prefix(), "misuse_sanitized");
    let output = run(Command::new(program).env("ASAN_OPTIONS", "detect_leaks=1"));
    print!("{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn every_wrong_call_is_an_answer_under_valgrind() {
    tools::need(&[tools::VALGRIND]);
    let program = compile("gcc", &RELAXED, &source(), prefix(), "misuse_plain");
    run(Command::new("valgrind")
        .args([
            "-q",
            "--error-exitcode=9",
            "--leak-check=full",
            "--errors-for-leak-kinds=definite",
            "--show-leak-kinds=definite",
        ])
        .arg(program));
}

#[test]
fn objects_may_be_freed_in_every_order_under_the_sanitizers() {
    let options = ["-std=c99", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
    let program = compile("gcc", &options, &root().join("tests/c/frees.c"), prefix(), "frees");
    let output = run(Command::new(program).env("ASAN_OPTIONS", "detect_leaks=1"));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "720 orders\n");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}
