//! What had to be mended in a document, counted, for people.

/// The mends of one document, in the order in which each kind was first needed.
#[derive(Debug, Default)]
pub(super) struct Mends {
    counts: Vec<(&'static str, usize)>,
}

impl Mends {
    /// Notes that `what` was mended `times` times; nothing for zero.
    pub(super) fn add(&mut self, what: &'static str, times: usize) {
        if times == 0 {
            return;
        }
        match self.counts.iter_mut().find(|(known, _)| *known == what) {
            Some((_, count)) => *count += times,
            None => self.counts.push((what, times)),
        }
    }

    /// One line a kind: `"bare ampersand ×3"`.
    pub(super) fn into_lines(self) -> Vec<String> {
        let line = |(what, count): (&str, usize)| match count {
            1 => what.to_owned(),
            count => format!("{what} ×{count}"),
        };
        self.counts.into_iter().map(line).collect()
    }
}
