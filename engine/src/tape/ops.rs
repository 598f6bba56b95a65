//! The operations, a file each.

mod activation;
mod add;
mod batch_norm;
pub(super) mod channels;
mod concat;
mod conv;
mod dense;
mod dropout;
mod flatten;
mod last_step;
mod layer_norm;
mod loss;
mod pool;
mod recurrent;
mod sizes;
mod softmax;
mod swap;
mod windows;

pub use activation::{Activation, Function};
pub use add::Add;
pub use batch_norm::BatchNorm;
pub use concat::Concat;
pub use conv::Conv;
pub use dense::Dense;
pub use dropout::Dropout;
pub use flatten::Flatten;
pub use kernels::window::Window;
pub use last_step::LastStep;
pub use layer_norm::LayerNorm;
pub use loss::{CrossEntropy, Pointwise};
pub use pool::{AvgPool, GlobalAvgPool, MaxPool};
pub use recurrent::{Cell, Recurrent};
pub use softmax::Softmax;
pub use swap::Swap;
