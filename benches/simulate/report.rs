//! The table of one kind of history.

use crate::play::Played;
use crate::rivals::NAMES;
use std::fmt;

/// Student's t for 95 % by degrees of freedom: 1 to 30, then that of many.
const T: [f64; 30] = [
    12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.20, 2.18, 2.16, 2.14, 2.13,
    2.12, 2.11, 2.10, 2.09, 2.09, 2.08, 2.07, 2.07, 2.06, 2.06, 2.06, 2.05, 2.05, 2.05, 2.04,
];

/// Every rule over all seeds.
pub(crate) struct Table {
    name: &'static str,
    what: &'static str,
    /// By seed, then by rule.
    played: Vec<Vec<Played>>,
}

impl Table {
    pub(crate) fn new(name: &'static str, what: &'static str) -> Self {
        Self { name, what, played: Vec::new() }
    }

    pub(crate) fn add(&mut self, played: Vec<Played>) {
        self.played.push(played);
    }

    fn of(&self, rule: usize, value: impl Fn(&Played) -> f64) -> Interval {
        let values: Vec<f64> = self.played.iter().map(|seed| value(&seed[rule])).collect();
        Interval::of(&values)
    }

    fn missed(&self, rule: usize) -> usize {
        self.played.iter().map(|seed| seed[rule].missed).sum()
    }
}

/// A mean with half the width of its 95 % interval.
struct Interval {
    mean: f64,
    half: f64,
}

impl Interval {
    #[expect(clippy::cast_precision_loss, reason = "a few seeds")]
    fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        if values.len() < 2 {
            return Self { mean, half: f64::NAN };
        }
        let spread = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0);
        let t = T.get(values.len() - 2).copied().unwrap_or(1.96);
        Self { mean, half: t * (spread / n).sqrt() }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:6.2} ± {:<5.2}", self.mean, self.half)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.name, self.what)?;
        writeln!(f, "{:12} {:>8}  {:^14}  {:^14}  {:>6}", "", "requests", "mean", "p95", "missed")?;
        for (rule, name) in NAMES.iter().enumerate() {
            let requests = self.of(rule, |played| played.requests).mean;
            let (mean, p95) = (self.of(rule, |it| it.mean), self.of(rule, |it| it.p95));
            let missed = self.missed(rule);
            writeln!(f, "{name:12} {requests:8.3}  {mean}  {p95}  {missed:6}")?;
        }
        let means = (1..NAMES.len()).map(|rule| (rule, self.of(rule, |it| it.mean).mean));
        let Some((best, _)) = means.min_by(|a, b| a.1.total_cmp(&b.1)) else { return Ok(()) };
        let better: Vec<f64> =
            self.played.iter().map(|seed| 100.0 * (seed[0].mean / seed[best].mean - 1.0)).collect();
        let Interval { mean, half } = Interval::of(&better);
        write!(f, "to {}, the best of the others: {mean:+.1} % ± {half:.1}", NAMES[best])
    }
}
