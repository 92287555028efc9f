//! The person a card was issued to, and comparing that person with what is registered.

use crate::boundary;
use crate::error::honnin_error;
use crate::ffi::{self, Out};
use crate::honnin_result;
use crate::report::honnin_report;
use core::ffi::c_char;
use honnin_core::holder::{Holder, HolderSource, PartialDate, Sex};
use honnin_core::identity::{Registered, Script, compare};
use honnin_core::result::{Differences, Error, Result, ResultCode};
use std::ffi::CString;
use zeroize::Zeroize;

/// The four basic attributes (基本4情報) as far as their source has them. Wiped when freed; copies are the program's
/// business.
pub struct honnin_holder {
    core: Holder,
    name: Option<CString>,
    name_kana: Option<CString>,
    address: Option<CString>,
    birth_date: CString,
    sex: u32,
    source: u32,
    name_substituted: i32,
    address_substituted: i32,
}

impl honnin_holder {
    pub(crate) fn of(holder: &Holder) -> Result<honnin_holder> {
        let text = |text: &Option<String>| text.as_deref().map(ffi::text_for_c).transpose();
        let substituted = |flags: &[bool]| match flags {
            [] => -1,
            flags => flags.contains(&true).into(),
        };
        Ok(honnin_holder {
            core: holder.clone(),
            name: text(&holder.name)?,
            name_kana: text(&holder.name_kana)?,
            address: text(&holder.address)?,
            birth_date: ffi::text_for_c(&holder.birth_date.to_string())?,
            sex: holder.sex.map_or(0, honnin_core::holder::Sex::number),
            source: match holder.source {
                HolderSource::Certificate => 1,
                HolderSource::Text => 2,
                HolderSource::Face => 3,
                HolderSource::Age => 4,
            },
            name_substituted: substituted(&holder.name_substituted),
            address_substituted: substituted(&holder.address_substituted),
        })
    }
}

impl Drop for honnin_holder {
    fn drop(&mut self) {
        self.core.zeroize();
        for text in [&mut self.name, &mut self.name_kana, &mut self.address] {
            text.zeroize();
        }
        self.birth_date.zeroize();
    }
}

impl honnin_holder {
    /// The holder as the core has it.
    pub(crate) fn core(&self) -> &Holder {
        &self.core
    }
}

unsafe fn borrowed(
    holder: *const honnin_holder,
    text: impl Fn(&honnin_holder) -> Option<&CString>,
) -> *const c_char {
    // SAFETY: the caller's promise, as in the conventions of the header.
    ffi::pointer(unsafe { ffi::object_or_none(holder) }.and_then(text))
}

/// 氏名 as the source spells it; NULL where it has none. Alive as long as the holder.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_holder_name(holder: *const honnin_holder) -> *const c_char {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { borrowed(holder, |holder| holder.name.as_ref()) }
}

/// The reading of the name; NULL where the card has none. Alive as long as the holder.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_holder_name_kana(holder: *const honnin_holder) -> *const c_char {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { borrowed(holder, |holder| holder.name_kana.as_ref()) }
}

/// 住所 as the source spells it; NULL where it has none. Alive as long as the holder.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_holder_address(holder: *const honnin_holder) -> *const c_char {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { borrowed(holder, |holder| holder.address.as_ref()) }
}

/// The birth date, "YYYY-MM-DD", unknown parts 00. Alive as long as the holder. NULL for NULL.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_holder_birth_date(holder: *const honnin_holder) -> *const c_char {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { borrowed(holder, |holder| Some(&holder.birth_date)) }
}

/// HONNIN_SEX_…; 0 where the source has none, and for NULL.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_holder_sex(holder: *const honnin_holder) -> u32 {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { ffi::object_or_none(holder) }.map_or(0, |holder| holder.sex)
}

/// Where the attributes were read, HONNIN_HOLDER_SOURCE_…; 0 for NULL.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_holder_source(holder: *const honnin_holder) -> u32 {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { ffi::object_or_none(holder) }.map_or(0, |holder| holder.source)
}

/// Whether a character of the name is a substitute (代替文字): 1 yes, 0 no, -1 not said.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_holder_name_substituted(holder: *const honnin_holder) -> i32 {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { ffi::object_or_none(holder) }.map_or(-1, |holder| holder.name_substituted)
}

/// Whether a character of the address is a substitute (代替文字): 1 yes, 0 no, -1 not said.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_holder_address_substituted(holder: *const honnin_holder) -> i32 {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { ffi::object_or_none(holder) }.map_or(-1, |holder| holder.address_substituted)
}

/// Frees a holder. NULL is nothing.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_holder_free(holder: *mut honnin_holder) {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { ffi::free(holder) };
}

/// What a business has registered of a person. What is NULL or 0 is not compared.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct honnin_registered {
    /// sizeof(honnin_registered)
    pub struct_size: u32,
    /// The script of `name`, HONNIN_SCRIPT_…
    pub script: u32,
    /// The name.
    pub name: *const c_char,
    /// The reading of the name.
    pub name_kana: *const c_char,
    /// The address.
    pub address: *const c_char,
    /// The birth date, "YYYY-MM-DD".
    pub birth_date: *const c_char,
    /// HONNIN_SEX_…
    pub sex: u32,
    /// 0
    pub reserved: u32,
    /// HONNIN_DIFFERENCE_… bits that may pass as equivalent; 0: HONNIN_DIFFERENCES_SPELLING.
    pub accept: u64,
}

ffi::input!(honnin_registered {
    struct_size: u32,
    script: u32,
    name: *const c_char,
    name_kana: *const c_char,
    address: *const c_char,
    birth_date: *const c_char,
    sex: u32,
    reserved: u32,
    accept: u64,
});

/// Compares a holder with what is registered: a finding each for what is given, in the order NAME, ADDRESS, BIRTH_DATE,
/// SEX; the name and its reading are one finding. A finding has a verdict, HONNIN_VERDICT_…, and tells by its reasons,
/// HONNIN_DIFFERENCE_…, how the two differ. What only a person can judge, and every difference that `accept` does not
/// have, is HONNIN_VERDICT_UNDECIDED. Sends nothing to a card and nothing over a network.
///
/// A text is UTF-8 of 1 to 500 characters. What may be shown to the staff is in honnin_report_json as "staff", in
/// Japanese and English; it never says what stands on either side.
///
/// @param out to be freed with honnin_report_free; set whenever a report was made
/// @return the result of the report; HONNIN_INVALID_ARGUMENT if nothing is registered, a text is empty or too long, or a
/// date is none; HONNIN_UNSUPPORTED_OPTION for a difference in `accept` that is not in HONNIN_DIFFERENCES_ACCEPTABLE
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_holder_compare(
    holder: *const honnin_holder,
    registered: *const honnin_registered,
    out: *mut *mut honnin_report,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("holder_compare", err, || {
        let place = out.required()?;
        // SAFETY: as above.
        let (holder, registered) = unsafe {
            let holder = ffi::object(holder)?;
            (holder, ffi::known(ffi::options(registered)?)?.to_core()?)
        };
        let report = compare(&holder.core, &registered)?;
        let outcome = report.require();
        place.set(honnin_report::of(report));
        outcome
    })
}

impl honnin_registered {
    /// The core's, from the caller's texts and numbers.
    unsafe fn to_core(self) -> Result<Registered> {
        ffi::in_range(self.script, 0..=3)?;
        ffi::known([0, 1, 2, 9].into_iter().find(|sex| *sex == self.sex))?;
        ffi::reserved(self.reserved)?;
        // SAFETY: the caller's promise, as in the conventions of the header.
        let text = |text| unsafe { ffi::text(text) };
        let birth_date = text(self.birth_date)?.map(|date| {
            let invalid = || Error::new(ResultCode::InvalidArgument, "a date is YYYY-MM-DD");
            PartialDate::from_text(date).ok_or_else(invalid)
        });
        let accept = Differences::from_bits(self.accept).ok_or_else(|| {
            Error::new(ResultCode::UnsupportedOption, "a bit of accept that this version does not know")
        })?;
        Ok(Registered {
            name: text(self.name)?.map(str::to_owned),
            script: match self.script {
                1 => Some(Script::Kanji),
                2 => Some(Script::Kana),
                3 => Some(Script::Latin),
                _ => None,
            },
            name_kana: text(self.name_kana)?.map(str::to_owned),
            address: text(self.address)?.map(str::to_owned),
            birth_date: birth_date.transpose()?,
            sex: match self.sex {
                1 => Some(Sex::Male),
                2 => Some(Sex::Female),
                9 => Some(Sex::Unknown),
                _ => None,
            },
            accept: (!accept.is_empty()).then_some(accept),
        })
    }
}
