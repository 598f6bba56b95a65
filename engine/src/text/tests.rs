//! Every kind of tokeniser: round trips, ids, ranges, files, texts of any kind.

use super::{Specials, TextError, Tokenizer, TokenizerKind as Kind, TokenizerSpec};

const TEXTS: [&str; 6] = [
    "The quick brown fox jumps over the lazy dog.\nThe dog sleeps, the fox does not.",
    "人工智能正在改变世界，我们来到北京清华大学学习人工智能。",
    "Is 3.14 near π? Yes 😀👍🏽, it is — naïve café!",
    "白日依山尽，黄河入海流。欲穷千里目，更上一层楼。",
    "the the the fox fox dog 人工智能 人工智能",
    "",
];

fn texts() -> impl Iterator<Item = &'static str> + Clone {
    TEXTS.iter().copied()
}

fn learnable() -> impl Iterator<Item = Kind> {
    Kind::ALL.into_iter().filter(|kind| *kind != Kind::File)
}

fn learned(kind: Kind) -> Tokenizer {
    let spec = TokenizerSpec { vocabulary: 400, ..TokenizerSpec::of(kind) };
    Tokenizer::train(&spec, texts()).unwrap_or_else(|error| panic!("{kind:?}: {error}"))
}

fn cut(tokenizer: &Tokenizer, text: &str) -> Vec<String> {
    let encoding = tokenizer.encode(text).unwrap();
    encoding.ids.iter().map(|id| tokenizer.token(*id).unwrap().to_owned()).collect()
}

#[test]
fn what_keeps_spaces_gives_the_text_back() {
    for kind in [Kind::Characters, Kind::Bpe, Kind::ByteBpe, Kind::Unigram] {
        let tokenizer = learned(kind);
        for text in TEXTS {
            let encoding = tokenizer.encode(text).unwrap();
            assert_eq!(tokenizer.decode(&encoding.ids), text, "{kind:?}");
        }
    }
}

#[test]
fn what_drops_spaces_gives_the_words_back() {
    let words = |text: &str| text.split_whitespace().collect::<String>();
    for kind in [Kind::Words, Kind::ChineseWords, Kind::WordPiece] {
        let tokenizer = learned(kind);
        for text in &TEXTS[..2] {
            let encoding = tokenizer.encode(text).unwrap();
            assert_eq!(words(&tokenizer.decode(&encoding.ids)), words(text), "{kind:?}");
        }
    }
}

#[test]
fn bytes_hold_any_text() {
    let tokenizer = learned(Kind::ByteBpe);
    for text in ["\0\u{1}\u{7f}", "ሰላም ᚠᛇᚻ \u{10ffff}", "\r\n\t  x  ", "𝒳👩‍👩‍👧‍👦", "[PAD] <unk>"]
    {
        let encoding = tokenizer.encode(text).unwrap();
        assert_eq!(tokenizer.decode(&encoding.ids), text);
        assert!(!encoding.ids.contains(&Specials::UNKNOWN));
    }
}

#[test]
fn ranges_are_where_the_tokens_stand() {
    for kind in learnable() {
        let tokenizer = learned(kind);
        for text in TEXTS {
            let encoding = tokenizer.encode(text).unwrap();
            assert_eq!(encoding.ids.len(), encoding.ranges.len());
            let mut before = 0;
            for range in &encoding.ranges {
                assert!(text.get(range.clone()).is_some(), "{kind:?}: {range:?} of {text}");
                assert!(range.start >= before, "{kind:?}: {range:?} of {text}");
                before = range.start;
            }
        }
    }
    let words = learned(Kind::ChineseWords);
    let text = "我们学习人工智能。";
    let encoding = words.encode(text).unwrap();
    let parts: Vec<&str> = encoding.ranges.iter().map(|range| &text[range.clone()]).collect();
    assert_eq!(parts, ["我们", "学习", "人工智能", "。"]);
}

#[test]
fn special_tokens_have_their_ids_and_no_text_becomes_one() {
    for kind in learnable() {
        let tokenizer = learned(kind);
        for (id, name) in Specials::NAMES.iter().enumerate() {
            assert_eq!(tokenizer.token(id as u32), Some(*name), "{kind:?}");
        }
        let found = tokenizer.specials();
        assert_eq!((found.padding, found.unknown), (Specials::PADDING, Some(Specials::UNKNOWN)));
        assert_eq!((found.begin, found.end), (Some(Specials::BEGIN), Some(Specials::END)));
        assert_eq!(found.mask, Some(Specials::MASK));
        let ids = tokenizer.encode("the [PAD][MASK] [BOS] dog [EOS]").unwrap().ids;
        let special = |id: &&u32| **id < 5 && **id != Specials::UNKNOWN;
        assert_eq!(ids.iter().find(special), None, "{kind:?}: {ids:?}");
        // They are nobody's text either.
        assert_eq!(tokenizer.decode(&[0, 1, 2, 3, 4, 99_999]), "", "{kind:?}");
    }
}

#[test]
fn what_was_never_seen_is_unknown() {
    for kind in [Kind::Characters, Kind::Words, Kind::ChineseWords, Kind::Bpe, Kind::WordPiece, Kind::Unigram]
    {
        let ids = learned(kind).encode("ᚠ").unwrap().ids;
        assert_eq!(ids.last(), Some(&Specials::UNKNOWN), "{kind:?}: {ids:?}");
    }
}

#[test]
fn the_same_texts_give_the_same_file() {
    // Hugging Face's hash maps have another order for each of them.
    for kind in learnable() {
        let first = learned(kind).to_json();
        for _ in 0..3 {
            assert!(first == learned(kind).to_json(), "{kind:?}");
        }
    }
}

#[test]
fn a_file_holds_all_of_it() {
    for kind in learnable() {
        let tokenizer = learned(kind);
        let again = Tokenizer::from_json(&tokenizer.to_json()).unwrap();
        assert_eq!(again.spec(), tokenizer.spec());
        assert!(again.vocabulary().eq(tokenizer.vocabulary()), "{kind:?}");
        for text in TEXTS {
            assert_eq!(again.encode(text), tokenizer.encode(text), "{kind:?}");
        }
    }
}

#[test]
fn a_file_of_characters_is_cut_the_same_way_by_hugging_face() {
    let tokenizer = learned(Kind::Characters);
    let theirs = tokenizers::Tokenizer::from_bytes(tokenizer.to_hugging_face()).unwrap();
    for text in TEXTS {
        let found = theirs.encode(text, false).unwrap();
        assert_eq!(found.get_ids(), tokenizer.encode(text).unwrap().ids, "{text}");
        assert_eq!(theirs.decode(found.get_ids(), true).unwrap(), text);
    }
}

#[test]
fn tokens_are_counted() {
    let tokenizer = learned(Kind::Words);
    let count = |token: &str| tokenizer.vocabulary().find(|entry| entry.token == token).map(|it| it.count);
    assert_eq!(count("fox"), Some(4));
    assert_eq!(count("人工智能"), Some(2));
    assert_eq!(count("[PAD]"), Some(0));
    // By falling count.
    let counts: Vec<u64> = tokenizer.vocabulary().skip(5).map(|entry| entry.count).collect();
    assert!(counts.is_sorted_by(|a, b| a >= b), "{counts:?}");
}

#[test]
fn small_letters_and_the_original_ranges() {
    for kind in learnable() {
        let spec = TokenizerSpec { lowercase: true, vocabulary: 400, ..TokenizerSpec::of(kind) };
        let tokenizer = Tokenizer::train(&spec, texts()).unwrap();
        let (big, small) = ("The İQ FOX", "the i̇q fox");
        assert_eq!(tokenizer.encode("THE FOX").unwrap().ids, tokenizer.encode("the fox").unwrap().ids);
        for range in tokenizer.encode(big).unwrap().ranges {
            assert!(big.get(range).is_some(), "{kind:?}, {small}");
        }
    }
}

#[test]
fn the_vocabulary_is_never_larger_than_asked_for() {
    for kind in learnable() {
        for vocabulary in [kind.least_vocabulary(), 270, 300] {
            let spec = TokenizerSpec { vocabulary, ..TokenizerSpec::of(kind) };
            let tokenizer = Tokenizer::train(&spec, texts()).unwrap();
            assert!(
                tokenizer.size() <= vocabulary as usize,
                "{kind:?}: {} of {vocabulary}",
                tokenizer.size()
            );
        }
    }
}

#[test]
fn rare_pieces_are_left_out() {
    let spec = TokenizerSpec { min_count: 2, ..TokenizerSpec::of(Kind::Words) };
    let tokenizer = Tokenizer::train(&spec, texts()).unwrap();
    assert_eq!(cut(&tokenizer, "the fox jumps"), ["the", "fox", "[UNK]"]);
}

#[test]
fn subwords_are_cut_as_their_inventors_do() {
    let texts =
        ["low low low low low lower lower newest newest newest newest newest newest widest widest widest"];
    let of = |kind, vocabulary| {
        let spec = TokenizerSpec { vocabulary, ..TokenizerSpec::of(kind) };
        Tokenizer::train(&spec, texts.into_iter()).unwrap()
    };
    // Sixteen tokens are special or letters; the most frequent pairs are e s, es t, l o, lo w.
    assert_eq!(cut(&of(Kind::Bpe, 20), "lowest"), ["low", "est"]);
    let pieces = cut(&of(Kind::WordPiece, 60), "lowest");
    assert!(pieces.len() > 1 && pieces[1..].iter().all(|piece| piece.starts_with("##")), "{pieces:?}");
    assert_eq!(cut(&of(Kind::ByteBpe, 280), " newest"), ["Ġnewest"]);
}

#[test]
fn nothing_to_learn_from_is_said() {
    for kind in learnable() {
        for texts in [vec![], vec![""], vec!["", ""]] {
            let found = Tokenizer::train(&TokenizerSpec::of(kind), texts.into_iter());
            assert_eq!(found.unwrap_err(), TextError::NothingToLearn, "{kind:?}");
        }
        for one in ["a", " ", "。", "\0", "\n"] {
            // One character is a vocabulary, or nothing is: no panic.
            let _ = Tokenizer::train(&TokenizerSpec::of(kind), [one].into_iter());
        }
    }
    let wrong = TokenizerSpec { vocabulary: 3, ..TokenizerSpec::default() };
    let found = Tokenizer::train(&wrong, texts());
    assert!(matches!(found.unwrap_err(), TextError::WrongVocabulary { vocabulary: 3, .. }));
    let missing =
        TokenizerSpec { file: Some("/nowhere/tokenizer.json".into()), ..TokenizerSpec::of(Kind::File) };
    assert!(matches!(Tokenizer::train(&missing, texts()).unwrap_err(), TextError::NoFile { .. }));
}

#[test]
fn a_file_says_what_stands_around_a_text() {
    let bert = r###"{"version":"1.0","added_tokens":[],"normalizer":null,"pre_tokenizer":{"type":"BertPreTokenizer"},
        "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},
        {"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]","type_id":0}}],"pair":[],"special_tokens":
        {"[CLS]":{"id":"[CLS]","ids":[2],"tokens":["[CLS]"]},"[SEP]":{"id":"[SEP]","ids":[3],"tokens":["[SEP]"]}}},
        "decoder":null,"model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",
        "max_input_chars_per_word":100,"vocab":{"[PAD]":0,"[UNK]":1,"[CLS]":2,"[SEP]":3,"fox":4,"##es":5}}}"###;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tokenizer.json");
    std::fs::write(&file, bert).unwrap();
    let spec = TokenizerSpec {
        file: Some(file.display().to_string()),
        vocabulary: 9,
        ..TokenizerSpec::of(Kind::File)
    };
    let tokenizer = Tokenizer::train(&spec, texts()).unwrap();
    assert_eq!(tokenizer.around(), [&[2][..], &[3]]);
    assert_eq!(tokenizer.encode("foxes").unwrap().ids, [4, 5]);
    assert_eq!(learned(Kind::Words).around(), [&[] as &[u32], &[]]);
    let few = TokenizerSpec { vocabulary: 5, ..spec };
    assert!(matches!(Tokenizer::train(&few, texts()), Err(TextError::TokensBeyond { tokens: 6, .. })));
}

#[test]
fn any_text_can_be_cut() {
    let mut any: Vec<String> = ["", " ", "\n\n", "\0\0", "ÿ", "e\u{301}\u{301}", "\u{feff}\u{202e}", "👨‍👩‍👧"]
        .map(String::from)
        .to_vec();
    any.push("很长的句子".repeat(20_000));
    any.push("x".repeat(100_000));
    // Characters from everywhere, by a fixed rule.
    let mut state = 7_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 8
    };
    any.extend((0..50).map(|_| (0..40).filter_map(|_| char::from_u32(next() % 0x11_0000)).collect()));
    for kind in learnable() {
        let tokenizer = learned(kind);
        for text in &any {
            let encoding = tokenizer.encode(text).unwrap();
            assert!(encoding.ids.iter().all(|id| (*id as usize) < tokenizer.size()));
            tokenizer.decode(&encoding.ids);
        }
        let trained = Tokenizer::train(tokenizer.spec(), any.iter().map(String::as_str));
        assert!(trained.is_ok(), "{kind:?}: {trained:?}");
    }
}

#[test]
fn files_that_are_none_are_refused() {
    let bert = r###"{"version":"1.0","added_tokens":[],"normalizer":null,"pre_tokenizer":{"type":"BertPreTokenizer"},
        "post_processor":null,"decoder":null,"model":{"type":"WordPiece","unk_token":"[UNK]",
        "continuing_subword_prefix":"##","max_input_chars_per_word":100,
        "vocab":{"[PAD]":0,"[UNK]":1,"[CLS]":2,"[SEP]":3,"fox":4,"##es":5}}}"###;
    let tokenizer = Tokenizer::from_json(bert).unwrap();
    assert_eq!(tokenizer.spec().kind, Kind::File);
    assert_eq!(cut(&tokenizer, "foxes fox ?"), ["fox", "##es", "fox", "[UNK]"]);
    assert_eq!(tokenizer.specials().begin, Some(2));
    assert_eq!(tokenizer.specials().end, Some(3));

    let far = bert.replace("\"##es\":5", "\"##es\":4000000000");
    for wrong in ["", "{}", "[]", "nothing", &bert[..300], &far, &bert.replace("WordPiece", "Other")] {
        let found = Tokenizer::from_json(wrong);
        assert!(matches!(found, Err(TextError::NotATokenizer { .. })), "{wrong}: {found:?}");
    }
}

#[test]
fn a_spec_is_written_as_it_is_read() {
    for kind in Kind::ALL {
        let text = toml::to_string(&TokenizerSpec::of(kind)).unwrap();
        assert!(text.contains(&format!("kind = \"{}\"", kind.name())), "{text}");
        assert_eq!(toml::from_str::<TokenizerSpec>(&text).unwrap(), TokenizerSpec::of(kind));
    }
}

/// What `benches/scores` asks for: texts; the files and ids go beside them.
#[test]
#[ignore = "run by benches/scores"]
fn parity() {
    let folder = std::path::PathBuf::from(std::env::var("TRAINYARD_SCORES").unwrap());
    let texts: Vec<String> =
        serde_json::from_slice(&std::fs::read(folder.join("texts.json")).unwrap()).unwrap();
    for kind in learnable() {
        let spec = TokenizerSpec { vocabulary: 1000, ..TokenizerSpec::of(kind) };
        let tokenizer = Tokenizer::train(&spec, texts.iter().map(String::as_str)).unwrap();
        let ids: Vec<Vec<u32>> = texts.iter().map(|text| tokenizer.encode(text).unwrap().ids).collect();
        std::fs::write(folder.join(format!("{}.json", kind.name())), tokenizer.to_hugging_face()).unwrap();
        let ids = serde_json::to_vec(&ids).unwrap();
        std::fs::write(folder.join(format!("{}-ids.json", kind.name())), ids).unwrap();
    }
}
