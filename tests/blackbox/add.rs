//! Adding a site by its address.

use crate::support::daemon::{Config, Home, Ran, run};
use crate::support::feeds::{self, Entry, Feed};
use crate::support::origin::{Answer, Origin, Page};
use std::process::Command;

fn home() -> Home {
    Home::new(&Config::new().topic("all", "river", ""))
}

fn config(home: &Home) -> String {
    std::fs::read_to_string(home.path("config.toml")).expect("a config")
}

fn html(body: &str) -> Page {
    Page::new("text/html; charset=utf-8", format!("<!DOCTYPE html><html>{body}</html>"))
}

/// A newspaper whose front page announces its news and the comments on them, and links its sport.
fn newspaper() -> Origin {
    let origin = Origin::start();
    let page = "<head><link rel=alternate type=application/rss+xml title=Comments href=/comments/feed/>\
        <link rel=alternate type='application/rss+xml' href='/rss/news.xml'></head>\
        <a href='/rss/sport.xml'>Sport</a> <a href='/rss/missing.xml'>RSS</a>";
    origin.serve("/", html(page));
    origin.serve("/rss/news.xml", Feed::rss("The River Post", feeds::series("river", 7)).page());
    origin.serve("/comments/feed/", Feed::rss("Comments on all", feeds::series("word", 2)).page());
    let korean = Feed {
        language: "ko".to_owned(),
        ..Feed::rss("강변 스포츠", feeds::series("공", 3))
    };
    origin.serve("/rss/sport.xml", korean.page());
    origin
}

/// `arguments` on a terminal where somebody types `typed`.
fn on_a_terminal(home: &Home, arguments: &[&str], typed: &str) -> Ran {
    let command = home.command(arguments);
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let quoted: Vec<String> =
        words.map(|word| format!("'{}'", word.to_str().expect("UTF-8"))).collect();
    let mut shell = Command::new("sh");
    let line = format!("printf '{typed}' | script -qec \"{}\" /dev/null", quoted.join(" "));
    shell.arg("-c").arg(line).current_dir(home.path(".")).env("NO_COLOR", "1");
    run(shell)
}

#[test]
fn the_address_of_a_feed_is_added_with_its_name_and_language() {
    let origin = newspaper();
    let home = home();
    let before = config(&home);
    let url = origin.url("/rss/sport.xml");
    let said = home.ok(&["add", &url, "--allow-private", "--id", "sport"]);
    assert!(said.contains("added `sport` (강변 스포츠"), "{said}");
    let expected = format!(
        "{before}\n[[source]]\nid = \"sport\"\nurl = \"{url}\"\nname = \"강변 스포츠\"\nlanguage = \"ko\"\n\
         allow_private = true\n"
    );
    assert_eq!(config(&home), expected);
    assert_eq!(origin.count(), 1, "a feed needs no search");
    home.ok(&["poll", "sport"]);
    let again = home.run(&["add", &url, "--allow-private"]);
    assert_eq!(again.code, Some(65), "{again}");
    assert!(again.err.contains("there already, as `sport`"), "{again}");
}

#[test]
fn the_feeds_of_a_page_are_listed_and_nothing_is_added_unasked() {
    let origin = newspaper();
    let home = home();
    let before = config(&home);
    let listed = home.run(&["add", &origin.url("/"), "--allow-private"]);
    assert_eq!(listed.code, Some(64), "{listed}");
    let lines: Vec<&str> = listed.out.lines().collect();
    let line = |title: &str| lines.iter().position(|line| line.contains(title)).expect("a line");
    assert!(line("The River Post") < line("강변 스포츠"), "{listed}");
    assert!(line("강변 스포츠") < line("Comments on all"), "comments go last: {listed}");
    let river = lines[line("The River Post")];
    for part in ["7", "2024-06-01", "RSS 2.0", "announced", &origin.url("/rss/news.xml")] {
        assert!(river.contains(part), "{part} is not in {river}");
    }
    assert_eq!(config(&home), before);
}

#[test]
fn yes_takes_the_best() {
    let origin = newspaper();
    let home = home();
    home.ok(&["add", &origin.url("/"), "--allow-private", "--yes"]);
    let config = config(&home);
    assert!(config.contains("name = \"The River Post\""), "{config}");
    assert_eq!(config.matches("[[source]]").count(), 1, "{config}");
}

#[test]
fn on_a_terminal_the_person_chooses() {
    let origin = newspaper();
    let home = home();
    let arguments = ["add", &origin.url("/"), "--allow-private"];
    let left = on_a_terminal(&home, &arguments, "9\\nq\\n");
    assert!(left.out.contains("`9` is none of 1 to 3"), "{left}");
    assert!(!config(&home).contains("[[source]]"), "{left}");
    let chosen = on_a_terminal(&home, &arguments, "2\\n");
    assert_eq!(chosen.code, Some(0), "{chosen}");
    assert!(config(&home).contains("name = \"강변 스포츠\""), "{chosen}");
}

#[test]
fn robots_txt_holds_for_guesses_and_not_for_what_is_announced() {
    let origin = Origin::start();
    let home = home();
    origin.serve(
        "/robots.txt",
        Page::new("text/plain", "User-agent: *\nDisallow: /rss\nDisallow: /feed\n"),
    );
    origin.serve(
        "/open",
        html("<link rel=alternate type=application/rss+xml href=/feed/><a href=/rss>RSS</a>"),
    );
    origin.serve("/feed/", Feed::rss("Announced", feeds::series("river", 1)).page());
    origin.serve("/rss", Feed::rss("Linked", feeds::series("lake", 1)).page());
    let said = home.run(&["add", &origin.url("/open"), "--allow-private"]);
    assert!(said.out.contains("Announced") && !said.out.contains("Linked"), "{said}");
    origin.serve("/bare", html("<p>nothing"));
    let nothing = home.run(&["add", &origin.url("/bare"), "--allow-private"]);
    assert_eq!(nothing.code, Some(65), "{nothing}");
    assert!(nothing.err.contains("robots.txt forbids"), "{nothing}");
    assert_eq!(origin.requests("/rss").len(), 0);
}

#[test]
fn usual_paths_and_news_sitemaps_are_tried_where_a_page_says_nothing() {
    let origin = Origin::start();
    let home = home();
    origin.serve("/news", html("<p>Welcome"));
    origin.serve("/rss.xml", Feed::rss("By habit", feeds::series("river", 2)).page());
    let robots = format!("Sitemap: {}\n", origin.url("/sitemap_index.xml"));
    origin.serve("/robots.txt", Page::new("text/plain", robots));
    let index = format!(
        "<sitemapindex><sitemap><loc>{}</loc></sitemap></sitemapindex>",
        origin.url("/news-sitemap.xml")
    );
    origin.serve("/sitemap_index.xml", Page::xml(index));
    origin.serve(
        "/news-sitemap.xml",
        Page::xml(
            "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' \
             xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'><url>\
             <loc>https://river.example/1</loc><news:news><news:publication_date>2024-06-19</news:publication_date>\
             <news:title>Ferry sinks</news:title></news:news></url></urlset>",
        ),
    );
    let said = home.run(&["add", &origin.url("/news"), "--allow-private"]);
    assert_eq!(said.code, Some(64), "{said}");
    assert!(said.out.contains("By habit") && said.out.contains("usual path"), "{said}");
    assert!(said.out.contains(&origin.url("/news-sitemap.xml")), "{said}");
}

#[test]
fn a_feed_that_moved_for_good_is_added_where_it_is_now() {
    let origin = Origin::start();
    let home = home();
    let entries = vec![Entry::new("Ледоход", "На реке", "https://a.example/1")];
    origin.serve("/new", Feed::rss("Река", entries).page());
    origin.serve("/old", Answer::status(301, &[("location", "/new")]));
    home.ok(&["add", &origin.url("/old"), "--allow-private"]);
    assert!(config(&home).contains(&format!("url = \"{}\"", origin.url("/new"))));
}

#[test]
fn private_addresses_and_dead_ones_are_refused_with_the_reason() {
    let origin = newspaper();
    let home = home();
    let private = home.run(&["add", &origin.url("/"), "--yes"]);
    assert_eq!(private.code, Some(69), "{private}");
    assert!(
        private.err.contains("blocked") && private.err.contains("not a public address"),
        "{private}"
    );
    assert_eq!(origin.count(), 0);
    let missing = home.run(&["add", &origin.url("/nothing"), "--allow-private"]);
    assert_eq!(missing.code, Some(69), "{missing}");
    assert_eq!(home.run(&["add", "file:///etc/passwd"]).code, Some(64));
}

#[test]
fn permission_for_a_private_site_is_not_for_where_it_leads() {
    let origin = Origin::start();
    let inside = Origin::start_at("127.0.0.2");
    let home = home();
    inside.serve("/rss", Feed::rss("Inside", feeds::series("river", 1)).page());
    let page = format!("<link rel=alternate type=application/rss+xml href={}>", inside.url("/rss"));
    origin.serve("/", html(&page));
    let nothing = home.run(&["add", &origin.url("/"), "--allow-private", "--yes"]);
    assert_eq!(nothing.code, Some(65), "{nothing}");
    assert_eq!(inside.count(), 0);
}

#[test]
fn a_page_that_lists_the_feeds_is_looked_through() {
    let origin = Origin::start();
    let home = home();
    origin.serve("/", html("<a href=/about/feeds>Our feeds</a>"));
    origin.serve("/about/feeds", html("<a href=/one>RSS</a><a href=/world.xml>World</a>"));
    origin.serve("/world.xml", Feed::rss("World", feeds::series("world", 2)).page());
    home.ok(&["add", &origin.url("/"), "--allow-private", "--yes"]);
    assert!(config(&home).contains("name = \"World\""), "{}", config(&home));
}
