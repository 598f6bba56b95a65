//! What was learned beside weights that are held still (LoRA), added to them.

use candle_core::Result;

use super::Tensors;
use crate::graph::{Graph, Layer};

/// The nodes of a flat graph that learn beside their weights, and how often that counts.
pub fn scales_beside(graph: &Graph) -> Vec<(String, f64)> {
    let scale = |layer: &Layer| match layer {
        Layer::Dense(layer) => layer.lora().scale(),
        Layer::MultiHeadAttention(layer) => layer.lora().scale(),
        _ => None,
    };
    graph.nodes.iter().filter_map(|node| Some((node.name.clone(), scale(&node.layer)?))).collect()
}

/// W + scale · B A in place of W, A and B.
pub fn merge_beside(scales: &[(String, f64)], tensors: Tensors) -> Result<Tensors> {
    let find = |name: &str| tensors.iter().find(|(other, _)| other == name).map(|(_, tensor)| tensor);
    let mut merged = Tensors::new();
    for (name, tensor) in &tensors {
        if name.contains("lora_") {
            continue;
        }
        let beside = |which: &str| find(&name.strip_suffix("weight").map(|stem| format!("{stem}{which}"))?);
        let scale = scales
            .iter()
            .find(|(node, _)| name.strip_prefix(&**node).is_some_and(|rest| rest.starts_with('.')));
        merged.push((
            name.clone(),
            match (scale, beside("lora_a"), beside("lora_b")) {
                (Some((_, scale)), Some(a), Some(b)) => (tensor + (b.matmul(a)? * *scale)?)?,
                _ => tensor.clone(),
            },
        ));
    }
    Ok(merged)
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Tensor};

    use super::*;
    use crate::{
        graph::layers::{Dense, Input, MultiHeadAttention},
        model::Model,
        tape::{
            Form, Step, Tape,
            gradcheck::{close, flat, tensor},
        },
        train::LossSpec,
    };

    fn graph(lora_rank: Option<usize>) -> Graph {
        let input = Input { shape: [5, 8].into(), ..Input::default() };
        let seen = MultiHeadAttention { heads: 2, lora_rank, lora_alpha: 3.0, ..Default::default() };
        let dense = Dense { units: 3, lora_rank, lora_alpha: 3.0, ..Dense::default() };
        Graph::chain([
            ("x", Layer::Input(input)),
            ("seen", Layer::MultiHeadAttention(seen)),
            ("y", Layer::Dense(dense)),
        ])
    }

    fn given(model: &Model) -> Vec<f32> {
        let step = Step { form: Form::Kernels, training: false, seed: 1, step: 0, part: 0, again: false };
        let mut tape = Tape::new(step);
        let x = tape.leaf(tensor(&[2, 5, 8], 1), false);
        let forward = model.forward(&mut tape, &[x]).unwrap();
        flat(tape.value(forward.logits).unwrap())
    }

    #[test]
    fn a_merged_model_gives_what_the_two_parts_gave() {
        let build = |rank| Model::build(&graph(rank), &LossSpec::Mse, 1, &Device::Cpu).unwrap();
        let (mut beside, mut whole) = (build(Some(2)), build(None));
        let learned: Tensors = beside
            .named_tensors()
            .into_iter()
            .zip(1..)
            .map(|((name, of), seed)| (name, tensor(of.dims(), seed)))
            .collect();
        beside.load(&learned).unwrap();
        let merged = merge_beside(&scales_beside(&graph(Some(2))), learned).unwrap();
        assert_eq!(merged.len(), whole.named_tensors().len());
        whole.load(&merged).unwrap();
        close(&given(&whole), &given(&beside), 1e-5, "merged");
    }

    #[test]
    fn at_first_nothing_is_added_and_the_weights_are_held() {
        let beside = Model::build(&graph(Some(2)), &LossSpec::Mse, 1, &Device::Cpu).unwrap();
        let names = beside.trained_names();
        assert!(names.iter().all(|name| !name.ends_with("weight")), "{names:?}");
        assert_eq!(names.iter().filter(|name| name.ends_with("lora_a")).count(), 3);
        let mut whole = Model::build(&graph(None), &LossSpec::Mse, 1, &Device::Cpu).unwrap();
        let kept = beside.named_tensors().into_iter().filter(|(name, _)| !name.contains("lora_"));
        whole.load(&kept.collect::<Vec<(String, Tensor)>>()).unwrap();
        close(&given(&whole), &given(&beside), 1e-6, "as before");
    }
}
