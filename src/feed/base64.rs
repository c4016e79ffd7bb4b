//! Base64 (RFC 4648 §4) as Atom uses it for texts: `mode="base64"` of 0.3, and media types that are
//! no text in 1.0 (RFC 4287 §4.1.3.3).

use super::fields::Field;

/// The decoded text of a field that says it is base64, and is; `None` for every other.
pub(super) fn of(field: &Field<'_>) -> Option<String> {
    let is_said = field.attribute("mode").is_some_and(|mode| mode.eq_ignore_ascii_case("base64"))
        || field.attribute("type").is_some_and(|kind| kind == "application/octet-stream");
    if !is_said {
        return None;
    }
    String::from_utf8(decoded(&field.text()?)?).ok()
}

/// White space may stand anywhere; padding may be missing.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut buffer, mut bits) = (Vec::with_capacity(text.len() / 4 * 3), 0_u32, 0);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        buffer = (buffer << 6 | u32::from(value(byte)?)) & 0xff_ffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(buffer >> bits & 0xff).ok()?);
        }
    }
    Some(bytes)
}

fn value(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn texts_are_decoded_and_what_is_no_base64_is_not() {
        let text = |encoded| decoded(encoded).and_then(|bytes| String::from_utf8(bytes).ok());
        assert_eq!(text("67aB7ZWc\n IOuJtOyKpA==").as_deref(), Some("북한 뉴스"));
        assert_eq!(text("TmV3cw").as_deref(), Some("News"));
        assert_eq!(text("").as_deref(), Some(""));
        assert_eq!(decoded("no base64!"), None);
    }
}
