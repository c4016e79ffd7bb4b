//! Any text as a date. What holds: no panic; the same text gives the same date, in a year of the calendar.

#![no_main]

use chrono::Datelike;
use libfuzzer_sys::fuzz_target;
use muara::feed::stages;

fuzz_target!(|text: &str| {
    for month_first in [false, true] {
        let read = stages::date(text, month_first);
        assert_eq!(read, stages::date(text, month_first));
        if let Some((time, _)) = read {
            assert!((1..=10_000).contains(&time.year()), "{time}");
        }
    }
});
