//! A model with attention for data that have none of their own to show: the digits.

use engine::{graph::Graph, project::read_nodes};

/// The rows of an image of 8 × 8 as steps, each of which sees itself and those above it.
const NODES: &str = r#"
nodes = [
    { name = "rows", kind = "reshape", shape = [8, 8], inputs = ["IMAGE"] },
    { name = "wide", kind = "dense", units = 16, inputs = ["rows"] },
    { name = "place", kind = "position-embedding", max_length = 8, inputs = ["wide"] },
    { name = "attend", kind = "multi-head-attention", heads = 4, causal = true, inputs = ["place"] },
    { name = "sum", kind = "add", inputs = ["place", "attend"] },
    { name = "look", kind = "multi-head-attention", heads = 4, inputs = ["sum"] },
    { name = "all", kind = "add", inputs = ["sum", "look"] },
    { name = "mean", kind = "mean", inputs = ["all"] },
    { name = "digit", kind = "dense", units = 10, activation = "softmax", inputs = ["mean"] },
]
"#;

/// Such a model behind the input of the digits' own.
pub fn steps(digits: &Graph) -> Graph {
    let input = digits.nodes[0].clone();
    let nodes = read_nodes(&NODES.replace("IMAGE", &input.name), "steps", "steps").expect("these nodes");
    Graph { nodes: std::iter::once(input).chain(nodes).collect() }
}
