//! The model as `project.toml` has it, beside the drawing: typed text becomes the drawing as soon as it means one.

use std::sync::Arc;

use egui::{
    Color32, FontId, Frame, Id, Label, Margin, Panel, ScrollArea, TextBuffer, TextEdit, Ui,
    text::{LayoutJob, TextFormat},
};
use engine::{
    graph::Graph,
    project::{FILE_NAME, read_nodes, write_nodes},
    protocol::Problem,
};

use super::Model;
use crate::{
    action::Action,
    command::UiCommand,
    context::Context,
    theme::{self, Colors, icon, space, text},
    widgets,
};

/// The text of a graph, made once for each.
type Written = Arc<(Graph, String)>;

/// Draws the panel.
pub fn text_ui(ui: &mut Ui, cx: &mut Context<'_>, model: &Model<'_>) {
    let colors = theme::colors(ui);
    ui.horizontal(|ui| {
        ui.label(text::title(cx.text("model-text")).color(colors.text_strong));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if widgets::icon_button(ui, true, icon::X, &cx.text("dialog-close")).clicked() {
                cx.run(UiCommand::ShowModelText);
            }
        });
    });
    let written = written(ui, model.graph);
    let id = Id::new("model_text").with(cx.state.experiment().map(|experiment| &experiment.name));
    // What is typed stays as it is typed while it means the drawing, or nothing.
    let typed: Option<String> = ui.data(|data| data.get_temp(id));
    let meant = typed.as_deref().map(|typed| read(cx, typed));
    let is_other = matches!(&meant, Some(Ok(graph)) if graph != model.graph);
    let mut words = typed.filter(|_| !is_other).unwrap_or(written);
    let fault = meant.and_then(Result::err);
    if let Some(fault) = &fault {
        Panel::bottom("model_text_fault")
            .frame(Frame::new().inner_margin(Margin::symmetric(0, space::S as i8)))
            .show(ui, |ui| fault_ui(ui, cx, &words, fault));
    }
    ui.add_space(space::S);
    let response = ScrollArea::both().auto_shrink(false).show(ui, |ui| {
        let mut layouter = |ui: &Ui, buffer: &dyn TextBuffer, _: f32| {
            let job = coloured(buffer.as_str(), theme::colors(ui));
            ui.fonts_mut(|fonts| fonts.layout_job(job))
        };
        let edit = TextEdit::multiline(&mut words).code_editor().desired_width(f32::INFINITY);
        ui.add(edit.margin(Margin::same(space::M as i8)).layouter(&mut layouter))
    });
    let response = response.inner;
    widgets::name_field(&response, &cx.text("model-text"), &words);
    if response.changed()
        && let Ok(graph) = read(cx, &words)
    {
        cx.act(Action::EditGraph(graph));
    }
    if response.has_focus() || fault.is_some() {
        ui.data_mut(|data| data.insert_temp(id, words));
    } else {
        ui.data_mut(|data| data.remove::<String>(id));
    }
}

/// The graph's text, written anew only when the graph is another.
fn written(ui: &Ui, graph: &Graph) -> String {
    let id = Id::new("model_written");
    let known: Option<Written> = ui.data(|data| data.get_temp(id));
    let written = known.filter(|known| known.0 == *graph).unwrap_or_else(|| {
        // A graph that was read or drawn can be written; were it not so, there would be nothing to show.
        Arc::new((graph.clone(), write_nodes(&graph.nodes).unwrap_or_default()))
    });
    ui.data_mut(|data| data.insert_temp(id, Arc::clone(&written)));
    written.1.clone()
}

fn read(cx: &Context<'_>, words: &str) -> Result<Graph, Problem> {
    if words.trim().is_empty() {
        return Ok(Graph::default());
    }
    let experiment = cx.state.experiment().map_or("", |experiment| &experiment.name);
    Ok(Graph { nodes: read_nodes(words, FILE_NAME, experiment)? })
}

/// What the text does not mean, and in which line.
fn fault_ui(ui: &mut Ui, cx: &Context<'_>, words: &str, fault: &Problem) {
    let colors = theme::colors(ui);
    let (message, _) = cx.words.problem(fault);
    let message = match line_of(words, fault) {
        Some(line) => cx.with("model-text-line", &[("line", line.into()), ("message", message.into())]),
        None => message,
    };
    ui.add(Label::new(text::small(message).color(colors.bad)).wrap());
}

/// The line, from 1, of a node's setting that is wrong; a fault of the notation says itself where it is.
fn line_of(words: &str, fault: &Problem) -> Option<usize> {
    let fact = |name: &str| fault.facts.get(name).and_then(|fact| fact.as_str());
    let is_key = |line: &str, key: &str| {
        line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let name = toml_text(fact("node")?);
    let is_node = |line: &str| is_key(line, "name") && line.trim_end().ends_with(&name);
    let node = words.lines().position(is_node)?;
    let of_node = words.lines().enumerate().skip(node + 1).take_while(|(_, line)| !line.starts_with("[["));
    let key = fact("setting").or(fact("kind").map(|_| "kind"));
    let setting = key.and_then(|key| of_node.into_iter().find(|(_, line)| is_key(line, key)));
    Some(setting.map_or(node, |(line, _)| line) + 1)
}

fn toml_text(name: &str) -> String {
    format!("\"{name}\"")
}

/// Heads of tables, keys and texts, each in a colour of its own.
fn coloured(words: &str, colors: &Colors) -> LayoutJob {
    let mut job = LayoutJob::default();
    job.wrap.max_width = f32::INFINITY;
    let mut append = |part: &str, color: Color32| {
        job.append(part, 0.0, TextFormat::simple(FontId::monospace(text::SMALL_SIZE), color));
    };
    for line in words.split_inclusive('\n') {
        match line.split_once('=') {
            _ if line.trim_start().starts_with("[[") => append(line, colors.accent_text),
            _ if line.trim_start().starts_with('#') => append(line, colors.text_weak),
            Some((key, value)) => {
                append(key, colors.text);
                append("=", colors.text_weak);
                let is_text = value.trim_start().starts_with('"');
                append(value, if is_text { colors.good } else { colors.warning });
            }
            None => append(line, colors.text),
        }
    }
    job
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_found_in_their_lines() {
        let words = "[[nodes]]\nname = \"x\"\nkind = \"input\"\nshape = [4]\n\n[[nodes]]\nname = \"y\"\nkind = \
                     \"dense\"\nunits = \"many\"\ninputs = [\"x\"]\n";
        let check = |words: &str, line| {
            let fault = read_nodes(words, FILE_NAME, "a").unwrap_err().into();
            assert_eq!(line_of(words, &fault), line, "{fault}");
        };
        check(words, Some(9));
        check(&words.replace("\"dense\"", "\"dens\""), Some(8));
        check(&words.replace("units = \"many\"", "sides = 3"), Some(9));
        check(&words.replace("units = \"many\"\n", ""), Some(7));
        check("[[nodes]\n", None);
    }
}
