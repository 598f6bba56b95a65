//! How much a layer computes for one sample.

use super::{Dim, Layer, ParameterSpec, Shape, layers::Port};

/// Multiply-adds of matrices and kernels for one sample; `None` where a size is not known. What is done number
/// by number (functions, norms, pools, biases) counts nothing, as in fvcore and ptflops.
pub(super) fn multiply_adds(
    layer: &Layer,
    inputs: &[Port],
    output: &Shape,
    parameters: &[ParameterSpec],
) -> Option<u64> {
    let weights: u64 = parameters.iter().filter(|spec| spec.is_weight).map(|spec| spec.count() as u64).sum();
    // How often the weights are gone through: once for each row, pixel or step.
    let times: u64 = match layer {
        Layer::Dense(_) => product(&output.0[..output.rank().checked_sub(1)?])?,
        Layer::Conv1d(_) => product(output.0.get(..1)?)?,
        Layer::Conv2d(_) => product(output.0.get(1..)?)?,
        Layer::ConvTranspose2d(_) => product(inputs.first()?.axes().get(1..)?)?,
        Layer::ConvTranspose1d(_) | Layer::SimpleRnn(_) | Layer::Lstm(_) | Layer::Gru(_) => {
            product(inputs.first()?.axes().get(..1)?)?
        }
        Layer::MultiHeadAttention(_) => return attention(inputs, output, parameters),
        Layer::Block(block) => return block.multiply_adds(inputs),
        _ => return Some(0),
    };
    weights.checked_mul(times)
}

/// How many numbers a layer gives for one sample: each takes four bytes for every row of a batch. What a block gives
/// is what its last node does, counted among those inside.
pub(super) fn activations(layer: &Layer, inputs: &[Port], output: &Shape) -> Option<u64> {
    match layer {
        Layer::Block(block) => block.activations(inputs),
        // Gives what it reads.
        Layer::Output(_) => Some(0),
        _ => product(&output.0),
    }
}

/// The projections of queries, keys and values, each along its own sequence, and the two products between them.
fn attention(inputs: &[Port], output: &Shape, parameters: &[ParameterSpec]) -> Option<u64> {
    let [queries, width] = &output.0[..] else { return None };
    let (queries, width) = (known(queries)?, known(width)?);
    let keys = known(inputs.last()?.axes().first()?)?;
    let projections = parameters.iter().filter(|spec| spec.is_weight).map(|spec| {
        let times = if ["k_proj_weight", "v_proj_weight"].contains(&spec.name) { keys } else { queries };
        spec.count() as u64 * times
    });
    Some(projections.sum::<u64>() + 2 * queries * keys * width)
}

fn product(dims: &[Dim]) -> Option<u64> {
    dims.iter().map(known).product()
}

fn known(dim: &Dim) -> Option<u64> {
    dim.known().map(|size| size as u64)
}

#[cfg(test)]
mod tests {
    use crate::graph::{Graph, Node};

    fn check(nodes: &str, expected: u64) {
        #[derive(serde::Deserialize)]
        struct Text {
            nodes: Vec<Node>,
        }
        let graph = Graph { nodes: toml::from_str::<Text>(nodes).unwrap().nodes };
        let survey = graph.survey();
        assert_eq!(survey.faults, []);
        assert_eq!(survey.multiply_adds(), Some(expected), "{nodes}");
    }

    #[test]
    fn multiply_adds_are_those_of_matrices_and_kernels() {
        let two = |input: &str, layer: &str, expected: u64| {
            check(
                &format!(
                    r#"nodes = [
                        {{ name = "x", kind = "input", {input} }},
                        {{ name = "y", {layer}, inputs = ["x"] }},
                    ]"#
                ),
                expected,
            );
        };
        let image = "shape = [3, 8, 10]";
        let sequence = "shape = [7, 12]";
        two("shape = [5]", r#"kind = "dense", units = 4"#, 20);
        two(sequence, r#"kind = "dense", units = 4"#, 7 * 12 * 4);
        two(image, r#"kind = "conv2d", filters = 6, padding = "same""#, 8 * 10 * 6 * 27);
        two(
            image,
            r#"kind = "conv2d", filters = 6, stride = 2, padding = "same", groups = 3"#,
            4 * 5 * 6 * 9,
        );
        two(sequence, r#"kind = "conv1d", filters = 5, kernel_size = 3"#, 5 * 5 * 12 * 3);
        two(image, r#"kind = "conv-transpose2d", filters = 2, kernel_size = 2, stride = 2"#, 80 * 3 * 2 * 4);
        two(sequence, r#"kind = "lstm", units = 5"#, 7 * 4 * 5 * (12 + 5));
        two(sequence, r#"kind = "gru", units = 5, bidirectional = true"#, 2 * 7 * 3 * 5 * (12 + 5));
        two(sequence, r#"kind = "multi-head-attention", heads = 3"#, 7 * 4 * 144 + 2 * 7 * 7 * 12);
        two(image, r#"kind = "batch-norm""#, 0);
    }

    #[test]
    fn a_block_gives_what_its_nodes_give_pass_by_pass() {
        #[derive(serde::Deserialize)]
        struct Text {
            nodes: Vec<Node>,
        }
        let text = r#"nodes = [
            { name = "x", kind = "input", shape = [7, 12] },
            { name = "y", kind = "block", repeat = 3, inputs = ["x"], nodes = [
                { name = "in", kind = "input", shape = [1] },
                { name = "wide", kind = "dense", units = 48, inputs = ["in"] },
                { name = "narrow", kind = "dense", units = 12, inputs = ["wide"] },
            ] },
            { name = "by", kind = "dropout", rate = 0.1, bypassed = true, inputs = ["y"] },
            { name = "end", kind = "output", inputs = ["by"] },
        ]"#;
        let survey = Graph { nodes: toml::from_str::<Text>(text).unwrap().nodes }.survey();
        let given: Vec<_> = survey.nodes.iter().map(|node| node.activations).collect();
        assert_eq!(given, [Some(7 * 12), Some(3 * 7 * (48 + 12)), Some(0), Some(0)]);
    }

    #[test]
    fn cross_attention_goes_through_both_sequences() {
        check(
            r#"nodes = [
                { name = "x", kind = "input", shape = [7, 12] },
                { name = "short", kind = "max-pool", inputs = ["x"] },
                { name = "y", kind = "multi-head-attention", heads = 2, inputs = ["x", "short"] },
            ]"#,
            144 * (7 + 3 + 3 + 7) + 2 * 7 * 3 * 12,
        );
    }
}
