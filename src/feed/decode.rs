//! From bytes to text: which encoding a document is in, whatever its labels say.
//!
//! The first of these that fits: a byte-order mark; the pattern of UTF-16 or UTF-32; ISO-2022 where
//! labelled; valid UTF-8 with a character beyond ASCII; the HTTP charset; the XML declaration; a
//! detector; windows-1252. Labels count only if the bytes decode without error under them.

use chardetng::EncodingDetector;
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// A document as text.
#[derive(Debug)]
pub(super) struct Decoded<'a> {
    /// The text, without its byte-order mark. Borrowed when the bytes were UTF-8 already.
    pub(super) text: Cow<'a, str>,
    /// The name of the encoding, as the Encoding Standard writes it.
    pub(super) encoding: &'static str,
    /// What told: `"byte-order mark"`, `"HTTP"`, …
    pub(super) from: &'static str,
    /// How many byte sequences were replaced because they mean nothing in that encoding.
    pub(super) replaced: usize,
}

impl<'a> Decoded<'a> {
    fn whole(text: impl Into<Cow<'a, str>>, encoding: &'static str, from: &'static str) -> Self {
        Self { text: text.into(), encoding, from, replaced: 0 }
    }
}

/// How far into a document an XML declaration is looked for, in bytes.
const DECLARATION_REACH: usize = 1024;

/// Decodes `bytes`, of which HTTP said that its charset is `charset`.
pub(super) fn decode<'a>(bytes: &'a [u8], charset: Option<&str>) -> Decoded<'a> {
    if let Some(decoded) = by_mark(bytes).or_else(|| by_pattern(bytes)) {
        return decoded;
    }
    let declared = declared_label(bytes);
    let labels = [(charset, "HTTP"), (declared.as_deref(), "XML declaration")];
    by_iso_2022(bytes, labels)
        .or_else(|| by_utf8(bytes))
        .or_else(|| by_labels(bytes, labels))
        .unwrap_or_else(|| by_detection(bytes))
}

/// UTF-32 marks first: the little-endian one begins with that of UTF-16.
fn by_mark(bytes: &[u8]) -> Option<Decoded<'_>> {
    const FROM: &str = "byte-order mark";
    match bytes {
        [0xff, 0xfe, 0, 0, rest @ ..] => Some(utf_32(rest, u32::from_le_bytes, "UTF-32LE", FROM)),
        [0, 0, 0xfe, 0xff, rest @ ..] => Some(utf_32(rest, u32::from_be_bytes, "UTF-32BE", FROM)),
        [0xff, 0xfe, rest @ ..] => Some(lossy(UTF_16LE, rest, FROM)),
        [0xfe, 0xff, rest @ ..] => Some(lossy(UTF_16BE, rest, FROM)),
        // A UTF-8 mark in front of bytes that are no UTF-8 was put there by an editor or a proxy.
        [0xef, 0xbb, 0xbf, rest @ ..] => {
            std::str::from_utf8(rest).ok().map(|text| Decoded::whole(text, "UTF-8", FROM))
        }
        _ => None,
    }
}

/// A document begins with an ASCII character (`<`, `{`, white space); where its zero bytes stand
/// tells the width and the order.
fn by_pattern(bytes: &[u8]) -> Option<Decoded<'_>> {
    const FROM: &str = "pattern of zero bytes";
    match bytes {
        [1..=0x7f, 0, 0, 0, ..] => Some(utf_32(bytes, u32::from_le_bytes, "UTF-32LE", FROM)),
        [0, 0, 0, 1..=0x7f, ..] => Some(utf_32(bytes, u32::from_be_bytes, "UTF-32BE", FROM)),
        [1..=0x7f, 0, 1..=0x7f, 0, ..] => Some(lossy(UTF_16LE, bytes, FROM)),
        [0, 1..=0x7f, 0, 1..=0x7f, ..] => Some(lossy(UTF_16BE, bytes, FROM)),
        _ => None,
    }
}

/// ISO-2022-JP is pure ASCII to a UTF-8 decoder, so that its label must be asked first.
fn by_iso_2022<'a>(
    bytes: &'a [u8],
    labels: [(Option<&str>, &'static str); 2],
) -> Option<Decoded<'a>> {
    let (_, from) = labels.into_iter().find(|(label, _)| {
        label.and_then(|label| Encoding::for_label(label.as_bytes())) == Some(ISO_2022_JP)
    })?;
    strict(ISO_2022_JP, bytes, from)
}

/// Valid UTF-8 beyond ASCII is never anything else by chance. Pure ASCII is the same text under
/// every label that is left. A document that is UTF-8 but for a few broken places is UTF-8 still.
fn by_utf8(bytes: &[u8]) -> Option<Decoded<'_>> {
    // By vector instructions: most of a second poll is looking at bytes that did not change.
    let error = match simdutf8::compat::from_utf8(bytes) {
        Ok(text) => {
            let from = if text.is_ascii() { "ASCII only" } else { "valid UTF-8" };
            return Some(Decoded::whole(text, "UTF-8", from));
        }
        Err(error) => error,
    };
    mostly_utf8(bytes, error.valid_up_to())
}

/// How many characters beyond ASCII must be right for one that is broken.
const RIGHT_FOR_ONE_BROKEN: usize = 20;

/// UTF-8 with broken places: cut within a character, or with scraps of windows-1252, which are
/// read as such.
fn mostly_utf8(bytes: &[u8], valid_up_to: usize) -> Option<Decoded<'_>> {
    let beyond_ascii = |text: &str| text.chars().filter(|c| !c.is_ascii()).count();
    let (mut right, mut broken) = (0, 0);
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        right += beyond_ascii(chunk.valid());
        text.push_str(chunk.valid());
        let scrap = chunk.invalid();
        if !scrap.is_empty() {
            broken += 1;
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(scrap).0);
        }
    }
    let only_the_end = broken == 1 && bytes.len() - valid_up_to < 4 && right > 0;
    let fits = only_the_end || right >= broken * RIGHT_FOR_ONE_BROKEN;
    fits.then_some(Decoded {
        text: Cow::Owned(text),
        encoding: UTF_8.name(),
        from: "mostly valid UTF-8",
        replaced: broken,
    })
}

/// The labels in their order. UTF-16 without its pattern is a lie that would still decode.
fn by_labels<'a>(
    bytes: &'a [u8],
    labels: [(Option<&str>, &'static str); 2],
) -> Option<Decoded<'a>> {
    labels.into_iter().find_map(|(label, from)| {
        let encoding = Encoding::for_label(label?.trim().as_bytes())?;
        let usable = encoding.is_ascii_compatible() && encoding != UTF_8;
        usable.then(|| strict(encoding, bytes, from)).flatten()
    })
}

fn by_detection(bytes: &[u8]) -> Decoded<'_> {
    let mut detector = EncodingDetector::new();
    detector.feed(bytes, true);
    strict(detector.guess(None, false), bytes, "detection")
        .unwrap_or_else(|| lossy(WINDOWS_1252, bytes, "nothing better"))
}

fn strict<'a>(
    encoding: &'static Encoding,
    bytes: &'a [u8],
    from: &'static str,
) -> Option<Decoded<'a>> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some(Decoded { text, encoding: encoding.name(), from, replaced: 0 })
}

fn lossy<'a>(encoding: &'static Encoding, bytes: &'a [u8], from: &'static str) -> Decoded<'a> {
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    let replaced = if broken { text.matches(char::REPLACEMENT_CHARACTER).count() } else { 0 };
    Decoded { text, encoding: encoding.name(), from, replaced }
}

fn utf_32<'a>(
    bytes: &[u8],
    unit: fn([u8; 4]) -> u32,
    encoding: &'static str,
    from: &'static str,
) -> Decoded<'a> {
    let (units, rest) = bytes.as_chunks::<4>();
    let mut replaced = usize::from(!rest.is_empty());
    let text: String = units
        .iter()
        .map(|bytes| {
            char::from_u32(unit(*bytes)).unwrap_or_else(|| {
                replaced += 1;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    Decoded { text: Cow::Owned(text), encoding, from, replaced }
}

/// The `encoding` of the XML declaration, in any ASCII-compatible encoding (XML 1.0 appendix F).
fn declared_label(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(DECLARATION_REACH)];
    let head: String = head.iter().map(|byte| char::from(*byte)).collect();
    let (_, rest) = head.split_once("<?xml")?;
    let (declaration, _) = rest.split_once("?>")?;
    let (_, rest) = declaration.split_once("encoding")?;
    let value = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next().map(|label| label.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], charset: Option<&str>) -> (String, &'static str, &'static str) {
        let decoded = decode(bytes, charset);
        (decoded.text.into_owned(), decoded.encoding, decoded.from)
    }

    fn encoded(encoding: &'static Encoding, text: &str) -> Vec<u8> {
        encoding.encode(text).0.into_owned()
    }

    #[test]
    fn healthy_utf8_is_not_copied() {
        let bytes = "<rss>한국</rss>".as_bytes();
        assert!(matches!(decode(bytes, Some("iso-8859-1")).text, Cow::Borrowed(_)));
        assert!(matches!(decode(b"<rss/>", None).text, Cow::Borrowed(_)));
    }

    #[test]
    fn valid_utf8_wins_over_lying_labels() {
        let text = "<?xml version='1.0' encoding='windows-1251'?><t>Привет, café</t>";
        assert_eq!(read(text.as_bytes(), Some("latin1")).0, text);
    }

    #[test]
    fn marks_and_patterns_tell_utf16_and_utf32() {
        let text = "<?xml version=\"1.0\"?><t>日本語 𝕏</t>";
        let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let be32: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
        for (bytes, name) in [(&le, "UTF-16LE"), (&be, "UTF-16BE"), (&be32, "UTF-32BE")] {
            assert_eq!(read(bytes, None), (text.to_owned(), name, "pattern of zero bytes"));
        }
        let marked = [&[0xff, 0xfe][..], &le].concat();
        assert_eq!(read(&marked, Some("utf-8")), (text.to_owned(), "UTF-16LE", "byte-order mark"));
        let marked = [&[0xef, 0xbb, 0xbf][..], text.as_bytes()].concat();
        assert_eq!(read(&marked, None), (text.to_owned(), "UTF-8", "byte-order mark"));
    }

    #[test]
    fn labels_count_where_the_bytes_fit_them() {
        let korean = encoded(encoding_rs::EUC_KR, "<t>북한, 러시아에 파병</t>");
        assert_eq!(read(&korean, Some("euc-kr")).0, "<t>북한, 러시아에 파병</t>");
        let declared = "<?xml version=\"1.0\" encoding='Shift_JIS' ?><t>東京タワー</t>";
        let bytes = encoded(encoding_rs::SHIFT_JIS, declared);
        assert_eq!(read(&bytes, None), (declared.to_owned(), "Shift_JIS", "XML declaration"));
        // A UTF-8 label on windows-1251 bytes is skipped; the declaration is right.
        let declared = "<?xml version=\"1.0\" encoding=\"windows-1251\"?><t>Новости дня</t>";
        let bytes = encoded(encoding_rs::WINDOWS_1251, declared);
        assert_eq!(
            read(&bytes, Some("utf-8")),
            (declared.to_owned(), "windows-1251", "XML declaration")
        );
    }

    #[test]
    fn iso_2022_jp_is_believed_where_labelled() {
        let text = "<?xml version=\"1.0\" encoding=\"iso-2022-jp\"?><t>日本のニュース</t>";
        let bytes = encoded(ISO_2022_JP, text);
        assert_eq!(read(&bytes, None).0, text);
    }

    #[test]
    fn without_labels_a_detector_tells() {
        let text = "<t>Правительство России сообщило о переговорах в Пхеньяне</t>";
        let bytes = encoded(encoding_rs::KOI8_R, text);
        assert_eq!(read(&bytes, None), (text.to_owned(), "KOI8-U", "detection"));
        assert_eq!(read(b"<t>caf\xe9</t>", None).0, "<t>café</t>");
    }

    #[test]
    fn a_few_broken_places_do_not_make_utf8_another_encoding() {
        let mut bytes = "<t>Президент прибыл в Пхеньян с визитом".as_bytes().to_vec();
        bytes.truncate(bytes.len() - 1);
        assert!(read(&bytes, None).0.starts_with("<t>Президент прибыл"));
        let mixed = ["Пхеньян ".repeat(5).as_bytes(), b"\x93q\x94 \xe9"].concat();
        let mixed = [&mixed[..], "Россия и Корея ".repeat(9).as_bytes()].concat();
        assert!(read(&mixed, None).0.contains("“q” é"));
    }
}
