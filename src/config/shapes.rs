//! Shapes that values of several sections share: addresses, languages, tags, titles.

use super::findings::Complaint;
use super::suggest;
use url::Url;

/// An absolute http(s) address without credentials.
pub(super) fn http_url(text: &str) -> Result<Url, Complaint> {
    let url = Url::parse(text).map_err(|error| match error {
        url::ParseError::RelativeUrlWithoutBase => {
            Complaint::new("this is not a whole address").help(format!("`\"https://{text}\"`"))
        }
        other => Complaint::new(format!("this is not an address: {other}")),
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        let part = 0..text.find(':').unwrap_or(text.len());
        return Err(Complaint::new("only http and https can be fetched").part(part));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Complaint::new("an address with a password in it would be published")
            .help("leave out what stands before the `@`"));
    }
    Ok(url)
}

/// A language tag by its shape (BCP 47): a primary subtag of two or three letters, then subtags of up
/// to eight letters and digits. Whether the language exists is not checked.
pub(super) fn language(text: &str) -> Result<String, Complaint> {
    let mut subtags = text.split('-');
    let primary = subtags.next().unwrap_or_default();
    let fits = |subtag: &str| {
        (1..=8).contains(&subtag.len()) && subtag.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    let is_primary =
        matches!(primary.len(), 2 | 3) && primary.bytes().all(|b| b.is_ascii_alphabetic());
    if is_primary && subtags.all(fits) {
        return Ok(text.to_owned());
    }
    let help = match text.split_once('_') {
        Some((language, region)) => format!("with a hyphen: `\"{language}-{region}\"`"),
        None => "a tag such as `\"ko\"`, `\"pt-BR\"` or `\"zh-Hant\"`".to_owned(),
    };
    Err(Complaint::new("this is not a language tag").help(help))
}

/// A word to select by.
pub(super) fn tag(text: &str) -> Result<String, Complaint> {
    if text.is_empty() || text.chars().any(|c| c.is_whitespace() || c.is_control() || c == ',') {
        return Err(Complaint::new("a tag is one word").help("`\"agency\"`, `\"state-media\"`"));
    }
    Ok(text.to_owned())
}

/// A text for people, on one line.
pub(super) fn line(text: &str) -> Result<String, Complaint> {
    if let Some(at) = text.find(|c: char| c.is_control()) {
        let end = at + text[at..].chars().next().map_or(0, char::len_utf8);
        return Err(Complaint::new("it must be one line without control characters").part(at..end));
    }
    let text = text.trim();
    if text.is_empty() {
        return Err(Complaint::new("it is empty").help("leave the key out instead"));
    }
    Ok(text.to_owned())
}

/// A name as it stands in addresses and files.
pub(super) fn name<T: std::str::FromStr<Err: std::fmt::Display>>(
    text: &str,
) -> Result<T, Complaint> {
    text.parse().map_err(|error: T::Err| {
        let slug = slug(text);
        let complaint = Complaint::new(error.to_string());
        if slug.parse::<T>().is_ok() { complaint.help(format!("`\"{slug}\"`")) } else { complaint }
    })
}

/// Lower-case ASCII letters and digits of `text`, everything between them as one hyphen.
pub(super) fn slug(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

/// The meaning of one of a few words.
pub(super) fn word<T: Copy>(text: &str, words: &[(&str, T)]) -> Result<T, Complaint> {
    if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == text) {
        return Ok(*meaning);
    }
    let complaint = Complaint::new(format!("`{text}` is not one of its words"));
    let known = words.iter().map(|(word, _)| *word);
    Err(Complaint { help: suggest::help(text, known, "the words are"), ..complaint })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_judged_by_their_shape() {
        for good in ["ko", "en", "pt-BR", "zh-Hant-TW", "sr-Latn", "yue", "de-1996"] {
            assert!(language(good).is_ok(), "{good}");
        }
        for bad in ["", "k", "korean", "ko_KR", "ko-", "한국어", "en US", "12"] {
            assert!(language(bad).is_err(), "{bad}");
        }
        assert_eq!(
            language("ko_KR").unwrap_err().help.as_deref(),
            Some("with a hyphen: `\"ko-KR\"`")
        );
    }

    #[test]
    fn only_whole_web_addresses_without_credentials_are_taken() {
        assert!(http_url("https://한겨레.example/rss").is_ok());
        for (bad, said) in [
            ("example.org/feed", "this is not a whole address"),
            ("ftp://example.org/feed", "only http and https can be fetched"),
            ("file:///etc/passwd", "only http and https can be fetched"),
            ("http://", "this is not an address: empty host"),
            (
                "https://me:secret@example.org/",
                "an address with a password in it would be published",
            ),
        ] {
            assert_eq!(http_url(bad).unwrap_err().message, said, "{bad}");
        }
    }
}
