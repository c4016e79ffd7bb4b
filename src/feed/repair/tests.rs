use super::*;
use proptest::prelude::*;

fn mended(text: &str) -> (String, Vec<String>) {
    let mut mends = Mends::default();
    let mended = repair(text, &mut mends);
    (mended, mends.into_lines())
}

#[track_caller]
fn check(text: &str, expected: &str, told: &[&str]) {
    let (mended, mends) = mended(text);
    assert_eq!(mended, expected);
    assert_eq!(mends, told);
    assert!(crate::feed::scan::scan(&mended).is_ok(), "{mended}");
}

#[test]
fn ampersands_and_entities_become_those_of_xml() {
    check(
        "<rss><item>AT&T &amp; caf&eacute; &nbsp;&bogus; &#8217;&#146;&#0; R&D;</item></rss>",
        "<rss><item>AT&amp;T &amp; café \u{a0}&amp;bogus; &#8217;’ R&amp;D;</item></rss>",
        &["bare ampersand", "HTML entity ×2", "unknown entity ×2", "reference to no character ×2"],
    );
}

#[test]
fn unescaped_html_in_a_text_is_closed() {
    check(
        "<rss><channel><item><description><p>one<br>two<p>three</description></item></channel></rss>",
        "<rss><channel><item><description><p>one<br/>two<p>three</p></p></description></item></channel></rss>",
        &["unclosed element ×3"],
    );
}

#[test]
fn stray_and_crossed_tags_are_put_in_order() {
    check(
        "<rss><item><b><i>x</b></i></item></br></rss>",
        "<rss><item><b><i>x</i></b></item></rss>",
        &["unclosed element", "stray end tag"],
    );
    check(
        "<rss><item><pubDate>x</pubdate></item></rss>",
        "<rss><item><pubDate>x</pubDate></item></rss>",
        &["end tag in other letters"],
    );
    check(
        "<rss><item><a>1</a><item>2</item></rss>",
        "<rss><item><a>1</a></item><item>2</item></rss>",
        &["unclosed element"],
    );
}

#[test]
fn a_truncated_document_keeps_the_items_that_arrived_whole() {
    check(
        "<rss><channel><title>t</title><item>1</item><item><title>2</title><descr",
        "<rss><channel><title>t</title><item>1</item></channel></rss>",
        &["truncated"],
    );
    check(
        "<feed><entry>1</entry><entry><content><![CDATA[half",
        "<feed><entry>1</entry></feed>",
        &["truncated"],
    );
    check(
        "<rss><channel><item>1</item></channel>",
        "<rss><channel><item>1</item></channel></rss>",
        &["truncated"],
    );
    check(
        "<urlset><url><loc>1</loc></url><url><loc>2</loc><news:news><news:tit",
        "<urlset><url><loc>1</loc></url></urlset>",
        &["truncated"],
    );
    check(
        "<urlset><url><loc>1</loc></url><url><loc>2</loc></url>",
        "<urlset><url><loc>1</loc></url><url><loc>2</loc></url></urlset>",
        &["truncated"],
    );
}

#[test]
fn cdata_that_nobody_closed_ends_with_its_element() {
    check(
        "<rss><item><title><![CDATA[a</title><b><![CDATA[c]]></b></item></rss>",
        "<rss><item><title><![CDATA[a]]></title><b><![CDATA[c]]></b></item></rss>",
        &["unclosed CDATA"],
    );
    check(
        "<rss><item>&<![CDATA[a < b & c]]></item></rss>",
        "<rss><item>&amp;<![CDATA[a < b & c]]></item></rss>",
        &["bare ampersand"],
    );
}

#[test]
fn attributes_are_quoted_escaped_and_single() {
    check(
        "<rss><item><a href=\"?a=1&b=2\" href='x' width=10 checked title='\"<\"'/></item></rss>",
        "<rss><item><a href=\"?a=1&amp;b=2\" width=\"10\" checked=\"\" title=\"&quot;&lt;&quot;\"/></item></rss>",
        &["bare ampersand", "attribute without quotes", "attribute without a value", "bare <"],
    );
}

#[test]
fn brackets_that_begin_no_tag_are_text() {
    check(
        "<rss><item>1 < 2 <3 <- x</item></rss>",
        "<rss><item>1 &lt; 2 &lt;3 &lt;- x</item></rss>",
        &["bare < ×3"],
    );
    check(
        "<rss><item><title>x</title <link>y</link></item></rss>",
        "<rss><item><title>x</title><link>y</link></item></rss>",
        &[],
    );
}

#[test]
fn declarations_within_are_dropped() {
    check(
        "<rss><?xml version='1.0'?><item><!-- -- -->x</item></rss>",
        "<rss><item>x</item></rss>",
        &["declaration within the document"],
    );
}

proptest! {
    #[test]
    fn whatever_comes_in_well_formed_xml_comes_out(body in "([<>/&;#\"'= ]|a|item|title|<item>|</item>|<!|\\[CDATA\\[|\\]\\]>|한|amp|\\?|-){0,60}") {
        let (mended, _) = mended(&format!("<rss>{body}"));
        prop_assert!(crate::feed::scan::scan(&mended).is_ok(), "{}", mended);
        let again = repair(&mended, &mut Mends::default());
        prop_assert!(crate::feed::scan::scan(&again).is_ok());
    }
}
