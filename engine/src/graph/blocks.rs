//! Blocks: made of nodes, taken apart, looked into; and those that are shipped.

use super::{
    Activation, Graph, Initializer, Layer, Node, Padding, Pair, Shape, Survey,
    layers::{Block, Dense, Input, LayerNorm, MultiHeadAttention, Pool},
    templates::{Drawing, conv},
};

/// What a block's only input is called, and the first of shipped ones.
pub(crate) const PORT: &str = "in";

impl Graph {
    /// Makes one block of nodes; gives its name. `None` where they are not one: they hold no input and no output, have
    /// to read a node that is not among them, only one of them may be read by others, and nothing may go out and come
    /// back in. Each node that they read becomes a port, in the order in which they read them.
    pub fn group(&mut self, names: &[&str]) -> Option<String> {
        let is_inside = |name: &str| names.contains(&name);
        let inside: Vec<&Node> = self.nodes.iter().filter(|node| is_inside(&node.name)).collect();
        let from = read_by(&inside)?;
        let is_given = |node: &&&Node| {
            let mut readers =
                self.nodes.iter().filter(|reader| reader.inputs.contains(&node.name)).peekable();
            readers.peek().is_none() || readers.any(|reader| !is_inside(&reader.name))
        };
        let output = single(inside.iter().filter(is_given).map(|node| &node.name))?.clone();
        let is_port = |node: &&Node| node.layer.inputs().1 == 0;
        if inside.iter().any(|node| is_port(node) || node.is_output())
            || from.iter().any(|from| names.iter().any(|name| self.depends(from, name)))
        {
            return None;
        }
        let survey = self.survey();
        // All that would make numbers of ids is passed by.
        if survey.entering(self.position(&output)?).is_some_and(|given| given.tokens.is_some()) {
            return None;
        }
        // Several are called as what they stand for.
        let port = |input: &String| match (from.len(), is_inside(PORT)) {
            (1, false) => PORT.to_owned(),
            (1, true) => format!("{PORT}put"),
            _ => input.clone(),
        };
        let rename = |input: &String| if from.contains(input) { port(input) } else { input.clone() };
        let enters = |input: &String| {
            let entering = self.position(input).and_then(|place| survey.entering(place));
            Node::new(port(input), Layer::Input(entering.unwrap_or_default()), Vec::new())
        };
        let mut nodes: Vec<Node> = from.iter().map(enters).collect();
        nodes.extend(
            inside
                .iter()
                .map(|node| Node { inputs: node.inputs.iter().map(rename).collect(), ..(*node).clone() }),
        );
        let name = self.free_name("block");
        let place = self.nodes.iter().position(|node| is_inside(&node.name))?;
        self.nodes.retain(|node| !is_inside(&node.name));
        let layer = Layer::Block(Block { repeat: 1, nodes });
        self.nodes.insert(place.min(self.nodes.len()), Node::new(&name, layer, from));
        self.replace_input(&output, std::slice::from_ref(&name));
        Some(name)
    }

    /// Puts the nodes of a block in its place; gives their names, none where there is no such block.
    pub fn ungroup(&mut self, name: &str) -> Vec<String> {
        let Some(place) = self.position(name) else { return Vec::new() };
        let Layer::Block(block) = self.nodes[place].layer.clone() else { return Vec::new() };
        let node = self.nodes.remove(place);
        let mut given = node.inputs;
        let (mut names, mut at) = (Vec::new(), place);
        for pass in 0..block.repeat {
            let prefix = if block.repeat > 1 { format!("{name}.{}", pass + 1) } else { name.to_owned() };
            for node in block.pass(&prefix, &mut given) {
                names.push(node.name.clone());
                self.nodes.insert(at, node);
                at += 1;
            }
        }
        given.truncate(1);
        self.replace_input(name, &given);
        // Names are short again where they are free.
        for name in &mut names {
            let short = name.rsplit('.').next().unwrap_or_default().to_owned();
            if self.rename(name, &short) {
                *name = short;
            }
        }
        names
    }

    /// The block that a way leads to: the names of blocks, each inside the one before.
    pub fn block(&self, way: &[String]) -> Option<&Block> {
        let (last, before) = way.split_last()?;
        let nodes = if before.is_empty() { &self.nodes } else { &self.block(before)?.nodes };
        match &nodes.iter().find(|node| node.name == *last)?.layer {
            Layer::Block(block) => Some(block),
            _ => None,
        }
    }

    /// What is inside a block, where it reads what it reads; the graph itself at the beginning of all ways.
    pub fn inside(&self, way: &[String]) -> Option<Self> {
        let Some((first, rest)) = way.split_first() else { return Some(self.clone()) };
        let place = self.position(first)?;
        let Layer::Block(block) = &self.nodes[place].layer else { return None };
        let survey = self.survey();
        let reads = &survey.nodes.get(place)?.inputs;
        let read = |port: usize| survey.entering(reads.get(port).copied().flatten()?);
        let ports = block.ports().enumerate();
        let given: Vec<Input> =
            ports.map(|(port, (_, drawn))| read(port).unwrap_or_else(|| drawn.clone())).collect();
        block.inside(&given).inside(rest)
    }

    /// Puts other nodes inside a block, or in the graph itself; false where the way leads to none. Wires to ports that
    /// are gone are cut.
    pub fn set_inside(&mut self, way: &[String], nodes: Vec<Node>) -> bool {
        let Some((first, rest)) = way.split_first() else {
            self.nodes = nodes;
            return true;
        };
        let Some(place) = self.position(first) else { return false };
        let Node { layer: Layer::Block(block), inputs, .. } = &mut self.nodes[place] else { return false };
        let before: Vec<String> = block.ports().map(|(port, _)| port.to_owned()).collect();
        let mut inner = Self { nodes: std::mem::take(&mut block.nodes) };
        let done = inner.set_inside(rest, nodes);
        block.nodes = inner.nodes;
        let after: Vec<&str> = block.ports().map(|(port, _)| port).collect();
        // As many as before are the same ones, renamed perhaps.
        if after.len() < before.len() {
            let mut stays = before.iter().map(|port| after.contains(&&**port));
            inputs.retain(|_| stays.next().unwrap_or(true));
        }
        done
    }
}

impl Survey {
    /// What a node gives, as it enters a block; `None` where it cannot be told.
    fn entering(&self, place: usize) -> Option<Input> {
        let given = self.nodes.get(place)?;
        Some(Input::of(given.shape.as_ref()?, given.values))
    }
}

/// The nodes that these read and that are not among them, in the order in which they do; `None` of none, and where one
/// would lead in for nothing.
fn read_by(nodes: &[&Node]) -> Option<Vec<String>> {
    let mut from: Vec<String> = Vec::new();
    for input in nodes.iter().flat_map(|node| &node.inputs) {
        if !from.contains(input) && !nodes.iter().any(|node| node.name == *input) {
            from.push(input.clone());
        }
    }
    // What is passed by reads the first one alone.
    let counts = |node: &Node, input: &String| match node.is_bypassed() {
        true => node.inputs.first() == Some(input),
        false => node.inputs.contains(input),
    };
    let is_read = |input: &String| nodes.iter().any(|node| counts(node, input));
    (!from.is_empty() && from.iter().all(is_read)).then_some(from)
}

/// The one value that all are; `None` of none, or of several.
fn single<'a>(mut all: impl Iterator<Item = &'a String>) -> Option<&'a String> {
    let first = all.next()?;
    all.all(|other| other == first).then_some(first)
}

/// A block that is shipped.
pub struct Shipped {
    /// `residual`; also the key of its words in the locales.
    pub name: &'static str,
    /// Axes of what it reads.
    rank: std::ops::RangeInclusive<usize>,
    draw: fn(&mut Drawing, usize),
}

/// Every shipped block.
pub static SHIPPED: [Shipped; 8] = [
    Shipped { name: "conv-norm-act", rank: 3..=3, draw: conv_norm_act },
    Shipped { name: "residual", rank: 3..=3, draw: residual },
    Shipped { name: "bottleneck", rank: 3..=3, draw: bottleneck },
    Shipped { name: "inception", rank: 3..=3, draw: inception },
    Shipped { name: "mlp", rank: 1..=2, draw: mlp },
    Shipped { name: "encoder", rank: 2..=2, draw: |drawing, width| encoder(drawing, &Encoder::of(width)) },
    Shipped {
        name: "decoder",
        rank: 2..=2,
        draw: |drawing, width| encoder(drawing, &Encoder { causal: true, ..Encoder::of(width) }),
    },
    Shipped {
        name: "cross-decoder",
        rank: 2..=2,
        draw: |drawing, width| decoder(drawing, &Encoder::of(width)),
    },
];

impl Shipped {
    /// Drawn for what it reads; `None` where it cannot read that.
    pub fn layer(&self, shape: &Shape) -> Option<Layer> {
        let axes = &shape.0;
        let width = if axes.len() == 3 { axes.first() } else { axes.last() };
        let width = width?.known().filter(|_| self.rank.contains(&axes.len()))?;
        Some(block(shape, 1, |drawing| (self.draw)(drawing, width)))
    }
}

/// A block of what is drawn.
pub(crate) fn block(shape: &Shape, repeat: usize, draw: impl FnOnce(&mut Drawing)) -> Layer {
    let mut drawing = Drawing::named(PORT, &Input { shape: shape.clone(), ..Input::default() });
    draw(&mut drawing);
    Layer::Block(Block { repeat, nodes: drawing.graph.nodes })
}

fn conv_norm_act(drawing: &mut Drawing, channels: usize) {
    drawing.then("conv", conv(channels, 3, 1)).plain("norm", "batch-norm").relu("relu");
}

/// Two convolutions and the way around them (He et al. 2016).
fn residual(drawing: &mut Drawing, channels: usize) {
    drawing.then("conv_1", conv(channels, 3, 1)).plain("norm_1", "batch-norm").relu("relu_1");
    drawing.then("conv_2", conv(channels, 3, 1)).plain("norm_2", "batch-norm");
    drawing.plain_reading("add", "add", &["norm_2", PORT]).relu("relu_2");
}

/// Narrow, look around, wide again, and the way around (He et al. 2016).
fn bottleneck(drawing: &mut Drawing, channels: usize) {
    let narrow = (channels / 4).max(1);
    drawing.then("narrow", conv(narrow, 1, 1)).plain("norm_1", "batch-norm").relu("relu_1");
    drawing.then("around", conv(narrow, 3, 1)).plain("norm_2", "batch-norm").relu("relu_2");
    drawing.then("wide", conv(channels, 1, 1)).plain("norm_3", "batch-norm");
    drawing.plain_reading("add", "add", &["norm_3", PORT]).relu("relu_3");
}

/// Four ways of looking, side by side (Szegedy et al. 2015, with batch norms before the functions).
fn inception(drawing: &mut Drawing, channels: usize) {
    let quarter = (channels / 4).max(1);
    let narrow = (quarter / 2).max(1);
    let same = Layer::MaxPool(Pool {
        pool_size: Pair::both(3),
        stride: Some(Pair::both(1)),
        padding: Padding::Same,
    });
    let first = channels.saturating_sub(3 * quarter).max(1);
    drawing.reading("one", conv(first, 1, 1), &[PORT]);
    drawing.reading("narrow_3", conv(narrow, 1, 1), &[PORT]).relu("relu_3");
    drawing.then("three", conv(quarter, 3, 1));
    drawing.reading("narrow_5", conv(narrow, 1, 1), &[PORT]).relu("relu_5");
    drawing.then("five", conv(quarter, 5, 1));
    drawing.reading("pool", same, &[PORT]).then("pooled", conv(quarter, 1, 1));
    drawing.plain_reading("join", "concat", &["one", "three", "five", "pooled"]);
    drawing.plain("norm", "batch-norm").relu("relu");
}

/// Four times as wide and back, with a norm before and a way around.
fn mlp(drawing: &mut Drawing, width: usize) {
    drawing.plain("norm", "layer-norm").dense("wide", 4 * width, Activation::Gelu);
    let end = drawing.dense("narrow", width, Activation::Linear).end();
    drawing.plain_reading("add", "add", &[&end, PORT]);
}

/// The settings of a transformer's block.
pub(super) struct Encoder {
    pub width: usize,
    pub heads: usize,
    pub dropout: f64,
    pub causal: bool,
    pub initializer: Initializer,
}

impl Encoder {
    /// Eight numbers a head at least, and four heads at most.
    fn of(width: usize) -> Self {
        let heads =
            (1..=4).rev().find(|heads| width.is_multiple_of(*heads) && width / heads >= 8).unwrap_or(1);
        Self { width, heads, dropout: 0.1, causal: false, initializer: Initializer::default() }
    }
}

/// Attention and a hidden layer, each with a norm before it and a way around (Vaswani et al. 2017, norms before).
pub(super) fn encoder(drawing: &mut Drawing, size: &Encoder) {
    let Encoder { width, heads, dropout, causal, initializer } = *size;
    let norm = || Layer::LayerNorm(LayerNorm::default());
    let attention =
        MultiHeadAttention { heads, causal, dropout, initializer, ..MultiHeadAttention::default() };
    let dense =
        |units, activation| Layer::Dense(Dense { units, activation, initializer, ..Dense::default() });
    drawing.then("norm_1", norm()).then("attention", Layer::MultiHeadAttention(attention));
    drawing.dropout("dropout_1", dropout).plain_reading("add_1", "add", &[PORT, "dropout_1"]);
    drawing.then("norm_2", norm()).then("wide", dense(4 * width, Activation::GeluTanh));
    drawing.then("narrow", dense(width, Activation::Linear)).dropout("dropout_2", dropout);
    drawing.plain_reading("add_2", "add", &["add_1", "dropout_2"]);
}

/// What a decoder's second port is called.
const MEMORY: &str = "memory";

/// A block that looks at what was said before, then at what was read (the second port), then has a hidden layer
/// (Vaswani et al. 2017, norms before).
pub(super) fn decoder(drawing: &mut Drawing, size: &Encoder) {
    let Encoder { width, heads, dropout, initializer, .. } = *size;
    let attention = |causal| {
        let attention = MultiHeadAttention { heads, causal, dropout, initializer, ..Default::default() };
        Layer::MultiHeadAttention(attention)
    };
    let dense =
        |units, activation| Layer::Dense(Dense { units, activation, initializer, ..Dense::default() });
    if let Some(port) = drawing.graph.nodes.first() {
        let port = port.layer.clone();
        drawing.reading(MEMORY, port, &[]);
    }
    drawing.plain_reading("norm_a", "layer-norm", &[PORT]).then("self", attention(true));
    drawing.dropout("dropout_a", dropout).plain_reading("add_a", "add", &[PORT, "dropout_a"]);
    drawing.plain("norm_b", "layer-norm").reading("cross", attention(false), &["norm_b", MEMORY]);
    drawing.dropout("dropout_b", dropout).plain_reading("add_b", "add", &["add_a", "dropout_b"]);
    drawing.plain("norm_c", "layer-norm").then("wide", dense(4 * width, Activation::GeluTanh));
    drawing.then("narrow", dense(width, Activation::Linear)).dropout("dropout_c", dropout);
    drawing.plain_reading("add_c", "add", &["add_b", "dropout_c"]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{
        GraphError, Values,
        random::{self, Random},
    };

    /// x → a → b → c → y, and around b.
    fn graph() -> Graph {
        let layer = |kind: &str| Layer::of_kind(kind).unwrap();
        let mut graph = Graph::chain([
            ("x", Layer::Input(Input { shape: [32].into(), ..Input::default() })),
            ("a", layer("dense")),
            ("b", layer("dense")),
            ("c", layer("add")),
            ("y", layer("dense")),
        ]);
        assert!(graph.connect("a", "c"));
        graph
    }

    fn wires(nodes: &[Node]) -> Vec<String> {
        nodes.iter().map(|node| format!("{} < {}", node.name, node.inputs.join(" "))).collect()
    }

    #[test]
    fn nodes_become_a_block_and_are_nodes_again() {
        let drawn = graph();
        let mut graph = drawn.clone();
        assert_eq!(graph.group(&["b", "c"]), Some("block".into()));
        assert_eq!(wires(&graph.nodes), ["x < ", "a < x", "block < a", "y < block"]);
        let way = ["block".to_owned()];
        assert_eq!(wires(&graph.block(&way).unwrap().nodes), ["in < ", "b < in", "c < b in"]);
        assert_eq!(graph.survey().faults, []);
        assert_eq!(graph.survey().nodes[3].shape, drawn.survey().nodes[4].shape);

        // Inside, the port has the shape that is read.
        let mut inside = graph.inside(&way).unwrap();
        assert_eq!(inside.survey().nodes[0].shape, Some([32].into()));
        inside.insert(Some("b"), Layer::of_kind("dropout").unwrap());
        assert!(graph.set_inside(&way, inside.nodes));
        assert_eq!(graph.block(&way).unwrap().nodes.len(), 4);

        assert_eq!(graph.ungroup("block"), ["b", "dropout", "c"]);
        assert_eq!(wires(&graph.nodes)[2..], ["b < a", "dropout < b", "c < dropout a", "y < c"]);
        graph.remove("dropout");
        assert_eq!(graph, drawn);
    }

    /// words → vectors, image → seen; both joined, and a head.
    fn two_ways() -> Graph {
        #[derive(serde::Deserialize)]
        struct Text {
            nodes: Vec<Node>,
        }
        let text = r#"
            nodes = [
                { name = "words", kind = "input", shape = [5], tokens = 9, columns = ["words"] },
                { name = "marks", kind = "input", shape = [5, 4] },
                { name = "vectors", kind = "embedding", width = 4, inputs = ["words"] },
                { name = "places", kind = "position-embedding", max_length = 5, inputs = ["vectors"] },
                { name = "cross", kind = "multi-head-attention", heads = 2, inputs = ["places", "marks"] },
                { name = "add", kind = "add", inputs = ["places", "cross"] },
                { name = "y", kind = "dense", units = 3, inputs = ["add"] },
            ]"#;
        Graph { nodes: toml::from_str::<Text>(text).unwrap().nodes }
    }

    #[test]
    fn a_block_reads_as_many_nodes_as_lead_in() {
        let drawn = two_ways();
        let mut graph = drawn.clone();
        assert_eq!(graph.group(&["cross", "add"]), Some("block".into()));
        assert_eq!(wires(&graph.nodes)[3..], ["places < vectors", "block < places marks", "y < block"]);
        let way = ["block".to_owned()];
        let ports = ["places < ", "marks < ", "cross < places marks", "add < places cross"];
        assert_eq!(wires(&graph.block(&way).unwrap().nodes), ports);
        assert_eq!(
            (graph.survey().faults, graph.survey().multiply_adds()),
            (vec![], drawn.survey().multiply_adds())
        );
        assert_eq!(graph.inside(&way).unwrap().survey_inside().faults, []);

        // What it gives enters the next pass at the first port; at the other each reads the same.
        let mut thrice = graph.clone();
        let Layer::Block(block) = &mut thrice.nodes[4].layer else { panic!() };
        block.repeat = 3;
        let flat = wires(&thrice.flat().unwrap().nodes);
        assert_eq!(
            flat[4..],
            [
                "block.1.cross < places marks",
                "block.1.add < places block.1.cross",
                "block.2.cross < block.1.add marks",
                "block.2.add < block.1.add block.2.cross",
                "block.3.cross < block.2.add marks",
                "block.3.add < block.2.add block.3.cross",
                "y < block.3.add",
            ]
        );
        assert_eq!(thrice.ungroup("block").len(), 6);
        assert_eq!(wires(&thrice.nodes)[5], "add < places cross");

        // A port that is renamed keeps its wire, one that goes takes its own with it, a new one has none yet.
        let mut inside = graph.inside(&way).unwrap();
        assert!(inside.rename("marks", "memory"));
        assert!(graph.set_inside(&way, inside.nodes.clone()));
        assert_eq!(wires(&graph.nodes)[4], "block < places marks");
        inside.insert(None, Layer::of_kind("input").unwrap());
        assert!(graph.set_inside(&way, inside.nodes.clone()));
        assert!(matches!(&graph.survey().faults[..], [GraphError::TooFewInputs { wanted: 3, .. }, ..]));
        inside.remove("input");
        inside.remove("places");
        assert!(graph.set_inside(&way, inside.nodes));
        assert_eq!(wires(&graph.nodes)[4], "block < marks");
    }

    #[test]
    fn a_block_may_read_token_ids() {
        let drawn = two_ways();
        let mut graph = drawn.clone();
        assert_eq!(graph.group(&["vectors", "places"]), Some("block".into()));
        assert_eq!(wires(&graph.nodes)[2..4], ["block < words", "cross < block marks"]);
        let survey = graph.survey();
        assert_eq!((&survey.faults[..], survey.nodes[2].values), (&[][..], Values::Numbers));
        // 9 words and 5 places, 4 wide.
        assert_eq!(survey.nodes[2].parameters.iter().map(|spec| spec.count()).sum::<usize>(), (9 + 5) * 4);
        let way = ["block".to_owned()];
        let inside = graph.inside(&way).unwrap();
        assert_eq!(inside.survey_inside().nodes[0].values, Values::Tokens { vocabulary: 9 });
        assert_eq!(computed(&graph, "block"), computed(&drawn, "block"));

        // A second pass would read numbers; all of it passed by gives ids, which nobody can reckon with.
        let Layer::Block(block) = &mut graph.nodes[2].layer else { panic!() };
        block.repeat = 2;
        assert!(
            matches!(&graph.survey().faults[..], [GraphError::InsideBlock { inner, .. }] if inner == "vectors")
        );
        let Layer::Block(block) = &mut graph.nodes[2].layer else { panic!() };
        block.repeat = 1;
        block.nodes.iter_mut().for_each(|node| node.bypassed = true);
        assert!(matches!(&graph.survey().faults[..], [GraphError::InsideBlock { .. }]));
    }

    #[test]
    fn what_is_not_one_block_stays_as_it_is() {
        let drawn = graph();
        for names in [&["a", "b"][..], &["x", "a"], &["a", "c"], &[], &["nobody"]] {
            let mut graph = drawn.clone();
            assert_eq!(graph.group(names), None, "{names:?}");
            assert_eq!(graph, drawn);
        }
    }

    #[test]
    fn shipped_blocks_keep_the_shape_they_read() {
        let mut drawn = 0;
        for shape in [Shape::from([12]), [7, 12].into(), [16, 9, 8].into(), [5, 9, 8].into(), [7, 5].into()] {
            for shipped in &SHIPPED {
                let Some(layer) = shipped.layer(&shape) else { continue };
                drawn += 1;
                let input = Layer::Input(Input { shape: shape.clone(), ..Input::default() });
                let reads = vec!["x".to_owned(); layer.inputs().0];
                let nodes = vec![Node::new("x", input, Vec::new()), Node::new("y", layer, reads)];
                let survey = Graph { nodes }.survey();
                assert_eq!(survey.faults, [], "{} on {shape}", shipped.name);
                assert_eq!(survey.nodes[1].shape, Some(shape.clone()), "{}", shipped.name);
            }
        }
        assert_eq!(drawn, 1 + 4 + 4 + 4 + 4);
    }

    /// What is computed, whatever the order it is drawn in and the names of blocks.
    fn computed(graph: &Graph, block: &str) -> Vec<String> {
        let plain = |name: &str| name.strip_prefix(&format!("{block}.")).unwrap_or(name).to_owned();
        let flat = graph.flat().unwrap();
        let line = |node: &Node| {
            let inputs: Vec<String> = node.inputs.iter().map(|input| plain(input)).collect();
            format!("{} {:?} {inputs:?}", plain(&node.name), node.layer)
        };
        let mut lines: Vec<String> = flat.nodes.iter().map(line).collect();
        lines.sort();
        lines
    }

    #[test]
    fn a_block_computes_what_its_nodes_did_and_gives_them_back() {
        let mut random = Random(11);
        let mut made = 0;
        for _ in 0..800 {
            let drawn = random::whole(&mut random);
            let count = drawn.nodes.len();
            let (from, to) = (random.below(count), random.below(count));
            let names: Vec<&str> =
                drawn.nodes[from.min(to)..=from.max(to)].iter().map(|node| node.name.as_str()).collect();
            let mut graph = drawn.clone();
            let Some(block) = graph.group(&names) else { continue };
            made += 1;
            assert_eq!(computed(&graph, &block), computed(&drawn, &block), "{names:?} of {drawn:?}");
            assert_eq!(graph.survey().multiply_adds(), drawn.survey().multiply_adds());
            graph.ungroup(&block);
            assert_eq!(computed(&graph, ""), computed(&drawn, ""));
            assert!(graph.nodes.iter().all(|node| drawn.node(&node.name).is_some()));
        }
        assert!(made > 60, "{made} blocks");
    }

    #[test]
    fn twelve_passes_are_twelve_blocks_drawn() {
        let gpt = crate::graph::templates::Template::of_name("gpt2-small").unwrap().usual();
        let mut drawn = gpt.clone();
        assert_eq!(drawn.ungroup("blocks").len(), 12 * 9);
        let numbers = |graph: &Graph| {
            let survey = graph.survey();
            assert_eq!(survey.faults, []);
            let specs = survey.nodes.iter().flat_map(|node| &node.parameters);
            (specs.map(|spec| spec.count()).sum::<usize>(), survey.multiply_adds())
        };
        assert_eq!(numbers(&gpt), numbers(&drawn));
        // 12 D² weights and 13 D biases and norms a block.
        let Some(block) = gpt.node("blocks").zip(gpt.position("blocks")) else { panic!() };
        let own = &gpt.survey().nodes[block.1].parameters;
        assert_eq!(own.iter().map(|spec| spec.count()).sum::<usize>(), 12 * (12 * 768 * 768 + 13 * 768));
    }
}
