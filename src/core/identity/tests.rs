use super::*;
use crate::holder::HolderSource;

fn holder() -> Holder {
    Holder {
        name: Some("番号　花子".into()),
        name_kana: None,
        address: Some("東京都千代田区霞が関九丁目９９番９号".into()),
        birth_date: PartialDate::from_text("1989-05-07").unwrap(),
        sex: Some(Sex::Female),
        name_substituted: vec![false; 5],
        address_substituted: vec![],
        source: HolderSource::Certificate,
    }
}

fn one(holder: &Holder, registered: Registered) -> Finding {
    let report = compare(holder, &registered).unwrap();
    assert_eq!(report.findings().len(), 1);
    report.findings()[0].clone()
}

fn name(text: &str) -> Registered {
    Registered { name: Some(text.into()), ..Registered::default() }
}

#[test]
fn each_item_is_a_finding_of_its_own_and_the_worst_speaks() {
    let registered = Registered {
        name: Some("番号 花子".into()),
        address: Some("千代田区霞ヶ関9-99-9".into()),
        birth_date: PartialDate::from_text("1989-05-08"),
        sex: Some(Sex::Female),
        ..Registered::default()
    };
    let report = compare(&holder(), &registered).unwrap();
    let verdicts: Vec<_> = report.findings().iter().map(|one| (one.subject, one.verdict.unwrap())).collect();
    assert_eq!(
        verdicts,
        [
            (Subject::Name, Verdict::Equivalent),
            (Subject::Address, Verdict::Equivalent),
            (Subject::BirthDate, Verdict::Mismatch),
            (Subject::Sex, Verdict::Match),
        ]
    );
    assert_eq!(report.result(), ResultCode::BirthDateMismatch);
}

#[test]
fn what_the_program_does_not_accept_is_for_a_person() {
    let spaced = name("番号 花子");
    assert_eq!(one(&holder(), spaced.clone()).code, ResultCode::Ok);
    let strict = Registered { accept: Some(Differences::NONE), ..spaced };
    let finding = one(&holder(), strict);
    assert_eq!((finding.verdict, finding.code), (Some(Verdict::Undecided), ResultCode::ComparisonUndecided));
    assert!(finding.reasons.contains(Difference::Width));
    let never = Registered { accept: Some(Difference::Room.into()), ..name("番号 花子") };
    assert_eq!(compare(&holder(), &never).unwrap_err().code, ResultCode::UnsupportedOption);
}

#[test]
fn nothing_and_empty_texts_are_refused() {
    for registered in [Registered::default(), name(""), name("　"), name(&"花".repeat(501))] {
        assert_eq!(compare(&holder(), &registered).unwrap_err().code, ResultCode::InvalidArgument);
    }
}

#[test]
fn an_unknown_part_of_a_date_is_undecided_and_a_known_one_that_differs_is_not() {
    for (card, registered, verdict) in [
        ("1989-05-07", "1989-05-07", Verdict::Match),
        ("1989-05-07", "1989-05-08", Verdict::Mismatch),
        ("1989-05-00", "1989-05-07", Verdict::Undecided),
        ("1989-05-00", "1989-05-00", Verdict::Undecided),
        ("1989-05-00", "1989-06-07", Verdict::Mismatch),
        ("0000-00-00", "1989-06-07", Verdict::Undecided),
        ("1989-00-00", "1990-00-00", Verdict::Mismatch),
    ] {
        let holder = Holder { birth_date: PartialDate::from_text(card).unwrap(), ..holder() };
        let birth_date = PartialDate::from_text(registered);
        let found = one(&holder, Registered { birth_date, ..Registered::default() });
        assert_eq!(found.verdict, Some(verdict), "{card} {registered}");
    }
}

#[test]
fn a_sex_that_is_not_stated_is_undecided_and_one_that_is_not_there_not_comparable() {
    for (card, registered, verdict) in [
        (Some(Sex::Female), Sex::Female, Verdict::Match),
        (Some(Sex::Female), Sex::Male, Verdict::Mismatch),
        (Some(Sex::Unknown), Sex::Male, Verdict::Undecided),
        (Some(Sex::Female), Sex::Unknown, Verdict::Undecided),
        (None, Sex::Male, Verdict::NotComparable),
    ] {
        let found = one(
            &Holder { sex: card, ..holder() },
            Registered { sex: Some(registered), ..Registered::default() },
        );
        assert_eq!(found.verdict, Some(verdict));
    }
}

#[test]
fn kana_meets_only_kana() {
    let kana = |text: &str| Registered { name_kana: Some(text.into()), ..Registered::default() };
    assert_eq!(one(&holder(), kana("バンゴウ ハナコ")).code, ResultCode::NotComparable);
    assert_eq!(one(&holder(), name("バンゴウ ハナコ")).code, ResultCode::NotComparable);
    let with_kana = Holder { name_kana: Some("バンゴウ　ハナコ".into()), ..holder() };
    assert_eq!(one(&with_kana, kana("ばんごう はなこ")).verdict, Some(Verdict::Equivalent));
    assert_eq!(one(&with_kana, name("ﾊﾞﾝｺﾞｳ ﾊﾅｺ")).verdict, Some(Verdict::Equivalent));
    assert_eq!(one(&with_kana, kana("ハンコウ ハナコ")).verdict, Some(Verdict::Mismatch));
    // The kanji agree and the reading does not: 雅之 may be マサユキ and マサシ.
    let both = Registered { name_kana: Some("バンゴウ ハナエ".into()), ..name("番号　花子") };
    assert_eq!(one(&with_kana, both.clone()).verdict, Some(Verdict::Mismatch));
    // Where the card has no reading, the script that both have decides.
    assert_eq!(one(&holder(), both).verdict, Some(Verdict::Match));
}

#[test]
fn latin_meets_only_latin() {
    assert_eq!(one(&holder(), name("BANGO HANAKO")).code, ResultCode::NotComparable);
    let latin = Holder { name: Some("SMITH JOHN".into()), name_substituted: vec![], ..holder() };
    assert_eq!(one(&latin, name("スミス ジョン")).code, ResultCode::NotComparable);
    assert_eq!(one(&latin, name("Smith John")).verdict, Some(Verdict::Equivalent));
    let forced = Registered { script: Some(Script::Kana), ..name("スミス ジョン") };
    assert_eq!(one(&latin, forced).code, ResultCode::NotComparable);
}

#[test]
fn flags_that_do_not_fit_the_name_are_taken_for_every_character() {
    let flagged = |flags: &[bool]| Holder { name_substituted: flags.to_vec(), ..holder() };
    let other = name("番号 鼻子");
    assert_eq!(one(&flagged(&[false; 3]), other.clone()).verdict, Some(Verdict::Mismatch));
    assert_eq!(one(&flagged(&[true]), other.clone()).verdict, Some(Verdict::Undecided));
    // With or without the space counted.
    assert_eq!(one(&flagged(&[false, false, true, false]), other.clone()).verdict, Some(Verdict::Undecided));
    assert_eq!(one(&flagged(&[false, false, false, true, false]), other).verdict, Some(Verdict::Undecided));
}

#[test]
fn no_text_for_the_staff_or_the_log_repeats_what_stands_on_either_side() {
    let registered = Registered { address: Some("大阪府堺市北区1-1".into()), ..name("番号 鼻子") };
    let report = compare(&holder(), &registered).unwrap();
    for finding in report.findings() {
        let told = format!(
            "{:?} {} {}",
            finding,
            finding.staff_text("ja").unwrap(),
            finding.staff_text("en").unwrap()
        );
        for secret in ["花子", "鼻子", "番号", "霞", "堺", "大阪", "千代田"] {
            let told = told.replace("地番(番地)と住居表示(番・号)", "");
            assert!(!told.contains(secret), "{told}");
        }
    }
    assert!(!format!("{registered:?}").contains("鼻"));
}

#[test]
fn hostile_texts_are_compared_and_nothing_breaks() {
    let texts = [
        "〓".repeat(150),
        "1-".repeat(75),
        "ー".repeat(150),
        "一".repeat(150),
        "（".repeat(150),
        "\u{FE0F}".repeat(150) + "a",
        "\u{3099}ﾞﾟ々ゝゞ".to_owned(),
        "(花)子(".to_owned(),
        "10000000000000000000000000000-99999999999999999999999999".to_owned(),
        "上る".repeat(60),
        "字大字".repeat(40),
        "\0\u{7f}\u{200b}1".to_owned(),
        "𠮷𠮷𠮷丁目".to_owned(),
        "京都市上る二丁目".to_owned(),
    ];
    for left in &texts {
        for right in &texts {
            let flags = vec![true; left.chars().count()];
            for flags in [&[][..], &flags[..], &[true][..]] {
                let _ = address::compare(left, flags, right);
                let _ = name::compare(left, flags, right);
                let _ = name::compare_readings(left, right);
            }
        }
    }
}
