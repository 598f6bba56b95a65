//! What is different between experiments: settings by path, models by node.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::settings::of_node;
use crate::graph::{Graph, Node};

/// A setting that is not the same everywhere.
#[derive(Debug, Clone, PartialEq)]
pub struct SettingRow {
    pub path: String,
    /// One a run; none where the run has no such setting.
    pub values: Vec<Option<Value>>,
}

/// The settings in which some runs differ, by path.
pub fn different_settings(runs: &[&BTreeMap<String, Value>]) -> Vec<SettingRow> {
    let paths: BTreeSet<&String> = runs.iter().flat_map(|settings| settings.keys()).collect();
    let row = |path: &String| SettingRow {
        path: path.clone(),
        values: runs.iter().map(|settings| settings.get(path).cloned()).collect(),
    };
    let differs = |row: &SettingRow| row.values.windows(2).any(|pair| pair[0] != pair[1]);
    paths.into_iter().map(row).filter(differs).collect()
}

/// What made one model of another.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GraphDiff {
    /// Nodes that only the later model has, in its order.
    pub added: Vec<Node>,
    /// Nodes that only the earlier model has, in its order.
    pub removed: Vec<Node>,
    /// Nodes of both, by name, with what is different about them.
    pub changed: Vec<(String, Vec<Change>)>,
}

/// One difference of a node.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// `units`, `kind`, `inputs` or `bypassed`.
    pub setting: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

impl GraphDiff {
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

/// What is different between two models. A node is the same one where it has the same name.
pub fn graph_diff(before: &Graph, after: &Graph) -> GraphDiff {
    let named = |graph: &Graph| -> BTreeMap<String, Node> {
        graph.nodes.iter().map(|node| (node.name.clone(), node.clone())).collect()
    };
    let (old, new) = (named(before), named(after));
    let only = |graph: &Graph, other: &BTreeMap<String, Node>| -> Vec<Node> {
        graph.nodes.iter().filter(|node| !other.contains_key(&node.name)).cloned().collect()
    };
    let both = after.nodes.iter().filter_map(|node| Some((old.get(&node.name)?, node)));
    let changed = both.map(|(old, new)| (new.name.clone(), changes(old, new)));
    GraphDiff {
        added: only(after, &old),
        removed: only(before, &new),
        changed: changed.filter(|(_, changes)| !changes.is_empty()).collect(),
    }
}

fn changes(before: &Node, after: &Node) -> Vec<Change> {
    let all = |node: &Node| {
        let mut settings = of_node(node);
        settings.insert("inputs".into(), node.inputs.join(", ").into());
        settings.insert("bypassed".into(), node.is_bypassed().into());
        settings
    };
    let (before, after) = (all(before), all(after));
    different_settings(&[&before, &after])
        .into_iter()
        .map(|row| {
            let [before, after] = [0, 1].map(|index| row.values.get(index).cloned().flatten());
            Change { setting: row.path, before, after }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::graph::Layer;

    fn settings(pairs: &[(&str, Value)]) -> BTreeMap<String, Value> {
        pairs.iter().map(|(path, value)| ((*path).to_owned(), value.clone())).collect()
    }

    #[test]
    fn only_what_differs_is_told_also_where_a_run_lacks_it() {
        let first = settings(&[("epochs", json!(10)), ("seed", json!(1)), ("loss", json!("mse"))]);
        let second = settings(&[("epochs", json!(10)), ("seed", json!(2))]);
        let rows = different_settings(&[&first, &second, &second]);
        let told: Vec<_> = rows.iter().map(|row| (row.path.as_str(), row.values.clone())).collect();
        let two = || Some(json!(2));
        assert_eq!(
            told,
            [("loss", vec![Some(json!("mse")), None, None]), ("seed", vec![Some(json!(1)), two(), two()])]
        );
        assert!(different_settings(&[&first, &first]).is_empty() && different_settings(&[&first]).is_empty());
    }

    fn node(name: &str, kind: &str, units: Option<u64>, inputs: &[&str]) -> Node {
        let mut layer = Layer::of_kind(kind).unwrap();
        if let Some(units) = units {
            layer = layer.with_setting("units", json!(units)).unwrap();
        }
        Node::new(name, layer, inputs.iter().map(|input| (*input).into()).collect())
    }

    #[test]
    fn nodes_are_added_removed_and_changed() {
        let before = Graph {
            nodes: vec![
                node("x", "input", None, &[]),
                node("a", "dense", Some(8), &["x"]),
                node("b", "dropout", None, &["a"]),
                node("y", "dense", Some(2), &["b"]),
            ],
        };
        let after = Graph {
            nodes: vec![
                node("x", "input", None, &[]),
                node("a", "dense", Some(16), &["x"]),
                node("norm", "layer-norm", None, &["a"]),
                node("y", "dense", Some(2), &["norm"]),
            ],
        };
        let diff = graph_diff(&before, &after);
        assert_eq!(diff.added, after.nodes[2..3]);
        assert_eq!(diff.removed, before.nodes[2..3]);
        let change = |setting: &str, before: Value, after: Value| Change {
            setting: setting.into(),
            before: Some(before),
            after: Some(after),
        };
        let expected = [
            ("a".to_owned(), vec![change("units", json!(8), json!(16))]),
            ("y".to_owned(), vec![change("inputs", json!("b"), json!("norm"))]),
        ];
        assert_eq!(diff.changed, expected);
        assert!(graph_diff(&before, &before).is_empty());
    }
}
