//! What would mend a fault, as a stroke that can be done at once.

use serde_json::{Value, json};

use super::{Graph, GraphError, Layer, layers::Input, nearest, templates::Takes};
use crate::protocol::Problem;

/// A stroke that mends a fault.
#[derive(Debug, Clone, PartialEq)]
pub enum Mend {
    /// Put a flatten between `node` and what it reads.
    Flatten { node: String, input: String },
    /// Put an embedding there, which makes numbers of token ids.
    Embed { node: String, input: String },
    /// Make `node` one of another kind, which takes what it reads.
    Kind { node: String, kind: String },
    /// Let `node` read the node whose name is nearly the one it reads.
    Read { node: String, input: String, instead: String },
    /// Let `node` read the first `count` nodes only.
    ReadFewer { node: String, count: usize },
    /// Put an output behind `node` and every other end that has none.
    Outputs { node: String },
    /// Give a setting another value.
    Set { node: String, setting: String, value: Value },
}

impl GraphError {
    /// The node at fault, where it is one.
    pub fn node(&self) -> Option<String> {
        let facts = serde_json::to_value(self).ok()?;
        let of_kind = facts.as_object()?.values().next()?;
        of_kind.get("node")?.as_str().map(str::to_owned)
    }

    /// What would mend it; `None` where a person has to decide.
    pub fn mend(&self) -> Option<Mend> {
        let set = |node: &String, setting: &str, value: f64| {
            let value = if value.fract() == 0.0 { json!(value as i64) } else { json!(value) };
            Some(Mend::Set { node: node.clone(), setting: setting.into(), value })
        };
        match self {
            Self::NeedsFlatten { node, input, .. } => {
                Some(Mend::Flatten { node: node.clone(), input: input.clone() })
            }
            Self::NeedsNumbers { node, input, .. } => {
                Some(Mend::Embed { node: node.clone(), input: input.clone() })
            }
            Self::OtherKindFits { node, instead, .. } => {
                Some(Mend::Kind { node: node.clone(), kind: instead.clone() })
            }
            Self::MisspelledInput { node, input, nearest } => {
                Some(Mend::Read { node: node.clone(), input: input.clone(), instead: nearest.clone() })
            }
            Self::ReadsOutput { node, input, instead } => {
                Some(Mend::Read { node: node.clone(), input: input.clone(), instead: instead.clone() })
            }
            Self::SeveralOutputs { nodes } => {
                let first = nodes.split(", ").next()?;
                Some(Mend::Outputs { node: first.to_owned() })
            }
            Self::TooManyInputs { node, wanted, .. } => {
                Some(Mend::ReadFewer { node: node.clone(), count: *wanted })
            }
            Self::SettingTooSmall { node, setting, min, .. } => set(node, setting, *min),
            Self::SettingTooLarge { node, setting, max, .. } => set(node, setting, *max),
            Self::VocabularyTooSmall { node, tokens, .. } => set(node, "vocabulary", *tokens as f64),
            Self::SequenceTooLong { node, length, .. } => set(node, "max_length", *length as f64),
            Self::HeadsDoNotDivideWidth { node, heads, width, .. } => {
                let fitting = (1..=*heads).rev().find(|heads| width.is_multiple_of(*heads))?;
                set(node, "heads", fitting as f64)
            }
            Self::HeadsAreOdd { node, .. } => {
                Some(Mend::Set { node: node.clone(), setting: "rotary".into(), value: json!(false) })
            }
            Self::KeyHeadsDoNotDivideHeads { node, heads, .. } => set(node, "key_value_heads", *heads as f64),
            Self::GroupsDoNotDivideChannels { node, .. } | Self::GroupsDoNotDivideFilters { node, .. } => {
                set(node, "groups", 1.0)
            }
            _ => None,
        }
    }
}

impl Mend {
    /// What would mend a model that does not fit its data or its loss.
    pub fn of_misfit(graph: &Graph, problem: &Problem) -> Option<Self> {
        let fact = |name: &str| problem.facts.get(name);
        let node = fact("node")?.as_str()?.to_owned();
        let set = |setting: &str, value: Value| {
            Some(Self::Set { node: node.clone(), setting: setting.into(), value })
        };
        match problem.code.as_str() {
            "model-output-shape" => set("units", fact("units")?.clone()),
            "model-wrong-head" => {
                let settings = graph.node(&node)?.layer.settings();
                let setting = ["activation", "function"].into_iter().find(|name| settings.contains(name))?;
                set(setting, fact("wanted")?.clone())
            }
            "model-other-tokens" => set("tokens", fact("tokens")?.clone()),
            "model-no-such-target" => set("predicts", json!({ "column": nearest_column(problem)? })),
            "model-no-such-column" => {
                let Layer::Input(input) = &graph.node(&node)?.layer else { return None };
                let (wrong, right) = (fact("column")?.as_str()?, nearest_column(problem)?);
                let right = |column: &String| if column == wrong { right.clone() } else { column.clone() };
                set("columns", json!(input.columns.iter().map(right).collect::<Vec<_>>()))
            }
            "model-other-target" => set("loss", json!({ "kind": fact("instead")?.as_str()? })),
            "model-feature-count" => {
                let Layer::Input(input) = &graph.node(&node)?.layer else { return None };
                let got = usize::try_from(fact("got")?.as_u64()?).ok()?;
                let flat = Input { shape: [got].into(), tokens: input.tokens, ..Input::default() };
                let read =
                    (input.shape.rank() == 3).then(|| Takes::Images.read(&flat)).flatten().unwrap_or(flat);
                set("shape", serde_json::to_value(&read.shape).ok()?)
            }
            _ => None,
        }
        .filter(|mend| mend.done(graph).is_some_and(|mended| mended != *graph))
    }

    /// The graph with the stroke done; `None` where it no longer means anything.
    pub fn done(&self, graph: &Graph) -> Option<Graph> {
        let mut graph = graph.clone();
        let place = graph.position(self.node())?;
        match self {
            Self::Flatten { node, input } => {
                graph.insert_between(input, node, Layer::of_kind("flatten")?)?;
            }
            Self::Embed { node, input } => {
                graph.insert_between(input, node, Layer::of_kind("embedding")?)?;
            }
            Self::Kind { kind, .. } => {
                graph.nodes[place].layer = graph.nodes[place].layer.turned_into(kind)?;
            }
            Self::Read { input, instead, .. } => {
                let read = graph.nodes[place].inputs.iter_mut().find(|read| *read == input)?;
                read.clone_from(instead);
            }
            Self::ReadFewer { count, .. } => graph.nodes[place].inputs.truncate(*count),
            Self::Outputs { .. } => {
                let ends = graph.unread().filter(|node| !node.is_output());
                for end in ends.map(|node| node.name.clone()).collect::<Vec<_>>() {
                    graph.insert(Some(&end), Layer::of_kind("output")?);
                }
            }
            Self::Set { setting, value, .. } => {
                graph.nodes[place].layer =
                    graph.nodes[place].layer.with_setting(setting, value.clone()).ok()?;
            }
        }
        Some(graph)
    }

    fn node(&self) -> &str {
        match self {
            Self::Flatten { node, .. }
            | Self::Embed { node, .. }
            | Self::Kind { node, .. }
            | Self::Read { node, .. }
            | Self::ReadFewer { node, .. }
            | Self::Outputs { node }
            | Self::Set { node, .. } => node,
        }
    }
}

/// The column that is nearly the one that is not there.
fn nearest_column(problem: &Problem) -> Option<String> {
    let fact = |name: &str| problem.facts.get(name)?.as_str();
    nearest(fact("column")?, fact("columns")?.split(", ")).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Node;

    fn graph(nodes: &str) -> Graph {
        #[derive(serde::Deserialize)]
        struct Text {
            nodes: Vec<Node>,
        }
        Graph { nodes: toml::from_str::<Text>(nodes).unwrap().nodes }
    }

    /// Every fault of the graph has a mend, and with them all done, one after another, it fits together.
    fn check(nodes: &str) {
        let mut graph = graph(nodes);
        for _ in 0..4 {
            let Err(faults) = graph.check() else { return };
            let mend = faults[0].mend().unwrap_or_else(|| panic!("no mend for {}", faults[0]));
            assert_eq!(faults[0].node().as_deref(), Some(mend.node()), "{}", faults[0]);
            graph = mend.done(&graph).unwrap();
        }
        panic!("still wrong: {:?}", graph.check());
    }

    #[test]
    fn what_a_mend_says_it_mends() {
        let image = r#"{ name = "x", kind = "input", shape = [3, 8, 8] }"#;
        let sequence = r#"{ name = "x", kind = "input", shape = [9, 12] }"#;
        let tokens = r#"{ name = "x", kind = "input", shape = [9], tokens = 50 }"#;
        for (input, rest) in [
            (image, r#"{ name = "y", kind = "dense", units = 2, inputs = ["x"] }"#),
            (sequence, r#"{ name = "y", kind = "conv2d", filters = 2, inputs = ["x"] }"#),
            (sequence, r#"{ name = "y", kind = "flatten", inputs = ["xx"] }"#),
            (sequence, r#"{ name = "y", kind = "multi-head-attention", heads = 5, inputs = ["x"] }"#),
            (
                sequence,
                r#"{ name = "y", kind = "multi-head-attention", heads = 4, key_value_heads = 3, inputs = ["x"] }"#,
            ),
            (sequence, r#"{ name = "y", kind = "position-embedding", max_length = 4, inputs = ["x"] }"#),
            (
                sequence,
                r#"{ name = "y", kind = "multi-head-attention", heads = 4, rotary = true, inputs = ["x"] }"#,
            ),
            (image, r#"{ name = "y", kind = "conv2d", filters = 4, groups = 2, inputs = ["x"] }"#),
            (image, r#"{ name = "y", kind = "conv2d", filters = 4, groups = 3, inputs = ["x"] }"#),
            (image, r#"{ name = "y", kind = "conv2d", filters = 0, inputs = ["x"] }"#),
            (tokens, r#"{ name = "y", kind = "dense", units = 2, inputs = ["x"] }"#),
            (tokens, r#"{ name = "y", kind = "embedding", width = 4, vocabulary = 40, inputs = ["x"] }"#),
        ] {
            check(&format!("nodes = [{input}, {rest}]"));
        }
        check(
            r#"nodes = [
                { name = "x", kind = "input", shape = [4] },
                { name = "a", kind = "dense", units = 3, inputs = ["x"] },
                { name = "y", kind = "dense", units = 2, inputs = ["a", "x"] },
            ]"#,
        );
    }
}
