//! What is to be said of the node that is looked at, and of the whole model.

use egui::{CornerRadius, Id, Panel, Rect, RichText, ScrollArea, Sense, TextEdit, Ui, Vec2, pos2, vec2};
use engine::{
    graph::{GraphError, Layer, Mend, Node, Surveyed},
    protocol::Problem,
    train::StepMemory,
};

use super::{Model, blocks, keys, kinds, mend_words, setting};
use crate::{
    action::Action,
    context::Context,
    format,
    mirror::Asked,
    theme::{self, icon, size, space, text},
    train::numbers::NONE,
    widgets,
};

/// Draws the panel.
pub fn inspector_ui(ui: &mut Ui, cx: &mut Context<'_>, model: &Model<'_>, memory: Option<StepMemory>) {
    let frame = egui::Frame::new();
    Panel::bottom("model_totals")
        .frame(frame)
        .resizable(false)
        .show(ui, |ui| totals_ui(ui, cx, model, memory));
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        match model.looked_at() {
            Some((node, surveyed)) => node_ui(ui, cx, model, node, surveyed),
            None if model.selected().next().is_some() => several_ui(ui, cx, model),
            None => nothing_ui(ui, cx, model),
        }
    });
}

/// How one draws, and what is wrong anywhere.
fn nothing_ui(ui: &mut Ui, cx: &mut Context<'_>, model: &Model<'_>) {
    let colors = theme::colors(ui);
    ui.label(text::title(cx.text("model-title")).color(colors.text_strong));
    let all = Fault::all(model);
    // What is missing from nothing is no fault: the canvas says how one begins.
    let is_empty = model.graph.nodes.is_empty();
    if all.is_empty() || is_empty {
        for key in [
            "model-help-look",
            "model-help-add",
            "model-help-search",
            "model-help-wire",
            "model-help-select",
            "model-help-view",
        ] {
            widgets::weak(ui, &cx.text(key));
        }
    }
    if !is_empty {
        faults_ui(ui, cx, model, &all);
    }
}

/// Several nodes: what they come to, and what can be done with all of them.
fn several_ui(ui: &mut Ui, cx: &mut Context<'_>, model: &Model<'_>) {
    let colors = theme::colors(ui);
    let count = model.selected().count();
    ui.horizontal(|ui| {
        let title = cx.with("model-selected", &[("count", count.into())]);
        ui.label(text::title(title).color(colors.text_strong));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| buttons_ui(ui, cx, model));
    });
    let nodes = model.graph.nodes.iter().zip(&model.survey.nodes);
    let selected = || nodes.clone().filter(|(node, _)| model.is_selected(&node.name));
    let specs = selected().flat_map(|(_, surveyed)| &surveyed.parameters).filter(|spec| spec.trained);
    let parameters = specs.map(|spec| spec.count() as u64).sum();
    let (name, hint) = (cx.text("model-parameters"), cx.hint("model-parameters"));
    fact_ui(ui, &name, &hint, &format::count(parameters));
    let (name, hint) = (cx.text("model-multiply-adds"), cx.hint("model-multiply-adds"));
    let multiply_adds = selected().map(|(_, surveyed)| surveyed.multiply_adds).sum::<Option<u64>>();
    fact_ui(ui, &name, &hint, &multiply_adds.map_or_else(|| NONE.into(), format::short));
}

/// What can be done with the selected nodes; the first one stands at the right.
fn buttons_ui(ui: &mut Ui, cx: &mut Context<'_>, model: &Model<'_>) {
    let one = model.looked_at().is_some();
    let remove = cx.text(if one { "model-remove" } else { "model-remove-all" });
    if widgets::icon_button(ui, true, icon::TRASH, &remove).clicked() {
        keys::remove(cx, model);
    }
    if !one {
        let can = blocks::can_group(model);
        let label = cx.text("model-block-make");
        let button = widgets::icon_button(ui, can, icon::STACK, &label);
        if button.on_disabled_hover_text(cx.text("model-block-cannot")).clicked() {
            blocks::group(cx, model);
        }
    }
    let can = model.selected().any(|node| node.layer.inputs().1 > 0);
    if widgets::icon_button(ui, can, icon::PROHIBIT, &cx.text("model-bypass")).clicked() {
        keys::bypass(cx, model);
    }
    if widgets::icon_button(ui, can, icon::COPY, &cx.text("model-duplicate")).clicked() {
        keys::duplicate(cx, model);
    }
}

fn node_ui(ui: &mut Ui, cx: &mut Context<'_>, model: &Model<'_>, node: &Node, surveyed: &Surveyed) {
    let colors = theme::colors(ui);
    let kind = node.layer.kind();
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(kinds::MARK, size::CONTROL), Sense::hover());
        let mark = Rect::from_center_size(rect.center(), Vec2::splat(kinds::MARK));
        ui.painter().rect_filled(mark, CornerRadius::same(2), kinds::color(colors, kind));
        ui.label(text::title(kinds::name(cx, kind)).color(colors.text_strong));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| buttons_ui(ui, cx, model));
    });
    widgets::weak(ui, &kinds::hint(cx, kind));
    let own: Vec<Fault> =
        Fault::all(model).into_iter().filter(|fault| fault.node.as_deref() == Some(&node.name)).collect();
    faults_ui(ui, cx, model, &own);

    ui.add_space(space::XS);
    row_ui(ui, &cx.text("model-name"), &cx.hint("model-name"), |ui| name_ui(ui, cx, model, node));
    if blocks::is_block(&node.layer) {
        blocks::block_ui(ui, cx, model, node);
    }
    // What is inside a block is looked at there.
    let is_port = matches!(node.layer, Layer::Input(_)) && !model.way.is_empty();
    let is_shown = |name: &&&str| **name != "nodes" && !is_port && !is_moot(&node.layer, name);
    for name in node.layer.settings().iter().filter(is_shown) {
        let label = cx.text(&format!("node-{name}"));
        let hint = cx.hint(&format!("node-{name}"));
        // A tick has its words beside it.
        let is_tick = node.layer.setting(name).is_boolean();
        row_ui(ui, if is_tick { "" } else { &label }, &hint, |ui| {
            if let Some(layer) = setting::setting_ui(ui, cx, &node.name, &node.layer, name) {
                let place = model.graph.position(&node.name);
                cx.act(model.with(|graph| {
                    if let Some(node) = place.and_then(|place| graph.nodes.get_mut(place)) {
                        node.layer = layer;
                    }
                }));
            }
        });
    }
    wires_ui(ui, cx, model, node);
    row_ui(ui, &cx.text("model-note"), &cx.hint("model-note"), |ui| note_ui(ui, cx, model, node));
    facts_ui(ui, cx, surveyed);
}

/// Whether a setting means nothing as long as another one is as it is.
fn is_moot(layer: &Layer, name: &str) -> bool {
    match name {
        "lora_alpha" => layer.setting("lora_rank").is_null(),
        "rotary_base" => layer.setting("rotary") == false,
        _ => false,
    }
}

/// What a person writes beside a node.
fn note_ui(ui: &mut Ui, cx: &mut Context<'_>, model: &Model<'_>, node: &Node) {
    let mut note = node.note.clone();
    let field = TextEdit::multiline(&mut note).desired_rows(1).desired_width(f32::INFINITY);
    let response = ui.add(field.margin(egui::Margin::symmetric(10, 7)).char_limit(MOST_NOTE));
    widgets::name_field(&response, &cx.text("model-note"), &note);
    if response.changed()
        && let Some(place) = model.graph.position(&node.name)
    {
        cx.act(model.with(|graph| graph.nodes[place].note = note));
    }
}

/// Letters a note may have.
const MOST_NOTE: usize = 2_000;

/// The node's name; one that is taken, or empty, stays in the field until it is another.
fn name_ui(ui: &mut Ui, cx: &mut Context<'_>, model: &Model<'_>, node: &Node) {
    let id = Id::new("model_name");
    let typing: Option<(String, String)> = ui.data(|data| data.get_temp(id));
    let typing = typing.and_then(|(of, typed)| (of == node.name).then_some(typed));
    let mut name = typing.unwrap_or_else(|| node.name.clone());
    let label = cx.text("model-name");
    let response =
        ui.add(widgets::text_field(&mut name).desired_width(f32::INFINITY).char_limit(MOST_LETTERS));
    widgets::name_field(&response, &label, &name);
    let mut graph = model.graph.clone();
    let is_free = graph.rename(&node.name, name.trim());
    if response.changed() && is_free {
        cx.act(Action::EditGraph(graph));
        cx.act(Action::SelectNode(Some(name.trim().to_owned())));
    }
    if is_free || response.lost_focus() {
        ui.data_mut(|data| data.remove::<(String, String)>(id));
    } else {
        ui.data_mut(|data| data.insert_temp(id, (node.name.clone(), name)));
        ui.label(text::small(cx.text("model-name-taken")).color(theme::colors(ui).bad));
    }
}

/// Letters a name may have.
const MOST_LETTERS: usize = 64;

/// What the node reads; each wire can be cut.
fn wires_ui(ui: &mut Ui, cx: &mut Context<'_>, model: &Model<'_>, node: &Node) {
    let (_, most) = node.layer.inputs();
    if most == 0 {
        return;
    }
    let ports = blocks::ports(&node.layer);
    row_ui(ui, &cx.text("model-reads"), &cx.hint("model-reads"), |ui| {
        if node.inputs.is_empty() {
            ui.label(text::small(cx.text("model-reads-nothing")).color(theme::colors(ui).bad));
        }
        for (place, input) in node.inputs.iter().enumerate() {
            ui.horizontal(|ui| {
                if let Some(port) = ports.get(place) {
                    ui.label(text::small(format!("{port} ←")).color(theme::colors(ui).text_weak));
                }
                if ui.link(input).clicked() {
                    cx.act(Action::SelectNode(Some(input.clone())));
                }
                let label = cx.with("model-cut", &[("node", input.as_str().into())]);
                if widgets::icon_button(ui, true, icon::X, &label).clicked() {
                    cx.act(model.with(|graph| graph.disconnect(input, &node.name)));
                }
                let label = cx.with("model-read-first", &[("node", input.as_str().into())]);
                if place > 0 && widgets::icon_button(ui, true, icon::ARROW_UP, &label).clicked() {
                    cx.act(model.with(|graph| graph.read_first(input, &node.name)));
                }
            });
        }
        for port in ports.iter().skip(node.inputs.len().max(1)) {
            let words = cx.with("model-port-free", &[("port", (*port).into())]);
            ui.label(text::small(words).color(theme::colors(ui).bad));
        }
    });
}

fn facts_ui(ui: &mut Ui, cx: &Context<'_>, surveyed: &Surveyed) {
    let shape = surveyed
        .shape
        .as_ref()
        .map_or_else(|| "?".to_owned(), |shape| format!("B × {}", spaced(&shape.to_string())));
    fact_ui(ui, &cx.text("model-gives"), &cx.hint("model-gives"), &shape);
    if let Some(count) = surveyed.multiply_adds.filter(|count| *count > 0) {
        let (name, hint) = (cx.text("model-multiply-adds"), cx.hint("model-multiply-adds"));
        fact_ui(ui, &name, &hint, &format::short(count));
    }
    if let Some(count) = surveyed.activations.filter(|count| *count > 0) {
        let (name, hint) = (cx.text("model-activations"), cx.hint("model-activations"));
        fact_ui(ui, &name, &hint, &format::bytes(count.saturating_mul(size_of::<f32>() as u64)));
    }
    if surveyed.parameters.len() > MOST_TENSORS {
        let count =
            surveyed.parameters.iter().filter(|spec| spec.trained).map(|spec| spec.count() as u64).sum();
        let (name, hint) = (cx.text("model-parameters"), cx.hint("model-parameters"));
        return fact_ui(ui, &name, &hint, &format::count(count));
    }
    for spec in &surveyed.parameters {
        let shape: Vec<String> = spec.shape.iter().map(usize::to_string).collect();
        let count = format::count(spec.count() as u64);
        let told = if shape.len() > 1 { format!("{} = {count}", shape.join(" × ")) } else { count };
        fact_ui(ui, spec.name, &cx.hint("model-parameter"), &told);
    }
}

/// Tensors that are told one by one: as many as a layer has, not a block.
const MOST_TENSORS: usize = 10;

fn spaced(shape: &str) -> String {
    shape.replace('×', " × ")
}

/// Something that does not fit.
struct Fault {
    problem: Problem,
    /// Where.
    node: Option<String>,
    mend: Option<Mend>,
}

impl Fault {
    /// The graph's own faults; where there are none, what does not fit its loss or data.
    fn all(model: &Model<'_>) -> Vec<Self> {
        let of_graph = |fault: &GraphError| Self {
            problem: fault.clone().into(),
            node: fault.node(),
            mend: fault.mend(),
        };
        let of_misfit = |problem: &Problem| Self {
            node: problem.facts.get("node").and_then(|node| node.as_str()).map(str::to_owned),
            mend: Mend::of_misfit(model.graph, problem),
            problem: problem.clone(),
        };
        model.survey.faults.iter().map(of_graph).chain(model.misfit.map(of_misfit)).collect()
    }
}

/// Each fault in words, with the stroke that mends it.
fn faults_ui(ui: &mut Ui, cx: &mut Context<'_>, model: &Model<'_>, faults: &[Fault]) {
    let colors = theme::colors(ui);
    for Fault { problem, node, mend } in faults {
        widgets::card(ui).stroke(egui::Stroke::new(1.0, colors.bad)).show(ui, |ui| {
            ui.set_width(ui.available_width());
            let (message, hint) = cx.words.problem(problem);
            ui.add(egui::Label::new(RichText::new(message).color(colors.text_strong)).wrap());
            if let Some(hint) = hint {
                widgets::weak(ui, &hint);
            }
            if let Some((mend, graph)) = mend.as_ref().and_then(|mend| Some((mend, mend.done(model.graph)?)))
            {
                if widgets::primary_button(ui, true, icon::CHECK, &mend_words(cx.words, mend)).clicked() {
                    cx.act(Action::EditGraph(graph));
                }
            } else if let Some(node) = node.as_ref().filter(|node| !model.is_selected(node)) {
                let label = cx.with("model-look-at", &[("node", node.as_str().into())]);
                if widgets::secondary_button(ui, true, icon::EYE, &label).clicked() {
                    cx.act(Action::SelectNode(Some(node.clone())));
                }
            }
        });
    }
}

/// The whole model in numbers.
fn totals_ui(ui: &mut Ui, cx: &mut Context<'_>, model: &Model<'_>, memory: Option<StepMemory>) {
    let colors = theme::colors(ui);
    ui.spacing_mut().item_spacing.y = space::XS;
    ui.add_space(space::M);
    let faults = Fault::all(model).len();
    let (mark, color, words) = if model.graph.nodes.is_empty() {
        (icon::INFO, colors.text_weak, cx.text("model-empty"))
    } else if faults == 0 {
        (icon::CHECK_CIRCLE, colors.good, cx.text("model-fits"))
    } else {
        (icon::WARNING, colors.bad, cx.with("model-faults", &[("count", (faults as u64).into())]))
    };
    ui.horizontal(|ui| {
        ui.label(text::icon(mark, 15.0).color(color));
        ui.label(text::strong(words).color(colors.text_strong));
    });
    let specs = || model.survey.nodes.iter().flat_map(|node| &node.parameters);
    let count = |trained: bool| -> u64 {
        specs().filter(|spec| spec.trained == trained).map(|spec| spec.count() as u64).sum()
    };
    let fact = |ui: &mut Ui, key: &str, value: String| fact_ui(ui, &cx.text(key), &cx.hint(key), &value);
    fact(ui, "model-nodes", format::count(model.graph.nodes.len() as u64));
    fact(ui, "model-parameters", format::count(count(true)));
    let multiply_adds = model.survey.multiply_adds().map_or_else(|| NONE.into(), format::short);
    fact(ui, "model-multiply-adds", multiply_adds);
    if count(false) > 0 {
        fact(ui, "model-buffers", format::count(count(false)));
    }
    let memory = memory
        .filter(|_| faults == 0)
        .map_or_else(|| NONE.to_owned(), |memory| format!("≈ {}", format::bytes(memory.peak as u64)));
    fact(ui, "train-step-memory", memory);
    if model.way.is_empty() {
        pace_ui(ui, cx, faults == 0);
    }
}

/// How long an epoch takes here, once it was asked for.
fn pace_ui(ui: &mut Ui, cx: &mut Context<'_>, fits: bool) {
    let (name, hint) = (cx.text("model-epoch"), cx.hint("model-epoch"));
    if let Some(pace) = cx.state.experiment().and_then(|experiment| cx.mirror.pace(experiment)) {
        let value = format!("≈ {}", format::span(pace.epoch_seconds()));
        return fact_ui(ui, &name, &hint, &value);
    }
    let measures = cx.mirror.awaits(|asked| matches!(asked, Asked::Measure { .. }));
    let trains = cx.mirror.trains();
    labelled_ui(ui, &name, &hint, space::L, |ui| {
        let key = if measures { "model-measuring" } else { "model-measure" };
        let words = RichText::new(cx.text(key)).size(text::SMALL_SIZE);
        let link = ui.add_enabled(measures || fits && !trains, egui::Link::new(words));
        let why = if trains { "model-measure-trains" } else { "preview-unfit" };
        if link.on_disabled_hover_text(cx.text(why)).clicked() {
            cx.act(if measures { Action::CancelMeasuring } else { Action::Measure });
        }
    });
}

/// A label and the control that belongs to it.
fn row_ui(ui: &mut Ui, label: &str, hint: &str, add: impl FnOnce(&mut Ui)) {
    labelled_ui(ui, label, hint, size::CONTROL, add);
}

/// A name and what is told of it.
fn fact_ui(ui: &mut Ui, name: &str, hint: &str, value: &str) {
    let color = theme::colors(ui).text_strong;
    labelled_ui(ui, name, hint, space::L, |ui| {
        ui.add(egui::Label::new(text::mono(value).size(text::SMALL_SIZE).color(color)).wrap());
    });
}

fn labelled_ui(ui: &mut Ui, label: &str, hint: &str, tall: f32, add: impl FnOnce(&mut Ui)) {
    let wide = (ui.available_width() * 0.38).floor();
    ui.horizontal_top(|ui| {
        let (rect, response) = ui.allocate_exact_size(vec2(wide, tall), Sense::hover());
        let at = pos2(rect.left(), rect.center().y - text::SMALL_SIZE * 0.65);
        widgets::paint_text(ui, at, wide, 1, label, text::small_font(), theme::colors(ui).text);
        if !hint.is_empty() {
            response.on_hover_text(hint);
        }
        ui.vertical(add);
    });
}
