//! Redirects: followed with care.

use super::origin::{Origin, Reply, answer, redirect};
use super::*;

fn feed() -> Reply {
    Reply::Say(answer("200 OK", "", b"<rss/>"))
}

#[tokio::test]
async fn only_permanent_turns_make_a_feed_move() {
    let origin = Origin::start(|path| match path {
        "/old" => redirect(301, "/older"),
        "/older" => redirect(308, "new?a=1#there"),
        "/today" => redirect(302, "/new"),
        "/mixed" => redirect(301, "/today"),
        "/see" => redirect(303, "/old"),
        _ => feed(),
    })
    .await;
    let document = fetched(&origin, "/old").await;
    assert_eq!(document.url, origin.url("/new?a=1"));
    assert_eq!(document.moved_to, Some(origin.url("/new?a=1")));
    for path in ["/today", "/mixed", "/see", "/new"] {
        let document = fetched(&origin, path).await;
        assert_eq!(document.moved_to, None, "{path}");
        assert_eq!(document.url.path(), "/new");
    }
}

#[tokio::test]
async fn validators_travel_to_the_place_that_they_came_from() {
    let origin = Origin::start(|path| match path {
        "/feed" => redirect(302, "/real"),
        _ => Reply::Say(b"HTTP/1.1 304 Not Modified\r\n\r\n".to_vec()),
    })
    .await;
    let (url, sent) = (origin.url("/feed"), validators("\"1\"", DATE));
    let request = FetchRequest {
        url: &url,
        instead: None,
        validators: &sent,
        allow_private: true,
        access: &Access::default(),
    };
    let outcome = FETCHER.fetch(&request, now()).await;
    assert!(matches!(outcome, FetchOutcome::NotModified { .. }), "{outcome:?}");
    assert!(origin.heard().iter().all(|request| request.contains("if-none-match: \"1\"")));
}

#[tokio::test]
async fn eight_redirects_are_followed_and_no_more() {
    let origin = Origin::start(|path| match path[1..].parse::<u32>() {
        Ok(0) | Err(_) => feed(),
        Ok(left) => redirect(302, &format!("/{}", left - 1)),
    })
    .await;
    assert_eq!(fetched(&origin, "/8").await.body, "<rss/>");
    let failure = failed_with(&FETCHER, &origin.url("/9")).await;
    assert_eq!((failure.class, failure.status), (FailureClass::Redirect, Some(302)));
    assert!(failure.detail.contains("more than 8 redirects"), "{}", failure.detail);
}

#[tokio::test]
async fn circles_and_turns_to_nowhere_end_the_fetch() {
    let origin = Origin::start(|path| match path {
        "/a" => redirect(301, "/b"),
        "/b" => redirect(302, "/a#again"),
        "/self" => redirect(302, "/self"),
        "/nowhere" => Reply::Say(answer("302 Found", "", b"")),
        "/empty-host" => redirect(302, "http://"),
        _ => Reply::Say([&b"HTTP/1.1 301 M\r\nLocation: /\xe9\xe9\r\n\r\n"[..]].concat()),
    })
    .await;
    for (path, what) in [
        ("/a", "circle"),
        ("/self", "circle"),
        ("/nowhere", "does not say where to"),
        ("/empty-host", "no address"),
        ("/latin-1", "no readable way"),
    ] {
        let failure = failed_with(&FETCHER, &origin.url(path)).await;
        assert_eq!(failure.class, FailureClass::Redirect, "{path}: {failure:?}");
        assert!(failure.detail.contains(what), "{path}: {}", failure.detail);
    }
}

/// A fetcher whose guarded client takes `origin.test` for a public site, though it is on loopback.
fn guarded(origin: &Origin) -> Fetcher {
    let limits = FetchLimits::default();
    let builder = client::builder(&limits).dns_resolver(guard::PublicOnly);
    let guarded = client::build(builder.resolve("origin.test", origin.address)).unwrap();
    Fetcher { limits, guarded, others: Mutex::default() }
}

/// Hosts that are this machine or its neighbours in every spelling that a parser may know.
const PRIVATE_HOSTS: &[&str] = &[
    "127.0.0.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "0x7f.1",
    "127.1",
    "127.0.0.1.",
    "①②⑦.⓪.⓪.①",
    "0.0.0.0",
    "0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "100.100.100.200",
    "[::]",
    "[::1]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "localhost",
    "localhost.",
    "LOCALHOST",
    "origin.test@127.0.0.1",
    "origin.test:80@127.0.0.1",
];

fn private_targets(port: u16) -> Vec<String> {
    let odd = [
        format!("//127.0.0.1:{port}/"),
        format!("http:\\\\127.0.0.1:{port}\\x"),
        format!("gopher://127.0.0.1:{port}/_GET"),
        "file:///etc/passwd".to_owned(),
        "ftp://127.0.0.1/".to_owned(),
        "data:text/xml,<rss/>".to_owned(),
        "javascript:1".to_owned(),
    ];
    let plain = PRIVATE_HOSTS.iter().map(|host| format!("http://{host}:{port}/"));
    plain.chain(odd).collect()
}

#[tokio::test]
async fn a_public_site_cannot_send_us_to_a_private_address() {
    let canary = Origin::start(|_| feed()).await;
    let targets = private_targets(canary.address.port());
    let shared = targets.clone();
    let origin = Origin::start(move |path| match path.split_once("/to/") {
        Some((_, target)) => redirect(302, &shared[target.parse::<usize>().unwrap()]),
        // Two hops: the first on the site itself.
        None => redirect(301, &path.replace("/by/", "/to/")),
    })
    .await;
    let fetcher = guarded(&origin);
    for (number, target) in targets.iter().enumerate() {
        for way in ["to", "by"] {
            let address = format!("http://origin.test:{}/{way}/{number}", origin.address.port());
            let url = Url::parse(&address).unwrap();
            let validators = &Validators::default();
            let request = FetchRequest {
                url: &url,
                instead: None,
                validators,
                allow_private: false,
                access: &Access::default(),
            };
            let outcome = fetcher.fetch(&request, now()).await;
            let FetchOutcome::Failed(failure) = outcome else { panic!("{target}: {outcome:?}") };
            // Not every resolver knows a localhost with a dot.
            let unknown = failure.class == FailureClass::Dns && target.contains("localhost.");
            assert!(unknown || failure.class == FailureClass::Blocked, "{target}: {failure:?}");
        }
    }
    assert!(canary.heard().is_empty(), "{:?}", canary.heard());
    assert_eq!(origin.heard().len(), targets.len() * 3);
}

#[tokio::test]
async fn a_private_address_in_config_needs_permission_there() {
    let canary = Origin::start(|_| feed()).await;
    let named = Url::parse(&format!("http://localhost:{}/", canary.address.port())).unwrap();
    for (url, detail) in [
        (canary.url("/"), "127.0.0.1, which is not a public address"),
        (named, "localhost leads to "),
    ] {
        let validators = &Validators::default();
        let request = FetchRequest {
            url: &url,
            instead: None,
            validators,
            allow_private: false,
            access: &Access::default(),
        };
        let outcome = FETCHER.fetch(&request, now()).await;
        let FetchOutcome::Failed(failure) = outcome else { panic!("{outcome:?}") };
        assert_eq!(failure.class, FailureClass::Blocked);
        assert!(failure.detail.starts_with(detail), "{}", failure.detail);
        assert!(failure.detail.contains("allow_private = true"), "{}", failure.detail);
    }
    assert!(canary.heard().is_empty());
}

fn with_password(origin: &Origin, path: &str) -> Url {
    let mut url = origin.url(path);
    url.set_username("kim").unwrap();
    url.set_password(Some("p:a%ss")).unwrap();
    url
}

/// base64 of `kim:p:a%ss`.
const BASIC: &str = "authorization: Basic a2ltOnA6YSVzcw==";

#[tokio::test]
async fn credentials_are_for_the_site_that_they_were_written_for() {
    let other = Origin::start(|_| feed()).await;
    let away = other.url("/away").to_string();
    let origin = Origin::start(move |path| match path {
        "/feed" => redirect(301, "/same"),
        "/leave" => redirect(301, &away),
        "/lure" => redirect(301, &away.replace("//", "//eve:x@")),
        _ => feed(),
    })
    .await;
    let outcome = fetch_with(&FETCHER, &with_password(&origin, "/feed")).await;
    let FetchOutcome::Fetched(document) = outcome else { panic!("{outcome:?}") };
    assert_eq!(document.url, origin.url("/same"), "no credentials in what is remembered");
    assert_eq!(document.moved_to, None, "they would be missing there");
    assert!(origin.heard().iter().all(|request| request.contains(BASIC)), "{:?}", origin.heard());
    for path in ["/leave", "/lure"] {
        fetch_with(&FETCHER, &with_password(&origin, path)).await;
    }
    let heard = other.heard();
    assert_eq!(heard.len(), 2);
    assert!(heard.iter().all(|request| !request.contains("authorization")), "{heard:?}");
}

#[tokio::test]
async fn no_failure_shows_a_password_or_a_token() {
    let origin = Origin::start(|path| match path {
        "/feed" => redirect(302, "/private?token=geheim"),
        _ => Reply::Say(answer("404 Not Found", "", b"")),
    })
    .await;
    let failure = failed_with(&FETCHER, &with_password(&origin, "/feed")).await;
    let place = origin.url("/private");
    assert_eq!(failure.detail, format!("404 Not Found (redirected to {place})"));

    let mut closed = closed_port();
    closed.set_query(Some("token=geheim"));
    closed.set_username("kim").unwrap();
    let failure = failed_with(&FETCHER, &closed).await;
    let shown = format!("{failure:?}");
    assert!(!["kim", "geheim"].iter().any(|secret| failure.detail.contains(secret)), "{shown}");
}

#[tokio::test]
async fn headers_and_credentials_of_config_go_to_their_own_site_alone() {
    let elsewhere = Origin::start(|_| feed()).await;
    let there = elsewhere.url("/feed");
    let origin = Origin::start(move |path| match path {
        "/feed" => redirect(302, "/here"),
        "/here" => redirect(302, there.as_str()),
        _ => feed(),
    })
    .await;
    for (login, sent) in [
        (
            Login::Basic { user: "me".to_owned(), password: Secret::new("hunter2") },
            "authorization: Basic bWU6aHVudGVyMg==",
        ),
        (Login::Bearer(Secret::new("token-1")), "authorization: Bearer token-1"),
    ] {
        let headers = vec![("x-key".to_owned(), Secret::new("key-1"))];
        let access = Access { headers, login: Some(login), ..Access::default() };
        let (url, validators) = (origin.url("/feed"), Validators::default());
        let request = FetchRequest {
            url: &url,
            instead: None,
            validators: &validators,
            allow_private: true,
            access: &access,
        };
        let outcome = FETCHER.fetch(&request, now()).await;
        assert!(matches!(outcome, FetchOutcome::Fetched(_)), "{outcome:?}");
        let home = origin.heard();
        let last_two = &home[home.len() - 2..];
        assert!(
            last_two.iter().all(|it| it.contains(sent) && it.contains("x-key: key-1")),
            "{home:?}"
        );
        let abroad = elsewhere.heard().last().unwrap().to_lowercase();
        assert!(!abroad.contains("authorization") && !abroad.contains("x-key"), "{abroad}");
    }
}

#[tokio::test]
async fn a_source_whose_secret_is_missing_is_not_asked() {
    let origin = Origin::start(|_| feed()).await;
    let access = Access { missing: Some("no `password`".to_owned()), ..Access::default() };
    let (url, validators) = (origin.url("/feed"), Validators::default());
    let request = FetchRequest {
        url: &url,
        instead: None,
        validators: &validators,
        allow_private: true,
        access: &access,
    };
    let FetchOutcome::Failed(failure) = FETCHER.fetch(&request, now()).await else { panic!() };
    assert_eq!((failure.class, failure.detail.as_str()), (FailureClass::Auth, "no `password`"));
    assert!(origin.heard().is_empty());
}

#[tokio::test]
async fn a_source_with_a_proxy_is_asked_through_it() {
    let proxy = Origin::start(|_| feed()).await;
    let access = Access { proxy: Some(Secret::new(proxy.url("/").as_str())), ..Access::default() };
    let url = Url::parse("http://feeds.example/feed").unwrap();
    let validators = Validators::default();
    let request = FetchRequest {
        url: &url,
        instead: None,
        validators: &validators,
        allow_private: false,
        access: &access,
    };
    let outcome = FETCHER.fetch(&request, now()).await;
    assert!(matches!(outcome, FetchOutcome::Fetched(_)), "{outcome:?}");
    assert!(proxy.heard()[0].starts_with("GET http://feeds.example/feed "), "{:?}", proxy.heard());
}
