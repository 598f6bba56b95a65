//! Rows looked up in a table: ids `[tokens]`, table `[entries, width]`, y `[tokens, width]`.
//!
//! On the way back each number of the table's gradient is summed in the order of the tokens, by one task:
//! same bits, however the entries are shared out.

use rayon::prelude::*;

use crate::CHUNK;
use crate::elementwise::vectorized;

/// Entries are shared out in at most so many spans.
const SPANS: usize = 1024;

/// y = table[ids].
///
/// # Panics
/// If an id is not below the number of entries.
pub fn forward(ids: &[u32], table: &[f32], y: &mut [f32], width: usize) {
    assert_eq!(y.len(), ids.len() * width);
    if y.is_empty() {
        return;
    }
    let rows = (CHUNK / width).max(1);
    y.par_chunks_mut(rows * width).zip(ids.par_chunks(rows)).for_each(|(y, ids)| {
        for (y, id) in y.chunks_exact_mut(width).zip(ids) {
            y.copy_from_slice(&table[*id as usize * width..][..width]);
        }
    });
}

/// The sum, for each row of the table, of the rows of dy of the tokens that looked it up; the tokens of the
/// id `padding` give nothing.
///
/// # Panics
/// If an id is not below the number of entries.
pub fn backward_table(ids: &[u32], dy: &[f32], padding: Option<u32>, dtable: &mut [f32], width: usize) {
    assert_eq!(dy.len(), ids.len() * width);
    if dy.is_empty() {
        return dtable.fill(0.0);
    }
    // Entries are shared out in spans of neighbours: few enough that what is done for a span costs nothing
    // beside the tokens, many enough that spans of frequent ids are no one's whole work.
    let span = (dtable.len() / width).div_ceil(SPANS);
    let spans = dtable.len().div_ceil(span * width);
    let (starts, tokens) = tokens_by_span(ids, span, spans, padding);
    // So many spans have, on the average, enough tokens to be worth a task.
    let worth_a_task = (spans * CHUNK).div_ceil(dy.len());
    let tables = dtable.par_chunks_mut(span * width).zip(starts.par_windows(2));
    tables.with_min_len(worth_a_task).for_each(|(table, bounds)| {
        let tokens = &tokens[bounds[0] as usize..bounds[1] as usize];
        table.fill(0.0);
        vectorized(
            #[inline(always)]
            || {
                for token in tokens {
                    let row = ids[*token as usize] as usize % span;
                    let sum = &mut table[row * width..][..width];
                    for (sum, dy) in sum.iter_mut().zip(&dy[*token as usize * width..][..width]) {
                        *sum += dy;
                    }
                }
            },
        );
    });
}

/// The tokens sorted by the span of their id (id / `span`), those of one span in order (a counting sort):
/// the tokens of a span are `tokens[starts[index]..starts[index + 1]]`.
fn tokens_by_span(ids: &[u32], span: usize, spans: usize, padding: Option<u32>) -> (Vec<u32>, Vec<u32>) {
    let counted = || (0..).zip(ids).filter(|(_, id)| Some(**id) != padding);
    // starts[index + 1] says where the tokens of a span begin, and once all are placed, where they end:
    // that is, where those of the next span begin.
    let mut starts = vec![0u32; spans + 2];
    counted().for_each(|(_, id)| starts[*id as usize / span + 2] += 1);
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    let mut tokens = vec![0u32; sum as usize];
    for (token, id) in counted() {
        let place = &mut starts[*id as usize / span + 1];
        tokens[*place as usize] = token;
        *place += 1;
    }
    starts.truncate(spans + 1);
    (starts, tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_sorted_by_span_and_stay_in_order() {
        let ids = [6, 0, 7, 2, 1, 6];
        assert_eq!(tokens_by_span(&ids, 2, 5, None), (vec![0, 2, 3, 3, 6, 6], vec![1, 4, 3, 0, 2, 5]));
        assert_eq!(tokens_by_span(&ids, 2, 5, Some(6)), (vec![0, 2, 3, 3, 4, 4], vec![1, 4, 3, 2]));
    }

    #[test]
    fn the_tables_gradient_is_summed_in_the_order_of_the_tokens_at_any_number_of_threads() {
        for (entries, tokens, width, padding) in
            [(5, 3001, 33, Some(2)), (4000, 501, 7, None), (1, 700, 129, None), (2, 9, 1, Some(0))]
        {
            let ids: Vec<u32> = (0..tokens).map(|token| (token * 7919 % 104_729 % entries) as u32).collect();
            let dy: Vec<f32> = (0..tokens * width).map(|index| (index as f32).sin()).collect();
            let mut plain = vec![0.0; entries * width];
            for (id, dy) in ids.iter().zip(dy.chunks(width)).filter(|(id, _)| Some(**id) != padding) {
                crate::add_to(&mut plain[*id as usize * width..][..width], dy);
            }
            for threads in [1, 2, 4] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                let mut ours = vec![0.0; entries * width];
                pool.install(|| backward_table(&ids, &dy, padding, &mut ours, width));
                assert!(ours == plain, "{entries} entries, {tokens} tokens, {threads} threads");
            }
        }
    }
}
