//! A plot as a picture for papers and messages: the lines and colours of the screen, with axes that can be read.
//!
//! Pure: SVG is text, and PNG is made of it.

use std::{fmt::Write, sync::Arc};

use egui::Color32;
use engine::protocol::Problem;
use resvg::{tiny_skia, usvg};

use super::{
    lines::{self, Pen, RunLines},
    ticks::{self, Scale},
};
use crate::{fonts, report::escape, theme::Colors};

/// What a plot is saved as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureKind {
    Png,
    Svg,
}

impl PictureKind {
    pub const ALL: [Self; 2] = [Self::Png, Self::Svg];

    /// How its file's name ends.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Svg => "svg",
        }
    }
}

/// In points of an SVG; a PNG has [`SCALE`] pixels to each.
const SIZE: (f64, f64) = (960.0, 540.0);
const SCALE: f32 = 2.0;
/// Around the curves: the numbers at the left, the name of the axis below, the legend above.
const LEFT: f64 = 76.0;
const RIGHT: f64 = 28.0;
const BELOW: f64 = 60.0;
const TITLE: f64 = 34.0;
const ROW: f64 = 20.0;
/// Runs that a legend names, and the width that a letter of it takes at the most.
const MAX_NAMED: usize = 24;
const LETTER: f64 = 8.5;
/// Lines are this much wider than on the screen.
const WIDER: f32 = 1.2;

/// What a picture shows.
pub struct Picture<'p> {
    /// The metric's name and the horizontal axis'.
    pub title: String,
    pub axis: String,
    /// Of heights and of places along the horizontal axis.
    pub scale: Scale,
    pub across: Scale,
    /// The ends of both axes.
    pub ends: (f64, f64),
    pub heights: (f64, f64),
    pub lines: &'p [RunLines],
    /// The words for the thin and the thick lines, the name of each run's lines, and of those that are not named.
    pub kinds: [String; 2],
    pub names: Vec<String>,
    pub more: String,
    pub colors: &'p Colors,
}

impl Picture<'_> {
    /// The whole picture as SVG.
    pub fn svg(&self) -> String {
        let (legend, rows) = self.legend();
        let top = TITLE + ROW * rows as f64 + 14.0;
        let frame = Frame { top, ends: self.ends, heights: self.heights };
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" \
             font-family=\"Inter, Noto Sans SC, sans-serif\" font-size=\"13\">\n\
             <rect width=\"100%\" height=\"100%\" fill=\"{2}\"/>\n\
             <text x=\"20\" y=\"{TITLE}\" font-size=\"17\" font-weight=\"600\" fill=\"{3}\">{4}</text>\n",
            SIZE.0,
            SIZE.1,
            hex(self.colors.card),
            hex(self.colors.text_strong),
            escape(&self.title)
        );
        svg += &legend;
        svg += &self.axes(&frame);
        let (width, height) = frame.size();
        let _ = writeln!(
            svg,
            "<clipPath id=\"plot\"><rect x=\"{LEFT}\" y=\"{top}\" width=\"{width}\" height=\"{height}\"/></clipPath>\n\
             <g clip-path=\"url(#plot)\" fill=\"none\" stroke-linejoin=\"round\">"
        );
        for run in self.lines {
            svg += &band(run, &frame);
            run.behind().iter().for_each(|pen| svg += &line(run, pen, &frame));
        }
        self.lines.iter().for_each(|run| svg += &line(run, &run.above(), &frame));
        svg + "</g>\n</svg>\n"
    }

    /// Which line is which, and how many rows that takes.
    fn legend(&self) -> (String, usize) {
        let mut svg = String::new();
        let (mut x, mut row) = (20.0, 1);
        let mut put = |mark: &dyn Fn(f64, f64) -> String, words: &str| {
            let wide = words.chars().map(|letter| if letter.is_ascii() { LETTER } else { 14.0 }).sum::<f64>();
            if x + 22.0 + wide > SIZE.0 - RIGHT {
                (x, row) = (20.0, row + 1);
            }
            let y = TITLE + ROW * row as f64;
            let (text, color) = (escape(words), hex(self.colors.text));
            let _ = writeln!(
                svg,
                "{}<text x=\"{:.1}\" y=\"{:.1}\" fill=\"{color}\">{text}</text>",
                mark(x, y),
                x + 20.0,
                y + 4.5
            );
            x += 22.0 + wide + 14.0;
        };
        for (words, (width, strength)) in self.kinds.iter().zip([(1.25, 0.62), (2.0, 1.0)]) {
            let color = hex(self.colors.text);
            let mark = |x: f64, y: f64| {
                format!(
                    "<line x1=\"{x:.1}\" x2=\"{:.1}\" y1=\"{y}\" y2=\"{y}\" stroke=\"{color}\" \
                     stroke-width=\"{width}\" stroke-opacity=\"{strength}\"/>",
                    x + 14.0
                )
            };
            put(&mark, words);
        }
        for (run, name) in self.lines.iter().zip(&self.names).take(MAX_NAMED) {
            let color = hex(run.color);
            let mark = |x: f64, y: f64| {
                format!("<circle cx=\"{:.1}\" cy=\"{y}\" r=\"4\" fill=\"{color}\"/>", x + 8.0)
            };
            put(&mark, name);
        }
        if self.lines.len() > MAX_NAMED {
            put(&|_, _| String::new(), &self.more);
        }
        (svg, row)
    }

    /// The grid with its numbers, and the horizontal axis' name.
    fn axes(&self, frame: &Frame) -> String {
        let mut svg = String::new();
        let (width, height) = frame.size();
        let (grid, weak) = (hex(self.colors.separator), hex(self.colors.text_weak));
        let (right, bottom) = (LEFT + width, frame.top + height);
        let span = |(low, high): (f64, f64)| high - low;
        for mark in ticks::marks(self.scale, self.heights, span(self.heights) * 48.0 / height) {
            let (y, label) = (frame.y(mark.value), escape(&ticks::label(self.scale, mark)));
            let _ = writeln!(
                svg,
                "<line x1=\"{LEFT}\" x2=\"{right:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"{grid}\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"{weak}\">{label}</text>",
                LEFT - 8.0,
                y + 4.5
            );
        }
        for mark in ticks::marks(self.across, self.ends, span(self.ends) * 96.0 / width) {
            let (x, label) = (frame.x(mark.value), escape(&ticks::label(self.across, mark)));
            let _ = writeln!(
                svg,
                "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.1}\" y2=\"{bottom:.1}\" stroke=\"{grid}\"/>\
                 <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"{weak}\">{label}</text>",
                frame.top,
                bottom + 20.0
            );
        }
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"{weak}\">{}</text>",
            LEFT + width / 2.0,
            SIZE.1 - 14.0,
            escape(&self.axis)
        );
        svg
    }
}

/// Where places of the plot lie in the picture.
struct Frame {
    top: f64,
    ends: (f64, f64),
    heights: (f64, f64),
}

impl Frame {
    fn size(&self) -> (f64, f64) {
        (SIZE.0 - LEFT - RIGHT, SIZE.1 - BELOW - self.top)
    }

    fn x(&self, value: f64) -> f64 {
        LEFT + (value - self.ends.0) / (self.ends.1 - self.ends.0) * self.size().0
    }

    fn y(&self, value: f64) -> f64 {
        let height = self.size().1;
        self.top + height - (value - self.heights.0) / (self.heights.1 - self.heights.0) * height
    }
}

fn line(run: &RunLines, pen: &Pen<'_>, frame: &Frame) -> String {
    if pen.points.is_empty() {
        return String::new();
    }
    let places: Vec<String> =
        pen.points.iter().map(|point| format!("{:.1},{:.1}", frame.x(point.x), frame.y(point.y))).collect();
    format!(
        "<polyline stroke=\"{}\" stroke-width=\"{:.2}\" stroke-opacity=\"{:.2}\" points=\"{}\"/>\n",
        hex(run.color),
        pen.width * WIDER,
        pen.strength,
        places.join(" ")
    )
}

fn band(run: &RunLines, frame: &Frame) -> String {
    let Some(band) = &run.band else { return String::new() };
    let place =
        |(point, y): (&egui_plot::PlotPoint, &f64)| format!("{:.1},{:.1}", frame.x(point.x), frame.y(*y));
    let there = band.mean.iter().zip(&band.high).map(place);
    let back = band.mean.iter().zip(&band.low).rev().map(place);
    let places: Vec<String> = there.chain(back).collect();
    format!(
        "<polygon fill=\"{}\" fill-opacity=\"{}\" points=\"{}\"/>\n",
        hex(run.color),
        lines::BAND,
        places.join(" ")
    )
}

fn hex(color: Color32) -> String {
    format!("#{:02x}{:02x}{:02x}", color.r(), color.g(), color.b())
}

/// The picture that an SVG draws, with the program's own letters.
///
/// # Errors
/// If it is none.
pub fn png(svg: &str) -> Result<Vec<u8>, Problem> {
    let failed = |cause: String| Problem::from(engine::store::StoreError::NotWritten { cause });
    let mut letters = usvg::fontdb::Database::new();
    fonts::OF_TEXT.iter().for_each(|bytes| letters.load_font_data(bytes.to_vec()));
    let options =
        usvg::Options { fontdb: Arc::new(letters), font_family: "Inter".into(), ..Default::default() };
    let tree = usvg::Tree::from_str(svg, &options).map_err(|error| failed(error.to_string()))?;
    let size = tree.size().to_int_size().scale_by(SCALE).ok_or_else(|| failed("it has no size".into()))?;
    let mut pixels = tiny_skia::Pixmap::new(size.width(), size.height())
        .ok_or_else(|| failed("it is too large".into()))?;
    resvg::render(&tree, tiny_skia::Transform::from_scale(SCALE, SCALE), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_png_is_twice_as_large_and_has_letters_of_both_languages() {
        let drawn = |words: &str| {
            let text = format!("<text x=\"4\" y=\"20\" font-family=\"Inter, sans-serif\">{words}</text>");
            png(&format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"90\" height=\"30\">{text}</svg>"))
        };
        let nothing = drawn("").unwrap();
        let side = |at: usize| u32::from_be_bytes(nothing[at..at + 4].try_into().unwrap());
        assert_eq!((side(16), side(20)), (180, 60));
        let pictures = [nothing, drawn("Loss").unwrap(), drawn("损失").unwrap(), drawn("准确率").unwrap()];
        for (index, picture) in pictures.iter().enumerate() {
            assert!(!pictures[..index].contains(picture), "picture {index} has no letters of its own");
        }
        assert!(png("<svg").is_err());
    }

    #[test]
    fn places_lie_where_their_values_say() {
        let frame = Frame { top: 80.0, ends: (0.0, 10.0), heights: (-1.0, 1.0) };
        let (width, height) = frame.size();
        assert_eq!((frame.x(0.0), frame.x(10.0)), (LEFT, LEFT + width));
        assert_eq!((frame.y(1.0), frame.y(-1.0)), (80.0, 80.0 + height));
    }
}
