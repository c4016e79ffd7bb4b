//! Which open stories have which terms: for each term the newest of them, in lines of fixed length. Lines
//! come with what is noted, up to a number that is fixed, and none goes. What is pushed out of a line is
//! no longer found by that term.

/// Stories that a line remembers: one line of a processor's cache.
const CELLS: usize = 16;
/// Lines in the beginning, a power of two.
const FEWEST: usize = 1 << 12;
/// Lines at most, a power of two.
const MOST: usize = 1 << 19;
/// Cells for each line above which there are more lines: few lines are full then, and nothing is lost that
/// would be found otherwise.
const LOAD: usize = 4;
/// Bits of a cell that number a story; the others are of the term, since terms share lines.
const NUMBER: u32 = 20;
const NUMBERS: u32 = (1 << NUMBER) - 1;

/// Stories by terms.
pub(super) struct Meetings {
    /// Lines behind each other, 0 for an empty cell. Its room is for all lines from the first day on, so
    /// that none is ever moved; memory is taken as lines come.
    cells: Vec<u32>,
    /// Cells before the first line, so that lines are whole lines of the cache.
    offset: usize,
    lines: usize,
    /// Cells that were ever noted.
    noted: usize,
}

impl Meetings {
    pub(super) fn new() -> Self {
        let mut cells: Vec<u32> = Vec::with_capacity((MOST + 1) * CELLS);
        let offset = cells.as_ptr().align_offset(CELLS * size_of::<u32>()).min(CELLS);
        cells.resize(offset + FEWEST * CELLS, 0);
        Self { cells, offset, lines: FEWEST, noted: 0 }
    }

    /// Notes that the story at `place` has a term; it is then the newest of them.
    pub(super) fn note(&mut self, term: u32, place: usize) {
        let cell = tag(term) | (number(place) & NUMBERS);
        let start = self.line(term);
        let line = &mut self.cells[start..start + CELLS];
        let known = line.iter().position(|other| *other == cell);
        line.copy_within(..known.unwrap_or(CELLS - 1), 1);
        line[0] = cell;
        if known.is_none() {
            self.noted += 1;
            if self.noted > self.lines * LOAD && self.lines < MOST {
                self.add_line();
            }
        }
    }

    /// Linear hashing (Litwin, VLDB 1980): one line is divided in two, and so at most one is copied at a
    /// time. Which of its cells belong to the other is not known; each half forgets those that it is not
    /// asked for as others come.
    fn add_line(&mut self) {
        let divided = self.lines - (self.lines + 1).next_power_of_two() / 2;
        let start = self.offset + divided * CELLS;
        self.cells.extend_from_within(start..start + CELLS);
        self.lines += 1;
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

    /// Bytes at most.
    pub(super) fn bytes(&self) -> usize {
        self.cells.capacity() * size_of::<u32>()
    }

    fn line(&self, term: u32) -> usize {
        let whole = self.lines.next_power_of_two();
        let line = term as usize & (whole - 1);
        let line = if line < self.lines { line } else { line - whole / 2 };
        self.offset + line * CELLS
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
    fn what_was_noted_is_found_however_many_lines_come() {
        let mut meetings = Meetings::new();
        let term = |place: usize| u32::try_from(place).unwrap().wrapping_mul(0x9e37_79b1);
        for place in 0..100_000 {
            meetings.note(term(place), place);
        }
        assert!(meetings.lines.abs_diff(100_000 / LOAD) <= 1, "{}", meetings.lines);
        let lost = (0..100_000).filter(|it| !meetings.having(term(*it)).any(|place| place == *it));
        assert_eq!(lost.count(), 0);
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
