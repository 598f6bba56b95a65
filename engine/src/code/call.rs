//! Calls of functions, as Python and Rust both write them, and how long lines are broken.

use std::fmt;

/// Where lines end (black's and rustfmt's usual width, give or take).
const WIDTH: usize = 96;

/// `nn.Conv2d(1, 16, 3, padding="same")`.
pub struct Call {
    function: String,
    arguments: Vec<String>,
}

impl Call {
    pub fn new(function: &str) -> Self {
        Self { function: function.into(), arguments: Vec::new() }
    }

    pub fn arg(mut self, argument: impl ToString) -> Self {
        self.arguments.push(argument.to_string());
        self
    }

    /// An argument by name, left out where it is the usual one.
    pub fn key(self, name: &str, value: impl ToString, usual: impl ToString) -> Self {
        let value = value.to_string();
        if value == usual.to_string() { self } else { self.arg(format!("{name}={value}")) }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.function, self.arguments.join(", "))
    }
}

/// A Boolean of Python's.
pub fn python_bool(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// A number as both languages read it, short.
pub fn number(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-3 { format!("{value:e}") } else { format!("{value:?}") }
}

/// `3`, or `(3, 5)`.
pub fn tuple(sizes: &[usize]) -> String {
    match sizes {
        [] => "()".into(),
        [first, rest @ ..] if rest.iter().all(|size| size == first) => first.to_string(),
        _ => format!("({})", joined(sizes)),
    }
}

/// `(8, 8, 1)`; `(8,)`.
pub fn shape(sizes: &[usize]) -> String {
    if let [only] = sizes { format!("({only},)") } else { format!("({})", joined(sizes)) }
}

fn joined(sizes: &[usize]) -> String {
    sizes.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")
}

/// Words between `open` and `close`, on as many lines as they need; `indent` is that of the first line.
pub fn broken(open: &str, words: &[String], close: &str, indent: usize) -> String {
    let whole = format!("{open}{}{close}", words.join(", "));
    if indent + whole.chars().count() <= WIDTH {
        return whole;
    }
    let margin = " ".repeat(indent + 4);
    let mut text = open.to_owned();
    let mut line = String::new();
    for word in words {
        if !line.is_empty() && margin.len() + line.chars().count() + word.chars().count() + 2 > WIDTH {
            text = format!("{text}\n{margin}{}", line.trim_end());
            line.clear();
        }
        line = format!("{line}{word}, ");
    }
    format!("{text}\n{margin}{}\n{}{close}", line.trim_end(), " ".repeat(indent))
}
