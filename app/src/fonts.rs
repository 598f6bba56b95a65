//! The fonts inside the binary: Inter, Noto Sans SC, JetBrains Mono and the icons.

use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily};

/// The files of the letters that words are written in.
pub const OF_TEXT: [&[u8]; 3] = [
    include_bytes!("../../assets/fonts/Inter-Regular.ttf"),
    include_bytes!("../../assets/fonts/Inter-SemiBold.ttf"),
    include_bytes!("../../assets/fonts/NotoSansSC-Regular.otf"),
];

/// Inter at weight 600, for headings and what should stand out.
pub fn semibold() -> FontFamily {
    FontFamily::Name("semibold".into())
}

/// The icons of [`crate::theme::icon`], with nothing before them.
pub fn icons() -> FontFamily {
    FontFamily::Name("icons".into())
}

/// Families with the fallbacks that each text may need.
pub fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    let [regular, semibold_file, chinese] = OF_TEXT;
    let files: [(&str, &'static [u8]); 5] = [
        ("inter", regular),
        ("inter-semibold", semibold_file),
        ("noto-sc", chinese),
        ("jetbrains-mono", include_bytes!("../../assets/fonts/JetBrainsMono-Regular.ttf")),
        ("icons", include_bytes!("../../assets/fonts/icons.ttf")),
    ];
    for (name, bytes) in files {
        fonts.font_data.insert(name.into(), Arc::new(FontData::from_static(bytes)));
    }
    let families = [
        (FontFamily::Proportional, ["inter", "noto-sc", "icons"].as_slice()),
        (FontFamily::Monospace, &["jetbrains-mono", "inter", "noto-sc", "icons"]),
        (semibold(), &["inter-semibold", "noto-sc", "icons"]),
        (icons(), &["icons", "inter"]),
    ];
    for (family, names) in families {
        fonts.families.insert(family, names.iter().map(|name| (*name).into()).collect());
    }
    fonts
}
