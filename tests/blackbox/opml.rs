//! Moving in from other readers and out to them.

use crate::support::daemon::{Config, Home};

/// A home with one source, whose config somebody has written comments into.
fn lived_in() -> (Home, String) {
    let home = Home::new(&Config::new().topic("all", "river", ""));
    let mut text = std::fs::read_to_string(home.path("config.toml")).expect("a config");
    text += "\n# The agency that everybody copies from.\n[[source]]\nid = \"yna\"\n\
        url = \"https://yna.example/rss\"   # slow in the mornings\ntags = [\"agency\"]\n# every = \"1h\"\n";
    home.write("config.toml", &text);
    (home, text)
}

fn config(home: &Home) -> String {
    std::fs::read_to_string(home.path("config.toml")).expect("a config")
}

fn import(home: &Home, list: &str, more: &[&str]) -> String {
    let file = home.write("list.opml", list);
    home.ok(&[&["import", file.to_str().expect("UTF-8")], more].concat())
}

/// In the manner of a reader that nests folders and repeats a feed in each of them.
const FOLDERS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0"><head><title>Meine Abos</title></head><body>
  <outline text="Asien &amp; Pazifik" title="Asien &amp; Pazifik">
    <outline text="Korea">
      <outline type="rss" text="연합뉴스" title="연합뉴스" xmlUrl="http://www.yna.example/rss" htmlUrl="https://yna.example/"/>
      <outline type="rss" text="38 North" xmlUrl="https://38north.example/feed/" htmlUrl="https://38north.example"/>
    </outline>
    <outline type="rss" text="Antara" xmlUrl="https://antara.example/rss?a=1&amp;b=2"/>
  </outline>
  <outline text="Think Tanks"><outline type="rss" text="38 North" xmlUrl="https://38north.example/feed/"/></outline>
  <outline type="rss" text="Mine" xmlUrl="https://me:secret@private.example/feed"/>
</body></opml>"#;

#[test]
fn import_adds_what_is_new_and_leaves_every_line_that_was_there() {
    let (home, before) = lived_in();
    let dry = import(&home, FOLDERS, &["--dry-run"]);
    assert!(dry.contains("2 would be added"), "{dry}");
    assert_eq!(config(&home), before, "a dry run writes nothing");

    let said = import(&home, FOLDERS, &[]);
    assert!(said.contains("2 added to"), "{said}");
    assert!(said.contains("연합뉴스: it is there already, as `yna`"), "{said}");
    assert!(said.contains("Mine: an address with a password"), "{said}");
    let after = config(&home);
    let added = after.strip_prefix(&before).expect("what was there stays as it was");
    assert_eq!(
        added,
        "\n[[source]]\nurl = \"https://38north.example/feed/\"\nname = \"38 North\"\n\
         tags = [\"asien-&-pazifik\", \"korea\", \"think-tanks\"]\n\n\
         [[source]]\nurl = \"https://antara.example/rss?a=1&b=2\"\nname = \"Antara\"\n\
         tags = [\"asien-&-pazifik\"]\n"
    );
    home.ok(&["check"]);
    let again = import(&home, FOLDERS, &[]);
    assert!(again.contains("0 added"), "{again}");
    assert_eq!(config(&home), after, "twice is once");
}

#[test]
fn lists_that_are_no_xml_are_read_as_far_as_they_go() {
    let (home, _) = lived_in();
    let sloppy = "<opml><outline text='Caf&eacute;&nbsp;News & more' XMLURL='feed://cafe.example/rss'>\
        <outline type=rss TITLE='Вести' xmlurl=feed:https://vesti.example/rss>\
        <outline text='exec' xmlUrl='exec:~/bin/feed.sh'/>\
        <outline text='Cut' xmlUrl='https://cut.exam";
    let said = import(&home, sloppy, &[]);
    assert!(said.contains("2 added"), "{said}");
    assert!(said.contains("it has no end"), "{said}");
    assert!(said.contains("exec: only http and https can be fetched"), "{said}");
    let config = config(&home);
    assert!(
        config.contains("url = \"http://cafe.example/rss\"\nname = \"Café News & more\"\n"),
        "{config}"
    );
    assert!(config.contains("url = \"https://vesti.example/rss\"\nname = \"Вести\"\n"), "{config}");

    let cyrillic = "<?xml version='1.0' encoding='windows-1251'?><opml><body>\
        <outline text='Новости' xmlUrl='https://novosti.example/'/></body></opml>";
    let (bytes, ..) = encoding_rs::WINDOWS_1251.encode(cyrillic);
    let file = home.write("cyrillic.opml", bytes);
    assert!(home.ok(&["import", file.to_str().expect("UTF-8")]).contains("Новости"));
}

#[test]
fn what_is_no_list_and_what_is_no_config_change_nothing() {
    let (home, before) = lived_in();
    let file = home.write("page.html", "<!DOCTYPE html><p>hi");
    let page = home.run(&["import", file.to_str().expect("UTF-8")]);
    assert_eq!(page.code, Some(65), "{page}");
    assert!(page.err.contains("an HTML page, not an OPML list"), "{page}");
    assert_eq!(home.run(&["import", "nowhere.opml"]).code, Some(66));
    assert_eq!(config(&home), before);

    let broken = before + "\n[[source]]\nurl = 5\n";
    home.write("config.toml", &broken);
    let file = home.write("list.opml", FOLDERS);
    let refused = home.run(&["import", file.to_str().expect("UTF-8")]);
    assert_eq!(refused.code, Some(78), "{refused}");
    assert_eq!(config(&home), broken);
}

#[test]
fn what_was_exported_is_imported_elsewhere_as_it_was() {
    let (home, _) = lived_in();
    import(&home, FOLDERS, &[]);
    let list = home.ok(&["export"]);
    assert!(list.starts_with("<?xml") && list.contains("<outline text=\"agency\""), "{list}");
    let elsewhere = Home::new(&Config::new().topic("all", "river", ""));
    assert!(import(&elsewhere, &list, &[]).contains("3 added"));
    assert_eq!(elsewhere.ok(&["export"]).replace("yna-example-rss", "yna"), list);
}

#[test]
fn the_topics_are_exported_under_their_public_addresses() {
    let (home, _) = lived_in();
    let list = home.ok(&["export", "--topics"]);
    let outline = "<outline type=\"rss\" text=\"All of all\" title=\"All of all\" \
        xmlUrl=\"https://news.example.org/feeds/all.rss\" htmlUrl=\"https://news.example.org/feeds/all\"/>";
    assert!(list.contains(outline), "{list}");
}
