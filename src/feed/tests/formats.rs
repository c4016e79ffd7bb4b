//! Every format, in many languages, as publishers write them.

use super::*;
use crate::model::{EntryKey, KeyKind};

fn one(body: &str) -> Entry {
    let feed = read_whole(body.as_bytes()).unwrap();
    assert_eq!(feed.entries.len(), 1, "{body}");
    entries(&feed)[0].clone()
}

fn rss(item: &str) -> Entry {
    one(&format!(
        "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:media='http://search.yahoo.com/mrss/'
         xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><language>ko</language>
         <item>{item}</item></channel></rss>"
    ))
}

fn atom(entry: &str) -> Entry {
    one(&format!(
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='ru'><author><name>Редакция</name></author><entry>{entry}</entry></feed>"
    ))
}

fn link(entry: &Entry) -> &str {
    entry.link.as_ref().map(Url::as_str).unwrap_or_default()
}

fn time(text: &str) -> Option<Time> {
    text.parse().ok()
}

#[test]
fn an_rss_feed_with_everything() {
    let body = "<?xml version='1.0'?><rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel>
        <title>연합 &amp; 뉴스</title><link>https://example.co.kr/</link><language>ko-kr</language><ttl>15</ttl>
        <item><title><![CDATA[북한, 러시아에 &quot;추가 파병&quot;]]></title><link>/view/1?utm_source=rss</link>
        <guid isPermaLink='false'>AKR1</guid><pubDate>Fri, 07 Feb 2025 14:05:09 +0900</pubDate>
        <dc:creator>김민수</dc:creator><category>정치</category><category>북한</category>
        <description>&lt;p&gt;첫 문단&lt;/p&gt;&lt;p&gt;둘째 문단&lt;/p&gt;</description>
        <source url='https://wire.example/rss'>통신</source>
        <enclosure url='https://example.co.kr/1.mp3' length='1234' type='audio/mpeg'/></item></channel></rss>";
    let feed = read_whole(body.as_bytes()).unwrap();
    assert_eq!(feed.title.as_deref(), Some("연합 & 뉴스"));
    assert_eq!(feed.site.as_deref(), Some("https://example.co.kr/"));
    assert_eq!((feed.format, feed.language.as_deref()), ("RSS 2.0", Some("ko-KR")));
    assert_eq!(feed.ttl, Some(Duration::from_secs(900)));
    assert_eq!(feed.repairs, []);
    let entry = entries(&feed)[0];
    assert_eq!(entry.title, "북한, 러시아에 \"추가 파병\"");
    assert_eq!(link(entry), "https://example.org/view/1?utm_source=rss");
    assert_eq!(entry.text, "첫 문단\n둘째 문단");
    assert_eq!(entry.content.summary.as_deref(), Some("<p>첫 문단</p><p>둘째 문단</p>"));
    assert_eq!(entry.content.full, None);
    assert_eq!(
        (&entry.authors[..], &entry.categories[..]),
        (&["김민수".to_owned()][..], &["정치".to_owned(), "북한".to_owned()][..])
    );
    assert_eq!(entry.origin.as_ref().unwrap().title.as_deref(), Some("통신"));
    assert_eq!(entry.enclosures[0].bytes, Some(1234));
    assert_eq!(entry.published, time("2025-02-07T05:05:09Z"));
    assert_eq!((entry.updated, entry.language.as_deref()), (None, Some("ko-KR")));
    assert_eq!(
        entry.keys.iter().map(|key| key.kind).collect::<Vec<_>>(),
        [KeyKind::Guid, KeyKind::Link, KeyKind::TitleDate, KeyKind::Content]
    );
    assert_eq!(entry.keys[0], EntryKey::of(KeyKind::Guid, "AKR1"));
}

#[test]
fn an_atom_entry_with_everything() {
    let entry = atom(
        "<id>urn:x:1</id><title type='html'>Переговоры &amp;mdash; &lt;b&gt;итоги&lt;/b&gt;</title>
         <link rel='enclosure' href='https://example.org/a.mp3' type='audio/mpeg' length='9'/>
         <link rel='alternate' type='application/json' href='/1.json'/><link rel='alternate' type='text/html' href='/1'/>
         <updated>2025-02-08T10:00:00Z</updated><published>2025-02-07T10:00:00+03:00</published>
         <category term='x' label='Политика'/><category term='мир'/>
         <summary>Коротко</summary><content type='xhtml' xml:lang='uk' xml:base='/deep/'><div xmlns='http://www.w3.org/1999/xhtml'><p>Один<br/>два</p></div></content>
         <source><title>ТАСС</title><link href='https://tass.example/'/></source>",
    );
    assert_eq!(entry.title, "Переговоры — итоги");
    assert_eq!(link(&entry), "https://example.org/1");
    assert_eq!(entry.published, time("2025-02-07T07:00:00Z"));
    assert_eq!(entry.updated, time("2025-02-08T10:00:00Z"));
    assert_eq!(entry.categories, ["Политика", "мир"]);
    assert_eq!(entry.authors, ["Редакция"]);
    assert_eq!(entry.text, "Один\nдва");
    assert_eq!(entry.content.summary.as_deref(), Some("Коротко"));
    assert_eq!(entry.content.base.as_ref().unwrap().as_str(), "https://example.org/deep/");
    assert_eq!(entry.enclosures[0].url, "https://example.org/a.mp3");
    assert_eq!(entry.origin.as_ref().unwrap().url.as_deref(), Some("https://tass.example/"));
    assert_eq!(entry.language.as_deref(), Some("uk"));
}

#[test]
fn plain_atom_titles_are_not_unescaped_and_escaped_rss_titles_once() {
    assert_eq!(
        atom("<title>How to write &amp;amp; and &lt;b&gt;</title>").title,
        "How to write &amp; and <b>"
    );
    assert_eq!(rss("<title>Tom &amp;amp; Jerry &amp;lt;3</title>").title, "Tom & Jerry <3");
    assert_eq!(rss("<title>caf&#233; x&lt;y</title>").title, "café x<y");
}

#[test]
fn old_formats_and_their_namespaces() {
    let cases = [
        (
            "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://my.netscape.com/rdf/simple/0.9/'><channel><title>t</title></channel><item><title>Eins</title><link>http://a.example/1</link></item></rdf:RDF>",
            "RSS 0.90",
        ),
        (
            "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>t</title></channel><item rdf:about='http://a.example/1'><title>Eins</title><dc:date>2025-02-07T01:02:03Z</dc:date></item></rdf:RDF>",
            "RSS 1.0",
        ),
        (
            "<Channel xmlns='http://purl.org/net/rss1.1#'><title>t</title><items><item><title>Eins</title><link>http://a.example/1</link></item></items></Channel>",
            "RSS 1.1",
        ),
        (
            "<rss version='0.91'><channel><title>t</title><item><title>Eins</title><link>http://a.example/1</link></item></channel></rss>",
            "RSS 0.91",
        ),
        (
            "<rss version='0.94'><channel><title>t</title><item><title>Eins</title><link>http://a.example/1</link></item></channel></rss>",
            "RSS 0.94",
        ),
        (
            "<rss><channel><title>t</title><item><title>Eins</title><link>http://a.example/1</link></item></channel></rss>",
            "RSS",
        ),
        (
            "<rss version='2.0' xmlns='http://backend.userland.com/rss2'><channel><title>t</title></channel><item><title>Eins</title><link>http://a.example/1</link></item></rss>",
            "RSS 2.0",
        ),
        (
            "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><title>t</title><entry><title mode='escaped' type='text/html'>Eins</title><link rel='alternate' href='http://a.example/1'/><issued>2025-02-07T01:02:03Z</issued></entry></feed>",
            "Atom 0.3",
        ),
        (
            "<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:title>t</a:title><a:entry><a:title>Eins</a:title><a:link href='http://a.example/1'/></a:entry></a:feed>",
            "Atom 1.0",
        ),
        (
            "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'><url><loc>http://a.example/1</loc><news:news><news:publication><news:language>de</news:language></news:publication><news:publication_date>2025-02-07</news:publication_date><news:title>Eins</news:title></news:news></url></urlset>",
            "news sitemap",
        ),
    ];
    for (body, format) in cases {
        let feed = read_whole(body.as_bytes()).unwrap();
        let entry = entries(&feed)[0];
        assert_eq!(
            (feed.format, entry.title.as_str(), link(entry)),
            (format, "Eins", "http://a.example/1"),
            "{body}"
        );
    }
}

#[test]
fn json_feeds_are_read_leniently() {
    let body = r#"{"version":"https://jsonfeed.org/version/1.1","home_page_url":"https://example.org/","language":"id","authors":[{"name":"Redaksi"}],
        "items":[{"id":1,"url":"/1","content_html":"<p>Satu</p>","date_published":"2025-02-07T10:00:00+07:00","tags":null,
                  "attachments":[{"url":"https://example.org/1.mp3","mime_type":"audio/mpeg","size_in_bytes":"12"}]},
                 {"id":"https://example.org/2","title":"Dua &amp; tiga","content_text":"1 < 2"}, 7]}"#;
    let feed = read_whole(body.as_bytes()).unwrap();
    let read = entries(&feed);
    assert_eq!((feed.format, feed.title.as_deref(), read.len()), ("JSON Feed 1.1", None, 3));
    assert_eq!((link(read[0]), read[0].text.as_str()), ("https://example.org/1", "Satu"));
    assert_eq!(read[0].enclosures[0].bytes, Some(12));
    assert_eq!((read[0].authors[0].as_str(), read[0].language.as_deref()), ("Redaksi", Some("id")));
    assert_eq!(
        (link(read[1]), read[1].title.as_str(), read[1].text.as_str()),
        ("https://example.org/2", "Dua &amp; tiga", "1 < 2")
    );
    assert_eq!(
        read_whole(b"{\"a\":1}").unwrap_err().to_string(),
        "JSON without a feed's items, not a feed"
    );
}

#[test]
fn links_are_found_where_publishers_put_them() {
    let cases = [
        ("<guid>https://a.example/1</guid>", "https://a.example/1"),
        ("<guid isPermaLink='true'>AKR1</guid>", ""),
        ("<link>https://a.example/?a=1&amp;amp;b=2</link>", "https://a.example/?a=1&b=2"),
        (
            "<link> \n https://a.example/1 </link><guid>https://b.example/</guid>",
            "https://a.example/1",
        ),
        (
            "<guid>1</guid><feedburner:origLink>https://a.example/1</feedburner:origLink>",
            "https://a.example/1",
        ),
        ("<link>https://a.example/1</link><link>https://a.example/2</link>", "https://a.example/2"),
        ("<link>javascript:alert(1)</link>", ""),
        ("<atom:link href='https://a.example/1'/>", "https://a.example/1"),
        (
            "<enclosure url='https://a.example/1.mp3' type='audio/mpeg' length='1'/>",
            "https://a.example/1.mp3",
        ),
        ("<link>//a.example/1</link>", "https://a.example/1"),
        ("<link>HTTPS://A.EXAMPLE/1</link><guid>HTTPS://A.EXAMPLE/1</guid>", "https://a.example/1"),
    ];
    for (item, expected) in cases {
        assert_eq!(link(&rss(item)), expected, "{item}");
    }
}

#[test]
fn what_stands_behind_a_counting_service_is_the_evidence_of_sameness() {
    let counted = "http://feedproxy.google.com/~r/x/~3/y/";
    for behind in [
        "<feedburner:origLink>https://a.example/1</feedburner:origLink>",
        "<guid>https://a.example/1</guid>",
    ] {
        let entry = rss(&format!("<link>{counted}</link>{behind}"));
        assert_eq!(link(&entry), counted);
        assert_eq!(entry.canonical_link.as_deref(), Some("https://a.example/1"), "{behind}");
    }
}

#[test]
fn channels_of_the_nineties_are_read() {
    let body = "<CHANNEL HREF='http://a.example/' BASE='http://a.example/'><TITLE>t</TITLE>
        <ITEM HREF='http://a.example/1' LASTMOD='1998-11-05T22:12'><TITLE>Eins</TITLE><ABSTRACT>Text</ABSTRACT></ITEM></CHANNEL>";
    let feed = read_whole(body.as_bytes()).unwrap();
    let entry = entries(&feed)[0];
    assert_eq!(
        (feed.format, entry.title.as_str(), link(entry)),
        ("CDF", "Eins", "http://a.example/1")
    );
    assert_eq!((entry.text.as_str(), entry.published), ("Text", time("1998-11-05T22:12:00Z")));
}

#[test]
fn titles_in_base64_are_decoded() {
    assert_eq!(atom("<title mode='base64'>7IaM7Iud</title>").title, "소식");
}

#[test]
fn a_thumbnail_is_the_picture_where_there_is_no_other() {
    let entry = rss(
        "<media:thumbnail url='/s.png' width='80'/><media:thumbnail url='/l.png' width='640'/>",
    );
    assert_eq!(entry.enclosures[0].url, "https://example.org/l.png");
    assert!(entry.enclosures[0].is_image());
}

#[test]
fn media_descriptions_are_the_text_where_nothing_else_is() {
    let group = "<title>비디오</title><media:group><media:title>x</media:title><media:content url='https://v.example/1' type='video/mp4'/><media:description>설명 1\n\n설명 2</media:description></media:group>";
    let entry = rss(group);
    assert_eq!((entry.title.as_str(), entry.text.as_str()), ("비디오", "설명 1\n설명 2"));
    assert_eq!(entry.enclosures[0].url, "https://v.example/1");
    assert_eq!(
        rss("<description>own</description><media:description>other</media:description>").text,
        "own"
    );
}

#[test]
fn one_item_that_feed_rs_refuses_costs_nothing() {
    let body = "<rss version='2.0' xmlns:media='http://search.yahoo.com/mrss/'><channel>
        <item><title>하나</title><guid>1</guid></item>
        <item><title>둘</title><guid>2</guid><description>본문</description><media:content url='https://x.example/a.jpg'><media:title type='plain'></media:title></media:content></item>
        <item><title>셋</title><guid>3</guid><author>éé@joe@example.org（é）</author></item></channel></rss>";
    let feed = read_whole(body.as_bytes()).unwrap();
    let titles: Vec<&str> = entries(&feed).iter().map(|entry| entry.title.as_str()).collect();
    assert_eq!(titles, ["하나", "둘", "셋"]);
    assert_eq!(entries(&feed)[1].text, "본문");
    assert!(
        feed.entries
            .iter()
            .all(|entry| matches!(entry, DocumentEntry::Read { fingerprint: Some(_), .. }))
    );
}

#[test]
fn markup_that_nobody_escaped_is_read_whole() {
    let entry = rss(
        "<title>Ein <b>kurzer</b> Titel</title><description>Vorn <p>Mitte <img src='a.jpg'/></p> hinten</description>",
    );
    assert_eq!(entry.title, "Ein kurzer Titel");
    assert_eq!(entry.text, "Vorn\nMitte\nhinten");
    assert_eq!(
        entry.content.summary.as_deref(),
        Some("Vorn <p>Mitte <img src='a.jpg'></p> hinten")
    );
}

#[test]
fn prefixes_that_nobody_declared_mean_what_everybody_means() {
    let body = "<rss version='2.0'><channel><item><title>t</title><foo:title>x</foo:title><media:title>y</media:title><content:encoded>&lt;p&gt;voll&lt;/p&gt;</content:encoded><dc:date>2025-02-07</dc:date><dc:creator>Ana</dc:creator></item></channel></rss>";
    let entry = one(body);
    assert_eq!((entry.title.as_str(), entry.text.as_str()), ("t", "voll"));
    assert_eq!(
        (entry.published, &entry.authors[..]),
        (time("2025-02-07T00:00:00Z"), &["Ana".to_owned()][..])
    );
}

#[test]
fn dates_in_the_future_are_clamped_and_flagged() {
    let entry = rss("<title>t</title><pubDate>Fri, 01 Jan 2199 00:00:00 GMT</pubDate>");
    assert_eq!((entry.published, entry.date_clamped), (Some(now()), true));
    let entry = rss("<title>t</title><pubDate>gestern</pubDate>");
    assert_eq!((entry.published, entry.date_clamped), (None, false));
}

#[test]
fn only_what_readers_see_makes_a_revision() {
    let base = "<title>t</title><description>&lt;p&gt;a b&lt;/p&gt;</description><guid>1</guid><enclosure url='https://x.example/a.mp3' type='audio/mpeg'/>";
    let digest = |item: String| rss(&item).digest;
    let same = [
        format!("{base}<enclosure url='https://x.example/a.jpg?r=2' type='image/jpeg'/>"),
        base.replace("a b", " a\n  b "),
        base.replace("p&gt;", "div&gt;"),
        format!("{base}<pubDate>Fri, 07 Feb 2025 00:00:00 GMT</pubDate>"),
    ];
    for item in same {
        assert_eq!(digest(item.clone()), digest(base.to_owned()), "{item}");
    }
    for item in
        [base.replace("a b", "a c"), base.replace(">t<", ">u<"), base.replace("a.mp3", "b.mp3")]
    {
        assert_ne!(digest(item.clone()), digest(base.to_owned()), "{item}");
    }
}

#[test]
fn config_has_the_last_word_on_language() {
    let body = b"<rss version='2.0'><channel><language>en</language><item><title>x</title></item></channel></rss>";
    let (document, window) = (document(body, None), &Window::default());
    let source = Source { language: Some("id".to_owned()), ..source() };
    let (document, source, date_orders) = (&document, &source, DateOrders::default());
    let feed = read(&ReadContext { document, window, date_orders, source, now: now() }).unwrap();
    assert_eq!(entries(&feed)[0].language.as_deref(), Some("id"));
    assert_eq!(feed.language.as_deref(), Some("en"));
}

#[test]
fn a_truncated_feed_keeps_what_arrived_and_says_so() {
    let body = "<rss version='2.0'><channel><title>AT&T</title><item><title>ganz</title></item><item><title>hal";
    let feed = read_whole(body.as_bytes()).unwrap();
    assert_eq!((feed.title.as_deref(), feed.entries.len()), (Some("AT&T"), 1));
    assert_eq!(lines(&feed.repairs), ["bare ampersand", "truncated"]);
}

#[test]
fn at_most_five_thousand_entries_are_read() {
    let body = format!(
        "<rss version='2.0'><channel>{}</channel></rss>",
        "<item><title>x</title></item>".repeat(5002)
    );
    let feed = read_whole(body.as_bytes()).unwrap();
    assert_eq!(feed.entries.len(), 5000);
    assert_eq!(lines(&feed.repairs), ["entry beyond the first 5,000 left out ×2"]);
}
