//! All rows, looked at together: what is wrong with them, their splits, the target's classes, which columns go together.

use egui::{Color32, Rect, RichText, Sense, Ui, Vec2, WidgetType, pos2};
use engine::{
    data::room::{Correlations, Finding, Remedy, Survey, View},
    project::Experiment,
};

use super::{
    Looking,
    column::{fact_ui, shares_ui},
};
use crate::{
    action::Action,
    context::Context,
    format,
    theme::{self, icon, space, text},
    widgets,
};

/// Draws what the table holds.
pub fn overview_ui(ui: &mut Ui, cx: &mut Context<'_>, looking: &Looking, survey: &Survey) {
    let strong = theme::colors(ui).text_strong;
    let words = cx.words;
    let heading = |ui: &mut Ui, key: &str| {
        ui.label(text::strong(words.text(key)).color(strong)).on_hover_text(words.hint(key));
    };
    fact_ui(ui, &cx.text("data-fact-rows"), &format::count(survey.rows as u64));
    fact_ui(ui, &cx.text("data-fact-columns"), &format::count(survey.columns.len() as u64));
    let gaps: usize = survey.columns.iter().map(|column| column.info.gaps).sum();
    fact_ui(ui, &cx.text("data-fact-gaps"), &format::count(gaps as u64));
    let open: Vec<_> =
        survey.findings.iter().filter_map(|found| Some((found, open_ended(cx, found, survey)?))).collect();
    if !open.is_empty() {
        ui.add_space(space::L);
        heading(ui, "data-health");
        for (finding, mend) in open {
            finding_ui(ui, cx, looking, finding, mend);
        }
    }
    if let Some(splits) = &survey.splits {
        ui.add_space(space::L);
        heading(ui, "data-splits");
        let parts = [
            (cx.text("data-split-training"), splits.training),
            (cx.text("data-split-validation"), splits.validation),
            (cx.text("data-split-test"), splits.test),
        ];
        shares_ui(ui, &parts, survey.rows);
    }
    if let Some(balance) = &survey.balance {
        ui.add_space(space::L);
        heading(ui, "data-balance");
        shares_ui(ui, &balance.classes, survey.rows);
    }
    if survey.correlations.columns.len() > 1 {
        ui.add_space(space::L);
        heading(ui, "data-correlations");
        ui.add_space(space::XS);
        correlations_ui(ui, cx, &survey.correlations);
    }
}

/// What would mend a finding, where anything obvious would; `None` where that has been done.
fn open_ended(cx: &Context<'_>, finding: &Finding, survey: &Survey) -> Option<Option<(Remedy, Experiment)>> {
    let Some(experiment) = cx.state.experiment() else { return Some(None) };
    match finding.mend(experiment, survey) {
        Some((_, mended)) if mended == *experiment => None,
        mend => Some(mend),
    }
}

/// Something that is wrong, the way to its rows or its column, and what would mend it.
fn finding_ui(
    ui: &mut Ui,
    cx: &mut Context<'_>,
    looking: &Looking,
    finding: &Finding,
    mend: Option<(Remedy, Experiment)>,
) {
    let colors = theme::colors(ui);
    let (key, column, rows) = match finding {
        Finding::Leaks { rows } => ("health-leaks", "", *rows),
        Finding::Conflicts { rows } => ("health-conflicts", "", *rows),
        Finding::Duplicates { rows } => ("health-duplicates", "", *rows),
        Finding::Telltale { column } => ("health-telltale", column.as_str(), 0),
        Finding::Constant { column } => ("health-constant", column.as_str(), 0),
        Finding::Gaps { column, rows } => ("health-gaps", column.as_str(), *rows),
        Finding::Outliers { column, rows } => ("health-outliers", column.as_str(), *rows),
        Finding::Imbalance { class, rows } => ("health-imbalance", class.as_str(), *rows),
        Finding::Personal { column, rows, .. } => ("health-personal", column.as_str(), *rows),
    };
    let what = match finding {
        Finding::Personal { what, .. } => cx.text(&format!("personal-{}", what.name())),
        _ => String::new(),
    };
    let values = [("column", column.into()), ("rows", rows.into()), ("what", what.into())];
    let message = cx.with(key, &values);
    ui.add_space(space::XS);
    ui.horizontal_top(|ui| {
        ui.label(text::icon(icon::WARNING, 14.0).color(colors.warning));
        ui.vertical(|ui| {
            ui.label(RichText::new(&message).color(colors.text)).on_hover_text(cx.hint(key));
            ui.horizontal(|ui| {
                if let Some(shown) = shown(cx, looking, finding) {
                    let label = cx.with("health-show", &[("finding", message.as_str().into())]);
                    if link_ui(ui, &cx.text("health-show-short"), &label, "") {
                        cx.act(Action::LookAtRows(Box::new(shown)));
                    }
                }
                if let Some((remedy, mended)) = mend {
                    let key = format!("mend-{}", remedy.name());
                    let does = cx.text(&key);
                    let label = cx
                        .with("health-mend", &[("does", does.as_str().into()), ("finding", message.into())]);
                    if link_ui(ui, &does, &label, &cx.hint(&key)) {
                        cx.act(match remedy {
                            Remedy::WeighClasses => Action::EditTraining(mended.training),
                            _ => Action::EditRecipe(Box::new(mended.recipe)),
                        });
                    }
                }
            });
        });
    });
}

/// A small link; `label` is what it is called.
fn link_ui(ui: &mut Ui, words: &str, label: &str, hint: &str) -> bool {
    let link = ui.add(egui::Link::new(RichText::new(words).small()));
    widgets::name(&link, WidgetType::Link, label);
    if hint.is_empty() { link.clicked() } else { link.on_hover_text(hint).clicked() }
}

/// Where to look at what is wrong; `None` where no filter says it.
fn shown(cx: &Context<'_>, looking: &Looking, finding: &Finding) -> Option<Looking> {
    let with = |filter: String| {
        let view = View { filter, ..View::default() };
        Some(Looking { view, rows: 0..0, column: None, ..looking.clone() })
    };
    // In the language of filters a space, a quotation mark or a sign ends a name.
    let is_plain = |name: &str| !name.contains([' ', '"', '=', '<', '>', ':', '!']) && !name.starts_with('-');
    let at = |column: &str| Some(Looking { column: Some(column.to_owned()), ..looking.clone() });
    match finding {
        Finding::Leaks { .. } | Finding::Conflicts { .. } => None,
        Finding::Duplicates { .. } => with("is:duplicate".into()),
        Finding::Gaps { column, .. } if is_plain(column) => with(format!("{column}=")),
        Finding::Imbalance { class, .. } => {
            let target = &cx.mirror.opened.as_ref()?.project.dataset.target;
            (is_plain(target) && is_plain(class)).then(|| with(format!("{target}={class}"))).flatten()
        }
        Finding::Outliers { column, .. } => {
            let view = View { sort: Some((column.clone(), true)), filter: String::new() };
            Some(Looking { view, rows: 0..0, column: Some(column.clone()), ..looking.clone() })
        }
        Finding::Telltale { column }
        | Finding::Constant { column }
        | Finding::Gaps { column, .. }
        | Finding::Personal { column, .. } => at(column),
    }
}

/// A square a pair of columns: blue where both rise together, orange where one falls, the stronger the fuller.
fn correlations_ui(ui: &mut Ui, cx: &Context<'_>, correlations: &Correlations) {
    let colors = theme::colors(ui);
    let count = correlations.columns.len();
    let side = ui.available_width();
    let (ground, response) = ui.allocate_exact_size(Vec2::splat(side), Sense::hover());
    widgets::name(&response, WidgetType::Image, &cx.text("data-correlations"));
    let cell = side / count as f32;
    let place = |row: usize, column: usize| {
        let min = pos2(ground.left() + cell * column as f32, ground.top() + cell * row as f32);
        Rect::from_min_size(min, Vec2::splat((cell - 1.0).max(1.0)))
    };
    for row in 0..count {
        for column in 0..count {
            let value = correlations.values.get(row * count + column).copied().flatten();
            let color = match value {
                None => Color32::TRANSPARENT,
                Some(value) if value >= 0.0 => colors.series[0].gamma_multiply(value),
                Some(value) => colors.series[1].gamma_multiply(-value),
            };
            ui.painter().rect_filled(place(row, column), 1.0, colors.field);
            ui.painter().rect_filled(place(row, column), 1.0, color);
        }
    }
    let Some(at) = response.hover_pos() else { return };
    let [row, column] =
        [at.y - ground.top(), at.x - ground.left()].map(|at| ((at / cell) as usize).min(count - 1));
    let value = correlations.values.get(row * count + column).copied().flatten();
    let value = value.map_or_else(|| "–".into(), |value| format!("{value:+.2}"));
    let words = format!("{} · {}  {value}", correlations.columns[row], correlations.columns[column]);
    response.on_hover_text(words);
}
