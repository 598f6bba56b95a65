//! The examples inside the binary, and copies of them.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{FILE_NAME, Project, ProjectError, Task, folder::NewFolder, parse};
use crate::{
    data::{CONLL, Cells, Table, parse_conll, parse_csv},
    graph::Layer,
    protocol::Problem,
};

/// An example as the gallery shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExampleCard {
    /// `digits`; also the key of its words in the locales (`example-digits-title`, `example-digits-about`).
    pub name: String,
    pub task: Task,
    pub rows: usize,
    pub columns: usize,
    /// How long the training takes on two CPU cores, measured when the example was made.
    pub seconds: u32,
    pub picture: Picture,
}

/// A picture of data, computed from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Picture {
    /// Grey images, row by row, 0 to 1.
    Images { width: usize, height: usize, images: Vec<Vec<f32>> },
    /// Points of two features (0 to 1 each) with their class (0 for a regression).
    Points { x: String, y: String, points: Vec<(f32, f32, u32)> },
    /// The first texts, each with the one it is to become, where there is one.
    Texts(Vec<(String, String)>),
}

/// How many rows [`Picture::Images`] shows: the first ones.
const IMAGES: usize = 24;
/// How many rows [`Picture::Texts`] shows.
const TEXTS: usize = 6;

/// An example's files, as they are in `projects/`.
struct Example {
    name: &'static str,
    project: &'static str,
    readme: &'static str,
    /// `csv`, or `conll` of tagged words.
    ending: &'static str,
    data: &'static str,
    seconds: u32,
    /// The columns of its picture, where it is one of points or texts.
    axes: [&'static str; 2],
}

macro_rules! example {
    ($name:literal, $seconds:literal, $axes:expr) => {
        example!($name, "csv", $seconds, $axes)
    };
    ($name:literal, $ending:literal, $seconds:literal, $axes:expr) => {
        Example {
            name: $name,
            project: include_str!(concat!("../../../projects/", $name, "/project.toml")),
            readme: include_str!(concat!("../../../projects/", $name, "/README.md")),
            ending: $ending,
            data: include_str!(concat!("../../../projects/", $name, "/data/", $name, ".", $ending)),
            seconds: $seconds,
            axes: $axes,
        }
    };
}

/// In the gallery's order.
const EXAMPLES: [Example; 9] = [
    example!("digits", 2, ["", ""]),
    example!("poems", 25, ["poem", ""]),
    example!("dates", 70, ["written", "iso"]),
    example!("line", 1, ["x", "y"]),
    example!("diagnosis", 1, ["worst_radius", "worst_concave_points"]),
    example!("wine", 1, ["flavanoids", "color_intensity"]),
    example!("lstm-text", 45, ["verse", ""]),
    example!("reviews-zh", 20, ["review", "mood"]),
    example!("entities", "conll", 10, ["tokens", ""]),
];

/// The examples' names, in the gallery's order.
pub fn example_names() -> &'static [&'static str] {
    const NAMES: [&str; EXAMPLES.len()] = {
        let mut names = [""; EXAMPLES.len()];
        let mut place = 0;
        while place < names.len() {
            names[place] = EXAMPLES[place].name;
            place += 1;
        }
        names
    };
    &NAMES
}

/// Reads every example and draws its card.
pub fn list_examples() -> Result<Vec<ExampleCard>, Problem> {
    EXAMPLES.iter().map(Example::card).collect()
}

/// An example as it is in the binary, with its data; `None` where none is called so.
pub fn read_example(name: &str) -> Option<Result<(Project, Table), Problem>> {
    EXAMPLES.iter().find(|example| example.name == name).map(Example::read)
}

/// Copies an example into `folder` under a name that is free there (`digits`, `digits-2` …).
pub fn copy_example(name: &str, folder: &Path) -> Result<PathBuf, ProjectError> {
    let example = EXAMPLES.iter().find(|example| example.name == name).ok_or_else(|| {
        ProjectError::UnknownExample { example: name.into(), known: example_names().join(", ") }
    })?;
    let copy = NewFolder::begin(folder)?;
    copy.write(FILE_NAME, example.project.as_bytes())?;
    copy.write("README.md", example.readme.as_bytes())?;
    copy.write(&format!("data/{name}.{}", example.ending), example.data.as_bytes())?;
    copy.finish(name)
}

impl Example {
    fn read(&self) -> Result<(Project, Table), Problem> {
        let project = parse(self.project, &format!("{}/{FILE_NAME}", self.name))?;
        let file = format!("{}/data/{0}.{}", self.name, self.ending);
        let table = match self.ending {
            CONLL => parse_conll(self.data.into(), &file)?,
            _ => parse_csv(self.data.into(), &file, project.dataset.header)?,
        };
        Ok((project, table))
    }

    fn card(&self) -> Result<ExampleCard, Problem> {
        let (project, table) = self.read()?;
        Ok(ExampleCard {
            name: self.name.into(),
            task: project.dataset.task,
            rows: table.rows,
            columns: table.columns.len(),
            seconds: self.seconds,
            picture: self.picture(&project, &table),
        })
    }

    /// Images where the model takes images, texts where it takes texts, points elsewhere.
    fn picture(&self, project: &Project, table: &Table) -> Picture {
        let target = &project.dataset.target;
        if let Some((height, width)) = image_size(project) {
            let pixels: Vec<Vec<f32>> = table
                .columns
                .iter()
                .filter(|column| column.name != *target)
                .map(|c| numbers(&c.cells))
                .collect();
            let ink = pixels.iter().flatten().fold(f32::MIN_POSITIVE, |most, &pixel| most.max(pixel));
            let image = |row: usize| pixels.iter().map(|column| column[row] / ink).collect();
            return Picture::Images {
                width,
                height,
                images: (0..table.rows.min(IMAGES)).map(image).collect(),
            };
        }
        let [first, second] = self.axes.map(|name| table.column(name).map(|column| &column.cells));
        if let Some(texts @ (Cells::Texts(_) | Cells::Tokens(_))) = first {
            let row = |row| (texts.text(row), second.map_or_else(String::new, |second| second.text(row)));
            return Picture::Texts((0..table.rows.min(TEXTS)).map(row).collect());
        }
        let [x, y] =
            self.axes.map(|name| table.column(name).map_or(Vec::new(), |c| scaled(numbers(&c.cells))));
        let classes = match table.column(target).map(|column| &column.cells) {
            Some(Cells::Categories { labels, .. }) => labels.iter().map(|label| label.unwrap_or(0)).collect(),
            _ => vec![0; table.rows],
        };
        let points = x.into_iter().zip(y).zip(classes).map(|((x, y), class)| (x, y, class)).collect();
        Picture::Points { x: self.axes[0].into(), y: self.axes[1].into(), points }
    }
}

/// Height and width of the images that a project's first model takes.
pub(crate) fn image_size(project: &Project) -> Option<(usize, usize)> {
    let graph = &project.experiment(None)?.graph;
    let shape = graph.nodes.iter().find_map(|node| match &node.layer {
        Layer::Input(input) => Some(&input.shape.0),
        _ => None,
    })?;
    match shape.as_slice() {
        [_, height, width] => Some((height.known()?, width.known()?)),
        _ => None,
    }
}

fn numbers(cells: &Cells) -> Vec<f32> {
    match cells {
        Cells::Numbers(numbers) => numbers.iter().map(|&number| number as f32).collect(),
        _ => Vec::new(),
    }
}

/// The smallest becomes 0, the largest 1.
fn scaled(numbers: Vec<f32>) -> Vec<f32> {
    let least = numbers.iter().copied().fold(f32::MAX, f32::min);
    let most = numbers.iter().copied().fold(f32::MIN, f32::max);
    numbers.into_iter().map(|number| (number - least) / (most - least).max(f32::MIN_POSITIVE)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        data::{prepare, read_table},
        project::load,
    };

    #[test]
    fn every_example_is_a_project_whose_model_fits_its_data() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for name in example_names() {
            let copy = copy_example(name, folder.path()).expect("a copy");
            let project = load(&copy).expect("a project");
            let table =
                read_table(&copy.join(&project.dataset.file), project.dataset.header).expect("its data");
            for experiment in &project.experiments {
                let data = prepare(&table, &project.dataset, &experiment.recipe).expect("its rows");
                let checked = experiment.graph.check().expect("its model");
                let size =
                    |node: usize| checked.nodes[node].shape.0.iter().map(|dim| dim.known().unwrap_or(0));
                let sizes = checked.inputs.iter().map(|input| size(*input).product::<usize>());
                assert_eq!(sizes.sum::<usize>(), data.feature_names.len(), "{name}");
                assert!(experiment.training.errors().is_empty(), "{name}");
                assert!(copy.join("README.md").is_file());
            }
        }
    }

    #[test]
    fn a_second_copy_does_not_touch_the_first() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let first = copy_example("line", folder.path()).expect("a copy");
        std::fs::write(first.join("README.md"), "mine").expect("a changed file");
        assert_eq!(copy_example("line", folder.path()), Ok(folder.path().join("line-2")));
        assert_eq!(std::fs::read_to_string(first.join("README.md")).expect("the file"), "mine");
    }

    #[test]
    fn what_cannot_be_copied_is_said() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let error = copy_example("mnist", folder.path()).expect_err("no such example");
        assert_eq!(
            error.to_string(),
            "there is no example 'mnist'; there are digits, poems, dates, line, diagnosis, wine, lstm-text, reviews-zh, entities"
        );
        // Root may write anywhere, so the folder that cannot be written is one inside a file.
        let file = folder.path().join("file");
        std::fs::write(&file, "").expect("a file");
        let error = copy_example("line", &file.join("projects")).expect_err("no folder can be here");
        assert!(
            matches!(&error, ProjectError::Unwritable { file, .. } if file.ends_with("projects")),
            "{error}"
        );
        assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 1, "something was left");
    }

    #[test]
    fn cards_show_the_data() {
        let cards = list_examples().expect("the cards");
        let sizes: Vec<_> = cards.iter().map(|card| (card.name.as_str(), card.rows, card.columns)).collect();
        assert_eq!(
            sizes,
            [
                ("digits", 1797, 65),
                ("poems", 398, 4),
                ("dates", 6000, 2),
                ("line", 100, 2),
                ("diagnosis", 569, 31),
                ("wine", 178, 14),
                ("lstm-text", 1137, 2),
                ("reviews-zh", 3600, 2),
                ("entities", 1800, 2),
            ]
        );
        for card in &cards {
            match &card.picture {
                Picture::Images { width, height, images } => {
                    assert_eq!((*width, *height, images.len()), (8, 8, 24));
                    assert!(images.iter().flatten().all(|pixel| (0.0..=1.0).contains(pixel)));
                    // The first row is a 0: ink around an empty middle.
                    assert!(images[0][3 * 8 + 2] > 0.5 && images[0][3 * 8 + 3] == 0.0);
                }
                Picture::Texts(texts) => {
                    assert_eq!(texts.len(), 6, "{}", card.name);
                    assert!(texts.iter().all(|(text, _)| !text.is_empty()), "{}", card.name);
                }
                Picture::Points { points, .. } => {
                    assert_eq!(points.len(), card.rows, "{}", card.name);
                    let within =
                        |&(x, y, _): &(f32, f32, u32)| (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y);
                    assert!(points.iter().all(within), "{}", card.name);
                    let classes: std::collections::BTreeSet<u32> =
                        points.iter().map(|point| point.2).collect();
                    assert_eq!(
                        classes.len(),
                        match card.name.as_str() {
                            "line" => 1,
                            "diagnosis" => 2,
                            _ => 3,
                        }
                    );
                }
            }
        }
    }
}
