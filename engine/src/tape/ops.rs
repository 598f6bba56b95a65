//! The operations, a file each.

mod activation;
mod add;
mod add_positions;
mod batch_norm;
pub(super) mod channels;
mod concat;
mod conv;
mod dense;
mod dropout;
mod embedding;
mod flatten;
mod group_norm;
mod layer_norm;
mod loss;
mod pool;
mod sizes;
mod softmax;
mod swap;
mod windows;

pub use activation::{Activation, Function};
pub use add::Add;
pub use add_positions::AddPositions;
pub use batch_norm::BatchNorm;
pub use concat::Concat;
pub use conv::Conv;
pub use dense::Dense;
pub use dropout::Dropout;
pub use embedding::Embedding;
pub use flatten::Flatten;
pub use group_norm::GroupNorm;
pub use kernels::window::Window;
pub use layer_norm::LayerNorm;
pub use loss::{CrossEntropy, Pointwise};
pub use pool::{AvgPool, GlobalAvgPool, MaxPool};
pub use softmax::Softmax;
pub use swap::Swap;
