//! `trainyard attention`: what the heads of a run attended to for a row, as numbers or as a picture.

use std::process::ExitCode;

use engine::{
    inspect::{Ask, Moment},
    protocol::{Command, Problem, Reply},
    store::export::write,
};
use serde_json::json;

use super::{office::Office, train::absolute};
use crate::{inspect::export, locale::Locale, theme};

pub(super) fn run(asked: &super::Attention, spoken: &Locale) -> Result<ExitCode, Problem> {
    let mut office = Office::open();
    let (folder, run) = asked.run.find(&mut office)?;
    let moment = match (asked.step, asked.best) {
        (Some(step), _) => Moment::Step(step),
        (None, true) => Moment::Best,
        (None, false) => Moment::Newest,
    };
    let ask = Ask {
        moment,
        split: asked.split.split(),
        sample: asked.row,
        row: None,
        text: asked.text.clone(),
        off: asked.off.clone(),
        cam: None,
        neurons: None,
    };
    let Reply::Look(look) = office.ask(Command::Look { folder, run: run.id, ask })? else {
        return Ok(ExitCode::from(super::REFUSED));
    };
    if let Some(file) = &asked.png {
        let Some(picture) = export::overview(&theme::LIGHT, &look) else {
            eprintln!("{}", spoken.text("inspect-nothing-inside"));
            return Ok(ExitCode::from(super::REFUSED));
        };
        write(&absolute(file), &picture)?;
        println!("{}", file.display());
        return Ok(ExitCode::SUCCESS);
    }
    let layers: Vec<_> = look
        .layers
        .iter()
        .map(|layer| {
            let heads = (0..layer.heads).map(|head| {
                let statistics = layer.statistics.get(head).copied().unwrap_or_default();
                let rows: Vec<&[f32]> = layer.map(head).chunks(layer.keys.max(1)).collect();
                json!({
                    "head": head, "statistics": statistics,
                    "pattern": statistics.pattern().map(|pattern| pattern.name()), "shares": rows,
                })
            });
            json!({ "node": layer.node, "is_cross": layer.is_cross, "heads": heads.collect::<Vec<_>>() })
        })
        .collect();
    let width = look.layers.first().map_or(1, |layer| layer.keys.max(1));
    let line = json!({
        "run": run.id, "step": look.step, "row": look.sample, "rows": look.samples, "truth": look.truth,
        "answer": look.answer, "sequences": look.sequences, "layers": layers,
        "rollout": look.rollout.as_ref().map(|shares| shares.chunks(width).collect::<Vec<_>>()),
    });
    println!("{line}");
    Ok(ExitCode::SUCCESS)
}
