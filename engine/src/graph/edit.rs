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

    /// The nodes that nobody reads.
    pub fn unread(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| !self.nodes.iter().any(|reader| reader.inputs.contains(&node.name)))
    }

    /// Puts a new node between `after` and those that read it, an output beside them; gives its name. Without
    /// `after`, it reads nothing.
    pub fn insert(&mut self, after: Option<&str>, layer: Layer) -> String {
        let name = self.free_name(layer.kind());
        let inputs: Vec<String> = after.map(str::to_owned).into_iter().collect();
        // Nobody reads an output.
        if let Some(after) = after.filter(|_| !matches!(layer, Layer::Output(_))) {
            self.replace_input(after, std::slice::from_ref(&name));
        }
        let place = after.and_then(|after| self.position(after)).map_or(self.nodes.len(), |place| place + 1);
        self.nodes.insert(place, Node::new(&name, layer, inputs));
        name
    }

    /// Puts a new node on the wire from `from` to `to`; gives its name, or `None` where there is no such wire.
    pub fn insert_between(&mut self, from: &str, to: &str, layer: Layer) -> Option<String> {
        let name = self.free_name(layer.kind());
        let place = self.position(to)?;
        let wire = self.nodes[place].inputs.iter_mut().find(|input| *input == from)?;
        if !matches!(layer, Layer::Output(_)) {
            wire.clone_from(&name);
        }
        self.nodes.insert(place, Node::new(&name, layer, vec![from.into()]));
        Some(name)
    }

    /// Puts copies of nodes behind `after`, as one new node would be put: wires among them are kept, those that
    /// read nothing among them read `after`, and who read `after` reads the last of them. Without `after`, or where
    /// one of them is an input, they stand by themselves. Gives their names.
    pub fn paste(&mut self, nodes: &[Node], after: Option<&str>) -> Vec<String> {
        let mut names: Vec<(String, String)> = Vec::new();
        let mut pasted: Vec<Node> = Vec::new();
        for node in nodes {
            let name = self.free_copy(&node.name, &names);
            names.push((node.name.clone(), name));
        }
        let new_name = |old: &String| names.iter().find(|(name, _)| name == old).map(|(_, new)| new.clone());
        let after = after.filter(|_| nodes.iter().all(|node| node.layer.inputs().1 > 0));
        for node in nodes {
            let mut inputs: Vec<String> = node.inputs.iter().filter_map(new_name).collect();
            if let Some(after) = after.filter(|_| inputs.is_empty()) {
                inputs.push(after.into());
            }
            pasted.push(Node { name: new_name(&node.name).unwrap_or_default(), inputs, ..node.clone() });
        }
        let is_unread = |node: &&Node| !nodes.iter().any(|reader| reader.inputs.contains(&node.name));
        let last = nodes.iter().rfind(is_unread);
        if let (Some(after), Some(last)) = (after, last.and_then(|last| new_name(&last.name))) {
            self.replace_input(after, &[last]);
        }
        let place = after.and_then(|after| self.position(after)).map_or(self.nodes.len(), |place| place + 1);
        self.nodes.splice(place..place, pasted);
        names.into_iter().map(|(_, new)| new).collect()
    }

    /// The name itself where it is free, else with the next number behind it: `conv_2` after `conv_1`.
    fn free_copy(&self, name: &str, taken: &[(String, String)]) -> String {
        let is_free =
            |name: &String| self.position(name).is_none() && taken.iter().all(|(_, new)| new != name);
        let stem = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
        let from = name[stem.len()..].parse::<u64>().map_or(2, |number| number.saturating_add(1));
        let numbered = (from..).map(|number| format!("{stem}{number}"));
        std::iter::once(name.to_owned()).chain(numbered).find(is_free).unwrap_or_default()
    }

    /// Passes nodes by, or no longer where all of them are; inputs stay.
    pub fn bypass(&mut self, names: &[&str]) {
        let is_meant = |node: &Node| names.contains(&node.name.as_str()) && node.layer.inputs().1 > 0;
        let on = self.nodes.iter().filter(|node| is_meant(node)).any(|node| !node.bypassed);
        self.nodes.iter_mut().filter(|node| is_meant(node)).for_each(|node| node.bypassed = on);
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

    /// Lets `to` read `from` before all else that it reads.
    pub fn read_first(&mut self, from: &str, to: &str) {
        let Some(place) = self.position(to) else { return };
        let inputs = &mut self.nodes[place].inputs;
        if let Some(now) = inputs.iter().position(|input| input == from) {
            inputs[..=now].rotate_right(1);
        }
    }

    /// Cuts the wire from `from` to `to`.
    pub fn disconnect(&mut self, from: &str, to: &str) {
        if let Some(place) = self.position(to) {
            self.nodes[place].inputs.retain(|input| input != from);
        }
    }

    /// Whether `node` is `other` or reads it, over whatever way.
    pub(super) fn depends(&self, node: &str, other: &str) -> bool {
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

    pub(super) fn replace_input(&mut self, name: &str, others: &[String]) {
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
    fn a_node_goes_on_one_wire_and_no_other() {
        let mut graph = graph();
        graph.insert(Some("hidden"), layer("add"));
        assert!(graph.connect("x", "add"));
        assert_eq!(graph.insert_between("x", "add", layer("dense")), Some("dense".into()));
        assert_eq!(wires(&graph), ["x < ", "hidden < x", "dense < x", "add < hidden dense", "y < add"]);
        assert_eq!(graph.insert_between("x", "y", layer("dense")), None);
    }

    #[test]
    fn copies_stand_behind_a_node_with_their_wires_and_names_of_their_own() {
        let mut graph = graph();
        graph.insert(Some("hidden"), layer("add"));
        assert!(graph.connect("x", "add"));
        let two: Vec<Node> =
            [graph.node("hidden"), graph.node("add")].into_iter().flatten().cloned().collect();
        assert_eq!(graph.paste(&two, Some("add")), ["hidden2", "add2"]);
        assert_eq!(
            wires(&graph),
            ["x < ", "hidden < x", "add < hidden x", "hidden2 < add", "add2 < hidden2", "y < add2"]
        );
        assert_eq!(graph.paste(&two, None), ["hidden3", "add3"]);
        assert_eq!(wires(&graph)[6..], ["hidden3 < ", "add3 < hidden3"]);
        let input = [graph.nodes[0].clone()];
        assert_eq!(graph.paste(&input, Some("y")), ["x2"], "an input reads nothing");
        assert_eq!(graph.node("x2").unwrap().inputs, Vec::<String>::new());
    }

    #[test]
    fn what_is_passed_by_gives_what_it_reads() {
        let mut graph = graph();
        graph.insert(Some("hidden"), layer("embedding"));
        assert_eq!(graph.survey().faults.len(), 1, "an embedding takes no numbers");
        graph.bypass(&["embedding", "x"]);
        let survey = graph.survey();
        assert_eq!(survey.faults, []);
        let shapes: Vec<String> =
            survey.nodes.iter().filter_map(|node| Some(node.shape.as_ref()?.to_string())).collect();
        assert_eq!(shapes, ["1", "32", "32", "32"]);
        assert_eq!(survey.nodes[2].parameters, []);
        assert_eq!(wires(&graph.without_bypassed()), ["x < ", "hidden < x", "y < hidden"]);
        graph.bypass(&["hidden", "embedding"]);
        assert_eq!(wires(&graph.without_bypassed()), ["x < ", "y < x"]);
        graph.bypass(&["hidden", "embedding"]);
        assert_eq!(graph.without_bypassed(), graph, "once more, and nothing is passed by");
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
        graph.nodes[2].layer = layer("concat");
        assert!(graph.connect("x", "y") && graph.connect("hidden", "y"));
        graph.read_first("hidden", "y");
        graph.read_first("nobody", "y");
        assert_eq!(wires(&graph), ["x < ", "hidden < x", "y < hidden x"]);
    }
}
