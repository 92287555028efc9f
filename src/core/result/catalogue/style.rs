//! What the texts promise, as tests. Each is a rule of the contract (docs/result-codes.md shows the texts themselves).

use super::super::{CardKind, PinKind, ReaderInterface, Reason, ResultCode};
use super::table::{HINTS, PINS, TEXTS, Text, Tries, When, Words};
use super::{Audience, Situation, Tags, languages};
use std::collections::{BTreeMap, BTreeSet};

/// The situations of a code that can differ: a reason, kind or interface that no text of the code names is
/// treated like an unknown one, so it is left out. PINs have names and tries are numbers, so all of them stand.
pub(super) fn situations(code: ResultCode) -> Vec<Situation> {
    let texts: Vec<&Text> = TEXTS.iter().filter(|text| text.code == code).collect();
    let reasons = named(&texts, Reason::ALL, |when| when.reason);
    let kinds = named(&texts, CardKind::ALL, |when| when.card);
    let interfaces: Vec<ReaderInterface> = ReaderInterface::ALL
        .iter()
        .copied()
        .filter(|interface| {
            *interface == ReaderInterface::Unknown
                || texts.iter().any(|text| text.when.interface.contains(interface))
        })
        .collect();
    let mut all = Vec::new();
    for &reason in &reasons {
        for pin in with_none(PinKind::ALL) {
            for &card_kind in &kinds {
                for &reader_interface in &interfaces {
                    for tries_left in [None, Some(0), Some(1), Some(2), Some(4), Some(10)] {
                        let known =
                            Situation { reason, pin, card_kind, reader_interface, ..Situation::of(code) };
                        all.push(Situation { tries_left, ..known });
                    }
                }
            }
        }
    }
    all
}

fn named<T: Copy + PartialEq + 'static>(
    texts: &[&Text],
    all: &[T],
    of: impl Fn(&When) -> &'static [T],
) -> Vec<Option<T>> {
    with_none(all)
        .into_iter()
        .filter(|value| value.is_none_or(|value| texts.iter().any(|text| of(&text.when).contains(&value))))
        .collect()
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

#[test]
fn every_code_reason_pin_card_and_reader_has_words_for_everybody() {
    for code in ResultCode::ALL {
        for reason in with_none(Reason::ALL) {
            for pin in with_none(PinKind::ALL) {
                for card_kind in with_none(CardKind::ALL) {
                    for &reader_interface in ReaderInterface::ALL {
                        let known =
                            Situation { reason, pin, card_kind, reader_interface, ..Situation::of(*code) };
                        for audience in Audience::ALL {
                            assert_ne!(
                                known.template(*audience, "ja"),
                                code.name(),
                                "{known:?} {audience:?}"
                            );
                        }
                    }
                }
            }
        }
    }
}

// ---- What must not be said ------------------------------------------------------------------------------------------

const OFFICE_WORDS: &[&str] = &["役所", "市区町村", "窓口", "municipal", "city hall"];

#[test]
fn the_office_is_named_only_where_it_can_help() {
    use ResultCode as C;
    let may = [
        C::CardExpired,
        C::CardRecordsDiffer,
        C::PinFormat,
        C::PinIncorrect,
        C::PinLastTry,
        C::PinLocked,
        C::PinRepeated,
        C::CertificateAbsent,
        C::CertificateExpired,
        C::CertificateRevoked,
        C::CertificateOnHold,
        C::NameMismatch,
        C::AddressMismatch,
    ];
    for (code, audience, language, words) in every_sentence() {
        let named = OFFICE_WORDS.iter().any(|word| words.to_lowercase().contains(word));
        assert!(!named || may.contains(&code), "{code:?} {audience:?} {language}: {words}");
    }
    // For a wrong or mistyped PIN it is only a hint, for whoever has forgotten it: the message itself sends nobody away.
    for (code, audience, language, words) in every_text() {
        let wrong = matches!(code, C::PinFormat | C::PinIncorrect | C::PinLastTry | C::PinRepeated);
        let named = OFFICE_WORDS.iter().any(|word| words.contains(word));
        assert!(!(wrong && named), "{code:?} {audience:?} {language}: {words}");
    }
}

#[test]
fn hints_that_send_to_the_office_are_tagged() {
    for hint in HINTS {
        let sends = get(hint.words, "en").is_some_and(|words| words.contains("municipal"));
        assert_eq!(sends, hint.tags.contains(Tags::OFFICE), "{}", hint.name);
    }
}

#[test]
fn no_text_promises_more_than_was_checked_or_says_what_must_not_be_said() {
    const NEVER: &[&str] = &[
        "検証済",
        "本人確認完了",
        "本人確認が完了",
        "後見",
        "偽",
        "不正",
        "盗",
        "紛失",
        "なりすまし",
        "forge",
        "fake",
        "stolen",
        "reported lost",
        "guardian",
        "fraud",
        "第",
        "条",
        "5回",
        "５回",
        "3回間違",
        "10回",
        "five mistakes",
        "コンビニ",
        "セブン",
        "ローソン",
        "ファミリーマート",
        "ミニストップ",
        "7-eleven",
        "lawson",
        "familymart",
        "identity confirmed",
        "selfie",
    ];
    for (code, audience, language, words) in every_sentence() {
        // 有効期限 is a date; 有効 alone would be a judgement. 条件 is no article of a law, and to forget is no crime.
        let bare = ["有効期限", "条件", "forget"]
            .iter()
            .fold(words.to_lowercase(), |bare, fine| bare.replace(fine, ""));
        for never in NEVER {
            assert!(!bare.contains(never), "{code:?} {audience:?} {language}: {words}");
        }
        assert!(!bare.contains("有効"), "{code:?} {audience:?} {language}: {words}");
        if audience != Audience::Developer {
            let word = |word: &str| bare.split(|c: char| !c.is_alphanumeric()).any(|part| part == word);
            assert!(!word("valid") && !word("verified"), "{code:?} {audience:?} {language}: {words}");
        }
    }
}

#[test]
fn the_customer_meets_no_jargon_and_no_blame() {
    const NEVER: &[&str] = &[
        "PC/SC",
        "エラー",
        "失効",
        "照合",
        "認証局",
        "リーダライタ",
        "タイムアウト",
        "VERIFY",
        "APDU",
        "status",
        "revoked",
        "exception",
        "invalid",
        "error",
        "あなたが",
        "間違えました",
        "間違っています",
        "your fault",
        "you made",
        "禁止",
        "できかねます",
    ];
    for (code, audience, language, words) in every_sentence() {
        if matches!(audience, Audience::Cardholder | Audience::CardholderShort) {
            for never in NEVER {
                assert!(!words.contains(never), "{code:?} {audience:?} {language}: {words}");
            }
        }
    }
}

#[test]
fn bluetooth_is_for_a_phone_that_is_the_reader_and_never_for_a_till() {
    assert!(every_text().all(|(_, _, _, words)| !words.contains("Bluetooth") && !words.contains("NFC")));
    for hint in HINTS {
        let mentions =
            hint.words.iter().any(|(_, words)| words.contains("Bluetooth") || words.contains("NFC"));
        assert!(!mentions || hint.tags.contains(Tags::PHONE_AS_READER), "{}", hint.name);
    }
    for code in ResultCode::ALL {
        for situation in situations(*code) {
            for audience in Audience::ALL {
                let hints = situation.hints(*audience, "en");
                assert!(hints.iter().all(|hint| !hint.tags.contains(Tags::PHONE_AS_READER)), "{situation:?}");
            }
        }
    }
}

// ---- What belongs together ------------------------------------------------------------------------------------------

/// Whether all these codes tell the customer the same, in every language and in every situation.
fn share_a_sentence(codes: &[ResultCode]) {
    for audience in [Audience::Cardholder, Audience::CardholderShort] {
        for situation in codes.iter().flat_map(|code| situations(*code)) {
            for lang in languages() {
                let texts: BTreeSet<&str> = codes
                    .iter()
                    .map(|code| Situation { code: *code, ..situation }.template(audience, lang))
                    .collect();
                assert_eq!(texts.len(), 1, "{situation:?} {lang}: {texts:?}");
            }
        }
    }
}

#[test]
fn a_reading_that_broke_off_is_told_in_one_way_whatever_broke_it() {
    share_a_sentence(&[ResultCode::CardRemoved, ResultCode::CardUnstable, ResultCode::CardReset]);
}

#[test]
fn suspicion_is_one_neutral_sentence() {
    use ResultCode as C;
    share_a_sentence(&[
        C::CardResponse,
        C::CardNotGenuine,
        C::CardIssuerUnknown,
        C::CertificateUntrusted,
        C::CertificateUnsuitable,
        C::CertificateMalformed,
    ]);
}

#[test]
fn what_the_shop_has_not_checked_is_one_sentence() {
    use ResultCode as C;
    share_a_sentence(&[
        C::CertificateStatusNotChecked,
        C::CertificateStatusUnknown,
        C::CertificateStatusStale,
        C::CertificateStatusUntrusted,
    ]);
}

// ---- What must be said ----------------------------------------------------------------------------------------------

/// The Japanese message and hints to the customer, as one text.
fn told(situation: Situation) -> String {
    let mut all = situation.message(Audience::Cardholder, "ja");
    for hint in situation.hints(Audience::Cardholder, "ja") {
        all.push_str(&hint.text);
    }
    all
}

#[test]
fn the_signing_password_is_explained_to_whoever_types_four_digits() {
    let reason = Some(Reason::FourDigitsForSigning);
    let pin = Some(PinKind::Signing);
    let text = told(Situation { reason, pin, ..Situation::of(ResultCode::PinFormat) });
    for part in [
        "4桁の暗証番号ではなく",
        "受け取ったとき",
        "6文字から16文字",
        "残り回数は減っていません",
        "0（ゼロ）",
        "本人の確認と書類への署名に使います",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

/// The longest stretch of characters that both have.
fn longest_in_common<'a>(one: &'a str, other: &str) -> &'a str {
    let starts: Vec<usize> = one.char_indices().map(|(at, _)| at).chain([one.len()]).collect();
    let mut longest = "";
    for (first, &start) in starts.iter().enumerate() {
        for &end in &starts[first..] {
            let stretch = &one[start..end];
            if !other.contains(stretch) {
                break;
            }
            if stretch.chars().count() > longest.chars().count() {
                longest = stretch;
            }
        }
    }
    longest
}

/// Every situation that decides about a hint: `situations` leaves out what no text asks for.
fn hinted(code: ResultCode) -> Vec<Situation> {
    let mut all = Vec::new();
    for situation in situations(code).into_iter().filter(|situation| situation.tries_left != Some(0)) {
        for card_kind in with_none(CardKind::ALL) {
            for &reader_interface in ReaderInterface::ALL {
                all.push(Situation { card_kind, reader_interface, offers: Tags::OFFERED, ..situation });
            }
        }
    }
    all
}

#[test]
fn a_hint_does_not_repeat_the_message() {
    /// Names of things, which a hint may say again: longer than any phrase that is alike by chance.
    const NAMES: &[&str] =
        &["署名用パスワード", "マイナンバーカード", "住民票のある市区町村の窓口", "電子証明書"];
    let mut seen = BTreeSet::new();
    for code in ResultCode::ALL {
        for situation in hinted(*code) {
            for audience in [Audience::Cardholder, Audience::Operator] {
                let message = situation.template(audience, "ja");
                for hint in situation.hints(audience, "ja") {
                    if !seen.insert((message, hint.text.clone())) {
                        continue;
                    }
                    let bare =
                        |text: &str| NAMES.iter().fold(text.to_owned(), |text, name| text.replace(name, "■"));
                    let (said, again) = (bare(message), bare(&hint.text));
                    let common = longest_in_common(&again, &said);
                    assert!(
                        common.chars().count() < 12,
                        "{code:?}, hint {}: {common}\n{message}\n{}",
                        hint.name,
                        hint.text
                    );
                }
            }
        }
    }
}

#[test]
fn nothing_sent_means_no_try_was_used_and_that_is_said() {
    for code in [ResultCode::PinFormat, ResultCode::PinEntryTimeout, ResultCode::PinRepeated] {
        assert!(
            Situation::of(code).message(Audience::Cardholder, "ja").contains("残り回数は減っていません"),
            "{code:?}"
        );
        assert!(
            Situation::of(code).message(Audience::Cardholder, "en").contains("no try was used"),
            "{code:?}"
        );
    }
}

#[test]
fn a_wrong_pin_tells_the_count_that_other_places_count_and_that_stopping_is_safe() {
    for pin in PinKind::ALL {
        for kind in with_none(CardKind::ALL) {
            let situation = |tries| Situation {
                pin: Some(*pin),
                card_kind: kind,
                tries_left: Some(tries),
                ..Situation::of(ResultCode::PinIncorrect)
            };
            for tries in [1, 2, 4] {
                let text = situation(tries).message(Audience::Cardholder, "ja");
                for part in [format!("あと{tries}回").as_str(), "ほかのお店やアプリ", "ここでやめれば"]
                {
                    assert!(text.contains(part), "{part}: {text}");
                }
            }
            let none = situation(0).message(Audience::Cardholder, "ja");
            assert!(none.contains("ロック") && !none.contains("ここでやめれば"), "{none}");
        }
    }
}

#[test]
fn who_can_reset_a_locked_pin_depends_on_the_pin_and_on_what_carries_it() {
    for pin in PinKind::ALL {
        let on = |kind| Situation {
            pin: Some(*pin),
            card_kind: Some(kind),
            ..Situation::of(ResultCode::PinLocked)
        };
        let plastic = told(on(CardKind::Plastic));
        assert!(
            plastic.contains("時間がたっても元には戻りません") && plastic.contains("市区町村の窓口"),
            "{plastic}"
        );
        let kiosk = matches!(pin, PinKind::Signing | PinKind::Authentication);
        assert_eq!(plastic.contains("再設定できる場合があります"), kiosk, "{plastic}");
        let phone = told(on(CardKind::Iphone));
        assert!(phone.contains("マイナポータル") && !phone.contains("窓口"), "{phone}");
    }
}

#[test]
fn whoever_has_forgotten_a_pin_is_told_where_it_is_reset() {
    for code in [ResultCode::PinIncorrect, ResultCode::PinLastTry, ResultCode::PinRepeated] {
        let forgotten = |pin| {
            let card_kind = Some(CardKind::Plastic);
            told(Situation { pin: Some(pin), card_kind, ..Situation::of(code) })
        };
        for (pin, known) in [
            (PinKind::Signing, "4桁の利用者証明用暗証番号が分かるとき"),
            (PinKind::Authentication, "署名用パスワードが分かるとき"),
        ] {
            let text = forgotten(pin);
            for part in ["お忘れのとき", "住民票のある市区町村の窓口", known, "再設定できる場合があります"]
            {
                assert!(text.contains(part), "{code:?} {part}: {text}");
            }
        }
        let text = forgotten(PinKind::Text);
        assert!(text.contains("市区町村の窓口") && !text.contains("アプリと"), "{text}");
    }
}

#[test]
fn two_locked_pins_are_for_the_office_alone() {
    for pin in [PinKind::Signing, PinKind::Authentication] {
        let card_kind = Some(CardKind::Plastic);
        let text = told(Situation { pin: Some(pin), card_kind, ..Situation::of(ResultCode::PinLocked) });
        assert!(text.contains("両方がロックされているときは、市区町村の窓口だけ"), "{text}");
    }
}

#[test]
fn a_phone_that_is_the_reader_is_told_about_its_switches_where_the_program_says_it_is_one() {
    let situation = Situation::of(ResultCode::CardAbsent).offering(Tags::PHONE_AS_READER);
    let text: String =
        situation.hints(Audience::Cardholder, "ja").into_iter().map(|hint| hint.text).collect();
    for part in [
        "「リーダー／ライター」をオン",
        "ウォレット機能のロック",
        "機内モード",
        "Bluetooth",
        "ケース",
        "ケーブル",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn another_way_is_offered_without_letters_of_the_law_and_staff_know_until_when_images_do() {
    for code in [ResultCode::CertificateAbsent, ResultCode::CardWithoutPin, ResultCode::PinLocked] {
        let offered = Situation::of(code).offering(Tags::OTHER_WAY);
        let has =
            |audience, part: &str| offered.hints(audience, "ja").iter().any(|hint| hint.text.contains(part));
        assert!(has(Audience::Cardholder, "ほかの方法での確認"), "{code:?}");
        assert!(has(Audience::Operator, "2027年4月1日"), "{code:?}");
    }
}

#[test]
fn nobody_is_told_why_a_certificate_is_not_there() {
    for (code, audience, language, words) in every_sentence() {
        if code == ResultCode::CertificateAbsent && audience != Audience::Developer {
            for never in ["歳", "お子", "未成年", "子ども", "希望し", "申請し", "child", "minor", "15"]
            {
                assert!(!words.contains(never), "{audience:?} {language}: {words}");
            }
        }
    }
}

#[test]
fn a_business_that_needs_the_registered_name_can_say_so() {
    let plain = Situation::of(ResultCode::NameMismatch);
    let says = |situation: Situation| {
        situation.hints(Audience::Cardholder, "ja").iter().any(|hint| hint.text.contains("同じ場合に限り"))
    };
    assert!(!says(plain) && says(plain.offering(Tags::NAME_MUST_MATCH)));
}

#[test]
fn a_failed_reading_tells_what_helps_at_that_kind_of_reader() {
    for code in [ResultCode::CardRemoved, ResultCode::CardUnstable, ResultCode::CardReset] {
        let at = |reader_interface, card_kind| {
            told(Situation { reader_interface, card_kind, ..Situation::of(code) })
        };
        let field = at(ReaderInterface::Contactless, Some(CardKind::Plastic));
        for part in ["「終わりました」と表示されるまで", "5秒以上", "平らに", "財布やケースから", "硬貨"]
        {
            assert!(field.contains(part), "{part}: {field}");
        }
        let slot = at(ReaderInterface::Contact, Some(CardKind::Plastic));
        assert!(slot.contains("ICチップ") && slot.contains("奥まで") && !slot.contains("財布"), "{slot}");
        let phone = at(ReaderInterface::Contactless, Some(CardKind::Android));
        assert!(phone.contains("画面のロックを解除") && !phone.contains("財布"), "{phone}");
        let staff = Situation::of(code).hints(Audience::Operator, "ja");
        assert!(staff.iter().any(|hint| hint.text.contains("3回続けて")), "{code:?}");
    }
}

#[test]
fn certificates_and_registrations_carry_what_people_need_to_know() {
    use ResultCode as C;
    for (code, audience, part) in [
        (C::CertificateExpired, Audience::Cardholder, "カード本体の期限とは別"),
        (C::CertificateRevoked, Audience::Cardholder, "引っ越しやお名前の変更"),
        (C::CertificateRevoked, Audience::Cardholder, "新しい電子証明書"),
        (C::NameMismatch, Audience::Operator, "追記欄"),
        (C::AddressMismatch, Audience::Operator, "追記欄"),
        (C::AddressMismatch, Audience::Operator, "確かめていません"),
        (C::NameMismatch, Audience::Cardholder, "ここでは変えられず"),
        (C::CardFeatureAbsent, Audience::Cardholder, "プラスチックのマイナンバーカード"),
        (C::CardWithoutPin, Audience::Cardholder, "ようです"),
        (C::CardExpired, Audience::Cardholder, "ようです"),
        (C::Ok, Audience::Cardholder, "読み取りが終わりました"),
    ] {
        let text = code.message(audience, "ja");
        assert!(text.contains(part), "{code:?} {audience:?} {part}: {text}");
    }
}

// ---- How it is said -------------------------------------------------------------------------------------------------

#[test]
fn japanese_sentences_are_polite_and_not_too_long() {
    for (code, audience, language, words) in every_sentence() {
        if language != "ja" || audience == Audience::CardholderShort {
            continue;
        }
        assert!(words.ends_with('。'), "{code:?} {audience:?}: {words}");
        for sentence in words.split_terminator('。') {
            let polite = ["です", "ます", "ません", "ました", "でした", "ください", "します"];
            let end = sentence.trim_end_matches('）');
            assert!(
                polite.iter().any(|polite| end.ends_with(polite)) || sentence.ends_with('）'),
                "{code:?}: {sentence}"
            );
            assert!(sentence.chars().count() <= 75, "{code:?} {audience:?}: {sentence}");
        }
    }
}

#[test]
fn easy_japanese_is_short_spaced_and_has_readings() {
    let kanji = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c) || c == '々';
    let kana = |c: char| ('\u{3041}'..='\u{30ff}').contains(&c);
    let labels = PINS.iter().filter_map(|(_, label)| get(label, "ja-x-easy"));
    let sentences = every_sentence().into_iter().filter(|(_, _, language, _)| *language == "ja-x-easy");
    for words in labels.chain(sentences.map(|(_, _, _, words)| words)) {
        // Every run of kanji is followed by its reading.
        let mut rest = words;
        while let Some(at) = rest.find(kanji) {
            rest = rest[at..].trim_start_matches(kanji);
            let reading = rest.strip_prefix('（').and_then(|rest| rest.split_once('）'));
            let (reading, after) = reading.unwrap_or_else(|| panic!("no reading: {words}"));
            assert!(reading.chars().all(kana), "{reading}: {words}");
            rest = after;
        }
        // Without the readings: sentences of at most 40 characters, phrases of at most 14.
        let mut bare = String::new();
        let mut hidden = false;
        for c in words.chars() {
            match c {
                '（' => hidden = true,
                '）' => hidden = false,
                _ if !hidden => bare.push(c),
                _ => {}
            }
        }
        for sentence in bare.split('。') {
            let length = sentence.chars().filter(|c| *c != ' ').count();
            assert!(length <= 40, "{length} characters: {sentence}");
        }
        for phrase in bare.split([' ', '。', '、']) {
            assert!(phrase.chars().count() <= 14, "{phrase}: {words}");
        }
    }
}
