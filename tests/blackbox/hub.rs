//! The hub over real HTTP: subscribers confirm, are sent what is new and nothing else, and are told again
//! when they could not be.

use crate::subscriber::{Subscriber, Told, post};
use crate::support::daemon::{Config, Daemon, Home};
use crate::support::feeds::{self, Feed};
use crate::support::origin::Origin;
use crate::support::wait;
use crate::topics::read_back;
use crate::validity::assert_valid;
use ring::hmac;

/// A field of a form.
type Field<'a> = (&'a str, &'a str);

const FEED: &str = "https://news.example.org/feeds/river.atom";

fn config(origin: &Origin, hub: &str) -> Config {
    origin.serve("/feed", Feed::rss("Rivers", feeds::series("river", 3)).page());
    let config = Config::new().source("rivers", &origin.url("/feed"), "");
    config.topic("river", "river", "").table("hub", hub)
}

fn start(origin: &Origin) -> (Home, Daemon) {
    let home = Home::new(&config(origin, "allow_private = true"));
    let daemon = home.start();
    daemon.wait_for_items("river", 3);
    (home, daemon)
}

fn grow(origin: &Origin, home: &Home, count: usize) {
    origin.serve("/feed", Feed::rss("Rivers", feeds::series("river", count)).page());
    home.ok(&["poll", "--all"]);
}

fn ask(daemon: &Daemon, mode: &str, callback: &str, further: &[Field]) -> u16 {
    let fields = [("hub.mode", mode), ("hub.topic", FEED), ("hub.callback", callback)];
    post(&daemon.address, "/hub", &[&fields[..], further].concat())
}

/// Subscribes, and waits for the hub to have asked back.
fn subscribe(daemon: &Daemon, subscriber: &Subscriber, more: &[Field]) -> Told {
    let before = subscriber.told("GET").len();
    assert_eq!(ask(daemon, "subscribe", &subscriber.callback("/news?who=me"), more), 202);
    let asked = wait::until("the hub asks back", || subscriber.told("GET").get(before).cloned());
    wait::until_true("the subscription is there", || daemon.log().contains("a subscription began"));
    asked
}

fn deliveries(subscriber: &Subscriber, count: usize) -> Vec<Told> {
    wait::until(&format!("{count} deliveries"), || {
        let told = subscriber.told("POST");
        (told.len() >= count).then_some(told)
    })
}

#[test]
fn a_subscriber_that_confirms_is_sent_what_is_new_signed() {
    let origin = Origin::start();
    let (home, daemon) = start(&origin);
    let feed = daemon.get("/river.atom");
    assert!(feed.text().contains("rel=\"hub\" href=\"https://news.example.org/feeds/hub\""));

    let subscriber = Subscriber::start();
    let more = [("hub.secret", "하늘"), ("hub.lease_seconds", "3600"), ("foreign", "ignored")];
    let query = subscribe(&daemon, &subscriber, &more).query();
    assert_eq!(query["who"], "me", "the callback's own query stays");
    assert_eq!((query["hub.mode"].as_str(), query["hub.topic"].as_str()), ("subscribe", FEED));
    assert_eq!(query["hub.lease_seconds"], "3600");

    grow(&origin, &home, 5);
    let told = deliveries(&subscriber, 1).remove(0);
    assert_eq!(told.target, "/news?who=me");
    assert_eq!(told.header("content-type"), Some("application/atom+xml; charset=utf-8"));
    let link = told.header("link").expect("links");
    assert!(
        link.contains(&format!("<{FEED}>; rel=\"self\"")) && link.contains("/hub>; rel=\"hub\"")
    );
    let key = hmac::Key::new(hmac::HMAC_SHA256, "하늘".as_bytes());
    let signature = told.header("x-hub-signature").and_then(|it| it.strip_prefix("sha256="));
    let signed: Vec<u8> = (0..64)
        .step_by(2)
        .map(|at| {
            u8::from_str_radix(&signature.expect("a signature")[at..at + 2], 16).expect("hex")
        })
        .collect();
    hmac::verify(&key, &told.body, &signed).expect("the signature of the body");
    assert_valid(std::str::from_utf8(&told.body).expect("UTF-8"));
    assert_eq!(read_back(&told.body).len(), 2, "what is new and nothing else");
}

#[test]
fn who_does_not_confirm_gets_nothing_and_who_leaves_no_more() {
    let origin = Origin::start();
    let (home, daemon) = start(&origin);
    let (stranger, subscriber) = (Subscriber::start(), Subscriber::start());
    stranger.be_firm(false);
    assert_eq!(ask(&daemon, "subscribe", &stranger.callback("/"), &[]), 202);
    wait::until_true("it is asked", || !stranger.told("GET").is_empty());
    subscribe(&daemon, &subscriber, &[]);
    // A second time renews the first.
    subscribe(&daemon, &subscriber, &[]);
    grow(&origin, &home, 4);
    let told = deliveries(&subscriber, 1);
    assert_eq!(told[0].header("x-hub-signature"), None, "it gave no secret");

    // Somebody else cannot end it.
    subscriber.be_firm(false);
    let callback = subscriber.callback("/news?who=me");
    let before = subscriber.told("GET").len();
    assert_eq!(ask(&daemon, "unsubscribe", &callback, &[]), 202);
    wait::until_true("it is asked", || subscriber.told("GET").len() > before);
    subscriber.be_firm(true);
    grow(&origin, &home, 5);
    assert_eq!(deliveries(&subscriber, 2).len(), 2, "each once");

    assert_eq!(ask(&daemon, "unsubscribe", &callback, &[]), 202);
    wait::until_true("it has left", || daemon.log().contains("a subscription ended"));
    let query = subscriber.told("GET").pop().expect("a question").query();
    assert!(query["hub.mode"] == "unsubscribe" && !query.contains_key("hub.lease_seconds"));
    let witness = Subscriber::start();
    assert_eq!(ask(&daemon, "subscribe", &witness.callback("/"), &[]), 202);
    wait::until_true("another is there", || daemon.log().matches("began").count() >= 3);
    grow(&origin, &home, 6);
    deliveries(&witness, 1);
    assert_eq!((subscriber.told("POST").len(), stranger.told("POST").len()), (2, 0));
}

#[test]
fn what_could_not_be_delivered_is_delivered_after_a_restart_and_all_at_once() {
    let origin = Origin::start();
    let (home, daemon) = start(&origin);
    let subscriber = Subscriber::start();
    subscribe(&daemon, &subscriber, &[]);
    subscriber.answer(503);
    grow(&origin, &home, 4);
    deliveries(&subscriber, 1);
    drop(daemon);
    home.ok(&["poll", "--all"]);
    subscriber.answer(200);
    let daemon = home.start();
    grow(&origin, &home, 6);
    let told = wait::until("the rest comes", || {
        let told = subscriber.told("POST");
        let entries = read_back(&told.last()?.body).len();
        (told.len() >= 2 && entries == 3).then_some(told)
    });
    assert!(told.len() >= 2);

    // Who is gone for good is let go.
    subscriber.answer(410);
    grow(&origin, &home, 7);
    deliveries(&subscriber, told.len() + 1);
    subscriber.answer(200);
    let witness = Subscriber::start();
    subscribe(&daemon, &witness, &[]);
    grow(&origin, &home, 8);
    deliveries(&witness, 1);
    assert_eq!(subscriber.told("POST").len(), told.len() + 1);
}

#[test]
fn a_subscriber_of_digests_is_sent_each_digest_and_no_story_that_waits_for_one() {
    let origin = Origin::start();
    let config = |times: &str| {
        let digests = format!("digest = \"{times}\"");
        config(&origin, "allow_private = true").topic("digests", "river", &digests)
    };
    let home = Home::new(&config("0 0 0 1 1 *"));
    let daemon = home.start();
    daemon.wait_for_items("river", 3);
    let (of_stories, of_digests) = (Subscriber::start(), Subscriber::start());
    subscribe(&daemon, &of_stories, &[]);
    let feed = FEED.replace("river.atom", "digests.atom");
    let callback = of_digests.callback("/");
    let fields = [("hub.mode", "subscribe"), ("hub.topic", &feed), ("hub.callback", &callback)];
    assert_eq!(post(&daemon.address, "/hub", &fields), 202);
    wait::until_true("both are there", || daemon.log().matches("began").count() == 2);

    grow(&origin, &home, 5);
    let stories = read_back(&deliveries(&of_stories, 1)[0].body);
    assert_eq!(stories.len(), 2);
    home.configure(&config("* * * * * *"));
    home.ok(&["reload"]);
    let told = deliveries(&of_digests, 1).remove(0);
    assert_valid(std::str::from_utf8(&told.body).expect("UTF-8"));
    let digests = read_back(&told.body);
    assert_eq!(digests.len(), 1, "the digest and nothing else: {digests:?}");
    assert!(digests[0][1].starts_with("All of digests · "), "{digests:?}");
    let text = String::from_utf8(told.body).expect("UTF-8");
    assert!((0..5).all(|n| text.contains(&format!("river report number {n}"))), "{text}");

    grow(&origin, &home, 6);
    deliveries(&of_stories, 2);
    let second = read_back(&deliveries(&of_digests, 2)[1].body);
    assert_eq!(second.len(), 1, "what is new and nothing else: {second:?}");
    assert_ne!(second[0][0], digests[0][0], "another digest");
    assert_eq!(of_digests.told("POST").len(), 2, "each digest once and no story");
}

#[test]
fn requests_that_make_no_sense_are_refused_with_the_reason() {
    let origin = Origin::start();
    let (_home, daemon) = start(&origin);
    let long = "x".repeat(200);
    let refused: [(&str, &str, &str, &[Field]); 7] = [
        ("publish", FEED, "http://127.0.0.1:1/", &[]),
        ("subscribe", "https://elsewhere.example/river.atom", "http://127.0.0.1:1/", &[]),
        ("subscribe", "https://news.example.org/feeds/none.atom", "http://127.0.0.1:1/", &[]),
        ("subscribe", FEED, "javascript:alert(1)", &[]),
        ("subscribe", FEED, "not an address", &[]),
        ("subscribe", FEED, "http://127.0.0.1:1/", &[("hub.lease_seconds", "-1")]),
        ("subscribe", FEED, "http://127.0.0.1:1/", &[("hub.secret", &long)]),
    ];
    for (mode, topic, callback, more) in refused {
        let fields = [("hub.mode", mode), ("hub.topic", topic), ("hub.callback", callback)];
        let status = post(&daemon.address, "/hub", &[&fields[..], more].concat());
        assert_eq!(status, 400, "{mode} {topic} {callback} {more:?}");
    }
    let endless = "x".repeat(20_000);
    assert_eq!(post(&daemon.address, "/hub", &[("hub.mode", &endless)]), 413);
    assert_eq!(daemon.get("/hub").status, 405);
}

#[test]
fn callbacks_at_private_addresses_are_never_asked_unless_config_allows_it() {
    let origin = Origin::start();
    let home = Home::new(&config(&origin, ""));
    let daemon = home.start();
    daemon.wait_for_items("river", 3);
    let subscriber = Subscriber::start();
    let port = subscriber.address.port();
    for callback in [
        subscriber.callback("/"),
        format!("http://localhost:{port}/"),
        format!("http://2130706433:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
    ] {
        assert_eq!(ask(&daemon, "subscribe", &callback, &[]), 202, "{callback}");
    }
    grow(&origin, &home, 4);
    daemon.wait_for_items("river", 4);
    assert_eq!(subscriber.told("GET").len() + subscriber.told("POST").len(), 0);

    home.configure(&config(&origin, "enabled = false"));
    home.ok(&["reload"]);
    assert_eq!(ask(&daemon, "subscribe", &subscriber.callback("/"), &[]), 404);
    wait::until_true("feeds name no hub", || {
        !daemon.get("/river.rss").text().contains("rel=\"hub\"")
    });
}

#[test]
fn hubs_of_others_are_told_which_feeds_have_changed() {
    let origin = Origin::start();
    let hub = Subscriber::start();
    let lines = format!("external = [\"{}\"]\nallow_private = true", hub.callback("/push"));
    let home = Home::new(&config(&origin, &lines));
    let daemon = home.start();
    daemon.wait_for_items("river", 3);
    assert!(daemon.get("/river.rss").text().contains(&hub.callback("/push")));
    assert_eq!(ask(&daemon, "subscribe", &hub.callback("/"), &[]), 404, "ours is off then");
    let told = deliveries(&hub, 1).remove(0);
    let form = String::from_utf8(told.body).expect("a form");
    assert!(
        form.starts_with(
            "hub.mode=publish&hub.url=https%3A%2F%2Fnews.example.org%2Ffeeds%2Friver."
        )
    );
}
