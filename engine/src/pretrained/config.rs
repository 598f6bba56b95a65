//! `config.json`: what a model is, in numbers that are held to limits.

use serde_json::{Map, Value};

use super::PretrainedError;
use crate::graph::Activation;

/// The families that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Also MiniLM.
    Bert,
    /// Also XLM-RoBERTa.
    Roberta,
    DistilBert,
    Gpt2,
    Llama,
    Qwen2,
}

impl Family {
    /// By the names in `model_type`.
    const ALL: [(&str, Self); 8] = [
        ("bert", Self::Bert),
        ("roberta", Self::Roberta),
        ("xlm-roberta", Self::Roberta),
        ("camembert", Self::Roberta),
        ("distilbert", Self::DistilBert),
        ("gpt2", Self::Gpt2),
        ("llama", Self::Llama),
        ("qwen2", Self::Qwen2),
    ];

    /// Whether each step sees itself and those before it only.
    pub fn is_causal(self) -> bool {
        matches!(self, Self::Gpt2 | Self::Llama | Self::Qwen2)
    }

    /// Whether queries and keys are turned by their places.
    pub fn is_rotary(self) -> bool {
        matches!(self, Self::Llama | Self::Qwen2)
    }
}

/// A model's sizes and settings.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    pub family: Family,
    /// Rows of the table of tokens.
    pub vocabulary: usize,
    pub width: usize,
    pub layers: usize,
    pub heads: usize,
    pub key_value_heads: usize,
    /// Units of the hidden layer.
    pub inner: usize,
    /// The longest sequence.
    pub places: usize,
    /// Rows of the table of places before the first one that is used (RoBERTa's `padding_idx` + 1).
    pub skipped: usize,
    /// Of the norms.
    pub epsilon: f64,
    pub activation: Activation,
    pub dropout: f64,
    pub attention_dropout: f64,
    pub rotary_base: f64,
    /// Whether queries, keys and values have a bias, whether attention's way out has one, and the hidden layer.
    pub biases: [bool; 3],
    /// Whether what says the next token is the table of tokens once more.
    pub is_tied: bool,
}

/// The largest of each size that is taken.
const MAX_VOCABULARY: usize = 1 << 20;
const MAX_WIDTH: usize = 1 << 15;
const MAX_INNER: usize = 1 << 17;
const MAX_LAYERS: usize = 256;
const MAX_PLACES: usize = 1 << 21;

impl Config {
    /// # Errors
    /// [`PretrainedError::NotJson`], [`PretrainedError::UnknownFamily`], [`PretrainedError::WrongSetting`].
    pub fn parse(text: &str) -> Result<Self, PretrainedError> {
        let not_json = |cause: String| PretrainedError::NotJson { cause };
        let value: Value = serde_json::from_str(text).map_err(|error| not_json(error.to_string()))?;
        let Value::Object(object) = value else { return Err(not_json("it is not between braces".into())) };
        let name = object.get("model_type").and_then(Value::as_str).unwrap_or_default();
        let family = Family::ALL.into_iter().find(|(known, _)| *known == name);
        let Some((_, family)) = family else {
            let known = Family::ALL.map(|(name, _)| name).join(", ");
            return Err(PretrainedError::UnknownFamily { family: name.into(), known });
        };
        let given = Given(&object);
        let config = match family {
            Family::Bert | Family::Roberta | Family::DistilBert => given.encoder(family)?,
            Family::Gpt2 => given.gpt2()?,
            Family::Llama | Family::Qwen2 => given.llama(family)?,
        };
        if !config.width.is_multiple_of(config.heads) {
            let wanted = format!("a multiple of the {} heads", config.heads);
            return Err(wrong("hidden_size", config.width, &wanted));
        }
        if family.is_rotary() && !(config.width / config.heads).is_multiple_of(2) {
            return Err(wrong("num_attention_heads", config.heads, "such that each head is even"));
        }
        if !config.heads.is_multiple_of(config.key_value_heads) {
            let wanted = format!("a divisor of the {} heads", config.heads);
            return Err(wrong("num_key_value_heads", config.key_value_heads, &wanted));
        }
        Ok(config)
    }
}

fn wrong(setting: &str, value: impl ToString, wanted: &str) -> PretrainedError {
    PretrainedError::WrongSetting { setting: setting.into(), value: value.to_string(), wanted: wanted.into() }
}

/// What a `config.json` gives.
struct Given<'a>(&'a Map<String, Value>);

impl Given<'_> {
    /// Null is as good as not there.
    fn value(&self, setting: &str) -> Option<&Value> {
        self.0.get(setting).filter(|value| !value.is_null())
    }

    fn size(&self, setting: &str, usual: Option<usize>, most: usize) -> Result<usize, PretrainedError> {
        let wanted = || format!("a whole number from 1 to {most}");
        let size = match (self.value(setting), usual) {
            (None, Some(usual)) => usual,
            (None, None) => return Err(wrong(setting, "missing", &wanted())),
            (Some(value), _) => {
                let size = value.as_u64().and_then(|size| usize::try_from(size).ok());
                size.ok_or_else(|| wrong(setting, value, &wanted()))?
            }
        };
        if (1..=most).contains(&size) { Ok(size) } else { Err(wrong(setting, size, &wanted())) }
    }

    fn number(&self, setting: &str, usual: f64, above: f64, below: f64) -> Result<f64, PretrainedError> {
        let Some(value) = self.value(setting) else { return Ok(usual) };
        let number = value.as_f64().filter(|number| *number >= above && *number < below);
        number.ok_or_else(|| wrong(setting, value, &format!("a number from {above} to below {below}")))
    }

    fn flag(&self, setting: &str, usual: bool) -> Result<bool, PretrainedError> {
        let Some(value) = self.value(setting) else { return Ok(usual) };
        value.as_bool().ok_or_else(|| wrong(setting, value, "true or false"))
    }

    /// Refuses a setting that says something else.
    fn only(&self, setting: &str, wanted: &Value) -> Result<(), PretrainedError> {
        match self.value(setting) {
            Some(value) if value != wanted => Err(wrong(setting, value, &wanted.to_string())),
            _ => Ok(()),
        }
    }

    fn activation(&self, setting: &str, usual: &str) -> Result<Activation, PretrainedError> {
        let name = match self.value(setting) {
            None => usual,
            Some(value) => value.as_str().unwrap_or_default(),
        };
        Ok(match name {
            "gelu" => Activation::Gelu,
            "gelu_new" | "gelu_pytorch_tanh" => Activation::GeluTanh,
            "relu" => Activation::Relu,
            "silu" | "swish" => Activation::Silu,
            "tanh" => Activation::Tanh,
            other => {
                return Err(wrong(setting, other, "gelu, gelu_new, gelu_pytorch_tanh, relu, silu or tanh"));
            }
        })
    }

    fn encoder(&self, family: Family) -> Result<Config, PretrainedError> {
        self.only("is_decoder", &false.into())?;
        self.only("position_embedding_type", &"absolute".into())?;
        self.only("add_cross_attention", &false.into())?;
        let names = match family {
            Family::DistilBert => ["dim", "n_layers", "n_heads", "hidden_dim", "activation", "dropout"],
            _ => [
                "hidden_size",
                "num_hidden_layers",
                "num_attention_heads",
                "intermediate_size",
                "hidden_act",
                "hidden_dropout_prob",
            ],
        };
        let [width, layers, heads, inner, activation, dropout] = names;
        let attention_dropout = match family {
            Family::DistilBert => "attention_dropout",
            _ => "attention_probs_dropout_prob",
        };
        let skipped = match family {
            // The padding's own row, and all before it.
            Family::Roberta => self.padding()? + 1,
            _ => 0,
        };
        let rows = self.size("max_position_embeddings", Some(512), MAX_PLACES)?;
        if rows <= skipped {
            return Err(wrong("max_position_embeddings", rows, &format!("more than {skipped}")));
        }
        let heads = self.size(heads, Some(12), MAX_WIDTH)?;
        Ok(Config {
            family,
            vocabulary: self.size("vocab_size", None, MAX_VOCABULARY)?,
            width: self.size(width, Some(768), MAX_WIDTH)?,
            layers: self.size(layers, Some(12), MAX_LAYERS)?,
            heads,
            key_value_heads: heads,
            inner: self.size(inner, Some(3072), MAX_INNER)?,
            places: rows - skipped,
            skipped,
            epsilon: self.number("layer_norm_eps", 1e-12, f64::MIN_POSITIVE, 1.0)?,
            activation: self.activation(activation, "gelu")?,
            dropout: self.number(dropout, 0.1, 0.0, 1.0)?,
            attention_dropout: self.number(attention_dropout, 0.1, 0.0, 1.0)?,
            rotary_base: 0.0,
            biases: [true; 3],
            is_tied: true,
        })
    }

    fn padding(&self) -> Result<usize, PretrainedError> {
        let Some(value) = self.value("pad_token_id") else { return Ok(1) };
        let id = value.as_u64().and_then(|id| usize::try_from(id).ok()).filter(|id| *id < MAX_VOCABULARY);
        id.ok_or_else(|| wrong("pad_token_id", value, "a token's id"))
    }

    fn gpt2(&self) -> Result<Config, PretrainedError> {
        self.only("scale_attn_weights", &true.into())?;
        self.only("scale_attn_by_inverse_layer_idx", &false.into())?;
        self.only("add_cross_attention", &false.into())?;
        let width = self.size("n_embd", Some(768), MAX_WIDTH)?;
        let heads = self.size("n_head", Some(12), MAX_WIDTH)?;
        Ok(Config {
            family: Family::Gpt2,
            vocabulary: self.size("vocab_size", None, MAX_VOCABULARY)?,
            width,
            layers: self.size("n_layer", Some(12), MAX_LAYERS)?,
            heads,
            key_value_heads: heads,
            inner: self.size("n_inner", Some(4 * width), MAX_INNER)?,
            places: self.size("n_positions", Some(1024), MAX_PLACES)?,
            skipped: 0,
            epsilon: self.number("layer_norm_epsilon", 1e-5, f64::MIN_POSITIVE, 1.0)?,
            activation: self.activation("activation_function", "gelu_new")?,
            dropout: self.number("resid_pdrop", 0.1, 0.0, 1.0)?,
            attention_dropout: self.number("attn_pdrop", 0.1, 0.0, 1.0)?,
            rotary_base: 0.0,
            biases: [true; 3],
            is_tied: self.flag("tie_word_embeddings", true)?,
        })
    }

    fn llama(&self, family: Family) -> Result<Config, PretrainedError> {
        self.only("use_sliding_window", &false.into())?;
        let width = self.size("hidden_size", Some(4096), MAX_WIDTH)?;
        let heads = self.size("num_attention_heads", Some(32), MAX_WIDTH)?;
        if let Some(head) = self.value("head_dim") {
            let whole = width / heads;
            if head.as_u64() != Some(whole as u64) {
                return Err(wrong("head_dim", head, &format!("hidden_size / num_attention_heads = {whole}")));
            }
        }
        let has_bias = self.flag("attention_bias", false)?;
        let hidden_bias = self.flag("mlp_bias", false)?;
        let biases = match family {
            Family::Qwen2 => [true, false, false],
            _ => [has_bias, has_bias, hidden_bias],
        };
        Ok(Config {
            family,
            vocabulary: self.size("vocab_size", None, MAX_VOCABULARY)?,
            width,
            layers: self.size("num_hidden_layers", Some(32), MAX_LAYERS)?,
            heads,
            key_value_heads: self.size("num_key_value_heads", Some(heads), MAX_WIDTH)?,
            inner: self.size("intermediate_size", None, MAX_INNER)?,
            places: self.size("max_position_embeddings", Some(2048), MAX_PLACES)?,
            skipped: 0,
            epsilon: self.number("rms_norm_eps", 1e-6, f64::MIN_POSITIVE, 1.0)?,
            activation: self.activation("hidden_act", "silu")?,
            dropout: 0.0,
            attention_dropout: self.number("attention_dropout", 0.0, 0.0, 1.0)?,
            rotary_base: self.rotary_base()?,
            biases,
            is_tied: self.flag("tie_word_embeddings", false)?,
        })
    }

    /// `rope_theta`, which newer files have inside `rope_parameters`; places that are stretched are refused.
    fn rotary_base(&self) -> Result<f64, PretrainedError> {
        let mut base = self.number("rope_theta", 10_000.0, 1.5, 1e12)?;
        for setting in ["rope_scaling", "rope_parameters"] {
            let Some(Value::Object(scaling)) = self.value(setting) else { continue };
            let inner = Given(scaling);
            for kind in ["rope_type", "type"] {
                inner.only(kind, &"default".into())?;
            }
            base = inner.number("rope_theta", base, 1.5, 1e12)?;
        }
        Ok(base)
    }
}
