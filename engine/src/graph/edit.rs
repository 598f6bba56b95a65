//! Strokes that draw a graph. Each leaves names unique and wires whole; whether shapes fit is the check's
//! business.

use super::{Graph, Layer, Node};

impl Graph {
    /// Where the node of that name stands.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.nodes.iter().position(|node| node.name == name)
    }

    pub fn node(&self, name: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.name == name)
    }

    /// The name of a new node of that kind: the kind's, and a number where it is taken.
    pub fn free_name(&self, kind: &str) -> String {
        let numbered = (2..).map(|number| format!("{kind}{number}"));
        let mut names = std::iter::once(kind.to_owned()).chain(numbered);
        names.find(|name| self.position(name).is_none()).unwrap_or_default()
    }

    /// Puts a new node between `after` and those that read it; gives its name. Without `after`, it reads
    /// nothing.
    pub fn insert(&mut self, after: Option<&str>, layer: Layer) -> String {
        let name = self.free_name(layer.kind());
        let inputs: Vec<String> = after.map(str::to_owned).into_iter().collect();
        if let Some(after) = after {
            self.replace_input(after, std::slice::from_ref(&name));
        }
        let place = after.and_then(|after| self.position(after)).map_or(self.nodes.len(), |place| place + 1);
        self.nodes.insert(place, Node { name: name.clone(), layer, inputs });
        name
    }

    /// Takes a node out; those that read it read what it read first.
    pub fn remove(&mut self, name: &str) {
        let Some(place) = self.position(name) else { return };
        let node = self.nodes.remove(place);
        let first: Vec<String> = node.inputs.into_iter().take(1).collect();
        self.replace_input(name, &first);
    }

    /// Calls a node something else, wherever it is read; false where the name is empty or taken.
    pub fn rename(&mut self, name: &str, new: &str) -> bool {
        if name == new {
            return true;
        }
        let Some(place) = self.position(name) else { return false };
        if new.is_empty() || self.position(new).is_some() {
            return false;
        }
        self.nodes[place].name = new.into();
        self.replace_input(name, &[new.into()]);
        true
    }

    /// Lets `to` read `from`: beside what it reads, where its kind takes more, else in place of the last. False
    /// where that would make a circle, or it reads it already.
    pub fn connect(&mut self, from: &str, to: &str) -> bool {
        let (Some(_), Some(place)) = (self.position(from), self.position(to)) else { return false };
        let (_, most) = self.nodes[place].layer.inputs();
        let already = self.nodes[place].inputs.iter().any(|input| input == from);
        if most == 0 || already || self.depends(from, to) {
            return false;
        }
        let inputs = &mut self.nodes[place].inputs;
        if inputs.len() >= most {
            inputs.truncate(most - 1);
        }
        inputs.push(from.into());
        true
    }

    /// Cuts the wire from `from` to `to`.
    pub fn disconnect(&mut self, from: &str, to: &str) {
        if let Some(place) = self.position(to) {
            self.nodes[place].inputs.retain(|input| input != from);
        }
    }

    /// Whether `node` is `other` or reads it, over whatever way.
    fn depends(&self, node: &str, other: &str) -> bool {
        let mut seen = vec![false; self.nodes.len()];
        let mut waiting: Vec<usize> = self.position(node).into_iter().collect();
        while let Some(place) = waiting.pop() {
            if !std::mem::replace(&mut seen[place], true) {
                if self.nodes[place].name == other {
                    return true;
                }
                waiting.extend(self.nodes[place].inputs.iter().filter_map(|input| self.position(input)));
            }
        }
        false
    }

    fn replace_input(&mut self, name: &str, others: &[String]) {
        for Node { inputs, .. } in &mut self.nodes {
            if let Some(place) = inputs.iter().position(|input| input == name) {
                inputs.remove(place);
                let new: Vec<String> =
                    others.iter().filter(|other| !inputs.contains(other)).cloned().collect();
                inputs.splice(place..place, new);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(kind: &str) -> Layer {
        Layer::of_kind(kind).unwrap()
    }

    /// x → hidden → y.
    fn graph() -> Graph {
        Graph::chain([("x", layer("input")), ("hidden", layer("dense")), ("y", layer("dense"))])
    }

    /// `name < what it reads`, in the file's order.
    fn wires(graph: &Graph) -> Vec<String> {
        graph.nodes.iter().map(|node| format!("{} < {}", node.name, node.inputs.join(" "))).collect()
    }

    #[test]
    fn a_new_node_stands_between_its_neighbours() {
        let mut graph = graph();
        assert_eq!(graph.insert(Some("hidden"), layer("dropout")), "dropout");
        assert_eq!(graph.insert(Some("hidden"), layer("dropout")), "dropout2");
        assert_eq!(
            wires(&graph),
            ["x < ", "hidden < x", "dropout2 < hidden", "dropout < dropout2", "y < dropout"]
        );
        assert_eq!(graph.insert(None, layer("flatten")), "flatten");
        assert_eq!(wires(&graph).last().map(String::as_str), Some("flatten < "));
    }

    #[test]
    fn a_node_is_removed_without_a_gap() {
        let mut graph = graph();
        graph.insert(Some("hidden"), layer("add"));
        assert!(graph.connect("x", "add"));
        graph.remove("hidden");
        assert_eq!(wires(&graph), ["x < ", "add < x", "y < add"]);
        graph.remove("x");
        assert_eq!(wires(&graph), ["add < ", "y < add"]);
    }

    #[test]
    fn names_stay_unique_and_wires_follow() {
        let mut graph = graph();
        assert!(!graph.rename("hidden", "y") && !graph.rename("hidden", "") && !graph.rename("z", "a"));
        assert!(graph.rename("hidden", "first") && graph.rename("first", "first"));
        assert_eq!(wires(&graph), ["x < ", "first < x", "y < first"]);
    }

    #[test]
    fn wires_go_where_they_fit_and_never_in_a_circle() {
        let mut graph = graph();
        assert!(graph.connect("x", "y"), "in place of what it read");
        assert_eq!(wires(&graph), ["x < ", "hidden < x", "y < x"]);
        assert!(graph.connect("hidden", "y") && !graph.connect("hidden", "y"));
        for (from, to) in [("y", "hidden"), ("hidden", "hidden"), ("hidden", "x"), ("z", "y"), ("x", "z")] {
            assert!(!graph.connect(from, to), "{from} to {to}");
        }
        graph.disconnect("hidden", "y");
        assert_eq!(wires(&graph), ["x < ", "hidden < x", "y < "]);
    }
}
