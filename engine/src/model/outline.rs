//! A model before it has numbers: what its nodes do, in their order, and which parameters they take.

use std::{collections::BTreeMap, sync::Arc};

use candle_core::{Result, bail};

use super::{
    ModelError,
    head::{self, Head},
    inputs::{self, Named},
    lower,
    node::{Node, Place},
};
use crate::{
    graph::{Checked, CheckedNode, Graph, Layer, ParameterSpec},
    protocol::Problem,
    tape::{Operation, Slot, Tape, Value, ops::Lengths},
    train::LossSpec,
};

/// A valid graph as operations in order.
pub struct Outline {
    checked: Checked,
    nodes: Vec<Node>,
    named: Vec<Named>,
    /// `[…]` of one row of each input.
    input_shapes: Vec<Vec<usize>>,
    /// For each node, where in the order its last reader stands.
    last_read: Vec<usize>,
    /// At least one.
    heads: Vec<Head>,
    /// The columns that are predicted beside the data set's target.
    predicted: Vec<String>,
    /// Of each node that gives sequences that are filled up, the embedding whose ids say where they end.
    fillings: Vec<Option<usize>>,
    /// Of those embeddings, the id that fills up.
    padding: Vec<Option<u32>>,
    /// Whether each node gives what a ReLU gives.
    is_rectified: Vec<bool>,
}

/// A model's forward pass on a tape.
pub struct Forward {
    /// What each node gave, as in the nodes of [`Graph::flat`]; `None` where a function took its place.
    pub nodes: Vec<Option<Slot>>,
    /// What the first head's loss is computed from: the output before its softmax or sigmoid, where the loss has its
    /// own.
    pub logits: Slot,
    /// The same of the other heads.
    pub others: Vec<Slot>,
    pub(super) parameters: Vec<Slot>,
}

impl Forward {
    /// What the heads' losses are computed from.
    pub fn heads(&self) -> impl Iterator<Item = Slot> + '_ {
        std::iter::once(self.logits).chain(self.others.iter().copied())
    }
}

impl Outline {
    /// Lays out `graph` for a loss, that of the outputs that name none.
    ///
    /// # Errors
    /// If the graph does not fit together, or an output does not fit its loss.
    pub fn of(graph: &Graph, loss: &LossSpec) -> std::result::Result<Self, Problem> {
        let (mut outline, graph) = Self::laid_out(graph, loss, head::before_losses)?;
        outline.join_functions(&graph);
        Ok(outline)
    }

    /// [`Self::of`], where every node gives what it is drawn to give, the outputs' functions included.
    pub(super) fn apart(graph: &Graph, loss: &LossSpec) -> std::result::Result<Self, Problem> {
        Ok(Self::laid_out(graph, loss, |_, _, _| Ok(BTreeMap::new()))?.0)
    }

    /// [`Self::of`], where every node is computed by itself.
    pub(super) fn unjoined(graph: &Graph, loss: &LossSpec) -> std::result::Result<Self, Problem> {
        Ok(Self::laid_out(graph, loss, head::before_losses)?.0)
    }

    /// The outline with some layers in the place of those drawn, and the graph that is computed.
    fn laid_out(
        graph: &Graph,
        loss: &LossSpec,
        instead: impl Fn(&Graph, &Checked, &[Head]) -> std::result::Result<BTreeMap<usize, Layer>, ModelError>,
    ) -> std::result::Result<(Self, Graph), Problem> {
        let graph = graph.flat().map_err(ModelError::of_faults)?;
        let checked = graph.check().map_err(ModelError::of_faults)?;
        let open = |index: usize| ModelError::OpenShape { node: graph.nodes[index].name.clone() };
        let sizes = |&input: &usize| checked.nodes[input].shape.sizes().ok_or_else(|| open(input));
        let input_shapes = checked.inputs.iter().map(sizes).collect::<std::result::Result<_, _>>()?;
        let heads = head::heads(&graph, &checked, loss)?;
        let instead = instead(&graph, &checked, &heads)?;
        let (mut trained, mut buffers) = (0.., 0..);
        let fillings = fillings(&graph, &checked);
        let mut nodes = Vec::with_capacity(graph.nodes.len());
        for (index, (node, of_node)) in graph.nodes.iter().zip(&checked.nodes).enumerate() {
            let layer = instead.get(&index).unwrap_or(&node.layer);
            let shapes: Vec<_> = of_node.inputs.iter().map(|&read| &checked.nodes[read].shape).collect();
            let filled = of_node.inputs.iter().map(|&read| fillings[read].is_some()).collect();
            let links = lower::links(layer, &shapes, filled, of_node.parameters.len(), index)
                .ok_or_else(|| open(index))?;
            let place = |spec: &ParameterSpec| {
                if spec.trained {
                    trained.next().map(Place::Trained)
                } else {
                    buffers.next().map(Place::Buffer)
                }
            };
            let parameters = of_node.parameters.iter().filter_map(place).collect();
            nodes.push(Node { name: node.name.clone(), links, parameters, is_joined: false });
        }
        let padding = |(node, filling): (usize, &Option<usize>)| match &graph.nodes[node].layer {
            Layer::Embedding(embedding) if *filling == Some(node) => {
                embedding.padding_id.and_then(|id| u32::try_from(id).ok())
            }
            _ => None,
        };
        let padding = fillings.iter().enumerate().map(padding).collect();
        let last_read = last_read(&checked);
        let is_rectified = graph.nodes.iter().map(|node| lower::is_rectified(&node.layer)).collect();
        Ok((
            Self {
                named: inputs::named(&graph),
                checked,
                nodes,
                input_shapes,
                predicted: inputs::predicted(&graph),
                heads,
                fillings,
                padding,
                last_read,
                is_rectified,
            },
            graph,
        ))
    }

    /// A function that alone reads a node is computed in that node's place, where that saves memory.
    fn join_functions(&mut self, graph: &Graph) {
        let mut readers = vec![0; self.nodes.len()];
        self.checked.nodes.iter().flat_map(|node| &node.inputs).for_each(|&read| readers[read] += 1);
        for (index, node) in graph.nodes.iter().enumerate() {
            let Some(function) = lower::function(&node.layer) else { continue };
            let [read] = self.checked.nodes[index].inputs[..] else { continue };
            // A function that the loss computes has no link left.
            let may_join = readers[read] == 1 && !self.nodes[index].links.is_empty();
            if may_join && self.nodes[read].links.last_mut().is_some_and(|last| last.join(function)) {
                self.nodes[read].is_joined = true;
                self.nodes[index].links.clear();
            }
        }
    }

    /// Runs the nodes on a tape, with a slot for each of [`Self::inputs`], cut into so many stretches of about equally many nodes.
    pub fn run<V: Value>(
        &self,
        tape: &mut Tape<V>,
        inputs: &[Slot],
        parameters: Vec<Slot>,
        buffers: &[Slot],
        stretches: usize,
    ) -> Result<Forward> {
        let mut slots: Vec<Option<Slot>> = vec![None; self.nodes.len()];
        for (&index, &input) in self.checked.inputs.iter().zip(inputs) {
            slots[index] = Some(input);
        }
        let mut lengths: Vec<Option<Slot>> = vec![None; self.nodes.len()];
        let order = &self.checked.order;
        let length = order.len().div_ceil(stretches.max(1));
        for (position, &index) in order.iter().enumerate() {
            if position > 0 && position % length == 0 {
                let read_later = order[..position].iter().filter(|&&given| self.last_read[given] >= position);
                let read_later = read_later.filter_map(|&given| slots[given]);
                tape.cut(&read_later.chain(lengths.iter().flatten().copied()).collect::<Vec<_>>());
            }
            let node = &self.nodes[index];
            // The order puts every node after those it reads.
            let inputs: Vec<Slot> =
                self.checked.nodes[index].inputs.iter().filter_map(|&read| slots[read]).collect();
            let own: Vec<Slot> = node
                .parameters
                .iter()
                .map(|place| match *place {
                    Place::Trained(place) => parameters[place],
                    Place::Buffer(place) => buffers[place],
                })
                .collect();
            let of_read: Vec<Option<Slot>> = self.checked.nodes[index]
                .inputs
                .iter()
                .map(|&read| self.fillings[read].and_then(|filling| lengths[filling]))
                .collect();
            if let (Some(padding), [ids]) = (self.padding[index], &inputs[..]) {
                let operation: Arc<dyn Operation> = Arc::new(Lengths { padding });
                lengths[index] = Some(tape.apply(&operation, &[*ids])?);
            }
            // Inputs alone read nothing.
            if let Some(slot) = node.run(tape, &inputs, &of_read, &own)? {
                slots[index] = Some(slot);
            }
        }
        let mut given = self.heads.iter().filter_map(|head| slots[head.node]);
        let Some(logits) = given.next() else { bail!("the model gives nothing") };
        let others = given.collect();
        let joined = slots.iter_mut().zip(&self.nodes).filter(|(_, node)| node.is_joined);
        joined.for_each(|(slot, _)| *slot = None);
        Ok(Forward { nodes: slots, logits, others, parameters })
    }

    /// Every parameter and buffer with its node's name, in the order in which they begin.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &ParameterSpec)> {
        let nodes = self.nodes.iter().zip(&self.checked.nodes);
        nodes.flat_map(|(node, of_node)| of_node.parameters.iter().map(|spec| (&*node.name, spec)))
    }

    /// The inputs' names, and those of the columns they take.
    pub(super) fn named(&self) -> &[Named] {
        &self.named
    }

    /// The inputs in the order of the file, and `[…]` of one row of each.
    pub(crate) fn inputs(&self) -> impl Iterator<Item = (&CheckedNode, &[usize])> {
        let nodes = self.checked.inputs.iter().map(|&input| &self.checked.nodes[input]);
        nodes.zip(self.input_shapes.iter().map(Vec::as_slice))
    }

    /// What comes out, the head about the data set's target first.
    pub fn heads(&self) -> &[Head] {
        &self.heads
    }

    /// The columns that are predicted beside the data set's target.
    pub(super) fn predicted(&self) -> &[String] {
        &self.predicted
    }

    pub(crate) fn checked(&self) -> &Checked {
        &self.checked
    }

    /// The nodes that give what a ReLU gives.
    pub(super) fn rectified(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.nodes.len()).filter(|&index| self.is_rectified[index])
    }

    pub(super) fn node_name(&self, index: usize) -> &str {
        &self.nodes[index].name
    }

    /// A node's parameters and buffers: their names and where they are.
    pub(super) fn places(&self, index: usize) -> impl Iterator<Item = (&'static str, Place)> {
        let names = self.checked.nodes[index].parameters.iter().map(|spec| spec.name);
        names.zip(self.nodes[index].parameters.iter().copied())
    }
}

/// For each node the embedding whose padding its steps have. (Keras' `mask_zero` goes the same way.)
pub(crate) fn fillings(graph: &Graph, checked: &Checked) -> Vec<Option<usize>> {
    let mut fillings = vec![None; graph.nodes.len()];
    for &index in &checked.order {
        let (layer, node) = (&graph.nodes[index].layer, &checked.nodes[index]);
        fillings[index] = match layer {
            Layer::Embedding(embedding) => embedding.padding_id.map(|_| index),
            Layer::MultiHeadAttention(_) => node.inputs.first().and_then(|&read| fillings[read]),
            _ => {
                let keeps =
                    |read: &&usize| lower::keeps_steps(layer, &checked.nodes[**read].shape, &node.shape);
                node.inputs.iter().filter(keeps).find_map(|&read| fillings[read])
            }
        };
    }
    fillings
}

fn last_read(checked: &Checked) -> Vec<usize> {
    let mut last_read = vec![0; checked.nodes.len()];
    for (position, &index) in checked.order.iter().enumerate() {
        checked.nodes[index].inputs.iter().for_each(|&read| last_read[read] = position);
    }
    std::iter::once(&checked.output).chain(&checked.others).for_each(|end| last_read[*end] = usize::MAX);
    last_read
}
