//! The innermost loops of convolutions and dense layers: a tile of pixels (or of a patch's numbers) times vectors of
//! filters, whose sums stay in registers until they are done.
//!
//! Invariant: every pointer is made of a slice and offsets that are asserted to lie within it.

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

/// Vectors of filters in a tile at most: four of sixteen floats use what AVX-512 has.
const WIDEST: usize = 4;

/// Channels of a row of weights that are packed or unpacked at once: a line of the cache.
const LINE: usize = 16;

/// How filters are cut into blocks of a few vectors. Weights are packed block after block, each filled up
/// with zeros.
pub struct Blocks {
    filters: usize,
    lanes: usize,
    registers: usize,
    /// Vectors of each block but the last.
    vectors: usize,
}

impl Blocks {
    /// For rows of `pixels` pixels: as wide as leaves a tile at least [`FEWEST_PIXELS`], so that weights
    /// are not read again too often.
    pub fn of(filters: usize, pixels: usize) -> Self {
        struct Widths;
        impl WithSimd for Widths {
            type Output = (usize, usize);
            fn with_simd<S: Simd>(self, _: S) -> Self::Output {
                (S::F32_LANES, S::REGISTER_COUNT)
            }
        }
        let (lanes, registers) = pulp::Arch::new().dispatch(Widths);
        let widest = if registers >= 32 { WIDEST } else { WIDEST / 2 };
        let mut vectors = filters.div_ceil(lanes).clamp(1, widest);
        while vectors > 2 && pixels / pixels.div_ceil(most_pixels(registers, vectors)).max(1) < FEWEST_PIXELS
        {
            vectors /= 2;
        }
        Self { filters, lanes, registers, vectors }
    }

    /// Each block: its first filter and its number of vectors.
    fn each(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let all = self.filters.div_ceil(self.lanes);
        (0..all).step_by(self.vectors).map(move |first| (first * self.lanes, self.vectors.min(all - first)))
    }

    /// Floats that `rows` numbers for each filter take.
    pub fn length(&self, rows: usize) -> usize {
        rows * self.filters.div_ceil(self.lanes) * self.lanes
    }

    pub fn of_group<'a>(&self, packed: &'a [f32], group: usize, groups: usize) -> &'a [f32] {
        let length = packed.len() / groups;
        &packed[group * length..][..length]
    }

    /// Some taps of weights `[groups, taps, channels, filters]`: `[groups]` of blocks `[taps, channels, filters
    /// of the block]`.
    pub fn pack(&self, weight: &[f32], taps: &[usize], channels: usize, groups: usize) -> Vec<f32> {
        let of_tap = channels * self.filters;
        let of_group = weight.len() / groups;
        let mut packed = Vec::with_capacity(groups * self.length(taps.len() * channels));
        for group in 0..groups {
            for (first, vectors) in self.each() {
                for tap in taps {
                    for channel in 0..channels {
                        let row = &weight[group * of_group + tap * of_tap + channel * self.filters..]
                            [..self.filters];
                        self.push(&mut packed, row, first, vectors);
                    }
                }
            }
        }
        packed
    }

    /// A dense layer's weights `[filters, channels]`, packed.
    pub fn pack_rows(&self, weight: &[f32]) -> Vec<f32> {
        let channels = weight.len() / self.filters;
        let width = self.vectors * self.lanes;
        let mut packed = vec![0.0; self.length(channels)];
        packed.par_chunks_mut(width * channels).enumerate().for_each(|(block, packed)| {
            let rows = weight[block * width * channels..].chunks_exact(channels);
            let width = packed.len() / channels;
            for start in (0..channels).step_by(LINE) {
                let end = (start + LINE).min(channels);
                for (filter, row) in rows.clone().take(width).enumerate() {
                    for channel in start..end {
                        packed[channel * width + filter] = row[channel];
                    }
                }
            }
        });
        packed
    }

    pub fn pack_bias(&self, bias: &[f32], groups: usize) -> Vec<f32> {
        let mut packed = Vec::with_capacity(groups * self.length(1));
        for group in bias.chunks_exact(self.filters) {
            self.each().for_each(|(first, vectors)| self.push(&mut packed, group, first, vectors));
        }
        packed
    }

    fn push(&self, packed: &mut Vec<f32>, row: &[f32], first: usize, vectors: usize) {
        let end = packed.len() + vectors * self.lanes;
        packed.extend_from_slice(&row[first..(first + vectors * self.lanes).min(row.len())]);
        packed.resize(end, 0.0);
    }

    /// Sums of [`Outer`], blocks of `[taps, channels, filters of the block]`, as `[filters, channels, taps]`.
    pub fn unpack(&self, packed: &[f32], channels: usize, weight: &mut [f32]) {
        let rows = weight.len() / self.filters;
        let taps = rows / channels;
        let block = self.vectors * self.lanes * rows;
        weight.par_chunks_mut(block).zip(packed.par_chunks(block)).for_each(|(weight, packed)| {
            let width = packed.len() / rows;
            for tap in 0..taps {
                for start in (0..channels).step_by(LINE) {
                    for (filter, weight) in weight.chunks_exact_mut(rows).enumerate() {
                        for channel in start..(start + LINE).min(channels) {
                            weight[channel * taps + tap] =
                                packed[(tap * channels + channel) * width + filter];
                        }
                    }
                }
            }
        });
    }
}

/// A row of output pixels and the filters of one group.
pub struct Row<'a> {
    pub x: &'a [f32],
    /// Where the first pixel counts its taps from, and how far the next pixel's place is.
    pub x_start: usize,
    pub x_step: usize,
    pub taps: &'a [usize],
    /// Numbers at each tap.
    pub channels: usize,
    /// As [`Blocks::pack`] gives them.
    pub weights: &'a [f32],
    pub bias: Option<&'a [f32]>,
    /// Where the first pixel's sums go, and how far the next pixel's.
    pub y_start: usize,
    pub y_step: usize,
    pub pixels: usize,
    pub filters: usize,
}

impl Row<'_> {
    pub fn run(&self, blocks: &Blocks, y: &mut [f32]) {
        if self.pixels == 0 {
            return;
        }
        let last = self.pixels - 1;
        let reach =
            self.taps.iter().max().map_or(0, |tap| self.x_start + last * self.x_step + tap + self.channels);
        assert!(reach <= self.x.len(), "a tap beyond the image");
        assert!(self.y_start + last * self.y_step + self.filters <= y.len(), "a pixel beyond the output");
        let rows = self.taps.len() * self.channels;
        assert_eq!(self.weights.len(), blocks.length(rows), "packed weights");
        assert!(self.bias.is_none_or(|bias| bias.len() == blocks.length(1)), "packed bias");
        pulp::Arch::new().dispatch(RowOn { row: self, blocks, y });
    }
}

struct RowOn<'a> {
    row: &'a Row<'a>,
    blocks: &'a Blocks,
    y: &'a mut [f32],
}

impl WithSimd for RowOn<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { row, blocks, y } = self;
        let mut before = 0;
        for (first, vectors) in blocks.each() {
            let tiles = row.pixels.div_ceil(most_pixels(blocks.registers, vectors));
            for tile in 0..tiles {
                let (start, end) = (tile * row.pixels / tiles, (tile + 1) * row.pixels / tiles);
                // Without a tap, x may hold nothing, and is not read.
                let x = row.x.as_ptr().wrapping_add(row.x_start + start * row.x_step);
                // SAFETY: `Row::run` has asserted that all pixels, taps and filters lie within the slices,
                // and this tile is among them; a block's weights and bias begin `before` rows of filters in.
                unsafe {
                    let tile = Tile {
                        x,
                        x_step: row.x_step,
                        taps: row.taps,
                        channels: row.channels,
                        weights: row.weights.as_ptr().add(before * row.taps.len() * row.channels),
                        bias: row.bias.map(|bias| bias.as_ptr().add(before)),
                        y: y.as_mut_ptr().add(row.y_start + start * row.y_step + first),
                        y_step: row.y_step,
                        filters: row.filters - first,
                    };
                    tile.of(simd, end - start, vectors);
                }
            }
            before += vectors * S::F32_LANES;
        }
    }
}

/// A tile of at most so many pixels.
const MOST_PIXELS: usize = 14;
/// A tile of fewer pixels is made narrower.
const FEWEST_PIXELS: usize = 6;

/// Registers that are left to the compiler: with fewer, it puts sums into memory.
const SPARE: usize = 3;

/// The most pixels whose sums fit the registers beside the weights.
fn most_pixels(registers: usize, vectors: usize) -> usize {
    ((registers - WIDEST - SPARE) / vectors).clamp(1, MOST_PIXELS)
}

/// Some pixels of a row times some vectors of filters.
struct Tile<'a> {
    x: *const f32,
    x_step: usize,
    taps: &'a [usize],
    channels: usize,
    weights: *const f32,
    bias: Option<*const f32>,
    y: *mut f32,
    y_step: usize,
    /// That are left from this block on.
    filters: usize,
}

impl Tile<'_> {
    /// # Safety
    /// What the fields point to must be there for `pixels` pixels and `vectors` vectors.
    #[inline(always)]
    unsafe fn of<S: Simd>(&self, simd: S, pixels: usize, vectors: usize) {
        macro_rules! with_sizes {
            ($($vectors:literal: $($pixels:literal)*;)*) => {
                match (vectors, pixels) {
                    $($(($vectors, $pixels) => self.sum::<S, $pixels, $vectors>(simd),)*)*
                    sizes => unreachable!("a tile of {sizes:?}"),
                }
            };
        }
        // SAFETY: the caller's promise.
        unsafe {
            with_sizes! {
                1: 1 2 3 4 5 6 7 8 9 10 11 12 13 14;
                2: 1 2 3 4 5 6 7 8 9 10 11 12 13 14;
                3: 1 2 3 4 5 6 7 8 9;
                4: 1 2 3 4 5 6;
            }
        }
    }

    /// # Safety
    /// As for [`of`](Self::of).
    #[inline(always)]
    unsafe fn sum<S: Simd, const PIXELS: usize, const VECTORS: usize>(&self, simd: S) {
        let lanes = S::F32_LANES;
        // SAFETY: the caller's promise; vectors are read and written unaligned.
        unsafe {
            let load =
                |from: *const f32, vector: usize| from.add(vector * lanes).cast::<S::f32s>().read_unaligned();
            let start: [S::f32s; VECTORS] = match self.bias {
                Some(bias) => std::array::from_fn(|vector| load(bias, vector)),
                None => [simd.splat_f32s(0.0); VECTORS],
            };
            let mut sums = [start; PIXELS];
            let mut weights = self.weights;
            for tap in self.taps {
                let x = self.x.add(*tap);
                let mut channel = 0;
                // Several channels of a pixel after one another: its place is found once for all of them.
                if VECTORS == 1 {
                    while channel + 4 <= self.channels {
                        self.channels_of::<S, PIXELS, VECTORS, 4>(simd, x, channel, weights, &mut sums);
                        weights = weights.add(4 * VECTORS * lanes);
                        channel += 4;
                    }
                }
                if VECTORS == 2 {
                    while channel + 2 <= self.channels {
                        self.channels_of::<S, PIXELS, VECTORS, 2>(simd, x, channel, weights, &mut sums);
                        weights = weights.add(2 * VECTORS * lanes);
                        channel += 2;
                    }
                }
                while channel < self.channels {
                    self.channels_of::<S, PIXELS, VECTORS, 1>(simd, x, channel, weights, &mut sums);
                    weights = weights.add(VECTORS * lanes);
                    channel += 1;
                }
            }
            for pixel in 0..PIXELS {
                for vector in 0..VECTORS {
                    let y = self.y.add(pixel * self.y_step + vector * lanes);
                    let left = self.filters - vector * lanes;
                    if left >= lanes {
                        y.cast::<S::f32s>().write_unaligned(sums[pixel][vector]);
                    } else {
                        let y = std::slice::from_raw_parts_mut(y, left);
                        simd.partial_store_f32s(y, sums[pixel][vector]);
                    }
                }
            }
        }
    }
}

impl Tile<'_> {
    /// Adds what `TOGETHER` channels from `channel` on give.
    ///
    /// # Safety
    /// `x` is a tap of the first pixel, `weights` those of the channels.
    #[inline(always)]
    unsafe fn channels_of<S: Simd, const PIXELS: usize, const VECTORS: usize, const TOGETHER: usize>(
        &self,
        simd: S,
        x: *const f32,
        channel: usize,
        weights: *const f32,
        sums: &mut [[S::f32s; VECTORS]; PIXELS],
    ) {
        // SAFETY: the caller's promise.
        unsafe {
            let load = |vector: usize| weights.add(vector * S::F32_LANES).cast::<S::f32s>().read_unaligned();
            let rows: [[S::f32s; VECTORS]; TOGETHER] =
                std::array::from_fn(|row| std::array::from_fn(|vector| load(row * VECTORS + vector)));
            for pixel in 0..PIXELS {
                let x = x.add(pixel * self.x_step + channel);
                for (row, weights) in rows.iter().enumerate() {
                    let x = simd.splat_f32s(*x.add(row));
                    for vector in 0..VECTORS {
                        sums[pixel][vector] = simd.mul_add_e_f32s(x, weights[vector], sums[pixel][vector]);
                    }
                }
            }
        }
    }
}

/// Some rows of output pixels: what they add to the weights' gradient of one group.
pub struct Outer<'a> {
    pub x: &'a [f32],
    /// Where the first pixel counts its patch from, how far the next pixel's place is, and the next row's.
    pub x_start: usize,
    pub x_step: usize,
    pub x_line: usize,
    /// Where each number of a patch lies: taps times channels.
    pub patch: &'a [usize],
    pub dy: &'a [f32],
    pub dy_start: usize,
    pub dy_step: usize,
    pub rows: usize,
    pub columns: usize,
    pub filters: usize,
}

/// Pixels whose products are summed in registers before the sums go back to memory.
const PIXELS_AT_ONCE: usize = 128;

impl Outer<'_> {
    /// Adds to blocks of `[patch, filters of the block]`.
    pub fn add_to(&self, blocks: &Blocks, sums: &mut [f32]) {
        if self.rows == 0 || self.columns == 0 || self.patch.is_empty() {
            return;
        }
        let last = (self.rows - 1, self.columns - 1);
        let reach = self.x_start
            + last.0 * self.x_line
            + last.1 * self.x_step
            + self.patch.iter().max().unwrap_or(&0);
        assert!(reach < self.x.len(), "a patch beyond the image");
        let pixels = self.rows * self.columns;
        assert!(
            self.dy_start + (pixels - 1) * self.dy_step + self.filters <= self.dy.len(),
            "pixels beyond dy"
        );
        assert_eq!(sums.len(), blocks.length(self.patch.len()), "sums of packed weights");
        pulp::Arch::new().dispatch(OuterOn { outer: self, blocks, sums });
    }
}

struct OuterOn<'a> {
    outer: &'a Outer<'a>,
    blocks: &'a Blocks,
    sums: &'a mut [f32],
}

impl WithSimd for OuterOn<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { outer, blocks, sums } = self;
        let rows_at_once = PIXELS_AT_ONCE.div_ceil(outer.columns);
        for row in (0..outer.rows).step_by(rows_at_once) {
            let rows = row..(row + rows_at_once).min(outer.rows);
            let mut before = 0;
            for (first, vectors) in blocks.each() {
                let width = vectors * S::F32_LANES;
                let block = &mut sums[before * outer.patch.len()..][..width * outer.patch.len()];
                before += width;
                let at_once = (blocks.registers * 3 / 4 / vectors).min(MOST_NUMBERS);
                let mut done = 0;
                while done < outer.patch.len() {
                    // Sizes that have a tile of their own: powers of two.
                    let left = outer.patch.len() - done;
                    let numbers = at_once.min(if left >= at_once { at_once } else { 1 << left.ilog2() });
                    // SAFETY: `Outer::add_to` has asserted that all pixels, numbers and filters lie within
                    // the slices, and `block` holds `width` sums for each number of the patch.
                    unsafe {
                        let tile = OuterTile {
                            outer,
                            rows: rows.clone(),
                            first,
                            patch: &outer.patch[done..done + numbers],
                            sums: block.as_mut_ptr().add(done * width),
                        };
                        tile.of(simd, numbers, vectors);
                    }
                    done += numbers;
                }
            }
        }
    }
}

/// A tile of at most so many numbers of a patch.
const MOST_NUMBERS: usize = 16;

/// Some numbers of a patch times some vectors of filters, over some rows of pixels.
struct OuterTile<'a> {
    outer: &'a Outer<'a>,
    rows: std::ops::Range<usize>,
    /// The first filter.
    first: usize,
    patch: &'a [usize],
    sums: *mut f32,
}

impl OuterTile<'_> {
    /// # Safety
    /// What the fields point to must be there for `numbers` numbers and `vectors` vectors.
    #[inline(always)]
    unsafe fn of<S: Simd>(&self, simd: S, numbers: usize, vectors: usize) {
        let is_run = self.patch.windows(2).all(|pair| pair[1] == pair[0] + 1);
        let is_whole = self.outer.filters - self.first >= vectors * S::F32_LANES;
        macro_rules! with_sizes {
            ($($vectors:literal: $($numbers:literal)*;)*) => {
                match (vectors, numbers, is_run, is_whole) {
                    $($(
                        ($vectors, $numbers, true, true) => self.add::<S, $numbers, $vectors, true, true>(simd),
                        ($vectors, $numbers, false, true) => self.add::<S, $numbers, $vectors, false, true>(simd),
                        ($vectors, $numbers, _, false) => self.add::<S, $numbers, $vectors, false, false>(simd),
                    )*)*
                    sizes => unreachable!("a tile of {sizes:?}"),
                }
            };
        }
        // SAFETY: the caller's promise.
        unsafe {
            with_sizes! {
                1: 1 2 4 8 12 16;
                2: 1 2 4 6 8 12;
                3: 1 2 4 8;
                4: 1 2 4 6;
            }
        }
    }

    /// `RUN`: the patch's numbers lie side by side. `WHOLE`: all vectors are filled with filters.
    ///
    /// # Safety
    /// As for [`of`](Self::of).
    #[inline(always)]
    unsafe fn add<S: Simd, const NUMBERS: usize, const VECTORS: usize, const RUN: bool, const WHOLE: bool>(
        &self,
        simd: S,
    ) {
        let (outer, lanes) = (self.outer, S::F32_LANES);
        let filters = outer.filters - self.first;
        let places: [usize; NUMBERS] = std::array::from_fn(|number| {
            self.patch[if RUN { 0 } else { number }] + if RUN { number } else { 0 }
        });
        // SAFETY: the caller's promise; vectors are read and written unaligned, and only as far as there are
        // filters.
        unsafe {
            let at = |number: usize, vector: usize| {
                self.sums.add((number * VECTORS + vector) * lanes).cast::<S::f32s>()
            };
            let mut sums: [[S::f32s; VECTORS]; NUMBERS] = std::array::from_fn(|number| {
                std::array::from_fn(|vector| at(number, vector).read_unaligned())
            });
            for row in self.rows.clone() {
                let mut x = outer.x.as_ptr().add(outer.x_start + row * outer.x_line);
                let mut dy =
                    outer.dy.as_ptr().add(outer.dy_start + row * outer.columns * outer.dy_step + self.first);
                for column in 0..outer.columns {
                    let dys: [S::f32s; VECTORS] = std::array::from_fn(|vector| {
                        let (dy, left) = (dy.add(vector * lanes), filters.saturating_sub(vector * lanes));
                        if WHOLE || left >= lanes {
                            dy.cast::<S::f32s>().read_unaligned()
                        } else {
                            simd.partial_load_f32s(std::slice::from_raw_parts(dy, left))
                        }
                    });
                    for number in 0..NUMBERS {
                        let x = simd.splat_f32s(*x.add(places[number]));
                        for vector in 0..VECTORS {
                            sums[number][vector] = simd.mul_add_e_f32s(x, dys[vector], sums[number][vector]);
                        }
                    }
                    if column + 1 < outer.columns {
                        x = x.add(outer.x_step);
                        dy = dy.add(outer.dy_step);
                    }
                }
            }
            for number in 0..NUMBERS {
                for vector in 0..VECTORS {
                    at(number, vector).write_unaligned(sums[number][vector]);
                }
            }
        }
    }
}
