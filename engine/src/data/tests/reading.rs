//! What files are read, and as what.

use super::{refused, table};
use crate::data::{
    Cells, ColumnKind, DataError, MAX_COLUMNS, MAX_FIELD_BYTES, MAX_FILE_BYTES, Table, parse_csv, read_csv,
};

fn numbers<'a>(table: &'a Table, name: &str) -> &'a [f64] {
    match table.column(name).map(|column| &column.cells) {
        Some(Cells::Numbers(numbers)) => numbers,
        other => panic!("{name} is {other:?}"),
    }
}

fn names(table: &Table) -> Vec<&str> {
    table.columns.iter().map(|column| column.name.as_str()).collect()
}

#[test]
fn any_usual_dialect_is_read_alike() {
    for text in [
        "a,b\n1,2\n3,4\n",
        "a,b\n1,2\n3,4",
        "a,b\r\n1,2\r\n3,4\r\n",
        "a,b\r1,2\r3,4\r",
        "\u{feff}a,b\n1,2\n3,4\n",
        "a;b\n1;2\n3;4\n",
        "a\tb\n1\t2\n3\t4\n",
        "a|b\n1|2\n3|4\n",
        "\n\na, b\n 1 ,2\n\n   \n,\n\"3\",\"4\"\n\n",
    ] {
        let table = table(text);
        assert!(table.header, "{text:?}");
        assert_eq!(names(&table), ["a", "b"], "{text:?}");
        assert_eq!(numbers(&table, "a"), [1.0, 3.0], "{text:?}");
        assert_eq!(numbers(&table, "b"), [2.0, 4.0], "{text:?}");
    }
}

#[test]
fn a_delimiter_that_also_stands_in_the_text_is_told_from_the_one_that_separates() {
    let check = |text: &str, width| assert_eq!(table(text).columns.len(), width, "{text:?}");
    check("x;y\n1,5;2,5\n2,5;3,5\n", 2);
    check("text\tn\nwell, then\t1\nno; never, ever\t2\n", 2);
    check("text,n\n\"a;b;c\",1\n\"a\tb\",2\n", 2);
    check("a,b\n1;2,3\n4;5,6\n", 2);
    check("one\n1\n2\n", 1);
}

#[test]
fn a_semicolon_file_has_decimal_commas() {
    assert_eq!(numbers(&table("x;y\n1,5;2\n-0,25;1.5\n"), "x"), [1.5, -0.25]);
}

#[test]
fn quoted_fields_hold_delimiters_quotes_and_line_ends() {
    let table = table("t,n\n\"a, \"\"b\"\"\nc\",1\nd,2\n");
    let texts = ["a, \"b\"\nc", "d"].map(|text| Some(text.to_string())).to_vec();
    assert_eq!(table.columns[0].cells, Cells::Texts(texts));
    assert_eq!(table.lines, [2, 4]);
}

#[test]
fn a_header_is_told_from_data() {
    let check = |text: &str, header| assert_eq!(table(text).header, header, "{text:?}");
    check("a,b\n1,2\n", true);
    check("1,2\n3,4\n", false);
    check("0,1,label\n5,6,0\n", true);
    check("1.5,red\n2.5,red\n", false);
    check("text,mood\ngood food,pos\nbad food,neg\n", true);
    check("good food,pos\nbad food,neg\nfine food,pos\n", false);
    check("a,a\nx,y\n", false);
    check(",a\n1,2\n", true);
    check("a,b\nNA,?\n1,2\n", true);
    check("标签,评论\n1,很快\n0,不好\n", true);
}

#[test]
fn what_is_told_of_the_header_is_believed() {
    let read = |text: &str, header| parse_csv(text.into(), "test.csv", Some(header)).expect("it is a table");
    assert_eq!(read("1,2\n3,4\n", true).rows, 1);
    assert_eq!(names(&read("1,2\n3,4\n", true)), ["1", "2"]);
    assert_eq!(read("a,b\n3,4\n", false).rows, 2);
    assert_eq!(names(&read("a,b\n3,4\n", false)), ["column_1", "column_2"]);
}

#[test]
fn names_are_made_unique() {
    let check = |header: &str, expected: &[&str]| {
        let numbers = vec!["1"; expected.len()].join(",");
        assert_eq!(names(&table(&format!("{header}\n{numbers}\n"))), expected);
    };
    check("a,a,a,b", &["a", "a_2", "a_3", "b"]);
    check("a,a_2,a", &["a", "a_2", "a_3"]);
    check(",a,", &["column_1", "a", "column_3"]);
    check("column_2,", &["column_2", "column_2_2"]);
}

#[test]
fn many_equal_names_are_made_unique_in_no_time() {
    let row = |field: &str| vec![field; MAX_COLUMNS].join(",");
    let table = table(&format!("{}\n{}\n", row("a"), row("1")));
    assert_eq!(table.columns[MAX_COLUMNS - 1].name, format!("a_{MAX_COLUMNS}"));
}

#[test]
fn numbers_and_gaps_make_a_number_column() {
    let table = table("x,y\n1,0\n-2.5,0\n+3e2,0\n.5,0\n-0,0\n1e-400,0\n");
    assert_eq!(numbers(&table, "x"), [1.0, -2.5, 300.0, 0.5, 0.0, 0.0]);
    for gap in ["", "NA", "n/a", "NaN", "nan", "NULL", "None", "?", "-", "\" \""] {
        let table = super::table(&format!("x,y\n1,1\n{gap},2\n3,3\n"));
        let x = numbers(&table, "x");
        assert!(x[1].is_nan() && x[0] == 1.0 && x[2] == 3.0, "{gap:?}");
        assert_eq!(table.columns[0].cells.gaps(), 1);
    }
}

#[test]
fn words_that_repeat_are_categories_and_others_are_text() {
    let kind = |cells: &[&str]| table(&format!("c,n\n{},1\n", cells.join(",1\n"))).columns[0].cells.kind();
    assert_eq!(kind(&["red", "blue", "red", "blue"]), ColumnKind::Category);
    assert_eq!(kind(&["red", "blue", "red", "green"]), ColumnKind::Text);
    assert_eq!(kind(&["red", "", "red", "?"]), ColumnKind::Category);
    assert_eq!(kind(&["1", "2", "2 kg", "1", "2", "2 kg"]), ColumnKind::Category);
    let many: Vec<String> = (0..2 * 257).map(|n| format!("word {}", n / 2)).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(kind(&many[2..]), ColumnKind::Category);
    assert_eq!(kind(&many), ColumnKind::Text);
}

#[test]
fn categories_are_sorted() {
    let expected = Cells::Categories {
        names: vec!["blue".into(), "red".into()],
        labels: vec![Some(1), Some(0), None, Some(0), Some(1)],
    };
    assert_eq!(table("c,n\nred,1\nblue,2\n,3\nblue,4\nred,5\n").columns[0].cells, expected);
}

/// Every refusal names the file, and where it can, row and column.
#[test]
fn bad_files_are_refused_with_the_place() {
    let check = |text: &[u8], expected: &str| assert_eq!(refused(text).to_string(), expected);
    check(b"", "test.csv is empty");
    check(b"\n \r\n", "test.csv is empty");
    check(b"\xEF\xBB\xBF", "test.csv is empty");
    check(b"a,b\n", "test.csv has a header but no rows");
    check(b"a,b\n1,2\n3\n", "test.csv, row 3: found 1 fields, expected 2");
    check(b"a,b\r\n\r\n\"1\r\n\",2\r\n3,4,5\r\n", "test.csv, row 5: found 3 fields, expected 2");
    check(b"a,b\n1,\xC4\xE3\n", "test.csv, row 2, field 2 is not UTF-8 text (its byte 1)");
    check("a,b\n1,2\n你\n".as_bytes(), "test.csv, row 3: found 1 fields, expected 2");
    check(b"\xFF\xFEa\0,\0b\0\n\0", "test.csv, row 1, field 1 is not UTF-8 text (its byte 1)");
    check(b"a,b\n1,\"2\n3,4\n", "test.csv: a quotation mark opened in row 2 is never closed");
    check(b"a,b\n1,\"2", "test.csv: a quotation mark opened in row 2 is never closed");
    for value in ["inf", "-Infinity", "1e999", "1e39"] {
        check(
            format!("a,b\n1,2\n3,{value}\n").as_bytes(),
            &format!("test.csv, row 3, column b: {value} is no finite number within ±3.4e38"),
        );
    }
}

#[test]
fn a_closed_quote_at_the_very_end_is_closed() {
    assert_eq!(table("a,b\n1,\"2\"").rows, 1);
    assert_eq!(table("a,b\n\"x\n\",\"y\n\"\n").rows, 1);
}

#[test]
fn a_million_characters_in_a_field_are_refused() {
    for text in [format!("a,b\n1,{}\n", "x".repeat(1_000_000)), format!("{},b\n1,2\n", "9".repeat(1_000_000))]
    {
        assert!(matches!(refused(&text), DataError::FieldTooLong { bytes: 1_000_000, .. }));
    }
    let longest = "x".repeat(MAX_FIELD_BYTES);
    assert_eq!(table(&format!("a,b\n1,{longest}\n")).rows, 1);
}

#[test]
fn too_many_columns_are_refused() {
    let error = refused("1,".repeat(MAX_COLUMNS + 5));
    assert!(matches!(error, DataError::TooManyColumns { row: 1, columns, .. } if columns == MAX_COLUMNS + 6));
}

#[test]
fn files_that_are_not_there_or_are_no_files_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("no.csv");
    assert_eq!(read_csv(&file, None), Err(DataError::Missing { file: file.display().to_string() }));
    assert!(matches!(read_csv(folder.path(), None), Err(DataError::Unreadable { .. })));
    let huge = folder.path().join("huge.csv");
    let sparse = std::fs::File::create(&huge).expect("a file");
    sparse.set_len(MAX_FILE_BYTES + 1).expect("a sparse file");
    assert!(matches!(read_csv(&huge, None), Err(DataError::FileTooLarge { limit_megabytes: 256, .. })));
}

#[test]
fn no_bytes_make_the_reader_panic() {
    use kernels::random::{Key, Purpose};
    const PIECES: [&[u8]; 14] = [
        b"1",
        b"-2.5",
        b"a",
        b",",
        b";",
        b"\t",
        b"\n",
        b"\r",
        b"\"",
        b"\0",
        b"\xFF",
        b"\xE4\xBD\xA0",
        b" ",
        b"inf",
    ];
    for case in 0..3000 {
        let key = Key::new(case, Purpose::Sample);
        let text: Vec<u8> =
            (1..key.below(0, 60)).flat_map(|n| PIECES[key.below(n, 14) as usize].to_vec()).collect();
        if let Ok(table) = parse_csv(text, "test.csv", None) {
            assert_eq!(table.lines.len(), table.rows);
            assert!(table.rows > 0 && !table.columns.is_empty());
        }
    }
}
