//! Which open stories have which terms: for each term the newest of them, in lines of fixed length that
//! are taken once and never move. What is pushed out of a line is no longer found by that term.

/// Stories that a line remembers: one line of a processor's cache.
const CELLS: usize = 16;
/// Lines, a power of two.
const LINES: usize = 1 << 19;
/// Bits of a cell that number a story; the others are of the term, since terms share lines.
const NUMBER: u32 = 20;
const NUMBERS: u32 = (1 << NUMBER) - 1;

/// Stories by terms.
pub(super) struct Meetings {
    /// 0 means none.
    cells: Vec<u32>,
    /// Cells before the first line, so that lines are whole lines of the cache.
    offset: usize,
}

impl Meetings {
    pub(super) fn new() -> Self {
        let cells = vec![0; (LINES + 1) * CELLS];
        let offset = cells.as_ptr().align_offset(CELLS * size_of::<u32>()).min(CELLS);
        Self { cells, offset }
    }

    /// Notes that the story at `place` has a term; it is then the newest of them.
    pub(super) fn note(&mut self, term: u32, place: usize) {
        let cell = tag(term) | (number(place) & NUMBERS);
        let start = self.line(term);
        let line = &mut self.cells[start..start + CELLS];
        let known = line.iter().position(|other| *other == cell).unwrap_or(CELLS - 1);
        line.copy_within(..known, 1);
        line[0] = cell;
    }

    /// The newest cell of a term's line.
    pub(super) fn newest(&self, term: u32) -> u32 {
        self.cells[self.line(term)]
    }

    /// The places of the stories that have a term.
    pub(super) fn having(&self, term: u32) -> impl Iterator<Item = usize> + '_ {
        let start = self.line(term);
        let tag = tag(term);
        let cells = self.cells[start..start + CELLS].iter().take_while(|cell| **cell != 0);
        cells.filter(move |cell| **cell & !NUMBERS == tag).map(|cell| (cell & NUMBERS) as usize - 1)
    }

    pub(super) fn bytes(&self) -> usize {
        self.cells.len() * size_of::<u32>()
    }

    fn line(&self, term: u32) -> usize {
        self.offset + (term as usize % LINES) * CELLS
    }
}

/// By the bits of the term that its line does not say.
fn tag(term: u32) -> u32 {
    term & !NUMBERS
}

/// 0 stands for none.
fn number(place: usize) -> u32 {
    u32::try_from(place + 1).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_leads_to_the_newest_stories_that_have_it() {
        let mut meetings = Meetings::new();
        for place in 0..20 {
            meetings.note(7, place);
        }
        meetings.note(7, 10);
        let found: Vec<usize> = meetings.having(7).collect();
        assert_eq!((found.len(), &found[..3]), (16, &[10, 19, 18][..]));
    }

    #[test]
    fn terms_that_share_a_line_are_told_apart() {
        let mut meetings = Meetings::new();
        meetings.note(7, 1);
        meetings.note(7 | 1 << 25, 2);
        assert_eq!(meetings.having(7).collect::<Vec<_>>(), [1]);
        assert_eq!(meetings.having(7 | 1 << 25).collect::<Vec<_>>(), [2]);
        assert_eq!(meetings.having(8).count(), 0);
    }
}
