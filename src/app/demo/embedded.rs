//! The recordings that are part of the binary: what invented outlets wrote in twelve languages about
//! real days, 18 to 20 June 2024, with the copies, the oddities and the noise of real feeds.

macro_rules! files {
    ($($name:literal,)*) => {
        &[$(($name, include_bytes!(concat!("recordings/", $name)))),*]
    };
}

/// Each file by its name, which says what it is (see `recording`).
pub(super) const FILES: &[(&str, &[u8])] = files![
    "bogaz.tr.rss",
    "changjiang.zh-Hans.rss",
    "danshui.zh-Hant.rdf",
    "danshui.zh-Hant.rdf.2",
    "digest.en.atom",
    "elbbote.de.atom",
    "elbbote.de.atom.2",
    "hangang.ko.rss",
    "hangang.ko.rss.2",
    "hangang.ko.rss.3",
    "harbour.en.rss",
    "harbour.en.rss.2",
    "lagune.fr.rss",
    "nahr.ar.rss",
    "nahr.ar.rss.2",
    "namsan.ko.rss",
    "nevskaya.ru.rss",
    "nevskaya.ru.rss.2",
    "pelabuhan.id.rss",
    "pelabuhan.id.rss.2",
    "peninsula.en.json",
    "peninsula.en.json.2",
    "peninsula.en.json.3",
    "polyus.ru.atom",
    "polyus.ru.atom.2",
    "ribera.es.json",
    "selat.id.rss",
    "songhong.vi.rss",
    "sumida.ja.rdf",
];
