//! A run as one HTML file for people who have no Trainyard: result, curves, model, settings, data; in both
//! languages, with a switch. It loads nothing and needs no network.
//!
//! Everything that comes from a project is escaped ([`html::escape`]); nothing of it can become markup.

mod curves;
mod html;
mod model;
mod result;

use engine::protocol::RunSummary;

use self::html::Words;
pub(crate) use self::html::escape;
use crate::{
    compare::setting_text,
    format,
    mirror::Run,
    theme::{Colors, DARK, LIGHT},
    train::{numbers, state_key},
};

/// The page of a run whose store has been read. `project` is the project's name.
pub fn page(run: &Run, project: &str) -> String {
    let words = Words::new();
    let summary = &run.summary;
    let name = words.english("train-run", &[("run", summary.id.0.into())]);
    let parts = [
        head(run, project, &words),
        result::section(run, &words),
        curves::section(run, &words),
        model::section(run, &words),
        settings(run, &words),
        facts(summary, run, &words),
    ];
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{} · {}</title>\n<style>\n{}{}</style>\n</head>\n<body>\n<main>\n{}</main>\n\
         <script>{SWITCH}</script>\n</body>\n</html>\n",
        escape(project),
        escape(&name),
        colors(),
        include_str!("report/style.css"),
        parts.concat()
    )
}

/// Begins in the reader's language.
const SWITCH: &str = "const root=document.documentElement;\
    const set=tag=>{root.lang=tag;document.querySelectorAll('button').forEach(b=>b.setAttribute('aria-pressed',b.lang===tag))};\
    document.querySelectorAll('button').forEach(b=>b.onclick=()=>set(b.lang));\
    set(navigator.language.toLowerCase().startsWith('zh')?'zh-CN':'en');";

fn head(run: &Run, project: &str, words: &Words) -> String {
    let summary = &run.summary;
    let name = words.say("train-run", &[("run", summary.id.0.into())]);
    let state = words.say(state_key(&summary.state), &[]);
    let date = format::date(summary.started_unix_secs);
    let labels = run.card.as_ref().map(|card| &card.card.labels);
    let note = labels.map(|labels| &*labels.note).filter(|note| !note.is_empty());
    let note = note.map(|note| format!("<p class=\"note\">{}</p>\n", escape(note))).unwrap_or_default();
    format!(
        "<header>\n<nav><button lang=\"en\">English</button><button lang=\"zh-CN\">简体中文</button></nav>\n\
         <h1>{} · {name}</h1>\n<p class=\"weak\">{} · {state} · {date}</p>\n{note}</header>\n",
        escape(project),
        escape(&summary.experiment)
    )
}

fn settings(run: &Run, words: &Words) -> String {
    let Some(experiment) = &run.experiment else { return String::new() };
    let settings = engine::compare::settings(experiment);
    let rows = settings.iter().filter(|(path, _)| !path.starts_with("model.")).map(|(path, value)| {
        let name = words.both(|words| escape(&crate::compare::setting_name(words, path)));
        let value = words.both(|words| escape(&setting_text(words, Some(value))));
        format!("<tr><th>{name}<code>{}</code></th><td>{value}</td></tr>\n", escape(path))
    });
    html::section(
        "settings",
        &words.say("compare-tab-settings", &[]),
        &format!("<table>\n{}</table>", rows.collect::<String>()),
    )
}

/// Where and on what it was trained.
fn facts(summary: &RunSummary, run: &Run, words: &Words) -> String {
    let report = run.report.as_ref();
    let mut facts = vec![
        ("train-device", summary.device.clone()),
        ("train-result-seed", summary.seed.to_string()),
        ("train-result-time", numbers::seconds(summary.seconds)),
        ("train-runs-epochs", format!("{}/{}", summary.epochs_done, summary.epochs)),
        ("train-step", format::count(summary.step)),
    ];
    if let Some(report) = report {
        facts.push(("train-result-parameters", format::count(report.parameters as u64)));
        facts.push(("train-result-rate", numbers::rate(report.samples_per_second)));
        facts.extend(report.data.clone().map(|data| ("report-fingerprint", data)));
    }
    facts.push(("report-version", env!("CARGO_PKG_VERSION").to_owned()));
    let rows = facts.into_iter().map(|(key, value)| {
        format!("<tr><th>{}</th><td>{}</td></tr>\n", words.say(key, &[]), escape(&value))
    });
    html::section(
        "facts",
        &words.say("report-facts", &[]),
        &format!("<table>\n{}</table>", rows.collect::<String>()),
    )
}

/// The program's own colours as variables, light and dark.
fn colors() -> String {
    let variables = |colors: &Colors| -> String {
        let series =
            colors.series.iter().enumerate().map(|(index, color)| (format!("series{index}"), *color));
        [
            ("ground", colors.background),
            ("card", colors.card),
            ("border", colors.border),
            ("text", colors.text),
            ("strong", colors.text_strong),
            ("weak", colors.text_weak),
            ("accent", colors.accent),
            ("bad", colors.bad),
        ]
        .map(|(name, color)| (name.to_owned(), color))
        .into_iter()
        .chain(series)
        .map(|(name, color)| format!("--{name}:#{:02x}{:02x}{:02x};", color.r(), color.g(), color.b()))
        .collect()
    };
    format!(
        ":root{{{}}}\n@media (prefers-color-scheme: dark){{:root{{{}}}}}\n",
        variables(&LIGHT),
        variables(&DARK)
    )
}

#[cfg(test)]
mod tests;
