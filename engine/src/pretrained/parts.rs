//! Which of a family's tensors become which parameter of ours. Names are those of Hugging Face's transformers, without
//! what comes before all of them.

use super::{Config, Family, layers::BLOCKS};

/// A parameter of ours.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    /// `blocks.3.attention.in_proj_weight`.
    pub name: String,
    pub source: Source,
}

/// What it is made of.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Source {
    /// A tensor of this shape.
    Whole(String, Vec<usize>),
    /// A matrix of this shape, turned around: GPT-2's `Conv1D` is `[inputs, outputs]`.
    Turned(String, [usize; 2]),
    /// Several, one below the other: the projections of queries, keys and values.
    Stacked(Vec<(String, Vec<usize>)>),
    /// The rows of a table of that shape behind the first few; and the first row of another one, which all steps of
    /// one text have, added to each: BERT's places, and its token types.
    Places { table: String, shape: [usize; 2], skipped: usize, types: Option<String> },
}

impl Config {
    /// What may stand before all names.
    pub(super) fn prefix(&self) -> &'static str {
        match self.family {
            Family::Bert => "bert.",
            Family::Roberta => "roberta.",
            Family::DistilBert => "distilbert.",
            Family::Gpt2 => "transformer.",
            Family::Llama | Family::Qwen2 => "model.",
        }
    }

    /// What names of layers begin with: what is there and not used is a layer too many.
    pub(super) fn trunk(&self) -> &'static str {
        match self.family {
            Family::Bert | Family::Roberta => "encoder.layer.",
            Family::DistilBert => "transformer.layer.",
            Family::Gpt2 => "h.",
            Family::Llama | Family::Qwen2 => "layers.",
        }
    }

    /// Every parameter but the head's.
    pub(super) fn parts(&self) -> Vec<Part> {
        let mut list = List { config: self, parts: Vec::new() };
        match self.family {
            Family::Bert | Family::Roberta | Family::DistilBert => list.encoder(),
            Family::Gpt2 => list.gpt2(),
            Family::Llama | Family::Qwen2 => list.llama(),
        }
        list.parts
    }
}

struct List<'a> {
    config: &'a Config,
    parts: Vec<Part>,
}

impl List<'_> {
    fn push(&mut self, name: String, source: Source) {
        self.parts.push(Part { name, source });
    }

    /// `weight` and, where there is one, `bias`: ours is called `ours`, theirs `theirs`.
    fn linear(&mut self, ours: &str, theirs: &str, shape: [usize; 2], has_bias: bool) {
        self.push(format!("{ours}.weight"), Source::Whole(format!("{theirs}.weight"), shape.into()));
        if has_bias {
            self.push(format!("{ours}.bias"), Source::Whole(format!("{theirs}.bias"), vec![shape[0]]));
        }
    }

    fn norm(&mut self, ours: &str, theirs: &str) {
        let width = vec![self.config.width];
        self.push(format!("{ours}.weight"), Source::Whole(format!("{theirs}.weight"), width.clone()));
        if !self.config.family.is_rotary() {
            self.push(format!("{ours}.bias"), Source::Whole(format!("{theirs}.bias"), width));
        }
    }

    fn vectors(&mut self, theirs: &str) {
        let shape = vec![self.config.vocabulary, self.config.width];
        self.push("vectors.weight".into(), Source::Whole(theirs.into(), shape));
    }

    /// Attention whose projections are layers of their own: queries, keys, values, the way out.
    fn attention(&mut self, ours: &str, [q, k, v, out]: [&str; 4], theirs: &str) {
        let Config { width, heads, key_value_heads, biases: [has_bias, out_bias, _], .. } = *self.config;
        let keys = width / heads * key_value_heads;
        let of = |ending: &str, shape: fn(usize, usize) -> Vec<usize>| {
            let one = |name: &str, rows| (format!("{theirs}{name}.{ending}"), shape(rows, width));
            Source::Stacked(vec![one(q, width), one(k, keys), one(v, keys)])
        };
        let (weight, bias) =
            (of("weight", |rows, width| vec![rows, width]), of("bias", |rows, _| vec![rows]));
        self.push(format!("{ours}.in_proj_weight"), weight);
        if has_bias {
            self.push(format!("{ours}.in_proj_bias"), bias);
        }
        self.linear(&format!("{ours}.out_proj"), &format!("{theirs}{out}"), [width; 2], out_bias);
    }

    /// What our layer number `layer`, from 0, is called.
    fn block(&self, layer: usize) -> String {
        match self.config.layers {
            1 => BLOCKS.to_owned(),
            _ => format!("{BLOCKS}.{}", layer + 1),
        }
    }

    fn encoder(&mut self) {
        let Config { family, width, inner, layers, places, skipped, .. } = *self.config;
        let is_distilled = family == Family::DistilBert;
        self.vectors("embeddings.word_embeddings.weight");
        self.push(
            "places.weight".into(),
            Source::Places {
                table: "embeddings.position_embeddings.weight".into(),
                shape: [places + skipped, width],
                skipped,
                types: (!is_distilled).then(|| "embeddings.token_type_embeddings.weight".into()),
            },
        );
        self.norm("norm", "embeddings.LayerNorm");
        for layer in 0..layers {
            let ours = self.block(layer);
            let theirs = format!("{}{layer}.", self.config.trunk());
            let (projections, names) = if is_distilled {
                let names = ["sa_layer_norm", "ffn.lin1", "ffn.lin2", "output_layer_norm"];
                (["attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin"], names)
            } else {
                let names =
                    ["attention.output.LayerNorm", "intermediate.dense", "output.dense", "output.LayerNorm"];
                let projections = [
                    "attention.self.query",
                    "attention.self.key",
                    "attention.self.value",
                    "attention.output.dense",
                ];
                (projections, names)
            };
            self.attention(&format!("{ours}.attention"), projections, &theirs);
            let [norm_1, wide, narrow, norm_2] = names.map(|name| format!("{theirs}{name}"));
            self.norm(&format!("{ours}.norm_1"), &norm_1);
            self.linear(&format!("{ours}.wide"), &wide, [inner, width], true);
            self.linear(&format!("{ours}.narrow"), &narrow, [width, inner], true);
            self.norm(&format!("{ours}.norm_2"), &norm_2);
        }
    }

    fn gpt2(&mut self) {
        let Config { width, inner, layers, places, .. } = *self.config;
        self.vectors("wte.weight");
        self.push("places.weight".into(), Source::Whole("wpe.weight".into(), vec![places, width]));
        for layer in 0..layers {
            let (ours, theirs) = (self.block(layer), format!("h.{layer}."));
            self.norm(&format!("{ours}.norm_1"), &format!("{theirs}ln_1"));
            for (name, (theirs, shape)) in [
                ("attention.in_proj_", (format!("{theirs}attn.c_attn"), [width, 3 * width])),
                ("attention.out_proj.", (format!("{theirs}attn.c_proj"), [width, width])),
                ("wide.", (format!("{theirs}mlp.c_fc"), [width, inner])),
                ("narrow.", (format!("{theirs}mlp.c_proj"), [inner, width])),
            ] {
                let (weight, bias) = (format!("{theirs}.weight"), format!("{theirs}.bias"));
                self.push(format!("{ours}.{name}weight"), Source::Turned(weight, shape));
                self.push(format!("{ours}.{name}bias"), Source::Whole(bias, vec![shape[1]]));
            }
            self.norm(&format!("{ours}.norm_2"), &format!("{theirs}ln_2"));
        }
        self.norm("norm", "ln_f");
    }

    fn llama(&mut self) {
        let Config { width, inner, layers, biases: [_, _, has_bias], .. } = *self.config;
        self.vectors("embed_tokens.weight");
        for layer in 0..layers {
            let (ours, theirs) = (self.block(layer), format!("layers.{layer}."));
            self.norm(&format!("{ours}.norm_1"), &format!("{theirs}input_layernorm"));
            let projections =
                ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj"];
            self.attention(&format!("{ours}.attention"), projections, &theirs);
            self.norm(&format!("{ours}.norm_2"), &format!("{theirs}post_attention_layernorm"));
            self.linear(&format!("{ours}.gate"), &format!("{theirs}mlp.gate_proj"), [inner, width], has_bias);
            self.linear(&format!("{ours}.wide"), &format!("{theirs}mlp.up_proj"), [inner, width], has_bias);
            self.linear(
                &format!("{ours}.narrow"),
                &format!("{theirs}mlp.down_proj"),
                [width, inner],
                has_bias,
            );
        }
        self.norm("norm", "norm");
    }
}
