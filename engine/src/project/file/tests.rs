//! Projects as text: there and back, in short, and with everything that can be wrong.

use std::{fs, path::Path};

use super::{disk::parse_bytes, *};
use crate::{
    graph::{
        Activation, Graph, Initializer, Layer, Node, Padding, Pair, layers,
        random::{Random, any},
    },
    project::{DatasetSpec, DatePart, Experiment, Fill, Fold, Recipe, RecipeStep, SplitBy, SplitSpec, Task},
    train::{
        Checkpoints, ClipSpec, DeviceChoice, EarlyStopping, LossSpec, Metric, OptimizerSpec, ScheduleSpec,
        Training,
    },
};

const DIGITS: &str = r#"schema = 1
name = "Digits"
about = "手写数字: 1,797 images of 8 × 8"

[dataset]
file = "data/digits.csv"
target = "digit"
task = "classification"

[[experiments]]
name = "cnn"

[experiments.split]
validation = 0.15

[[experiments.recipe]]
step = "divide"
by = 16

[[experiments.nodes]]
name = "image"
kind = "input"
shape = [1, 8, 8]

[[experiments.nodes]]
name = "conv1"
kind = "conv2d"
filters = 16
kernel_size = 3
activation = "relu"
inputs = ["image"]

[[experiments.nodes]]
name = "flat"
kind = "flatten"
inputs = ["conv1"]

[[experiments.nodes]]
name = "digit"
kind = "dense"
units = 10
activation = "softmax"
inputs = ["flat"]

[experiments.training]
epochs = 15

[experiments.training.optimizer]
kind = "adam"
learning_rate = 0.01
"#;

fn digits() -> Project {
    parse(DIGITS, FILE_NAME).unwrap()
}

#[test]
fn the_text_means_what_it_says() {
    let project = digits();
    assert_eq!((project.name.as_str(), project.experiments.len()), ("Digits", 1));
    let Experiment { name, recipe, graph, training } = &project.experiments[0];
    assert_eq!(name, "cnn");
    assert_eq!(recipe.split, SplitSpec { validation: 0.15, ..SplitSpec::default() });
    assert_eq!(recipe.steps, [RecipeStep::Divide { by: 16.0 }]);
    assert_eq!(
        graph.nodes[1],
        Node::new(
            "conv1",
            Layer::Conv2d(layers::Conv2d { activation: Activation::Relu, ..Default::default() }),
            vec!["image".into()],
        )
    );
    assert_eq!(training.epochs, 15);
    assert_eq!(training.optimizer, OptimizerSpec::adam(0.01));
    assert_eq!(training.loss, Training::default().loss);
    let checked = graph.check().unwrap();
    assert_eq!(checked.nodes[checked.output].shape.to_string(), "10");
}

#[test]
fn what_is_written_is_what_a_person_would_write() {
    assert_eq!(write(&digits()).unwrap(), DIGITS);
}

#[test]
fn a_thousand_random_models_are_read_as_they_were_written() {
    let mut random = Random(5);
    let mut project = digits();
    for number in 0..1000 {
        project.experiments[0].graph = any(&mut random);
        let text = write(&project).unwrap_or_else(|error| panic!("{number}: {error}"));
        assert_eq!(parse(&text, "p.toml").unwrap(), project, "{number}:\n{text}");
    }
}

#[test]
fn every_project_that_is_written_is_read_as_it_was() {
    for (index, project) in projects().iter().enumerate() {
        let text = write(project).unwrap_or_else(|error| panic!("project {index}: {error}"));
        assert_eq!(&parse(&text, FILE_NAME).unwrap(), project, "{text}");
    }
}

/// Projects that between them use every kind, step and setting.
fn projects() -> Vec<Project> {
    let mut experiments = Vec::new();
    for kind in OptimizerSpec::KINDS {
        let optimizer = OptimizerSpec::of_kind(kind).unwrap();
        experiments.push(Training { optimizer: optimizer.clone(), ..Training::default() });
        let mut other = optimizer;
        *other.learning_rate_mut() = 3e-5;
        experiments.push(Training { optimizer: other, device: DeviceChoice::Cuda(1), ..Training::default() });
    }
    for kind in ScheduleSpec::KINDS {
        let schedule = ScheduleSpec::of_kind(kind).unwrap();
        experiments.push(Training { schedule, l2: 1e-4, l1: 0.3, ..Training::default() });
    }
    for loss in [
        LossSpec::CrossEntropy { label_smoothing: 0.1, class_weights: vec![1.0, 2.5, 0.0] },
        LossSpec::BinaryCrossEntropy,
        LossSpec::Mse,
        LossSpec::Mae,
        LossSpec::Huber { delta: 1.0 },
        LossSpec::Huber { delta: 0.01 },
    ] {
        experiments.push(Training { loss, clip: ClipSpec::Value { max: 1.0 }, ..Training::default() });
    }
    let checkpoints = Checkpoints { minutes: 0.0, steps: 7, keep: 5, best: Metric::Accuracy };
    experiments.push(Training { checkpoints, ..Training::default() });
    let early_stopping = Some(EarlyStopping { patience: 3, min_delta: 1e-12, restore_best: false });
    experiments.push(Training { early_stopping, clip: ClipSpec::Norm { max: 0.5 }, ..Training::default() });
    experiments.push(Training { early_stopping: Some(EarlyStopping::default()), ..Training::default() });

    let columns = || vec!["a".to_owned(), "b \"c\"".to_owned()];
    let steps = vec![
        RecipeStep::DropDuplicates,
        RecipeStep::DropGaps { columns: vec!["一".into()] },
        RecipeStep::KeepRows { filter: "a>=3 -\"b c\"".into() },
        RecipeStep::DropLeaks,
        RecipeStep::Drop { columns: Vec::new() },
        RecipeStep::DateParts { columns: columns(), parts: DatePart::ALL.to_vec(), day_first: true },
        RecipeStep::fill(Fill::Median),
        RecipeStep::Fill { with: Fill::Constant(0.5), indicator: true, columns: columns() },
        RecipeStep::fill(Fill::Frequent),
        RecipeStep::Clip { low: 0.01, high: 1.0, columns: columns() },
        RecipeStep::Log1p { columns: columns() },
        RecipeStep::standardize(),
        RecipeStep::MinMax { columns: Vec::new() },
        RecipeStep::Robust { columns: columns() },
        RecipeStep::Divide { by: -0.0 },
        RecipeStep::Bins { count: 5, columns: columns() },
        RecipeStep::JoinRare { share: 0.01, columns: Vec::new() },
        RecipeStep::one_hot(),
        RecipeStep::Ordinal { columns: columns() },
        RecipeStep::Resize { height: 32, width: 48 },
        RecipeStep::Grey,
        RecipeStep::Spectrogram { rate: 8000, seconds: 1.5, mels: 40 },
        RecipeStep::StandardizeTarget,
        RecipeStep::RandomFlip { horizontal: true, vertical: false },
        RecipeStep::RandomTranslation { share: 0.1 },
        RecipeStep::RandomRotation { degrees: 15.0 },
        RecipeStep::RandomZoom { share: 0.2 },
        RecipeStep::ColorJitter { brightness: 0.2, contrast: 0.2, saturation: 0.0 },
        RecipeStep::RandomErasing { share: 0.1 },
        RecipeStep::SpecAugment { columns: 10, bands: 4 },
        RecipeStep::GaussianNoise { deviation: 0.05 },
        RecipeStep::TokenDropout { chance: 0.1 },
        RecipeStep::TokenSwap { chance: 0.1 },
    ];
    let experiment = |(index, training)| Experiment {
        name: format!("experiment {index} \"一\"\n"),
        recipe: Recipe {
            split: SplitSpec {
                validation: 0.0,
                test: 1.0 / 3.0,
                stratify: false,
                seed: i64::MAX as u64,
                by: SplitBy::Group("who".into()),
                column: Some("set".into()),
                fold: Some(Fold { index: 2, of: 5 }),
            },
            steps: steps.clone(),
        },
        graph: every_layer(),
        training,
    };
    let experiments = experiments.into_iter().enumerate().map(experiment).collect();
    let dataset = DatasetSpec {
        file: "data/深/rows.csv".into(),
        header: Some(false),
        target: String::new(),
        task: Task::Regression,
        ignore: vec!["id".into(), "a,b".into()],
    };
    let full = Project { name: "'''".into(), about: String::new(), dataset, experiments };
    let mut empty = digits();
    empty.experiments[0].graph = Graph::default();
    empty.experiments[0].recipe.steps.clear();
    empty.experiments[0].training = Training::default();
    empty.experiments[0].recipe.split = SplitSpec::default();
    vec![full, empty, digits()]
}

fn every_layer() -> Graph {
    let mut layers: Vec<Layer> = Layer::KINDS.iter().filter_map(|kind| Layer::of_kind(kind)).collect();
    for initializer in Initializer::KINDS {
        let initializer = Initializer::of_kind(initializer).unwrap();
        layers.push(Layer::Dense(layers::Dense { initializer, use_bias: false, ..Default::default() }));
    }
    for function in Activation::ALL {
        layers.push(Layer::Activation(layers::ActivationLayer { function, ..Default::default() }));
    }
    layers.push(Layer::Input(layers::Input {
        shape: crate::graph::Shape(vec!["T".into(), 3.into()]),
        tokens: Some(50_257),
        columns: vec!["review".into(), "用户".into()],
    }));
    layers.push(Layer::Conv2d(layers::Conv2d {
        kernel_size: Pair([3, 5]),
        padding: Padding::Around(Pair([1, 2])),
        initializer: Initializer::Normal { deviation: 0.02 },
        ..Default::default()
    }));
    layers.push(Layer::Conv1d(layers::Conv1d { padding: Padding::Same, groups: 2, ..Default::default() }));
    layers.push(Layer::MaxPool(layers::Pool {
        stride: Some(Pair::both(1)),
        padding: Padding::Around(Pair::both(1)),
        ..Default::default()
    }));
    layers.push(Layer::Concat(layers::Concat { axis: -1 }));
    layers.push(Layer::Embedding(layers::Embedding {
        vocabulary: Some(50_304),
        padding_id: Some(0),
        initializer: Initializer::Normal { deviation: 0.02 },
        ..Default::default()
    }));
    layers.push(Layer::MultiHeadAttention(layers::MultiHeadAttention {
        key_value_heads: Some(2),
        causal: true,
        dropout: 0.1,
        use_bias: false,
        ..Default::default()
    }));
    layers.push(Layer::SimpleRnn(layers::SimpleRnn {
        nonlinearity: layers::Nonlinearity::Relu,
        recurrent_initializer: Initializer::Normal { deviation: 0.01 },
        ..Default::default()
    }));
    layers.push(Layer::Lstm(layers::Lstm {
        return_sequences: true,
        bidirectional: true,
        ..Default::default()
    }));
    layers.push(Layer::Gru(layers::Gru { go_backwards: true, use_bias: false, ..Default::default() }));
    layers.push(Layer::ConvTranspose2d(layers::ConvTranspose2d {
        stride: Pair([2, 3]),
        padding: Padding::Around(Pair::both(1)),
        output_padding: Pair([1, 2]),
        ..Default::default()
    }));
    let node = |(index, layer)| {
        let inputs = (0..index % 3).map(|input| format!("n{input}")).collect();
        Node::new(format!("n{index}"), layer, inputs)
    };
    Graph { nodes: layers.into_iter().enumerate().map(node).collect() }
}

/// The digits' text with `from` replaced by `to`.
fn changed(from: &str, to: &str) -> String {
    assert!(DIGITS.contains(from), "{from}");
    DIGITS.replacen(from, to, 1)
}

#[track_caller]
fn fails(text: &str, expected: &str) {
    assert_eq!(parse(text, "p.toml").unwrap_err().to_string(), expected);
}

#[test]
fn faults_are_named_with_their_place() {
    let check = |from, to, expected: &str| fails(&changed(from, to), expected);
    fails("name = \"x\nschema = 1", "p.toml, line 1, column 10: invalid basic string, expected `\"`");
    check("schema = 1\n", "", "p.toml does not say its schema");
    check(
        "schema = 1",
        "schema = 2",
        "p.toml has schema 2, made by a newer Trainyard; this one reads up to 1",
    );
    check("schema = 1", "schema = 0", "p.toml: there is no schema 0");
    check("schema = 1", "schema = \"one\"", "p.toml: there is no schema \"one\"");
    check("about =", "abuot =", "p.toml: 'abuot' is not a field of the project; known: about");
    check("target =", "targets =", "p.toml: 'targets' is not a field of dataset; known: target");
    check("target = \"digit\"\n", "", "p.toml, line 5, column 1: missing field `target`");
    check(
        "\"classification\"",
        "\"clustering\"",
        "p.toml, line 8, column 8: unknown variant `clustering`, expected one of `classification`, `regression`, `language-modeling`, `masked-lm`, `tagging`, `translation`, `reconstruction`",
    );
    check(
        "validation = 0.15",
        "validate = 0.15",
        "p.toml: 'validate' is not a field of experiments.cnn.split; known: validation",
    );
    check(
        "epochs = 15",
        "epocs = 15",
        "p.toml: 'epocs' is not a field of experiments.cnn.training; known: epochs",
    );
    check(
        "learning_rate = 0.01",
        "learning_rate = 0.01\nmomentum = 0.9",
        "p.toml: 'momentum' is not a field of experiments.cnn.training.optimizer; known: kind, \
         learning_rate, beta1, beta2, epsilon",
    );
    check(
        "epochs = 15",
        "epochs = -15",
        "p.toml, line 46, column 10: invalid value: integer `-15`, expected u32",
    );
    fails(&DIGITS[..DIGITS.find("[[exp").unwrap()], "p.toml has no experiments");
    fails(
        &format!("{DIGITS}\n[[experiments]]\nname = \"cnn\""),
        "p.toml: several experiments are called 'cnn'",
    );
}

#[test]
fn faults_of_nodes_and_steps_are_named_with_what_is_known() {
    let check = |from, to, expected: &str| fails(&changed(from, to), expected);
    check("name = \"conv1\"\n", "", "p.toml: node 2 of 'cnn' has no name");
    check("kind = \"flatten\"\n", "", "p.toml: node 'flat' of 'cnn' has no kind");
    check(
        "\"conv2d\"",
        "\"conv3d\"",
        "p.toml: node 'conv1' of 'cnn' is of the unknown kind 'conv3d'; known: conv1d",
    );
    check(
        "\"conv2d\"",
        "\"transformer\"",
        "p.toml: node 'conv1' of 'cnn' is of the unknown kind 'transformer'; known: input, embedding, \
         position-embedding, sinusoidal-positions, dense, conv1d, conv2d, conv-transpose1d, conv-transpose2d, max-pool, avg-pool, \
         global-max-pool, global-avg-pool, upsample, simple-rnn, lstm, gru, multi-head-attention, mean, \
         flatten, reshape, permute, slice, dropout, batch-norm, layer-norm, group-norm, rms-norm, activation, add, multiply, dot, concat, output, block",
    );
    check(
        "units = 10",
        "unit = 10",
        "p.toml: node 'digit' (dense) of 'cnn' has no setting 'unit'; known: units",
    );
    check("units = 10\n", "", "p.toml: node 'digit' (dense) of 'cnn' needs the setting 'units'");
    check(
        "kernel_size = 3",
        "kernel_size = \"big\"",
        "p.toml: node 'conv1' of 'cnn': kernel_size = \"big\": expected a whole number, or two in brackets: \
         [rows, columns]",
    );
    check(
        "activation = \"relu\"",
        "padding = \"full\"",
        "p.toml: node 'conv1' of 'cnn': padding = \"full\": 'full' is no padding; write \"valid\", \"same\" \
         or a number",
    );
    check(
        "inputs = [\"flat\"]",
        "inputs = \"flat\"",
        "p.toml: node 'digit' of 'cnn': inputs = \"flat\": invalid type: string \"flat\", expected a sequence",
    );
    check(
        "step = \"divide\"",
        "step = \"devide\"",
        "p.toml: step 1 of the recipe of 'cnn' is the unknown 'devide'; known: divide",
    );
    check("by = 16\n", "", "p.toml: step 1 of the recipe of 'cnn': missing field `by`");
    check(
        "by = 16\n",
        "by = 16\nbuy = 3\n",
        "p.toml: 'buy' is not a field of experiments.cnn.recipe, step 1; known: by",
    );
}

#[test]
fn data_stays_inside_the_project() {
    let check = |path: &str, inside: bool| {
        let parsed = parse(&changed("data/digits.csv", path), "p.toml");
        match parsed {
            Ok(_) => assert!(inside, "{path}"),
            Err(error) => {
                assert!(!inside, "{path}: {error}");
                assert_eq!(error, ProjectError::DataOutside { file: "p.toml".into(), path: path.into() });
            }
        }
    };
    check("digits.csv", true);
    check("./data/digits.csv", true);
    check("/etc/passwd", false);
    check("../digits.csv", false);
    check("data/../../digits.csv", false);
    check("", false);
    check(".", false);
}

#[test]
fn a_file_cut_at_any_byte_is_read_or_refused() {
    // Enough of the large one: its experiments are alike.
    let full: String = write(&projects()[0]).unwrap().chars().take(5_000).collect();
    let mut texts = vec![DIGITS.to_owned(), full];
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../projects");
    for example in fs::read_dir(examples).unwrap() {
        texts.extend(fs::read_to_string(example.unwrap().path().join(FILE_NAME)).ok());
    }
    for text in texts {
        for length in 0..=text.len() {
            let _ = parse_bytes(&text.as_bytes()[..length], FILE_NAME);
        }
    }
}

#[test]
fn the_examples_are_read_and_written_as_they_were() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../projects");
    for example in fs::read_dir(examples).unwrap() {
        let folder = example.unwrap().path();
        if !folder.join(FILE_NAME).exists() {
            continue;
        }
        let project = load(&folder).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(parse(&write(&project).unwrap(), FILE_NAME).unwrap(), project);
        for experiment in &project.experiments {
            experiment.graph.check().unwrap_or_else(|faults| panic!("{}: {faults:?}", folder.display()));
        }
    }
}

#[test]
fn saving_replaces_the_file_and_leaves_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let mut project = digits();
    save(&project, folder.path()).unwrap();
    assert_eq!(load(folder.path()).unwrap(), project);
    project.name = "二".into();
    save(&project, folder.path()).unwrap();
    assert_eq!(load(folder.path()).unwrap(), project);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_project_that_could_not_be_read_again_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let project = digits();
    save(&project, folder.path()).unwrap();
    let mut none = project.clone();
    none.experiments.clear();
    let mut outside = project.clone();
    outside.dataset.file = "../x.csv".into();
    let mut seed = project.clone();
    seed.experiments[0].training.seed = u64::MAX;
    for broken in [none, outside, seed] {
        save(&broken, folder.path()).unwrap_err();
        assert_eq!(load(folder.path()).unwrap(), project);
    }
}

#[test]
fn what_is_not_a_project_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    let text = |error: ProjectError| error.to_string().replace(&folder.path().display().to_string(), "F");
    assert_eq!(text(load(&folder.path().join("no")).unwrap_err()), "there is no folder F/no");
    assert_eq!(text(load(folder.path()).unwrap_err()), "F is not a project: it has no project.toml");
    fs::write(&path, b"schema = 1\nname = \"\xff\"").unwrap();
    assert_eq!(text(load(folder.path()).unwrap_err()), "F/project.toml, line 2: this is not UTF-8 text");
    fs::write(&path, vec![b'#'; MAX_BYTES as usize + 1]).unwrap();
    assert_eq!(text(load(folder.path()).unwrap_err()), "F/project.toml is larger than 4194304 bytes");
    fs::write(&path, format!("\u{feff}{DIGITS}")).unwrap();
    assert_eq!(load(folder.path()).unwrap(), digits());
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(matches!(load(folder.path()).unwrap_err(), ProjectError::Unreadable { .. }));
    assert_eq!(text(save(&digits(), &folder.path().join("no")).unwrap_err()), "there is no folder F/no");
}

#[test]
#[cfg(unix)]
fn a_folder_that_cannot_be_written_keeps_its_old_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let project = digits();
    save(&project, folder.path()).unwrap();
    let mut other = project.clone();
    other.name = "Other".into();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    // An administrator may write anyway; for him a folder stands where the temporary file would.
    let temporary = folder.path().join(format!(".{FILE_NAME}.{}", std::process::id()));
    let blocked = fs::create_dir(&temporary).is_ok();
    let error = save(&other, folder.path()).unwrap_err();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(matches!(error, ProjectError::Unwritable { .. }), "{error}");
    assert_eq!(load(folder.path()).unwrap(), project);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1 + usize::from(blocked));
}
