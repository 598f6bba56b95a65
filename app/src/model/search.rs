//! Quick search: layers and blocks by name in either language, where the pointer is; those that fit there come first.

use egui::{
    Align, Align2, Area, Color32, CornerRadius, Id, Key, Margin, Modifiers, Order, Pos2, Rect, ScrollArea,
    Sense, TextEdit, Ui, Vec2, WidgetInfo, WidgetType, vec2,
};
use engine::graph::{Graph, Layer, Node, Surveyed, blocks::SHIPPED, layers::Input};

use super::{Model, kinds};
use crate::{
    action::Action,
    context::Context,
    theme::{self, icon, radius, size, space, text},
    widgets,
};

const WIDE: f32 = 300.0;
const ROW: f32 = 30.0;
/// Rows that are seen at once.
const ROWS: f32 = 8.0;

/// Where a new layer goes.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// Between a node and those that read it; without a node it reads nothing.
    Behind(Option<String>),
    /// Beside those that read a node.
    From(String),
    /// On the wire from one node to another.
    Between(String, String),
}

/// The search that is open; kept by egui, as what is typed in any other field.
#[derive(Debug, Clone)]
struct Search {
    at: Pos2,
    place: Place,
    query: String,
    cursor: usize,
    /// Its first frame: the click that opened it is no click beside it.
    is_new: bool,
}

/// A layer or a block that was found.
struct Found {
    layer: Layer,
    name: String,
    /// What a block's node is called; one of another kind by its kind.
    node: Option<String>,
    group: String,
    hint: String,
    fits: bool,
}

fn id() -> Id {
    Id::new("model_quick_search")
}

/// Opens the search at a place on the screen.
pub fn open(ui: &Ui, at: Pos2, place: Place) {
    let search = Search { at, place, query: String::new(), cursor: 0, is_new: true };
    ui.data_mut(|data| data.insert_temp(id(), search));
}

pub fn is_open(ui: &Ui) -> bool {
    ui.data(|data| data.get_temp::<Search>(id())).is_some()
}

fn close(ui: &Ui) {
    ui.data_mut(|data| data.remove::<Search>(id()));
}

/// Puts a layer in its place and looks at it.
pub fn put(cx: &mut Context<'_>, model: &Model<'_>, place: &Place, layer: Layer) {
    put_as(cx, model, place, layer, None);
}

/// [`put`], under a name like that one.
pub fn put_as(cx: &mut Context<'_>, model: &Model<'_>, place: &Place, layer: Layer, own: Option<&str>) {
    let mut graph = model.graph.clone();
    let name = match place {
        // An input reads nothing.
        _ if layer.inputs().1 == 0 => Some(graph.insert(None, layer)),
        Place::Behind(after) => Some(graph.insert(after.as_deref(), layer)),
        Place::From(from) => {
            let name = graph.insert(None, layer);
            graph.connect(from, &name);
            Some(name)
        }
        Place::Between(from, to) => graph.insert_between(from, to, layer),
    };
    if let Some(mut name) = name {
        if let Some(own) = own.map(|own| graph.free_name(own)) {
            graph.rename(&name, &own);
            name = own;
        }
        cx.act(Action::EditGraph(graph));
        cx.act(Action::SelectNode(Some(name)));
    }
}

/// Draws the search, where it is open.
pub fn search_ui(ui: &Ui, cx: &mut Context<'_>, model: &Model<'_>) {
    let Some(mut search) = ui.data(|data| data.get_temp::<Search>(id())) else { return };
    let found = find(cx, model, &search);
    search.cursor = search.cursor.min(found.len().saturating_sub(1));
    let area = Area::new(Id::new("model_quick_search_area"))
        .order(Order::Foreground)
        .fixed_pos(search.at)
        .constrain(true);
    let mut chosen = None;
    let shown = area.show(ui.ctx(), |ui| {
        let frame = egui::Frame::popup(ui.style()).inner_margin(0).corner_radius(radius::DIALOG);
        frame.show(ui, |ui| {
            ui.set_width(WIDE);
            ui.spacing_mut().item_spacing.y = 0.0;
            let before = search.cursor;
            move_cursor(ui, &mut search.cursor, found.len());
            query_ui(ui, cx, &mut search);
            ui.separator();
            if ui.input(|input| input.key_pressed(Key::Enter)) {
                chosen = Some(search.cursor);
            }
            ScrollArea::vertical().max_height(ROW * ROWS).show(ui, |ui| {
                ui.add_space(space::XS);
                for (index, each) in found.iter().enumerate() {
                    let is_marked = index == search.cursor;
                    if row_ui(ui, cx, each, is_marked, is_marked && before != search.cursor) {
                        chosen = Some(index);
                    }
                }
                if found.is_empty() {
                    ui.horizontal(|ui| {
                        ui.add_space(space::L);
                        widgets::weak(ui, &cx.text("model-search-nothing"));
                    });
                }
                ui.add_space(space::XS);
            });
        });
    });
    let beside = !search.is_new && shown.response.clicked_elsewhere();
    let leaves = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) || beside;
    search.is_new = false;
    ui.data_mut(|data| data.insert_temp(id(), search.clone()));
    if let Some(found) = chosen.and_then(|chosen| found.get(chosen)) {
        put_as(cx, model, &search.place, found.layer.clone(), found.node.as_deref());
    }
    if leaves || chosen.is_some() {
        close(ui);
    }
}

fn move_cursor(ui: &Ui, cursor: &mut usize, count: usize) {
    ui.input_mut(|input| {
        if input.consume_key(Modifiers::NONE, Key::ArrowDown) {
            *cursor = (*cursor + 1).min(count.saturating_sub(1));
        } else if input.consume_key(Modifiers::NONE, Key::ArrowUp) {
            *cursor = cursor.saturating_sub(1);
        }
    });
}

fn query_ui(ui: &mut Ui, cx: &Context<'_>, search: &mut Search) {
    let label = cx.text("model-quick-search");
    let margin = Margin::symmetric(space::M as i8, space::XS as i8);
    egui::Frame::new().inner_margin(margin).show(ui, |ui| {
        ui.horizontal(|ui| {
            let color = theme::colors(ui).text_weak;
            ui.label(text::icon(icon::MAGNIFYING_GLASS, 15.0).color(color));
            let field = TextEdit::singleline(&mut search.query)
                .frame(egui::Frame::NONE)
                .hint_text(label.clone())
                .desired_width(f32::INFINITY)
                .min_size(Vec2::new(0.0, size::CONTROL))
                .vertical_align(Align::Center);
            let response = ui.add(field);
            widgets::name_field(&response, &label, &search.query);
            if response.changed() {
                search.cursor = 0;
            }
            response.request_focus();
        });
    });
}

/// Gives whether it was chosen.
fn row_ui(ui: &mut Ui, cx: &Context<'_>, found: &Found, is_marked: bool, follow: bool) -> bool {
    let colors = theme::colors(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let label = cx.with("model-add", &[("kind", found.name.as_str().into())]);
    response.widget_info(|| WidgetInfo::selected(WidgetType::Button, true, is_marked, &label));
    let inner = rect.shrink2(vec2(space::S, 0.0));
    if is_marked || response.hovered() {
        let fill = if is_marked { colors.accent_soft } else { colors.hovered };
        ui.painter().rect_filled(inner, CornerRadius::same(radius::CONTROL), fill);
    }
    let faded = |color: Color32| if found.fits { color } else { color.gamma_multiply(0.45) };
    let mark = Rect::from_center_size(inner.left_center() + vec2(space::M, 0.0), Vec2::splat(kinds::MARK));
    let color = faded(kinds::color(colors, found.layer.kind()));
    ui.painter().rect_filled(mark, CornerRadius::same(2), color);
    let at = inner.left_center() + vec2(space::XL, 0.0);
    let color = faded(if is_marked { colors.text_strong } else { colors.text });
    ui.painter().text(at, Align2::LEFT_CENTER, &found.name, text::body_font(), color);
    let at = inner.right_center() - vec2(space::S, 0.0);
    let words = if found.fits { found.group.clone() } else { cx.text("model-search-unfit") };
    ui.painter().text(at, Align2::RIGHT_CENTER, words, text::tiny_font(), faded(colors.text_weak));
    if follow {
        response.scroll_to_me(None);
    }
    response.on_hover_text(&found.hint).clicked()
}

/// The layers that are meant by what is typed, those that fit first. A wire that was let go offers those alone.
fn find(cx: &Context<'_>, model: &Model<'_>, search: &Search) -> Vec<Found> {
    let source = match &search.place {
        Place::Behind(None) => None,
        Place::Behind(Some(name)) | Place::From(name) | Place::Between(name, _) => {
            model.graph.position(name).and_then(|place| model.survey.nodes.get(place))
        }
    };
    let mut found: Vec<(u8, Found)> = Layer::KINDS
        .iter()
        .filter(|kind| **kind != "block")
        .filter_map(|kind| {
            let meant = kinds::meant(cx, kind, &search.query)?;
            let layer = Layer::of_kind(kind)?;
            // An input reads nothing.
            let is_input = layer.inputs().1 == 0;
            let is_behind = matches!(search.place, Place::Behind(_));
            let fits = if is_input { is_behind } else { fits(source, layer.clone()) };
            let (name, hint) = (kinds::name(cx, kind), kinds::hint(cx, kind));
            Some((meant, Found { layer, name, node: None, group: cx.text(kinds::group(kind)), hint, fits }))
        })
        .chain(blocks(cx, source, &search.query))
        .filter(|(_, found)| found.fits || !matches!(search.place, Place::From(_)))
        .filter(|(_, found)| found.fits || found.layer.kind() != "input")
        .collect();
    // Most models have one input.
    let is_another = |found: &Found| found.layer.kind() == "input" && model.has_input();
    found.sort_by_key(|(meant, found)| (!found.fits, is_another(found), *meant));
    found.into_iter().map(|(_, found)| found).collect()
}

/// The blocks that are meant: the user's own, and the shipped ones that can be drawn for what a node gives.
fn blocks(cx: &Context<'_>, source: Option<&Surveyed>, query: &str) -> Vec<(u8, Found)> {
    let given = source.and_then(|source| source.shape.as_ref());
    let own = cx.state.blocks.iter().filter_map(|block| {
        let found = Found {
            layer: block.layer.clone(),
            name: block.name.clone(),
            node: Some(block.name.clone()),
            group: cx.text("model-group-own"),
            hint: cx.text("model-block-own"),
            fits: fits(source, block.layer.clone()),
        };
        Some((kinds::nearness(query, &[&block.name], "")?, found))
    });
    let shipped = SHIPPED.iter().filter_map(|shipped| {
        let key = format!("block-{}", shipped.name);
        let (name, hint) = (cx.text(&key), cx.hint(&key));
        let meant = kinds::nearness(query, &[&name, shipped.name, &cx.words.in_other(&key)], &hint)?;
        let node = Some(shipped.name.replace('-', "_"));
        let group = cx.text("model-group-blocks");
        let layer = shipped.layer(given?)?;
        let fits = fits(source, layer.clone());
        Some((meant, Found { layer, name, node, group, hint, fits }))
    });
    own.chain(shipped).collect()
}

/// Whether a layer with its usual settings takes what a node gives.
fn fits(source: Option<&Surveyed>, layer: Layer) -> bool {
    let Some(Surveyed { shape: Some(shape), values, .. }) = source else { return source.is_none() };
    // What merges reads it twice.
    let inputs = vec!["x".to_owned(); layer.inputs().0];
    let input = Node::new("x", Layer::Input(Input::of(shape, *values)), Vec::new());
    Graph { nodes: vec![input, Node::new("y", layer, inputs)] }.survey().faults.is_empty()
}
