//! Operations as the golden file names them: the type's name, and its settings.
//!
//! The enums and structs of settings stand here once more for serde, which refuses to compile where one of theirs
//! has no partner: what is new needs a case too.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::tape::Operation;
use crate::tape::ops::{self, Cell, Function, Heads, Pointwise, Window};

/// Size, stride, dilation, before and after.
type Axis = [usize; 5];

#[derive(Serialize, Deserialize)]
#[serde(tag = "operation")]
pub enum Spec {
    Activated {
        inner: Box<Spec>,
        #[serde(with = "FunctionSpec")]
        function: Function,
    },
    Activation {
        #[serde(with = "FunctionSpec")]
        function: Function,
    },
    Add,
    AddPositions,
    AddSinusoids,
    AvgPool {
        windows: Vec<Axis>,
        counts_padding: bool,
    },
    BatchNorm {
        momentum: f64,
        epsilon: f64,
        rectified: bool,
    },
    Concat {
        axis: usize,
    },
    Conv {
        windows: Vec<Axis>,
        groups: usize,
    },
    ConvTranspose {
        windows: Vec<Axis>,
        output_padding: Vec<usize>,
        groups: usize,
    },
    CrossAttention {
        #[serde(with = "HeadsSpec")]
        heads: Heads,
    },
    CrossEntropy {
        label_smoothing: f32,
        class_weights: Vec<f32>,
        ignore: Option<u32>,
    },
    Dense,
    Dot,
    Dropout {
        rate: f32,
    },
    Embedding {
        padding: Option<u32>,
    },
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    GroupNorm {
        groups: usize,
        epsilon: f64,
    },
    LastStep {
        reverse: bool,
    },
    LayerNorm {
        epsilon: f64,
    },
    LowRank {
        scale: f64,
    },
    MaxPool {
        windows: Vec<Axis>,
    },
    Lengths {
        padding: u32,
    },
    Mean {
        axis: usize,
    },
    MeanOfSteps,
    Padded {
        with: f32,
    },
    Reversed,
    Multiply,
    Permute {
        order: Vec<usize>,
    },
    Pointwise {
        #[serde(with = "PointwiseSpec")]
        loss: Pointwise,
    },
    Recurrent {
        #[serde(with = "CellSpec")]
        cell: Cell,
        reverse: bool,
    },
    Reshape {
        shape: Vec<usize>,
    },
    RmsNorm {
        epsilon: f64,
    },
    Rotary {
        columns: usize,
        head: usize,
        base: f64,
    },
    SelfAttention {
        #[serde(with = "HeadsSpec")]
        heads: Heads,
    },
    Slice {
        axis: usize,
        start: usize,
        length: usize,
    },
    Softmax,
    Swap,
    Upsample {
        factors: Vec<usize>,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Function", tag = "kind", rename_all = "kebab-case")]
enum FunctionSpec {
    Relu,
    LeakyRelu { slope: f32 },
    Elu { alpha: f32 },
    Gelu,
    GeluTanh,
    Silu,
    Tanh,
    Sigmoid,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Cell", rename_all = "kebab-case")]
enum CellSpec {
    Lstm,
    Gru,
    Tanh,
    Relu,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Pointwise", tag = "kind", rename_all = "kebab-case")]
enum PointwiseSpec {
    BinaryCrossEntropy,
    Squared,
    Absolute,
    Huber { delta: f32 },
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Heads")]
struct HeadsSpec {
    count: usize,
    keys: usize,
    causal: bool,
    scale: Option<f32>,
    dropout: f32,
    node: u32,
}

impl Spec {
    /// The type's name in `tape::ops`.
    pub fn name(&self) -> String {
        let text = serde_json::to_value(self).unwrap();
        text["operation"].as_str().unwrap().to_owned()
    }

    pub fn operation(&self) -> Arc<dyn Operation> {
        match self {
            Self::Activated { inner, function } => {
                ops::Activated::over(&inner.operation(), *function).unwrap()
            }
            Self::Activation { function } => Arc::new(ops::Activation(*function)),
            Self::Add => Arc::new(ops::Add),
            Self::AddPositions => Arc::new(ops::AddPositions),
            Self::AddSinusoids => Arc::new(ops::AddSinusoids),
            Self::AvgPool { windows, counts_padding } => Arc::new(match axes(windows) {
                Axes::Sequence(axis) => ops::AvgPool::over_sequences(axis, *counts_padding),
                Axes::Image(axes) => ops::AvgPool::over_images(axes, *counts_padding),
            }),
            &Self::BatchNorm { momentum, epsilon, rectified } => {
                Arc::new(ops::BatchNorm { momentum, epsilon, rectified })
            }
            &Self::Concat { axis } => Arc::new(ops::Concat { axis }),
            Self::Conv { windows, groups } => Arc::new(match axes(windows) {
                Axes::Sequence(axis) => ops::Conv::over_sequences(axis, *groups),
                Axes::Image(axes) => ops::Conv::over_images(axes, *groups),
            }),
            Self::ConvTranspose { windows, output_padding: more, groups } => Arc::new(match axes(windows) {
                Axes::Sequence(axis) => ops::ConvTranspose::over_sequences(axis, more[0], *groups),
                Axes::Image(axes) => ops::ConvTranspose::over_images(axes, [more[0], more[1]], *groups),
            }),
            Self::CrossAttention { heads } => Arc::new(ops::CrossAttention(*heads)),
            Self::CrossEntropy { label_smoothing, class_weights, ignore } => Arc::new(ops::CrossEntropy {
                label_smoothing: *label_smoothing,
                class_weights: class_weights.clone(),
                ignore: *ignore,
            }),
            Self::Dense => Arc::new(ops::Dense),
            Self::Dot => Arc::new(ops::Dot),
            &Self::Dropout { rate } => Arc::new(ops::Dropout { rate, node: 0 }),
            &Self::Embedding { padding } => Arc::new(ops::Embedding { padding }),
            Self::Flatten => Arc::new(ops::Flatten),
            Self::GlobalAvgPool => Arc::new(ops::GlobalAvgPool),
            Self::GlobalMaxPool => Arc::new(ops::GlobalMaxPool),
            &Self::GroupNorm { groups, epsilon } => Arc::new(ops::GroupNorm { groups, epsilon }),
            &Self::LastStep { reverse } => Arc::new(ops::LastStep { reverse }),
            &Self::LayerNorm { epsilon } => Arc::new(ops::LayerNorm { epsilon }),
            &Self::Lengths { padding } => Arc::new(ops::Lengths { padding }),
            &Self::LowRank { scale } => Arc::new(ops::LowRank { scale }),
            Self::MaxPool { windows } => Arc::new(match axes(windows) {
                Axes::Sequence(axis) => ops::MaxPool::over_sequences(axis),
                Axes::Image(axes) => ops::MaxPool::over_images(axes),
            }),
            &Self::Mean { axis } => Arc::new(ops::Mean { axis }),
            Self::MeanOfSteps => Arc::new(ops::MeanOfSteps),
            Self::Multiply => Arc::new(ops::Multiply),
            &Self::Padded { with } => Arc::new(ops::Padded { with }),
            Self::Permute { order } => Arc::new(ops::Permute { order: order.clone() }),
            Self::Pointwise { loss } => Arc::new(*loss),
            &Self::Recurrent { cell, reverse } => Arc::new(ops::Recurrent { cell, reverse }),
            Self::Reshape { shape } => Arc::new(ops::Reshape { shape: shape.clone() }),
            Self::Reversed => Arc::new(ops::Reversed),
            &Self::Rotary { columns, head, base } => Arc::new(ops::Rotary { columns, head, base }),
            &Self::Slice { axis, start, length } => Arc::new(ops::Slice { axis, start, length }),
            &Self::RmsNorm { epsilon } => Arc::new(ops::RmsNorm { epsilon }),
            Self::SelfAttention { heads } => Arc::new(ops::SelfAttention(*heads)),
            Self::Softmax => Arc::new(ops::Softmax),
            Self::Swap => Arc::new(ops::Swap),
            Self::Upsample { factors } => Arc::new(match factors[..] {
                [factor] => ops::Upsample::over_sequences(factor),
                _ => ops::Upsample::over_images([factors[0], factors[1]]),
            }),
        }
    }
}

enum Axes {
    Sequence(Window),
    Image([Window; 2]),
}

fn axes(windows: &[Axis]) -> Axes {
    let window =
        |[size, stride, dilation, before, after]: Axis| Window { size, stride, dilation, before, after };
    match windows {
        [axis] => Axes::Sequence(window(*axis)),
        _ => Axes::Image([window(windows[0]), window(windows[1])]),
    }
}
