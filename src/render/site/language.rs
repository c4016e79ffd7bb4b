//! What a language tag (BCP 47) means to a page: which way its text runs, and what to call it.

use std::borrow::Cow;

/// Languages that are written from right to left unless their tag names another script.
const RIGHT_TO_LEFT: [&str; 12] =
    ["ar", "arc", "ckb", "dv", "fa", "he", "nqo", "ps", "sd", "ug", "ur", "yi"];
/// Scripts that are (ISO 15924).
const RIGHT_TO_LEFT_SCRIPTS: [&str; 8] =
    ["adlm", "arab", "hebr", "mand", "nkoo", "rohg", "syrc", "thaa"];

/// The languages of newspapers, in English.
const NAMES: [(&str, &str); 90] = [
    ("af", "Afrikaans"),
    ("am", "Amharic"),
    ("ar", "Arabic"),
    ("az", "Azerbaijani"),
    ("be", "Belarusian"),
    ("bg", "Bulgarian"),
    ("bn", "Bengali"),
    ("bo", "Tibetan"),
    ("bs", "Bosnian"),
    ("ca", "Catalan"),
    ("ckb", "Central Kurdish"),
    ("cs", "Czech"),
    ("cy", "Welsh"),
    ("da", "Danish"),
    ("de", "German"),
    ("dv", "Dhivehi"),
    ("dz", "Dzongkha"),
    ("el", "Greek"),
    ("en", "English"),
    ("eo", "Esperanto"),
    ("es", "Spanish"),
    ("et", "Estonian"),
    ("eu", "Basque"),
    ("fa", "Persian"),
    ("fi", "Finnish"),
    ("fil", "Filipino"),
    ("fo", "Faroese"),
    ("fr", "French"),
    ("ga", "Irish"),
    ("gl", "Galician"),
    ("gu", "Gujarati"),
    ("ha", "Hausa"),
    ("he", "Hebrew"),
    ("hi", "Hindi"),
    ("hr", "Croatian"),
    ("hu", "Hungarian"),
    ("hy", "Armenian"),
    ("id", "Indonesian"),
    ("is", "Icelandic"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("jv", "Javanese"),
    ("ka", "Georgian"),
    ("kk", "Kazakh"),
    ("km", "Khmer"),
    ("kn", "Kannada"),
    ("ko", "Korean"),
    ("ku", "Kurdish"),
    ("ky", "Kyrgyz"),
    ("lb", "Luxembourgish"),
    ("lo", "Lao"),
    ("lt", "Lithuanian"),
    ("lv", "Latvian"),
    ("mk", "Macedonian"),
    ("ml", "Malayalam"),
    ("mn", "Mongolian"),
    ("mr", "Marathi"),
    ("ms", "Malay"),
    ("mt", "Maltese"),
    ("my", "Burmese"),
    ("nb", "Norwegian"),
    ("ne", "Nepali"),
    ("nl", "Dutch"),
    ("nn", "Norwegian Nynorsk"),
    ("no", "Norwegian"),
    ("pa", "Punjabi"),
    ("pl", "Polish"),
    ("ps", "Pashto"),
    ("pt", "Portuguese"),
    ("ro", "Romanian"),
    ("ru", "Russian"),
    ("si", "Sinhala"),
    ("sk", "Slovak"),
    ("sl", "Slovenian"),
    ("so", "Somali"),
    ("sq", "Albanian"),
    ("sr", "Serbian"),
    ("sv", "Swedish"),
    ("sw", "Swahili"),
    ("ta", "Tamil"),
    ("te", "Telugu"),
    ("th", "Thai"),
    ("tl", "Tagalog"),
    ("tr", "Turkish"),
    ("uk", "Ukrainian"),
    ("ur", "Urdu"),
    ("uz", "Uzbek"),
    ("vi", "Vietnamese"),
    ("yi", "Yiddish"),
    ("zh", "Chinese"),
];

/// The value of `dir` for text in `language`: by its script, else by its language; the browser
/// looks at the text where the language is not known.
pub(super) fn direction(language: Option<&str>) -> &'static str {
    let Some(tag) = language else { return "auto" };
    let tag = tag.to_ascii_lowercase();
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    // The script is the one part of four letters (RFC 5646 §2.2.3).
    let script =
        parts.find(|part| part.len() == 4 && part.bytes().all(|b| b.is_ascii_alphabetic()));
    let runs_left = match script {
        Some(script) => RIGHT_TO_LEFT_SCRIPTS.contains(&script),
        None => RIGHT_TO_LEFT.contains(&primary),
    };
    if runs_left { "rtl" } else { "ltr" }
}

/// What English calls the language; a tag that it has no common name for stands for itself.
pub(super) fn language_name(tag: &str) -> Cow<'static, str> {
    let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    match NAMES.binary_search_by_key(&primary.as_str(), |(tag, _)| tag) {
        Ok(place) => NAMES[place].1.into(),
        Err(_) => tag.to_owned().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_runs_as_its_script_does() {
        for (tag, dir) in [
            (Some("ar"), "rtl"),
            (Some("AR-eg"), "rtl"),
            (Some("he"), "rtl"),
            (Some("pa-Arab"), "rtl"),
            (Some("az-Latn"), "ltr"),
            (Some("ug-Cyrl"), "ltr"),
            (Some("ko"), "ltr"),
            (None, "auto"),
        ] {
            assert_eq!(direction(tag), dir, "{tag:?}");
        }
    }

    #[test]
    fn languages_have_names_whatever_follows_in_their_tags() {
        assert!(NAMES.is_sorted());
        for (tag, name) in
            [("ko", "Korean"), ("zh-Hant-TW", "Chinese"), ("PT-br", "Portuguese"), ("tlh", "tlh")]
        {
            assert_eq!(language_name(tag), name);
        }
    }
}
