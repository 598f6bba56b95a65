//! What every kind of layer says of itself, and how it names what is wrong.

use crate::graph::{Dim, GraphError, ParameterSpec, Shape, Values};

/// The rules of one kind of layer.
pub trait Rules {
    /// Settings that have no default.
    fn required(&self) -> &'static [&'static str] {
        &[]
    }

    /// The fewest and the most nodes it reads.
    fn inputs(&self) -> (usize, usize) {
        (1, 1)
    }

    /// Whether it can read that; most read numbers.
    fn takes(&self, values: Values) -> bool {
        values == Values::Numbers
    }

    /// What its shape is filled with.
    fn values(&self) -> Values {
        Values::Numbers
    }

    /// Reports the settings that are out of their ranges, whatever the inputs are.
    fn check(&self, _settings: &mut Settings) {}

    /// What it gives for what it reads. Asked only when the settings and the number of inputs are right.
    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError>;

    /// The tensors it owns, in the order operations take them. Asked only when [`shape`](Self::shape)
    /// had an answer.
    fn parameters(&self, _ports: &Ports) -> Vec<ParameterSpec> {
        Vec::new()
    }
}

/// The most a number of units, filters, channels or elements of an axis can be.
pub const MAX_SIZE: usize = 1 << 24;
/// The largest kernel, stride, padding or dilation.
pub const MAX_KERNEL: usize = 1 << 12;

/// Collects the settings of a node that are out of range.
pub struct Settings<'a> {
    pub node: &'a str,
    pub faults: &'a mut Vec<GraphError>,
}

impl Settings<'_> {
    /// A number of things: units, filters.
    pub fn size(&mut self, setting: &str, value: usize) {
        self.within(setting, value, 1, MAX_SIZE);
    }

    /// A distance that a kernel covers.
    pub fn extent(&mut self, setting: &str, value: usize) {
        self.within(setting, value, 1, MAX_KERNEL);
    }

    pub fn within(&mut self, setting: &str, value: usize, min: usize, max: usize) {
        let (node, setting) = (self.node.to_owned(), setting.to_owned());
        let (value, min, max) = (value as f64, min as f64, max as f64);
        if value < min {
            self.faults.push(GraphError::SettingTooSmall { node, setting, value, min });
        } else if value > max {
            self.faults.push(GraphError::SettingTooLarge { node, setting, value, max });
        }
    }

    pub fn above(&mut self, setting: &str, value: f64, bound: f64) {
        let (node, setting) = (self.node.to_owned(), setting.to_owned());
        if !value.is_finite() {
            self.faults.push(GraphError::SettingNotFinite { node, setting });
        } else if value <= bound {
            self.faults.push(GraphError::SettingNotAbove { node, setting, value, bound });
        }
    }

    pub fn at_least(&mut self, setting: &str, value: f64, min: f64) {
        let (node, setting) = (self.node.to_owned(), setting.to_owned());
        if !value.is_finite() {
            self.faults.push(GraphError::SettingNotFinite { node, setting });
        } else if value < min {
            self.faults.push(GraphError::SettingTooSmall { node, setting, value, min });
        }
    }

    /// 0 to < 1.
    pub fn share(&mut self, setting: &str, value: f64) {
        self.at_least(setting, value, 0.0);
        if value >= 1.0 && value.is_finite() {
            let (node, setting) = (self.node.to_owned(), setting.to_owned());
            self.faults.push(GraphError::SettingNotBelow { node, setting, value, bound: 1.0 });
        }
    }

    pub fn report(&mut self, fault: GraphError) {
        self.faults.push(fault);
    }
}

/// A node that is read: its name and what it gives.
pub struct Port<'a> {
    pub name: &'a str,
    pub shape: &'a Shape,
    pub values: Values,
}

impl Port<'_> {
    pub fn axes(&self) -> &[Dim] {
        &self.shape.0
    }
}

/// A node as its rules see it: its own name, and what it reads.
pub struct Ports<'a> {
    pub node: &'a str,
    pub kind: &'static str,
    /// As many as [`Rules::inputs`] allows.
    pub inputs: Vec<Port<'a>>,
}

impl Ports<'_> {
    /// The input of a layer that reads one.
    pub fn only(&self) -> &Port<'_> {
        &self.inputs[0]
    }

    pub fn wrong_axes(&self, wanted: &str) -> GraphError {
        self.wrong_axes_of(self.only(), wanted)
    }

    /// [`Self::wrong_axes`], of one of several inputs.
    pub fn wrong_axes_of(&self, port: &Port, wanted: &str) -> GraphError {
        let (node, kind, input, got) = self.facts(port);
        GraphError::WrongAxes { node, kind, input, got, wanted: wanted.into() }
    }

    pub fn needs_flatten(&self, wanted: &str) -> GraphError {
        let (node, kind, input, got) = self.facts(self.only());
        GraphError::NeedsFlatten { node, kind, input, got, wanted: wanted.into() }
    }

    pub fn other_kind_fits(&self, wanted: &str, instead: &str) -> GraphError {
        let (node, kind, input, got) = self.facts(self.only());
        GraphError::OtherKindFits { node, kind, input, got, wanted: wanted.into(), instead: instead.into() }
    }

    /// The size of an axis of the only input that has to be known.
    pub fn known(&self, dim: &Dim) -> Result<usize, GraphError> {
        self.known_of(self.only(), dim)
    }

    /// [`Self::known`], of one of several inputs.
    pub fn known_of(&self, port: &Port, dim: &Dim) -> Result<usize, GraphError> {
        dim.known().ok_or_else(|| {
            let (node, kind, input, got) = self.facts(port);
            GraphError::SizeNotKnown { node, kind, input, got }
        })
    }

    fn facts(&self, input: &Port) -> (String, String, String, String) {
        (self.node.into(), self.kind.into(), input.name.into(), input.shape.to_string())
    }
}
