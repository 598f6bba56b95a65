//! Folders that are wrong, or hostile, and what may differ.

use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde_json::{Value, json};

use super::*;

const BERT: &str = r###"{"version":"1.0","added_tokens":[],"normalizer":null,"pre_tokenizer":{"type":"BertPreTokenizer"},
    "post_processor":null,"decoder":null,"model":{"type":"WordPiece","unk_token":"[UNK]",
    "continuing_subword_prefix":"##","max_input_chars_per_word":100,
    "vocab":{"[PAD]":0,"[UNK]":1,"[CLS]":2,"[SEP]":3,"fox":4,"##es":5}}}"###;

/// A folder with the small BERT.
fn bert() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in ["config.json", "model.safetensors"] {
        fs::copy(goldens().join("bert").join(file), folder.path().join(file)).unwrap();
    }
    fs::write(folder.path().join(TOKENIZER), BERT).unwrap();
    folder
}

fn weights_of(folder: &Path) -> Result<Tensors, PretrainedError> {
    Pretrained::open(folder)?.weights(false)
}

/// Writes the tensors that a change leaves of the small BERT's into so many files.
fn rewrite(folder: &Path, files: usize, change: impl Fn(&mut Vec<(String, Dtype, Vec<usize>, Vec<u8>)>)) {
    let bytes = fs::read(folder.join("model.safetensors")).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let all = tensors.tensors().into_iter();
    let mut all: Vec<_> =
        all.map(|(name, view)| (name, view.dtype(), view.shape().to_vec(), view.data().to_vec())).collect();
    change(&mut all);
    let write = |all: &[(String, Dtype, Vec<usize>, Vec<u8>)], name: &str| {
        let views = all.iter().map(|(name, dtype, shape, data)| {
            (name.as_str(), TensorView::new(*dtype, shape.clone(), data).unwrap())
        });
        fs::write(folder.join(name), safetensors::serialize(views, None).unwrap()).unwrap();
    };
    if files == 1 {
        return write(&all, "model.safetensors");
    }
    fs::remove_file(folder.join("model.safetensors")).unwrap();
    let mut map = serde_json::Map::new();
    for (number, part) in all.chunks(all.len().div_ceil(files)).enumerate() {
        let name = format!("model-{number}.safetensors");
        write(part, &name);
        map.extend(part.iter().map(|(tensor, ..)| (tensor.clone(), Value::from(name.clone()))));
    }
    fs::write(folder.join("model.safetensors.index.json"), json!({ "weight_map": map }).to_string()).unwrap();
}

#[test]
fn shards_prefixes_old_names_and_narrow_numbers_are_read() {
    let folder = bert();
    let whole = weights_of(folder.path()).unwrap();
    rewrite(folder.path(), 3, |all| {
        for (name, dtype, _, data) in all.iter_mut() {
            *name = format!("bert.{}", name.replace("LayerNorm.weight", "LayerNorm.gamma"));
            // The upper half of an f32 is a bf16.
            *data = data.as_chunks::<4>().0.iter().flat_map(|bytes| [bytes[2], bytes[3]]).collect();
            *dtype = Dtype::BF16;
        }
    });
    let narrow = weights_of(folder.path()).unwrap();
    assert_eq!(narrow.len(), whole.len());
    for ((name, narrow), (_, whole)) in narrow.iter().zip(&whole) {
        assert!(furthest(narrow, whole) < 0.01, "{name}");
    }
}

#[test]
fn what_says_the_next_token_comes_along() {
    let read = |name: &str| {
        let folder = goldens().join(name);
        let config = Config::parse(&fs::read_to_string(folder.join("config.json")).unwrap()).unwrap();
        let tensors = weights::read(&folder, &config, true).unwrap();
        let find =
            |name: &str| tensors.iter().find(|(other, _)| other == name).map(|(_, tensor)| flat(tensor));
        (find("vectors.weight").unwrap(), find("output.weight"))
    };
    for tied in ["gpt2-next", "qwen2-next"] {
        let (table, output) = read(tied);
        assert_eq!(output, Some(table), "{tied}");
    }
    // Kept without it, it begins anew.
    assert_eq!(read("llama-next").1, None);
}

#[test]
fn pickles_are_refused_by_name() {
    let folder = bert();
    let pickle = folder.path().join("pytorch_model.bin");
    fs::write(&pickle, b"\x80\x02.").unwrap();
    assert!(weights_of(folder.path()).is_ok(), "beside safetensors it is not opened");
    let refused = |path: &Path| assert!(matches!(weights_of(path), Err(PretrainedError::Pickle { .. })));
    refused(&pickle);
    fs::remove_file(folder.path().join("model.safetensors")).unwrap();
    refused(folder.path());
}

#[test]
fn what_is_not_there_is_said() {
    let folder = bert();
    let missing = |file: &str| {
        let folder = bert();
        fs::remove_file(folder.path().join(file)).unwrap();
        weights_of(folder.path()).unwrap_err()
    };
    assert!(matches!(missing("config.json"), PretrainedError::Missing { .. }));
    assert!(matches!(missing(TOKENIZER), PretrainedError::NoTokenizer { .. }));
    assert!(matches!(missing("model.safetensors"), PretrainedError::NoWeights { .. }));
    let nowhere = weights_of(&folder.path().join("nowhere"));
    assert!(matches!(nowhere, Err(PretrainedError::NoFolder { .. })));
}

#[test]
fn settings_that_nothing_here_does_are_refused_by_name() {
    let config: Value =
        serde_json::from_str(&fs::read_to_string(goldens().join("bert/config.json")).unwrap()).unwrap();
    for (setting, value) in [
        ("hidden_size", json!(0)),
        ("hidden_size", json!(-8)),
        ("hidden_size", json!(9)),
        ("hidden_size", json!(1e30)),
        ("num_hidden_layers", json!(u64::MAX)),
        ("vocab_size", json!("many")),
        ("num_attention_heads", json!(0)),
        ("hidden_act", json!("mish")),
        ("hidden_dropout_prob", json!(1.0)),
        ("layer_norm_eps", json!(0)),
        ("position_embedding_type", json!("relative_key")),
        ("is_decoder", json!(true)),
    ] {
        let mut wrong = config.clone();
        wrong[setting] = value.clone();
        let found = Config::parse(&wrong.to_string());
        let is_named =
            matches!(&found, Err(PretrainedError::WrongSetting { setting: it, .. }) if it == setting);
        assert!(is_named, "{setting} = {value}: {found:?}");
    }
    let of = |text: &str| Config::parse(text).unwrap_err();
    assert!(matches!(of("[]"), PretrainedError::NotJson { .. }));
    assert!(matches!(of("{"), PretrainedError::NotJson { .. }));
    assert!(matches!(of(r#"{"model_type": "mamba"}"#), PretrainedError::UnknownFamily { .. }));
    let llama = fs::read_to_string(goldens().join("llama-next/config.json")).unwrap();
    let stretched = llama.replace("\"default\"", "\"llama3\"");
    assert!(
        matches!(of(&stretched), PretrainedError::WrongSetting { setting, .. } if setting == "rope_type")
    );
}

#[test]
fn tensors_that_are_wrong_are_refused_by_name() {
    type All = Vec<(String, Dtype, Vec<usize>, Vec<u8>)>;
    let name = "encoder.layer.1.output.dense.bias";
    let found = |change: &dyn Fn(&mut All)| {
        let folder = bert();
        rewrite(folder.path(), 1, change);
        weights_of(folder.path()).unwrap_err()
    };
    let at = |all: &All| all.iter().position(|(other, ..)| other == name).unwrap();
    let tensor = name.to_owned();
    assert_eq!(
        found(&|all| {
            all.remove(at(all));
        }),
        PretrainedError::NoTensor { tensor: tensor.clone() }
    );
    let shape = found(&|all| {
        let at = at(all);
        all[at].2 = vec![2, 4];
    });
    assert!(matches!(shape, PretrainedError::WrongShape { tensor: it, .. } if it == tensor));
    let dtype = found(&|all| {
        let at = at(all);
        (all[at].1, all[at].2) = (Dtype::I32, vec![8]);
    });
    assert!(matches!(dtype, PretrainedError::WrongType { tensor: it, .. } if it == tensor));
    let nan = found(&|all| {
        let at = at(all);
        all[at].3[..4].copy_from_slice(&f32::NAN.to_le_bytes());
    });
    assert_eq!(nan, PretrainedError::NotFinite { tensor: tensor.clone() });
    let extra =
        found(&|all| all.push(("encoder.layer.2.output.dense.bias".into(), Dtype::F32, vec![1], vec![0; 4])));
    assert!(matches!(extra, PretrainedError::ExtraTensor { .. }));
}

#[test]
fn bytes_that_are_no_safetensors_are_refused() {
    let good = fs::read(goldens().join("bert/model.safetensors")).unwrap();
    let mut files = vec![Vec::new(), vec![0; 8], vec![255; 16], good[..good.len() - 1].to_vec()];
    // A header that is longer than the file, and one whose offsets leave it.
    files.push([&u64::MAX.to_le_bytes()[..], &good[8..]].concat());
    let text =
        String::from_utf8_lossy(&good[8..200]).replacen("\"data_offsets\":[0,", "\"data_offsets\":[9,", 1);
    files.push([&good[..8], text.as_bytes(), &good[200..]].concat());
    for bytes in files {
        let folder = bert();
        fs::write(folder.path().join("model.safetensors"), &bytes).unwrap();
        let found = weights_of(folder.path());
        let is_refused =
            matches!(found, Err(PretrainedError::NotSafetensors { .. } | PretrainedError::NoTensor { .. }));
        assert!(is_refused, "{} bytes", bytes.len());
    }
}

#[test]
fn an_index_leads_nowhere_else() {
    for file in ["../model.safetensors", "/etc/passwd", "a/b.safetensors", "model.bin", ""] {
        let folder = bert();
        fs::remove_file(folder.path().join("model.safetensors")).unwrap();
        let index = json!({ "weight_map": { "a": file } }).to_string();
        fs::write(folder.path().join("model.safetensors.index.json"), index).unwrap();
        assert!(matches!(weights_of(folder.path()), Err(PretrainedError::NotSafetensors { .. })), "{file}");
    }
}

#[test]
fn what_a_project_keeps_is_what_it_was_made_with() {
    let folder = tempfile::tempdir().unwrap();
    let (beginning, bytes) = Beginning::of(&weights_of(bert().path()).unwrap()).unwrap();
    let file = folder.path().join(&beginning.file);
    assert!(matches!(read_kept(folder.path(), &beginning), Err(PretrainedError::Missing { .. })));
    fs::create_dir(folder.path().join(FOLDER)).unwrap();
    fs::write(&file, &bytes).unwrap();
    assert!(read_kept(folder.path(), &beginning).is_ok_and(|tensors| tensors.len() > 20));
    fs::write(&file, &bytes[..bytes.len() - 1]).unwrap();
    assert!(matches!(read_kept(folder.path(), &beginning), Err(PretrainedError::Changed { .. })));
    let outside = Beginning { file: "../weights.safetensors".into(), ..beginning };
    assert!(matches!(read_kept(folder.path(), &outside), Err(PretrainedError::Missing { .. })));
}
