//! What an operation takes of memory in a training step.

use candle_core::{Shape, Tensor};

/// The memory of one operation's forward and backward, in numbers of four bytes.
///
/// Every operation states its own; the tests hold it against what the operation really keeps.
#[derive(Debug, Clone)]
pub struct Footprint {
    /// The shape of what it gives.
    pub output: Shape,
    /// Whether what it gives lies in the memory of the first input.
    pub is_view: bool,
    /// The inputs that it keeps, in rising order.
    pub inputs: Vec<usize>,
    pub keeps_output: bool,
    /// Numbers that it keeps besides.
    pub own: usize,
    /// Numbers that its backward needs for itself while it runs.
    pub scratch: usize,
    /// What becomes the memory of the first gradient it gives.
    pub reuse: Reuse,
}

/// Memory that a backward writes a gradient into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reuse {
    /// New memory.
    Nothing,
    /// That of the gradient that came.
    Gradient,
    /// That of [`Footprint::own`].
    Own,
}

impl Footprint {
    /// An operation that gives a new tensor of this shape, keeps nothing and gives new gradients.
    pub fn new(output: impl Into<Shape>) -> Self {
        Self {
            output: output.into(),
            is_view: false,
            inputs: Vec::new(),
            keeps_output: false,
            own: 0,
            scratch: 0,
            reuse: Reuse::Nothing,
        }
    }

    /// One that gives a tensor of the shape of `x`.
    pub fn like(x: &Tensor) -> Self {
        Self::new(x.shape())
    }

    /// It sees the first input under another shape, and its gradient back.
    pub fn view(self) -> Self {
        Self { is_view: true, ..self.in_place() }
    }

    /// It keeps these inputs.
    pub fn keeping(mut self, inputs: &[usize]) -> Self {
        self.inputs.extend(inputs);
        self
    }

    pub fn keeping_output(self) -> Self {
        Self { keeps_output: true, ..self }
    }

    /// It keeps so many numbers more.
    pub fn and(self, numbers: usize) -> Self {
        Self { own: self.own + numbers, ..self }
    }

    /// Its backward changes the gradient that comes into one that it gives.
    pub fn in_place(self) -> Self {
        Self { reuse: Reuse::Gradient, ..self }
    }
}
