//! Graphs as text, and what the check says of them.

mod images;
mod sequences;

use super::*;

/// The graph of nodes written as TOML tables, one a line.
fn graph(nodes: &str) -> Graph {
    let lines: Vec<&str> = nodes.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let tables: Vec<String> = lines.iter().map(|line| format!("{{ {line} }}")).collect();
    toml::from_str(&format!("nodes = [{}]", tables.join(", "))).unwrap()
}

/// The output's shape and the counts of trained and untrained parameters.
fn fits(nodes: &str, shape: &str, trained: usize, untrained: usize) {
    let checked = graph(nodes).check().unwrap();
    assert_eq!(checked.nodes[checked.output].shape.to_string(), shape, "{nodes}");
    assert_eq!(checked.parameter_count(true), trained, "{nodes}");
    assert_eq!(checked.parameter_count(false), untrained, "{nodes}");
}

fn fails(nodes: &str, expected: &[&str]) {
    let faults = graph(nodes).check().unwrap_err();
    let texts: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(texts, expected, "{nodes}");
}

/// One layer behind an input of that shape.
fn layer_fits(shape: &str, layer: &str, expected: &str) {
    let nodes = format!("name = 'x', kind = 'input', shape = {shape}\nname = 'y', {layer}, inputs = ['x']");
    let checked = graph(&nodes).check().unwrap_or_else(|faults| panic!("{layer} on {shape}: {faults:?}"));
    assert_eq!(checked.nodes[1].shape.to_string(), expected, "{layer} on {shape}");
}

fn layer_fails(shape: &str, layer: &str, expected: &str) {
    fails(
        &format!("name = 'x', kind = 'input', shape = {shape}\nname = 'y', {layer}, inputs = ['x']"),
        &[expected],
    );
}

#[test]
fn whole_models_have_the_shapes_and_counts_that_pytorch_gives() {
    fits(
        "name = 'x', kind = 'input', shape = [30]
         name = 'hidden', kind = 'dense', units = 10, activation = 'relu', inputs = ['x']
         name = 'y', kind = 'dense', units = 1, activation = 'sigmoid', inputs = ['hidden']",
        "1",
        10 * 30 + 10 + 10 + 1,
        0,
    );
    fits(
        "name = 'image', kind = 'input', shape = [1, 8, 8]
         name = 'conv1', kind = 'conv2d', filters = 16, kernel_size = 3, padding = 'same', inputs = ['image']
         name = 'norm', kind = 'batch-norm', inputs = ['conv1']
         name = 'conv2', kind = 'conv2d', filters = 32, kernel_size = 3, inputs = ['norm']
         name = 'pool', kind = 'max-pool', inputs = ['conv2']
         name = 'flat', kind = 'flatten', inputs = ['pool']
         name = 'drop', kind = 'dropout', rate = 0.5, inputs = ['flat']
         name = 'digit', kind = 'dense', units = 10, activation = 'softmax', inputs = ['drop']",
        "10",
        160 + 32 + 4640 + 2890,
        32,
    );
}

#[test]
fn nodes_may_stand_in_any_order_and_be_read_more_than_once() {
    let checked = graph(
        "name = 'sum', kind = 'add', inputs = ['a', 'b', 'x']
         name = 'b', kind = 'dense', units = 4, inputs = ['x']
         name = 'x', kind = 'input', shape = [4]
         name = 'a', kind = 'dense', units = 4, use_bias = false, inputs = ['x']",
    )
    .check()
    .unwrap();
    assert_eq!(checked.order, [2, 1, 3, 0]);
    assert_eq!((&checked.inputs[..], checked.output), (&[2][..], 0));
    assert_eq!(checked.nodes[0].inputs, [3, 1, 2]);
    assert_eq!(checked.parameter_count(true), 16 + 16 + 4);
}

#[test]
fn layers_give_the_shapes_of_their_rules() {
    layer_fits("[5]", "kind = 'dense', units = 3", "3");
    layer_fits("[7, 5]", "kind = 'dense', units = 3", "7×3");
    layer_fits("['T', 5]", "kind = 'dense', units = 3", "T×3");
    layer_fits("[9, 4]", "kind = 'conv1d', filters = 6, kernel_size = 3, stride = 2", "4×6");
    layer_fits("['T', 4]", "kind = 'conv1d', filters = 6, kernel_size = 3", "(T-2)×6");
    layer_fits("[3, 8, 9]", "kind = 'conv2d', filters = 6, kernel_size = [3, 5]", "6×6×5");
    layer_fits(
        "[4, 8, 8]",
        "kind = 'conv2d', filters = 8, kernel_size = 3, dilation = 2, groups = 4",
        "8×4×4",
    );
    layer_fits(
        "[1, 8, 8]",
        "kind = 'conv2d', filters = 2, kernel_size = 3, stride = 2, padding = 'same'",
        "2×4×4",
    );
    layer_fits("[1, 8, 8]", "kind = 'conv2d', filters = 2, kernel_size = 3, padding = [2, 1]", "2×10×8");
    layer_fits("[3, 9, 8]", "kind = 'max-pool'", "3×4×4");
    layer_fits("[3, 9, 8]", "kind = 'avg-pool', pool_size = 3, stride = 1, padding = 1", "3×9×8");
    layer_fits("[9, 3]", "kind = 'avg-pool', pool_size = 3", "3×3");
    layer_fits("[3, 9, 8]", "kind = 'global-avg-pool'", "3");
    layer_fits("['T', 8]", "kind = 'global-avg-pool'", "8");
    layer_fits("[3, 9, 8]", "kind = 'flatten'", "216");
    layer_fits("[3, 9, 8]", "kind = 'batch-norm'", "3×9×8");
    layer_fits("[9, 8]", "kind = 'layer-norm'", "9×8");
    layer_fits("[3, 4, 6]", "kind = 'reshape', shape = [8, 9]", "8×9");
    layer_fits("[3, 4, 6]", "kind = 'permute', order = [2, 0, 1]", "6×3×4");
    layer_fits("['T', 6]", "kind = 'permute', order = [1, 0]", "6×T");
    layer_fits("[3, 4, 6]", "kind = 'slice', axis = -1, start = 1, end = -1", "3×4×4");
    layer_fits("[9, 8]", "kind = 'slice', start = -2", "2×8");
    layer_fits("['T', 8]", "kind = 'sinusoidal-positions'", "T×8");
    layer_fits("[9, 8]", "kind = 'multi-head-attention', heads = 4, rotary = true", "9×8");
    fits(
        "name = 'x', kind = 'input', shape = ['T', 5]
         name = 'y', kind = 'dot', inputs = ['x', 'x']",
        "T×1",
        0,
        0,
    );
    layer_fits("[9, 8]", "kind = 'dropout', rate = 0", "9×8");
    layer_fits("[9, 8]", "kind = 'activation', function = 'leaky-relu', slope = 0.2", "9×8");
    fits(
        "name = 'x', kind = 'input', shape = [2, 5, 5]
         name = 'a', kind = 'conv2d', filters = 3, kernel_size = 1, inputs = ['x']
         name = 'y', kind = 'concat', inputs = ['x', 'a', 'x']",
        "7×5×5",
        9,
        0,
    );
    fits(
        "name = 'x', kind = 'input', shape = ['T', 5]
         name = 'y', kind = 'concat', axis = -1, inputs = ['x', 'x']",
        "T×10",
        0,
        0,
    );
}

#[test]
fn shapes_that_do_not_fit_are_named_with_what_would() {
    let dense = "kind = 'dense', units = 3";
    layer_fails("[1, 8, 8]", dense, "'y' (dense) takes features; 'x' gives 1×8×8");
    layer_fails("['T']", dense, "'y' (dense) needs a fixed size; 'x' gives T");
    let conv = "kind = 'conv2d', filters = 4, kernel_size = 3";
    layer_fails("[64]", conv, "'y' (conv2d) takes C×H×W; 'x' gives 64");
    layer_fails("[8, 8]", conv, "'y' (conv2d) takes C×H×W; 'x' gives 8×8, which conv1d takes");
    layer_fails("[1, 2, 8]", conv, "'y': a kernel of 3×3 does not fit into 'x', which gives 1×2×8");
    layer_fails(
        "[1, 8, 8]",
        "kind = 'conv1d', filters = 4, kernel_size = 3",
        "'y' (conv1d) takes T×D; 'x' gives 1×8×8, which conv2d takes",
    );
    layer_fails(
        "[3, 8, 8]",
        "kind = 'conv2d', filters = 4, kernel_size = 3, groups = 2",
        "'y': 2 groups do not divide the 3 channels of 'x'",
    );
    layer_fails("[64]", "kind = 'max-pool'", "'y' (max-pool) takes C×H×W or T×D; 'x' gives 64");
    layer_fails(
        "[64, 2]",
        "kind = 'max-pool', pool_size = [2, 3]",
        "'y': pool_size is [2, 3], but 'x' gives 64×2, which has one axis to slide along",
    );
    layer_fails(
        "[64, 2]",
        "kind = 'conv1d', filters = 4, kernel_size = 3, padding = [1, 2]",
        "'y': padding is [1, 2], but 'x' gives 64×2, which has one axis to slide along",
    );
    layer_fails("[64]", "kind = 'global-avg-pool'", "'y' (global-avg-pool) takes C×H×W or T×D; 'x' gives 64");
    layer_fails("['T', 2]", "kind = 'flatten'", "'y' (flatten) needs a fixed size; 'x' gives T×2");
    layer_fails(
        "[3, 8, 8]",
        "kind = 'layer-norm'",
        "'y' (layer-norm) takes features or T×D; 'x' gives 3×8×8, which batch-norm takes",
    );
    layer_fails(
        "[3, 4]",
        "kind = 'reshape', shape = [5, 2]",
        "'y' makes 5×2 of 'x', which gives 3×4; both must hold as many numbers",
    );
    layer_fails(
        "[3, 4]",
        "kind = 'permute', order = [1, 1]",
        "'y': 1, 1 does not name each axis from 0 to 1 of 'x' once, which gives 3×4",
    );
    layer_fails("[3, 4]", "kind = 'slice', axis = 2", "'y' cuts along axis 2; 'x' gives 3×4");
    layer_fails("[3, 4]", "kind = 'slice', start = 2, end = 1", "'y': 2:1 is no part of the 3 places of 'x'");
    layer_fails("[3, 4]", "kind = 'slice', start = 4", "'y': 4: is no part of the 3 places of 'x'");
    layer_fails(
        "[3, 12]",
        "kind = 'multi-head-attention', heads = 4, rotary = true",
        "'y': heads of 3 of the 12 features of 'x' cannot be turned in pairs",
    );
    fails(
        "name = 'x', kind = 'input', shape = [4]
         name = 'a', kind = 'dense', units = 5, inputs = ['x']
         name = 'y', kind = 'add', inputs = ['x', 'a']",
        &["'y' adds 'x' (4) and 'a' (5); they must be alike"],
    );
    fails(
        "name = 'x', kind = 'input', shape = [1, 4, 4]
         name = 'a', kind = 'max-pool', inputs = ['x']
         name = 'y', kind = 'concat', inputs = ['x', 'a']",
        &["'y' joins 'x' (1×4×4) and 'a' (1×2×2) along axis 0; their other axes must be alike"],
    );
    fails(
        "name = 'x', kind = 'input', shape = [4]
         name = 'y', kind = 'concat', axis = 1, inputs = ['x', 'x']",
        &["'y' joins along axis 1; 'x' gives 4"],
    );
}

#[test]
fn settings_out_of_range_are_named() {
    layer_fails("[4]", "kind = 'dense', units = 0", "'y': units is 0; it must be at least 1");
    layer_fails(
        "[4]",
        "kind = 'dense', units = 99999999",
        "'y': units is 99999999; it must be at most 16777216",
    );
    layer_fails("[4]", "kind = 'dropout', rate = 1", "'y': rate is 1; it must be below 1");
    layer_fails("[4]", "kind = 'dropout', rate = -0.1", "'y': rate is -0.1; it must be at least 0");
    layer_fails("[4]", "kind = 'dropout', rate = nan", "'y': rate is not a finite number");
    layer_fails("[4]", "kind = 'batch-norm', momentum = 1.5", "'y': momentum is 1.5; it must be at most 1");
    layer_fails("[4]", "kind = 'layer-norm', epsilon = 0.0", "'y': epsilon is 0; it must be above 0");
    layer_fails(
        "[1, 9, 9]",
        "kind = 'conv2d', filters = 4, kernel_size = 0",
        "'y': kernel_size is 0; it must be at least 1",
    );
    layer_fails(
        "[1, 9, 9]",
        "kind = 'conv2d', filters = 4, kernel_size = 3, groups = 3",
        "'y': 3 groups do not divide its 4 filters",
    );
    layer_fails(
        "[1, 9, 9]",
        "kind = 'max-pool', pool_size = 3, padding = 2",
        "'y': a padding of 2 is more than half of the pool size 3",
    );
    layer_fails(
        "[4]",
        "kind = 'activation', function = 'relu', slope = 0.2",
        "'y': slope is a setting of leaky-relu, but the function is relu",
    );
    layer_fails(
        "[4]",
        "kind = 'dense', units = 2, initializer = { kind = 'normal', deviation = -1 }",
        "'y': initializer.deviation is -1; it must be above 0",
    );
    fails(
        "name = 'x', kind = 'input', shape = [0, 4]
         name = 'y', kind = 'flatten', inputs = ['x']",
        &["'x': shape is 0; it must be at least 1"],
    );
    fails(
        "name = 'x', kind = 'input', shape = []
         name = 'y', kind = 'flatten', inputs = ['x']",
        &["'x': the shape of the input is empty"],
    );
}

#[test]
fn sizes_beyond_the_limits_are_refused_without_overflow() {
    fails(
        "name = 'x', kind = 'input', shape = [16777216, 16777216, 16777216]
         name = 'y', kind = 'flatten', inputs = ['x']",
        &["'x' gives 16777216×16777216×16777216, which is more than 1073741824 numbers a sample"],
    );
    layer_fails(
        "[16777216]",
        "kind = 'dense', units = 16777216",
        "'y' would have 281474993487872 parameters; at most 4294967296 are taken",
    );
}

#[test]
fn wrong_wiring_is_named_with_what_was_meant() {
    fails("", &["the model has no input node"]);
    fails("name = 'x', kind = 'input', shape = [4]", &["nobody reads the input 'x'"]);
    fails(
        "name = 'image', kind = 'input', shape = [4]
         name = 'y', kind = 'dense', units = 1, inputs = ['imgae']",
        &["'y' reads 'imgae', which does not exist; did you mean 'image'?"],
    );
    fails(
        "name = 'image', kind = 'input', shape = [4]
         name = 'y', kind = 'dense', units = 1, inputs = ['transformer']",
        &["'y' reads 'transformer', which does not exist"],
    );
    fails(
        "name = 'x', kind = 'input', shape = [4]
         name = 'a', kind = 'dense', units = 1, inputs = ['x', 'x']
         name = 'b', kind = 'add', inputs = ['a']
         name = 'c', kind = 'dense', units = 1, inputs = ['b']
         name = 'd', kind = 'dense', units = 1",
        &[
            "the model has several ends, and these do not say what they predict: c, d",
            "'a' (dense) reads 2 nodes but can take only 1",
            "'b' (add) reads 1 of the 2 nodes it needs",
            "'d' (dense) reads 0 of the 1 nodes it needs",
        ],
    );
    fails(
        "name = 'x', kind = 'input', shape = [4]
         name = 'z', kind = 'input', shape = [4]
         name = 'y', kind = 'add', inputs = ['x', 'z']",
        &["these inputs do not say which columns they take: x, z"],
    );
    fails(
        "name = 'x', kind = 'input', shape = [4]
         name = 'x', kind = 'flatten', inputs = ['x']
         name = '', kind = 'flatten', inputs = ['x']",
        &["several nodes are called 'x'", "node 3 has no name"],
    );
}

#[test]
fn circles_are_walked_in_the_direction_of_the_data() {
    fails(
        "name = 'x', kind = 'input', shape = [4]
         name = 'a', kind = 'add', inputs = ['x', 'c']
         name = 'b', kind = 'flatten', inputs = ['a']
         name = 'c', kind = 'flatten', inputs = ['b']
         name = 'y', kind = 'flatten', inputs = ['c']",
        &["these nodes read each other in a circle: b → c → a → b"],
    );
    fails(
        "name = 'x', kind = 'input', shape = [4]
         name = 'self', kind = 'add', inputs = ['x', 'self']
         name = 'y', kind = 'flatten', inputs = ['self']",
        &["these nodes read each other in a circle: self → self"],
    );
}

#[test]
fn faults_that_have_nothing_to_do_with_each_other_are_all_found_and_their_consequences_are_not() {
    fails(
        "name = 'x', kind = 'input', shape = [1, 8, 8]
         name = 'conv', kind = 'conv2d', filters = 4, kernel_size = 9, inputs = ['x']
         name = 'pool', kind = 'max-pool', inputs = ['conv']
         name = 'drop', kind = 'dropout', rate = 2, inputs = ['pool']
         name = 'flat', kind = 'flatten', inputs = ['x']
         name = 'dense', kind = 'dense', units = 0, inputs = ['flat']
         name = 'y', kind = 'add', inputs = ['drop', 'dense']",
        &[
            "'drop': rate is 2; it must be below 1",
            "'dense': units is 0; it must be at least 1",
            "'conv': a kernel of 9×9 does not fit into 'x', which gives 1×8×8",
        ],
    );
}

#[test]
fn every_kind_is_known_by_its_name_and_survives_serde() {
    for kind in Layer::KINDS {
        let layer = Layer::of_kind(kind).unwrap();
        assert_eq!(layer.kind(), *kind);
        let node = Node::new("n", layer, vec!["m".into()]);
        let text = toml::to_string(&node).unwrap();
        assert_eq!(toml::from_str::<Node>(&text).unwrap(), node, "{text}");
        let json = serde_json::to_string(&node).unwrap();
        assert_eq!(serde_json::from_str::<Node>(&json).unwrap(), node, "{json}");
    }
    assert_eq!(Layer::of_kind("transformer"), None);
}
