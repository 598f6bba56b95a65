//! A person's own blocks: kept beside no project, offered in all of them.
//!
//! A folder with a text file a block, each as nodes are copied (`[[nodes]]`), so that it can be read, mended and sent
//! to others. Written whole or not at all.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use super::{
    ProjectError,
    file::{read_nodes, replace_text, text_of, write_nodes},
};
use crate::graph::{Layer, Node};

/// Most blocks that are offered.
const MAX_BLOCKS: usize = 500;

/// Keeps a block under its name, in place of the one that had it.
pub fn keep_block(folder: &Path, block: &Node) -> Result<(), ProjectError> {
    let alone = Node { inputs: Vec::new(), bypassed: false, ..block.clone() };
    let text = write_nodes(std::slice::from_ref(&alone))?;
    fs::create_dir_all(folder).map_err(|error| ProjectError::Unwritable {
        file: folder.display().to_string(),
        cause: error.to_string(),
    })?;
    replace_text(&file_of(folder, &block.name), &text)
}

/// Forgets the block of that name.
pub fn forget_block(folder: &Path, name: &str) -> Result<(), ProjectError> {
    let file = file_of(folder, name);
    match fs::remove_file(&file) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(ProjectError::Unwritable { file: file.display().to_string(), cause: error.to_string() })
        }
        _ => Ok(()),
    }
}

/// The blocks that are kept, by name; a file that holds none says why.
pub fn read_blocks(folder: &Path) -> (Vec<Node>, Vec<ProjectError>) {
    let Ok(entries) = fs::read_dir(folder) else { return (Vec::new(), Vec::new()) };
    let is_block = |file: &PathBuf| file.extension().is_some_and(|ending| ending == "toml");
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(is_block).collect();
    files.sort();
    let (mut blocks, mut faults) = (Vec::new(), Vec::new());
    for file in files.into_iter().take(MAX_BLOCKS) {
        match read_block(&file) {
            Ok(Some(block)) => blocks.push(block),
            Ok(None) => {}
            Err(fault) => faults.push(fault),
        }
    }
    blocks.sort_by(|a, b| a.name.cmp(&b.name));
    (blocks, faults)
}

/// The first block in a file.
fn read_block(file: &Path) -> Result<Option<Node>, ProjectError> {
    let name = file.display().to_string();
    let nodes = read_nodes(&text_of(file)?, &name, &name)?;
    Ok(nodes.into_iter().find(|node| matches!(node.layer, Layer::Block(_))))
}

/// A name may hold letters that a file's name may not; what stands for them tells different names apart.
fn file_of(folder: &Path, name: &str) -> PathBuf {
    let is_plain = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_';
    let plain = name.chars().map(|letter| match letter {
        letter if is_plain(letter) => letter.to_string(),
        other => format!("%{:x}", u32::from(other)),
    });
    folder.join(format!("{}.toml", plain.collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(name: &str, kinds: &[&str]) -> Node {
        let mut graph = crate::graph::Graph::chain([("x", Layer::of_kind("input").unwrap())]);
        kinds.iter().for_each(|kind| {
            let end = graph.nodes[graph.nodes.len() - 1].name.clone();
            graph.insert(Some(&end), Layer::of_kind(kind).unwrap());
        });
        let names: Vec<String> = graph.nodes[1..].iter().map(|node| node.name.clone()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let made = graph.group(&names).unwrap();
        Node { name: name.into(), ..graph.node(&made).unwrap().clone() }
    }

    #[test]
    fn blocks_are_kept_replaced_and_forgotten() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("blocks");
        assert!(read_blocks(&folder).0.is_empty());
        let names = |folder: &Path| -> Vec<String> {
            read_blocks(folder).0.into_iter().map(|node| node.name).collect()
        };
        for name in ["wide", "../残差 \"2\"", "wide.2"] {
            keep_block(&folder, &block(name, &["dense", "dropout"])).unwrap();
        }
        assert_eq!(names(&folder), ["../残差 \"2\"", "wide", "wide.2"]);
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "nothing beside the folder");

        let other = block("wide", &["dense"]);
        keep_block(&folder, &other).unwrap();
        let kept = read_blocks(&folder).0.into_iter().find(|node| node.name == "wide").unwrap();
        assert_eq!(kept, Node { inputs: Vec::new(), ..other });
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 3, "no draft is left");

        forget_block(&folder, "wide.2").unwrap();
        forget_block(&folder, "nobody").unwrap();
        assert_eq!(names(&folder), ["../残差 \"2\"", "wide"]);
    }

    #[test]
    fn a_damaged_file_is_named_and_the_others_are_read() {
        let folder = tempfile::tempdir().unwrap();
        keep_block(folder.path(), &block("wide", &["dense"])).unwrap();
        for text in ["half a fi", "[[nodes]]\nname = \"x\"\nkind = \"blok\"\n"] {
            fs::write(folder.path().join("a.toml"), text).unwrap();
            let (blocks, faults) = read_blocks(folder.path());
            assert_eq!((blocks.len(), faults.len()), (1, 1));
            assert!(faults[0].to_string().contains("a.toml"), "{}", faults[0]);
        }
    }
}
