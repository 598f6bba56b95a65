//! What is typed to find runs: words, and comparisons of settings and metrics.
//!
//! Words and comparisons are separated by spaces; a run is found where all of them fit. `adam` looks through
//! names, tags, notes and settings; `lr<0.01`, `test.accuracy>=0.97`, `optimizer.kind=adam` compare; `tag:base`
//! asks for a part; `is:starred` for the star; `"two words"` are one.

use crate::mirror::Run;

use super::column::{Cell, Column};

/// A filter that was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query(Vec<Term>);

#[derive(Debug, Clone, PartialEq)]
enum Term {
    /// In small letters.
    Word(String),
    Starred,
    Compare {
        columns: Columns,
        how: How,
        with: String,
    },
}

/// The columns that a name stands for.
#[derive(Debug, Clone, PartialEq)]
enum Columns {
    One(Column),
    /// A metric: the test's where it was tested, else the best of the validation.
    Metric(String),
    /// All settings whose path is this or ends with it.
    Settings(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Below,
    AtMost,
    Above,
    AtLeast,
    Is,
    IsNot,
    Has,
}

impl How {
    /// Longer signs first, so that `<=` is not read as `<`.
    const SIGNS: [(&'static str, Self); 7] = [
        ("<=", Self::AtMost),
        (">=", Self::AtLeast),
        ("!=", Self::IsNot),
        ("<", Self::Below),
        (">", Self::Above),
        ("=", Self::Is),
        (":", Self::Has),
    ];

    fn holds(self, cell: &Cell<'_>, with: &str) -> bool {
        match (cell, with.parse::<f64>()) {
            (Cell::Number(number), Ok(with)) => match self {
                Self::Below => *number < with,
                Self::AtMost => *number <= with,
                Self::Above => *number > with,
                Self::AtLeast => *number >= with,
                Self::Is | Self::Has => *number == with,
                Self::IsNot => *number != with,
            },
            (Cell::Text(text), _) => match self {
                Self::Is => text.to_lowercase() == with,
                Self::IsNot => text.to_lowercase() != with,
                Self::Has => text.to_lowercase().contains(with),
                _ => false,
            },
            (Cell::Nothing, _) | (Cell::Number(_), Err(_)) => self == Self::IsNot,
        }
    }
}

impl Query {
    /// Reads what was typed; every text is a filter.
    pub fn read(text: &str) -> Self {
        Self(words(text).into_iter().map(|(word, is_quoted)| Term::read(&word, is_quoted)).collect())
    }

    pub fn finds(&self, run: &Run) -> bool {
        self.0.iter().all(|term| term.finds(run))
    }
}

impl Term {
    fn read(word: &str, is_quoted: bool) -> Self {
        let place = |(sign, how): (&'static str, How)| Some((word.find(sign)?, sign, how));
        // The sign that comes first; of those in the same place, the longer one.
        let sign = How::SIGNS.into_iter().filter_map(place).min_by_key(|(at, ..)| *at);
        match sign {
            Some((at, sign, how)) if at > 0 && !is_quoted && at + sign.len() < word.len() => {
                let (name, with) = (&word[..at], &word[at + sign.len()..]);
                match (name, with) {
                    ("is", "starred") => Self::Starred,
                    _ => Self::Compare { columns: Columns::of(name), how, with: with.to_owned() },
                }
            }
            _ => Self::Word(word.to_owned()),
        }
    }

    fn finds(&self, run: &Run) -> bool {
        let card = run.card.as_ref();
        match self {
            Self::Word(word) => {
                card.is_some_and(|card| card.words.contains(word))
                    || run.summary.experiment.to_lowercase().contains(word)
                    || run.summary.state.name().contains(word)
                    || run.summary.device.contains(word)
                    || run.summary.id.to_string() == word.trim_start_matches('#')
            }
            Self::Starred => card.is_some_and(|card| card.card.labels.starred),
            Self::Compare { columns, how, with } => match columns {
                Columns::One(column) => how.holds(&column.cell(run), with),
                Columns::Metric(metric) => {
                    let test = Column::Test(metric.clone()).cell(run);
                    let best = || Column::Best(metric.clone()).cell(run);
                    how.holds(&if test == Cell::Nothing { best() } else { test }, with)
                }
                Columns::Settings(end) => {
                    let settings = card.into_iter().flat_map(|card| &card.card.settings);
                    let mut fits = settings
                        .filter(|(path, _)| is_end(path, end))
                        .map(|(path, _)| how.holds(&Column::Setting(path.clone()).cell(run), with));
                    if *how == How::IsNot { fits.all(|fits| fits) } else { fits.any(|fits| fits) }
                }
            },
        }
    }
}

impl Columns {
    fn of(name: &str) -> Self {
        let metrics = ["loss", "accuracy", "mae", "rmse", "r2"];
        if let Some(metric) = name.strip_prefix("test.") {
            return Self::One(Column::Test(metric.into()));
        }
        if let Some(metric) = name.strip_prefix("best.") {
            return Self::One(Column::Best(metric.into()));
        }
        Self::One(match name {
            "run" => Column::Run,
            "experiment" => Column::Experiment,
            "state" => Column::State,
            "tag" | "tags" => Column::Tags,
            "note" => Column::Note,
            "started" => Column::Started,
            "time" => Column::Time,
            "epochs_done" => Column::Epochs,
            "device" => Column::Device,
            "lr" => return Self::Settings("learning_rate".into()),
            metric if metrics.contains(&metric) => return Self::Metric(metric.into()),
            setting => return Self::Settings(setting.into()),
        })
    }
}

/// Whether a path is `end`, or ends with it after a point.
fn is_end(path: &str, end: &str) -> bool {
    path.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// The words of a text in small letters, with full-width signs as their plain ones; and whether they stood in
/// quotes.
fn words(text: &str) -> Vec<(String, bool)> {
    let mut words = vec![(String::new(), false)];
    let mut in_quotes = false;
    for letter in text.to_lowercase().chars() {
        let plain = match letter {
            '“' | '”' => '"',
            '！'..='～' => char::from_u32(letter as u32 - 0xFEE0).unwrap_or(letter),
            '≤' | '≥' | '≠' if !in_quotes => {
                if let Some((word, _)) = words.last_mut() {
                    word.push_str(match letter {
                        '≤' => "<=",
                        '≥' => ">=",
                        _ => "!=",
                    });
                }
                continue;
            }
            other => other,
        };
        let Some(last) = words.last_mut() else { break };
        match plain {
            '"' => {
                in_quotes = !in_quotes;
                // `note:"two words"` is still a comparison.
                last.1 |= last.0.is_empty();
            }
            blank if blank.is_whitespace() && !in_quotes => words.push((String::new(), false)),
            letter => last.0.push(letter),
        }
    }
    words.retain(|(word, _)| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::tests::run;

    #[test]
    fn runs_are_found_by_words_and_comparisons() {
        // Run 12: "cnn", learning rate 0.003, hidden units 64, accuracy 0.95 tested, loss 0.2 at best,
        // tag "baseline", note "Worth another look", starred.
        let run = run(12);
        let cases = [
            ("", true),
            ("cnn", true),
            ("CNN adam", true),
            ("cnn sgd", false),
            ("12", true),
            ("#12", true),
            ("2", false),
            ("baseline", true),
            ("\"another look\"", true),
            ("\"look another\"", false),
            ("lr<0.01", true),
            ("lr<0.003", false),
            ("lr<=0.003", true),
            ("lr>=1e-3", true),
            ("learning_rate=0.003", true),
            ("optimizer.learning_rate!=0.003", false),
            ("rate=0.003", false),
            ("units=64", true),
            ("model.hidden.units>64", false),
            ("optimizer.kind=adam", true),
            ("optimizer.kind=ada", false),
            ("optimizer.kind:ada", true),
            ("accuracy>0.9", true),
            ("best.accuracy>0.9", false),
            ("loss<0.3", true),
            ("test.loss<0.3", false),
            ("tag:base", true),
            ("tag:other", false),
            ("note:\"another look\"", true),
            ("is:starred", true),
            ("state=finished", true),
            ("nosuch=1", false),
            ("nosuch!=1", true),
            ("lr<", false),
            ("ｌｒ＜０．０１", true),
            ("lr≤0.003", true),
        ];
        for (text, expected) in cases {
            assert_eq!(Query::read(text).finds(&run), expected, "{text:?}");
        }
    }
}
