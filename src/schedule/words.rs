//! Times and paces in words.

use std::time::Duration;

/// `"40s"`, `"12m"`, `"5h"`, `"3d"`.
#[must_use]
pub fn duration(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ 0..120 => format!("{seconds}s"),
        seconds @ 120..7200 => format!("{}m", seconds / 60),
        seconds @ 7200..172_800 => format!("{}h", seconds / 3600),
        seconds => format!("{}d", seconds / 86_400),
    }
}

/// `"31 entries/h"`, `"2.5 entries/d"`: in the unit that gives a number which says something.
#[must_use]
pub fn number(an_hour: f64) -> String {
    match an_hour {
        rate if rate >= 10.0 => format!("{rate:.0} entries/h"),
        rate if rate >= 1.0 => format!("{rate:.1} entries/h"),
        rate if rate * 24.0 >= 1.0 => format!("{:.1} entries/d", rate * 24.0),
        rate => format!("{:.1} entries/month", rate * 720.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paces_are_told_in_the_unit_that_says_something() {
        assert_eq!(number(31.2), "31 entries/h");
        assert_eq!(number(1.25), "1.2 entries/h");
        assert_eq!(number(0.1), "2.4 entries/d");
        assert_eq!(number(0.01), "7.2 entries/month");
    }

    #[test]
    fn times_are_told_by_two_digits_or_so() {
        let told = [90, 3500, 7300, 200_000].map(|seconds| duration(Duration::from_secs(seconds)));
        assert_eq!(told, ["90s", "58m", "2h", "2d"]);
    }
}
