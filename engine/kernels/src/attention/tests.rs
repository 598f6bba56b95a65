use super::*;
use crate::random::Purpose;

/// Numbers in ±1.
fn numbers(length: usize, seed: u64) -> Vec<f32> {
    let mut numbers = vec![0.0; length];
    Key::new(seed, Purpose::Sample).fill_uniform(&mut numbers, -1.0, 1.0);
    numbers
}

fn sizes(batch: usize, queries: usize, keys: usize, heads: [usize; 2], width: usize) -> Sizes {
    Sizes { batch, queries, keys, heads: heads[0], key_heads: heads[1], width }
}

fn plain(sizes: Sizes) -> Attention<'static> {
    Attention { sizes, causal: false, scale: 0.7, lengths: None, dropout: None }
}

/// Output, log sums and gradients.
struct Results {
    out: Vec<f32>,
    log_sums: Vec<f32>,
    gradients: [Vec<f32>; 3],
}

fn inputs(of: Sizes) -> [Vec<f32>; 4] {
    let (rows, keys) = (of.batch * of.queries, of.batch * of.keys);
    let (columns, key_columns) = (of.heads * of.width, of.key_heads * of.width);
    [
        numbers(rows * columns, 1),
        numbers(keys * key_columns, 2),
        numbers(keys * key_columns, 3),
        numbers(rows * columns, 4),
    ]
}

fn run(attention: &Attention, [q, k, v, dout]: &[Vec<f32>; 4]) -> Results {
    let Sizes { batch, queries, heads, key_heads, width, .. } = attention.sizes;
    let (columns, key_columns) = (heads * width, key_heads * width);
    let views = [View::new(q, columns), View::new(k, key_columns), View::new(v, key_columns)];
    let mut out = vec![f32::NAN; q.len()];
    let mut log_sums = vec![f32::NAN; batch * heads * queries];
    attention.forward(views[0], views[1], views[2], &mut out, &mut log_sums);
    let [mut dq, mut dk, mut dv] = [vec![0.0; q.len()], vec![0.0; k.len()], vec![0.0; v.len()]];
    let gradients = [
        ViewMut::new(&mut dq, columns),
        ViewMut::new(&mut dk, key_columns),
        ViewMut::new(&mut dv, key_columns),
    ];
    attention.backward(views, View::new(dout, columns), &log_sums, gradients);
    Results { out, log_sums, gradients: [dq, dk, dv] }
}

/// The same in `f64`, query by query, by the formulas.
fn reference(attention: &Attention, [q, k, v, dout]: &[Vec<f32>; 4]) -> (Vec<f32>, [Vec<f32>; 3]) {
    let Sizes { batch, queries, keys, heads, key_heads, width } = attention.sizes;
    let mut out = vec![0.0f64; q.len()];
    let mut gradients = [vec![0.0f64; q.len()], vec![0.0f64; k.len()], vec![0.0f64; v.len()]];
    let mut mask = vec![1.0f32; batch * heads * queries * keys];
    if let Some(dropout) = attention.dropout {
        dropout.mask(keys, &mut mask);
    }
    for index in 0..batch * heads * queries {
        let (sample, head, query) = (index / queries / heads, index / queries % heads, index % queries);
        let length = attention.lengths.map_or(keys, |lengths| (lengths[sample] as usize).min(keys));
        let seen = if attention.causal { length.min(query + 1) } else { length };
        let at = ((sample * queries + query) * heads + head) * width;
        let key_head = head / (heads / key_heads);
        let key_at = |key: usize| ((sample * keys + key) * key_heads + key_head) * width;
        let dot = |a: &[f32], b: &[f32]| -> f64 {
            a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
        };
        let scale = f64::from(attention.scale);
        let powers: Vec<f64> =
            (0..seen).map(|key| (scale * dot(&q[at..][..width], &k[key_at(key)..][..width])).exp()).collect();
        let sum: f64 = powers.iter().sum();
        let p: Vec<f64> = powers.iter().map(|power| power / sum).collect();
        let mask: Vec<f64> = mask[index * keys..][..keys].iter().map(|mask| f64::from(*mask)).collect();
        let dp: Vec<f64> =
            (0..seen).map(|key| mask[key] * dot(&dout[at..][..width], &v[key_at(key)..][..width])).collect();
        let mean: f64 = p.iter().zip(&dp).map(|(p, dp)| p * dp).sum();
        for key in 0..seen {
            let ds = scale * p[key] * (dp[key] - mean);
            for i in 0..width {
                let (at, key_at) = (at + i, key_at(key) + i);
                out[at] += p[key] * mask[key] * f64::from(v[key_at]);
                gradients[0][at] += ds * f64::from(k[key_at]);
                gradients[1][key_at] += ds * f64::from(q[at]);
                gradients[2][key_at] += p[key] * mask[key] * f64::from(dout[at]);
            }
        }
    }
    let single = |numbers: Vec<f64>| numbers.into_iter().map(|number| number as f32).collect();
    (single(out), gradients.map(single))
}

fn close(ours: &[f32], theirs: &[f32], what: &str) {
    assert_eq!(ours.len(), theirs.len());
    for (index, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
        assert!((ours - theirs).abs() < 2e-5, "{what} at {index}: {ours} for {theirs}");
    }
}

fn check(attention: &Attention) {
    let inputs = inputs(attention.sizes);
    let ours = run(attention, &inputs);
    let (out, gradients) = reference(attention, &inputs);
    close(&ours.out, &out, &format!("output of {attention:?}"));
    for (index, name) in ["dq", "dk", "dv"].into_iter().enumerate() {
        close(&ours.gradients[index], &gradients[index], &format!("{name} of {attention:?}"));
    }
}

#[test]
fn output_and_gradients_are_those_of_the_formulas() {
    let sizes = [
        sizes(1, 1, 1, [1, 1], 1),
        sizes(2, 5, 5, [2, 2], 3),
        sizes(3, 7, 4, [2, 1], 5),
        sizes(2, 3, 19, [6, 2], 4),
        sizes(2, BLOCK + 3, 2 * BLOCK + 5, [2, 1], 8),
        sizes(1, 2 * BLOCK + 1, BLOCK - 1, [1, 1], 7),
    ];
    for sizes in sizes.into_iter().take(if cfg!(miri) { 4 } else { 6 }) {
        let dropout = Dropout { key: Key::new(5, Purpose::Dropout), rate: 0.3 };
        let lengths: Vec<u32> = (0..sizes.batch as u32).map(|sample| 1 + 2 * sample).collect();
        for causal in [false, true] {
            let attention = Attention { causal, ..plain(sizes) };
            check(&attention);
            check(&Attention { lengths: Some(&lengths), ..attention });
            check(&Attention { dropout: Some(dropout), ..attention });
            check(&Attention { dropout: Some(dropout), lengths: Some(&lengths), ..attention });
        }
    }
}

#[test]
fn a_sample_that_sees_nothing_gives_zeros_and_no_gradient() {
    let sizes = sizes(2, 3, 4, [2, 1], 5);
    for causal in [false, true] {
        let attention = Attention { causal, lengths: Some(&[0, 9]), ..plain(sizes) };
        let results = run(&attention, &inputs(sizes));
        for numbers in std::iter::once(&results.out).chain(&results.gradients) {
            let (nothing, all) = numbers.split_at(numbers.len() / 2);
            assert!(nothing.iter().all(|number| *number == 0.0));
            assert!(all.iter().any(|number| *number != 0.0) && all.iter().all(|number| number.is_finite()));
        }
        let (nothing, all) = results.log_sums.split_at(6);
        assert!(nothing.iter().all(|sum| *sum == f32::NEG_INFINITY) && all.iter().all(|sum| sum.is_finite()));
        check(&attention);
    }
}

#[test]
fn a_fused_projection_is_read_and_written_where_it_lies() {
    let sizes = sizes(2, 6, 6, [4, 2], 3);
    let attention = Attention { causal: true, ..plain(sizes) };
    let inputs = inputs(sizes);
    let apart = run(&attention, &inputs);
    let fused = sizes.fused();
    let width = fused[2].end;
    let mut all = vec![f32::NAN; 12 * width];
    for (columns, numbers) in fused.iter().zip(&inputs) {
        for (row, numbers) in all.chunks_mut(width).zip(numbers.chunks(columns.len())) {
            row[columns.clone()].copy_from_slice(numbers);
        }
    }
    let views = fused.clone().map(|columns| View::new(&all, width).tile(0..12, columns));
    let (mut out, mut log_sums) = (vec![0.0; 12 * 12], vec![0.0; 2 * 4 * 6]);
    attention.forward(views[0], views[1], views[2], &mut out, &mut log_sums);
    let mut gradient = vec![0.0; all.len()];
    let (dq, rest) = ViewMut::new(&mut gradient, width).split_columns(fused[1].start);
    let (dk, dv) = rest.split_columns(fused[1].len());
    attention.backward(views, View::new(&inputs[3], 12), &log_sums, [dq, dk, dv]);
    close(&out, &apart.out, "output");
    for (index, columns) in fused.into_iter().enumerate() {
        let part: Vec<f32> = gradient.chunks(width).flat_map(|row| row[columns.clone()].to_vec()).collect();
        close(&part, &apart.gradients[index], &format!("gradient {index}"));
    }
}

#[test]
#[cfg_attr(miri, ignore = "too long to be interpreted")]
fn the_number_of_threads_changes_no_bit() {
    let sizes = sizes(2, 2 * BLOCK + 9, 2 * BLOCK + 9, [4, 2], 16);
    let dropout = Some(Dropout { key: Key::new(5, Purpose::Dropout), rate: 0.1 });
    let attention = Attention { causal: true, lengths: Some(&[100, 137]), dropout, ..plain(sizes) };
    let inputs = inputs(sizes);
    let [one, two, four] = [1, 2, 4].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let Results { out, log_sums, gradients } = pool.install(|| run(&attention, &inputs));
        (out, log_sums, gradients)
    });
    assert!(one == two && one == four);
}

#[test]
fn probabilities_are_what_values_are_weighed_with() {
    let sizes = sizes(2, 5, 7, [2, 1], 7);
    let attention = Attention { causal: true, lengths: Some(&[3, 0]), ..plain(sizes) };
    let [q, k, _, dout] = inputs(sizes);
    // Values that are the columns of the identity: the output is the probabilities.
    let v: Vec<f32> = (0..2 * 7 * 7).map(|index| f32::from(u8::from(index / 7 % 7 == index % 7))).collect();
    let mut p = vec![f32::NAN; 2 * 2 * 5 * 7];
    attention.probabilities(View::new(&q, 14), View::new(&k, 7), &mut p);
    let out = run(&attention, &[q, k, v, dout]).out;
    for (index, p) in p.chunks(7).enumerate() {
        let (sample, head, query) = (index / 10, index / 5 % 2, index % 5);
        close(p, &out[((sample * 5 + query) * 2 + head) * 7..][..7], "a row");
        let expected = if sample == 0 { 1.0 } else { 0.0 };
        assert!((p.iter().sum::<f32>() - expected).abs() < 1e-6);
        assert!(p[(query + 1).min(3)..].iter().all(|p| *p == 0.0));
    }
}

#[test]
fn large_scores_stay_finite() {
    let sizes = sizes(1, 4, 4, [1, 1], 2);
    let inputs = inputs(sizes).map(|numbers| numbers.into_iter().map(|number| number * 1e3).collect());
    let results = run(&plain(sizes), &inputs);
    for numbers in std::iter::once(&results.out).chain(&results.gradients) {
        assert!(numbers.iter().all(|number| number.is_finite()));
    }
}
