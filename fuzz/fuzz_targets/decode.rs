//! Any bytes to text; the first byte chooses the charset that HTTP declares. What holds: no panic; UTF-8
//! with a letter beyond ASCII stays as it is whatever the labels say; nothing grows beyond all bounds.

#![no_main]

use libfuzzer_sys::fuzz_target;
use muara::feed::stages;

const CHARSETS: [Option<&str>; 12] = [
    None,
    Some("utf-8"),
    Some("windows-1251"),
    Some("koi8-r"),
    Some("iso-2022-jp"),
    Some("shift_jis"),
    Some("euc-kr"),
    Some("gb18030"),
    Some("big5"),
    Some("utf-16"),
    Some("iso-8859-9"),
    Some("nonsense"),
];

fuzz_target!(|data: &[u8]| {
    let Some((choice, body)) = data.split_first() else { return };
    let charset = CHARSETS[usize::from(*choice) % CHARSETS.len()];
    let (text, encoding) = stages::decoded(body, charset);
    assert!(text.len() <= 3 * body.len() + 4, "{} bytes from {}", text.len(), body.len());
    // Zero bytes may be a pattern, escapes those of ISO-2022-JP.
    let is_marked = body.contains(&0) || body.contains(&0x1b) || body.starts_with(b"\xef\xbb\xbf");
    if let (Ok(same), false) = (std::str::from_utf8(body), is_marked) {
        assert_eq!(text, same);
        assert!(same.is_ascii() || encoding == "UTF-8", "{encoding}");
    }
});
