//! `trainyard import`: data become a project that trains at once.

use std::{fmt::Write, fs, path::Path};

use serde_json::Value;
use trainyard_tests::shared_data;

use super::program::{finished, stderr, stdout, train, trainyard};

/// `trainyard import … --json`: the object on standard output.
fn import(home: &Path, arguments: &[&str]) -> Value {
    let output = trainyard(home, &[&["import"], arguments, &["--json"]].concat());
    assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    serde_json::from_str(&stdout(&output)).expect("one object")
}

/// Imports and trains for so many epochs; gives what was said of either.
fn imported_and_trained(home: &Path, path: &str, epochs: &str) -> (Value, Value) {
    let said = import(home, &[path]);
    let lines = train(home, &[said["folder"].as_str().expect("a folder"), "--epochs", epochs]);
    (said, finished(&lines).clone())
}

/// Points whose class is the side of a line they are on, in Chinese, in GB18030, with a row that is cut and a gap.
fn points() -> Vec<u8> {
    let mut text = String::from("东,北,颜色,类别\n");
    for index in 0..200 {
        let (x, y) = (f64::from(index * 37 % 41) / 10.0 - 2.0, f64::from(index * 23 % 43) / 10.0 - 2.1);
        let side = if x + y > 0.0 { "上方" } else { "下方" };
        let x = if index == 7 { String::new() } else { format!("{x:.2}") };
        writeln!(text, "{x},{y:.2},{},{side}", ["红", "绿"][index as usize % 2]).unwrap();
    }
    text.push_str("1.0,2.0\n");
    let (bytes, ..) = encoding_rs::GB18030.encode(&text);
    bytes.into_owned()
}

#[test]
fn a_chinese_table_with_a_cut_row_becomes_a_project_that_trains() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("点.csv");
    fs::write(&file, points()).unwrap();
    let (said, end) = imported_and_trained(home.path(), file.to_str().unwrap(), "40");
    assert_eq!((&said["task"], &said["target"]), (&"classification".into(), &"类别".into()));
    assert_eq!((&said["rows"], &said["dialect"]["encoding"]), (&200.into(), &"GB18030".into()));
    let column = &said["columns"][0];
    assert_eq!(
        (&column["name"], &column["type"], &column["missing"]),
        (&"东".into(), &"number".into(), &1.into())
    );
    let splits = &said["splits"];
    assert_eq!(
        (&splits["training"], &splits["validation"], &splits["test"]),
        (&140.into(), &20.into(), &40.into())
    );
    let error = &said["errors"][0];
    assert_eq!((&error["file"], &error["row"]), (&"点.csv".into(), &202.into()));
    assert!(error["message"].as_str().unwrap().contains("found 2 fields, expected 4"), "{error}");
    assert!(end["test"]["accuracy"].as_f64().unwrap() > 0.85, "{end}");
}

#[test]
fn a_clean_table_stays_the_file_it_was() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("line.csv");
    let text: String = (0..60).map(|n| format!("{n},{}\n", n * 3)).collect();
    fs::write(&file, format!("x,y\n{text}")).unwrap();
    let out = home.path().join("out");
    let said =
        import(home.path(), &[file.to_str().unwrap(), "--out", out.to_str().unwrap(), "--name", "直线"]);
    assert_eq!(said["folder"], out.join("直线").to_str().unwrap());
    assert_eq!(fs::read_to_string(out.join("直线/data/line.csv")).unwrap(), format!("x,y\n{text}"));
    assert_eq!((&said["task"], said["errors"].as_array().unwrap().len()), (&"regression".into(), 0));
    let told = stdout(&trainyard(home.path(), &["import", file.to_str().unwrap()]));
    assert!(told.contains("60 rows") && told.contains("trainyard train"), "{told}");
    // What lies among the projects is called by its name.
    import(home.path(), &[file.to_str().unwrap(), "--name", "直线"]);
    finished(&train(home.path(), &["直线", "--epochs", "1"]));
}

#[test]
fn what_is_chosen_goes_before_what_is_guessed() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("t.csv");
    fs::write(&file, format!("a;b;c\n{}", "1,5;0;red\n2,5;1;blue\n".repeat(30))).unwrap();
    let path = file.to_str().unwrap();
    let said = import(home.path(), &[path, "--target", "b", "--task", "regression", "--type", "a=category"]);
    assert_eq!((&said["target"], &said["task"]), (&"b".into(), &"regression".into()));
    assert_eq!(said["columns"][0]["type"], "category");
    let refused = trainyard(home.path(), &["import", path, "--target", "d"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("a, b, c"), "{}", stderr(&refused));
    let refused = trainyard(home.path(), &["import", path, "--task", "sorting"]);
    assert!(stderr(&refused).contains("classification"), "{}", stderr(&refused));
    let refused = trainyard(home.path(), &["import", "/no/such/data"]);
    assert_eq!((refused.status.code(), stderr(&refused).contains("/no/such/data")), (Some(2), true));
}

#[test]
fn the_digits_of_mnist_are_learned() {
    let Some(path) = shared_data("mnist-10k") else { return };
    let home = tempfile::tempdir().unwrap();
    let (said, end) = imported_and_trained(home.path(), path.to_str().unwrap(), "2");
    assert_eq!((&said["task"], &said["rows"]), (&"classification".into(), &10_000.into()));
    assert!(end["test"]["accuracy"].as_f64().unwrap() > 0.9, "{end}");
}

#[test]
fn spoken_digits_are_learned_from_their_spectrograms() {
    let Some(path) = shared_data("fsdd") else { return };
    let home = tempfile::tempdir().unwrap();
    let (said, end) = imported_and_trained(home.path(), path.to_str().unwrap(), "15");
    assert_eq!((&said["columns"][0]["type"], &said["rows"]), (&"audio".into(), &900.into()));
    assert!(end["test"]["accuracy"].as_f64().unwrap() > 0.8, "{end}");
}

#[test]
fn reviews_are_told_apart_by_their_words() {
    let Some(path) = shared_data("waimai_10k.csv") else { return };
    let home = tempfile::tempdir().unwrap();
    let (said, end) = imported_and_trained(home.path(), path.to_str().unwrap(), "2");
    assert_eq!((&said["task"], &said["columns"][1]["type"]), (&"classification".into(), &"text".into()));
    assert!(end["test"]["accuracy"].as_f64().unwrap() > 0.75, "{end}");
}

#[test]
fn texts_become_projects_of_their_task() {
    for (name, task) in
        [("eng-cmn", "translation"), ("tinyshakespeare.txt", "language-modeling"), ("wnut17", "tagging")]
    {
        let Some(path) = shared_data(name) else { return };
        let home = tempfile::tempdir().unwrap();
        let said = import(home.path(), &[path.to_str().unwrap()]);
        assert_eq!(said["task"], task);
        let project =
            fs::read_to_string(Path::new(said["folder"].as_str().unwrap()).join("project.toml")).unwrap();
        assert!(project.contains(&format!("task = \"{task}\"")), "{project}");
    }
}

#[test]
fn photos_in_folders_keep_their_splits() {
    let Some(path) = shared_data("cifar10-images") else { return };
    let home = tempfile::tempdir().unwrap();
    let (said, end) = imported_and_trained(home.path(), path.to_str().unwrap(), "3");
    let splits = &said["splits"];
    assert_eq!(
        (&splits["training"], &splits["validation"], &splits["test"]),
        (&2700.into(), &300.into(), &1000.into())
    );
    assert!(end["test"]["accuracy"].as_f64().unwrap() > 0.2, "{end}");
}

/// In a program of its own, so that an abort would count.
#[test]
fn files_that_lie_are_refused_by_name_and_never_end_the_program() {
    let home = tempfile::tempdir().unwrap();
    let npy = |header: &str| [b"\x93NUMPY\x01\x00", &[header.len() as u8, 0][..], header.as_bytes()].concat();
    let deep = format!("{}1{}", "[".repeat(200_000), "]".repeat(200_000));
    let files: [(&str, Vec<u8>); 9] = [
        ("huge.npy", npy("{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999, 99999), }")),
        ("objects.npy", npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }")),
        ("lies-images-idx3-ubyte", [&[0, 0, 8, 3][..], &[0xFF; 12]].concat()),
        ("lies.parquet", [&b"PAR1"[..], &[0xFF; 40], b"\x20\0\0\0PAR1"].concat()),
        ("lies.png", [&b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR"[..], &[0x7F; 40]].concat()),
        ("lies.wav", [&b"RIFF\xFF\xFF\xFF\x7FWAVEfmt \x10\0\0\0"[..], &[0xFF; 40]].concat()),
        ("lies.zip", [&b"PK\x03\x04"[..], &[0xFF; 60]].concat()),
        ("lies.xlsx", b"PK\x05\x06\0\0\0\0\xFF\xFF\xFF\xFF".to_vec()),
        ("deep.json", deep.into_bytes()),
    ];
    for (name, bytes) in files {
        let file = home.path().join(name);
        fs::write(&file, bytes).unwrap();
        let output = trainyard(home.path(), &["import", file.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(2), "{name}: {}", stderr(&output));
        assert!(stderr(&output).contains(name), "{name}: {}", stderr(&output));
    }
    assert!(!home.path().join("Trainyard").exists(), "something was left");
}
