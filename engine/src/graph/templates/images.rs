//! Networks for images.

use super::{Drawing, Frame, sizes};
use crate::graph::{
    Activation, Initializer, Layer, Padding, Pair,
    layers::{Conv2d, Input, Pool},
};

/// MNIST.
pub fn digits() -> Frame {
    of([1, 28, 28], 10)
}

/// CIFAR-10.
pub fn small() -> Frame {
    of([3, 32, 32], 10)
}

pub fn imagenet() -> Frame {
    of([3, 224, 224], 1000)
}

fn of(shape: [usize; 3], units: usize) -> Frame {
    Frame {
        input: Input { shape: shape.into(), ..Input::default() },
        units,
        function: Activation::Softmax,
        ..Frame::default()
    }
}

fn sides(frame: &Frame) -> [usize; 2] {
    match sizes(&frame.input.shape)[..] {
        [_, rows, columns] => [rows, columns],
        _ => [0, 0],
    }
}

fn least(sides: [usize; 2]) -> usize {
    sides[0].min(sides[1])
}

fn pool(size: usize) -> Layer {
    Layer::MaxPool(Pool { pool_size: Pair::both(size), ..Pool::default() })
}

fn relu_conv(filters: usize, kernel: usize, padding: Padding) -> Layer {
    Layer::Conv2d(Conv2d {
        filters,
        kernel_size: Pair::both(kernel),
        padding,
        activation: Activation::Relu,
        initializer: Initializer::HeUniform,
        ..Conv2d::default()
    })
}

/// LeNet-5 (LeCun et al. 1998) as it is drawn today: ReLU and largest values. For 1×28×28 and 10 classes it has
/// 61,706 parameters; small images keep their edges in the second convolution, too.
pub fn lenet(drawing: &mut Drawing, frame: &Frame) {
    let halved = sides(frame).map(|side| side / 2);
    let second = if least(halved) >= 6 { Padding::Valid } else { Padding::Same };
    drawing.then("conv_1", relu_conv(6, 5, Padding::Same)).then("pool_1", pool(2));
    drawing.then("conv_2", relu_conv(16, 5, second)).then("pool_2", pool(2)).plain("flatten", "flatten");
    drawing.dense("hidden_1", 120, Activation::Relu).dense("hidden_2", 84, Activation::Relu).head(frame);
}

/// After VGG (Simonyan & Zisserman 2015): pairs of 3×3 convolutions, twice as many filters after each pool, as
/// long as the image lasts.
pub fn vgg(drawing: &mut Drawing, frame: &Frame) {
    let mut sides = sides(frame);
    for (stage, filters) in (1..).zip([32, 64, 128, 256]) {
        if least(sides) < 4 && stage > 1 {
            break;
        }
        drawing.then(format!("conv_{stage}a"), relu_conv(filters, 3, Padding::Same));
        drawing.then(format!("conv_{stage}b"), relu_conv(filters, 3, Padding::Same));
        drawing.then(format!("pool_{stage}"), pool(2));
        sides = sides.map(|side| side / 2);
    }
    drawing
        .plain("flatten", "flatten")
        .dense("hidden", 256, Activation::Relu)
        .dropout("dropout", 0.5)
        .head(frame);
}

/// From this side on, ResNet begins with the stem of the paper, which looks at an eighth of ImageNet's pixels.
const LARGE: usize = 64;

/// ResNet-18 (He et al. 2016): for 3×224×224 and 1,000 classes 11,689,512 parameters; smaller images begin with a
/// 3×3 convolution and no pool, as the paper's networks for CIFAR.
pub fn resnet18(drawing: &mut Drawing, frame: &Frame) {
    let large = least(sides(frame)) >= LARGE;
    let (kernel, stride) = if large { (7, 2) } else { (3, 1) };
    drawing.then("stem", conv(64, kernel, stride)).plain("stem_norm", "batch-norm").relu("stem_relu");
    if large {
        let halves = Pool {
            pool_size: Pair::both(3),
            stride: Some(Pair::both(2)),
            padding: Padding::Around(Pair::both(1)),
        };
        drawing.then("stem_pool", Layer::MaxPool(halves));
    }
    for (stage, filters) in (1..).zip([64, 128, 256, 512]) {
        for block in ["a", "b"] {
            let halves = stage > 1 && block == "a";
            basic_block(drawing, &format!("{stage}{block}"), filters, if halves { 2 } else { 1 });
        }
    }
    drawing.plain("mean", "global-avg-pool").head(frame);
}

/// A convolution before a batch norm: the norm has the bias.
pub fn conv(filters: usize, kernel: usize, stride: usize) -> Layer {
    Layer::Conv2d(Conv2d {
        filters,
        kernel_size: Pair::both(kernel),
        stride: Pair::both(stride),
        padding: Padding::Around(Pair::both(kernel / 2)),
        use_bias: false,
        initializer: Initializer::HeNormal,
        ..Conv2d::default()
    })
}

/// Two convolutions and the way around them, which a 1×1 convolution fits where the shapes differ.
fn basic_block(drawing: &mut Drawing, name: &str, filters: usize, stride: usize) {
    let input = drawing.end();
    drawing.then(format!("conv_{name}1"), conv(filters, 3, stride));
    drawing.plain(format!("norm_{name}1"), "batch-norm").relu(format!("relu_{name}1"));
    drawing.then(format!("conv_{name}2"), conv(filters, 3, 1)).plain(format!("norm_{name}2"), "batch-norm");
    let main = drawing.end();
    let around = if stride > 1 {
        drawing.reading(format!("skip_{name}"), conv(filters, 1, stride), &[&input]);
        drawing.plain(format!("skip_norm_{name}"), "batch-norm").end()
    } else {
        input
    };
    drawing.plain_reading(format!("add_{name}"), "add", &[&main, &around]).relu(format!("relu_{name}2"));
}
