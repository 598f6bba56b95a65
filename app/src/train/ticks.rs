//! Where an axis has its marks and what is written at them: few, round, and evenly strong.

use egui_plot::{AxisHints, GridMark, Plot};

use super::numbers;
use crate::{
    format,
    theme::{Colors, text},
};

/// What the numbers of an axis are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    Linear,
    /// Shares, written as per cent.
    Percent,
    /// The axis counts decades: 2 stands for 100.
    Log,
}

/// An axis with small, weak numbers.
pub fn axis(hints: AxisHints<'static>, colors: &Colors) -> AxisHints<'static> {
    hints
        .label_spacing(0.0..=1.0)
        .tick_label_color(colors.text_weak)
        .tick_label_font(text::tiny_number_font())
}

/// A plot on a faint grid, which writes nothing beside the pointer and leaves scrolling to the screen.
pub fn quiet<'a>(plot: Plot<'a>, colors: &Colors) -> Plot<'a> {
    plot.grid_spacing(1.0..=2.0)
        .grid_color(colors.separator)
        .grid_fade(0.0)
        .show_background(false)
        .show_x(false)
        .show_y(false)
        .allow_scroll(false)
}

/// The axis' marks between two bounds, at least `least_step` apart.
pub fn marks(scale: Scale, bounds: (f64, f64), least_step: f64) -> Vec<GridMark> {
    if !(least_step > 0.0 && bounds.0 < bounds.1 && (bounds.1 - bounds.0).is_finite()) {
        return Vec::new();
    }
    match scale {
        Scale::Linear | Scale::Percent => evenly(bounds, round_step(least_step)),
        Scale::Log => decades(bounds, least_step),
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is at least `least`.
fn round_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let factors = [1.0, 2.0, 5.0, 10.0];
    // A hair's breadth of tolerance, so that 0.2 asked for is 0.2 given.
    factors.into_iter().map(|factor| factor * power).find(|step| *step >= least * 0.999).unwrap_or(least)
}

fn evenly((low, high): (f64, f64), step: f64) -> Vec<GridMark> {
    let (first, last) = ((low / step).ceil() as i64, (high / step).floor() as i64);
    (first..=last).map(|index| GridMark { value: index as f64 * step, step_size: step }).collect()
}

/// Powers of ten; 2 and 5 between them where there is room; round numbers where even that is too coarse.
fn decades((low, high): (f64, f64), least_step: f64) -> Vec<GridMark> {
    const ROOM_FOR_1_2_5: f64 = 0.3;
    if least_step > ROOM_FOR_1_2_5 {
        return evenly((low, high), round_step(least_step.max(1.0)));
    }
    let mut marks = Vec::new();
    for decade in low.floor() as i64..=high.ceil() as i64 {
        for factor in [1.0_f64, 2.0, 5.0] {
            let value = decade as f64 + factor.log10();
            if (low..=high).contains(&value) {
                marks.push(GridMark { value, step_size: ROOM_FOR_1_2_5 });
            }
        }
    }
    if marks.len() >= 3 {
        return marks;
    }
    let (bottom, top) = (10_f64.powf(low), 10_f64.powf(high));
    let step = round_step(top * (1.0 - 10_f64.powf(-least_step)));
    evenly((bottom, top), step)
        .into_iter()
        .map(|mark| GridMark { value: mark.value.log10(), step_size: least_step })
        .collect()
}

/// What is written at a mark.
pub fn label(scale: Scale, mark: GridMark) -> String {
    match scale {
        Scale::Linear => fixed(mark.value, mark.step_size),
        Scale::Percent => format!("{} %", fixed(mark.value * 100.0, mark.step_size * 100.0)),
        Scale::Log => {
            let value = 10_f64.powf(mark.value);
            // Three digits, without the tail that powers leave behind.
            let rounded = format!("{value:.2e}").parse().unwrap_or(value);
            numbers::setting(rounded)
        }
    }
}

/// As many decimals as the step needs.
fn fixed(value: f64, step: f64) -> String {
    let value = if value.abs() < step * 1e-6 { 0.0 } else { value };
    let decimals = (-step.log10()).ceil().max(0.0);
    if decimals > 5.0 || value.abs() >= 1e9 {
        return if value == 0.0 { "0".into() } else { format!("{value:.1e}") };
    }
    if decimals == 0.0 && value >= 10_000.0 {
        return format::count(value.round() as u64);
    }
    format!("{value:.*}", decimals as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(scale: Scale, bounds: (f64, f64), least_step: f64, expected: &[&str]) {
        let labels: Vec<String> =
            marks(scale, bounds, least_step).into_iter().map(|mark| label(scale, mark)).collect();
        assert_eq!(labels, expected);
    }

    #[test]
    fn marks_are_round_and_few() {
        check(Scale::Linear, (0.0, 1.0), 0.2, &["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        check(Scale::Linear, (-0.5, 12.0), 3.0, &["0", "5", "10"]);
        check(Scale::Linear, (0.0, 45_000.0), 15_000.0, &["0", "20,000", "40,000"]);
        check(Scale::Linear, (0.0, 2.4e-7), 1e-7, &["0", "1.0e-7", "2.0e-7"]);
        check(Scale::Percent, (0.95, 1.0), 0.015, &["96 %", "98 %", "100 %"]);
        check(Scale::Percent, (0.99, 1.0), 0.004, &["99.0 %", "99.5 %", "100.0 %"]);
    }

    #[test]
    fn decades_have_marks_at_every_zoom() {
        check(Scale::Log, (-4.2, 0.1), 1.0, &["1e-4", "0.001", "0.01", "0.1", "1"]);
        check(Scale::Log, (-8.0, 0.0), 2.0, &["1e-8", "1e-6", "1e-4", "0.01", "1"]);
        check(Scale::Log, (-1.1, 0.1), 0.25, &["0.1", "0.2", "0.5", "1"]);
        check(Scale::Log, (0.31, 0.45), 0.05, &["2.5"]);
        check(Scale::Log, (0.29, 0.6), 0.1, &["2", "3"]);
    }

    #[test]
    fn nonsense_has_no_marks() {
        for (bounds, step) in
            [((1.0, 1.0), 0.1), ((0.0, f64::INFINITY), 1.0), ((0.0, 1.0), 0.0), ((f64::NAN, 1.0), 1.0)]
        {
            assert!(marks(Scale::Linear, bounds, step).is_empty());
        }
    }
}
