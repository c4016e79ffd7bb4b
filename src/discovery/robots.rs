//! `robots.txt` (RFC 9309): what a site asks programs to leave alone, and the sitemaps that it names.

use super::resolve;
use url::Url;

/// What we are called there.
const NAME: &str = "muara";
/// Bytes that are read; RFC 9309 §2.5 asks for at least this much.
const REACH: usize = 500 * 1024;

/// The wishes of one site.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Robots {
    rules: Vec<Rule>,
    sitemaps: Vec<Url>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    /// A path with `*` for anything and `$` for the end.
    pattern: String,
    is_allowed: bool,
}

impl Robots {
    /// The wishes of a site whose `robots.txt` could not be had because of the site: everything is
    /// to be left alone (RFC 9309 §2.3.1.4).
    #[must_use]
    pub fn closed() -> Self {
        let everything = Rule { pattern: "/".to_owned(), is_allowed: false };
        Self { rules: vec![everything], sitemaps: Vec::new() }
    }

    /// Reads the file that came from `url`. Rules for us by name go before those for everybody.
    #[must_use]
    pub fn parse(bytes: &[u8], url: &Url) -> Self {
        let text = String::from_utf8_lossy(&bytes[..REACH.min(bytes.len())]);
        let mut groups = Groups::default();
        let mut sitemaps = Vec::new();
        for line in text.trim_start_matches('\u{feff}').lines() {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            match key.trim().to_ascii_lowercase().as_str() {
                "user-agent" => groups.agent(value),
                "allow" => groups.rule(value, true),
                "disallow" => groups.rule(value, false),
                "sitemap" => sitemaps.extend(resolve(url, value)),
                _ => {}
            }
        }
        Self { rules: groups.ours.unwrap_or(groups.everybody), sitemaps }
    }

    /// Whether the site lets us ask for `url`: the longest rule that fits decides, and where two
    /// are as long the one that allows (RFC 9309 §2.2.2).
    #[must_use]
    pub fn allow(&self, url: &Url) -> bool {
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let path = format!("{}{query}", url.path());
        let fitting = self.rules.iter().filter(|rule| fits(&rule.pattern, &path));
        let deciding = fitting.max_by_key(|rule| (rule.pattern.len(), rule.is_allowed));
        deciding.is_none_or(|rule| rule.is_allowed)
    }

    /// The sitemaps, in the order of the file.
    #[must_use]
    pub fn sitemaps(&self) -> &[Url] {
        &self.sitemaps
    }
}

#[derive(Default)]
struct Groups {
    /// Whether the lines before named agents: those that follow each other share their rules.
    is_naming: bool,
    is_ours: bool,
    is_everybodys: bool,
    ours: Option<Vec<Rule>>,
    everybody: Vec<Rule>,
}

impl Groups {
    fn agent(&mut self, name: &str) {
        if !self.is_naming {
            (self.is_ours, self.is_everybodys) = (false, false);
        }
        self.is_naming = true;
        self.is_everybodys |= name == "*";
        if name.eq_ignore_ascii_case(NAME) {
            self.is_ours = true;
            self.ours.get_or_insert_default();
        }
    }

    fn rule(&mut self, pattern: &str, is_allowed: bool) {
        self.is_naming = false;
        if pattern.is_empty() {
            return;
        }
        let rule = Rule { pattern: pattern.to_owned(), is_allowed };
        if self.is_ours {
            self.ours.get_or_insert_default().push(rule.clone());
        }
        if self.is_everybodys {
            self.everybody.push(rule);
        }
    }
}

/// Whether `path` begins with `pattern`. Each part between stars is looked for once, from left to
/// right: what a hostile pattern costs is bounded by the lengths of both.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, is_whole) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return !is_whole || rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if is_whole && parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn robots(text: &str) -> Robots {
        Robots::parse(text.as_bytes(), &Url::parse("https://a.example/robots.txt").unwrap())
    }

    fn allows(robots: &Robots, path: &str) -> bool {
        robots.allow(&Url::parse("https://a.example").unwrap().join(path).unwrap())
    }

    #[test]
    fn the_longest_rule_decides() {
        let robots = robots(
            "User-agent: *\nDisallow: /private # not for you\nAllow: /private/rss\nDisallow: /*.php$\n\
             Disallow: /*/print*\nDisallow:\n",
        );
        for (path, expected) in [
            ("/", true),
            ("/private", false),
            ("/private/x", false),
            ("/private/rss.xml", true),
            ("/a.php", false),
            ("/a.php?x", true),
            ("/a/printed", false),
            ("/print", true),
        ] {
            assert_eq!(allows(&robots, path), expected, "{path}");
        }
    }

    #[test]
    fn rules_for_us_go_before_those_for_everybody() {
        let text = "User-Agent: Googlebot\nUser-agent: MUARA\nDisallow: /feed\n\nUser-agent: *\nDisallow: /\n\
            User-agent: other\nDisallow: /other";
        assert!(allows(&robots(text), "/other") && !allows(&robots(text), "/feed/"));
        assert!(!allows(&robots("user-agent: *\ndisallow: /\n"), "/rss"));
        assert!(allows(
            &robots("User-agent: muara\nDisallow:\n\nUser-agent: *\nDisallow: /"),
            "/x"
        ));
    }

    #[test]
    fn sitemaps_count_wherever_they_stand() {
        let robots = robots(
            "\u{feff}Sitemap: https://a.example/news.xml\nUser-agent: x\nDisallow: /\nsitemap: /b.xml\n\
             Sitemap: file:///etc/passwd\n<html>",
        );
        let found: Vec<&str> = robots.sitemaps().iter().map(Url::as_str).collect();
        assert_eq!(found, ["https://a.example/news.xml", "https://a.example/b.xml"]);
    }

    #[test]
    fn a_site_that_fails_is_left_alone() {
        assert!(!allows(&Robots::closed(), "/") && allows(&Robots::default(), "/"));
    }
}
