//! The tensors of safetensors files as the parameters that a graph of ours has.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    panic::catch_unwind,
    path::{Path, PathBuf},
};

use candle_core::{DType, Device, Tensor};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde_json::Value;

use super::{
    Config, MAX_JSON, PretrainedError,
    layers::OUTPUT,
    parts::{Part, Source},
    text,
};
use crate::{
    device,
    model::Tensors,
    train::{DeviceChoice, error::cause_of},
};

const WHOLE: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";
/// Files that a model may be cut into.
const MAX_FILES: usize = 1000;
/// Endings of files that hold pickles, or programs.
const PICKLES: [&str; 7] = ["bin", "pt", "pth", "ckpt", "pkl", "pickle", "h5"];
/// Of layers, tensors that are no parameters: masks, and waves that follow from the settings.
const NO_PARAMETERS: [&str; 4] = ["attn.bias", "attn.masked_bias", "rotary_emb.inv_freq", "position_ids"];

/// # Errors
/// [`PretrainedError::Pickle`], where it is one, or holds one and no safetensors.
pub(super) fn refuse_pickles(path: &Path) -> Result<(), PretrainedError> {
    let is_pickle = |path: &Path| {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        ending.is_some_and(|ending| PICKLES.contains(&&*ending)) && path.is_file()
    };
    let holds_weights = path.join(WHOLE).is_file() || path.join(INDEX).is_file();
    let inside = || fs::read_dir(path).ok()?.flatten().map(|entry| entry.path()).find(|path| is_pickle(path));
    let found = if is_pickle(path) {
        Some(path.to_owned())
    } else if holds_weights {
        None
    } else {
        inside()
    };
    found.map_or(Ok(()), |file| Err(PretrainedError::Pickle { file: file.display().to_string() }))
}

/// The files that a model's tensors are in.
///
/// # Errors
/// Where there are none, or an index names what is no file beside it.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>, PretrainedError> {
    if folder.join(WHOLE).is_file() {
        return Ok(vec![folder.join(WHOLE)]);
    }
    let index = folder.join(INDEX);
    if !index.is_file() {
        return Err(PretrainedError::NoWeights { folder: folder.display().to_string() });
    }
    let wrong = |cause: &str| PretrainedError::NotSafetensors {
        file: index.display().to_string(),
        cause: cause.to_owned(),
    };
    let value: Value =
        serde_json::from_str(&text(&index, MAX_JSON)?).map_err(|error| wrong(&error.to_string()))?;
    let Some(Value::Object(map)) = value.get("weight_map") else { return Err(wrong("it has no weight_map")) };
    let names: BTreeSet<&str> = map.values().filter_map(Value::as_str).collect();
    if names.is_empty() || names.len() > MAX_FILES {
        return Err(wrong(&format!("it names {} files; 1 to {MAX_FILES} are read", names.len())));
    }
    let file = |name: &str| {
        let is_plain = Path::new(name).file_name().is_some_and(|plain| plain == name);
        if !is_plain || !name.ends_with(".safetensors") {
            return Err(wrong(&format!("'{name}' is no safetensors file beside it")));
        }
        let file = folder.join(name);
        if !file.is_file() {
            return Err(PretrainedError::Missing { file: file.display().to_string() });
        }
        Ok(file)
    };
    names.into_iter().map(file).collect()
}

/// A tensor as it was found.
struct Found {
    shape: Vec<usize>,
    values: Vec<f32>,
}

/// What says the next token, in files of families that do, where it is not the table of tokens.
const NEXT: &str = "lm_head.weight";

/// Reads all parameters of the trunk, and, where asked for and there, of what `says_next`.
pub(super) fn read(folder: &Path, config: &Config, says_next: bool) -> Result<Tensors, PretrainedError> {
    let parts = config.parts();
    let files = files(folder)?;
    check_memory(&files)?;
    let wanted: BTreeSet<&str> = parts.iter().flat_map(|part| part.source.names()).collect();
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    let mut extra = None;
    for file in &files {
        let name = file.display().to_string();
        let bytes = fs::read(file)
            .map_err(|error| PretrainedError::Unreadable { file: name.clone(), cause: error.to_string() })?;
        let wrong = |cause: String| PretrainedError::NotSafetensors { file: name.clone(), cause };
        let tensors = catch_unwind(|| SafeTensors::deserialize(&bytes))
            .map_err(|panic| wrong(cause_of(&*panic)))?
            .map_err(|error| wrong(error.to_string()))?;
        for (name, view) in tensors.tensors() {
            let short = short_name(config, &name);
            if wanted.contains(&*short) || says_next && short == NEXT {
                found.insert(short, Found { shape: view.shape().to_vec(), values: values(&name, &view)? });
            } else if short.starts_with(config.trunk()) && !NO_PARAMETERS.iter().any(|it| short.ends_with(it))
            {
                extra = Some(name);
            }
        }
    }
    let made = |part| made(part, &mut found);
    let mut tensors = parts.into_iter().map(made).collect::<Result<Tensors, _>>()?;
    if says_next {
        tensors.extend(next(config, &tensors, &mut found)?);
    }
    match extra {
        Some(tensor) => Err(PretrainedError::ExtraTensor { tensor }),
        None => Ok(tensors),
    }
}

/// The files, whose numbers may be of two bytes and become four, must fit.
fn check_memory(files: &[PathBuf]) -> Result<(), PretrainedError> {
    let bytes: u64 = files.iter().filter_map(|file| Some(file.metadata().ok()?.len())).sum();
    let needs = bytes.saturating_mul(3);
    match device::free_memory(DeviceChoice::Cpu) {
        Some(free) if needs > free => {
            Err(PretrainedError::NoMemory { needs_megabytes: needs >> 20, free_megabytes: free >> 20 })
        }
        _ => Ok(()),
    }
}

/// A tensor's name without what stands before all names; norms of old files are called gamma and beta.
fn short_name(config: &Config, name: &str) -> String {
    let short = name.strip_prefix(config.prefix()).unwrap_or(name);
    let renamed = short.strip_suffix(".gamma").map(|norm| format!("{norm}.weight"));
    renamed
        .or_else(|| short.strip_suffix(".beta").map(|norm| format!("{norm}.bias")))
        .unwrap_or_else(|| short.to_owned())
}

/// Its numbers as `f32`; their count follows from the shape, which safetensors holds against the bytes.
fn values(name: &str, view: &TensorView<'_>) -> Result<Vec<f32>, PretrainedError> {
    let dtype = match view.dtype() {
        Dtype::F32 => DType::F32,
        Dtype::F16 => DType::F16,
        Dtype::BF16 => DType::BF16,
        other => {
            return Err(PretrainedError::WrongType { tensor: name.into(), got: format!("{other:?}") });
        }
    };
    let read = Tensor::from_raw_buffer(view.data(), dtype, &[view.shape().iter().product()], &Device::Cpu);
    let values: Vec<f32> = read
        .and_then(|tensor| tensor.to_dtype(DType::F32)?.to_vec1())
        .map_err(|error| PretrainedError::NotSafetensors { file: name.into(), cause: error.to_string() })?;
    if values.iter().all(|value| value.is_finite()) {
        Ok(values)
    } else {
        Err(PretrainedError::NotFinite { tensor: name.into() })
    }
}

impl Source {
    fn names(&self) -> Vec<&str> {
        match self {
            Self::Whole(name, _) | Self::Turned(name, _) => vec![name],
            Self::Stacked(all) => all.iter().map(|(name, _)| &**name).collect(),
            Self::Places { table, types, .. } => {
                [table].into_iter().chain(types).map(|name| &**name).collect()
            }
        }
    }
}

/// The last layer's weight `[V, D]`: a copy of the table of tokens, where they are tied; `None` where the file has none,
/// because the model was kept without it.
fn next(
    config: &Config,
    tensors: &Tensors,
    found: &mut BTreeMap<String, Found>,
) -> Result<Option<(String, Tensor)>, PretrainedError> {
    let name = format!("{OUTPUT}.weight");
    if config.is_tied {
        let table = tensors.iter().find(|(name, _)| name == "vectors.weight");
        return Ok(table.map(|(_, table)| (name, table.clone())));
    }
    if !found.contains_key(NEXT) {
        return Ok(None);
    }
    let source = Source::Whole(NEXT.into(), vec![config.vocabulary, config.width]);
    made(Part { name, source }, found).map(Some)
}

fn made(part: Part, found: &mut BTreeMap<String, Found>) -> Result<(String, Tensor), PretrainedError> {
    let mut take = |name: &str, shape: &[usize]| take(found, name, shape);
    let (shape, values) = match &part.source {
        Source::Whole(name, shape) => (shape.clone(), take(name, shape)?),
        Source::Turned(name, [inputs, outputs]) => {
            let given = take(name, &[*inputs, *outputs])?;
            let at = |output: usize| (0..*inputs).map(move |input| input * outputs + output);
            let values = (0..*outputs).flat_map(at).filter_map(|place| given.get(place).copied());
            (vec![*outputs, *inputs], values.collect())
        }
        Source::Stacked(all) => {
            let mut values = Vec::new();
            for (name, shape) in all {
                values.append(&mut take(name, shape)?);
            }
            let mut shape = all.first().map(|(_, shape)| shape.clone()).unwrap_or_default();
            if let Some(rows) = shape.first_mut() {
                *rows = all.iter().filter_map(|(_, shape)| shape.first()).sum();
            }
            (shape, values)
        }
        Source::Places { table, shape: [rows, width], skipped, types } => {
            let mut values = take(table, &[*rows, *width])?.split_off(skipped * width);
            if let Some(types) = types {
                let first = take_rows(found, types, *width)?;
                let rows = values.chunks_exact_mut(*width);
                rows.for_each(|row| row.iter_mut().zip(&first).for_each(|(value, more)| *value += more));
            }
            (vec![rows - skipped, *width], values)
        }
    };
    let made = Tensor::from_vec(values, shape, &Device::Cpu);
    let tensor = made
        .map_err(|error| PretrainedError::Unreadable { file: part.name.clone(), cause: error.to_string() })?;
    Ok((part.name, tensor))
}

fn take(
    found: &mut BTreeMap<String, Found>,
    name: &str,
    shape: &[usize],
) -> Result<Vec<f32>, PretrainedError> {
    let tensor = || name.to_owned();
    let Found { shape: got, values } =
        found.remove(name).ok_or_else(|| PretrainedError::NoTensor { tensor: tensor() })?;
    if got != shape {
        let (got, wanted) = (format!("{got:?}"), format!("{shape:?}"));
        return Err(PretrainedError::WrongShape { tensor: tensor(), got, wanted });
    }
    Ok(values)
}

/// A table of that width, however many rows it has.
fn take_rows(
    found: &mut BTreeMap<String, Found>,
    name: &str,
    width: usize,
) -> Result<Vec<f32>, PretrainedError> {
    let rows = found.get(name).and_then(|found| found.shape.first().copied()).unwrap_or(1).max(1);
    take(found, name, &[rows, width])
}
