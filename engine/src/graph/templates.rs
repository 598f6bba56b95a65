//! Networks to begin with, drawn for the data at hand: their input takes its rows, their head gives what is to be
//! learned.
//!
//! What a published network has, its template has, where the data have the published shape; tests hold the counts
//! of parameters against the papers'.

mod drawing;
mod images;
mod sequences;
mod tables;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::{Activation, Dim, Graph, Shape, layers::Input};
pub(crate) use drawing::Drawing;
pub(super) use images::conv;

/// What a network is drawn between: the rows that come in, and what is wanted of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    pub input: Input,
    /// What else comes in: the other half of a pair.
    pub second: Option<Input>,
    /// Numbers that the last layer gives.
    pub units: usize,
    /// Whether it gives them for each step.
    pub each_step: bool,
    /// The function it ends in.
    pub function: Activation,
    /// The token that fills sequences up.
    pub padding: Option<usize>,
}

/// A network to begin with.
pub struct Template {
    /// `lenet`; also the key of its words in the locales.
    pub name: &'static str,
    pub takes: Takes,
    /// The frame of the paper.
    usual: fn() -> Frame,
    draw: fn(&mut Drawing, &Frame),
    /// Whether it can give something for each step.
    pub gives_steps: bool,
}

/// How a template reads a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// As so many features, whatever their order.
    Features,
    /// As an image: `[C, H, W]`; a square number of features is a grey one, three times that a coloured one.
    Images,
    /// As steps: token ids, `[T, D]`, the rows of a grey image, or features one after another.
    Sequences,
    /// As token ids alone.
    Tokens,
    /// As two sequences of token ids.
    Texts,
    /// As two ids.
    Ids,
}

/// Every template, the simplest first.
pub static TEMPLATES: [Template; 12] = [
    Template {
        name: "linear",
        takes: Takes::Features,
        usual: tables::usual,
        draw: tables::linear,
        gives_steps: false,
    },
    Template {
        name: "mlp",
        takes: Takes::Features,
        usual: tables::usual,
        draw: tables::mlp,
        gives_steps: false,
    },
    Template {
        name: "autoencoder",
        takes: Takes::Features,
        usual: tables::itself,
        draw: tables::autoencoder,
        gives_steps: false,
    },
    Template {
        name: "two-tower",
        takes: Takes::Ids,
        usual: tables::ratings,
        draw: tables::two_tower,
        gives_steps: false,
    },
    Template {
        name: "lenet",
        takes: Takes::Images,
        usual: images::digits,
        draw: images::lenet,
        gives_steps: false,
    },
    Template {
        name: "vgg",
        takes: Takes::Images,
        usual: images::small,
        draw: images::vgg,
        gives_steps: false,
    },
    Template {
        name: "resnet18",
        takes: Takes::Images,
        usual: images::imagenet,
        draw: images::resnet18,
        gives_steps: false,
    },
    Template {
        name: "lstm",
        takes: Takes::Sequences,
        usual: sequences::reviews,
        draw: sequences::lstm,
        gives_steps: true,
    },
    Template {
        name: "transformer",
        takes: Takes::Sequences,
        usual: sequences::reviews,
        draw: sequences::transformer,
        gives_steps: true,
    },
    Template {
        name: "gpt",
        takes: Takes::Sequences,
        usual: sequences::letters,
        draw: sequences::gpt,
        gives_steps: true,
    },
    Template {
        name: "encoder-decoder",
        takes: Takes::Texts,
        usual: sequences::pairs,
        draw: sequences::encoder_decoder,
        gives_steps: true,
    },
    Template {
        name: "gpt2-small",
        takes: Takes::Tokens,
        usual: sequences::web_text,
        draw: sequences::gpt2_small,
        gives_steps: true,
    },
];

impl Template {
    pub fn of_name(name: &str) -> Option<&'static Self> {
        TEMPLATES.iter().find(|template| template.name == name)
    }

    /// Drawn for the frame it was published for, or a usual one.
    pub fn usual(&self) -> Graph {
        self.graph(&(self.usual)()).unwrap_or_default()
    }

    /// Drawn for a frame; `None` where it cannot take such rows.
    pub fn graph(&self, frame: &Frame) -> Option<Graph> {
        let input = self.takes.read(&frame.input)?;
        let second = match self.takes {
            Takes::Texts | Takes::Ids => Some(self.takes.read(frame.second.as_ref()?)?),
            _ => frame.second.clone(),
        };
        if frame.each_step && !self.gives_steps {
            return None;
        }
        let frame = Frame { input, second, ..*frame };
        let mut drawing = Drawing::new(&frame.input);
        (self.draw)(&mut drawing, &frame);
        Some(drawing.graph)
    }
}

impl Takes {
    /// The least side of an image that the templates can make smaller.
    const LEAST_SIDE: usize = 4;

    /// The input that reads the same numbers so; `None` where there is none.
    pub fn read(self, input: &Input) -> Option<Input> {
        let sizes = input.shape.sizes()?;
        let shape = |sizes: Vec<usize>| Some(Input { shape: sizes.into(), ..input.clone() });
        match (self, input.tokens, &sizes[..]) {
            (Self::Features, _, _) => Some(input.clone()),
            (Self::Sequences | Self::Tokens | Self::Texts, Some(_), [_]) => Some(input.clone()),
            (Self::Ids, Some(_), [1]) => Some(input.clone()),
            (Self::Tokens | Self::Texts | Self::Ids, _, _) | (_, Some(_), _) => None,
            (Self::Sequences, None, [_, _]) => Some(input.clone()),
            (Self::Sequences, None, [1, rows, columns]) => shape(vec![*rows, *columns]),
            (Self::Sequences, None, [features]) => shape(vec![*features, 1]),
            (Self::Sequences, None, _) => None,
            (Self::Images, None, [_, rows, columns]) => {
                (*rows.min(columns) >= Self::LEAST_SIDE).then(|| input.clone())
            }
            (Self::Images, None, [features]) => {
                let square = |channels: usize| {
                    let side = (features / channels).isqrt();
                    (side >= Self::LEAST_SIDE && channels * side * side == *features)
                        .then(|| vec![channels, side, side])
                };
                shape(square(1).or_else(|| square(3))?)
            }
            (Self::Images, None, _) => None,
        }
    }
}

/// The sizes of an input that are known.
fn sizes(shape: &Shape) -> Vec<usize> {
    shape.0.iter().filter_map(Dim::known).collect()
}
