//! Attention of all layers in one map.

use candle_core::{Device, Tensor};

use super::AttentionLayer;

/// Attention rollout (Abnar & Zuidema 2020): in each layer the mean of the heads, half of it and half of what goes past
/// the layer unchanged; multiplied from the first layer to the last. `[T, T]`, rows sum to 1; `None` where a layer's
/// queries and keys are not the same steps, or there is no layer.
pub fn rollout(layers: &[AttentionLayer]) -> Option<Vec<f32>> {
    let steps = steps(layers)?;
    let past = |layer: &AttentionLayer| {
        let mut mixed = layer.mean();
        for (index, share) in mixed.iter_mut().enumerate() {
            *share = 0.5 * *share + if index % (steps + 1) == 0 { 0.5 } else { 0.0 };
        }
        Tensor::from_vec(mixed, (steps, steps), &Device::Cpu)
    };
    let product = layers.iter().try_fold(None::<Tensor>, |all, layer| match all {
        None => past(layer).map(Some),
        Some(all) => past(layer)?.matmul(&all).map(Some),
    });
    product.ok()??.flatten_all().ok()?.to_vec1().ok()
}

/// The mean of all heads of all layers `[T, T]`; `None` as of [`rollout`].
pub fn average(layers: &[AttentionLayer]) -> Option<Vec<f32>> {
    let mut sum = vec![0.0; steps(layers)?.pow(2)];
    for layer in layers {
        sum.iter_mut().zip(layer.mean()).for_each(|(sum, share)| *sum += share / layers.len() as f32);
    }
    Some(sum)
}

/// How many steps all layers have, where their queries and keys are the same steps.
fn steps(layers: &[AttentionLayer]) -> Option<usize> {
    let steps = layers.first()?.queries;
    let is_alike = |layer: &AttentionLayer| layer.queries == steps && layer.keys == steps && !layer.is_cross;
    layers.iter().all(is_alike).then_some(steps)
}
