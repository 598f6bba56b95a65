//! Scores of cases whose values are known; `benches/scores` brings many more.

use std::{env, fs};

use serde::Deserialize;
use serde_json::json;

use super::*;

fn close(found: f64, wanted: f64) {
    assert!((found - wanted).abs() < 1e-9, "{found} for {wanted}");
}

fn tags(text: &str) -> Vec<String> {
    text.split_whitespace().map(String::from).collect()
}

#[test]
fn classes_have_their_rows_and_averages() {
    let names: Vec<String> = ["cat", "dog", "eel"].map(String::from).into();
    let table = class_table(&names, &[0, 0, 1, 1, 1, 9], &[0, 1, 1, 1, 2, 0]);
    let of = |row: &Row| (row.precision, row.recall, row.support);
    assert_eq!(of(&table.rows[0]), (0.5, 1.0, 1));
    assert_eq!(of(&table.rows[1]), (2.0 / 3.0, 2.0 / 3.0, 3));
    assert_eq!(of(&table.rows[2]), (0.0, 0.0, 1));
    close(table.averages.micro.f1, 3.0 / 5.0);
    close(table.averages.plain.recall, 5.0 / 9.0);
    close(table.averages.weighted.recall, 3.0 / 5.0);
    assert_eq!(table.averages.weighted.support, 5);
}

#[test]
fn entities_are_read_from_both_schemes() {
    let entity = |kind: &str, first, last| Entity { kind: kind.into(), first, last };
    let bio = tags("B-per I-per O B-loc B-loc I-per");
    let wanted = [entity("per", 0, 1), entity("loc", 3, 3), entity("loc", 4, 4), entity("per", 5, 5)];
    assert_eq!(entities(&bio), wanted);
    let bioes = tags("B-per E-per S-loc O S-creative-work");
    let wanted = [entity("per", 0, 1), entity("loc", 2, 2), entity("creative-work", 4, 4)];
    assert_eq!(entities(&bioes), wanted);
    assert_eq!(entities(&tags("I-x O I-x I-y")).len(), 3);
    assert_eq!(entities::<String>(&[]), []);
    assert_eq!(entities(&["", "人", "B", "I"]), [entity("_", 2, 3)]);
}

#[test]
fn an_entity_is_right_as_a_whole() {
    let truth = [tags("O O B-MISC I-MISC I-MISC I-MISC O"), tags("B-PER I-PER O")];
    let predicted = [tags("O O O B-MISC I-MISC I-MISC O"), tags("B-PER I-PER O")];
    let table = entity_table(&predicted, &truth);
    assert_eq!(table.rows.iter().map(|row| row.f1).collect::<Vec<_>>(), [0.0, 1.0]);
    close(table.averages.micro.f1, 0.5);
    close(table.averages.plain.f1, 0.5);
}

#[test]
fn losses_of_language_models() {
    close(perplexity(8_f64.ln()), 8.0);
    // Two tokens of three bits each, for four characters.
    close(bits_per_character(2.0 * 8_f64.ln(), 4), 1.5);
    close(bits_per_character(1.0, 0), 0.0);
}

#[test]
fn bleu_is_sacrebleus() {
    // From sacrebleu 2.6.
    let predicted = ["The dog bit the man.", "It was not unexpected.", "The man bit him first."];
    let references = ["The dog bit the man.", "It was not surprising.", "The man had bitten the dog."];
    let found = bleu(&predicted, &references, BleuTokens::Western);
    close(found.score, 49.257_175_852_818_33);
    close(chrf(&predicted, &references), 49.832_206_387_111_796);
    close(bleu(&predicted, &predicted, BleuTokens::Western).score, 100.0);
    close(bleu(&["人工智能改变世界"], &["人工智能改变世界"], BleuTokens::Zh).score, 100.0);
    close(bleu(&["cat"], &["dog"], BleuTokens::Western).score, 0.0);
    close(bleu(&[""], &["dog"], BleuTokens::Western).score, 0.0);
    close(bleu::<&str>(&[], &[], BleuTokens::Zh).score, 0.0);
}

#[test]
fn characters_in_common() {
    close(chrf(&["人工智能改变世界"], &["人工智能改变世界"]), 100.0);
    close(chrf(&["abc"], &["xyz"]), 0.0);
    close(chrf(&[""], &[""]), 0.0);
    // One character: its order alone counts.
    close(chrf(&["a"], &["a"]), 100.0);
}

#[test]
fn answers_are_compared_without_their_dress() {
    assert!(exact_match("The  Eiffel Tower!", "eiffel tower"));
    assert!(exact_match("北京。", "北京"));
    assert!(!exact_match("Paris", "London"));
    close(overlap("in the big city of Paris", "Paris city").f1, 2.0 * 0.4 / 1.4);
    close(overlap("北京大学", "北京").recall, 1.0);
    close(overlap("the", "").f1, 1.0);
    close(overlap("Paris", "").f1, 0.0);
}

#[test]
fn the_longest_words_in_common() {
    let found =
        rouge_l("The quick brown dog jumps on the log.", "The quick brown fox jumps over the lazy dog");
    close(found.precision, 5.0 / 8.0);
    close(found.recall, 5.0 / 9.0);
    close(rouge_l("", "a").f1, 0.0);
    close(rouge_l("人工智能", "人类智能").precision, 0.75);
}

#[test]
fn edits_over_what_was_wanted() {
    close(word_error_rate(&["hello duck", "a b"], &["hello world", "a b c d"]), 3.0 / 6.0);
    close(character_error_rate(&["kitten"], &["sitting"]), 3.0 / 7.0);
    close(word_error_rate(&["a"], &[""]), 0.0);
    close(character_error_rate(&["人工智障"], &["人工智能"]), 0.25);
}

/// What `benches/scores` asks for: texts, tags and classes; the answers go beside them.
#[test]
#[ignore = "run by benches/scores"]
fn parity() {
    #[derive(Deserialize)]
    struct Case {
        predicted: Vec<String>,
        references: Vec<String>,
        predicted_tags: Vec<Vec<String>>,
        tags: Vec<Vec<String>>,
        names: Vec<String>,
        predicted_classes: Vec<u32>,
        classes: Vec<u32>,
    }
    let folder = std::path::PathBuf::from(env::var("TRAINYARD_SCORES").unwrap());
    let cases: Vec<Case> = serde_json::from_slice(&fs::read(folder.join("cases.json")).unwrap()).unwrap();
    let scores = cases.iter().map(|case| {
        let pairs = || case.predicted.iter().zip(&case.references);
        let of = |tokens| bleu(&case.predicted, &case.references, tokens).score;
        json!({
            "bleu": of(BleuTokens::Western), "bleu-zh": of(BleuTokens::Zh), "bleu-char": of(BleuTokens::Char),
            "chrf": chrf(&case.predicted, &case.references),
            "rouge": pairs().map(|(a, b)| rouge_l(a, b).f1).collect::<Vec<f64>>(),
            "exact": pairs().map(|(a, b)| exact_match(a, b)).collect::<Vec<bool>>(),
            "overlap": pairs().map(|(a, b)| overlap(a, b).f1).collect::<Vec<f64>>(),
            "wer": word_error_rate(&case.predicted, &case.references),
            "cer": character_error_rate(&case.predicted, &case.references),
            "entities": entity_table(&case.predicted_tags, &case.tags),
            "classes": class_table(&case.names, &case.predicted_classes, &case.classes),
        })
    });
    let scores: Vec<_> = scores.collect();
    fs::write(folder.join("scores.json"), serde_json::to_vec(&scores).unwrap()).unwrap();
}
