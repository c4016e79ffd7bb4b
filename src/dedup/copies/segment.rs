//! A part of the index of copies that never grows: room for so many entries, taken when the first
//! comes and given back whole when the last is too old. So nothing is ever moved.

use crate::dedup::signature::{BANDS, Sketch};
use crate::model::EntryId;
use std::hint::black_box;

/// Bits of a cell that number an entry within its segment; 0 means none. The others are the band's.
const NUMBER: u32 = 18;
const NUMBERS: u32 = (1 << NUMBER) - 1;
/// Bits that number the entries of the first segment: a small daemon needs no more.
const FEWEST: u32 = 14;
/// Cells of a line: one line of a processor's cache.
const CELLS: usize = 16;
/// Lines for an entry: a quarter of the cells stays empty when all entries are in, so that few are lost.
const LINES_FOR_ENTRY: usize = 2;

/// Entries that came one after the other.
#[derive(Debug)]
pub(super) struct Segment {
    /// The first entry, by how many were ever added before it.
    pub(super) first: usize,
    /// Bits that number its entries.
    bits: u32,
    /// Lines of cells, the newest first in each: the band's hash above the entry's number.
    cells: Vec<u32>,
    /// Cells before the first line, so that lines are whole lines of the cache.
    offset: usize,
    entries: Vec<Indexed>,
}

/// What is known of an entry: one line of a processor's cache, because what meets it is scattered over
/// all memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(align(64))]
pub(super) struct Indexed {
    pub(super) sketch: Sketch,
    pub(super) entry: EntryId,
    /// When it was first seen, in seconds since 1970.
    pub(super) seen: u32,
    /// Whether it is a title without a text.
    pub(super) bare: bool,
}

impl Segment {
    /// The segment behind `before`. Memory is only reserved here; it is taken page by page as entries
    /// come.
    pub(super) fn after(before: Option<&Self>, first: usize) -> Self {
        let bits = before.map_or(FEWEST, |before| (before.bits + 1).min(NUMBER));
        let entries = 1 << bits;
        let cells = vec![0; (entries * LINES_FOR_ENTRY + 1) * CELLS];
        let offset = cells.as_ptr().align_offset(CELLS * size_of::<u32>()).min(CELLS);
        Self { first, bits, cells, offset, entries: Vec::with_capacity(entries) }
    }

    /// One number stands for none.
    pub(super) fn is_full(&self) -> bool {
        self.entries.len() + 1 == 1 << self.bits
    }

    pub(super) fn get(&self, place: usize) -> Option<&Indexed> {
        self.entries.get(place)
    }

    pub(super) fn newest(&self) -> Option<&Indexed> {
        self.entries.last()
    }

    /// Adds an entry; there must be room.
    pub(super) fn add(&mut self, indexed: Indexed, bands: &[u32; BANDS]) {
        self.entries.push(indexed);
        let number = u32::try_from(self.entries.len()).unwrap_or_default() & NUMBERS;
        for band in bands {
            let start = self.line(*band);
            let line = &mut self.cells[start..start + CELLS];
            line.copy_within(..CELLS - 1, 1);
            line[0] = *band & !NUMBERS | number;
        }
    }

    /// Places of the entries that meet one with `bands`, each as often as it does.
    pub(super) fn meeting(&self, bands: &[u32; BANDS], mut each: impl FnMut(usize)) {
        // All lines are asked for at once, not one after the other: memory is slow, but answers many.
        black_box(bands.iter().fold(0, |any, band| any | self.cells[self.line(*band)]));
        for band in bands {
            let start = self.line(*band);
            let line = &self.cells[start..start + CELLS];
            let is_of_band = |cell: &u32| (cell ^ band) & !NUMBERS == 0;
            if line.iter().fold(false, |any, cell| any | is_of_band(cell)) {
                let numbers = line.iter().filter(|cell| is_of_band(cell)).map(|it| it & NUMBERS);
                numbers.filter(|number| *number != 0).for_each(|number| each(number as usize - 1));
            }
        }
    }

    /// By the bits of the hash that its cells do not hold, and one more in the largest.
    fn line(&self, band: u32) -> usize {
        let line = (band ^ (band >> (NUMBER + 8))) as usize;
        self.offset + (line & ((LINES_FOR_ENTRY << self.bits) - 1)) * CELLS
    }

    /// Bytes taken.
    pub(super) fn bytes(&self) -> usize {
        self.cells.capacity() * size_of::<u32>() + self.entries.capacity() * size_of::<Indexed>()
    }
}
