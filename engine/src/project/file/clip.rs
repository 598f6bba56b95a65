//! Nodes as text by themselves: what is copied from one drawing and pasted into another.

use serde::{Deserialize, Serialize};
use toml::Table;

use super::{FILE_NAME, MAX_BYTES, nodes, place};
use crate::{
    graph::{Graph, Node},
    project::ProjectError,
};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Clip {
    nodes: Vec<Table>,
}

/// The text of nodes, as `project.toml` has them in an experiment.
pub fn write_nodes(all: &[Node]) -> Result<String, ProjectError> {
    let clip = Clip { nodes: all.iter().map(nodes::write).collect::<Result<_, _>>()? };
    toml::to_string(&clip)
        .map_err(|error| ProjectError::Unwritable { file: FILE_NAME.into(), cause: error.to_string() })
}

/// Reads such a text; a piece of a `project.toml` (`[[experiments.nodes]]`) is one, too. Errors call it `file`, and
/// its experiment so.
pub fn read_nodes(text: &str, file: &str, experiment: &str) -> Result<Vec<Node>, ProjectError> {
    if text.len() as u64 > MAX_BYTES {
        return Err(ProjectError::TooLarge { file: file.into(), max: MAX_BYTES });
    }
    let text = text.replace("[[experiments.nodes", "[[nodes");
    let clip: Clip = toml::from_str(&text).map_err(|error| {
        let (line, column, cause) = place(&text, &error);
        ProjectError::NotToml { file: file.into(), line, column, cause }
    })?;
    let read = |(index, table)| nodes::read(table, file, experiment, index + 1);
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
        let read = |text: &str| read_nodes(text, "clipboard", "cnn");
        assert_eq!(read(&text).unwrap(), nodes);
        assert_eq!(read(&text.replace("[[nodes]]", "[[experiments.nodes]]")).unwrap(), nodes);
        for text in ["", "what a person copied elsewhere", "[[nodes]]\nname = \"x\"", "[[nodes]]\nname = 1"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
