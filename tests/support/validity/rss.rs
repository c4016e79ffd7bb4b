//! RSS 2.0 and the modules that our feeds use.

use super::tree::Element;
use super::values::{Complaints, is_address, is_language, is_media_type};
use chrono::DateTime;
use std::collections::HashSet;

pub(super) fn check(rss: &Element, found: &mut Complaints) {
    found.unless(rss.attribute("version") == "2.0", "InvalidRSSVersion", rss.attribute("version"));
    found.children(rss, &["channel"]);
    let Some(channel) = rss.one("channel") else { return };
    found.children(
        channel,
        &[
            "title",
            "link",
            "description",
            "language?",
            "lastBuildDate?",
            "generator?",
            "docs?",
            "ttl?",
            "atom:link+",
            "sy:updatePeriod?",
            "sy:updateFrequency?",
            "fh:archive?",
            "item*",
        ],
    );
    head(channel, found);
    let mut guids = HashSet::new();
    for item in channel.all("item") {
        found.unless(guids.insert(item.text_of("guid")), "DuplicateValue", item.text_of("guid"));
        self::item(item, found);
    }
}

fn head(channel: &Element, found: &mut Complaints) {
    for name in ["title", "description"] {
        found.not_blank(channel.text_of(name), name);
    }
    found.address(channel.text_of("link"), "link");
    let language = channel.text_of("language");
    found.unless(language.is_empty() || is_language(language), "InvalidLanguage", language);
    channel.all("lastBuildDate").for_each(|date| rfc822(&date.text, found));
    for ttl in channel.all("ttl") {
        let is_number = ttl.text.parse::<u32>().is_ok_and(|minutes| minutes > 0);
        found.unless(is_number, "InvalidPositiveInteger", &ttl.text);
    }
    let period = channel.text_of("sy:updatePeriod");
    let periods = ["", "hourly", "daily", "weekly", "monthly", "yearly"];
    found.unless(periods.contains(&period), "InvalidUpdatePeriod", period);
    let frequency = channel.text_of("sy:updateFrequency");
    let is_number = frequency.is_empty() || frequency.parse::<u32>().is_ok_and(|times| times > 0);
    found.unless(is_number, "InvalidUpdateFrequency", frequency);
    for link in channel.all("atom:link") {
        found.attributes(link, &["href", "rel", "type?"]);
        found.address(link.attribute("href"), "atom:link");
    }
    let own = channel.all("atom:link").filter(|link| link.attribute("rel") == "self");
    found.unless(own.count() == 1, "MissingAtomSelfLink", "one link to itself");
    let archived = channel.one("fh:archive").is_some();
    let current = channel.all("atom:link").any(|link| link.attribute("rel") == "current");
    found.unless(!archived || current, "MissingCurrentInArchive", "atom:link");
}

fn item(item: &Element, found: &mut Complaints) {
    found.children(
        item,
        &[
            "title?",
            "link?",
            "guid",
            "pubDate?",
            "dc:creator*",
            "dc:language?",
            "category*",
            "description?",
            "content:encoded?",
            "enclosure?",
            "media:content*",
            "media:thumbnail*",
            "source?",
        ],
    );
    let says = ["title", "description"].iter().any(|name| item.one(name).is_some());
    found.unless(says, "ItemMustContainTitleOrDescription", item.text_of("guid"));
    for name in
        ["title", "link", "guid", "description", "content:encoded", "dc:creator", "category"]
    {
        item.all(name).for_each(|child| found.not_blank(&child.text, name));
    }
    item.all("link").for_each(|link| found.address(&link.text, "link"));
    item.all("pubDate").for_each(|date| rfc822(&date.text, found));
    for guid in item.all("guid") {
        let is_any = guid.attribute("isPermaLink") == "false";
        found.unless(is_any || is_address(&guid.text), "InvalidHttpGUID", &guid.text);
    }
    for name in ["description", "content:encoded"] {
        item.all(name).for_each(|html| found.html(&html.text, name));
    }
    let language = item.text_of("dc:language");
    found.unless(language.is_empty() || is_language(language), "InvalidLanguage", language);
    files(item, found);
    for source in item.all("source") {
        found.attributes(source, &["url"]);
        found.address(source.attribute("url"), "source");
        found.not_blank(&source.text, "source");
    }
}

fn files(item: &Element, found: &mut Complaints) {
    for file in item.all("enclosure") {
        found.attributes(file, &["url", "length", "type"]);
        found.address(file.attribute("url"), "enclosure");
        found.unless(
            is_media_type(file.attribute("type")),
            "InvalidMIMEType",
            file.attribute("type"),
        );
        let length = file.attribute("length").parse::<u64>();
        found.unless(length.is_ok(), "InvalidNonNegativeInteger", "length");
    }
    for file in item.all("media:content") {
        found.attributes(file, &["url", "type?", "medium?", "fileSize?"]);
        found.address(file.attribute("url"), "media:content");
        let media = ["", "image", "audio", "video", "document", "executable"];
        found.unless(media.contains(&file.attribute("medium")), "InvalidMediaMedium", "medium");
    }
    for file in item.all("media:thumbnail") {
        found.attributes(file, &["url"]);
        found.address(file.attribute("url"), "media:thumbnail");
    }
}

/// RFC 822 with a year of four digits.
fn rfc822(date: &str, found: &mut Complaints) {
    let has_year = date.split(' ').nth(3).is_some_and(|year| year.len() == 4);
    let fits = DateTime::parse_from_rfc2822(date).is_ok() && has_year;
    found.unless(fits, "InvalidRFC2822Date", date);
}
