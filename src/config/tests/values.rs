//! What the keys mean when they are right, and what holds when they are absent.

use super::*;
use crate::model::{
    Collapse, IntervalBounds, OnGrowth, Preference, Profile, PublishContent, Shown, Strictness,
};
use crate::topics::Scope;
use std::time::Duration;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn sound(text: &str) -> Config {
    read(text).unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn an_empty_file_is_a_config_of_defaults() {
    let config = sound("");
    let daemon = Daemon {
        listen: Listen::Tcp("127.0.0.1:7878".parse().unwrap()),
        public_url: "http://127.0.0.1:7878/".parse().unwrap(),
        state: PathBuf::from("./muara-state"),
        shelf: 64 * 1024 * 1024,
    };
    assert_eq!(config.daemon, daemon);
    let polling = Polling {
        interval: IntervalBounds {
            every: seconds(15 * MINUTE),
            min: seconds(2 * MINUTE),
            max: seconds(24 * HOUR),
        },
        concurrency: 64,
        first_poll: 100,
        max_age: None,
        timeouts: Timeouts { connect: seconds(5), read: seconds(10), total: seconds(30) },
        max_body: 10 * 1024 * 1024,
    };
    assert_eq!(config.polling, polling);
    assert_eq!(
        config.publish,
        PublishSettings {
            directory: None,
            items: 100,
            prefer: Preference::ALL.to_vec(),
            search_feeds: false,
        }
    );
    assert_eq!(
        config.dedup,
        DedupSettings {
            window: seconds(72 * HOUR),
            stories: Strictness::Balanced,
            across_languages: false
        }
    );
    assert_eq!(config.retention, Retention { texts: seconds(90 * DAY) });
    assert!(config.domains.is_empty() && config.sources.is_empty() && config.topics.is_empty());
    assert!(config.concepts.is_empty());
    assert_eq!(config.warnings.count(), 0);
}

#[test]
fn a_source_needs_no_more_than_its_address() {
    let config = sound("[[source]]\nurl = \"https://www.example.co.kr/rss/north.xml#top\"");
    let [source] = config.sources.as_slice() else { panic!("one source") };
    assert_eq!(source.id.as_str(), "example-co-kr-rss-north-xml");
    assert_eq!(source.url.as_str(), "https://www.example.co.kr/rss/north.xml");
    assert_eq!(source.domain, "example.co.kr");
    assert_eq!((&source.name, &source.language, &source.schedule), (&None, &None, &None));
    assert!(source.tags.is_empty() && !source.allow_private);
    assert_eq!(source.interval, config.polling.interval);
}

#[test]
fn a_topic_needs_no_more_than_name_and_rule() {
    let config = sound("[[topic]]\nname = \"pyongyang\"\nrule = \"평양\"");
    let [topic] = config.topics.as_slice() else { panic!("one topic") };
    assert_eq!((topic.name.as_str(), topic.title.as_str()), ("pyongyang", "pyongyang"));
    assert_eq!(topic.rule_text, "평양");
    assert_eq!((&topic.description, &topic.language, topic.items), (&None, &None, None));
    assert_eq!((topic.collapse, topic.content), (Collapse::Story, PublishContent::Summary));
    assert_eq!((topic.scope, topic.max_age), (Scope::Text, None));
    assert!(topic.min_score.abs() < f32::EPSILON);
    assert!(topic.aliases.is_empty() && topic.languages.is_empty());
    assert!(topic.sources.is_empty() && topic.tags.is_empty());
}

#[test]
fn domains_have_their_own_manners() {
    let config = sound(
        r#"
        [[domain]]
        name = "example.org"
        connections = 12
        [[domain]]
        name = "127.0.0.1"
        connections = 1
        pause = "250ms"
        "#,
    );
    let domain = |name: &str, connections, pause| DomainRule {
        name: name.to_owned(),
        connections,
        pause: Duration::from_millis(pause),
    };
    assert_eq!(config.domains, [domain("example.org", 12, 0), domain("127.0.0.1", 1, 250)]);
}

#[test]
fn every_setting_arrives_where_it_belongs() {
    let config = sound(
        r#"
        [daemon]
        listen = "[::1]:80"
        public_url = "https://news.example.org/feeds"
        state = "/srv/state"
        shelf = "1 GiB"
        [polling]
        every = "1h 30m"
        min = "500s"
        max = "7d"
        concurrency = 8
        first_poll = 0
        max_age = "30d"
        connect_timeout = "500ms"
        read_timeout = "1s"
        timeout = "2s"
        max_body = 65536
        [publish]
        directory = "/srv/muara"
        items = 25
        prefer = ["earliest"]
        search_feeds = true
        [dedup]
        window = "24h"
        stories = "loose"
        across_languages = true
        [retention]
        texts = "365d"
        "#,
    );
    assert_eq!(config.daemon.listen, Listen::Tcp("[::1]:80".parse().unwrap()));
    assert_eq!(config.daemon.public_url.as_str(), "https://news.example.org/feeds/");
    assert_eq!(config.daemon.state, PathBuf::from("/srv/state"));
    assert_eq!(config.daemon.shelf, 1 << 30);
    let polling = Polling {
        interval: IntervalBounds {
            every: seconds(90 * MINUTE),
            min: seconds(500),
            max: seconds(7 * DAY),
        },
        concurrency: 8,
        first_poll: 0,
        max_age: Some(seconds(30 * DAY)),
        timeouts: Timeouts {
            connect: Duration::from_millis(500),
            read: seconds(1),
            total: seconds(2),
        },
        max_body: 65_536,
    };
    assert_eq!(config.polling, polling);
    let directory = Some(PathBuf::from("/srv/muara"));
    let prefer = vec![Preference::Earliest];
    let publish = PublishSettings { directory, items: 25, prefer, search_feeds: true };
    assert_eq!(config.publish, publish);
    let stories = Strictness::Loose;
    let dedup = DedupSettings { window: seconds(DAY), stories, across_languages: true };
    assert_eq!(config.dedup, dedup);
    assert_eq!(config.retention, Retention { texts: seconds(365 * DAY) });
}

#[test]
fn every_key_of_a_source_arrives() {
    let config = sound(
        r#"
        [[source]]
        id = "home"
        url = "http://192.168.1.10/feed"
        name = "연합뉴스 (북한)"
        language = "ko"
        tags = ["agency", "국내"]
        schedule = "0 */10 * * * *"
        every = "5m"
        min = "1m"
        max = "1h"
        allow_private = true
        "#,
    );
    let source = &config.sources[0];
    assert_eq!((source.id.as_str(), source.label()), ("home", "연합뉴스 (북한)"));
    assert_eq!(source.language.as_deref(), Some("ko"));
    assert_eq!(source.schedule.as_deref(), Some("0 */10 * * * *"));
    assert_eq!(source.tags, ["agency", "국내"]);
    let interval = IntervalBounds { every: seconds(300), min: seconds(60), max: seconds(HOUR) };
    assert_eq!(source.interval, interval);
    assert_eq!((source.domain.as_str(), source.allow_private), ("192.168.1.10", true));
}

#[test]
fn every_key_of_a_topic_and_a_concept_arrives() {
    let config = sound(
        r#"
        [[source]]
        id = "home"
        url = "https://example.org/feed"
        tags = ["국내"]
        [[topic]]
        name = "korea-russia"
        aliases = ["korea-and-russia"]
        title = "한국–러시아"
        description = "두 나라 사이"
        language = "ko"
        rule = '@korea and @russia'
        collapse = "copy"
        content = "full"
        items = 50
        min_score = 2.5
        scope = "lead"
        languages = ["ko", "pt-BR"]
        sources = ["home"]
        tags = ["국내"]
        max_age = "3d"
        digest = "0 0 7 * * *"
        timezone = "Asia/Seoul"
        [concepts.korea]
        title = "Korea"
        any = ["@north"]
        terms = ["한국", "Korean Peninsula"]
        [concepts]
        north = { terms = ["북한"] }
        russia = { terms = ["росси*", "러시아"] }
        "#,
    );
    let topic = &config.topics[0];
    assert_eq!(topic.aliases, ["korea-and-russia".parse().unwrap()]);
    assert_eq!((topic.title.as_str(), topic.language.as_deref()), ("한국–러시아", Some("ko")));
    assert_eq!(topic.description.as_deref(), Some("두 나라 사이"));
    assert_eq!((topic.collapse, topic.content), (Collapse::Copy, PublishContent::Full));
    assert_eq!((topic.items, topic.scope), (Some(50), Scope::Lead));
    assert!((topic.min_score - 2.5).abs() < f32::EPSILON);
    assert_eq!((topic.languages.len(), topic.tags[0].as_str()), (2, "국내"));
    assert_eq!(topic.sources, ["home".parse().unwrap()]);
    assert_eq!(topic.max_age, Some(seconds(3 * DAY)));
    let digest = topic.digest.as_ref().unwrap();
    assert_eq!((digest.schedule.as_str(), digest.timezone.name()), ("0 0 7 * * *", "Asia/Seoul"));
    assert_eq!(config.concepts.len(), 3);
}

#[test]
fn a_topic_says_how_its_items_look() {
    let topic = |lines: &str| {
        let text = format!("[[topic]]\nname = \"seoul\"\nrule = \"서울\"\n{lines}");
        sound(&text).topics.remove(0)
    };
    assert_eq!(topic("").profile, Profile::default());
    let profile = topic(
        "content = \"title\"\nitem_title = \"{title} · {source}\"\nshow = [\"byline\", \"reasons\"]\n\
         on_growth = \"bump\"",
    )
    .profile;
    assert_eq!(profile.title.to_string(), "{title} · {source}");
    assert_eq!(profile.shown, Shown { byline: true, outlets: false, reasons: true });
    assert_eq!(profile.on_growth, OnGrowth::Bump);
    let nothing = Shown { byline: false, outlets: false, reasons: false };
    assert_eq!(topic("show = []").profile.shown, nothing);
    let spoken = topic("prefer = []\nprefer_languages = [\"ko\", \"ru\"]");
    assert_eq!((topic("").prefer, spoken.prefer), (None, Some(Vec::new())));
    assert_eq!(spoken.prefer_languages, ["ko", "ru"]);
}

#[test]
fn sockets_are_listened_on_by_path_or_from_systemd() {
    for (listen, expected) in [
        ("unix:/run/muara/http.sock", Listen::Unix(PathBuf::from("/run/muara/http.sock"))),
        ("systemd", Listen::Systemd),
        ("0.0.0.0:80", Listen::Tcp("0.0.0.0:80".parse().unwrap())),
    ] {
        let text = format!("[daemon]\nlisten = {listen:?}\npublic_url = \"https://example.org\"");
        let config = sound(&text);
        assert_eq!(config.daemon.listen, expected);
        assert_eq!(config.daemon.listen.to_string(), listen);
        assert_eq!(config.warnings.count(), 0, "{}", config.warnings);
    }
}

#[test]
fn state_lives_where_systemd_says_else_where_the_config_belongs() {
    let state = |path: &str, variable: Option<&str>| {
        let surroundings = Surroundings {
            path: PathBuf::from(path),
            state_directory: variable.map(OsStr::new).and_then(first_directory),
            variable: |_| None,
        };
        Config::read("", &surroundings).unwrap().daemon.state
    };
    let service = "/etc/muara/config.toml";
    assert_eq!(state(service, Some("/var/lib/private/muara")), Path::new("/var/lib/private/muara"));
    assert_eq!(state("x.toml", Some("/state/a:/state/b")), Path::new("/state/a"));
    assert_eq!(state(service, None), Path::new("/var/lib/muara"));
    assert_eq!(state(service, Some("")), Path::new("/var/lib/muara"));
    assert_eq!(state("config/config.toml", None), Path::new("./muara-state"));
}

#[test]
fn a_source_takes_from_polling_what_it_does_not_say() {
    let config = sound(
        "[polling]\nevery = \"1h\"\nmax = \"2h\"\n[[source]]\nurl = \"https://example.org/\"\nmin = \"1m\"",
    );
    let interval =
        IntervalBounds { every: seconds(HOUR), min: seconds(60), max: seconds(2 * HOUR) };
    assert_eq!(config.sources[0].interval, interval);
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_key() {
    assert_eq!(sound("\u{feff}[publish]\nitems = 7\n").publish.items, 7);
}
