//! What is said of a file at a glance.

use super::table;
use crate::{
    data::{ColumnKind, Preview, Suggestion, preview},
    import::Reading,
    project::Task,
};

#[test]
fn columns_are_told_in_short() {
    let preview = Preview::of(&table("n,c\n1,red\n,red\n4.5,blue\n1,blue\n"));
    assert_eq!((preview.rows, preview.header), (4, true));
    let [n, c] = preview.columns.as_slice() else { panic!("{preview:?}") };
    assert_eq!((n.kind, n.gaps, n.distinct), (ColumnKind::Number, 1, 2));
    assert_eq!(n.range, Some((1.0, 6.5 / 3.0, 4.5)));
    assert_eq!((c.kind, c.gaps, c.distinct, c.range), (ColumnKind::Category, 0, 2, None));
    assert_eq!(preview.head, [["1", "red"], ["", "red"], ["4.5", "blue"], ["1", "blue"]]);
}

#[test]
fn the_head_is_short_whatever_the_file() {
    let long = "很".repeat(1000);
    let preview = Preview::of(&table(&format!("t,n\n{}", format!("{long},1\n").repeat(150))));
    assert_eq!((preview.rows, preview.head.len()), (150, 100));
    assert_eq!(preview.head[0][0].chars().count(), 201);
    let wide = Preview::of(&table(&format!("{}\n", vec!["1"; 20_000].join(",")).repeat(150)));
    assert_eq!(wide.head.len(), 5);
}

#[test]
fn a_column_of_gaps_has_no_range() {
    let preview = Preview::of(&table("a,b\n,1\n,2\n"));
    assert_eq!((preview.columns[0].gaps, preview.columns[0].range), (2, None));
}

#[test]
fn the_target_is_guessed() {
    let check = |text: &str, expected: Option<(&str, Task)>| {
        let expected = expected.map(|(target, task)| Suggestion { target: target.into(), task });
        assert_eq!(Preview::of(&table(text)).suggestion, expected, "{text}");
    };
    let repeat = |header: &str, rows: &str| format!("{header}\n{}", rows.repeat(10));
    check(&repeat("a,b", "1,0.5\n2,1.5\n"), Some(("b", Task::Regression)));
    check(&repeat("a,b", "1,0\n2,1\n"), Some(("b", Task::Classification)));
    check(&repeat("Label,b", "1,0.5\n2,1.5\n"), Some(("Label", Task::Classification)));
    check(&repeat("标签,b", "好,0.5\n差,1.5\n"), Some(("标签", Task::Classification)));
    check(&repeat("target,b", "7,0.5\n7,1.5\n"), Some(("b", Task::Regression)));
    check("x,y\n1,10\n2,20\n3,30\n", Some(("y", Task::Regression)));
    check("n,review\n1,fine food\n2,good food\n", Some(("n", Task::Regression)));
    check("a,b\none,two\nthree,four\n", None);
}

#[test]
fn the_examples_are_understood_without_help() {
    let check = |name: &str, rows, columns, target: &str, task| {
        let file = format!("{}/../projects/{name}/data/{name}.csv", env!("CARGO_MANIFEST_DIR"));
        let preview = preview(file.as_ref(), &Reading::default()).expect("the example's data");
        assert_eq!((preview.rows, preview.columns.len(), preview.header), (rows, columns, true), "{name}");
        assert_eq!(preview.suggestion, Some(Suggestion { target: target.into(), task }), "{name}");
    };
    check("digits", 1797, 65, "digit", Task::Classification);
    check("line", 100, 2, "y", Task::Regression);
    check("diagnosis", 569, 31, "diagnosis", Task::Classification);
    check("wine", 178, 14, "cultivar", Task::Classification);
}
