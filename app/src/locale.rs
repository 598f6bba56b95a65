//! The words on the screen, in the user's language.
//!
//! Fluent texts are inside the binary (`assets/locales/<language>/*.ftl`). A key that is missing in a
//! language is taken from English; a test sees to it that none is.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use unic_langid::LanguageIdentifier;

use engine::protocol::Problem;

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Language {
    #[default]
    #[serde(rename = "en")]
    English,
    #[serde(rename = "zh-CN")]
    Chinese,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// Its name in itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Chinese => "简体中文",
        }
    }

    pub fn other(self) -> Self {
        match self {
            Self::English => Self::Chinese,
            Self::Chinese => Self::English,
        }
    }

    /// The system's language, where the interface speaks it.
    pub fn of_system() -> Self {
        match sys_locale::get_locale() {
            Some(locale) if locale.to_lowercase().starts_with("zh") => Self::Chinese,
            _ => Self::English,
        }
    }

    /// `en` or `zh-CN`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }

    /// The texts by file name.
    pub fn files(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::English => &ENGLISH,
            Self::Chinese => &CHINESE,
        }
    }
}

macro_rules! files {
    ($folder:literal) => {
        [
            ("shell.ftl", include_str!(concat!("../../assets/locales/", $folder, "/shell.ftl"))),
            ("gallery.ftl", include_str!(concat!("../../assets/locales/", $folder, "/gallery.ftl"))),
            ("data.ftl", include_str!(concat!("../../assets/locales/", $folder, "/data.ftl"))),
            ("model.ftl", include_str!(concat!("../../assets/locales/", $folder, "/model.ftl"))),
            ("train.ftl", include_str!(concat!("../../assets/locales/", $folder, "/train.ftl"))),
            ("try.ftl", include_str!(concat!("../../assets/locales/", $folder, "/try.ftl"))),
            ("compare.ftl", include_str!(concat!("../../assets/locales/", $folder, "/compare.ftl"))),
            ("inspect.ftl", include_str!(concat!("../../assets/locales/", $folder, "/inspect.ftl"))),
            ("search.ftl", include_str!(concat!("../../assets/locales/", $folder, "/search.ftl"))),
            ("cli.ftl", include_str!(concat!("../../assets/locales/", $folder, "/cli.ftl"))),
            ("errors.ftl", include_str!(concat!("../../assets/locales/", $folder, "/errors.ftl"))),
        ]
    };
}

static ENGLISH: [(&str, &str); 11] = files!("en");
static CHINESE: [(&str, &str); 11] = files!("zh-CN");

/// The words of one language, with English behind it.
pub struct Locale {
    pub language: Language,
    words: FluentBundle<FluentResource>,
    english: FluentBundle<FluentResource>,
    chinese: FluentBundle<FluentResource>,
}

impl Locale {
    pub fn new(language: Language) -> Self {
        let [english, chinese] = Language::ALL.map(bundle);
        Self { language, words: bundle(language), english, chinese }
    }

    /// The words of that key in the language that is not the user's: one searches in both.
    pub fn in_other(&self, key: &str) -> String {
        let other = match self.language {
            Language::English => &self.chinese,
            Language::Chinese => &self.english,
        };
        Self::look_up([other], key, None, &FluentArgs::new()).unwrap_or_default()
    }

    /// The words of that key; the key itself where there are none.
    pub fn text(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The words of that key with values put in.
    pub fn with(&self, key: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        let args = values.iter().map(|(name, value)| (*name, value.clone())).collect();
        self.lookup(key, None, &args).unwrap_or_else(|| key.to_owned())
    }

    /// What a control's tooltip says: the attribute `.hint` of its key, or nothing.
    pub fn hint(&self, key: &str) -> String {
        self.lookup(key, Some("hint"), &FluentArgs::new()).unwrap_or_default()
    }

    /// What is said of a problem: what happened, and what to do about it.
    pub fn problem(&self, problem: &Problem) -> (String, Option<String>) {
        let args = problem.facts.iter().map(|(name, fact)| (name.as_str(), value_of(fact))).collect();
        let message = self.lookup(&problem.code, None, &args).unwrap_or_else(|| problem.text.clone());
        (message, self.lookup(&problem.code, Some("hint"), &args))
    }

    fn lookup(&self, key: &str, attribute: Option<&str>, args: &FluentArgs<'_>) -> Option<String> {
        Self::look_up([&self.words, &self.english], key, attribute, args)
    }

    fn look_up<const N: usize>(
        bundles: [&FluentBundle<FluentResource>; N],
        key: &str,
        attribute: Option<&str>,
        args: &FluentArgs<'_>,
    ) -> Option<String> {
        bundles.into_iter().find_map(|bundle| {
            let message = bundle.get_message(key)?;
            let pattern = match attribute {
                None => message.value()?,
                Some(name) => message.get_attribute(name)?.value(),
            };
            Some(bundle.format_pattern(pattern, Some(args), &mut Vec::new()).into_owned())
        })
    }
}

fn bundle(language: Language) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new(language.tag().parse::<LanguageIdentifier>().into_iter().collect());
    // The marks that isolate right-to-left values would be drawn as boxes; neither language needs them.
    bundle.set_use_isolating(false);
    for (_, text) in language.files() {
        // A text with faults still gives what could be read of it; a test finds the faults.
        let resource = match FluentResource::try_new((*text).to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// A fact of a problem as Fluent takes it.
fn value_of(fact: &Value) -> FluentValue<'static> {
    match fact {
        Value::String(text) => text.clone().into(),
        Value::Number(number) => number.as_f64().unwrap_or_default().into(),
        Value::Array(items) => {
            let texts: Vec<_> = items.iter().map(plain).collect();
            texts.join(", ").into()
        }
        other => plain(other).into(),
    }
}

fn plain(fact: &Value) -> String {
    match fact {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests;
