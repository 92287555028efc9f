//! Which language of the catalogue somebody means.

use super::table::LANGUAGES;

/// The language that has every text, and answers for those we do not have.
const FALLBACK: &str = "ja";

/// The languages of the catalogue, as BCP 47 tags in lower case.
pub fn languages() -> &'static [&'static str] {
    LANGUAGES
}

/// The catalogue's language for `ja-JP`, `JA`, `en_US.UTF-8`, `ja-JP-x-easy`; Japanese for what we do not have.
pub(super) fn find(lang: &str) -> &'static str {
    let bare = lang.split(['.', '@']).next().unwrap_or_default();
    let tag = bare.replace('_', "-").to_ascii_lowercase();
    let primary = tag.split('-').next().unwrap_or_default();
    let private = tag.split_once("-x-").map(|(_, private)| format!("{primary}-x-{private}"));
    private.and_then(|tag| known(&tag)).or_else(|| longest_known(&tag)).unwrap_or(FALLBACK)
}

fn known(tag: &str) -> Option<&'static str> {
    LANGUAGES.iter().copied().find(|language| *language == tag)
}

/// The tag itself, or what remains of it when subtags are cut from its end (`zh-hant-tw` is `zh-hant`, then `zh`).
fn longest_known(tag: &str) -> Option<&'static str> {
    let mut rest = tag;
    loop {
        if let Some(language) = known(rest) {
            return Some(language);
        }
        rest = rest.rsplit_once('-')?.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_encodings_and_case_do_not_matter() {
        for (asked, found) in [
            ("ja", "ja"),
            ("ja-JP", "ja"),
            ("JA_jp.UTF-8", "ja"),
            ("en_US.UTF-8", "en"),
            ("en@euro", "en"),
            ("ja-x-easy", "ja-x-easy"),
            ("ja-JP-x-easy", "ja-x-easy"),
            ("JA-X-EASY", "ja-x-easy"),
        ] {
            assert_eq!(find(asked), found, "{asked}");
        }
    }

    #[test]
    fn an_unknown_language_is_answered_in_japanese() {
        for asked in ["", "C", "POSIX", "tlh", "-", "--x--", "jaa", "fr-x-easy"] {
            assert_eq!(find(asked), "ja", "{asked}");
        }
    }
}
