//! The workloads of `pytorch.py` and `parity.py`, as this engine's graphs.

use candle_core::{Device, Tensor};
use engine::{
    device,
    graph::{
        Activation, Graph, Layer, Node, Padding, Pair,
        layers::{
            ActivationLayer, Add, BatchNorm, Conv2d, Dense, Embedding, Flatten, GlobalAvgPool, Input,
            LayerNorm, Lstm, MultiHeadAttention, Pool, PositionEmbedding,
        },
    },
    train::{DeviceChoice, Learner, LossSpec, OptimizerSpec, Training},
};
use kernels::random::{Key, Purpose};

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workload {
    Mlp,
    Cnn,
    Resnet,
    Gpt { batch: usize, steps: usize, width: usize },
    Lstm,
    Linreg,
}

/// A workload that is being trained.
pub struct Fit {
    learner: Learner,
    inputs: Tensor,
    targets: Tensor,
    batch: usize,
    rate: f64,
    /// What a step counts, as [`Self::unit`].
    pub per_step: usize,
    pub unit: &'static str,
    /// Whether a step is a whole training: 100 epochs over all rows.
    pub is_whole: bool,
}

impl Workload {
    pub const NAMES: [&'static str; 6] = ["mlp", "cnn", "resnet", "gpt", "lstm", "linreg"];

    /// One of [`Self::NAMES`], or `gpt:BATCH:STEPS:WIDTH`.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "mlp" => Self::Mlp,
            "cnn" => Self::Cnn,
            "resnet" => Self::Resnet,
            "gpt" => Self::Gpt { batch: 16, steps: 128, width: 128 },
            "lstm" => Self::Lstm,
            "linreg" => Self::Linreg,
            _ => {
                let sizes = name.strip_prefix("gpt:")?.split(':').map(|size| size.parse().ok());
                let [batch, steps, width] = sizes.collect::<Option<Vec<_>>>()?.try_into().ok()?;
                Self::Gpt { batch, steps, width }
            }
        })
    }

    /// What is trained, and how.
    pub fn experiment(self) -> (Graph, Training) {
        let device = DeviceChoice::Cpu;
        let training =
            |batch_size, optimizer| Training { batch_size, optimizer, device, ..Training::default() };
        let adam = OptimizerSpec::adam(1e-3);
        match self {
            Self::Mlp => (mlp(), training(128, adam)),
            Self::Cnn => (cnn(), training(64, adam)),
            Self::Resnet => (resnet(), training(64, adam)),
            Self::Gpt { batch, steps, width } => {
                let (beta1, beta2, epsilon, weight_decay) = (0.9, 0.95, 1e-8, 0.1);
                let adamw = OptimizerSpec::AdamW { learning_rate: 3e-4, beta1, beta2, epsilon, weight_decay };
                (gpt(steps, width), training(batch, adamw))
            }
            Self::Lstm => (lstm(), training(64, adam)),
            Self::Linreg => {
                let sgd = OptimizerSpec::Sgd { learning_rate: 0.01, momentum: 0.0, nesterov: false };
                (line(), Training { loss: LossSpec::Mse, ..training(32, sgd) })
            }
        }
    }

    /// A new model and its data, made of random numbers.
    pub fn start(self) -> Fit {
        let (graph, training) = self.experiment();
        self.train(&graph, &training)
    }

    /// [`Self::start`] with other settings.
    pub fn train(self, graph: &Graph, training: &Training) -> Fit {
        let (device, _) = device::open(training.device).expect("a device");
        let on_device = |tensor: Tensor| tensor.to_device(&device).expect("room for the data");
        let (inputs, targets) = self.data();
        let (inputs, targets) = (on_device(inputs), on_device(targets));
        let learner = Learner::new(graph, training, device).expect("a model");
        let batch = training.batch_size;
        let (per_step, unit) = match self {
            Self::Mlp | Self::Cnn | Self::Resnet => (batch, "samples/s"),
            Self::Gpt { .. } | Self::Lstm => (batch * inputs.dims()[1], "tokens/s"),
            Self::Linreg => (4 * EPOCHS, "steps/s"),
        };
        let rate = training.optimizer.learning_rate();
        Fit { learner, inputs, targets, batch, rate, per_step, unit, is_whole: self == Self::Linreg }
    }

    fn data(self) -> (Tensor, Tensor) {
        match self {
            Self::Mlp => classes(&[8192, 784]),
            Self::Cnn => classes(&[1024, 1, 28, 28]),
            Self::Resnet => classes(&[1024, 3, 32, 32]),
            Self::Gpt { steps, .. } => (tokens(1, 512, steps, 65), tokens(2, 512, steps, 65)),
            Self::Lstm => (tokens(1, 1024, 64, 64), tokens(2, 1024, 64, 64)),
            Self::Linreg => {
                let x: Vec<f32> = (0..100).map(|index| index as f32 * 2.0 / 99.0 - 1.0).collect();
                let y: Vec<f32> = x.iter().map(|x| 2.0 * x + 1.0).collect();
                let column = |values| Tensor::from_vec(values, (100, 1), &Device::Cpu).expect("a column");
                (column(x), column(y))
            }
        }
    }
}

impl Fit {
    /// One step of what is measured; gives its last loss.
    pub fn step(&mut self, index: usize) -> f32 {
        if !self.is_whole {
            return self.update(index);
        }
        (0..EPOCHS * self.batches()).fold(0.0, |_, index| self.update(index))
    }

    /// Moves the parameters once, by batch `index`, the first following the last; gives the batch's loss.
    pub fn update(&mut self, index: usize) -> f32 {
        let (inputs, targets) = self.rows(index);
        let seen = self.learner.learn(vec![inputs], vec![targets], &[1.0]).expect("a step");
        self.learner.update(self.rate).expect("an update");
        seen.losses[0]
    }

    /// The loss of batch `index` outside training.
    pub fn evaluate(&self, index: usize) -> f32 {
        let (inputs, targets) = self.rows(index);
        self.learner.evaluate(vec![inputs], vec![targets], false).expect("a forward pass").losses[0]
    }

    /// Every parameter and buffer as it is now, and the data, under the names that `parity.py` knows.
    pub fn named_tensors(&self) -> Vec<(String, Tensor)> {
        let mut tensors = self.learner.model().named_tensors();
        let data = [("inputs", &self.inputs), ("targets", &self.targets)];
        tensors.extend(data.map(|(name, tensor)| (name.into(), tensor.clone())));
        tensors
    }

    /// Bytes of the data.
    pub fn data_bytes(&self) -> usize {
        [&self.inputs, &self.targets].map(|tensor| tensor.elem_count() * size_of::<f32>()).iter().sum()
    }

    /// Rows of a batch; the last may have fewer.
    pub fn batch(&self) -> usize {
        self.batch
    }

    fn batches(&self) -> usize {
        self.inputs.dims()[0].div_ceil(self.batch)
    }

    fn rows(&self, index: usize) -> (Tensor, Tensor) {
        let start = index % self.batches() * self.batch;
        let rows = self.batch.min(self.inputs.dims()[0] - start);
        let cut = |tensor: &Tensor| tensor.narrow(0, start, rows).expect("rows within the data");
        (cut(&self.inputs), cut(&self.targets))
    }
}

const EPOCHS: usize = 100;

/// Rows of numbers and one of ten labels for each.
fn classes(shape: &[usize]) -> (Tensor, Tensor) {
    let labels: Vec<u32> = (0..shape[0] as u64).map(|row| key().with(1).below(row, 10) as u32).collect();
    (uniform(shape), Tensor::from_vec(labels, shape[0], &Device::Cpu).expect("labels"))
}

/// Sequences of ids; the same stream has the same ones.
fn tokens(stream: u64, rows: usize, steps: usize, vocabulary: usize) -> Tensor {
    let id = |place: usize| key().with(stream).below(place as u64, vocabulary as u64) as u32;
    let ids: Vec<u32> = (0..rows * steps).map(id).collect();
    Tensor::from_vec(ids, (rows, steps), &Device::Cpu).expect("tokens")
}

fn line() -> Graph {
    Graph::chain([
        ("input", Layer::Input(Input { shape: [1].into(), ..Input::default() })),
        ("dense", dense(1, Activation::Linear)),
    ])
}

fn mlp() -> Graph {
    Graph::chain([
        ("input", Layer::Input(Input { shape: [784].into(), ..Input::default() })),
        ("dense1", dense(256, Activation::Relu)),
        ("dense2", dense(128, Activation::Relu)),
        ("dense3", dense(10, Activation::Linear)),
    ])
}

fn cnn() -> Graph {
    let conv = |filters| conv(filters, 3, 1, 0, true, Activation::Relu);
    let pool = Pool { pool_size: Pair::both(2), ..Pool::default() };
    Graph::chain([
        ("input", Layer::Input(Input { shape: [1, 28, 28].into(), ..Input::default() })),
        ("conv1", conv(32)),
        ("conv2", conv(64)),
        ("pool", Layer::MaxPool(pool)),
        ("flatten", Layer::Flatten(Flatten {})),
        ("dense1", dense(128, Activation::Relu)),
        ("dense2", dense(10, Activation::Linear)),
    ])
}

/// Four blocks of causal attention and a hidden layer.
fn gpt(steps: usize, width: usize) -> Graph {
    let mut graph = Graph::default();
    let mut add = |name: String, layer: Layer, reads: &[&str]| push(&mut graph, name, layer, reads);
    let norm = || Layer::LayerNorm(LayerNorm::default());
    add(
        "input".into(),
        Layer::Input(Input { shape: [steps].into(), tokens: Some(65), ..Input::default() }),
        &[],
    );
    add("tokens".into(), Layer::Embedding(Embedding { width, ..Embedding::default() }), &["input"]);
    let positions = PositionEmbedding { max_length: steps, ..PositionEmbedding::default() };
    let mut x = add("positions".into(), Layer::PositionEmbedding(positions), &["tokens"]);
    for block in 0..4 {
        let name = |part: &str| format!("block{block}-{part}");
        let attention = MultiHeadAttention { heads: 4, causal: true, ..MultiHeadAttention::default() };
        let norm1 = add(name("norm1"), norm(), &[&x]);
        let seen = add(name("attention"), Layer::MultiHeadAttention(attention), &[&norm1]);
        x = add(name("add1"), Layer::Add(Add {}), &[&x, &seen]);
        let norm2 = add(name("norm2"), norm(), &[&x]);
        let hidden = add(name("hidden"), dense(4 * width, Activation::GeluTanh), &[&norm2]);
        let out = add(name("out"), dense(width, Activation::Linear), &[&hidden]);
        x = add(name("add2"), Layer::Add(Add {}), &[&x, &out]);
    }
    let normal = add("norm".into(), norm(), &[&x]);
    add("head".into(), Layer::Dense(Dense { units: 65, use_bias: false, ..Dense::default() }), &[&normal]);
    graph
}

fn lstm() -> Graph {
    let lstm = || Layer::Lstm(Lstm { units: 128, return_sequences: true, ..Lstm::default() });
    Graph::chain([
        ("input", Layer::Input(Input { shape: [64].into(), tokens: Some(64), ..Input::default() })),
        ("tokens", Layer::Embedding(Embedding { width: 128, ..Embedding::default() })),
        ("lstm1", lstm()),
        ("lstm2", lstm()),
        ("head", dense(64, Activation::Linear)),
    ])
}

/// Adds a node; gives its name.
fn push(graph: &mut Graph, name: String, layer: Layer, reads: &[&str]) -> String {
    let inputs = reads.iter().map(|&read| read.into()).collect();
    graph.nodes.push(Node::new(&name, layer, inputs));
    name
}

/// A stem and three residual blocks.
fn resnet() -> Graph {
    let mut graph = Graph::default();
    let mut add = |name: String, layer: Layer, reads: &[&str]| push(&mut graph, name, layer, reads);
    let conv = |filters, size, stride| conv(filters, size, stride, size / 2, false, Activation::Linear);
    let norm = || Layer::BatchNorm(BatchNorm { momentum: 0.1, epsilon: 1e-5 });
    let relu = || Layer::Activation(ActivationLayer { function: Activation::Relu, ..Default::default() });
    add("input".into(), Layer::Input(Input { shape: [3, 32, 32].into(), ..Input::default() }), &[]);
    add("stem".into(), conv(16, 3, 1), &["input"]);
    add("stem-norm".into(), norm(), &["stem"]);
    let mut x = add("stem-relu".into(), relu(), &["stem-norm"]);
    for (block, (filters, stride)) in [(16, 1), (32, 2), (64, 2)].into_iter().enumerate() {
        let name = |part: &str| format!("block{block}-{part}");
        let conv1 = add(name("conv1"), conv(filters, 3, stride), &[&x]);
        let norm1 = add(name("norm1"), norm(), &[&conv1]);
        let relu1 = add(name("relu1"), relu(), &[&norm1]);
        let conv2 = add(name("conv2"), conv(filters, 3, 1), &[&relu1]);
        let y = add(name("norm2"), norm(), &[&conv2]);
        if stride != 1 {
            let down = add(name("down"), conv(filters, 1, stride), &[&x]);
            x = add(name("down-norm"), norm(), &[&down]);
        }
        let sum = add(name("add"), Layer::Add(Add {}), &[&y, &x]);
        x = add(name("relu2"), relu(), &[&sum]);
    }
    let mean = add("mean".into(), Layer::GlobalAvgPool(GlobalAvgPool {}), &[&x]);
    add("dense".into(), dense(10, Activation::Linear), &[&mean]);
    graph
}

fn dense(units: usize, activation: Activation) -> Layer {
    Layer::Dense(Dense { units, activation, ..Dense::default() })
}

fn conv(
    filters: usize,
    size: usize,
    stride: usize,
    around: usize,
    use_bias: bool,
    activation: Activation,
) -> Layer {
    let padding = if around == 0 { Padding::Valid } else { Padding::Around(Pair::both(around)) };
    let (kernel_size, stride) = (Pair::both(size), Pair::both(stride));
    Layer::Conv2d(Conv2d { filters, kernel_size, stride, padding, use_bias, activation, ..Conv2d::default() })
}

fn uniform(shape: &[usize]) -> Tensor {
    let mut values = vec![0.0; shape.iter().product()];
    key().fill_uniform(&mut values, 0.0, 1.0);
    Tensor::from_vec(values, shape, &Device::Cpu).expect("random numbers")
}

fn key() -> Key {
    Key::new(0, Purpose::Sample)
}
