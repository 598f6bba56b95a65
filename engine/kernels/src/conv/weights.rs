//! The weights of a convolution in the orders its two directions read them.

/// `[groups, filters, channels, taps]` as `[groups, taps, channels, filters]`.
pub fn by_input(weight: &[f32], shape: [usize; 4]) -> Vec<f32> {
    reorder(weight, shape, |[_, filters, channels, _], filter, channel, tap| {
        (tap * channels + channel) * filters + filter
    })
}

/// `[groups, filters, channels, taps]` as `[groups, taps, filters, channels]`.
pub fn by_filter(weight: &[f32], shape: [usize; 4]) -> Vec<f32> {
    reorder(weight, shape, |[_, filters, channels, _], filter, channel, tap| {
        (tap * filters + filter) * channels + channel
    })
}

fn reorder(
    weight: &[f32],
    shape: [usize; 4],
    place: impl Fn([usize; 4], usize, usize, usize) -> usize,
) -> Vec<f32> {
    let [_, filters, channels, taps] = shape;
    let of_group = filters * channels * taps;
    let mut reordered = vec![0.0; weight.len()];
    for (from, to) in weight.chunks_exact(of_group).zip(reordered.chunks_exact_mut(of_group)) {
        for (filter, from) in from.chunks_exact(channels * taps).enumerate() {
            for (channel, from) in from.chunks_exact(taps).enumerate() {
                for (tap, weight) in from.iter().enumerate() {
                    to[place(shape, filter, channel, tap)] = *weight;
                }
            }
        }
    }
    reordered
}
