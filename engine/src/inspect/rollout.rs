//! Attention of all layers in one map.

use super::AttentionLayer;

/// Attention rollout (Abnar & Zuidema 2020): in each layer the mean of the heads, half of it and half of what goes past
/// the layer unchanged; multiplied from the first layer to the last. `[T, T]`, rows sum to 1; `None` where a layer's
/// queries and keys are not the same steps, or there is no layer.
pub fn rollout(layers: &[AttentionLayer]) -> Option<Vec<f32>> {
    let steps = layers.first()?.queries;
    if layers.iter().any(|layer| layer.queries != steps || layer.keys != steps || layer.is_cross) {
        return None;
    }
    let mut all: Vec<f32> = identity(steps);
    for layer in layers {
        let mut mixed = layer.mean();
        for (index, share) in mixed.iter_mut().enumerate() {
            *share = 0.5 * *share + if index % (steps + 1) == 0 { 0.5 } else { 0.0 };
        }
        let mut product = vec![0.0; steps * steps];
        for (row, out) in mixed.chunks_exact(steps).zip(product.chunks_exact_mut(steps)) {
            for (share, earlier) in row.iter().zip(all.chunks_exact(steps)) {
                if *share != 0.0 {
                    out.iter_mut().zip(earlier).for_each(|(out, earlier)| *out += share * earlier);
                }
            }
        }
        all = product;
    }
    Some(all)
}

fn identity(steps: usize) -> Vec<f32> {
    (0..steps * steps).map(|index| if index % (steps + 1) == 0 { 1.0 } else { 0.0 }).collect()
}
