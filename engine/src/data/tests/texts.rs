//! Texts as tokens: what enters a model, and what it is to predict.

use super::{dataset, recipe, table};
use crate::{
    data::{Cells, Column, DataError, Extent, IGNORED, Lists, Prepared, StepsOf, Table, Targets, prepare},
    project::{Recipe, RecipeStep, Task},
    text::{Specials, TokenizerKind, TokenizerSpec},
};

const REVIEWS: &str = "label,review\n\
    good,very tasty and warm\n\
    bad,cold and late again\n\
    good,tasty\n\
    bad,\"late, late, late, late\"\n\
    good,warm soup\n\
    bad,cold soup and noodles\n";

fn tokenize(kind: TokenizerKind, length: usize) -> RecipeStep {
    let tokenizer = TokenizerSpec { vocabulary: 30, ..TokenizerSpec::of(kind) };
    RecipeStep::Tokenize { tokenizer, length, columns: Vec::new() }
}

/// What is told of rows that are prepared, too.
fn told(extent: Result<Extent, DataError>) -> Extent {
    Extent { candidates: Vec::new(), ..extent.unwrap() }
}

/// What is made of a text, which has the extent that was told.
fn prepared(text: &str, target: &str, task: Task, recipe: &Recipe) -> Prepared {
    let (table, dataset) = (table(text), dataset(target, task));
    let data = prepare(&table, &dataset, recipe).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(told(Extent::of(&table, &dataset, recipe)), data.extent());
    assert_eq!(data.features.len() % data.feature_names.len(), 0);
    data
}

fn ids(row: &[f32]) -> Vec<u32> {
    row.iter().map(|id| *id as u32).collect()
}

#[test]
fn a_text_is_so_many_ids_filled_up_or_cut_off() {
    let all = recipe(0.0, 0.0, &[tokenize(TokenizerKind::Words, 5)]);
    let data = prepared(REVIEWS, "label", Task::Classification, &all);
    assert_eq!((data.columns[0].width, data.columns[0].tokens), (5, Some(30)));
    let tokenizer = &data.tokenizers["review"];
    let row = |row: usize| ids(&data.features[row * 5..][..5]);
    assert_eq!(row(2)[1..], [Specials::PADDING; 4]);
    assert_eq!(tokenizer.decode(&row(2)[..1]), "tasty");
    assert!(row(3).iter().all(|id| *id != Specials::PADDING), "cut off");
    assert_eq!(data.source(4), "warm soup");
}

#[test]
fn tokens_are_learned_from_the_training_rows_alone() {
    let halves = recipe(0.0, 0.5, &[tokenize(TokenizerKind::Words, 4)]);
    let data = prepared(REVIEWS, "label", Task::Classification, &halves);
    let tokenizer = &data.tokenizers["review"];
    let table = table(REVIEWS);
    let words = |rows: &[u32]| -> Vec<String> {
        let texts = rows.iter().map(|&row| table.column("review").unwrap().cells.text(row as usize));
        texts.flat_map(|text| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
    };
    let trained = words(&data.splits.training);
    let known = |word: &str| tokenizer.encode(word).unwrap().ids[0] != Specials::UNKNOWN;
    let only_tested: Vec<String> = words(&data.splits.test)
        .into_iter()
        .filter(|word| word.chars().all(char::is_alphabetic) && !trained.contains(word))
        .collect();
    assert!(!only_tested.is_empty());
    assert!(only_tested.iter().all(|word| !known(word)), "{only_tested:?}");
}

const LINES: &str = "text\nthe cat sat\non the mat\nand the dog\nsat on the cat\nand ran\nvery far\nto the sea\nand back\nhome\nagain it sat\n";

#[test]
fn a_corpus_is_blocks_whose_labels_are_the_next_tokens() {
    let step = tokenize(TokenizerKind::Characters, 8);
    let data = prepared(LINES, "text", Task::LanguageModeling, &recipe(0.2, 0.2, &[step]));
    let Targets::Steps { labels, steps: 8, of: StepsOf::Tokens, .. } = &data.targets else { panic!() };
    let text = |rows: &[u32]| -> String {
        let ids = rows.iter().flat_map(|&row| ids(&data.features[row as usize * 8..][..8]));
        data.decoded(&ids.collect::<Vec<_>>())
    };
    assert!(text(&data.splits.training).starts_with("the cat sat\non the mat\nand the dog\n"));
    assert!(text(&data.splits.validation).starts_with("to the s"), "{}", text(&data.splits.validation));
    assert!(text(&data.splits.test).starts_with("home\naga"), "{}", text(&data.splits.test));
    for rows in [&data.splits.training, &data.splits.validation, &data.splits.test] {
        let (first, last) = (rows[0] as usize * 8, (rows[rows.len() - 1] as usize + 1) * 8);
        assert_eq!(ids(&data.features[first + 1..last]), labels[first..last - 1], "the token behind each");
    }
}

#[test]
fn a_corpus_shorter_than_a_block_is_refused() {
    let step = tokenize(TokenizerKind::Characters, 500);
    let error = prepare(
        &table(LINES),
        &dataset("text", Task::LanguageModeling),
        &recipe(0.0, 0.0, std::slice::from_ref(&step)),
    );
    assert_eq!(
        error.unwrap_err().to_string(),
        "test.csv: the training rows of text come to 105 tokens; a block takes 501"
    );
    let none = prepare(&table(LINES), &dataset("text", Task::LanguageModeling), &recipe(0.0, 0.0, &[]));
    let expected = "test.csv: no step of the recipe turns the column text into tokens";
    assert_eq!(none.unwrap_err().to_string(), expected);
}

#[test]
fn a_translation_begins_is_said_so_far_and_ends() {
    let pairs = "from,to\none,uno uno\ntwo,dos\nthree,tres tres tres tres tres\nfour,cuatro\nfive,cinco\n";
    let step = tokenize(TokenizerKind::Words, 4);
    let data = prepared(pairs, "to", Task::Translation, &recipe(0.0, 0.0, &[step]));
    let names: Vec<&str> = data.columns.iter().map(|column| &*column.name).collect();
    assert_eq!(names, ["from", "to"]);
    let Targets::Steps { labels, steps: 4, .. } = &data.targets else { panic!() };
    let uno = data.tokenizers["to"].encode("uno").unwrap().ids[0];
    let tres = data.tokenizers["to"].encode("tres").unwrap().ids[0];
    let said = |row: usize| ids(&data.features[row * 8 + 4..][..4]);
    let (begin, end, padding) = (Specials::BEGIN, Specials::END, Specials::PADDING);
    assert_eq!(said(0), [begin, uno, uno, padding]);
    assert_eq!(labels[..4], [uno, uno, end, IGNORED]);
    assert_eq!(said(2), [begin, tres, tres, tres], "cut off");
    assert_eq!(labels[8..12], [tres, tres, tres, end]);
    assert_eq!((data.source(0), data.decoded(&[uno, uno])), ("one".into(), "uno uno".into()));
}

#[test]
fn ids_are_those_of_the_training_rows_and_others_are_0() {
    let text = "user,film,stars\n7,b,1\n9,a,2\n7,a,3\n8,b,4\n9,b,5\n8,a,2\n7,b,3\n9,a,4\n";
    let index = RecipeStep::Index { columns: vec!["user".into(), "film".into()] };
    let data = prepared(text, "stars", Task::Regression, &recipe(0.0, 0.0, std::slice::from_ref(&index)));
    let tokens: Vec<_> = data.columns.iter().map(|column| column.tokens).collect();
    assert_eq!(tokens, [Some(4), Some(3)]);
    assert_eq!(ids(&data.features)[..6], [1, 2, 3, 1, 1, 1]);
    let tested = prepared(text, "stars", Task::Regression, &recipe(0.0, 0.5, &[index]));
    let known: Vec<u32> =
        tested.splits.training.iter().map(|row| tested.features[*row as usize * 2] as u32).collect();
    assert!(known.iter().all(|id| *id > 0));
}

#[test]
fn what_went_in_can_be_wanted_back() {
    let text = "a,b\n1,2\n3,4\n5,6\n";
    let data = prepared(text, "", Task::Reconstruction, &recipe(0.0, 0.0, &[]));
    assert_eq!(data.targets, Targets::Features);
    assert_eq!(data.features, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
}

/// Sentences of words with their tags.
fn sentences(rows: &[(&str, &str)]) -> Table {
    let lists =
        |of: Vec<&str>| Lists::of(of.into_iter().map(|row| row.split_whitespace().collect::<Vec<_>>()));
    let (words, tags) = rows.iter().copied().unzip();
    let column = |name: &str, cells| Column { name: name.into(), cells };
    Table {
        file: "ner.conll".into(),
        rows: rows.len(),
        header: false,
        columns: vec![
            column("tokens", Cells::Tokens(lists(words))),
            column("tags", Cells::Tags(lists(tags))),
        ],
        lines: (1..=rows.len() as u32).collect(),
    }
}

const TAGGED: [(&str, &str); 3] = [
    ("Ann's here .", "B-person O O"),
    ("Paris , Ann", "B-place O B-person"),
    ("in New-York now and then", "O B-place O O O"),
];

#[test]
fn a_tag_stands_where_its_word_begins() {
    let (table, dataset) = (sentences(&TAGGED), dataset("tags", Task::Tagging));
    for (kind, ids_of_first, labels_of_first) in [
        // A word is a token, whatever is in it.
        (TokenizerKind::WhiteSpace, 3, vec![0, 2, 2, IGNORED]),
        // Ann, ', s, here; the rest is cut off.
        (TokenizerKind::Words, 4, vec![0, IGNORED, IGNORED, 2]),
    ] {
        let recipe = recipe(0.0, 0.0, &[tokenize(kind, 4)]);
        let data = prepare(&table, &dataset, &recipe).unwrap();
        assert_eq!(told(Extent::of(&table, &dataset, &recipe)), data.extent());
        let Targets::Steps { names, labels, steps: 4, of: StepsOf::Tags, .. } = &data.targets else {
            panic!()
        };
        assert_eq!(names, &["B-person", "B-place", "O"]);
        assert_eq!(labels[..4], labels_of_first, "{kind:?}");
        let first = ids(&data.features[..4]);
        assert_eq!(first.iter().filter(|id| **id != Specials::PADDING).count(), ids_of_first, "{kind:?}");
        assert_eq!(data.words.get(2).collect::<Vec<_>>(), ["in", "New-York", "now", "and", "then"]);
    }
}

#[test]
fn words_and_tags_that_do_not_pair_are_named() {
    let asked = |rows: &[(&str, &str)], target: &str| {
        let recipe = recipe(0.0, 0.0, &[tokenize(TokenizerKind::WhiteSpace, 4)]);
        prepare(&sentences(rows), &dataset(target, Task::Tagging), &recipe).unwrap_err().to_string()
    };
    let uneven = asked(&[TAGGED[0], ("Paris ,", "B-place")], "tags");
    assert_eq!(uneven, "ner.conll, row 2 has 2 words and 1 tags");
    assert_eq!(asked(&[TAGGED[0], ("", "")], "tags"), "ner.conll, row 2: the target tags is empty");
    let no_tags = asked(&TAGGED, "tokens");
    assert_eq!(no_tags, "ner.conll: the target tokens is of the kind tokens, which the task cannot predict");
    let alone = Table { columns: vec![sentences(&TAGGED).columns.remove(1)], ..sentences(&TAGGED) };
    let recipe = recipe(0.0, 0.0, &[]);
    assert!(prepare(&alone, &dataset("tags", Task::Tagging), &recipe).is_err());
}

/// What is to be said of a block are its own tokens; of a batch, those that are hidden, and all models are asked the
/// same of a row.
#[test]
fn hidden_tokens_are_to_be_said_again() {
    let text = "text\n".to_owned() + &"one two three four five six seven eight\n".repeat(60);
    let blocks = recipe(0.0, 0.0, &[tokenize(TokenizerKind::Words, 16)]);
    let data = prepared(&text, "text", Task::MaskedLm, &blocks);
    assert_eq!(data.splits.training.len(), 60 * 8 / 16);
    let Targets::Steps { labels, steps: 16, of: StepsOf::Tokens, .. } = &data.targets else { panic!() };
    assert_eq!(ids(&data.features), *labels);
    let batch = data.batch(&data.splits.training);
    assert_eq!(batch, data.batch(&data.splits.training));
    let asked = batch.labels.iter().filter(|label| **label != IGNORED).count();
    assert!((20..130).contains(&asked), "{asked} of 480");
    let hidden = batch.features.iter().filter(|id| **id == Specials::MASK as f32).count();
    assert!(hidden > 0 && hidden <= asked, "{hidden} of {asked}");
    for (step, label) in batch.labels.iter().enumerate() {
        assert!(*label == labels[step] || *label == IGNORED && batch.features[step] as u32 == labels[step]);
    }
    // Nothing is hidden of who goes on with a text.
    let whole = prepared(&text, "text", Task::LanguageModeling, &blocks);
    assert_eq!(ids(&whole.batch(&[0]).features), labels[..16]);
}
