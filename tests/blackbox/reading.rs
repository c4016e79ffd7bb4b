//! What the daemon makes of documents: sitemaps as sources, damage that is mended and told, dates
//! that are guesses until others tell how they are meant.

use crate::support::daemon::{Config, Home};
use crate::support::origin::{self, Answer, Origin, Page};
use rusqlite::Connection;

fn sitemap(titles: &[&str]) -> String {
    let url = |title: &&str| {
        format!(
            "<url><loc>https://river.example/{}</loc><news:news><news:publication_date>2024-06-19\
             </news:publication_date><news:title>{title}</news:title></news:news></url>",
            title.replace(' ', "-")
        )
    };
    let urls: String = titles.iter().map(url).collect();
    format!(
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' \
         xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'>{urls}</urlset>"
    )
}

fn index(addresses: &[String]) -> Page {
    let sitemaps: Vec<String> =
        addresses.iter().map(|it| format!("<sitemap><loc>{it}</loc></sitemap>")).collect();
    let sitemaps = sitemaps.concat();
    Page::xml(format!(
        "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{sitemaps}</sitemapindex>"
    ))
}

/// One source, polled once, under an age that lets old entries in.
fn home(origin: &Origin, path: &str, lines: &str) -> Home {
    Home::new(
        &Config::new()
            .polling("every = \"6h\"\nmax_age = \"36500d\"")
            .source("a", &origin.url(path), lines)
            .topic("all", "river or ferry or storm", ""),
    )
}

fn dates(home: &Home) -> Vec<(String, bool)> {
    let store = Connection::open(home.database()).expect("the store");
    let mut query = store
        .prepare(
            "SELECT strftime('%m-%d', published_at / 1000000, 'unixepoch'), date_guessed
             FROM entries ORDER BY title",
        )
        .expect("a query");
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
    rows.collect::<rusqlite::Result<_>>().expect("dates")
}

#[test]
fn an_index_of_sitemaps_is_followed_to_its_newest_news() {
    let origin = Origin::start();
    let home = home(&origin, "/sitemap.xml", "");
    let addresses =
        ["/archive-2023.xml", "/news.xml.gz", "/inner.xml"].map(|path| origin.url(path));
    origin.serve("/sitemap.xml", index(&addresses));
    origin.serve(
        "/archive-2023.xml",
        Page::xml("<urlset><url><loc>https://river.example/old</loc></url></urlset>"),
    );
    origin.serve("/inner.xml", index(&[origin.url("/more-news.xml"), origin.url("/sitemap.xml")]));
    origin.serve("/more-news.xml", Page::xml(sitemap(&["Storm over the river"])));
    let packed =
        |titles: &[&str]| Page::new("application/gzip", origin::gzip(sitemap(titles).as_bytes()));
    origin.serve("/news.xml.gz", packed(&["Ferry sinks"]));

    home.ok(&["poll", "--all"]);
    assert_eq!(home.source_status("a")["entries"], 2);
    // The index is the same as before; what it lists is not.
    origin.serve("/news.xml.gz", packed(&["Ferry raised", "Ferry sinks"]));
    home.ok(&["poll", "--all"]);
    let status = home.source_status("a");
    assert_eq!((&status["entries"], &status["last"]["new"]), (&3.into(), &1.into()), "{status}");
    home.ok(&["poll", "--all"]);
    assert_eq!(home.source_status("a")["last"]["outcome"], "not-modified");

    let read = home.ok(&["read", "--allow-private", &origin.url("/sitemap.xml")]);
    assert!(read.contains("news sitemap") && read.contains("Ferry raised"), "{read}");
}

#[test]
fn an_index_and_what_it_lists_are_asked_conditionally_and_as_their_source_is() {
    let (origin, other) = (Origin::start(), Origin::start());
    let lines = "user = \"kim\"\npassword = \"geheim-1\"\nheaders = { X-Key = \"geheim-2\" }";
    let home = home(&origin, "/sitemap.xml", lines);
    let addresses = [origin.url("/news.xml"), other.url("/news.xml"), origin.url("/gone.xml")];
    origin.serve("/sitemap.xml", index(&addresses));
    origin.serve("/news.xml", Page::xml(sitemap(&["Ferry sinks"])));
    other.serve("/news.xml", Page::xml(sitemap(&["Storm over the river"])));
    origin.serve("/gone.xml", Answer::status(404, &[]));
    let paths = [(&origin, "/sitemap.xml"), (&origin, "/news.xml"), (&other, "/news.xml")];
    let statuses =
        || paths.map(|(at, path)| at.requests(path).iter().map(|it| it.status).collect::<Vec<_>>());

    home.ok(&["poll", "--all"]);
    home.ok(&["poll", "--all"]);
    assert_eq!(statuses(), [[200, 304]; 3]);
    let status = home.source_status("a");
    assert_eq!(
        (&status["entries"], &status["last"]["outcome"]),
        (&2.into(), &"not-modified".into())
    );

    // What one of them lists is new: all of them make the document that is compared with the last.
    other.serve("/news.xml", Page::xml(sitemap(&["River calm", "Storm over the river"])));
    home.ok(&["poll", "--all"]);
    assert_eq!(
        statuses(),
        [vec![200, 304, 304, 200], vec![200, 304, 304, 200], vec![200, 304, 200]]
    );
    assert_eq!(home.source_status("a")["last"]["new"], 1);
    // What could not be had before is new once it can.
    origin.serve("/gone.xml", Page::xml(sitemap(&["Ferry raised"])));
    home.ok(&["poll", "--all"]);
    assert_eq!(home.source_status("a")["last"]["new"], 1);

    let sent = |at: &Origin, path: &str, name: &str| -> Vec<Option<String>> {
        at.requests(path).iter().map(|it| it.header(name).map(str::to_owned)).collect()
    };
    for (name, value) in [("authorization", "Basic a2ltOmdlaGVpbS0x"), ("x-key", "geheim-2")] {
        for path in ["/sitemap.xml", "/news.xml", "/gone.xml"] {
            assert!(
                sent(&origin, path, name).iter().all(|it| it.as_deref() == Some(value)),
                "{path}"
            );
        }
        assert!(sent(&other, "/news.xml", name).iter().all(Option::is_none), "{name}");
    }
}

/// The proxy is asked for whole addresses, whose names it alone can look up.
#[test]
fn sitemaps_are_asked_through_the_proxy_of_their_source_as_the_source_is() {
    let proxy = Origin::start();
    let [at_home, inner, abroad] = [
        "http://paper.example/news.xml",
        "http://paper.example/inner.xml",
        "http://cdn.example/news.xml",
    ];
    let secure = "https://paper.example/safe.xml".to_owned();
    proxy.serve("http://paper.example/sitemap.xml", index(&[inner.into(), abroad.into(), secure]));
    proxy.serve(inner, index(&[at_home.to_owned()]));
    proxy.serve(at_home, Page::xml(sitemap(&["Ferry sinks"])));
    proxy.serve(abroad, Page::xml(sitemap(&["Storm over the river"])));
    proxy.serve("http://paper.example/alone.xml", Page::xml(sitemap(&["River calm"])));
    let way = format!("proxy = \"http://porter:geheim-3@{}\"", proxy.address);
    let lines = format!(
        "{way}\nuser = \"kim\"\npassword = \"geheim-1\"\nheaders = {{ X-Key = \"geheim-2\" }}"
    );
    let source = |id: &str, path: &str| {
        format!("id = \"{id}\"\nurl = \"http://paper.example/{path}\"\n{lines}")
    };
    let home = Home::new(
        &Config::new()
            .polling("every = \"6h\"\nmax_age = \"36500d\"")
            .table("[source]", &source("index", "sitemap.xml"))
            .table("[source]", &source("alone", "alone.xml")),
    );
    home.ok(&["poll", "index"]);
    home.ok(&["poll", "alone"]);
    assert_eq!(home.source_status("index")["entries"], 2);
    assert_eq!(home.source_status("alone")["entries"], 1);
    home.ok(&["poll", "index"]);
    assert_eq!(home.source_status("index")["last"]["outcome"], "not-modified");

    let sent = |address: &str, name: &str| -> Vec<Option<String>> {
        let requests = proxy.requests(address);
        assert!(!requests.is_empty(), "the proxy was not asked for {address}");
        requests.iter().map(|it| it.header(name).map(str::to_owned)).collect()
    };
    let login = "Basic a2ltOmdlaGVpbS0x";
    for (name, value) in [("authorization", login), ("x-key", "geheim-2")] {
        for path in ["sitemap.xml", "inner.xml", "news.xml", "alone.xml"] {
            let values = sent(&format!("http://paper.example/{path}"), name);
            assert!(values.iter().all(|it| it.as_deref() == Some(value)), "{path}: {values:?}");
        }
        // Neither for another site, nor in the clear for a tunnel to their own.
        for address in [abroad, "paper.example:443"] {
            let values = sent(address, name);
            assert!(values.iter().all(Option::is_none), "{address}: {values:?}");
        }
    }
    for address in [at_home, abroad, "paper.example:443"] {
        let values = sent(address, "proxy-authorization");
        let porter = "Basic cG9ydGVyOmdlaGVpbS0z";
        assert!(values.iter().all(|it| it.as_deref() == Some(porter)), "{address}: {values:?}");
    }
}

#[test]
fn an_index_leads_to_no_private_address_of_another_site_and_to_few_addresses() {
    let origin = Origin::start();
    let elsewhere = Origin::start_at("127.0.0.9");
    elsewhere.serve("/news.xml", Page::xml(sitemap(&["Ferry sinks"])));
    origin.serve("/sitemap.xml", index(&[elsewhere.url("/news.xml")]));
    let home = home(&origin, "/sitemap.xml", "kind = \"sitemap\"");
    assert_eq!(home.run(&["poll", "--all"]).code, Some(69));
    assert_eq!(home.source_status("a")["last"]["class"], "blocked");
    assert_eq!(elsewhere.count(), 0);

    let many: Vec<String> = (0..50).map(|n| origin.url(&format!("/{n}.xml"))).collect();
    origin.serve("/sitemap.xml", index(&many));
    let before = origin.count();
    assert_eq!(home.run(&["poll", "--all"]).code, Some(69));
    assert!(origin.count() - before <= 5, "{} requests", origin.count() - before);
}

#[test]
fn what_config_calls_a_sitemap_has_to_be_one() {
    let origin = Origin::start();
    let feed =
        "<rss version='2.0'><channel><item><title>Ferry sinks</title></item></channel></rss>";
    origin.serve("/a.xml", Page::xml(feed));
    let home = home(&origin, "/a.xml", "kind = \"sitemap\"");
    assert_eq!(home.run(&["poll", "--all"]).code, Some(69));
    let last = home.source_status("a")["last"].clone();
    assert_eq!(last["class"], "not-a-feed");
    let detail = last["detail"].as_str().expect("a detail");
    assert!(detail.contains("RSS 2.0") && detail.contains("sitemap"), "{detail}");

    home.configure(&Config::new().source("a", &origin.url("/a.xml"), "kind = \"atom\""));
    let checked = home.run(&["check"]);
    assert!(checked.err.contains("\"feed\"") || checked.err.contains("sitemap"), "{checked}");
}

#[test]
fn damage_is_told_with_the_source_and_counted() {
    let origin = Origin::start();
    let broken =
        "<rss version='2.0'><channel><title>A&B & C</title><item><title>Ferry sinks</title></item>";
    origin.serve("/a.xml", Page::xml(broken));
    let home = home(&origin, "/a.xml", "");
    let daemon = home.start();
    daemon.wait_for_items("all", 1);
    let metrics = daemon.get("/metrics").text().to_owned();
    assert!(metrics.contains("muara_repairs_total{damage=\"bare ampersand\"} 1"), "{metrics}");

    home.ok(&["poll", "a"]);
    let status = home.source_status("a");
    assert_eq!(status["last"]["outcome"], "not-modified");
    assert_eq!(status["repairs"], serde_json::json!(["bare ampersand ×2", "truncated"]));
    assert!(home.ok(&["status", "a"]).contains("repaired     bare ampersand ×2, truncated"));

    origin.serve("/a.xml", Answer::from(Page::xml(broken.replace('&', "+") + "</channel></rss>")));
    home.ok(&["poll", "a"]);
    assert_eq!(home.source_status("a")["repairs"], serde_json::json!([]));
}

#[test]
fn a_date_that_tells_the_order_of_all_corrects_those_that_were_guessed() {
    let origin = Origin::start();
    let feed = |items: &[(&str, &str)]| {
        let item = |(title, date): &(&str, &str)| {
            format!(
                "<item><title>{title}</title><guid>{title}</guid><pubDate>{date}</pubDate></item>"
            )
        };
        let items: String = items.iter().map(item).collect();
        Page::xml(format!("<rss version='2.0'><channel>{items}</channel></rss>"))
    };
    origin
        .serve("/a.xml", feed(&[("Ferry 1", "07/02/2024 10:00"), ("Ferry 2", "06/02/2024 10:00")]));
    let home = home(&origin, "/a.xml", "");
    home.ok(&["poll", "--all"]);
    let day = |day: &str, guessed| (day.to_owned(), guessed);
    assert_eq!(dates(&home), [day("02-07", true), day("02-06", true)]);
    let read = home.ok(&["read", "--allow-private", &origin.url("/a.xml")]);
    assert!(read.contains("2024-02-07 10:00?") && read.contains("another reading"), "{read}");

    origin
        .serve("/a.xml", feed(&[("Ferry 3", "07/13/2024 10:00"), ("Ferry 1", "07/02/2024 10:00")]));
    home.ok(&["poll", "--all"]);
    // The second stands in the list no longer, and stays what it was taken for.
    assert_eq!(dates(&home), [day("07-02", false), day("02-06", true), day("07-13", false)]);
}
