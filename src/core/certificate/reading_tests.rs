//! Tests of reading certificates: what is kept, what is refused, and that nothing panics.

use super::testing::{
    CA_KEY, Recipe, alt_names, attribute, attributes, extension, object, oid, other_name, policies, sequence,
    utc,
};
use super::{Certificate, CertificateKind, Trust, ValidationOptions, validate};
use crate::holder::{HolderSource, Sex};
use crate::result::ResultCode;

fn signing() -> Recipe {
    Recipe::signing("Sample CA")
}

fn refusal(der: &[u8]) -> ResultCode {
    Certificate::parse(der).unwrap_err().code
}

fn holder_with(names: &[Vec<u8>]) -> crate::result::Result<crate::holder::Holder> {
    signing().with(alt_names(names)).sign(&CA_KEY).holder()
}

#[test]
fn a_signing_certificate_says_who_holds_it() {
    let certificate = signing().sign(&CA_KEY);
    let holder = certificate.holder().unwrap();
    assert_eq!(holder.name.as_deref(), Some("番号　花子"));
    assert_eq!(holder.address.as_deref(), Some("東京都千代田区霞が関２－１－２"));
    assert_eq!(holder.birth_date.to_string(), "1989-05-07");
    assert_eq!(holder.sex, Some(Sex::Female));
    assert_eq!(holder.source, HolderSource::Certificate);
    assert_eq!((holder.is_name_substituted(), holder.is_address_substituted()), (false, true));
    assert_eq!(holder.address_substituted.len(), 15);
    assert_eq!(certificate.kind(), Some(CertificateKind::Signing));
    assert_eq!(certificate.subject(), "CN=20261101ABCDEFGHIJKLMNOPQRST,O=JPKI");
    assert_eq!(certificate.issuer(), "O=Sample CA");
    assert_eq!(certificate.serial(), "0102");
    assert_eq!(certificate.public_key().unwrap().signature_len(), 256);
}

#[test]
fn an_authentication_certificate_says_nothing_about_the_person() {
    let certificate = Recipe::authentication("Sample CA").sign(&CA_KEY);
    assert_eq!(certificate.holder().unwrap_err().code, ResultCode::NotFound);
    assert_eq!(certificate.kind(), Some(CertificateKind::Authentication));
    let only_mail = signing().with(alt_names(&[object(0x81, b"a@example.jp")])).sign(&CA_KEY);
    assert_eq!(only_mail.holder().unwrap_err().code, ResultCode::NotFound);
}

#[test]
fn the_order_of_the_attributes_does_not_matter() {
    let mut names = attributes();
    names.reverse();
    assert_eq!(holder_with(&names).unwrap(), holder_with(&attributes()).unwrap());
    names.swap(1, 4);
    assert_eq!(holder_with(&names).unwrap(), holder_with(&attributes()).unwrap());
}

#[test]
fn attributes_of_the_future_do_no_harm() {
    let mut names = attributes();
    names.insert(0, attribute(7, "バンゴウ　ハナコ"));
    names.insert(3, attribute(7, "twice"));
    names.push(attribute(0, ""));
    names.push(other_name("2.25.260198513942712073894127640381645920533", b"\x00\xFF"));
    names.push(object(0xA0, &[oid("1.2.3"), object(0xA0, &object(0x30, &[]))].concat()));
    names.push(object(0x82, b"example.jp"));
    names.push(object(0x8F, b"a tag nobody knows"));
    names.push(object(0xA4, &sequence(&[])));
    assert_eq!(holder_with(&names).unwrap(), holder_with(&attributes()).unwrap());
}

#[test]
fn attributes_that_are_not_what_they_should_be_are_refused() {
    let replaced = |at: usize, name: Vec<u8>| {
        let mut names = attributes();
        names[at] = name;
        holder_with(&names).map_err(|error| error.code)
    };
    let raw = |number: u32, text: &[u8]| other_name(&format!("1.2.392.200149.8.5.5.{number}"), text);
    let bad = [
        (0, raw(1, b"\xE7\x95")),
        (0, attribute(1, "番号\0花子")),
        (0, attribute(1, "番号\n花子")),
        (0, attribute(1, "番号\u{85}花子")),
        (0, attribute(1, "")),
        (0, attribute(5, "doubled")),
        (1, attribute(4, "619890507")),
        (1, attribute(4, "019890507")),
        (1, attribute(4, "419890431")),
        (1, attribute(4, "19890507")),
        (1, attribute(4, "4198905070")),
        (1, attribute(4, "4１989507")),
        (2, attribute(3, "3")),
        (2, attribute(3, "")),
        (2, attribute(3, "12")),
        (4, attribute(2, "0x0")),
        (5, attribute(6, "０")),
        (3, object(0xA0, &[oid("1.2.392.200149.8.5.5.5"), object(0xA0, &object(0x13, b"Tokyo"))].concat())),
        (3, object(0xA0, &[oid("1.2.392.200149.8.5.5.5"), object(0x0C, b"Tokyo")].concat())),
    ];
    for (at, name) in bad {
        assert_eq!(replaced(at, name.clone()), Err(ResultCode::CertificateMalformed), "{name:02X?}");
    }
    for missing in 0..6 {
        let mut names = attributes();
        names.remove(missing);
        assert_eq!(holder_with(&names).unwrap_err().code, ResultCode::CertificateMalformed);
    }
    assert!(replaced(0, attribute(1, "Ａ")).is_ok());
}

#[test]
fn a_birth_date_may_be_partly_unknown() {
    let born = |digits: &str| {
        let mut names = attributes();
        names[1] = attribute(4, digits);
        holder_with(&names).unwrap().birth_date.to_string()
    };
    assert_eq!(born("319800217"), "1980-02-17");
    assert_eq!(born("319800200"), "1980-02-00");
    assert_eq!(born("319800000"), "1980-00-00");
    assert_eq!(born("300000000"), "0000-00-00");
}

#[test]
fn pem_is_read_if_it_holds_one_certificate() {
    let certificate = signing().sign(&CA_KEY);
    let pem = certificate.pem();
    assert_eq!(Certificate::parse(pem.as_bytes()).unwrap(), certificate);
    let explained = format!("Subject: 名\n\n{}\n", pem.replace('\n', "\r\n"));
    assert_eq!(Certificate::parse(explained.as_bytes()).unwrap(), certificate);
    let openssl = openssl::x509::X509::from_der(certificate.der()).unwrap();
    assert_eq!(openssl.to_pem().unwrap(), pem.as_bytes());
    for bad in [
        format!("{pem}{pem}"),
        pem.replace("CERTIFICATE", "PUBLIC KEY"),
        pem.replacen("-----END CERTIFICATE-----", "", 1),
        pem.replacen('A', "*", 1),
        pem.replacen('A', "", 1),
        pem.replacen('A', "=", 1),
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n".into(),
        "-----END CERTIFICATE----------BEGIN CERTIFICATE-----".into(),
        String::new(),
        "hello".into(),
    ] {
        assert_eq!(refusal(bad.as_bytes()), ResultCode::CertificateMalformed, "{bad}");
    }
}

#[test]
fn what_rfc_5280_forbids_in_any_certificate_is_refused() {
    let good = signing();
    let changed = |change: &dyn Fn(&mut Recipe)| {
        let mut recipe = good.clone();
        change(&mut recipe);
        refusal(&recipe.der(&CA_KEY))
    };
    let cases: [&dyn Fn(&mut Recipe); 14] = [
        &|r| r.version = None,
        &|r| r.version = Some(0),
        &|r| r.version = Some(1),
        &|r| r.version = Some(3),
        &|r| r.serial = vec![],
        &|r| r.serial = vec![0xFF, 0x80],
        &|r| r.serial = vec![0, 1],
        &|r| r.serial = vec![1; 22],
        &|r| r.not_before = utc("260101000000"),
        &|r| r.not_after = object(0x18, b"310507145959Z"),
        &|r| r.extensions.push(r.extensions[0].clone()),
        &|r| r.extensions = vec![object(0x04, b"")],
        &|r| r.extensions[0] = extension("2.5.29.15", true, &object(0x03, &[8, 0x80])),
        &|r| r.spki = object(0x31, b""),
    ];
    for (number, case) in cases.iter().enumerate() {
        assert_eq!(changed(*case), ResultCode::CertificateMalformed, "case {number}");
    }
    let mut trailing = good.der(&CA_KEY);
    trailing.push(0);
    assert_eq!(refusal(&trailing), ResultCode::CertificateMalformed);
    let large = good.clone().with(extension("1.2.3.4", false, &vec![0; 65_536])).der(&CA_KEY);
    assert_eq!(refusal(&large), ResultCode::CertificateMalformed);
    let nearly = good.with(extension("1.2.3.4", false, &vec![0; 60_000])).der(&CA_KEY);
    assert!(Certificate::parse(&nearly).is_ok());
    assert_eq!(refusal(&vec![0x30; 1 << 20]), ResultCode::CertificateMalformed);
}

#[test]
fn a_policy_with_arcs_of_any_size_is_read() {
    let huge = "2.25.260198513942712073894127640381645920533";
    let certificate = signing().with(policies(&[huge])).sign(&CA_KEY);
    assert_eq!(certificate.extensions().policies, [huge]);
    assert_eq!(certificate.kind(), None);
}

#[test]
fn a_negative_serial_number_is_read_and_shown_as_one() {
    let mut recipe = Recipe::signing("CA");
    for (content, text) in [(vec![0xFF], "-01"), (vec![0x80], "-80"), (vec![0xFF, 0x00], "-0100")] {
        recipe.serial = content;
        assert_eq!(recipe.sign(&CA_KEY).serial(), text);
    }
}

#[test]
fn a_serial_number_with_its_highest_bit_set_is_shown_without_the_sign_byte() {
    let mut recipe = signing();
    recipe.serial = vec![0x00, 0xC1, 0x39];
    assert_eq!(recipe.sign(&CA_KEY).serial(), "C139");
}

#[test]
fn debug_shows_no_person() {
    let mut recipe = signing();
    recipe.subject = super::testing::name("JPKI", "CANARY");
    let certificate = recipe.sign(&CA_KEY);
    let shown = format!(
        "{certificate:?} {:?} {:?} {:?}",
        certificate.public_key().unwrap(),
        ValidationOptions::default(),
        certificate.holder().unwrap()
    );
    for secret in ["CANARY", "番号", "花子", "東京", "1989"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(shown.contains(certificate.fingerprint()));
}

#[test]
fn no_change_of_a_byte_and_no_cut_makes_anything_panic() {
    let ca = Recipe::ca("Sample CA", &CA_KEY, b"ca").sign(&CA_KEY);
    let good = signing().der(&CA_KEY);
    let mut trust = Trust::added();
    trust.add_anchor(ca);
    let options = ValidationOptions { at_time: Some(super::testing::NOON), trust, ..Default::default() };
    let mut still_good = 0;
    let mut try_out = |bytes: &[u8]| {
        if let Ok(certificate) = Certificate::parse(bytes) {
            let _ = certificate.holder();
            let _ = certificate.public_key().map(|key| key.check_strength());
            let report = validate(&certificate, &options).unwrap();
            still_good += usize::from(report.result() == ResultCode::CertificateStatusNotChecked);
        }
    };
    for at in 0..good.len() {
        try_out(&good[..at]);
        for bits in [0x01, 0x80, 0xFF, 0x20] {
            let mut changed = good.clone();
            changed[at] ^= bits;
            try_out(&changed);
        }
        for value in [0x00, 0x7F, 0x80, 0xFF] {
            let mut changed = good.clone();
            if changed[at] != value {
                changed[at] = value;
                try_out(&changed);
            }
        }
    }
    assert_eq!(still_good, 0, "a changed certificate was believed");
}
