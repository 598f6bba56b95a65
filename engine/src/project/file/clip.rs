//! Nodes as text by themselves: what is copied from one drawing and pasted into another.

use serde::{Deserialize, Serialize};
use toml::Table;

use super::{MAX_BYTES, nodes, place};
use crate::{
    graph::{Graph, Node},
    project::ProjectError,
};

/// What errors call the text.
const CLIPBOARD: &str = "clipboard";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Clip {
    nodes: Vec<Table>,
}

/// The text of nodes, as `project.toml` has them in an experiment.
pub fn write_nodes(all: &[Node]) -> Result<String, ProjectError> {
    let clip = Clip { nodes: all.iter().map(nodes::write).collect::<Result<_, _>>()? };
    toml::to_string(&clip)
        .map_err(|error| ProjectError::Unwritable { file: CLIPBOARD.into(), cause: error.to_string() })
}

/// Reads such a text; a piece of a `project.toml` (`[[experiments.nodes]]`) is one, too.
pub fn read_nodes(text: &str) -> Result<Vec<Node>, ProjectError> {
    let file = CLIPBOARD;
    if text.len() as u64 > MAX_BYTES {
        return Err(ProjectError::TooLarge { file: file.into(), max: MAX_BYTES });
    }
    let text = text.replace("[[experiments.nodes]]", "[[nodes]]");
    let clip: Clip = toml::from_str(&text).map_err(|error| {
        let (line, column, cause) = place(&text, &error);
        ProjectError::NotToml { file: file.into(), line, column, cause }
    })?;
    let read = |(index, table)| nodes::read(table, file, file, index + 1);
    clip.nodes.iter().take(Graph::MAX_NODES).enumerate().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Layer;

    #[test]
    fn nodes_are_copied_as_text_and_read_again() {
        let conv = Layer::of_kind("conv2d").unwrap();
        let mut node = Node::new("conv", conv.clone(), vec!["image".into()]);
        (node.bypassed, node.note) = (true, "edges,\n\"first\"".into());
        let nodes = [node, Node::new("conv2", conv, vec!["conv".into()])];
        let text = write_nodes(&nodes).unwrap();
        assert!(text.starts_with("[[nodes]]\nname = \"conv\"\nkind = \"conv2d\"\n"), "{text}");
        assert_eq!(read_nodes(&text).unwrap(), nodes);
        assert_eq!(read_nodes(&text.replace("[[nodes]]", "[[experiments.nodes]]")).unwrap(), nodes);
        for text in ["", "what a person copied elsewhere", "[[nodes]]\nname = \"x\"", "[[nodes]]\nname = 1"] {
            assert!(read_nodes(text).is_err(), "{text}");
        }
    }
}
