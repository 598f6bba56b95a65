//! What other programs call the metrics that we know.

use crate::protocol::Split;

/// The split and the metric that a curve's name tells: `val/acc` and `epoch_val_accuracy` are accuracies of the
/// validation rows. `of` is the split where the name tells none.
pub fn curve(name: &str, of: Option<Split>) -> (Split, String) {
    let small = name.to_lowercase();
    let mut split = of;
    let mut words: Vec<&str> = Vec::new();
    for word in small.split(['/', '_', '-', ' ', '.', ':']).filter(|word| !word.is_empty()) {
        match self::split(word) {
            Some(told) => split = Some(told),
            None => words.push(word),
        }
    }
    // Keras counts by epochs and Lightning by both, and say so.
    words.retain(|word| !matches!(*word, "epoch" | "step"));
    let rest = words.join("_");
    let metric = match &*rest {
        "acc"
        | "accuracy"
        | "categorical_accuracy"
        | "sparse_categorical_accuracy"
        | "binary_accuracy"
        | "top1" => "accuracy",
        "mean_absolute_error" | "mae" => "mae",
        "root_mean_squared_error" | "rmse" => "rmse",
        "r2_score" | "r2" => "r2",
        rest if rest == "lr" || rest.starts_with("lr_") || rest.starts_with("learning_rate") => {
            return (Split::Training, "learning_rate".into());
        }
        "" => "loss",
        rest => rest,
    };
    (split.unwrap_or(Split::Training), metric.to_owned())
}

/// The split that a word names.
pub fn split(word: &str) -> Option<Split> {
    match word {
        "train" | "training" => Some(Split::Training),
        "val" | "valid" | "validation" | "eval" | "dev" => Some(Split::Validation),
        "test" => Some(Split::Test),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_keras_lightning_and_wandb_are_understood() {
        let cases = [
            ("loss", Split::Training, "loss"),
            ("epoch_loss", Split::Training, "loss"),
            ("val_loss", Split::Validation, "loss"),
            ("epoch/val_accuracy", Split::Validation, "accuracy"),
            ("train/acc", Split::Training, "accuracy"),
            ("train_loss_step", Split::Training, "loss"),
            ("eval/loss", Split::Validation, "loss"),
            ("test acc", Split::Test, "accuracy"),
            ("lr-AdamW", Split::Training, "learning_rate"),
            ("validation_rmse", Split::Validation, "rmse"),
            ("Val/F1", Split::Validation, "f1"),
        ];
        for (name, split, metric) in cases {
            assert_eq!(curve(name, None), (split, metric.to_owned()), "{name}");
        }
        assert_eq!(curve("epoch_loss", Some(Split::Validation)), (Split::Validation, "loss".into()));
    }
}
