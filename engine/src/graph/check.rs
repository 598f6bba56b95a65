//! Whether a graph fits together, and the shapes and parameters that follow.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use super::{
    Graph, GraphError, Initializer, Layer, Node, Shape, Values, cost,
    layers::{Input, Port, Ports, Predicts, Settings},
    nearest,
};

/// A graph that fits together.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// As in [`Graph::nodes`].
    pub nodes: Vec<CheckedNode>,
    /// Indices of nodes, every node after those it reads; ties in the order of the file.
    pub order: Vec<usize>,
    /// At least one, in the order of the file.
    pub inputs: Vec<usize>,
    /// The one that predicts the data set's target, or the first.
    pub output: usize,
    /// Those beside it, in the order of the file.
    pub others: Vec<usize>,
}

impl Checked {
    /// How many numbers the model has that are `trained`, or that are not (running statistics).
    pub fn parameter_count(&self, trained: bool) -> usize {
        let parameters = self.nodes.iter().flat_map(|node| &node.parameters);
        parameters
            .filter(|parameter| parameter.trained == trained)
            .map(ParameterSpec::count)
            .fold(0, usize::saturating_add)
    }
}

/// What follows for one node.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedNode {
    /// Indices of the nodes it reads.
    pub inputs: Vec<usize>,
    /// What it gives.
    pub shape: Shape,
    /// What that is filled with.
    pub values: Values,
    pub parameters: Vec<ParameterSpec>,
}

/// One tensor that a node owns.
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterSpec {
    /// `weight`, `bias`, `running_mean` …
    pub name: &'static str,
    pub shape: Vec<usize>,
    pub initializer: Initializer,
    /// False for buffers that are not trained (running statistics).
    pub trained: bool,
    /// A matrix that inputs are multiplied by, or a convolution's kernel: what l1 and l2 act on.
    pub is_weight: bool,
    /// Places, row by row, that begin as one number whatever the initializer says: the row of an embedding's
    /// padding at 0, the forget gates of an LSTM at 1.
    pub fixed: Option<(Range<usize>, f32)>,
}

impl ParameterSpec {
    pub(super) fn trained(name: &'static str, size: usize, initializer: Initializer) -> Self {
        Self { name, shape: vec![size], initializer, trained: true, is_weight: false, fixed: None }
    }

    /// A weight `[outputs, …]`.
    pub(super) fn weight(name: &'static str, shape: Vec<usize>, initializer: Initializer) -> Self {
        Self { name, shape, initializer, trained: true, is_weight: true, fixed: None }
    }

    /// The weight of a table that is looked up in: `[rows, width]`.
    pub(super) fn table(rows: usize, width: usize, initializer: Initializer) -> Self {
        Self { is_weight: false, ..Self::weight("weight", vec![rows, width], initializer) }
    }

    pub(super) fn buffer(name: &'static str, size: usize, initializer: Initializer) -> Self {
        Self { trained: false, ..Self::trained(name, size, initializer) }
    }

    /// Whether it is learned beside a weight ([`super::layers::Lora`]), of which other frameworks know nothing: what is
    /// exported has it merged into the weight.
    pub fn is_beside(&self) -> bool {
        self.name.contains("lora_")
    }

    /// How many numbers it has; stops at `usize::MAX`.
    pub fn count(&self) -> usize {
        self.shape.iter().fold(1, |count, size| count.saturating_mul(*size))
    }
}

/// The most numbers that a node may give for one sample.
pub const MAX_VALUES: usize = 1 << 30;
/// The most parameters that a node may own.
pub const MAX_PARAMETERS: usize = 1 << 32;

/// Where a graph begins and ends.
struct Ends {
    inputs: Vec<usize>,
    output: usize,
    others: Vec<usize>,
}

/// For each node the nodes it reads; `None` where there is no node of that name.
type Wires = Vec<Vec<Option<usize>>>;

/// A graph as far as it fits together: what can be shown of one that is still being drawn.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Survey {
    /// As in [`Graph::nodes`].
    pub nodes: Vec<Surveyed>,
    /// As [`Checked::order`]; nodes in a circle, and what comes after them, are left out.
    pub order: Vec<usize>,
    /// Every fault that can be found, the first mending first.
    pub faults: Vec<GraphError>,
}

/// What follows for one node of a graph that may not fit together.
#[derive(Debug, Clone, PartialEq)]
pub struct Surveyed {
    /// Indices of the nodes it reads; `None` where there is no node of that name.
    pub inputs: Vec<Option<usize>>,
    /// What it gives, where that can be told.
    pub shape: Option<Shape>,
    /// What that is filled with.
    pub values: Values,
    pub parameters: Vec<ParameterSpec>,
    /// Multiply-adds for one sample, where all sizes are known.
    pub multiply_adds: Option<u64>,
    /// Numbers that it gives for one sample, those of the nodes inside a block counted, where all sizes are known.
    pub activations: Option<u64>,
}

impl Survey {
    /// Multiply-adds of the whole model for one sample; `None` where one node's cannot be told.
    pub fn multiply_adds(&self) -> Option<u64> {
        self.nodes.iter().map(|node| node.multiply_adds).sum()
    }
}

impl Graph {
    /// Checks ports and infers shapes; gives every fault that can be found, the first mending first.
    pub fn check(&self) -> Result<Checked, Vec<GraphError>> {
        let (survey, ends) = self.look(false);
        let (Some(Ends { inputs, output, others }), true) = (ends, survey.faults.is_empty()) else {
            return Err(survey.faults);
        };
        let nodes = survey.nodes.into_iter().map(|surveyed| {
            Some(CheckedNode {
                inputs: surveyed.inputs.into_iter().collect::<Option<_>>()?,
                shape: surveyed.shape?,
                values: surveyed.values,
                parameters: surveyed.parameters,
            })
        });
        let nodes = nodes.collect::<Option<_>>().ok_or(Vec::new())?;
        Ok(Checked { nodes, order: survey.order, inputs, output, others })
    }

    /// Shapes and parameters as far as they can be told, and what is wrong.
    pub fn survey(&self) -> Survey {
        self.look(false).0
    }

    /// [`Self::survey`] of what is inside a block.
    pub fn survey_inside(&self) -> Survey {
        self.look(true).0
    }

    /// What follows inside a block, and what it gives, as it enters the next pass.
    pub(super) fn pass(&self) -> Result<(Survey, Input), GraphError> {
        let (mut survey, ends) = self.look(true);
        if !survey.faults.is_empty() {
            return Err(survey.faults.swap_remove(0));
        }
        let given = ends.and_then(|ends| survey.nodes.get(ends.output));
        let given = given.and_then(|given| Some(Input::of(given.shape.as_ref()?, given.values)));
        let given = given.ok_or(GraphError::NoInput)?;
        match given.tokens {
            None => Ok((survey, given)),
            // All that would make numbers of them is passed by.
            Some(_) => Err(GraphError::OnlyInput { node: self.nodes[0].name.clone() }),
        }
    }

    /// The survey, and the ends where they are right; inside a block inputs are ports, which take no columns.
    fn look(&self, is_inside: bool) -> (Survey, Option<Ends>) {
        let (count, max) = (self.nodes.len(), Self::MAX_NODES);
        if count > max {
            let faults = vec![GraphError::TooManyNodes { count, max }];
            return (Survey { faults, ..Survey::default() }, None);
        }
        let mut faults = Vec::new();
        let wires = self.wires(&mut faults);
        let order = self.order(&wires, &mut faults);
        let whole = faults.is_empty();
        let ends = self.ends(&wires, whole, is_inside, &mut faults);
        let nodes = self.infer(wires, &order, &mut faults);
        (Survey { nodes, order, faults }, ends)
    }

    /// Finds the nodes that are read by their names.
    fn wires(&self, faults: &mut Vec<GraphError>) -> Wires {
        let mut places = BTreeMap::new();
        let mut reported = BTreeSet::new();
        for (index, Node { name, .. }) in self.nodes.iter().enumerate() {
            if name.is_empty() {
                faults.push(GraphError::UnnamedNode { position: index + 1 });
            } else if places.contains_key(name.as_str()) {
                if reported.insert(name) {
                    faults.push(GraphError::DuplicateName { node: name.clone() });
                }
            } else {
                places.insert(name.as_str(), index);
            }
        }
        let find = |node: &Node, input: &String, faults: &mut Vec<GraphError>| {
            let place = places.get(input.as_str()).copied();
            if place.is_none() {
                faults.push(unknown_input(
                    node,
                    input,
                    places.keys().copied().filter(|name| *name != node.name),
                ));
            }
            place
        };
        self.nodes
            .iter()
            .map(|node| node.inputs.iter().map(|input| find(node, input, faults)).collect())
            .collect()
    }

    /// The nodes in an order in which each stands after those it reads (Kahn 1962); those in a circle,
    /// and what comes after them, are left out and the circle reported.
    fn order(&self, wires: &Wires, faults: &mut Vec<GraphError>) -> Vec<usize> {
        let mut waiting: Vec<usize> = wires.iter().map(|inputs| inputs.iter().flatten().count()).collect();
        let mut readers = vec![Vec::new(); wires.len()];
        for (reader, inputs) in wires.iter().enumerate() {
            inputs.iter().flatten().for_each(|read| readers[*read].push(reader));
        }
        let mut ready: BTreeSet<usize> = (0..wires.len()).filter(|node| waiting[*node] == 0).collect();
        let mut order = Vec::with_capacity(wires.len());
        while let Some(node) = ready.pop_first() {
            order.push(node);
            for reader in &readers[node] {
                waiting[*reader] -= 1;
                if waiting[*reader] == 0 {
                    ready.insert(*reader);
                }
            }
        }
        self.report_cycles(wires, &waiting, faults);
        order
    }

    /// Walks back from every node that still waits until a node comes a second time.
    fn report_cycles(&self, wires: &Wires, waiting: &[usize], faults: &mut Vec<GraphError>) {
        let mut seen = vec![false; wires.len()];
        for start in (0..wires.len()).filter(|node| waiting[*node] > 0) {
            let mut walk: Vec<usize> = Vec::new();
            let mut node = start;
            while !seen[node] {
                seen[node] = true;
                walk.push(node);
                // A node that waits has an input that waits.
                let Some(back) = wires[node].iter().flatten().copied().find(|read| waiting[*read] > 0) else {
                    break;
                };
                node = back;
            }
            let Some(from) = walk.iter().position(|walked| *walked == node).filter(|_| seen[node]) else {
                continue;
            };
            let circle = walk[from..].iter().rev().chain(walk.last());
            let names: Vec<&str> = circle.map(|node| self.nodes[*node].name.as_str()).collect();
            faults.push(GraphError::Cycle { path: names.join(" → ") });
        }
    }

    /// The inputs and the outputs. When names are wrong or nodes stand in a circle, who is read by nobody
    /// says nothing.
    fn ends(
        &self,
        wires: &Wires,
        whole: bool,
        is_inside: bool,
        faults: &mut Vec<GraphError>,
    ) -> Option<Ends> {
        let mut read = vec![false; wires.len()];
        for (node, wires) in self.nodes.iter().zip(wires) {
            let counted = if node.is_bypassed() { 1 } else { wires.len() };
            wires.iter().take(counted).flatten().for_each(|node| read[*node] = true);
        }
        let all = 0..self.nodes.len();
        let input = |node: usize| match &self.nodes[node].layer {
            Layer::Input(input) => Some(input),
            _ => None,
        };
        let inputs: Vec<usize> = all.clone().filter(|node| input(*node).is_some()).collect();
        if inputs.is_empty() {
            faults.push(GraphError::NoInput);
        }
        let takes_the_rest = |node: &&usize| input(**node).is_some_and(|input| input.columns.is_empty());
        let greedy: Vec<usize> = inputs.iter().filter(takes_the_rest).copied().collect();
        if greedy.len() > 1 && !is_inside {
            faults.push(GraphError::SeveralInputs { nodes: self.names(&greedy) });
        }
        let outputs: Vec<usize> = all.filter(|node| !read[*node]).collect();
        if whole && let Some(unread) = outputs.iter().find(|output| inputs.contains(output)) {
            faults.push(GraphError::OnlyInput { node: self.nodes[*unread].name.clone() });
        } else if whole && outputs.len() > 1 {
            let silent: Vec<usize> =
                outputs.iter().copied().filter(|output| !self.nodes[*output].is_output()).collect();
            if !silent.is_empty() {
                faults.push(GraphError::SeveralOutputs { nodes: self.names(&silent) });
            }
        }
        self.report_read_outputs(wires, faults);
        let is_about_target = |node: &&usize| match &self.nodes[**node].layer {
            Layer::Output(output) => output.predicts == Predicts::Target,
            _ => true,
        };
        let mut about_target = outputs.iter().filter(is_about_target).copied();
        let output = about_target.next().or(outputs.first().copied())?;
        for second in about_target.filter(|node| self.nodes[*node].is_output()) {
            faults.push(GraphError::OutputWithoutColumn { node: self.nodes[second].name.clone() });
        }
        let others: Vec<usize> = outputs.into_iter().filter(|other| *other != output).collect();
        let are_right = !inputs.is_empty() && !others.iter().chain([&output]).any(|end| inputs.contains(end));
        are_right.then_some(Ends { inputs, output, others })
    }

    /// Who reads an output: what comes behind it would learn nothing of what the output says it is.
    fn report_read_outputs(&self, wires: &Wires, faults: &mut Vec<GraphError>) {
        for (reader, wires) in self.nodes.iter().zip(wires) {
            let read = wires.iter().flatten().map(|read| &self.nodes[*read]);
            for output in read.filter(|read| read.is_output()) {
                let (node, input) = (reader.name.clone(), output.name.clone());
                let instead = output.inputs.first().cloned().unwrap_or_default();
                faults.push(GraphError::ReadsOutput { node, input, instead });
            }
        }
    }

    /// Shapes and parameters, node by node; what follows from a fault is not reported again.
    fn infer(&self, wires: Wires, order: &[usize], faults: &mut Vec<GraphError>) -> Vec<Surveyed> {
        let fits: Vec<bool> =
            self.nodes.iter().zip(&wires).map(|(node, wires)| node.fits(wires, faults)).collect();
        let mut shapes: Vec<Option<Shape>> = vec![None; self.nodes.len()];
        let mut values: Vec<Values> = self.nodes.iter().map(|node| node.layer.rules().values()).collect();
        let mut parameters = vec![Vec::new(); self.nodes.len()];
        for &index in order.iter().filter(|index| fits[**index]) {
            let node = &self.nodes[index];
            if node.is_bypassed() {
                if let Some(read) = wires[index].first().copied().flatten() {
                    (shapes[index], values[index]) = (shapes[read].clone(), values[read]);
                }
                continue;
            }
            let Some(inputs) = self.ports(&wires[index], &shapes, &values) else { continue };
            let ports = Ports { node: &node.name, kind: node.layer.kind(), inputs };
            match node.infer(&ports) {
                Ok((shape, specs)) => {
                    parameters[index] = specs;
                    shapes[index] = Some(shape);
                }
                Err(fault) => faults.push(fault),
            }
        }
        let cost = |index: usize| {
            let inputs = self.ports(&wires[index], &shapes, &values)?;
            let output = shapes[index].as_ref()?;
            if self.nodes[index].is_bypassed() {
                return Some((Some(0), Some(0)));
            }
            let layer = &self.nodes[index].layer;
            let multiply_adds = cost::multiply_adds(layer, &inputs, output, &parameters[index]);
            Some((multiply_adds, cost::activations(layer, &inputs, output)))
        };
        let costs: Vec<_> = (0..self.nodes.len()).map(|index| cost(index).unwrap_or_default()).collect();
        let nodes = wires.into_iter().zip(shapes).zip(values).zip(parameters).zip(costs);
        nodes
            .map(|((((inputs, shape), values), parameters), (multiply_adds, activations))| Surveyed {
                inputs,
                shape,
                values,
                parameters,
                multiply_adds,
                activations,
            })
            .collect()
    }

    /// What a node reads; `None` where not all of it is known.
    fn ports<'a>(
        &'a self,
        wires: &[Option<usize>],
        shapes: &'a [Option<Shape>],
        values: &[Values],
    ) -> Option<Vec<Port<'a>>> {
        let port = |read: &Option<usize>| {
            let read = (*read)?;
            let (name, shape) = (&self.nodes[read].name, shapes[read].as_ref()?);
            Some(Port { name, shape, values: values[read] })
        };
        wires.iter().map(port).collect()
    }

    fn names(&self, nodes: &[usize]) -> String {
        let names: Vec<&str> = nodes.iter().map(|node| self.nodes[*node].name.as_str()).collect();
        names.join(", ")
    }
}

impl Node {
    /// Whether its settings and the number of nodes it reads are right by themselves.
    fn fits(&self, wires: &[Option<usize>], faults: &mut Vec<GraphError>) -> bool {
        let before = faults.len();
        let rules = self.layer.rules();
        // What is passed by only has to read what it gives.
        let (fewest, most) = if self.is_bypassed() { (1, usize::MAX) } else { rules.inputs() };
        let (node, kind, got) = (self.name.clone(), self.layer.kind().to_owned(), wires.len());
        if got < fewest {
            faults.push(GraphError::TooFewInputs { node, kind, got, wanted: fewest });
        } else if got > most {
            faults.push(GraphError::TooManyInputs { node, kind, got, wanted: most });
        }
        if !self.is_bypassed() {
            rules.check(&mut Settings { node: &self.name, faults });
        }
        faults.len() == before
    }

    /// What it gives and owns, within the limits.
    fn infer(&self, ports: &Ports) -> Result<(Shape, Vec<ParameterSpec>), GraphError> {
        let rules = self.layer.rules();
        if let Some(port) = ports.inputs.iter().find(|port| !rules.takes(port.values)) {
            let (node, kind, input) = (self.name.clone(), ports.kind.to_owned(), port.name.to_owned());
            return Err(match port.values {
                Values::Numbers => GraphError::NeedsTokens { node, kind, input },
                Values::Tokens { .. } => GraphError::NeedsNumbers { node, kind, input },
            });
        }
        let shape = rules.shape(ports)?;
        if shape.count().is_some_and(|count| count > MAX_VALUES) {
            let (node, shape) = (self.name.clone(), shape.to_string());
            return Err(GraphError::ShapeTooLarge { node, shape, max: MAX_VALUES });
        }
        let parameters = rules.parameters(ports);
        let count = parameters.iter().map(ParameterSpec::count).fold(0, usize::saturating_add);
        if count > MAX_PARAMETERS {
            let node = self.name.clone();
            return Err(GraphError::TooManyParameters { node, count, max: MAX_PARAMETERS });
        }
        Ok((shape, parameters))
    }
}

fn unknown_input<'a>(node: &Node, input: &str, names: impl Iterator<Item = &'a str> + Clone) -> GraphError {
    /// Names that are listed when none is near.
    const LISTED: usize = 12;
    let (reader, input) = (node.name.clone(), input.to_owned());
    match nearest(&input, names.clone()) {
        Some(nearest) => GraphError::MisspelledInput { node: reader, input, nearest: nearest.into() },
        None => {
            let known: Vec<&str> = names.take(LISTED).collect();
            GraphError::UnknownInput { node: reader, input, known: known.join(", ") }
        }
    }
}

#[cfg(test)]
mod tests;
