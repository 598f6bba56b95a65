//! Files that lie, are cut, or are traps: an error, or a row listed, and never more memory than they may have.

use super::{Folder, gzip, idx, npy, tar, zip};
use crate::{
    data::DataError,
    import::{Imported, Reading, read},
};

fn try_file(name: &str, bytes: &[u8]) -> Result<Imported, DataError> {
    let folder = Folder::new().with(name, bytes);
    read(&folder.path(name), &Reading::default())
}

fn refused(name: &str, bytes: &[u8]) -> DataError {
    match try_file(name, bytes) {
        Ok(data) => panic!("{name} was read as {:?}", data.format),
        Err(error) => error,
    }
}

#[test]
fn archives_that_grow_a_thousandfold_are_refused() {
    let zeros = vec![b'0'; 80 << 20];
    for (name, bytes) in [("t.csv.gz", gzip(&zeros)), ("t.zip", zip(&[("t.csv", &zeros)]))] {
        assert!(bytes.len() < zeros.len() / 500, "{name} is no bomb");
        assert!(matches!(refused(name, &bytes), DataError::UnpacksTooLarge { .. }), "{name}");
    }
    let twice = zip(&[("a.csv", &zeros[..40 << 20]), ("b.csv", &zeros[..40 << 20])]);
    assert!(
        matches!(refused("t.zip", &twice), DataError::UnpacksTooLarge { .. }),
        "together they are too large"
    );
}

#[test]
fn names_that_lead_out_of_an_archive_are_left_out() {
    const TABLE: &[u8] = b"a,b\n1,2\n3,4\n";
    for (name, bytes) in [
        ("t.zip", zip(&[("../evil.csv", TABLE), ("/abs.csv", TABLE), ("ok.csv", TABLE)])),
        ("t.tar", tar(&[("../evil.csv", TABLE), ("a/../../b.csv", TABLE), ("ok.csv", TABLE)])),
    ] {
        let data = try_file(name, &bytes).expect("what is sound is read");
        assert_eq!((data.table.rows, data.faults.count), (2, 2), "{name}: {:?}", data.faults);
    }
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let outside = Folder::new().with("secret.csv", "a,b\n1,2\n");
    let folder = Folder::new().with("t.csv", "a,b\n3,4\n");
    std::os::unix::fs::symlink(outside.path("secret.csv"), folder.path("link.csv")).expect("a link");
    std::os::unix::fs::symlink(folder.path("."), folder.path("again")).expect("a link in a circle");
    let data = folder.read("");
    assert_eq!((data.table.rows, data.faults.count), (1, 2));
}

#[test]
fn headers_that_lie_are_refused_with_the_file_and_what_is_wrong() {
    let many = u32::MAX;
    for (name, bytes) in [
        ("t-images-idx3-ubyte", idx(&[many, 28, 28], &[0; 784])),
        ("t-images-idx3-ubyte", idx(&[1, many, many], &[0; 784])),
        ("t-images-idx3-ubyte", idx(&[2, 28, 28], &[0; 784])),
        ("t-images-idx3-ubyte", idx(&[1, 0, 28], &[])),
        ("t-labels-idx1-ubyte", idx(&[3], &[1, 2, 3])),
        ("a.npy", npy("<f8", "(999999999999, 9999999999)", &[0; 64])),
        ("a.npy", npy("<f8", "(18446744073709551615,)", &[0; 64])),
        ("a.npy", npy("<f8", "(-1,)", &[0; 64])),
        ("a.npy", npy("<f8", "(9,)", &[0; 64])),
        ("a.npy", npy("|O", "(1,)", b"cos\nsystem\n(S'ls'\ntR.")),
        ("a.npy", npy("<f8", "()", &[0; 8])),
        ("a.npy", npy("<c16", "(1,)", &[0; 16])),
        ("a.npy", npy("<U99999999999", "(1,)", &[0; 16])),
        ("a.npy", b"\x93NUMPY\x01\x00\xFF\xFF".to_vec()),
        ("a.npy", b"\x93NUMPY\x02\x00\xFF\xFF\xFF\xFF{".to_vec()),
        ("a.npy", b"\x93NUMPY".to_vec()),
        ("t.parquet", b"PAR1\xFF\xFF\xFF\x7FPAR1".to_vec()),
        ("t.parquet", b"PAR1".to_vec()),
        ("t.xlsx", b"PK\x03\x04nothing".to_vec()),
        ("t.xlsx", zip(&[("a.txt", b"no book")])),
        ("t.zip", b"PK\x03\x04\xFF\xFF\xFF\xFF".to_vec()),
        ("t.csv.gz", gzip(b"a,b\n1,2\n")[..12].to_vec()),
        ("t.wav", b"RIFF\xFF\xFF\xFF\xFFWAVEfmt \xFF\xFF\xFF\xFF".to_vec()),
        ("t.png", b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF".to_vec()),
        ("t.jpg", b"\xFF\xD8\xFF".to_vec()),
        ("t.gif", b"GIF89a\xFF\xFF\xFF\xFF".to_vec()),
        ("t.csv", b"\n\n\n".to_vec()),
        ("t.csv", b"a,b\n".to_vec()),
        ("t.jsonl", b"{{{{\n[[[[\n".to_vec()),
        ("t.json", format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000)).into_bytes()),
        ("nothing", b"\0\x01\x02\x03".repeat(9)),
        ("empty.csv", Vec::new()),
    ] {
        let error = refused(name, &bytes);
        assert!(error.to_string().contains(name), "{name}: {error}");
    }
}

#[test]
fn cut_and_mutated_files_never_do_more_than_fail() {
    use kernels::random::{Key, Purpose};
    let table = "n,c,t\n1,red,one text\n2,blue,another\n3,red,a third\n4,blue,the last\n";
    let parquet = crate::data::write_parquet(&super::file("t.csv", table).table).expect("bytes");
    let png = super::png(9, 8);
    let seeds: Vec<(&str, Vec<u8>)> = vec![
        ("t.csv", table.into()),
        ("t.parquet", parquet),
        ("t.jsonl", b"{\"a\": [1, 2], \"b\": \"x\"}\n{\"a\": [3], \"b\": null}\n".to_vec()),
        ("t.npy", npy("<f4", "(4, 2)", &[7; 32])),
        ("t.npz", zip(&[("x.npy", &npy("<f4", "(4, 2)", &[7; 32]))])),
        ("t-images-idx3-ubyte", idx(&[2, 4, 4], &[3; 32])),
        ("t.png", png.clone()),
        ("t.zip", zip(&[("a/1.png", &png), ("b/2.png", &png)])),
        ("t.tar.gz", gzip(&tar(&[("t.csv", table.as_bytes())]))),
        ("t.wav", crate::data::sound::tests::tone(440.0, 8000, 0.02)),
        ("t.conll", b"EU B-ORG\nsays O\n\nPeter B-PER\n\n".to_vec()),
        ("t.tsv", "Hi.\t嗨。\nRun.\t跑。\nWait!\t等等！\nHello!\t你好。\n".into()),
    ];
    for (name, seed) in &seeds {
        for case in 0..150 {
            let key = Key::new(case, Purpose::Sample);
            let mut bytes = seed.clone();
            for change in 0..=key.below(0, 4) {
                let at = key.below(10 + change, bytes.len() as u64) as usize;
                match key.below(20 + change, 4) {
                    0 => bytes[at] = key.below(30 + change, 256) as u8,
                    1 => bytes.truncate(at.max(1)),
                    2 => bytes[at] ^= 0x80,
                    _ => bytes.insert(at, 0xFF),
                }
            }
            if let Ok(data) = try_file(name, &bytes) {
                assert!(
                    data.table.columns.iter().all(|column| column.cells.len() == data.table.rows),
                    "{name}"
                );
                assert_eq!(data.table.lines.len(), data.table.rows, "{name}");
            }
        }
    }
}
