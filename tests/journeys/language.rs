//! The language switches while the program runs.

use trainyard::{
    locale::{Language, Locale},
    settings::Theme,
};
use trainyard_tests::{Desk, Look};

#[test]
fn every_word_changes_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk =
        Desk::open(folder.path(), Look { language: Language::English, theme: Theme::Light }, false);
    let hero = desk.text("gallery-hero");
    desk.expect(&hero);
    desk.click(&desk.text("language"));
    desk.click(Language::Chinese.own_name());
    desk.expect(&Locale::new(Language::Chinese).text("gallery-hero"));
    assert!(!desk.sees(&hero));
}
