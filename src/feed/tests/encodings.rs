//! The same feed in the encodings of the world.

use super::*;
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, GB18030, KOI8_R, SHIFT_JIS, WINDOWS_874, WINDOWS_1251, WINDOWS_1256,
};

#[test]
fn feeds_are_read_in_the_encodings_of_their_countries() {
    let cases = [
        (EUC_KR, "북한 외무상, 모스크바 도착"),
        (SHIFT_JIS, "北朝鮮の外相、モスクワに到着"),
        (EUC_JP, "北朝鮮の外相、モスクワに到着"),
        (GB18030, "朝鲜外相抵达莫斯科"),
        (BIG5, "朝鮮外相抵達莫斯科"),
        (WINDOWS_1251, "Глава МИД КНДР прибыла в Москву"),
        (KOI8_R, "Глава МИД КНДР прибыла в Москву"),
        (WINDOWS_1256, "وزيرة خارجية كوريا الشمالية تصل إلى موسكو"),
        (WINDOWS_874, "รัฐมนตรีต่างประเทศเกาหลีเหนือเยือนมอสโก"),
    ];
    for (encoding, title) in cases {
        let name = encoding.name();
        let text = format!(
            "<?xml version='1.0' encoding='{name}'?><rss version='2.0'><channel><item><title>{title}</title></item></channel></rss>"
        );
        let feed = read_whole(&encoding.encode(&text).0).unwrap();
        assert_eq!(entries(&feed)[0].title, title, "{name}");
        assert_eq!((feed.encoding.as_str(), feed.encoding_from), (name, "XML declaration"));
    }
}

#[test]
fn utf16_without_a_mark_is_read_and_nothing_panics() {
    let text = "<?xml version=\"1.0\" encoding=\"utf-16\"?><rss version=\"2.0\"><channel><item><title>日本</title></item></channel></rss>";
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(entries(&read_whole(&bytes).unwrap())[0].title, "日本");
}
