//! Strokes in words: what an undo takes back, what a click would mend.

use std::cmp::Ordering;

use engine::{
    graph::{Diff, Mend},
    project::{Experiment, Recipe, RecipeStep},
};
use serde_json::Value;

use crate::{locale::Locale, train::numbers};

/// What was done between two states of an experiment: `add Dropout`.
pub fn edit_words(words: &Locale, before: &Experiment, after: &Experiment) -> String {
    // A model's input follows from what a recipe makes of the data.
    if before.recipe != after.recipe {
        return recipe_words(words, &before.recipe, &after.recipe);
    }
    let diff = Diff::between(&before.graph, &after.graph);
    let of = |key: &str, node: &str| words.with(key, &[("node", node.into())]);
    let many = |key: &str, nodes: &[String]| words.with(key, &[("count", nodes.len().into())]);
    let kind = |name: &String| {
        let kind = after.graph.node(name).map(|node| node.layer.kind()).unwrap_or_default();
        words.text(&format!("kind-{kind}"))
    };
    if let Some((from, to)) = &diff.renamed {
        return words.with("edit-rename", &[("from", from.as_str().into()), ("to", to.as_str().into())]);
    }
    match (&diff.added[..], &diff.removed[..]) {
        ([], []) => {}
        ([one], [_, ..]) if after.graph.node(one).is_some_and(|node| node.layer.kind() == "block") => {
            return words.text("edit-group");
        }
        ([one], []) => return words.with("edit-add", &[("kind", kind(one).into())]),
        (nodes, []) => return many("edit-add-many", nodes),
        ([], [one]) => return of("edit-remove", one),
        ([], nodes) => return many("edit-remove-many", nodes),
        _ => return words.text("edit-model"),
    }
    let Diff { set, turned, bypassed, rewired, noted, .. } = &diff;
    match (&set[..], &turned[..], &bypassed[..], &rewired[..], &noted[..]) {
        ([], [], [], [], []) if before.training != after.training => words.text("edit-training"),
        ([(node, setting)], [], [], [], []) => {
            let setting = words.text(&format!("node-{setting}"));
            words.with("edit-set", &[("setting", setting.into()), ("node", node.as_str().into())])
        }
        ([], [node], [], _, []) => of("edit-turn", node),
        ([], [], [node], [], []) => of("edit-bypass", node),
        ([], [], nodes @ [_, _, ..], [], []) => many("edit-bypass-many", nodes),
        ([], [], [], [node], []) => of("edit-wire", node),
        ([], [], [], [], [node]) => of("edit-note", node),
        _ => words.text("edit-model"),
    }
}

/// What was done to a recipe: `add the step Clip`.
fn recipe_words(words: &Locale, before: &Recipe, after: &Recipe) -> String {
    let of = |key: &str, step: &RecipeStep| {
        words.with(key, &[("step", words.text(&format!("step-{}", step.name())).into())])
    };
    let (old, new) = (&before.steps, &after.steps);
    let first = old.iter().zip(new).position(|(old, new)| old != new);
    match new.len().cmp(&old.len()) {
        Ordering::Greater => new.get(first.unwrap_or(old.len())).map(|step| of("edit-step-add", step)),
        Ordering::Less => old.get(first.unwrap_or(new.len())).map(|step| of("edit-step-remove", step)),
        Ordering::Equal => first.and_then(|place| {
            let (old, new) = (old.get(place)?, new.get(place)?);
            Some(of(if old.name() == new.name() { "edit-step-set" } else { "edit-step-move" }, old))
        }),
    }
    .unwrap_or_else(|| words.text("edit-split"))
}

/// What a mend does: `Insert Flatten`.
pub fn mend_words(words: &Locale, mend: &Mend) -> String {
    match mend {
        Mend::Flatten { .. } => words.text("model-mend-flatten"),
        Mend::Embed { .. } => words.text("model-mend-embed"),
        Mend::Kind { kind, .. } => {
            words.with("model-mend-kind", &[("kind", words.text(&format!("kind-{kind}")).into())])
        }
        Mend::Read { instead, .. } => words.with("model-mend-read", &[("node", instead.as_str().into())]),
        Mend::ReadFewer { count, .. } => words.with("model-mend-fewer", &[("count", (*count as u64).into())]),
        Mend::Outputs { .. } => words.text("model-mend-outputs"),
        Mend::Set { setting, value, .. } => {
            let setting = words.text(&format!("node-{setting}"));
            let values = [("setting", setting.into()), ("value", value_words(value).into())];
            words.with("model-mend-set", &values)
        }
    }
}

/// `0.5`, `relu`, `1 × 28 × 28`; of a choice with settings of its own, what is chosen.
pub fn value_words(value: &Value) -> String {
    match value {
        Value::String(word) => word.clone(),
        Value::Array(sizes) => sizes.iter().map(value_words).collect::<Vec<_>>().join(" × "),
        Value::Number(number) => number.as_f64().map_or_else(|| number.to_string(), numbers::setting),
        Value::Object(chosen) if chosen.len() == 1 => chosen.values().map(value_words).collect(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use engine::{
        graph::{Graph, Layer},
        project::{Recipe, SplitSpec},
        train::Training,
    };
    use serde_json::json;

    use super::*;
    use crate::locale::Language;

    #[test]
    fn edits_are_called_by_what_they_do() {
        let words = Locale::new(Language::English);
        let layer = |kind| Layer::of_kind(kind).unwrap();
        let before = Experiment {
            name: "a".into(),
            recipe: Recipe { split: SplitSpec::default(), steps: Vec::new() },
            graph: Graph::chain([("x", layer("input")), ("hidden", layer("dense")), ("y", layer("dense"))]),
            training: Training::default(),
        };
        let check = |edit: fn(&mut Experiment), expected: &str| {
            let mut after = before.clone();
            edit(&mut after);
            assert_eq!(edit_words(&words, &before, &after), expected);
        };
        check(|it| drop(it.graph.insert(Some("x"), Layer::of_kind("dropout").unwrap())), "add Dropout");
        check(|it| it.graph.remove("hidden"), "remove hidden");
        check(|it| assert!(it.graph.rename("hidden", "wide")), "rename hidden to wide");
        check(|it| it.graph.bypass(&["hidden", "y"]), "bypass 2 nodes");
        check(|it| it.graph.disconnect("x", "hidden"), "wire hidden");
        check(|it| it.training.epochs = 3, "training settings");
        check(
            |it| it.graph.nodes[1].layer = it.graph.nodes[1].layer.with_setting("units", json!(7)).unwrap(),
            "set Units of hidden",
        );
        check(|it| it.graph = Graph::default(), "remove 3 nodes");
        check(|it| it.recipe.steps.push(RecipeStep::Grey), "add the step Grey");
        check(|it| it.recipe.split.seed = 7, "divide the rows");
        let mut two = before.clone();
        two.recipe.steps = vec![RecipeStep::Grey, RecipeStep::Divide { by: 2.0 }];
        let of = |steps: [RecipeStep; 2]| {
            let recipe = Recipe { steps: steps.to_vec(), ..two.recipe.clone() };
            edit_words(&words, &two, &Experiment { recipe, ..two.clone() })
        };
        assert_eq!(of([RecipeStep::Grey, RecipeStep::Divide { by: 3.0 }]), "set the step Divide");
        assert_eq!(of([RecipeStep::Divide { by: 2.0 }, RecipeStep::Grey]), "move the step Grey");
        assert_eq!(edit_words(&words, &two, &before), "remove the step Grey");
    }
}
