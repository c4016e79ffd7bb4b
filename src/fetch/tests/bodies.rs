//! Bodies and their encodings, as they come over the wire.

use super::origin::{Origin, Reply, answer};
use super::*;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use std::io::Write;

const FEED: &[u8] = "<rss><title>Рука помощи 손길</title></rss>".as_bytes();

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 22);
    encoder.write_all(bytes).unwrap();
    encoder.into_inner()
}

async fn labelled(headers: &str, body: &[u8]) -> Origin {
    Origin::saying(answer("200 OK", headers, body)).await
}

#[tokio::test]
async fn each_encoding_that_we_ask_for_is_undone_in_every_spelling() {
    for (label, body) in [
        ("gzip", gzip(FEED)),
        ("GZip", gzip(FEED)),
        ("x-gzip", gzip(FEED)),
        ("identity, gzip", gzip(FEED)),
        ("br", brotli(FEED)),
        ("deflate", zlib(FEED)),
        ("deflate", deflate(FEED)),
        ("identity", FEED.to_vec()),
        ("", FEED.to_vec()),
    ] {
        let origin = labelled(&format!("Content-Encoding: {label}\r\n"), &body).await;
        assert_eq!(fetched(&origin, "/").await.body, FEED, "{label}");
    }
}

#[tokio::test]
async fn gzip_in_several_members_and_with_a_line_end_behind_it_is_whole() {
    let (begin, end) = FEED.split_at(20);
    let members = [gzip(begin), gzip(end), b"\n".to_vec()].concat();
    let origin = labelled("Content-Encoding: gzip\r\n", &members).await;
    assert_eq!(fetched(&origin, "/").await.body, FEED);
}

#[tokio::test]
async fn encodings_that_cannot_be_undone_are_named() {
    let twice = gzip(&gzip(FEED));
    for headers in [
        "Content-Encoding: gzip, gzip\r\n",
        "Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n",
        "Content-Encoding: utf-8\r\n",
        "Content-Encoding: \u{9b}31m\u{202e}\r\n",
    ] {
        let failure = failed(&labelled(headers, &twice).await).await;
        assert_eq!(failure.class, FailureClass::Encoding, "{headers}");
        assert!(failure.detail.is_ascii(), "{}", failure.detail);
    }
    let failure = failed(&labelled("Content-Encoding: zstd\r\n", FEED).await).await;
    assert_eq!((failure.class, failure.status), (FailureClass::Encoding, Some(200)));
    assert_eq!(failure.detail, "Content-Encoding: zstd cannot be undone");
}

#[tokio::test]
async fn a_body_that_is_not_what_its_label_says_is_refused() {
    for label in ["gzip", "br", "deflate"] {
        let origin = labelled(&format!("Content-Encoding: {label}\r\n"), FEED).await;
        let failure = failed(&origin).await;
        assert_eq!(failure.class, FailureClass::Encoding, "{label}: {failure:?}");
    }
}

#[tokio::test]
async fn a_compressed_body_that_ends_too_early_brings_nothing() {
    let whole = gzip(FEED);
    for cut in [whole.len() - 1, whole.len() / 2, 5] {
        let failure = failed(&labelled("Content-Encoding: gzip\r\n", &whole[..cut]).await).await;
        assert_eq!(failure.class, FailureClass::Broken, "{cut}: {failure:?}");
    }
    for (label, whole) in
        [("br", brotli(FEED)), ("deflate", zlib(FEED)), ("deflate", deflate(FEED))]
    {
        let origin = labelled(&format!("Content-Encoding: {label}\r\n"), &whole[..20]).await;
        let failure = failed(&origin).await;
        assert!(matches!(failure.class, FailureClass::Broken | FailureClass::Encoding), "{label}");
    }
}

#[tokio::test]
async fn a_bomb_is_only_unpacked_up_to_the_cap() {
    let zeros = vec![b' '; 32 << 20];
    for (label, bomb) in
        [("gzip", gzip(&zeros)), ("deflate", deflate(&zeros)), ("br", brotli(&zeros))]
    {
        let origin = labelled(&format!("Content-Encoding: {label}\r\n"), &bomb).await;
        let failure = failed_with(&SMALL, &origin.url("/")).await;
        assert_eq!(failure.class, FailureClass::TooLarge, "{label}");
        assert_eq!(failure.detail, "the document is larger than 65536 bytes");
    }
}

#[tokio::test]
async fn a_body_may_be_as_large_as_the_cap() {
    let (most, more) = (vec![b'x'; 64 * 1024], vec![b'x'; 64 * 1024 + 1]);
    let origin = labelled("", &most).await;
    let outcome = fetch_with(&SMALL, &origin.url("/")).await;
    assert!(matches!(outcome, FetchOutcome::Fetched(_)), "{outcome:?}");
    let origin = labelled("Content-Encoding: gzip\r\n", &gzip(&most)).await;
    let outcome = fetch_with(&SMALL, &origin.url("/")).await;
    assert!(matches!(outcome, FetchOutcome::Fetched(_)), "{outcome:?}");
    let origin = labelled("Content-Encoding: gzip\r\n", &gzip(&more)).await;
    assert_eq!(failed_with(&SMALL, &origin.url("/")).await.class, FailureClass::TooLarge);
}

#[tokio::test]
async fn a_body_that_is_announced_as_too_large_is_not_waited_for() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 9007199254740993\r\n\r\n".to_vec();
    let origin = Origin::start(move |_| Reply::Hang(head.clone())).await;
    assert_eq!(failed_with(&SMALL, &origin.url("/")).await.class, FailureClass::TooLarge);
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".to_vec();
    let origin = Origin::start(move |_| Reply::Hang(head.clone())).await;
    assert_eq!(failed_with(&SMALL, &origin.url("/")).await.class, FailureClass::TooLarge);
}

#[tokio::test]
async fn a_body_in_many_chunks_is_put_together() {
    let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let mut chunks = Vec::new();
    for word in ["<rss>", "한국", "и Россия", "</rss>"] {
        write!(chunks, "{:x}\r\n{word}\r\n", word.len()).unwrap();
    }
    chunks.extend_from_slice(b"0\r\n\r\n");
    let origin = Origin::start(move |_| Reply::Trickle(head.to_vec(), chunks.clone())).await;
    assert_eq!(fetched(&origin, "/").await.body, "<rss>한국и Россия</rss>");
}

#[tokio::test]
async fn an_empty_body_is_a_document_whatever_its_label() {
    let origin = labelled("Content-Encoding: gzip\r\n", b"").await;
    assert!(fetched(&origin, "/").await.body.is_empty());
}
