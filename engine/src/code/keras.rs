//! Keras 3, functional: runs on TensorFlow, JAX and PyTorch.
//!
//! Images are `[B, H, W, C]` there: axes are counted anew, and what is flattened has another order, in which the
//! next layer's weights learn to stand.

mod layers;

use super::{
    CodeError, Framework,
    call::shape,
    step::{Step, inputs, outputs, returned, summary},
};
use crate::graph::Layer;

const POSITIONS: &str = r#"
class PositionEmbedding(keras.Layer):
    """Adds a learned vector for each place in a sequence."""

    def __init__(self, max_length, initializer="uniform", **kwargs):
        super().__init__(**kwargs)
        self.max_length, self.initializer = max_length, initializer
        self.supports_masking = True

    def build(self, shape):
        self.table = self.add_weight(
            shape=(self.max_length, shape[-1]), initializer=self.initializer, name="table"
        )

    def call(self, x):
        return x + self.table[: x.shape[1]]

"#;

/// The text of a functional model.
pub fn write(steps: &[Step]) -> Result<String, CodeError> {
    let lines = steps.iter().map(line).collect::<Result<Vec<Vec<String>>, _>>()?;
    let uses = |word: &str| lines.iter().flatten().any(|line| line.contains(word));
    let imports = match (uses("layers."), uses("ops.")) {
        (true, true) => "from keras import layers, ops\n",
        (true, false) => "from keras import layers\n",
        (false, true) => "from keras import ops\n",
        (false, false) => "",
    };
    let mut text = format!("import keras\n{imports}\n");
    if uses("PositionEmbedding(") {
        text += POSITIONS;
    }
    text += &format!("# {}.\n", summary(steps));
    if steps.iter().any(|step| step.shape.len() == 3) {
        text += "# Images are rows × columns × channels here.\n";
    }
    lines.iter().flatten().for_each(|line| text += &format!("{line}\n"));
    let names: Vec<&str> = inputs(steps).map(|step| &*step.name).collect();
    let inputs = if let [only] = names[..] { only.to_owned() } else { format!("[{}]", names.join(", ")) };
    let outputs = if outputs(steps).len() == 1 { returned(steps) } else { format!("[{}]", returned(steps)) };
    text += &format!("model = keras.Model(inputs={inputs}, outputs={outputs})\n");
    Ok(text)
}

fn line(step: &Step) -> Result<Vec<String>, CodeError> {
    if let Layer::Input(_) = step.layer {
        let sizes = match step.shape[..] {
            [channels, rows, columns] => vec![rows, columns, channels],
            _ => step.shape.clone(),
        };
        let dtype = if step.is_tokens { ", dtype=\"int32\"" } else { "" };
        return Ok(vec![format!("{} = keras.Input(shape={}{dtype})", step.name, shape(&sizes))]);
    }
    let expression = layers::expression(step).map_err(|what| step.no_words(what, Framework::Keras))?;
    let is_nothing = expression == step.value;
    Ok(if is_nothing { Vec::new() } else { vec![format!("{} = {expression}", step.value)] })
}
