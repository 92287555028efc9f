//! Codes made of what is printed on the card: what opens the age record, the face and the text without a password.

use super::pin::{Pin, PinOptions, pin_check};
use crate::era;
use crate::holder::PartialDate;
use crate::result::{Error, PinKind, Reason, Result, ResultCode};

/// A western date "YYYY-MM-DD" as 生年月日 of the face application has it: YYMMDD in its era, unknown parts 00.
///
/// # Errors
/// PIN_FORMAT (DATE) for no date, or one that lies in no era or, for lack of a day, in two.
pub fn code_birth_date(birth_date: &str) -> Result<Pin> {
    era_date(birth_date)
        .map(|digits| Pin::new(digits.as_bytes()))
        .map_err(|error| error.with_pin(PinKind::FaceBirthDate).in_operation("code_birth_date"))
}

/// 照合番号B from the western birth date "YYYY-MM-DD", the western year "YYYY" in which the card expires, and the four
/// digits of the security code.
///
/// # Errors
/// PIN_FORMAT with the reason.
pub fn code_b(birth_date: &str, expiry_year: &str, security_code: &str) -> Result<Pin> {
    let compose = || {
        let is_digits = |text: &str| text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(security_code) {
            return Err(Error::new(ResultCode::PinFormat, "the printed code has 4 digits")
                .with_reason(Reason::Character));
        }
        let composed = format!("{}{expiry_year}{security_code}", era_date(birth_date)?);
        let pin = Pin::from_buffer(composed.into_bytes().into());
        pin_check(PinKind::TextCodeB, &pin, &PinOptions::default())?;
        Ok(pin)
    };
    compose().map_err(|error| error.with_pin(PinKind::TextCodeB).in_operation("code_b"))
}

fn era_date(western: &str) -> Result<String> {
    PartialDate::from_text(western)
        .and_then(era::era_digits)
        .ok_or_else(|| Error::new(ResultCode::PinFormat, "no date of one era").with_reason(Reason::Date))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_makes_the_codes() {
        assert_eq!(code_b("1980-02-17", "2035", "2285").unwrap().bytes(), b"55021720352285");
        assert_eq!(code_birth_date("1989-01-07").unwrap().bytes(), b"640107");
        assert_eq!(code_birth_date("1989-01-08").unwrap().bytes(), b"010108");
        for (birth, year, code) in [
            ("1980-02-30", "2035", "2285"),
            ("1989-00-00", "2035", "2285"),
            ("1980-02-17", "35", "2285"),
            ("1980-02-17", "1999", "2285"),
            ("1980-02-17", "2035", "228"),
            ("1980-02-17", "2035", "２２８５"),
        ] {
            assert_eq!(code_b(birth, year, code).unwrap_err().code, ResultCode::PinFormat);
        }
    }
}
