//! The model of a run as a drawing, laid out as on the Model screen.

use std::fmt::Write;

use super::html::{self, Words, escape};
use crate::{mirror::Run, model::Layout};

/// Around the drawing.
const EDGE: f32 = 8.0;

/// The section, or nothing before the run was read.
pub fn section(run: &Run, words: &Words) -> String {
    let Some(experiment) = &run.experiment else { return String::new() };
    let graph = &experiment.graph;
    let survey = graph.survey();
    let layout = Layout::of(&survey);
    let bounds = layout.bounds().expand(EDGE);
    let mut svg = format!(
        "<svg viewBox=\"{:.0} {:.0} {:.0} {:.0}\" width=\"{:.0}\" role=\"img\">\n",
        bounds.left(),
        bounds.top(),
        bounds.width(),
        bounds.height(),
        bounds.width()
    );
    for wire in &layout.wires {
        let points: Vec<String> =
            wire.points.iter().map(|point| format!("{:.1},{:.1}", point.x, point.y)).collect();
        let _ = writeln!(svg, "<polyline class=\"wire\" points=\"{}\"/>", points.join(" "));
    }
    for ((node, place), seen) in graph.nodes.iter().zip(&layout.nodes).zip(&survey.nodes) {
        let _ = writeln!(
            svg,
            "<rect class=\"node\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"8\"/>",
            place.left(),
            place.top(),
            place.width(),
            place.height()
        );
        let (left, top) = (place.left() + 12.0, place.top());
        let at = |down: f32| format!("x=\"{left:.1}\" y=\"{:.1}\"", top + down);
        let _ = writeln!(svg, "<text class=\"strong\" {}>{}</text>", at(22.0), escape(&node.name));
        let kind =
            |words: &crate::locale::Locale| escape(&words.text(&format!("kind-{}", node.layer.kind())));
        let _ = writeln!(svg, "{}", words.svg_text(&at(40.0), kind));
        if let Some(shape) = &seen.shape {
            let _ = writeln!(svg, "<text {}>{}</text>", at(58.0), escape(&shape.to_string()));
        }
    }
    html::section("model", &words.say("compare-tab-model", &[]), &format!("{svg}</svg>"))
}
