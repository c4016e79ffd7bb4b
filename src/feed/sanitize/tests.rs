use std::time::{Duration, Instant};

use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use url::Url;

use super::{LARGEST, sanitize};

fn base() -> Url {
    Url::parse("https://news.example.org/feeds/world.xml").unwrap()
}

fn clean(html: &str) -> String {
    sanitize(html, Some(&base())).as_str().to_owned()
}

/// What must not be in any output, however it got there: elements and attributes that act. Found
/// by reading the output as a browser does, not by searching for words.
fn dangers(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for Ok(token) in html5gum::Tokenizer::new(html) {
        let html5gum::Token::StartTag(tag) = token else { continue };
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        if !super::policy::TAGS.contains(&name.as_str()) {
            found.push(name.clone());
        }
        for (attribute, value) in &tag.attributes {
            let attribute = String::from_utf8_lossy(attribute).into_owned();
            let value = String::from_utf8_lossy(value).into_owned();
            let is_known = attribute == "rel"
                || super::policy::EVERYWHERE.contains(&attribute.as_str())
                || super::policy::ATTRIBUTES
                    .iter()
                    .any(|(tag, names)| *tag == name && names.contains(&attribute.as_str()));
            let is_address = ["href", "src"].contains(&attribute.as_str());
            let is_web = ["http://", "https://", "mailto:"].iter().any(|s| value.starts_with(s));
            if !is_known || (is_address && !is_web) {
                found.push(format!("{name} {attribute}={value}"));
            }
        }
    }
    found
}

const ATTACKS: &[&str] = &[
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example></sCrIpT>",
    "<script/x>alert(1)</script/x>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<img src='x'onerror='alert(1)'>",
    "<img src=`x` onerror=`alert(1)`>",
    "<img \0src=x \0onerror=alert(1)>",
    "<<img src=x onerror=alert(1)//<",
    "<a href='javascript:alert(1)'>a</a>",
    "<a href=' java\tscript\n:alert(1)'>a</a>",
    "<a href='&#106;avascript&colon;alert(1)'>a</a>",
    "<a href='\u{1}javascript:alert(1)'>a</a>",
    "<a href='vbscript:x'>a</a><a href='data:text/html,<script>alert(1)</script>'>b</a>",
    "<a href='feed:javascript:alert(1)'>a</a><a href='view-source:https://x'>b</a>",
    "<a href=x style='position:fixed;inset:0' id=login name=forms class=ad target=_top ping=/p>a</a>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><script>alert(1)</script></svg><svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=href values=javascript:alert(1)></svg>",
    "<math><maction actiontype=statusline xlink:href=javascript:alert(1)>x</maction></math>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<svg></p><style><a title='</style><img src=x onerror=alert(1)>'>",
    "<svg><style><a title='</style><img src=x onerror=alert(1)>'></svg>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<style><img src='</style><img src=x onerror=alert(1)//'></style>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'></textarea>",
    "<title><a title='</title><img src=x onerror=alert(1)>'></title>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe><iframe src=javascript:alert(1)>",
    "<noembed><img title='</noembed><img src onerror=alert(1)>'></noembed>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<template><img src=x onerror=alert(1)></template>",
    "<select><template><img src=x onerror=alert(1)></template></select><select><noembed></select><script></select>",
    "<object data=javascript:alert(1)></object><embed src=javascript:alert(1)><applet code=x>",
    "<form action=javascript:alert(1)><input formaction=javascript:alert(1) type=submit><button>x</button></form>",
    "<base href=https://evil.example/><meta http-equiv=refresh content='0;url=javascript:alert(1)'><link rel=stylesheet href=x>",
    "<body onload=alert(1)><html onmouseover=alert(1)>",
    "<table background=javascript:alert(1)><td background=x><input onfocus=alert(1) autofocus>",
    "<video poster=javascript:alert(1)><source onerror=alert(1)></video><audio src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)>x</details><marquee onstart=alert(1)>y</marquee>",
    "<img src='https://example.org/a\"onerror=\"alert(1)'>",
    "<a title='\"><img src=x onerror=alert(1)>' href=/>a</a>",
    "<!--><img src=x onerror=alert(1)>--><!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[<img src=x onerror=alert(1)>]]><!DOCTYPE x [<!ENTITY e '<script>'>]>&e;",
    "<?xml version='1.0'?><?php echo '<script>' ?>",
    "</p title='<img src=x onerror=alert(1)>'></br onclick=alert(1)>",
    "<a href=\"https://example.org/\" href=\"javascript:alert(1)\">a</a>",
    "<img srcset='x 1x, javascript:alert(1) 2x' src=data:image/svg+xml,x lowsrc=x>",
    "<isindex action=javascript:alert(1)><keygen autofocus onfocus=alert(1)>",
    "<custom-element onclick=alert(1) is=x>a</custom-element><x onclick=alert(1)>b</x>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<a href=\"//evil.example\\@news.example.org\">a</a><a href=\"https:evil\">b</a>",
];

#[test]
fn no_attack_passes_and_each_result_is_its_own_result() {
    for attack in ATTACKS {
        for html in
            [(*attack).to_owned(), format!("<p>a{attack}b"), format!("<table><tr>{attack}</table>")]
        {
            let once = clean(&html);
            assert_eq!(dangers(&once), Vec::<String>::new(), "{html} gives {once}");
            assert_eq!(clean(&once), once, "{html}");
            let without = sanitize(&html, None).as_str().to_owned();
            assert_eq!(dangers(&without), Vec::<String>::new(), "{html} gives {without}");
        }
    }
}

#[test]
fn an_article_keeps_its_shape() {
    let html = "<h2>Переговоры</h2><p lang=ru dir=LTR>Встреча <strong>в Сеуле</strong>&nbsp;— <a href=\"/a?b=1&amp;c=2\" class=x>подробнее</a>.<ul><li>один<li>два</ul><blockquote>&lt;цитата&gt;</blockquote>";
    assert_eq!(
        clean(html),
        "<h2>Переговоры</h2><p lang=\"ru\" dir=\"ltr\">Встреча <strong>в Сеуле</strong>&nbsp;— <a href=\"https://news.example.org/a?b=1&amp;c=2\" rel=\"noopener noreferrer nofollow\">подробнее</a>.</p><ul><li>один</li><li>два</li></ul><blockquote>&lt;цитата&gt;</blockquote>"
    );
    assert_eq!(
        clean("<section>북한</section><main>러시아</main>"),
        "<div>북한</div><div>러시아</div>"
    );
    assert_eq!(clean("Только текст & знаки < >"), "Только текст &amp; знаки &lt; &gt;");
    assert_eq!(clean("<font color=red>a</font><video>b</video>"), "ab");
}

#[test]
fn addresses_are_absolute_or_gone() {
    assert_eq!(
        clean("<img src=../i/1.jpg alt=Сеул>"),
        "<img src=\"https://news.example.org/i/1.jpg\" alt=\"Сеул\">"
    );
    assert_eq!(
        clean("<img src=//cdn.example.org/1.jpg>"),
        "<img src=\"https://cdn.example.org/1.jpg\">"
    );
    assert_eq!(clean("<a href='#note1'>1</a>"), "<a rel=\"noopener noreferrer nofollow\">1</a>");
    assert_eq!(
        clean("<a href='mailto:desk@example.org'>m</a><img src='mailto:a@example.org'>"),
        "<a href=\"mailto:desk@example.org\" rel=\"noopener noreferrer nofollow\">m</a>"
    );
    assert_eq!(
        sanitize("<img src=/1.jpg><a href=/x>x</a>", None).as_str(),
        "<a rel=\"noopener noreferrer nofollow\">x</a>"
    );
    let local = Url::parse("file:///etc/").unwrap();
    assert_eq!(sanitize("<img src=passwd>", Some(&local)).as_str(), "");
}

#[test]
fn images_that_nobody_can_see_are_gone() {
    for html in [
        "<img src=https://t.example/p.gif width=1 height=1>",
        "<img src=https://t.example/p.gif width=1px height=\"1px\">",
        "<img src=https://t.example/p.gif width=0>",
        "<img src=https://t.example/p.gif height=1>",
        "<img src=https://t.example/p.gif style='display: NONE'>",
        "<img src=https://t.example/p.gif hidden>",
        "<noscript><img src=https://t.example/p.gif width=1 height=1></noscript>",
        "<img src=data:image/gif;base64,R0lGODlh alt=x>",
        "<img alt=x>",
        "<img src=''>",
    ] {
        assert_eq!(clean(html), "", "{html}");
    }
    let seen = "<img src=\"https://i.example/1.jpg\" width=\"600\" height=\"1\">";
    assert_eq!(clean(seen), seen);
}

#[test]
fn a_lazy_image_is_found_in_its_noscript() {
    let html =
        "<img src='data:,x' data-src=/1.jpg class=lazy><noscript><img src=/1.jpg></noscript>";
    assert_eq!(clean(html), "<img src=\"https://news.example.org/1.jpg\">");
}

#[test]
fn torn_markup_does_not_swallow_the_article() {
    assert_eq!(clean("<svg><path d=x><p>Сеул</p>"), "<p>Сеул</p>");
    assert_eq!(clean("<script src=x /><p>Сеул</p>"), "<p>Сеул</p>");
    assert_eq!(clean("<html><head><title>x</title><body><p>Сеул</p>"), "<p>Сеул</p>");
    assert_eq!(clean("<select><option>x<p>Сеул</p>"), "<p>Сеул</p>");
}

#[test]
fn controls_and_overrides_do_not_reach_the_output() {
    assert_eq!(clean("<p>a\u{202e}b&#x202E;c&#8;d\u{0}e&#xFFFF;f</p>"), "<p>abcdef</p>");
    assert_eq!(
        clean("<img src=/1.jpg alt='a&#x202E;b'>"),
        "<img src=\"https://news.example.org/1.jpg\" alt=\"ab\">"
    );
}

#[test]
fn what_is_too_deep_becomes_paragraphs() {
    let html = format!("<p>Сеул &amp; Москва</p>{}<p>1 &lt; 2</p>", "<div>".repeat(600));
    assert_eq!(clean(&html), "<p>Сеул &amp; Москва</p><p>1 &lt; 2</p>");
    let good = format!("{}x{}", "<div>".repeat(500), "</div>".repeat(500));
    assert_eq!(clean(&good), good);
}

#[test]
fn good_html_without_end_tags_is_not_deep() {
    let html = "<ul>".to_owned() + &"<li>a<p>b".repeat(2000) + "</ul>";
    assert!(clean(&html).starts_with("<ul><li>a<p>b</p></li><li>"));
}

#[test]
fn nothing_is_longer_than_its_cap() {
    let long = "<p>".to_owned() + &"ё&".repeat(LARGEST / 3);
    let result = clean(&long);
    assert!(result.len() <= LARGEST && result.ends_with("</p>"));
    assert_eq!(clean(&result), result);
    let links = "<a href=x>".repeat(20_000);
    let far = Url::parse(&format!("https://example.org/{}/", "x".repeat(200))).unwrap();
    assert!(sanitize(&links, Some(&far)).as_str().len() <= LARGEST);
}

#[test]
fn no_input_takes_time_that_grows_with_its_square() {
    // Quadratic, any of these would take minutes without optimization.
    const SIZE: usize = 1 << 17;
    let attributes = (0..SIZE / 8).fold(String::from("<a"), |out, n| out + " a" + &n.to_string());
    let table = "<table>".to_owned() + &"<br>x".repeat(20_000);
    let mut inputs = vec![attributes, table];
    inputs.extend(
        [
            "<div>",
            "<div></span>",
            "<svg><style></p>",
            "<style><a title=\"</style>",
            "<rt>",
            "<table><td>",
            "<table><p>x",
            "<b><p>x",
            "<a><table><td></a>",
            "</p>",
            "<",
            "<!--",
            "&",
            "<p ",
            "<select><div>",
            "<object></div><div>",
        ]
        .map(|unit| unit.repeat(SIZE / unit.len())),
    );
    for html in inputs {
        let started = Instant::now();
        let _ = clean(&html);
        assert!(started.elapsed() < Duration::from_secs(15), "{}", &html[..20]);
    }
}

const SOUP: &str = "(<(p|div|a href=/x|b|i|table|tr|td|tbody|caption|li|ul|h1|h2|pre|svg|math|style|script|select|noscript|template|img src=/1|span|ruby|rt|details|summary|code|br|dd|dl|form)>|</(p|div|a|b|i|table|tr|td|caption|li|ul|h1|h2|pre|svg|style|script|select|span|ruby|rt|details|code|br|dd|dl|form)>|x|\n| |&lt;|&nbsp;|<!--|-->|'|\"|<a title=\"){0,24}";

proptest! {
    #[test]
    fn any_soup_of_tags_is_safe_and_stable(html in SOUP) {
        let once = clean(&html);
        prop_assert_eq!(dangers(&once), Vec::<String>::new());
        prop_assert_eq!(clean(&once), once);
    }

    #[test]
    fn any_text_is_safe_and_stable(html in any::<String>()) {
        let once = clean(&html);
        prop_assert!(dangers(&once).is_empty());
        prop_assert_eq!(clean(&once), once);
    }
}
