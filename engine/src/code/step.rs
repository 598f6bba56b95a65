//! A graph as the steps of a program: nodes in the order they run, under names that a program can have.

use std::collections::BTreeSet;

use super::{CodeError, Framework};
use crate::{
    graph::{Checked, Graph, Layer, ParameterSpec, Values, layers::Slice},
    model::{ModelError, fillings},
};

/// What a value is called that the next step alone reads.
const PASSING: &str = "x";

/// Words that mean something else in Python, in Rust, in the texts, or to `nn.Module`.
const TAKEN: &[&str] = &[
    "F",
    "Model",
    "None",
    "Ok",
    "Self",
    "Tensor",
    "abstract",
    "and",
    "apply",
    "as",
    "assert",
    "async",
    "await",
    "become",
    "box",
    "break",
    "buffers",
    "causal",
    "children",
    "class",
    "compile",
    "const",
    "continue",
    "counted",
    "cpu",
    "crate",
    "cuda",
    "def",
    "del",
    "do",
    "double",
    "dyn",
    "elif",
    "else",
    "enum",
    "eval",
    "except",
    "extern",
    "false",
    "final",
    "finally",
    "float",
    "fn",
    "for",
    "forward",
    "from",
    "gen",
    "global",
    "h",
    "half",
    "if",
    "impl",
    "import",
    "in",
    "is",
    "keras",
    "lambda",
    "last_step",
    "layers",
    "let",
    "loop",
    "macro",
    "match",
    "mean_of_steps",
    "mod",
    "model",
    "modules",
    "move",
    "mut",
    "nn",
    "nonlocal",
    "not",
    "ops",
    "or",
    "override",
    "packed",
    "padded",
    "parameters",
    "pass",
    "priv",
    "pub",
    "raise",
    "ref",
    "return",
    "self",
    "sinusoids",
    "state_dict",
    "static",
    "struct",
    "super",
    "to",
    "torch",
    "train",
    "training",
    "trait",
    "true",
    "try",
    "turned_round",
    "type",
    "typeof",
    "unpacked",
    "unsafe",
    "unsized",
    "use",
    "vb",
    "virtual",
    "where",
    "while",
    "with",
    "x",
    "xs",
    "yield",
    "zero_grad",
];

/// A node as a step.
#[derive(Clone)]
pub struct Step<'a> {
    pub layer: &'a Layer,
    /// What the node is called on the drawing.
    pub node: &'a str,
    /// What the layer is called in the text.
    pub name: String,
    /// What its value is called: its name, or `x` where the next step alone reads it.
    pub value: String,
    /// The values it reads.
    pub reads: Vec<String>,
    /// Their shapes and its own, without the batch.
    pub inputs: Vec<Vec<usize>>,
    pub shape: Vec<usize>,
    /// Whether it gives token ids.
    pub is_tokens: bool,
    pub parameters: &'a [ParameterSpec],
    /// What says which steps of what it reads count, where it looks at them ([`looked_at`]) and some fill up.
    pub mask: Option<String>,
    /// What it calls that itself: an embedding whose padding others heed.
    pub own_mask: Option<String>,
    /// The outputs that it is: itself, or nodes of that kind that read it, by their places in the file.
    pub ends: Vec<(usize, &'a str)>,
}

impl<'a> Step<'a> {
    /// The steps of a graph, in order; outputs are what they read.
    pub fn of(graph: &'a Graph, checked: &'a Checked) -> Result<Vec<Self>, ModelError> {
        let shape = |index: usize| {
            let open = || ModelError::OpenShape { node: graph.nodes[index].name.clone() };
            checked.nodes[index].shape.sizes().ok_or_else(open)
        };
        let (names, masks) = names(graph);
        let fillings = fillings(graph, checked);
        let heeded: Vec<Option<usize>> = (0..graph.nodes.len())
            .map(|index| fillings[looked_at(&graph.nodes[index].layer, &checked.nodes[index].inputs)?])
            .collect();
        let is_output = |index: &usize| matches!(graph.nodes[*index].layer, Layer::Output(_));
        let order: Vec<usize> = checked.order.iter().copied().filter(|index| !is_output(index)).collect();
        let mut ends: Vec<usize> = checked.others.iter().chain([&checked.output]).copied().collect();
        ends.sort_unstable();
        let ends_of = |index: usize| -> Vec<usize> {
            let is_end =
                |end: &usize| *end == index || is_output(end) && checked.nodes[*end].inputs == [index];
            ends.iter().copied().filter(is_end).collect()
        };
        let readers = |index: usize| -> Vec<usize> {
            let all = order.iter().enumerate();
            all.flat_map(|(place, reader)| {
                checked.nodes[*reader].inputs.iter().map(move |read| (place, *read))
            })
            .filter_map(|(place, read)| (read == index).then_some(place))
            .collect()
        };
        let mut values = vec![String::new(); graph.nodes.len()];
        for (place, &index) in order.iter().enumerate() {
            let is_input = checked.inputs.contains(&index);
            let is_passed = readers(index) == [place + 1];
            values[index] = match ends_of(index)[..] {
                _ if is_input => names[index].clone(),
                [] if is_passed => PASSING.into(),
                [] => names[index].clone(),
                [_] if ends.len() == 1 => PASSING.into(),
                [end, ..] => names[end].clone(),
            };
        }
        let step = |&index: &usize| {
            let node = &checked.nodes[index];
            Ok(Self {
                layer: &graph.nodes[index].layer,
                node: &graph.nodes[index].name,
                name: names[index].clone(),
                value: values[index].clone(),
                reads: node.inputs.iter().map(|read| values[*read].clone()).collect(),
                inputs: node.inputs.iter().map(|read| shape(*read)).collect::<Result<_, _>>()?,
                shape: shape(index)?,
                is_tokens: matches!(node.values, Values::Tokens { .. }),
                parameters: &node.parameters,
                mask: heeded[index].map(|embedding| masks[embedding].clone()),
                own_mask: heeded.contains(&Some(index)).then(|| masks[index].clone()),
                ends: ends_of(index).into_iter().map(|end| (end, &*graph.nodes[end].name)).collect(),
            })
        };
        order.iter().map(step).collect()
    }

    /// The value that a layer reads first.
    pub fn x(&self) -> &str {
        self.reads.first().map_or(PASSING, String::as_str)
    }

    /// The shape of what it reads first.
    pub fn input(&self) -> &[usize] {
        self.inputs.first().map_or(&[], Vec::as_slice)
    }

    pub fn is_image(&self) -> bool {
        self.input().len() == 3
    }

    /// The last size of what it reads first: its features.
    pub fn width(&self) -> usize {
        self.input().last().copied().unwrap_or(0)
    }

    /// The channels of what it reads: C of an image, the last size of anything else.
    pub fn channels(&self) -> usize {
        if self.is_image() { self.input()[0] } else { self.width() }
    }

    /// A slice as Python's brackets hold it, `:, 1:3`, where `place` says at which axis the framework has one.
    pub fn part(&self, slice: &Slice, place: impl Fn(usize) -> usize) -> String {
        let axis = slice.axis_of(self.input().len()).unwrap_or(0);
        let end = slice.end.map_or_else(String::new, |end| end.to_string());
        format!("{}{}:{end}", ":, ".repeat(place(axis)), slice.start)
    }

    /// `B×1×8×8`.
    pub fn shape_text(&self) -> String {
        self.shape.iter().fold("B".into(), |text, size| format!("{text}×{size}"))
    }
}

impl Step<'_> {
    /// Says that the framework has nothing like it.
    pub fn no_words(&self, what: &str, framework: Framework) -> CodeError {
        CodeError::NoWords { node: self.node.into(), what: what.into(), framework: framework.to_string() }
    }
}

/// The steps at which something enters.
pub fn inputs<'s, 'a>(steps: &'s [Step<'a>]) -> impl Iterator<Item = &'s Step<'a>> + Clone {
    steps.iter().filter(|step| matches!(step.layer, Layer::Input(_)))
}

/// What comes out, in the order of the file: the outputs' names, and the steps whose values they are.
pub fn outputs<'s, 'a>(steps: &'s [Step<'a>]) -> Vec<(&'a str, &'s Step<'a>)> {
    let all = steps.iter().flat_map(|step| step.ends.iter().map(move |(place, name)| (*place, *name, step)));
    let mut all: Vec<_> = all.collect();
    all.sort_unstable_by_key(|(place, ..)| *place);
    all.into_iter().map(|(_, name, step)| (name, step)).collect()
}

/// The values of [`outputs`], one behind another.
pub fn returned(steps: &[Step]) -> String {
    outputs(steps).iter().map(|(_, step)| &*step.value).collect::<Vec<_>>().join(", ")
}

/// What enters and what comes out: `words B×20 → mood B×1; 1,234 parameters`.
pub fn summary(steps: &[Step]) -> String {
    let told = |name: &str, step: &Step| format!("{name} {}", step.shape_text());
    let inputs: Vec<String> = inputs(steps).map(|step| told(step.node, step)).collect();
    let outputs: Vec<String> = outputs(steps).into_iter().map(|(name, step)| told(name, step)).collect();
    format!("{} → {}; {} parameters", inputs.join(", "), outputs.join(", "), parameter_count(steps))
}

/// The node that a layer reads and whose steps it must not take for more than they are, where they fill up.
fn looked_at(layer: &Layer, inputs: &[usize]) -> Option<usize> {
    match layer {
        Layer::MultiHeadAttention(_) => inputs.last().copied(),
        Layer::SimpleRnn(_) | Layer::Lstm(_) | Layer::Gru(_) | Layer::GlobalAvgPool(_) => {
            inputs.first().copied()
        }
        Layer::Mean(mean) if mean.axis_of(2) == Some(0) => inputs.first().copied(),
        _ => filling(layer).and_then(|_| inputs.first().copied()),
    }
}

/// What a layer wants in place of the steps that fill up, where it reads all of them alike.
pub fn filling(layer: &Layer) -> Option<f32> {
    match layer {
        Layer::GlobalMaxPool(_) => Some(f32::NEG_INFINITY),
        Layer::Conv1d(_)
        | Layer::ConvTranspose1d(_)
        | Layer::MaxPool(_)
        | Layer::AvgPool(_)
        | Layer::Upsample(_)
        | Layer::Flatten(_)
        | Layer::BatchNorm(_)
        | Layer::GroupNorm(_) => Some(0.0),
        _ => None,
    }
}

/// How many numbers of all the steps are trained.
fn parameter_count(steps: &[Step]) -> usize {
    let parameters = steps.iter().flat_map(|step| step.parameters);
    parameters.filter(|spec| spec.trained).map(ParameterSpec::count).sum()
}

/// A name for each node that both Python and Rust take, and one for its mask; no two alike.
fn names(graph: &Graph) -> (Vec<String>, Vec<String>) {
    let mut taken: BTreeSet<String> = TAKEN.iter().map(|word| (*word).to_owned()).collect();
    let mut free = |plain: String| {
        let numbered = (2..).map(|number| format!("{plain}_{number}"));
        let name = std::iter::once(plain.clone()).chain(numbered).find(|name| taken.insert(name.clone()));
        name.unwrap_or_default()
    };
    let plain = |node: &crate::graph::Node| {
        let letters = node.name.chars().map(|letter| if is_plain(letter) { letter } else { '_' });
        let plain: String = letters.collect();
        if plain.starts_with(|letter: char| letter.is_ascii_alphabetic() || is_han(letter)) {
            plain
        } else {
            format!("{}_{plain}", node.layer.kind().replace('-', "_"))
        }
    };
    let names: Vec<String> = graph.nodes.iter().map(|node| free(plain(node))).collect();
    let masks = names.iter().map(|name| free(format!("{name}_mask"))).collect();
    (names, masks)
}

fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || is_han(letter)
}

fn is_han(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&letter)
}
