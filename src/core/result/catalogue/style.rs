//! What the texts promise, as tests. Each is a rule of the contract (docs/result-codes.md shows the texts themselves).

use super::super::{CardKind, PinKind, ReaderInterface, Reason, ResultCode};
use super::table::{HINTS, PINS, TEXTS, Text, Tries, Words};
use super::{Audience, Situation, languages};
use std::collections::{BTreeMap, BTreeSet};

/// All situations of a code: every reason, PIN, kind of card, interface, and some numbers of tries.
pub(super) fn situations(code: ResultCode) -> impl Iterator<Item = Situation> {
    let reasons = with_none(Reason::ALL);
    let pins = with_none(PinKind::ALL);
    let kinds = with_none(CardKind::ALL);
    let tries = [None, Some(0), Some(1), Some(2), Some(4), Some(10)];
    let mut all = Vec::new();
    for &reason in &reasons {
        for &pin in &pins {
            for &card_kind in &kinds {
                for &reader_interface in ReaderInterface::ALL {
                    for tries_left in tries {
                        let known = Situation {
                            reason,
                            pin,
                            card_kind,
                            reader_interface,
                            tries_left,
                            ..Situation::of(code)
                        };
                        all.push(known);
                    }
                }
            }
        }
    }
    all.into_iter()
}

fn with_none<T: Copy>(values: &[T]) -> Vec<Option<T>> {
    std::iter::once(None).chain(values.iter().copied().map(Some)).collect()
}

/// Every text as it stands in the source: code, audience, language, words.
fn every_text() -> impl Iterator<Item = (ResultCode, Audience, &'static str, &'static str)> {
    TEXTS.iter().flat_map(|text| {
        text.words.iter().flat_map(move |(audience, words)| {
            words.iter().map(move |(language, words)| (text.code, *audience, *language, *words))
        })
    })
}

/// Texts and hints alike: code, audience, language, words.
fn every_sentence() -> Vec<(ResultCode, Audience, &'static str, &'static str)> {
    let hints = HINTS.iter().flat_map(|hint| {
        hint.codes.iter().flat_map(move |code| {
            hint.words.iter().map(move |(language, words)| (*code, hint.audience, *language, *words))
        })
    });
    every_text().chain(hints).collect()
}

fn is_japanese(language: &str) -> bool {
    language.starts_with("ja")
}

fn get(words: Words, language: &str) -> Option<&'static str> {
    words.iter().find(|(known, _)| *known == language).map(|(_, words)| *words)
}

#[test]
fn no_situation_is_left_without_words_and_none_shows_a_placeholder() {
    for code in ResultCode::ALL {
        let mut rendered = BTreeSet::new();
        for situation in situations(*code) {
            for audience in Audience::ALL {
                for lang in languages() {
                    let template = situation.template(*audience, lang);
                    let key = (template, situation.pin, situation.tries_left);
                    if !rendered.insert(key) {
                        continue;
                    }
                    let text = situation.message(*audience, lang);
                    assert!(!text.is_empty() && text != code.name(), "{situation:?} {audience:?} {lang}");
                    assert!(!text.contains(['{', '}']), "{situation:?} {audience:?} {lang}: {text}");
                }
            }
        }
    }
}

#[test]
fn the_general_text_of_a_code_is_a_constant() {
    for text in TEXTS.iter().filter(|text| text.when.fit(&Situation::of(text.code)) == Some(0)) {
        for (audience, words) in text.words {
            for (language, words) in *words {
                assert!(!words.contains('{'), "{:?} {audience:?} {language}", text.code);
            }
        }
    }
}

#[test]
fn every_text_stands_in_every_language_that_its_audience_reads() {
    for text in TEXTS {
        for (audience, words) in text.words {
            let needed: &[&str] = match audience {
                Audience::Cardholder => &["ja", "en", "ja-x-easy"],
                Audience::Developer => &["en"],
                _ => &["ja", "en"],
            };
            for language in needed {
                assert!(get(words, language).is_some(), "{:?} {audience:?} lacks {language}", text.code);
            }
        }
    }
    for hint in HINTS {
        let needed: &[&str] = match hint.audience {
            Audience::Cardholder => &["ja", "en", "ja-x-easy"],
            Audience::Developer => &["en"],
            _ => &["ja", "en"],
        };
        for language in needed {
            assert!(get(hint.words, language).is_some(), "hint {} lacks {language}", hint.name);
        }
    }
    for pin in with_none(PinKind::ALL) {
        let (_, label) = PINS.iter().find(|(known, _)| *known == pin).expect("every PIN has a name");
        assert!(["ja", "en", "ja-x-easy"].iter().all(|language| get(label, language).is_some()), "{pin:?}");
    }
}

#[test]
fn all_languages_of_a_text_carry_the_same_placeholders() {
    let placeholders = |words: &str| ["{tries}", "{pin}"].map(|name| words.contains(name));
    for text in TEXTS {
        for (audience, words) in text.words {
            let tries: BTreeSet<bool> = words.iter().map(|(_, words)| placeholders(words)[0]).collect();
            assert!(tries.len() == 1, "{:?} {audience:?}", text.code);
            let asks = matches!(text.when.tries, Tries::Known | Tries::Exactly(_));
            assert!(
                asks || !tries.contains(&true),
                "{:?} {audience:?}: {{tries}} without a count",
                text.code
            );
        }
    }
}

#[test]
fn no_two_texts_are_equally_right() {
    for code in ResultCode::ALL {
        let texts: Vec<&Text> = TEXTS.iter().filter(|text| text.code == *code).collect();
        for situation in situations(*code) {
            for audience in Audience::ALL {
                let mut best: BTreeMap<u32, u32> = BTreeMap::new();
                for text in texts.iter().filter(|text| text.words.iter().any(|(whom, _)| whom == audience)) {
                    if let Some(fit) = text.when.fit(&situation) {
                        *best.entry(fit).or_default() += 1;
                    }
                }
                assert_eq!(
                    best.last_key_value().map(|(_, count)| *count),
                    Some(1),
                    "{situation:?} {audience:?}"
                );
            }
        }
    }
}

#[test]
fn every_japanese_text_can_be_written_in_cp932() {
    for (code, audience, language, words) in every_sentence() {
        if is_japanese(language) {
            let (_, _, lost) = encoding_rs::SHIFT_JIS.encode(words);
            assert!(!lost, "{code:?} {audience:?} {language}: {words}");
        }
    }
    for (pin, label) in PINS {
        for (language, words) in label.iter().filter(|(language, _)| is_japanese(language)) {
            assert!(!encoding_rs::SHIFT_JIS.encode(words).2, "{pin:?} {language}: {words}");
        }
    }
}

#[test]
fn the_short_form_fits_twenty_full_width_characters() {
    for code in ResultCode::ALL {
        let mut seen = BTreeSet::new();
        for situation in situations(*code) {
            for lang in languages() {
                let text = situation.message(Audience::CardholderShort, lang);
                if !seen.insert(text.clone()) {
                    continue;
                }
                let halves: usize = text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
                assert!(halves <= 40, "{code:?} {lang}: {text} takes {halves} half-width places");
            }
        }
    }
}
