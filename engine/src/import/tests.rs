//! Files of every format, as people have them: hand-made here, and the real ones of `../shared/data` where they are.

mod hostile;
mod real_files;

use std::{fs, io::Write, path::PathBuf};

use super::*;
use crate::{
    data::{Cells, Lists, picture, sound, write_parquet},
    project::Task,
};

/// A folder with files in it.
pub(super) struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    pub fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let file = self.0.path().join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("folders");
        fs::write(file, bytes).expect("a file");
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn read(&self, name: &str) -> Imported {
        let path = if name.is_empty() { self.0.path().to_owned() } else { self.path(name) };
        read(&path, &Reading::default()).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}

/// A file alone in its folder.
fn file(name: &str, bytes: impl AsRef<[u8]>) -> Imported {
    Folder::new().with(name, bytes).read(name)
}

fn guess(data: &Imported) -> (&str, Task) {
    let guessed = data.suggestion.as_ref().expect("a guess");
    (&guessed.target, guessed.task)
}

fn columns(data: &Imported) -> Vec<(&str, &str)> {
    data.table.columns.iter().map(|column| (column.name.as_str(), column.cells.kind().name())).collect()
}

fn told(data: &Imported) -> Vec<&str> {
    data.faults.list.iter().map(|fault| fault.text.as_str()).collect()
}

/// Rows that make a table: numbers, a category, a class.
const TABLE: &str = "size,colour,sold\n1.5,red,yes\n2.5,blue,no\n3.5,red,yes\n4.5,blue,no\n";

pub(super) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).expect("an entry");
        archive.write_all(bytes).expect("its bytes");
    }
    archive.finish().expect("an archive").into_inner()
}

pub(super) fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_ustar();
        let place = &mut header.as_old_mut().name;
        place[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_entry_type(tar::EntryType::Regular);
        header.set_cksum();
        archive.append(&header, *bytes).expect("an entry");
    }
    archive.into_inner().expect("an archive")
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes).expect("its bytes");
    writer.finish().expect("a gzip file")
}

pub(super) fn npy(kind: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let mut header = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}");
    while (header.len() + 11) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let length = (header.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), data].concat()
}

pub(super) fn idx(sizes: &[u32], data: &[u8]) -> Vec<u8> {
    let sizes: Vec<u8> = sizes.iter().flat_map(|size| size.to_be_bytes()).collect();
    [&[0, 0, 8, (sizes.len() / 4) as u8], &sizes[..], data].concat()
}

fn png(shade: u8, side: usize) -> Vec<u8> {
    picture::encode(&vec![shade; 3 * side * side], [3, side, side]).expect("a picture")
}

#[test]
fn a_table_is_the_same_in_every_format_of_tables() {
    let csv = file("t.csv", TABLE);
    assert_eq!((csv.format, csv.is_plain), (Format::Delimited, true));
    let expected = [("size", "number"), ("colour", "category"), ("sold", "category")];
    assert_eq!(columns(&csv), expected);
    let lines: Vec<String> = TABLE
        .lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            format!(
                "{{\"size\": {}, \"colour\": \"{}\", \"sold\": \"{}\"}}\n",
                fields[0], fields[1], fields[2]
            )
        })
        .collect();
    let list = format!("[{}]", lines.join(","));
    let parquet = write_parquet(&csv.table).expect("bytes");
    let tabs = TABLE.replace(',', "\t");
    for (name, bytes, format) in [
        ("t.tsv", tabs.as_bytes(), Format::Delimited),
        ("t.txt", tabs.as_bytes(), Format::Delimited),
        ("t.jsonl", lines.concat().as_bytes(), Format::JsonLines),
        ("t.json", list.as_bytes(), Format::JsonLines),
        ("t.parquet", &parquet, Format::Parquet),
        ("t.csv.gz", &gzip(TABLE.as_bytes()), Format::Delimited),
        ("t.zip", &zip(&[("a/t.csv", TABLE.as_bytes()), ("a/README.md", b"# About\n")]), Format::Delimited),
        ("t.tar", &tar(&[("t.csv", TABLE.as_bytes())]), Format::Delimited),
        ("t.tar.gz", &gzip(&tar(&[("./t.csv", TABLE.as_bytes())])), Format::Delimited),
    ] {
        let data = file(name, bytes);
        assert_eq!(data.format, format, "{name}");
        assert_eq!(data.table.columns, csv.table.columns, "{name}");
        assert_eq!(told(&data), [""; 0], "{name}");
        assert_eq!(guess(&data), guess(&csv), "{name}");
        assert_eq!(data.is_plain, name.ends_with("sv") || name.ends_with(".txt"), "{name}");
    }
}

#[test]
fn encodings_are_told_apart() {
    let text =
        "标签,评论\n1,这家店的菜很好吃，下次还会再来\n0,送餐太慢了，味道也不好\n1,味道不错，分量也足\n";
    let expected = file("t.csv", text);
    assert_eq!(guess(&expected), ("标签", Task::Regression), "three rows are too few for classes");
    let utf16 = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let (gb18030, ..) = encoding_rs::GB18030.encode(text);
    for (name, bytes) in [
        ("UTF-8", [b"\xEF\xBB\xBF", text.as_bytes()].concat()),
        ("GB18030", gb18030.into_owned()),
        ("UTF-16LE", [&b"\xFF\xFE"[..], &utf16(u16::to_le_bytes)].concat()),
        ("UTF-16BE", [&b"\xFE\xFF"[..], &utf16(u16::to_be_bytes)].concat()),
    ] {
        let data = file("t.csv", &bytes);
        assert_eq!(data.dialect.as_ref().map(|dialect| dialect.encoding.as_str()), Some(name));
        assert_eq!(data.table.columns, expected.table.columns, "{name}");
        assert_eq!(data.is_plain, name == "UTF-8");
    }
    let ascii: Vec<u8> = TABLE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(columns(&file("t.csv", ascii)), columns(&file("t.csv", TABLE)), "no mark, but zeros");
}

#[test]
fn what_is_said_of_a_file_is_believed() {
    let folder = Folder::new().with("t.csv", "1;2,5\n3;4,5\n");
    let read = |reading: Reading| read(&folder.path("t.csv"), &reading).expect("a table");
    assert_eq!(columns(&read(Reading::default())), [("column_1", "number"), ("column_2", "number")]);
    let comma = read(Reading { delimiter: Some(','), header: Some(true), ..Reading::default() });
    assert_eq!(columns(&comma), [("1;2", "text"), ("5", "number")]);
    assert!(!comma.is_plain, "the project's own reader would find a semicolon");
    let kinds = [("column_1".to_owned(), ColumnKind::Category)].into();
    let typed = read(Reading { kinds, ..Reading::default() });
    assert_eq!(columns(&typed)[0], ("column_1", "category"));
}

#[test]
fn rows_that_are_not_right_are_listed_and_left_out() {
    // A broken byte among many that are sound: it is the row that is wrong, not the encoding.
    let sound = format!("{},2\n", "好".repeat(30));
    let text = [b"a,b\n", sound.as_bytes(), b"3\n4,5,6\n7,\xFF\n8,inf\n9,10\n"].concat();
    let data = file("t.csv", text);
    assert_eq!(
        told(&data),
        [
            "t.csv, row 3: found 1 fields, expected 2",
            "t.csv, row 4: found 3 fields, expected 2",
            "t.csv, row 5, field 2 is not UTF-8 text (its byte 1)",
            "t.csv, row 6, column b: inf is no finite number within ±3.4e38",
        ]
    );
    assert_eq!((data.table.rows, &data.table.lines[..], data.is_plain), (3, &[2, 6, 7][..], false));
    let data = file("t.jsonl", "{\"a\": 1}\n[2]\n{\"a\": 3\n{\"b\": 4}\n");
    assert_eq!(data.faults.count, 2);
    assert!(told(&data)[1].starts_with("t.jsonl, row 3 is no JSON object"), "{:?}", told(&data));
    assert_eq!((data.table.rows, columns(&data)), (2, vec![("a", "number"), ("b", "number")]));
}

#[test]
fn rows_without_the_target_are_listed_and_left_out() {
    let data = file("t.csv", "a,b\n1,red\n2,\n3,blue\n4,red\n5,blue\n").predicting("b");
    assert!(told(&data)[0].ends_with("row 3: the target b is empty"), "{:?}", told(&data));
    assert_eq!((data.table.rows, &data.table.lines[..], data.is_plain), (4, &[2, 4, 5, 6][..], false));
    assert_eq!(data.table.columns[0].cells, Cells::Numbers(vec![1.0, 3.0, 4.0, 5.0]));
    assert_eq!(data.table.columns[1].cells.text(1), "blue");
}

#[test]
fn faults_are_counted_however_many_there_are() {
    let text = format!("a,b\n1,2\n{}", "3\n".repeat(5000));
    let data = file("t.csv", text);
    assert_eq!((data.faults.list.len(), data.faults.count, data.table.rows), (MAX_FAULTS, 5000, 1));
}

#[test]
fn a_folder_of_pictures_has_a_class_a_folder() {
    let mut folder = Folder::new().with("README.md", "# Pets").with("cats/.DS_Store", "x");
    for (n, shade) in (0..12).zip([10, 200].into_iter().cycle()) {
        let kind = ["cats", "dogs"][n % 2];
        folder = folder.with(&format!("{kind}/{n}.png"), png(shade, 8));
    }
    folder = folder.with("dogs/broken.jpg", "no picture");
    let data = folder.read("");
    assert_eq!(data.format, Format::Images);
    assert_eq!(columns(&data), [("image", "image"), ("label", "category"), ("file", "text")]);
    assert_eq!((data.table.rows, guess(&data)), (12, ("label", Task::Classification)));
    assert!(told(&data)[0].starts_with("dogs/broken.jpg was left out"), "{:?}", told(&data));
    let label = &data.table.columns[1].cells;
    assert_eq!((label.text(0), label.text(11)), ("cats".into(), "dogs".into()));
    assert_eq!(data.table.columns[2].cells.text(5), "cats/10.png", "2 comes before 10");
}

#[test]
fn folders_can_be_splits_and_lists_can_be_classes() {
    let mut folder = Folder::new();
    for n in 0..8 {
        let split = if n < 6 { "train" } else { "test" };
        folder = folder.with(&format!("{split}/{}/{n}.png", ["a", "b"][n % 2]), png(n as u8, 8));
    }
    let data = folder.read("");
    assert_eq!(data.split.as_deref(), Some("split"));
    let split = data.table.column("split").expect("splits");
    let splits: Vec<String> = (0..8).map(|row| split.cells.text(row)).collect();
    assert_eq!(
        splits,
        ["test", "test", "training", "training", "training", "training", "training", "training"]
    );

    let mut folder = Folder::new().with("labels.csv", "file,age\n0.png,3\n1.png,5.5\nimg/2.png,9\n3.png,1\n");
    for n in 0..4 {
        folder = folder.with(&format!("img/{n}.png"), png(n as u8, 8));
    }
    let data = folder.read("");
    assert_eq!(columns(&data), [("image", "image"), ("age", "number"), ("file", "text")]);
    assert_eq!(data.table.columns[1].cells, Cells::Numbers(vec![3.0, 5.5, 9.0, 1.0]));
}

#[test]
fn sounds_are_classed_by_their_names() {
    let mut folder = Folder::new();
    for n in 0..8 {
        let tone = sound::tests::tone(f64::from(300 + 500 * (n % 2)), 8000, 0.2);
        folder = folder.with(&format!("{}_anna_{n}.wav", n % 2), tone);
    }
    let data = folder.read("");
    assert_eq!((data.format, guess(&data)), (Format::Audio, ("label", Task::Classification)));
    assert_eq!(data.table.columns[1].cells.distinct(), 2);
    assert_eq!(data.table.columns[0].cells.text(0), "0.20 s");
}

#[test]
fn idx_and_cifar_become_pictures_with_labels() {
    let pixels: Vec<u8> = (0..3 * 36).map(|n| n as u8).collect();
    let images = idx(&[3, 6, 6], &pixels);
    let folder = Folder::new()
        .with("t10k-images-idx3-ubyte.gz", gzip(&images))
        .with("t10k-labels-idx1-ubyte.gz", gzip(&idx(&[3], &[7, 0, 7])));
    let data = folder.read("");
    assert_eq!(columns(&data), [("image", "image"), ("label", "category")]);
    assert_eq!(data.table.columns[0].cells.text(2), "6×6");
    assert_eq!(data.table.columns[1].cells.text(2), "7");
    let Cells::Images(files) = &data.table.columns[0].cells else { panic!("no pictures") };
    let mut out = vec![0.0; 36];
    picture::write(files.get(1), [1, 6, 6], &mut out).expect("its pixels");
    assert_eq!((out[0], out[35]), (36.0, 71.0));

    let row = |label: u8| [vec![label], vec![9; 1024], vec![8; 1024], vec![7; 1024]].concat();
    let folder = Folder::new()
        .with("data_batch_1.bin", [row(0), row(1)].concat())
        .with("test_batch.bin", row(1))
        .with("batches.meta.txt", "airplane\nautomobile\n\n");
    let data = folder.read("");
    assert_eq!(columns(&data), [("image", "image"), ("label", "category"), ("split", "category")]);
    assert_eq!(
        (data.table.columns[1].cells.text(2), data.split.as_deref()),
        ("automobile".into(), Some("split"))
    );
    let Cells::Images(files) = &data.table.columns[0].cells else { panic!("no pictures") };
    let mut out = vec![0.0; 3072];
    picture::write(files.get(0), [3, 32, 32], &mut out).expect("its pixels");
    assert_eq!((out[0], out[1024], out[3071]), (9.0, 8.0, 7.0));
}

#[test]
fn arrays_of_numpy_become_columns_and_pictures() {
    let floats: Vec<u8> =
        [1.5_f32, 2.5, 3.5, 4.5, 5.5, f32::INFINITY].iter().flat_map(|n| n.to_le_bytes()).collect();
    let data = file("a.npy", npy("<f4", "(3, 2)", &floats));
    assert_eq!(columns(&data), [("column_1", "number"), ("column_2", "number")]);
    assert_eq!(data.table.columns[0].cells, Cells::Numbers(vec![1.5, 3.5, 5.5]));
    assert_eq!(data.table.columns[1].cells.gaps(), 1, "infinity is a gap");
    let big = file("a.npy", npy(">i2", "(2,)", &[0xFF, 0xFE, 0, 7]));
    assert_eq!(big.table.columns[0].cells, Cells::Numbers(vec![-2.0, 7.0]));
    let words: Vec<u8> =
        ["ab", "c\0", "ab", "c\0"].concat().chars().flat_map(|c| (c as u32).to_le_bytes()).collect();
    let named = file("a.npy", npy("<U2", "(4,)", &words));
    assert_eq!((columns(&named)[0].1, named.table.columns[0].cells.text(1)), ("category", "c".into()));
    let archive = zip(&[
        ("x.npy", &npy("|u1", "(10, 4, 4)", &[7; 160])),
        ("y.npy", &npy("<i8", "(10,)", &[1_u64.to_le_bytes(), [0; 8]].concat().repeat(5))),
        ("lost.npy", &npy("<i8", "(3,)", &[0; 24])),
    ]);
    let data = file("set.npz", archive);
    assert_eq!(columns(&data), [("x", "image"), ("y", "number")]);
    assert_eq!((guess(&data), data.faults.count), (("y", Task::Classification), 1));
}

#[test]
fn texts_become_rows_and_their_task_is_guessed() {
    let play = file("play.txt", "First Citizen:\nBefore we proceed, hear me.\n\nAll:\nSpeak, speak.\n");
    assert_eq!((columns(&play), guess(&play)), (vec![("text", "text")], ("text", Task::LanguageModeling)));
    assert_eq!((play.table.rows, &play.table.lines[..]), (4, &[1, 2, 4, 5][..]));

    let pairs = file(
        "pairs.tsv",
        "Hi.\t嗨。\nRun \"fast\tup.\t你用跑的。\nWait!\t等等！\nHello there!\t你好。\nlost\n",
    );
    assert_eq!(guess(&pairs), ("target", Task::Translation));
    assert_eq!((pairs.table.rows, pairs.faults.count), (4, 1));

    let tagged = "-DOCSTART- -X- O O\n\nEU NNP B-ORG\nrejects VBZ O\n\nPeter NNP B-PER\nBlackburn NNP I-PER\nleft VBD O\n";
    let folder =
        Folder::new().with("train.conll", tagged).with("dev.conll", tagged).with("test.conll", tagged);
    let data = folder.read("");
    assert_eq!(columns(&data), [("tokens", "tokens"), ("tags", "tags"), ("split", "category")]);
    assert_eq!((data.table.rows, guess(&data)), (6, ("tags", Task::Tagging)));
    let tags = &data.table.columns[1].cells;
    assert_eq!((tags.text(1), tags.distinct()), ("B-PER I-PER O".into(), 4));
    assert_eq!(data.table.column("split").map(|split| split.cells.distinct()), Some(3));
}

#[test]
fn lists_in_json_are_words_and_tags() {
    let line = |n: usize| {
        format!("{{\"id\": {n}, \"tokens\": [\"w{n}\", \"and\"], \"ner_tags\": [0, {}]}}\n", n % 2)
    };
    let data = file("t.jsonl", (0..30).map(line).collect::<String>());
    assert_eq!(columns(&data), [("id", "number"), ("tokens", "tokens"), ("ner_tags", "tags")]);
    assert_eq!(guess(&data), ("ner_tags", Task::Tagging));
    let Cells::Tags(tags) = &data.table.columns[2].cells else { panic!("no tags") };
    assert_eq!(tags, &Lists::of((0..30).map(|n| ["0", ["0", "1"][n % 2]])));
}

#[test]
fn excels_first_sheet_with_rows_is_read() {
    let sheet = |rows: &str| {
        format!(
            "<?xml version=\"1.0\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
             <sheetData>{rows}</sheetData></worksheet>"
        )
    };
    let cell =
        |place: &str, text: &str| format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let mut rows = format!("<row r=\"1\">{}{}</row>", cell("A1", "尺寸"), cell("B1", "kind"));
    for n in 2..8 {
        let kind = cell(&format!("B{n}"), ["red", "blue"][n % 2]);
        rows += &format!("<row r=\"{n}\"><c r=\"A{n}\"><v>{n}.5</v></c>{kind}</row>");
    }
    let book = zip(&[
        ("[Content_Types].xml", b"<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
        ("_rels/.rels", b"<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"),
        ("xl/workbook.xml", b"<?xml version=\"1.0\"?><workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", b"<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"),
        ("xl/worksheets/sheet1.xml", sheet(&rows).as_bytes()),
    ]);
    let data = file("t.xlsx", book);
    assert_eq!(columns(&data), [("尺寸", "number"), ("kind", "category")]);
    assert_eq!(data.table.columns[0].cells, Cells::Numbers(vec![2.5, 3.5, 4.5, 5.5, 6.5, 7.5]));
    assert_eq!(data.table.lines[0], 2);
}
