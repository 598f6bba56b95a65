//! No key is missing, none is left over, and every error has its words, in both languages.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use engine::{
    code::CodeError,
    data::DataError,
    diagnosis::Finding,
    generate::GenerateError,
    graph::GraphError,
    inspect::InspectError,
    model::ModelError,
    predict::PredictError,
    pretrained::PretrainedError,
    project::ProjectError,
    protocol::codes,
    search::SearchError,
    store::{CurvesError, StoreError},
    supervisor::EngineError,
    text::TextError,
    train::{SettingError, TrainError},
};
use fluent_syntax::{ast, parser};

use super::*;

/// Keys that are put together while the program runs begin so; their ends are names of stages, of
/// examples, of kinds of layers and their settings.
const BUILT: [&str; 16] = [
    "stage-",
    "example-",
    "kind-",
    "node-",
    "template-",
    "block-",
    "search-trial-",
    "format-",
    "task-",
    "tokenizer-",
    "column-",
    "personal-",
    "step-",
    "date-part-",
    "recipe-by-",
    "mend-",
];

/// Every message and attribute (`key`, `key.hint`) with the variables in it.
fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut messages = BTreeMap::new();
    for (file, text) in language.files() {
        let resource = match parser::parse(*text) {
            Ok(resource) => resource,
            Err((_, faults)) => panic!("{}/{file}: {faults:?}", language.tag()),
        };
        for entry in &resource.body {
            match entry {
                ast::Entry::Message(message) => {
                    let key = message.id.name.to_owned();
                    let attributes = message.attributes.iter();
                    let patterns = attributes
                        .map(|attribute| (format!("{key}.{}", attribute.id.name), &attribute.value))
                        .chain(message.value.as_ref().map(|value| (key.clone(), value)));
                    for (key, pattern) in patterns {
                        let mut variables = BTreeSet::new();
                        collect_variables(pattern, &mut variables);
                        assert!(messages.insert(key.clone(), variables).is_none(), "{key} stands twice");
                    }
                }
                ast::Entry::Junk { content } => panic!("{}/{file}: {content}", language.tag()),
                _ => {}
            }
        }
    }
    messages
}

fn collect_variables(pattern: &ast::Pattern<&str>, variables: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let ast::PatternElement::Placeable { expression } = element else { continue };
        let inline = match expression {
            ast::Expression::Select { selector, variants } => {
                variants.iter().for_each(|variant| collect_variables(&variant.value, variables));
                selector
            }
            ast::Expression::Inline(inline) => inline,
        };
        match inline {
            ast::InlineExpression::VariableReference { id } => {
                variables.insert(id.name.to_owned());
            }
            ast::InlineExpression::FunctionReference { arguments, .. } => {
                for argument in &arguments.positional {
                    if let ast::InlineExpression::VariableReference { id } = argument {
                        variables.insert(id.name.to_owned());
                    }
                }
            }
            _ => {}
        }
    }
}

/// The app's sources, tests left out.
fn sources() -> String {
    fn read(folder: &Path, sources: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, sources);
            } else if !path.ends_with("tests.rs") {
                let text = fs::read_to_string(&path).unwrap();
                sources.push_str(text.split("mod tests {").next().unwrap_or_default());
            }
        }
    }
    let mut sources = String::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut sources);
    sources
}

/// The keys in `text("…")` and `with("…"`, and `key.hint` for those in `hint("…")`.
fn asked_for() -> BTreeSet<String> {
    let sources = sources();
    let keys = |call: &str, end: &str| -> Vec<String> {
        let begin = format!("{call}(\"");
        let calls = sources.split(&begin).skip(1);
        calls.filter_map(|rest| Some(format!("{}{end}", rest.split_once('"')?.0))).collect()
    };
    [keys(".text", ""), keys(".with", ""), keys(".hint", ".hint")].concat().into_iter().collect()
}

/// The codes of every error that can reach the user.
fn all_codes() -> Vec<String> {
    [
        codes::<DataError>("data"),
        codes::<GraphError>("graph"),
        codes::<ModelError>("model"),
        codes::<ProjectError>("project"),
        codes::<CodeError>("code"),
        codes::<SearchError>("search"),
        codes::<GenerateError>("generate"),
        codes::<PredictError>("predict"),
        codes::<TextError>("text"),
        codes::<PretrainedError>("pretrained"),
        codes::<InspectError>("inspect"),
        codes::<StoreError>("store"),
        codes::<CurvesError>("curves"),
        codes::<SettingError>("setting"),
        codes::<TrainError>("train"),
        codes::<EngineError>("engine"),
        codes::<Finding>("finding"),
    ]
    .concat()
}

#[test]
fn both_languages_have_the_same_keys_with_the_same_variables() {
    let english = messages(Language::English);
    let chinese = messages(Language::Chinese);
    for (key, variables) in &english {
        let there = chinese.get(key).unwrap_or_else(|| panic!("zh-CN lacks {key}"));
        assert!(there.is_subset(variables), "{key}: zh-CN asks for {there:?}, en has {variables:?}");
        assert!(variables.is_subset(there), "{key}: en asks for {variables:?}, zh-CN has {there:?}");
    }
    let left_over: Vec<_> = chinese.keys().filter(|key| !english.contains_key(*key)).collect();
    assert!(left_over.is_empty(), "en lacks {left_over:?}");
}

#[test]
fn every_key_that_is_asked_for_exists() {
    let messages = messages(Language::English);
    let missing: Vec<_> = asked_for().into_iter().filter(|key| !messages.contains_key(key)).collect();
    assert!(missing.is_empty(), "missing: {missing:?}");
}

#[test]
fn every_key_that_exists_is_used() {
    let sources = sources();
    let literals: BTreeSet<&str> = sources.split('"').collect();
    let codes: BTreeSet<_> = all_codes().into_iter().collect();
    let unused: Vec<_> = messages(Language::English)
        .into_keys()
        .filter(|key| {
            let key = key.split('.').next().unwrap_or_default();
            !literals.contains(key)
                && !codes.contains(key)
                && !BUILT.iter().any(|prefix| key.starts_with(prefix))
        })
        .collect();
    assert!(unused.is_empty(), "unused: {unused:?}");
}

#[test]
fn every_error_says_what_happened_and_what_to_do() {
    let messages = messages(Language::English);
    let silent: Vec<_> = all_codes()
        .into_iter()
        .flat_map(|code| [format!("{code}.hint"), code])
        .filter(|key| !messages.contains_key(key))
        .collect();
    assert!(silent.is_empty(), "without words: {silent:?}");
}

#[test]
fn facts_stand_in_the_words_of_a_problem() {
    let problem = Problem {
        code: "no-such-code".into(),
        facts: BTreeMap::new(),
        text: "row 12 has 3 cells, the header has 4".into(),
    };
    let (message, hint) = Locale::new(Language::Chinese).problem(&problem);
    assert_eq!((message, hint), (problem.text, None));
}

#[test]
fn values_and_plurals_are_put_in() {
    let english = Locale::new(Language::English);
    assert_eq!(english.with("gallery-runs", &[("runs", 1.into())]), "1 run");
    assert_eq!(english.with("gallery-runs", &[("runs", 3.into())]), "3 runs");
    let chinese = Locale::new(Language::Chinese);
    assert_eq!(chinese.with("gallery-runs", &[("runs", 3.into())]), "3 次运行");
    assert_eq!(chinese.text("no-such-key"), "no-such-key");
}
