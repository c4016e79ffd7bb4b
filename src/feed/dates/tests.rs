use super::*;
use proptest::prelude::*;

fn habits(order: Order) -> Habits<'static> {
    Habits { order, is_settled: false, language: None }
}

fn utc(text: &str) -> Option<String> {
    let reading = read(text, habits(Order::DayFirst))?;
    Some(reading.time.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

#[track_caller]
fn all_read(cases: &[(&str, &str)]) {
    let wrong: Vec<_> = cases
        .iter()
        .map(|(text, expected)| (*text, utc(text), *expected))
        .filter(|(_, read, expected)| read.as_deref() != Some(expected))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
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
fn whole_dates_in_the_languages_of_europe_and_beyond() {
    all_read(&[
        ("viernes, 7 de febrero de 2025 - 14:05 h.", "2025-02-07T14:05:00Z"),
        ("7 feb 2025, 2:05 p. m.", "2025-02-07T14:05:00Z"),
        ("sexta-feira, 7 de fevereiro de 2025 às 14h05", "2025-02-07T14:05:00Z"),
        ("Le vendredi 7 février 2025 à 14h05", "2025-02-07T14:05:00Z"),
        ("1er févr. 2025 à 9h", "2025-02-01T09:00:00Z"),
        ("Freitag, 7. Februar 2025, 14 Uhr", "2025-02-07T14:00:00Z"),
        ("07. Februar 2025 um 14.05 Uhr", "2025-02-07T14:05:00Z"),
        ("venerdì 7 febbraio 2025, ore 14:05", "2025-02-07T14:05:00Z"),
        ("martedì 4 febbraio 2025", "2025-02-04T00:00:00Z"),
        ("vrijdag 7 februari 2025 om 14:05 uur", "2025-02-07T14:05:00Z"),
        ("fredag den 7. februar 2025 kl. 14.05", "2025-02-07T14:05:00Z"),
        ("fredag 7 februari 2025 kl 14:05", "2025-02-07T14:05:00Z"),
        ("perjantai 7. helmikuuta 2025 klo 14.05", "2025-02-07T14:05:00Z"),
        ("piątek, 7 lutego 2025, godz. 14:05", "2025-02-07T14:05:00Z"),
        ("pátek 7. února 2025 14:05", "2025-02-07T14:05:00Z"),
        ("2025. február 7., péntek 14:05", "2025-02-07T14:05:00Z"),
        ("2025. március 9., vasárnap", "2025-03-09T00:00:00Z"),
        ("vineri, 7 februarie 2025, 14:05", "2025-02-07T14:05:00Z"),
        ("4 noiembrie 2025, marți", "2025-11-04T00:00:00Z"),
        ("7 февруари 2025 г., 14:05 ч.", "2025-02-07T14:05:00Z"),
        ("субота, 8. фебруар 2025.", "2025-02-08T00:00:00Z"),
        ("середа, 5 лютого 2025 14:05", "2025-02-05T14:05:00Z"),
        ("5 листопада 2025, середа", "2025-11-05T00:00:00Z"),
        ("Παρασκευή, 7 Φεβρουαρίου 2025 2:05 μ.μ.", "2025-02-07T14:05:00Z"),
        ("Παρ, 07 Ιούν 2024 14:05:09 +0300", "2024-06-07T11:05:09Z"),
        ("7 ŞUBAT 2025 CUMA 14:05", "2025-02-07T14:05:00Z"),
        ("Sal, 04 Mar 2025 14:05:09 +0300", "2025-03-04T11:05:09Z"),
        ("Jum'at, 07 Pebruari 2025 | 14:05 WIB", "2025-02-07T07:05:00Z"),
        ("Jumaat, 7 Ogos 2025 2:05 PTG", "2025-08-07T14:05:00Z"),
        ("Thứ Sáu, 07/02/2025, 14:05 (GMT+7)", "2025-02-07T07:05:00Z"),
        ("Thứ 6, 07/02/2025 - 14:05", "2025-02-07T14:05:00Z"),
        ("7 Tháng Hai, 2025 2:05 CH", "2025-02-07T14:05:00Z"),
        ("7 Tháng Mười Hai, 2025", "2025-12-07T00:00:00Z"),
        ("07 Th2 2025", "2025-02-07T00:00:00Z"),
    ]);
}

#[test]
fn whole_dates_in_the_scripts_of_asia() {
    all_read(&[
        ("วันศุกร์ที่ 7 กุมภาพันธ์ พ.ศ. 2568 เวลา 14.05 น.", "2025-02-07T14:05:00Z"),
        ("๗ ก.พ. ๒๕๖๘", "2025-02-07T00:00:00Z"),
        ("शुक्रवार, 7 फरवरी 2025 02:05 PM", "2025-02-07T14:05:00Z"),
        ("७ फ़रवरी २०२५ १४:०५", "2025-02-07T14:05:00Z"),
        ("৭ ফেব্রুয়ারি ২০২৫, ১৪:০৫", "2025-02-07T14:05:00Z"),
        ("வெள்ளி, 7 பிப்ரவரி 2025", "2025-02-07T00:00:00Z"),
        ("الجمعة 7 فبراير 2025 - 2:05 م", "2025-02-07T14:05:00Z"),
        ("٧ شباط/فبراير ٢٠٢٥ ٢:٠٥ مساءً", "2025-02-07T14:05:00Z"),
        ("7 كانون الثاني 2025", "2025-01-07T00:00:00Z"),
        ("7 تشرين الثاني 2025", "2025-11-07T00:00:00Z"),
        ("7 كانون الأول 2025 10:30 ص", "2025-12-07T10:30:00Z"),
        ("07/02/2025م", "2025-02-07T00:00:00Z"),
        ("۱۹ بهمن ۱۴۰۳ - ۱۴:۰۵", "2025-02-07T14:05:00Z"),
        ("جمعه ۱۹ بهمن ۱۴۰۳", "2025-02-07T00:00:00Z"),
        ("1403/11/19 14:05:09", "2025-02-07T14:05:09Z"),
        ("۷ فوریهٔ ۲۰۲۵", "2025-02-07T00:00:00Z"),
        ("7 فروری 2025", "2025-02-07T00:00:00Z"),
        ("יום שישי, 7 בפברואר 2025, 14:05", "2025-02-07T14:05:00Z"),
        ("2025年2月7日 下午2:05", "2025-02-07T14:05:00Z"),
        ("2025年02月07日 14时05分09秒", "2025-02-07T14:05:09Z"),
        ("二〇二五年二月十七日 星期五", "2025-02-17T00:00:00Z"),
        ("令和7年2月7日(金) 午後2時5分", "2025-02-07T14:05:00Z"),
        ("令和元年十二月三十一日", "2019-12-31T00:00:00Z"),
        ("2025年2月7日24時", "2025-02-08T00:00:00Z"),
        ("2025/02/07(金) 25:30", "2025-02-08T01:30:00Z"),
        ("2025年2月7日 14時半", "2025-02-07T14:30:00Z"),
        ("民國114年2月7日", "2025-02-07T00:00:00Z"),
        ("2025. 2. 7. 오후 2:05", "2025-02-07T14:05:00Z"),
        ("2025.02.07(금) 14:05", "2025-02-07T14:05:00Z"),
        ("2025년 2월 7일 오후 2시", "2025-02-07T14:00:00Z"),
        ("2025년 2월 7일 14시 05분 09초", "2025-02-07T14:05:09Z"),
        ("주체114(2025)년 2월 7일", "2025-02-07T00:00:00Z"),
        ("Juche 114 (2025) February 7", "2025-02-07T00:00:00Z"),
        ("7 lapkričio 2025", "2025-11-07T00:00:00Z"),
        ("2025 m. vasario 7 d. 14:05", "2025-02-07T14:05:00Z"),
        ("7 փետրվարի, 2025 14:05", "2025-02-07T14:05:00Z"),
        ("7 მარტი, 2025", "2025-03-07T00:00:00Z"),
        ("7 қаңтар 2025", "2025-01-07T00:00:00Z"),
    ]);
}

#[test]
fn what_programs_write() {
    all_read(&[
        ("Friday, 07-Feb-25 14:05:09 GMT", "2025-02-07T14:05:09Z"),
        ("Fri Feb  7 14:05:09 2025", "2025-02-07T14:05:09Z"),
        ("2025-02-07T14:05:09.000+0000", "2025-02-07T14:05:09Z"),
        ("2025-02-07 14:05:09 UTC", "2025-02-07T14:05:09Z"),
        ("2025-02-07 14:05:09 +0900 KST", "2025-02-07T05:05:09Z"),
        ("Fri, 07 Feb 2025 14:05:09 +09:00", "2025-02-07T05:05:09Z"),
        ("/Date(1738937109000+0900)/", "2025-02-07T14:05:09Z"),
        ("1738937109.25", "2025-02-07T14:05:09Z"),
        ("202502071405", "2025-02-07T14:05:00Z"),
        ("2025038", "2025-02-07T00:00:00Z"),
        ("02/2025", "2025-02-01T00:00:00Z"),
        ("7-8 February 2025", "2025-02-07T00:00:00Z"),
        ("February 7th, 2025 at 2:05pm", "2025-02-07T14:05:00Z"),
        ("Updated: 2025-02-07 at 14:05", "2025-02-07T14:05:00Z"),
        ("Fri, 7 Feb 0025 14:05:09 GMT", "2025-02-07T14:05:09Z"),
        ("2025/02/07 02:05:09 PM", "2025-02-07T14:05:09Z"),
        ("2025-02-07T14:05:09 America", "2025-02-07T14:05:09Z"),
    ]);
}

#[test]
fn days_before_the_clocks_of_programs_began_are_days() {
    all_read(&[
        ("Sun, 20 Jul 1969 20:17:40 GMT", "1969-07-20T20:17:40Z"),
        ("1945-08-15", "1945-08-15T00:00:00Z"),
        ("7 February 1904 14:05", "1904-02-07T14:05:00Z"),
    ]);
    for zero in [
        "Thu, 01 Jan 1970 00:00:00 +0900",
        "1969-12-31T19:00:00-05:00",
        "1969-12-31T23:59:59Z",
        "1601-01-01T00:00:00Z",
        "1899-12-30 00:00:00",
        "1900-01-01",
        "Mon, 01 Jan 0001 00:00:00 GMT",
    ] {
        assert_eq!(utc(zero), None, "{zero}");
    }
}

#[test]
fn what_may_be_read_otherwise_is_a_guess() {
    let guess = |text: &str| read(text, habits(Order::DayFirst)).map(|reading| reading.guess);
    for sure in [
        "Fri, 07 Feb 2025 14:05:09 +0900",
        "2025-02-07",
        "07.02.2025",
        "7 февраля 2025",
        "Fri, 07 Feb 2025 14:05:09 CST",
        "Fri, 07 Feb 2025 14:05:09 +0530 (IST)",
        "1403/11/19",
        "令和7年2月7日",
    ] {
        assert_eq!(guess(sure), Some(false), "{sure}");
    }
    for guessed in [
        "07/02/2025",
        "7 Feb 25",
        "Fri, 07 Feb 2025 14:05:09 IST",
        "February 2025",
        "2025-13-05",
        "31.02.2025",
        "07 Feb 0025",
    ] {
        assert_eq!(guess(guessed), Some(true), "{guessed}");
    }
    let settled = Habits { is_settled: true, ..habits(Order::MonthFirst) };
    let reading = read("07/02/2025", settled).unwrap();
    assert_eq!(
        (reading.time.format("%m-%d").to_string(), reading.guess),
        ("07-02".to_owned(), false)
    );
}

#[test]
fn numbers_alone_are_day_first_but_flagged_where_that_is_a_guess() {
    let guess = |text, order| {
        read(text, habits(order))
            .map(|reading| (reading.time.format("%m-%d").to_string(), reading.guess))
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
        let time = read(text, habits(Order::DayFirst)).map(|reading| reading.time);
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
        "1 a2, 20h50075.02.1012",
        "7 Feb 114",
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
            prop_assert_eq!(read(&text, habits(Order::DayFirst)).map(|reading| reading.time), Some(time), "{}", text);
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,60}", digits in "[0-9:.+/ TZ-]{0,40}") {
        let _ = read(&text, habits(Order::DayFirst));
        let _ = read(&digits, habits(Order::MonthFirst));
    }
}
