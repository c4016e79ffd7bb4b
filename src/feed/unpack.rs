//! Documents that were compressed into a file: sitemaps are often served as `sitemap.xml.gz`.

use flate2::read::MultiGzDecoder;
use std::borrow::Cow;
use std::io::Read;

/// What is unpacked at most, in bytes: as much as is fetched at most.
const MOST: u64 = 10 * 1024 * 1024;

/// The bytes of a document that may be a gzip file (RFC 1952). Of one that is cut off or damaged, what
/// came whole.
pub(super) fn unpacked(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !bytes.starts_with(&[0x1f, 0x8b, 8]) {
        return Cow::Borrowed(bytes);
    }
    let mut unpacked = Vec::new();
    // What was read before an error stays.
    let _ = MultiGzDecoder::new(bytes).take(MOST).read_to_end(&mut unpacked);
    Cow::Owned(unpacked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn gzip_files_are_unpacked_as_far_as_they_came_and_not_beyond_the_cap() {
        let text = "<urlset>뉴스</urlset>".repeat(10_000);
        let file = packed(text.as_bytes());
        assert_eq!(*unpacked(&file), *text.as_bytes());
        assert!(text.as_bytes().starts_with(&unpacked(&file[..file.len() / 2])));
        assert_eq!(unpacked(&packed(&vec![b' '; 20 << 20])).len(), 10 << 20);
        assert!(matches!(unpacked(b"<rss/>"), Cow::Borrowed(_)));
    }
}
