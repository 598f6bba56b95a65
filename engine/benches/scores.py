"""What `benches/scores` asks both sides, and how it compares their answers."""

import json
import random
import re
import string
import sys
from collections import Counter
from pathlib import Path

ENGLISH = "the a cat dog runs, over under. and It's 3.14 1,000 well-known (see) <skipped> &amp; naïve UK-based 5-year !".split()
CHINESE = "人工智能 改变 世界 ， 我们 学习 。 GPT 3.5 “很好” —— 北京 大学 ！ 2026年".split(" ")
KINDS = ["person", "location", "creative-work", "组织"]
SHARED = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
TOLERANCE = 1e-9


def text(draw, words, apart):
    return apart.join(draw.choice(words) for _ in range(draw.randrange(0, 25)))


def changed(draw, words, sentence, apart):
    kept = [word for word in sentence.split(" ") if draw.random() > 0.2] if apart else list(sentence)
    if draw.random() < 0.7:
        kept.insert(draw.randrange(len(kept) + 1), draw.choice(words))
    return apart.join(kept)


def some_tags(draw, letters):
    return [draw.choice(["O", f"{draw.choice(letters)}-{draw.choice(KINDS)}"]) for _ in range(draw.randrange(1, 15))]


def blurred(draw, tags, letters):
    return [tag if draw.random() < 0.8 else f"{draw.choice(letters)}-{draw.choice(KINDS)}" for tag in tags]


def cases():
    draw = random.Random(7)
    for number in range(60):
        words, apart = (ENGLISH, " ") if number % 2 else (CHINESE, "")
        references = [text(draw, words, apart) or "x" for _ in range(8)]
        predicted = [changed(draw, words, reference, apart) for reference in references]
        letters = "BI" if number % 3 else "BIES"
        tags = [some_tags(draw, letters) for _ in range(10)]
        names = ["a", "b", "c", "d"]
        classes = [draw.randrange(4) for _ in range(50)]
        yield {
            "predicted": predicted, "references": references, "tags": tags,
            "predicted_tags": [blurred(draw, each, letters) for each in tags], "names": names, "classes": classes,
            "predicted_classes": [each if draw.random() < 0.6 else draw.randrange(3) for each in classes],
        }
    if (SHARED / "wnut17").exists():
        sentences = (SHARED / "wnut17" / "test.conll").read_text().strip().split("\n\n")
        tags = [[line.split("\t")[-1] for line in each.splitlines() if "\t" in line] for each in sentences]
        tags = [each for each in tags if each]
        kinds = sorted({tag for each in tags for tag in each})
        guess = lambda tag: tag if draw.random() < 0.9 else draw.choice(kinds)
        pairs = [line.split("\t")[:2] for line in (SHARED / "eng-cmn" / "pairs.tsv").read_text().splitlines()[:400]]
        english, chinese = zip(*pairs)
        for references, words, apart in [(english, ENGLISH, " "), (chinese, CHINESE, "")]:
            yield {
                "predicted": [changed(draw, words, each, apart) for each in references],
                "references": references, "tags": tags,
                "predicted_tags": [[guess(tag) for tag in each] for each in tags],
                "names": ["a", "b"], "classes": [0, 1], "predicted_classes": [0, 0],
            }


def squad_words(text):
    text = "".join(character for character in text.lower() if character not in set(string.punctuation))
    return re.sub(r"\b(a|an|the)\b", " ", text).split()


def squad(a, b):
    a, b = squad_words(a), squad_words(b)
    if not a or not b:
        return float(a == b)
    shared = sum((Counter(a) & Counter(b)).values())
    return 0.0 if shared == 0 else 2 * shared / (len(a) + len(b))


def theirs(case):
    import jiwer
    import sacrebleu
    from rouge_score.rouge_scorer import RougeScorer
    from seqeval.metrics import classification_report as entities
    from sklearn.metrics import classification_report as classes

    predicted, references = case["predicted"], case["references"]
    bleu = lambda tokens: sacrebleu.corpus_bleu(predicted, [references], tokenize=tokens, force=True).score
    rouge = RougeScorer(["rougeL"])
    pairs = list(zip(predicted, references))
    scores = {
        "bleu": bleu("13a"), "bleu-zh": bleu("zh"), "bleu-char": bleu("char"),
        "chrf": sacrebleu.corpus_chrf(predicted, [references]).score,
        "wer": jiwer.wer(list(references), list(predicted)), "cer": jiwer.cer(list(references), list(predicted)),
        "entities": entities(case["tags"], case["predicted_tags"], output_dict=True, zero_division=0),
        "classes": classes(
            case["classes"], case["predicted_classes"], labels=range(len(case["names"])),
            target_names=case["names"], output_dict=True, zero_division=0,
        ),
    }
    if not any("\u4e00" <= character <= "\u9fff" for each in predicted + references for character in each):
        scores["rouge"] = [rouge.score(b, a)["rougeL"].fmeasure for a, b in pairs]
        scores["exact"] = [squad_words(a) == squad_words(b) for a, b in pairs]
        scores["overlap"] = [squad(a, b) for a, b in pairs]
    return scores


def same(ours, other, where):
    if isinstance(other, list):
        assert len(ours) == len(other), where
        for place, (mine, theirs) in enumerate(zip(ours, other)):
            same(mine, theirs, f"{where} {place}")
    else:
        assert abs(float(ours) - float(other)) < TOLERANCE, f"{where}: {ours} for {other}"


def same_table(ours, other, where):
    rows = {row["name"]: row for row in ours["rows"]}
    averages = {"macro avg": "macro", "weighted avg": "weighted", "micro avg": "micro"}
    for name, row in other.items():
        if name == "accuracy":
            continue
        mine = ours["averages"][averages[name]] if name in averages else rows[name]
        for number, key in [("precision", "precision"), ("recall", "recall"), ("f1", "f1-score"), ("support", "support")]:
            same(mine[number], row[key], f"{where} {name} {number}")


def tokenizer_texts():
    draw = random.Random(3)
    texts = [text(draw, ENGLISH, " ") for _ in range(400)] + [text(draw, CHINESE, "") for _ in range(100)]
    book = SHARED / "tinyshakespeare.txt"
    return texts + (book.read_text()[:200_000].split("\n\n") if book.exists() else [])


def compare_tokenizers(folder):
    """The files that were written here, read by Hugging Face's own library; byte-level BPE learned by both."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    texts = json.loads((folder / "texts.json").read_text())
    for kind in ["characters", "words", "white-space", "bpe", "byte-bpe", "word-piece", "unigram"]:
        tokenizer = Tokenizer.from_file(str(folder / f"{kind}.json"))
        tokenizer.encode_special_tokens = True
        ours = json.loads((folder / f"{kind}-ids.json").read_text())
        for place, (line, ids) in enumerate(zip(texts, ours)):
            assert tokenizer.encode(line, add_special_tokens=False).ids == ids, f"{kind}, text {place}: {line}"
        print(f"{kind}: {len(texts)} texts, {sum(map(len, ours))} tokens, cut alike")
    specials = ["[PAD]", "[UNK]", "[BOS]", "[EOS]", "[MASK]"]
    learned = Tokenizer(models.BPE())
    learned.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    learned.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=1000, min_frequency=1, special_tokens=specials, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    learned.train_from_iterator(texts, trainer)
    ours = Tokenizer.from_file(str(folder / "byte-bpe.json"))
    assert ours.get_vocab() == learned.get_vocab(), "byte-level BPE is learned otherwise"
    print(f"byte-bpe: learned alike, {len(learned.get_vocab())} tokens")


def main(what, folder):
    folder = Path(folder)
    if what == "ask":
        (folder / "cases.json").write_text(json.dumps(list(cases())))
        (folder / "texts.json").write_text(json.dumps(tokenizer_texts()))
        return
    asked, scores = (json.loads((folder / name).read_text()) for name in ["cases.json", "scores.json"])
    for number, (case, ours) in enumerate(zip(asked, scores)):
        for name, other in theirs(case).items():
            where = f"case {number}, {name}"
            (same_table if name in ["entities", "classes"] else same)(ours[name], other, where)
    print(f"{len(asked)} cases scored alike")
    compare_tokenizers(folder)


main(*sys.argv[1:])
