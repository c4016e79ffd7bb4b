//! Writing a list as OPML 2.0, in a form that other readers take in: folders for those that know only
//! folders, categories for those that know several tags to a feed. No dates: the same feeds are the
//! same bytes.

use super::Subscription;
use crate::text;
use std::fmt::Write as _;

/// The list called `title`. Feeds without tags come first; the others lie in a folder named by their
/// first tag, folders in the order of their first feeds.
#[must_use]
pub fn write(title: &str, subscriptions: &[Subscription]) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head>\n    \
         <title>{}</title>\n  </head>\n  <body>\n",
        escaped(title)
    );
    for (folder, inside) in folders(subscriptions) {
        let name = folder.map(escaped);
        if let Some(name) = &name {
            line(&mut out, "    ", &format!("<outline text=\"{name}\" title=\"{name}\">"));
        }
        let indent = if name.is_some() { "      " } else { "    " };
        for subscription in inside {
            push(&mut out, indent, subscription);
        }
        if name.is_some() {
            line(&mut out, "    ", "</outline>");
        }
    }
    out.push_str("  </body>\n</opml>\n");
    out
}

/// The feeds by their first tags.
fn folders(subscriptions: &[Subscription]) -> Vec<(Option<&str>, Vec<&Subscription>)> {
    let mut folders: Vec<(Option<&str>, Vec<&Subscription>)> = vec![(None, Vec::new())];
    for subscription in subscriptions {
        let name = subscription.tags.first().map(String::as_str);
        match folders.iter_mut().find(|(folder, _)| *folder == name) {
            Some((_, inside)) => inside.push(subscription),
            None => folders.push((name, vec![subscription])),
        }
    }
    folders
}

fn push(out: &mut String, indent: &str, subscription: &Subscription) {
    let Subscription { feed, title, site, language, tags } = subscription;
    let title = title.as_deref().unwrap_or(feed);
    let categories = tags.join(",");
    let attributes = [
        ("text", Some(title)),
        ("title", Some(title)),
        ("xmlUrl", Some(feed)),
        ("htmlUrl", site.as_deref()),
        ("language", language.as_deref()),
        ("category", (!tags.is_empty()).then_some(&categories)),
    ];
    let mut outline = "<outline type=\"rss\"".to_owned();
    for (name, value) in attributes {
        if let Some(value) = value {
            // Writing to a String does not fail.
            let _ = write!(outline, " {name}=\"{}\"", escaped(value));
        }
    }
    line(out, indent, &(outline + "/>"));
}

fn line(out: &mut String, indent: &str, text: &str) {
    out.push_str(indent);
    out.push_str(text);
    out.push('\n');
}

/// `text` as it may stand in an attribute or an element.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text::clean(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;
    use proptest::prelude::*;

    fn subscription(feed: &str, title: &str, tags: &[&str]) -> Subscription {
        Subscription {
            feed: feed.to_owned(),
            title: Some(title.to_owned()),
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            ..Subscription::default()
        }
    }

    #[test]
    fn a_list_is_written_in_folders_and_with_categories() {
        let list = [
            subscription(
                "https://yna.example/rss?a=1&b=2",
                "연합뉴스 <북한>",
                &["agency", "korea"],
            ),
            Subscription {
                language: Some("ru".to_owned()),
                site: Some("https://tass.example/".to_owned()),
                ..subscription("https://tass.example/rss", "ТАСС", &[])
            },
        ];
        assert_eq!(
            write("Muara's \"sources\"", &list),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head>\n    \
             <title>Muara's &quot;sources&quot;</title>\n  </head>\n  <body>\n    \
             <outline type=\"rss\" text=\"ТАСС\" title=\"ТАСС\" xmlUrl=\"https://tass.example/rss\" \
             htmlUrl=\"https://tass.example/\" language=\"ru\"/>\n    \
             <outline text=\"agency\" title=\"agency\">\n      \
             <outline type=\"rss\" text=\"연합뉴스 &lt;북한&gt;\" title=\"연합뉴스 &lt;북한&gt;\" \
             xmlUrl=\"https://yna.example/rss?a=1&amp;b=2\" category=\"agency,korea\"/>\n    \
             </outline>\n  </body>\n</opml>\n"
        );
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_back(title in "\\PC{1,20}", tags in proptest::collection::vec("[a-z가-힣&<\"-]{1,8}", 0..3)) {
            let title = text::squash(&text::clean(&title)).into_owned();
            prop_assume!(!title.is_empty());
            let mut wanted = Subscription {
                feed: "https://a.example/?q=<\"&amp;'".replace(' ', ""),
                title: Some(title),
                tags,
                ..Subscription::default()
            };
            wanted.tags.dedup();
            let mut seen = std::collections::HashSet::new();
            wanted.tags.retain(|tag| seen.insert(tag.clone()));
            let read = read(write("x", std::slice::from_ref(&wanted)).as_bytes()).unwrap();
            prop_assert_eq!(read.subscriptions, [wanted]);
        }
    }
}
