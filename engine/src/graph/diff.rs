//! What tells one drawing from another, node by node: what an undo is called by, and how two models are compared.

use std::collections::BTreeSet;

use super::{Graph, Node};

/// The names of the nodes that differ, by how they differ.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diff {
    /// As in the later graph.
    pub added: Vec<String>,
    /// As in the earlier one.
    pub removed: Vec<String>,
    /// From, to: the one difference of two graphs that are otherwise the same.
    pub renamed: Option<(String, String)>,
    /// A node of the same kind with another value of that setting.
    pub set: Vec<(String, &'static str)>,
    /// Another kind under the same name.
    pub turned: Vec<String>,
    /// Passed by, or no longer.
    pub bypassed: Vec<String>,
    /// What it reads is other nodes, in a graph whose nodes are the same.
    pub rewired: Vec<String>,
    pub noted: Vec<String>,
}

impl Diff {
    pub fn between(before: &Graph, after: &Graph) -> Self {
        let names = |graph: &Graph| graph.nodes.iter().map(|node| node.name.clone()).collect::<BTreeSet<_>>();
        let (there, here) = (names(before), names(after));
        let only = |graph: &Graph, other: &BTreeSet<String>| -> Vec<String> {
            graph
                .nodes
                .iter()
                .filter(|node| !other.contains(&node.name))
                .map(|node| node.name.clone())
                .collect()
        };
        let mut diff = Self { added: only(after, &there), removed: only(before, &here), ..Self::default() };
        if let ([from], [to]) = (&diff.removed[..], &diff.added[..]) {
            let mut renamed = before.clone();
            if renamed.rename(from, to) && renamed == *after {
                return Self { renamed: Some((from.clone(), to.clone())), ..Self::default() };
            }
        }
        for (old, new) in before.nodes.iter().filter_map(|node| Some((node, after.node(&node.name)?))) {
            diff.of_node(old, new);
        }
        diff
    }

    fn of_node(&mut self, old: &Node, new: &Node) {
        let name = || new.name.clone();
        if old.layer.kind() != new.layer.kind() {
            self.turned.push(name());
        } else if old.layer != new.layer {
            let settings = old.layer.settings().iter();
            let changed = settings.filter(|setting| old.layer.setting(setting) != new.layer.setting(setting));
            self.set.extend(changed.map(|setting| (name(), *setting)));
        }
        if old.bypassed != new.bypassed {
            self.bypassed.push(name());
        }
        if old.inputs != new.inputs {
            self.rewired.push(name());
        }
        if old.note != new.note {
            self.noted.push(name());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::graph::Layer;

    fn layer(kind: &str) -> Layer {
        Layer::of_kind(kind).unwrap()
    }

    #[test]
    fn every_stroke_is_told_by_what_it_changed() {
        let graph = Graph::chain([("x", layer("input")), ("hidden", layer("dense")), ("y", layer("dense"))]);
        let check = |stroke: fn(&mut Graph), expected: Diff| {
            let mut after = graph.clone();
            stroke(&mut after);
            assert_eq!(Diff::between(&graph, &after), expected);
        };
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        check(|_| (), Diff::default());
        check(
            |graph| drop(graph.insert(Some("x"), Layer::of_kind("dropout").unwrap())),
            Diff { added: names(&["dropout"]), rewired: names(&["hidden"]), ..Diff::default() },
        );
        check(
            |graph| graph.remove("hidden"),
            Diff { removed: names(&["hidden"]), rewired: names(&["y"]), ..Diff::default() },
        );
        let renamed = Some(("hidden".into(), "wide".into()));
        check(|graph| assert!(graph.rename("hidden", "wide")), Diff { renamed, ..Diff::default() });
        check(
            |graph| graph.nodes[1].layer = graph.nodes[1].layer.with_setting("units", json!(7)).unwrap(),
            Diff { set: vec![("hidden".into(), "units")], ..Diff::default() },
        );
        check(
            |graph| graph.nodes[1].layer = Layer::of_kind("flatten").unwrap(),
            Diff { turned: names(&["hidden"]), ..Diff::default() },
        );
        check(
            |graph| graph.nodes[1].bypassed = true,
            Diff { bypassed: names(&["hidden"]), ..Diff::default() },
        );
        check(
            |graph| graph.nodes[1].note = "why".into(),
            Diff { noted: names(&["hidden"]), ..Diff::default() },
        );
        check(|graph| assert!(graph.connect("x", "y")), Diff { rewired: names(&["y"]), ..Diff::default() });
    }
}
