//! Graphs drawn at random, for tests of what has to hold for every graph.

use serde_json::{Value, json};

use super::{
    Graph, Layer, Node,
    layers::{Block, Output},
};

/// A small generator (Steele, Lea & Flood 2014: SplitMix64): tests draw the same graphs every time.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % end.max(1) as u64) as usize
    }

    pub fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }
}

/// Layers of any kind with any settings, wired in any way: most do not fit together.
pub fn any(random: &mut Random) -> Graph {
    let count = random.below(12);
    let node = |index: usize| {
        let layer = layer(random);
        let inputs = (0..random.below(4)).map(|_| format!("n{}", random.below(count + 1))).collect();
        let note = random.of(&["", "why", "说明\n\"二\" \\", "= [x]"]).to_owned();
        Node { bypassed: random.below(5) == 0, note, ..Node::new(format!("n{index}"), layer, inputs) }
    };
    Graph { nodes: (0..count).map(node).collect() }
}

/// A layer of any kind, some of its settings changed.
fn layer(random: &mut Random) -> Layer {
    if random.below(9) == 0 {
        let node = |index: usize, random: &mut Random| {
            let inputs = (0..random.below(3)).map(|_| format!("i{}", random.below(4))).collect();
            Node::new(format!("i{index}"), layer(random), inputs)
        };
        let nodes = (0..random.below(4)).map(|index| node(index, random)).collect();
        return Layer::Block(Block { repeat: random.below(3) + 1, nodes });
    }
    let layer = Layer::of_kind(random.of(Layer::KINDS)).unwrap();
    let names = layer.settings();
    (0..random.below(4)).fold(layer, |layer, _| {
        if names.is_empty() {
            return layer;
        }
        let value = match random.below(8) {
            0 => json!(random.below(9)),
            1 => json!([random.below(5) + 1, random.below(5)]),
            2 => json!(random.below(1000) as f64 / 999.0),
            3 => json!(random.below(2) == 0),
            4 => json!(random.of(&[
                "same",
                "valid",
                "relu",
                "gelu-tanh",
                "softmax",
                "he-normal",
                "orthogonal"
            ])),
            5 => json!({ "kind": "normal", "deviation": 0.02 }),
            6 => json!(-1),
            _ => Value::Null,
        };
        let changed = layer.with_setting(random.of(names), value);
        changed.unwrap_or(layer)
    })
}

/// A graph that fits together: random layers behind an input, each kept where it fits, ended by a head of three.
pub fn whole(random: &mut Random) -> Graph {
    let input = match random.below(4) {
        0 => json!({ "kind": "input", "shape": [6] }),
        1 => json!({ "kind": "input", "shape": [5, 4] }),
        2 => json!({ "kind": "input", "shape": [2, 6, 5] }),
        _ => json!({ "kind": "input", "shape": [6], "tokens": 9 }),
    };
    let mut graph = Graph { nodes: vec![Node::new("x", serde_json::from_value(input).unwrap(), Vec::new())] };
    for index in 0..12 {
        let small = json!(random.below(3) * 2 + 2);
        let kinds: Vec<&str> =
            Layer::KINDS.iter().copied().filter(|kind| !matches!(*kind, "input" | "output")).collect();
        let mut layer = Layer::of_kind(random.of(&kinds)).unwrap();
        for name in ["units", "filters", "width", "groups", "heads"] {
            layer = layer.with_setting(name, small.clone()).unwrap_or(layer);
        }
        if random.below(2) == 0 {
            let words = ["same", "relu", "gelu", "tanh", "he-uniform", "orthogonal"];
            let name = layer.settings().get(random.below(layer.settings().len().max(1))).copied();
            layer = name
                .and_then(|name| layer.with_setting(name, json!(random.of(&words))).ok())
                .unwrap_or(layer);
        }
        if let Layer::Block(block) = &mut layer {
            block.repeat = 2;
            let inside = Layer::of_kind(random.of(&["activation", "dropout", "batch-norm"])).unwrap();
            block.nodes.push(Node::new("inside", inside, vec!["in".into()]));
            if random.below(2) == 0 {
                block.nodes.insert(1, Node::new("beside", Layer::of_kind("input").unwrap(), Vec::new()));
                let both = vec!["inside".into(), "beside".into()];
                block.nodes.push(Node::new("both", Layer::of_kind("add").unwrap(), both));
            }
        }
        let last = graph.nodes.len() - 1;
        let (fewest, _) = layer.inputs();
        let mut inputs = vec![graph.nodes[last].name.clone()];
        if fewest > 1 || layer.inputs().1 > 1 && random.below(2) == 0 {
            inputs.push(graph.nodes[random.below(last + 1)].name.clone());
        }
        inputs.dedup();
        let mut grown = graph.clone();
        let bypassed = random.below(8) == 0;
        grown.nodes.push(Node { bypassed, ..Node::new(format!("n{index}"), layer, inputs) });
        if grown.check().is_ok() {
            graph = grown;
        }
    }
    for kind in ["embedding", "flatten", "dense"] {
        let mut layer = Layer::of_kind(kind).unwrap();
        layer = layer.with_setting("units", json!(3)).unwrap_or(layer);
        let end = graph.nodes[graph.nodes.len() - 1].name.clone();
        let mut grown = graph.clone();
        grown.nodes.push(Node::new(format!("last-{kind}"), layer, vec![end]));
        // Vectors only of tokens, flat only where it is not: the head fits whatever is left.
        if grown.check().is_ok() {
            graph = grown;
        }
    }
    if random.below(2) == 0 {
        let end = graph.nodes[graph.nodes.len() - 1].name.clone();
        let output = Output { weight: random.below(4) as f64 / 2.0, ..Output::default() };
        graph.nodes.push(Node::new("end", Layer::Output(output), vec![end]));
    }
    graph
}
