//! A recipe of many steps in `project.toml`: trained by, and refused by name where a step cannot be carried out.

use std::{fmt::Write, fs, path::Path};

use engine::project::{DatePart, Fill, RecipeStep, SplitBy, load, save};

use super::program::{finished, stderr, stdout, train, trainyard};

/// Sales of shops: a price that follows from the size, with gaps, an outlier, rows twice, a date and a shop.
fn sales(folder: &Path) -> String {
    let mut text = String::from("shop,sold,size,kind,price\n");
    for row in 0..240 {
        let size = row * 37 % 83 + 10;
        let shown = if row % 31 == 4 { String::new() } else { size.to_string() };
        let shown = if row == 50 { "90000".into() } else { shown };
        let kind = ["flat", "house", "flat", "house", "hut"][row % 5];
        let price = size * 3 + if kind == "house" { 40 } else { 0 };
        writeln!(
            text,
            "shop{},2024-{:02}-{:02},{shown},{kind},{price}",
            row % 23,
            row / 28 % 12 + 1,
            row % 28 + 1
        )
        .unwrap();
    }
    let twice: String = text.lines().skip(1).take(20).map(|line| format!("{line}\n")).collect();
    let file = folder.join("sales.csv");
    fs::write(&file, text + &twice).unwrap();
    file.to_str().unwrap().to_owned()
}

#[test]
fn a_recipe_in_the_file_is_carried_out_and_a_wrong_step_is_named() {
    let home = tempfile::tempdir().unwrap();
    let file = sales(home.path());
    let said = trainyard(home.path(), &["import", &file, "--target", "price", "--json"]);
    let said: serde_json::Value = serde_json::from_str(&stdout(&said)).unwrap();
    let folder = Path::new(said["folder"].as_str().unwrap()).to_owned();
    let mut project = load(&folder).unwrap();
    let columns = |name: &str| vec![name.to_owned()];
    let parts = vec![DatePart::Month, DatePart::Weekday];
    let recipe = &mut project.experiments[0].recipe;
    recipe.split.by = SplitBy::Group("shop".into());
    recipe.split.stratify = false;
    recipe.steps = vec![
        RecipeStep::DropDuplicates,
        RecipeStep::Drop { columns: columns("shop") },
        RecipeStep::DateParts { columns: columns("sold"), parts, day_first: false },
        RecipeStep::Fill { with: Fill::Median, indicator: true, columns: columns("size") },
        RecipeStep::Clip { low: 0.0, high: 0.98, columns: columns("size") },
        RecipeStep::JoinRare { share: 0.25, columns: columns("kind") },
        RecipeStep::standardize(),
        RecipeStep::one_hot(),
        RecipeStep::StandardizeTarget,
    ];
    // month, weekday, size, where it is missing, two kinds and the other.
    let input = project.experiments[0].graph.nodes[0].layer.with_setting("shape", serde_json::json!([7]));
    project.experiments[0].graph.nodes[0].layer = input.unwrap();
    save(&project, &folder).unwrap();
    assert_eq!(load(&folder).unwrap(), project);

    let folder = folder.to_str().unwrap();
    let lines = train(home.path(), &[folder, "--epochs", "60"]);
    let r2 = finished(&lines)["test"]["r2"].as_f64().unwrap();
    assert!(r2 > 0.7, "{r2}");

    let recipe = &mut project.experiments[0].recipe;
    recipe.steps[4] = RecipeStep::Clip { low: 0.0, high: 0.98, columns: columns("breadth") };
    save(&project, Path::new(folder)).unwrap();
    let refused = trainyard(home.path(), &["train", folder]);
    assert!(!refused.status.success());
    let words = stderr(&refused);
    assert!(words.contains("clip") && words.contains("breadth") && words.contains("sold.month"), "{words}");
}
