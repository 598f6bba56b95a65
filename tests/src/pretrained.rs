//! A model that others have trained, and what it is to learn.

use std::{fmt::Write, fs, path::Path};

const TOKENIZER: &str = r###"{"version":"1.0","added_tokens":[{"id":0,"special":true,"content":"[PAD]",
    "single_word":false,"lstrip":false,"rstrip":false,"normalized":false}],"normalizer":null,
    "pre_tokenizer":{"type":"BertPreTokenizer"},
    "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},
    {"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]","type_id":0}}],"pair":[],"special_tokens":
    {"[CLS]":{"id":"[CLS]","ids":[2],"tokens":["[CLS]"]},"[SEP]":{"id":"[SEP]","ids":[3],"tokens":["[SEP]"]}}},
    "decoder":null,"model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",
    "max_input_chars_per_word":100,"vocab":{"[PAD]":0,"[UNK]":1,"[CLS]":2,"[SEP]":3,"good":4,"bad":5,"very":6,
    "film":7,"the":8,"was":9}}}"###;

/// A folder with the engine's small BERT and a tokeniser.
pub fn model_of_others(home: &Path) -> String {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../engine/src/pretrained/goldens/bert");
    let folder = home.join("bert");
    fs::create_dir_all(&folder).unwrap();
    for file in ["config.json", "model.safetensors"] {
        fs::copy(golden.join(file), folder.join(file)).unwrap();
    }
    fs::write(folder.join("tokenizer.json"), TOKENIZER).unwrap();
    folder.display().to_string()
}

/// What people said of films, each in other words, and how they liked them; a file.
pub fn films(home: &Path) -> String {
    let mut text = String::from("review,mood\n");
    for index in 0..120 {
        let mood = ["good", "bad"][index % 2];
        let very = "very ".repeat(index % 4);
        writeln!(text, "the film number {index} was {very}{mood},{mood}").unwrap();
    }
    let file = home.join("films.csv");
    fs::write(&file, text).unwrap();
    file.display().to_string()
}
