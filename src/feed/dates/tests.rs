use super::*;
use proptest::prelude::*;

fn utc(text: &str) -> Option<String> {
    let reading = read(text, Order::DayFirst)?;
    Some(reading.time.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

#[track_caller]
fn all_read(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(utc(text).as_deref(), Some(*expected), "{text}");
    }
}

#[test]
fn the_two_standards() {
    all_read(&[
        ("Fri, 07 Feb 2025 14:05:09 +0900", "2025-02-07T05:05:09Z"),
        ("Fri, 07 Feb 2025 14:05:09 GMT", "2025-02-07T14:05:09Z"),
        ("07 Feb 25 14:05 EST", "2025-02-07T19:05:00Z"),
        ("2025-02-07T14:05:09Z", "2025-02-07T14:05:09Z"),
        ("2025-02-07T14:05:09.123456+09:00", "2025-02-07T05:05:09Z"),
        ("2025-02-07T14:05:09,5-03:30", "2025-02-07T17:35:09Z"),
        ("2025-02-07t14:05Z", "2025-02-07T14:05:00Z"),
    ]);
}

#[test]
fn what_blogs_and_newspapers_make_of_them() {
    all_read(&[
        ("2025-02-07 00:00:00", "2025-02-07T00:00:00Z"),
        ("2025-02-07T14:05:09", "2025-02-07T14:05:09Z"),
        ("2025-02-07T14:05+09", "2025-02-07T05:05:00Z"),
        ("2025-02-07T140509+0100", "2025-02-07T13:05:09Z"),
        ("20250207T140509Z", "2025-02-07T14:05:09Z"),
        ("2025-02-07", "2025-02-07T00:00:00Z"),
        ("20250207", "2025-02-07T00:00:00Z"),
        ("2025/2/7 9:05", "2025-02-07T09:05:00Z"),
        ("Fri Feb 7 2025 14:05:09 GMT+0900 (Korean Standard Time)", "2025-02-07T05:05:09Z"),
        ("Fri Feb  7 14:05:09 KST 2025", "2025-02-07T05:05:09Z"),
        ("Fri,7 Feb 2025 4:5:9 GMT+9", "2025-02-06T19:05:09Z"),
        ("Friday, February 7, 2025 2:05 PM", "2025-02-07T14:05:00Z"),
        ("Feb 7, 2025 12:05 a.m. PST", "2025-02-07T08:05:00Z"),
        ("7th February 2025", "2025-02-07T00:00:00Z"),
        ("Fri, 07 Feb 2025 24:00:00 +0000", "2025-02-08T00:00:00Z"),
        ("Mon, 07 Feb 2025 14:05:60 Z", "2025-02-07T14:05:59Z"),
        ("1738937109", "2025-02-07T14:05:09Z"),
        ("1738937109000", "2025-02-07T14:05:09Z"),
        ("2025-038", "2025-02-07T00:00:00Z"),
    ]);
}

#[test]
fn zones_by_name() {
    all_read(&[
        ("Fri, 07 Feb 2025 14:05:09 KST", "2025-02-07T05:05:09Z"),
        ("Fri, 07 Feb 2025 14:05:09 JST", "2025-02-07T05:05:09Z"),
        ("Fri, 07 Feb 2025 14:05:09 MSK", "2025-02-07T11:05:09Z"),
        ("Jumat, 07 Feb 2025 14:05 WIB", "2025-02-07T07:05:00Z"),
        ("Fri, 07 Feb 2025 14:05:09 CET", "2025-02-07T13:05:09Z"),
        ("Wed, 09 Jul 2025 14:05:09 CEST", "2025-07-09T12:05:09Z"),
        ("Wed, 09 Jul 2025 2:05 pm BST", "2025-07-09T13:05:00Z"),
        ("Fri, 07 Feb 2025 14:05:09 PST", "2025-02-07T22:05:09Z"),
    ]);
}

#[test]
fn months_in_many_languages() {
    all_read(&[
        ("Пт, 07 фев 2025 14:05:09 +0300", "2025-02-07T11:05:09Z"),
        ("7 февраля 2025 г., 14:05", "2025-02-07T14:05:00Z"),
        ("пʼятниця, 7 лютого 2025 14:05", "2025-02-07T14:05:00Z"),
        ("mar, 11 févr. 2025 00:38:15 +0100", "2025-02-10T23:38:15Z"),
        ("Seg, 10 Fev 2025 19:18:49 -0300", "2025-02-10T22:18:49Z"),
        ("martes, 11 de noviembre de 2025", "2025-11-11T00:00:00Z"),
        ("11. März 2025, 09:30 Uhr", "2025-03-11T09:30:00Z"),
        ("7 Şubat 2025 Cuma", "2025-02-07T00:00:00Z"),
        ("2025년 2월 7일 오후 2시 5분", "2025-02-07T14:05:00Z"),
        ("2025年2月7日 14:05", "2025-02-07T14:05:00Z"),
        ("２０２５年２月７日", "2025-02-07T00:00:00Z"),
        ("7 Februari 2025 14.05 WIB", "2025-02-07T07:05:00Z"),
        ("7 tháng 2, 2025 14:05", "2025-02-07T14:05:00Z"),
        ("7 ก.พ. 2568 14:05", "2025-02-07T14:05:00Z"),
        ("٧ فبراير ٢٠٢٥", "2025-02-07T00:00:00Z"),
        ("7 फ़रवरी 2025", "2025-02-07T00:00:00Z"),
        ("7 listopada 2025 14:05", "2025-11-07T14:05:00Z"),
    ]);
}

#[test]
fn numbers_alone_are_day_first_but_flagged_where_that_is_a_guess() {
    let guess = |text, order| {
        read(text, order).map(|reading| (reading.time.format("%m-%d").to_string(), reading.guess))
    };
    let dotted = Some(("02-07".to_owned(), false));
    assert_eq!(guess("07.02.2025", Order::DayFirst), dotted);
    assert_eq!(guess("07.02.2025", Order::MonthFirst), dotted);
    assert_eq!(guess("07/02/2025", Order::DayFirst), Some(("02-07".to_owned(), true)));
    assert_eq!(guess("07/02/2025", Order::MonthFirst), Some(("07-02".to_owned(), true)));
    assert_eq!(guess("07/22/2025 14:05", Order::DayFirst), Some(("07-22".to_owned(), false)));
    assert_eq!(guess("22-07-2025", Order::MonthFirst), Some(("07-22".to_owned(), false)));
    assert_eq!(Order::of_language(Some("en-US")), Order::MonthFirst);
    assert_eq!(Order::of_language(Some("id")), Order::DayFirst);
}

#[test]
fn what_overflows_runs_over() {
    for (text, expected) in [
        ("2003-06-31T15:51:30-05:00", "2003-07-01T20:51:30Z"),
        ("31.02.2025", "2025-03-03T00:00:00Z"),
        ("2003-07-01T25:61:00Z", "2003-07-02T02:01:00Z"),
    ] {
        let time = read(text, Order::DayFirst).map(|reading| reading.time);
        assert_eq!(time, expected.parse().ok(), "{text}");
    }
}

#[test]
fn what_is_no_date_is_none() {
    let long = "7 ".repeat(200);
    for text in [
        "",
        "  ",
        "yesterday",
        "0",
        "0000-00-00 00:00:00",
        "1970-01-01T00:00:00Z",
        "0001-01-01T00:00:00",
        "07-01T01:55:07-05:00",
        "34.02.2025",
        "2025-13-45",
        &long,
    ] {
        assert_eq!(utc(text), None, "{text}");
    }
}

#[test]
fn the_dates_of_other_peoples_feeds() {
    let Some(corpora) = crate::feed::tests::corpora() else { return };
    let table = std::fs::read_to_string(corpora.join("dates.tsv")).unwrap();
    for line in table.lines().skip(1) {
        let Some((raw, reference)) = line.split_once('\t') else { continue };
        let ours = utc(raw).unwrap_or("-".to_owned());
        println!("{} {raw:40} {ours:22} {reference}", if ours == reference { "=" } else { "≠" });
    }
}

proptest! {
    #[test]
    fn every_standard_date_is_read_exactly(seconds in 1i64..4_000_000_000, zone in -14 * 60..14 * 60i32) {
        let zone = chrono::FixedOffset::east_opt(zone * 60).unwrap();
        let time = DateTime::from_timestamp(seconds, 0).unwrap();
        let local = time.with_timezone(&zone);
        for text in [local.to_rfc2822(), local.to_rfc3339(), time.format("%F %T").to_string()] {
            prop_assert_eq!(read(&text, Order::DayFirst).map(|reading| reading.time), Some(time), "{}", text);
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,60}", digits in "[0-9:.+/ TZ-]{0,40}") {
        let _ = read(&text, Order::DayFirst);
        let _ = read(&digits, Order::MonthFirst);
    }
}
