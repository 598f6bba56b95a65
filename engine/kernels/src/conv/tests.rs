use super::*;
use crate::window::Window;

fn window(size: usize, stride: usize, dilation: usize, before: usize, after: usize) -> Window {
    Window { size, stride, dilation, before, after }
}

/// Whole numbers, whose sums are exact in any order.
fn numbers(count: usize, by: usize) -> Vec<f32> {
    (0..count).map(|index| ((index * by) % 13) as f32 - 6.0).collect()
}

/// Calls `visit` with the places of a number of y, of x and of the weight that are multiplied.
fn visit_products(conv: &Conv, mut visit: impl FnMut(usize, usize, usize)) {
    let Conv { windows, channels, filters, groups } = *conv;
    let (taken, given) = (channels / groups, filters / groups);
    for position in 0..windows.positions() {
        let (image, row, column) = windows.locate(position);
        windows.visit(row, column, |tap, pixel| {
            for filter in 0..filters {
                for channel in 0..taken {
                    visit(
                        position * filters + filter,
                        (image * windows.input_pixels() + pixel) * channels
                            + filter / given * taken
                            + channel,
                        (filter * taken + channel) * windows.taps() + tap,
                    );
                }
            }
        });
    }
}

#[test]
fn both_directions_and_the_weights_gradient_are_the_plain_loop() {
    let same = window(3, 1, 1, 1, 1);
    for (axes, batch, input, channels, filters, groups) in [
        ([same, same], 2, [4, 5], 3, 2, 1),
        // Filters that fill a vector, and one more; pixels that fill a tile, and one more.
        ([same, same], 1, [2, 15], 1, 17, 1),
        ([Window::ONE, Window::ONE], 1, [1, 9], 5, 33, 1),
        ([Window::ONE, window(2, 1, 1, 0, 0)], 1, [1, 5], 2, 65, 1),
        ([window(3, 2, 1, 1, 0), window(2, 3, 1, 0, 1)], 2, [5, 7], 4, 6, 2),
        ([window(2, 1, 2, 0, 2), same], 1, [4, 3], 3, 3, 3),
        // Backwards, rows that no tap reaches, and rows that every tap looks beyond.
        ([window(3, 2, 2, 2, 2), window(3, 3, 1, 0, 1)], 1, [9, 5], 1, 2, 1),
        ([window(2, 1, 1, 3, 2), window(2, 1, 1, 4, 0)], 1, [5, 3], 2, 2, 1),
    ] {
        let windows = Windows::new(batch, input, axes).unwrap();
        let conv = Conv { windows, channels, filters, groups };
        let x = numbers(batch * windows.input_pixels() * channels, 5);
        let dy = numbers(windows.positions() * filters, 11);
        let weight = numbers(filters * channels / groups * windows.taps(), 7);
        let (bias, above) = (numbers(filters, 3), numbers(channels, 4));
        let mut y = bias.repeat(windows.positions());
        let (mut dx, mut dw) = (above.repeat(batch * windows.input_pixels()), vec![0.0; weight.len()]);
        visit_products(&conv, |of_y, of_x, of_weight| {
            y[of_y] += x[of_x] * weight[of_weight];
            dx[of_x] += dy[of_y] * weight[of_weight];
            dw[of_weight] += dy[of_y] * x[of_x];
        });
        let mut ours = vec![f32::NAN; y.len()];
        conv.forward(&x, &weight, Some(&bias), &mut ours);
        assert_eq!(ours, y, "y of {conv:?}");
        let mut ours = vec![f32::NAN; dx.len()];
        conv.transposed(&dy, &weight, Some(&above), &mut ours);
        assert_eq!(ours, dx, "dx of {conv:?}");
        let mut ours = vec![f32::NAN; dw.len()];
        conv.backward_weight(&dy, &x, &mut ours);
        assert_eq!(ours, dw, "dw of {conv:?}");
    }
}
