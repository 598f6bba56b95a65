//! Text in two languages as HTML.

use fluent_bundle::FluentValue;

use crate::locale::{Language, Locale};

/// Both languages' words.
pub struct Words {
    english: Locale,
    chinese: Locale,
}

impl Words {
    pub fn new() -> Self {
        Self { english: Locale::new(Language::English), chinese: Locale::new(Language::Chinese) }
    }

    /// The words of a key, escaped, in each language; the page shows one of them.
    pub fn say(&self, key: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        self.both(|words| escape(&words.with(key, values)))
    }

    /// The same in English only: where there is no markup.
    pub fn english(&self, key: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        self.english.with(key, values)
    }

    /// Markup made in each language; once, where both are the same.
    pub fn both(&self, make: impl Fn(&Locale) -> String) -> String {
        self.in_tag("span", "", make)
    }

    /// The same as SVG text with these attributes.
    pub fn svg_text(&self, attributes: &str, make: impl Fn(&Locale) -> String) -> String {
        self.in_tag("text", attributes, make)
    }

    fn in_tag(&self, tag: &str, attributes: &str, make: impl Fn(&Locale) -> String) -> String {
        let (english, chinese) = (make(&self.english), make(&self.chinese));
        if english == chinese {
            return if tag == "span" { english } else { format!("<{tag} {attributes}>{english}</{tag}>") };
        }
        format!(
            "<{tag} lang=\"en\" {attributes}>{english}</{tag}><{tag} lang=\"zh-CN\" {attributes}>{chinese}</{tag}>"
        )
    }
}

/// A part of the page with its heading.
pub fn section(id: &str, title: &str, contents: &str) -> String {
    format!("<section id=\"{id}\">\n<h2>{title}</h2>\n{contents}\n</section>\n")
}

/// Text that is no markup, between tags and in attributes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
