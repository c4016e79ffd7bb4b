//! The pages in a real browser: `pages.mjs` opens them in Chromium, light and dark, as wide as a phone and
//! as a desk, and complains of whatever a person would stumble over. `MUARA_SCREENSHOTS` names a folder
//! to keep pictures in.

#[expect(dead_code, reason = "shared with the black-box tests, which need more of it")]
#[path = "../support/mod.rs"]
mod support;

#[expect(dead_code, reason = "shared with the black-box tests, which need more of it")]
#[path = "../blackbox/pyongyang.rs"]
mod pyongyang;

use std::process::Command;
use support::daemon::{Config, Daemon, Home};
use support::feeds::{Entry, Feed};
use support::origin::Origin;
use support::wait;

/// The newspapers of the black-box tests, each at its own hour of three days.
fn newspapers(origin: &Origin) -> Config {
    let mut config = pyongyang::serve(origin);
    for (place, mut outlet) in pyongyang::outlets().into_iter().enumerate() {
        for entry in &mut outlet.feed.entries {
            entry.published = format!("2024-06-{}T{:02}:20:00Z", 18 + place % 3, 5 + place);
        }
        origin.serve(&format!("/{}", outlet.id), outlet.feed.page());
    }
    let odd = vec![
        Entry::new(
            "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz".repeat(2).as_str(),
            "<p>Long.</p>",
            "https://odd.example/1",
        ),
        Entry::new(
            "<b>Markup</b> &amp; an <img src=x onerror=alert(1)> image",
            "<p>Text</p><script>alert(1)</script>",
            "https://odd.example/2",
        ),
        Entry::new("نهر لا يعرف أحد لغته", "<p>نص قصير</p>", "https://odd.example/3"),
    ];
    let mut feed = Feed::rss("Odd & <ends>", odd);
    feed.language.clear();
    origin.serve("/odd", feed.page());
    config = config.source("odd", &origin.url("/odd"), "");
    let described = "title = \"Korea–Russia\"\ndescription = \"What is written about the two neighbours, wherever it is written\"\ncollapse = \"copy\"\n";
    config
        .table(
            "[topic]",
            &format!("name = \"korea-russia\"\nrule = '{}'\n{described}", pyongyang::RULE),
        )
        .table(
            "[topic]",
            "name = \"odd\"\ntitle = \"Odds and ends\"\nrule = '/./'\nsources = [\"odd\"]\n",
        )
        .table(
            "[topic]",
            "name = \"arabic\"\ntitle = \"أخبار النهر\"\nlanguage = \"ar\"\nrule = 'lang:ar'\n",
        )
        .table(
            "[topic]",
            "name = \"digest\"\ntitle = \"All, summed up\"\nrule = '/./'\ndigest = \"* * * * * *\"\n",
        )
        .table("[topic]", "name = \"nothing\"\ntitle = \"Nothing so far\"\nrule = 'lang:tlh'\n")
}

fn open_all(daemon: &Daemon, folder: &std::path::Path) {
    let here = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser");
    let mut node = Command::new("node");
    node.current_dir(here).arg("pages.mjs").arg(format!("http://{}/", daemon.address)).arg(folder);
    // No deadline of ours: a browser is slow on a busy machine, and playwright has its own.
    let ran = node.output().expect("node");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
#[ignore = "needs Chromium and npm packages, which tests/run installs"]
fn people_can_read_every_page_in_a_browser() {
    let origin = Origin::start();
    let daemon = Home::new(&newspapers(&origin)).start();
    daemon.wait_for_items("odd", 3);
    daemon.wait_for_items("korea-russia", 13);
    wait::until_true("there is a digest", || !daemon.items("digest").is_empty());
    wait::until_true("the index shows the topic's stories", || {
        daemon.get("/").text().contains("class=\"headlines\"")
    });
    let folder = tempfile::tempdir().expect("a folder");
    let kept = std::env::var_os("MUARA_SCREENSHOTS").map(std::path::PathBuf::from);
    open_all(&daemon, kept.as_deref().unwrap_or(folder.path()));
}
