//! The kinds of layers, a file each: their settings, the shapes they take and give, the parameters they own.
//!
//! A settings struct's serde form is what `project.toml` holds; its `Default` is what a new node begins
//! with, and what a setting that is left out means. Two of the settings' types have a short form:
//! [`Pair`] (`3` for `[3, 3]`) and [`Initializer`] (`"normal"` for one with its usual deviation).

mod activation;
mod add;
mod batch_norm;
mod block;
mod concat;
mod conv1d;
mod conv2d;
mod conv_transpose1d;
mod conv_transpose2d;
mod dense;
mod dot;
mod dropout;
mod embedding;
mod fields;
mod flatten;
mod global_avg_pool;
mod global_max_pool;
mod group_norm;
mod gru;
mod initializer;
mod input;
mod layer_norm;
mod lora;
mod lstm;
mod mean;
mod multi_head_attention;
mod multiply;
mod output;
mod permute;
mod pool;
mod position_embedding;
mod recurrent;
mod reshape;
mod rms_norm;
mod rules;
mod setting;
mod simple_rnn;
mod sinusoidal_positions;
mod slice;
mod transposed;
mod upsample;
mod window;

pub use activation::{Activation, ActivationLayer};
pub use add::Add;
pub use batch_norm::BatchNorm;
pub use block::Block;
pub use concat::Concat;
pub use conv_transpose1d::ConvTranspose1d;
pub use conv_transpose2d::ConvTranspose2d;
pub use conv1d::Conv1d;
pub use conv2d::Conv2d;
pub use dense::Dense;
pub use dot::Dot;
pub use dropout::Dropout;
pub use embedding::Embedding;
pub use flatten::Flatten;
pub use global_avg_pool::GlobalAvgPool;
pub use global_max_pool::GlobalMaxPool;
pub use group_norm::GroupNorm;
pub use gru::Gru;
pub use initializer::Initializer;
pub use input::Input;
pub use layer_norm::LayerNorm;
pub use lora::Lora;
pub use lstm::Lstm;
pub use mean::Mean;
pub use multi_head_attention::MultiHeadAttention;
pub use multiply::Multiply;
pub use output::{Output, Predicts};
pub use permute::Permute;
pub use pool::Pool;
pub use position_embedding::PositionEmbedding;
pub use recurrent::Recurrent;
pub use reshape::Reshape;
pub use rms_norm::RmsNorm;
pub use simple_rnn::{Nonlinearity, SimpleRnn};
pub use sinusoidal_positions::SinusoidalPositions;
pub use slice::Slice;
pub use upsample::Upsample;
pub use window::{Padding, Pair};

pub(crate) use fields::fields;
pub(super) use rules::{Port, Ports, Rules, Settings};

use serde::{Deserialize, Serialize};

/// One list of the kinds, from which all that goes by kind follows.
macro_rules! kinds {
    ($($variant:ident($settings:ty) = $name:literal,)*) => {
        /// A layer's kind and settings, as `project.toml` writes them (`kind = "dense"`, `units = 10`).
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind")]
        pub enum Layer {
            $(#[serde(rename = $name)] $variant($settings),)*
        }

        impl Layer {
            /// The kinds by the names `project.toml` uses, in the order a palette lists them.
            pub const KINDS: &'static [&'static str] = &[$($name),*];

            pub fn kind(&self) -> &'static str {
                match self { $(Self::$variant(_) => $name,)* }
            }

            /// The kind of that name with the settings a new node begins with.
            pub fn of_kind(kind: &str) -> Option<Self> {
                match kind {
                    $($name => Some(Self::$variant(Default::default())),)*
                    _ => None,
                }
            }

            /// The settings that have to be given; the others have defaults.
            pub(crate) fn required(&self) -> &'static [&'static str] {
                self.rules().required()
            }

            /// The names of this kind's settings.
            pub fn settings(&self) -> &'static [&'static str] {
                match self { $(Self::$variant(_) => fields::<$settings>(),)* }
            }

            pub(super) fn rules(&self) -> &dyn Rules {
                match self { $(Self::$variant(settings) => settings,)* }
            }
        }
    };
}

kinds! {
    Input(Input) = "input",
    Embedding(Embedding) = "embedding",
    PositionEmbedding(PositionEmbedding) = "position-embedding",
    SinusoidalPositions(SinusoidalPositions) = "sinusoidal-positions",
    Dense(Dense) = "dense",
    Conv1d(Conv1d) = "conv1d",
    Conv2d(Conv2d) = "conv2d",
    ConvTranspose1d(ConvTranspose1d) = "conv-transpose1d",
    ConvTranspose2d(ConvTranspose2d) = "conv-transpose2d",
    MaxPool(Pool) = "max-pool",
    AvgPool(Pool) = "avg-pool",
    GlobalMaxPool(GlobalMaxPool) = "global-max-pool",
    GlobalAvgPool(GlobalAvgPool) = "global-avg-pool",
    Upsample(Upsample) = "upsample",
    SimpleRnn(SimpleRnn) = "simple-rnn",
    Lstm(Lstm) = "lstm",
    Gru(Gru) = "gru",
    MultiHeadAttention(MultiHeadAttention) = "multi-head-attention",
    Mean(Mean) = "mean",
    Flatten(Flatten) = "flatten",
    Reshape(Reshape) = "reshape",
    Permute(Permute) = "permute",
    Slice(Slice) = "slice",
    Dropout(Dropout) = "dropout",
    BatchNorm(BatchNorm) = "batch-norm",
    LayerNorm(LayerNorm) = "layer-norm",
    GroupNorm(GroupNorm) = "group-norm",
    RmsNorm(RmsNorm) = "rms-norm",
    Activation(ActivationLayer) = "activation",
    Add(Add) = "add",
    Multiply(Multiply) = "multiply",
    Dot(Dot) = "dot",
    Concat(Concat) = "concat",
    Output(Output) = "output",
    Block(Block) = "block",
}
