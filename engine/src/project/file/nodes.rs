//! A node as a table: `name`, `kind`, the settings of its kind, `inputs`.

use toml::{Table, Value};

use super::{strict::known_names, text};
use crate::{
    graph::{Layer, Node, layers::Block},
    project::ProjectError,
};

/// The table of a node, without the settings that have their defaults; the nodes inside a block behind all else.
pub fn write(node: &Node) -> Result<Table, ProjectError> {
    let mut table = text::brief(node, |table| read(table, "", "", 0).ok())?;
    if let Layer::Block(block) = &node.layer {
        table.remove(INSIDE);
        let inside = block.nodes.iter().map(|node| Ok(Value::Table(write(node)?)));
        table.insert(INSIDE.into(), Value::Array(inside.collect::<Result<_, ProjectError>>()?));
    }
    Ok(table)
}

/// The setting of a block that holds nodes.
const INSIDE: &str = "nodes";

/// Reads node `position` (from 1) of an experiment; `file` names the file in errors.
pub fn read(table: &Table, file: &str, experiment: &str, position: usize) -> Result<Node, ProjectError> {
    read_inside(table, file, experiment, position, 0)
}

/// [`read`], inside so many blocks.
fn read_inside(
    table: &Table,
    file: &str,
    experiment: &str,
    position: usize,
    depth: usize,
) -> Result<Node, ProjectError> {
    let (file, experiment) = (file.to_owned(), experiment.to_owned());
    let Some(name) = table.get("name").and_then(Value::as_str).map(str::to_owned) else {
        return Err(ProjectError::UnnamedNode { file, experiment, position });
    };
    let Some(kind) = table.get("kind").and_then(Value::as_str) else {
        return Err(ProjectError::NoKind { file, experiment, node: name });
    };
    let Some(usual) = Layer::of_kind(kind) else {
        let known = known_names(kind, Layer::KINDS);
        return Err(ProjectError::UnknownKind { file, experiment, node: name, kind: kind.into(), known });
    };
    let mut settings = table.clone();
    settings.remove("name");
    let wrong = |setting: &str, value: &Value, cause: &str| ProjectError::WrongSetting {
        file: file.clone(),
        experiment: experiment.clone(),
        node: name.clone(),
        setting: setting.into(),
        value: value.to_string(),
        cause: cause.into(),
    };
    let bypassed = match settings.remove("bypassed") {
        None => false,
        Some(Value::Boolean(bypassed)) => bypassed,
        Some(other) => return Err(wrong("bypassed", &other, "expected true or false")),
    };
    let note = match settings.remove("note") {
        None => String::new(),
        Some(Value::String(note)) => note,
        Some(other) => return Err(wrong("note", &other, "expected a text in quotes")),
    };
    let inputs = settings.remove("inputs").unwrap_or_else(|| Value::Array(Vec::new()));
    let inputs = inputs
        .clone()
        .try_into()
        .map_err(|error: toml::de::Error| wrong("inputs", &inputs, error.message()))?;
    let mut inside = Vec::new();
    if let Layer::Block(_) = usual {
        let tables = match settings.remove(INSIDE) {
            Some(Value::Array(tables)) if depth < Block::MAX_DEPTH => tables,
            Some(Value::Array(_)) => return Err(wrong(INSIDE, &"…".into(), "too many blocks in blocks")),
            Some(other) => return Err(wrong(INSIDE, &other, "expected nodes, each a table")),
            None => {
                let (kind, setting) = (kind.to_owned(), INSIDE.to_owned());
                return Err(ProjectError::MissingSetting { file, experiment, node: name, kind, setting });
            }
        };
        for (index, value) in tables.iter().enumerate() {
            let Value::Table(table) = value else { return Err(wrong(INSIDE, value, "expected a table")) };
            inside.push(read_inside(table, &file, &experiment, index + 1, depth + 1)?);
        }
    }
    match layer(&settings, &usual) {
        Ok(Layer::Block(block)) => {
            let layer = Layer::Block(Block { nodes: inside, ..block });
            Ok(Node { bypassed, note, ..Node::new(name, layer, inputs) })
        }
        Ok(layer) => Ok(Node { bypassed, note, ..Node::new(name, layer, inputs) }),
        Err(fault) => Err(fault.of(file, experiment, name, kind)),
    }
}

/// What can be wrong with a setting.
enum Fault {
    Unknown { setting: String, known: String },
    Missing { setting: String },
    Wrong { setting: String, value: String, cause: String },
}

impl Fault {
    fn of(self, file: String, experiment: String, node: String, kind: &str) -> ProjectError {
        let kind = kind.to_owned();
        match self {
            Self::Unknown { setting, known } => {
                ProjectError::UnknownSetting { file, experiment, node, kind, setting, known }
            }
            Self::Missing { setting } => {
                ProjectError::MissingSetting { file, experiment, node, kind, setting }
            }
            Self::Wrong { setting, value, cause } => {
                ProjectError::WrongSetting { file, experiment, node, setting, value, cause }
            }
        }
    }
}

/// A layer from its kind and settings.
fn layer(settings: &Table, usual: &Layer) -> Result<Layer, Fault> {
    let known = usual.settings();
    let given = || settings.iter().filter(|(setting, _)| *setting != "kind");
    if let Some((setting, _)) = given().find(|(setting, _)| !known.contains(&setting.as_str())) {
        return Err(Fault::Unknown { setting: setting.clone(), known: known_names(setting, known) });
    }
    if let Some(setting) = usual.required().iter().find(|setting| !settings.contains_key(**setting)) {
        return Err(Fault::Missing { setting: (*setting).to_owned() });
    }
    settings.clone().try_into().map_err(|error: toml::de::Error| {
        // serde does not say which setting it was: it is the one that is wrong alone, too.
        let alone = given().find_map(|(setting, value)| {
            let table = Table::from_iter([
                ("kind".to_owned(), Value::String(usual.kind().to_owned())),
                (setting.clone(), value.clone()),
            ]);
            let cause = table.try_into::<Layer>().err()?.message().to_owned();
            Some(Fault::Wrong { setting: setting.clone(), value: value.to_string(), cause })
        });
        alone.unwrap_or_else(|| Fault::Wrong {
            setting: "kind".into(),
            value: usual.kind().into(),
            cause: error.message().into(),
        })
    })
}
