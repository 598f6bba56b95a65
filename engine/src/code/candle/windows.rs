//! Kernels, strides and paddings, as far as candle has them: one number for both axes, zeros around.

use kernels::window::Window;

use super::layers::borrowed;
use crate::{
    code::step::Step,
    graph::{Pair, layers::Pool},
};

/// Of a kernel that has to be square.
pub fn square(size: Pair) -> Result<usize, &'static str> {
    size.single().ok_or("a kernel that is not square")
}

/// The window with as much behind as before: what is too much is cut off.
pub fn even(window: Window) -> Window {
    Window { after: window.before, ..window }
}

/// A convolution's config, which has one number for both axes.
pub fn config(
    kind: &str,
    windows: &[Window],
    output_padding: usize,
    groups: usize,
) -> Result<String, &'static str> {
    let first = windows[0];
    if windows.iter().any(|window| (window.stride, window.dilation) != (first.stride, first.dilation)) {
        return Err("two strides or dilations");
    }
    let padding = if is_put_around(windows) { 0 } else { first.before };
    let settings = [
        ("padding", padding, 0),
        ("output_padding", output_padding, 0),
        ("stride", first.stride, 1),
        ("dilation", first.dilation, 1),
        ("groups", groups, 1),
    ];
    let set: Vec<String> = settings
        .iter()
        .filter(|(_, value, usual)| value != usual)
        .map(|(name, value, _)| format!("{name}: {value}"))
        .collect();
    Ok(match &set[..] {
        [] => "Default::default()".into(),
        set => format!("nn::{kind} {{ {}, ..Default::default() }}", set.join(", ")),
    })
}

/// Whether the padding is put around by hand, because it is not one number.
fn is_put_around(windows: &[Window]) -> bool {
    windows.iter().any(|window| (window.before, window.after) != (windows[0].before, windows[0].before))
}

pub fn padded(x: String, windows: &[Window], first_axis: usize) -> String {
    if !is_put_around(windows) {
        return x;
    }
    let pads = windows.iter().enumerate().filter(|(_, window)| window.before + window.after > 0);
    let pads = pads.map(|(axis, window)| {
        format!(".pad_with_zeros({}, {}, {})?", first_axis + axis, window.before, window.after)
    });
    format!("{x}{}", pads.collect::<String>())
}

/// A sequence is pooled as an image of one row.
pub fn pool(step: &Step, layer: &Pool, is_max: bool) -> Result<String, &'static str> {
    let (size, stride) = (layer.pool_size.0, layer.stride().0);
    let lengths = if step.is_image() { &step.input()[1..] } else { &step.input()[..1] };
    let first = 2 - lengths.len();
    let window = |(place, length): (usize, &usize)| {
        let axis = first + place;
        layer.padding.window(*length, axis, size[axis], stride[axis], 1)
    };
    let windows: Vec<Window> = lengths.iter().enumerate().map(window).collect();
    let is_padded = windows.iter().any(|window| window.before + window.after > 0);
    if is_padded && !is_max {
        return Err("an average that leaves its padding out");
    }
    let mut x = step.x().to_owned();
    if !step.is_image() {
        x = format!("{x}.transpose(1, 2)?.unsqueeze(2)?");
    }
    for (place, window) in windows.iter().enumerate().filter(|(_, window)| window.before + window.after > 0) {
        x = format!(
            "pad_lowest({}, {}, {}, {})?",
            borrowed(&x),
            first + place + 2,
            window.before,
            window.after
        );
    }
    let (size, stride) = if step.is_image() { (size, stride) } else { ([1, size[1]], [1, stride[1]]) };
    let pair = |[rows, columns]: [usize; 2]| {
        if rows == columns { rows.to_string() } else { format!("({rows}, {columns})") }
    };
    let name = if is_max { "max_pool2d" } else { "avg_pool2d" };
    let pooled = if size == stride {
        format!("{x}.{name}({})?", pair(size))
    } else {
        format!("{x}.{name}_with_stride({}, {})?", pair(size), pair(stride))
    };
    Ok(if step.is_image() { pooled } else { format!("{pooled}.squeeze(2)?.transpose(1, 2)?") })
}
