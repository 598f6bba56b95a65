//! From the graph that is drawn to the one that is computed: nobody is passed by, and no block is left.

use super::{Graph, GraphError, Layer, Node, layers::Block};

impl Graph {
    /// The nodes that are computed. Those of a block are called by its name and theirs, and, where it is gone
    /// through more than once, by the number of the pass: `encoder.2.norm`.
    ///
    /// # Errors
    /// What is wrong with the graph, where it has blocks that do not fit.
    pub fn flat(&self) -> Result<Self, Vec<GraphError>> {
        let is_block = |node: &Node| matches!(node.layer, Layer::Block(_));
        let mut graph = self.without_bypassed();
        if !graph.nodes.iter().any(is_block) {
            return Ok(graph);
        }
        // Its faults are few, and its size is known, before it grows.
        graph.check()?;
        for _ in 0..=Block::MAX_DEPTH {
            if !graph.nodes.iter().any(is_block) {
                break;
            }
            graph = graph.without_blocks().without_bypassed();
        }
        Ok(graph)
    }

    /// What the node that a way through blocks leads to is called in [`Self::flat`]: inside a block, in its first
    /// pass; a block itself is what its last pass gives. `None` where there is none.
    pub fn flat_name(&self, way: &[String], name: &str) -> Option<String> {
        fn of(nodes: &[Node], prefix: &str, way: &[String], name: &str) -> Option<String> {
            let find = |name: &str| nodes.iter().find(|node| node.name == name);
            let inside = |block: &Block, name: &str, pass: usize| match block.repeat {
                0 | 1 => format!("{prefix}{name}."),
                _ => format!("{prefix}{name}.{pass}."),
            };
            if let Some((first, rest)) = way.split_first() {
                let Layer::Block(block) = &find(first)?.layer else { return None };
                return of(&block.nodes, &inside(block, first, 1), rest, name);
            }
            let node = find(name)?;
            match &node.layer {
                _ if node.is_bypassed() => of(nodes, prefix, way, node.inputs.first()?),
                Layer::Block(block) => {
                    let is_read =
                        |node: &&Node| block.nodes.iter().any(|reader| reader.inputs.contains(&node.name));
                    let output = block.nodes.iter().rfind(|node| !is_read(node))?;
                    of(&block.nodes, &inside(block, name, block.repeat), way, &output.name)
                }
                Layer::Input(_) if !prefix.is_empty() => None,
                _ => Some(format!("{prefix}{name}")),
            }
        }
        of(&self.nodes, "", way, name)
    }

    /// Without the nodes that are passed by, whose readers read what those read first.
    pub fn without_bypassed(&self) -> Self {
        let mut graph = self.clone();
        graph.nodes.retain(|node| !node.is_bypassed());
        let bypassed = self.nodes.len() - graph.nodes.len();
        for input in graph.nodes.iter_mut().flat_map(|node| &mut node.inputs) {
            // As often at most: in a circle one would go round for ever.
            for _ in 0..bypassed {
                match self.node(input).filter(|node| node.is_bypassed()).and_then(|node| node.inputs.first())
                {
                    Some(first) => input.clone_from(first),
                    None => break,
                }
            }
        }
        graph
    }

    /// With the nodes of the outermost blocks in their places.
    fn without_blocks(&self) -> Self {
        let mut graph = Self { nodes: Vec::with_capacity(self.nodes.len()) };
        let mut outputs: Vec<(&str, String)> = Vec::new();
        for node in &self.nodes {
            let Layer::Block(block) = &node.layer else {
                graph.nodes.push(node.clone());
                continue;
            };
            // A node beside it may be called as one inside: then the block gives way.
            let mut own = node.name.clone();
            while self.nodes.iter().any(|other| other.name.starts_with(&format!("{own}."))) {
                own.push('\'');
            }
            let prefix = |pass: usize| match block.repeat {
                0 | 1 => own.clone(),
                _ => format!("{own}.{}", pass + 1),
            };
            let mut given = node.inputs.clone();
            for pass in 0..block.repeat {
                graph.nodes.extend(block.pass(&prefix(pass), &mut given));
            }
            outputs.push((&node.name, given.into_iter().next().unwrap_or_default()));
        }
        // A block may read a block that is not flat before it: names are looked up as long as they change.
        for input in graph.nodes.iter_mut().flat_map(|node| &mut node.inputs) {
            for _ in 0..outputs.len() {
                match outputs.iter().find(|(block, _)| **block == **input) {
                    Some((_, output)) => input.clone_from(output),
                    None => break,
                }
            }
        }
        graph
    }
}

impl Block {
    /// The nodes of one pass under names of their own, reading `given` at the ports; what they give comes first there
    /// afterwards.
    pub(super) fn pass(&self, prefix: &str, given: &mut Vec<String>) -> Vec<Node> {
        let inner = &self.nodes;
        let port = |name: &str| self.ports().position(|(port, _)| port == name);
        let outer = |name: &String| match port(name) {
            // One that is not wired gives nothing.
            Some(place) => given.get(place).cloned(),
            None => Some(format!("{prefix}.{name}")),
        };
        let node = |node: &Node| {
            let inputs = node.inputs.iter().filter_map(outer).collect();
            Node { name: format!("{prefix}.{}", node.name), inputs, ..node.clone() }
        };
        let nodes = inner.iter().filter(|node| port(&node.name).is_none()).map(node).collect();
        let is_read = |node: &&Node| inner.iter().any(|reader| reader.inputs.contains(&node.name));
        if let Some(output) = inner.iter().rfind(|node| !is_read(node)).and_then(|node| outer(&node.name)) {
            given.splice(..given.len().min(1), [output]);
        }
        nodes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `name < what it reads`.
    fn wires(graph: &Graph) -> Vec<String> {
        graph.nodes.iter().map(|node| format!("{} < {}", node.name, node.inputs.join(" "))).collect()
    }

    /// x → block (norm, dense, add of both ways; twice) → y.
    fn graph() -> Graph {
        #[derive(serde::Deserialize)]
        struct Text {
            nodes: Vec<Node>,
        }
        let text = r#"
            nodes = [
                { name = "x", kind = "input", shape = [8] },
                { name = "block", kind = "block", repeat = 2, inputs = ["x"], nodes = [
                    { name = "in", kind = "input", shape = [1] },
                    { name = "norm", kind = "layer-norm", inputs = ["in"] },
                    { name = "dense", kind = "dense", units = 8, inputs = ["norm"] },
                    { name = "drop", kind = "dropout", rate = 0.1, bypassed = true, inputs = ["dense"] },
                    { name = "add", kind = "add", inputs = ["in", "drop"] },
                ] },
                { name = "y", kind = "dense", units = 3, inputs = ["block"] },
            ]"#;
        Graph { nodes: toml::from_str::<Text>(text).unwrap().nodes }
    }

    #[test]
    fn the_nodes_of_a_block_take_its_place() {
        let graph = graph();
        let flat = graph.flat().unwrap();
        assert_eq!(
            wires(&flat),
            [
                "x < ",
                "block.1.norm < x",
                "block.1.dense < block.1.norm",
                "block.1.add < x block.1.dense",
                "block.2.norm < block.1.add",
                "block.2.dense < block.2.norm",
                "block.2.add < block.1.add block.2.dense",
                "y < block.2.add",
            ]
        );
        let name = |way: &[&str], name: &str| {
            let way: Vec<String> = way.iter().map(|step| (*step).to_owned()).collect();
            graph.flat_name(&way, name)
        };
        assert_eq!(name(&[], "y"), Some("y".into()));
        assert_eq!(name(&[], "block"), Some("block.2.add".into()));
        assert_eq!(name(&["block"], "drop"), Some("block.1.dense".into()));
        assert_eq!((name(&["block"], "in"), name(&["y"], "add")), (None, None));
        let (drawn, computed) = (graph.survey(), flat.survey());
        assert_eq!((drawn.faults.len(), computed.faults.len()), (0, 0));
        assert_eq!(drawn.multiply_adds(), computed.multiply_adds());
        let count = |survey: &super::super::Survey| -> usize {
            survey.nodes.iter().flat_map(|node| &node.parameters).map(|spec| spec.count()).sum()
        };
        assert_eq!(count(&drawn), count(&computed));
        assert_eq!(drawn.nodes[1].shape, computed.nodes[6].shape);
    }

    #[test]
    fn what_does_not_fit_inside_is_told_outside() {
        let mut graph = graph();
        let Layer::Block(block) = &mut graph.nodes[1].layer else { panic!() };
        block.nodes[2].layer = block.nodes[2].layer.with_setting("units", 7.into()).unwrap();
        let faults = graph.flat().unwrap_err();
        assert!(
            matches!(&faults[..], [GraphError::InsideBlock { node, inner, .. }] if node == "block" && inner == "add"),
            "{faults:?}"
        );
        let Layer::Block(block) = &mut graph.nodes[1].layer else { panic!() };
        block.repeat = 100_000;
        assert!(matches!(graph.flat().unwrap_err()[..], [GraphError::SettingTooLarge { .. }, ..]));
    }

    #[test]
    fn blocks_in_blocks_are_flat_too() {
        let inner = graph();
        let Layer::Block(block) = inner.nodes[1].layer.clone() else { panic!() };
        let outer = Block {
            repeat: 1,
            nodes: vec![block.nodes[0].clone(), Node::new("two", Layer::Block(block), vec!["in".into()])],
        };
        let mut graph = inner;
        graph.nodes[1].layer = Layer::Block(outer);
        let flat = graph.flat().unwrap();
        assert!(flat.node("block.two.2.add").is_some(), "{:?}", wires(&flat));
        assert_eq!(flat.check().map(|checked| checked.order.len()), Ok(8));
    }
}
