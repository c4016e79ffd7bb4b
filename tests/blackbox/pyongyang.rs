//! The newspapers of `newspapers.toml` as feeds, and the config that reads them.

use crate::support::daemon::Config;
use crate::support::feeds::{Entry, Feed, Shape};
use crate::support::origin::Origin;
use serde::Deserialize;

/// A rule whose concepts [`serve`] defines.
pub(crate) const RULE: &str = "@korea and @russia and not title:football";

/// A newspaper with what it printed that day.
pub(crate) struct Outlet {
    pub(crate) id: String,
    pub(crate) feed: Feed,
    /// For each entry the group of copies that it is in, `None` where it does not belong to the topic.
    pub(crate) groups: Vec<Option<String>>,
}

#[derive(Deserialize)]
struct Newspapers {
    outlet: Vec<Newspaper>,
}

#[derive(Deserialize)]
struct Newspaper {
    id: String,
    name: String,
    language: String,
    shape: Shape,
    encoding: String,
    entry: Vec<Printed>,
}

#[derive(Deserialize)]
struct Printed {
    group: Option<String>,
    link: String,
    title: String,
    text: String,
}

/// All newspapers.
pub(crate) fn outlets() -> Vec<Outlet> {
    let all: Newspapers = toml::from_str(include_str!("newspapers.toml")).expect("our own file");
    all.outlet.into_iter().map(outlet).collect()
}

fn outlet(paper: Newspaper) -> Outlet {
    let entry = |printed: &Printed| {
        Entry::new(&printed.title, &format!("<p>{}</p>", printed.text), &printed.link)
    };
    let feed = Feed {
        shape: paper.shape,
        title: paper.name,
        language: paper.language,
        site: format!("https://{}.example/", paper.id),
        encoding: paper.encoding,
        entries: paper.entry.iter().map(entry).collect(),
    };
    let groups = paper.entry.into_iter().map(|printed| printed.group).collect();
    Outlet { id: paper.id, feed, groups }
}

/// The words that the rule stands on, in the languages of the newspapers.
const KOREA: &str = r#"terms = ["North Korea", "Korea Utara", "Nordkorea", "Corea del Norte", "Corée du Nord",
    "Triều Tiên", "북한", "朝鲜", "北朝鮮", "КНДР", "كوريا الشمالية"]"#;
const RUSSIA: &str = r#"terms = ["Russia", "Rusia", "Russland", "Russie", "Nga", "러시아", "俄罗斯", "ロシア",
    "Россия", "России", "روسيا"]"#;

/// Serves all newspapers from `origin` and writes a config that reads them.
pub(crate) fn serve(origin: &Origin) -> Config {
    let config = Config::new().table("concepts.korea", KOREA).table("concepts.russia", RUSSIA);
    outlets().iter().fold(config, |config, outlet| {
        let path = format!("/{}", outlet.id);
        origin.serve(&path, outlet.feed.page());
        let name = format!("name = \"{}\"", outlet.feed.title);
        config.source(&outlet.id, &origin.url(&path), &name)
    })
}
