//! The one file of design tokens: colours, spacing, radii, text styles, icons; and egui's style made of them.
//!
//! Nothing else in the app names a colour, a size of text or a distance of its own.

use egui::{
    Color32, CornerRadius, FontFamily, FontId, Margin, RichText, Shadow, Stroke, Style, TextStyle, Ui, Vec2,
    Visuals,
    style::{ScrollStyle, Selection, WidgetVisuals, Widgets},
};

use crate::fonts;

/// Distances, in points, on a grid of 4.
pub mod space {
    pub const XS: f32 = 4.0;
    pub const S: f32 = 8.0;
    pub const M: f32 = 12.0;
    pub const L: f32 = 16.0;
    pub const XL: f32 = 24.0;
    pub const XXL: f32 = 40.0;
}

/// Sizes of things that stand in several places.
pub mod size {
    pub const TOP_BAR: f32 = 48.0;
    pub const RAIL: f32 = 76.0;
    /// Height of buttons and fields.
    pub const CONTROL: f32 = 32.0;
    /// Widest that text and forms get.
    pub const PAGE: f32 = 1080.0;
    pub const DIALOG: f32 = 600.0;
    pub const TOAST: f32 = 380.0;
}

/// Corner radii.
pub mod radius {
    pub const CONTROL: u8 = 6;
    pub const CARD: u8 = 8;
    pub const DIALOG: u8 = 12;
}

/// The colours of one theme.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Colors {
    /// Behind everything.
    pub background: Color32,
    /// Rail, bars, side panels.
    pub panel: Color32,
    /// Cards and dialogs.
    pub card: Color32,
    pub card_hovered: Color32,
    /// Fields and the grounds of plots.
    pub field: Color32,
    /// Outlined and ghost buttons under the pointer.
    pub hovered: Color32,
    pub pressed: Color32,
    /// Lines between things.
    pub separator: Color32,
    /// Edges of cards, fields and buttons.
    pub border: Color32,
    pub border_strong: Color32,
    pub text: Color32,
    /// What stands out: headings, values.
    pub text_strong: Color32,
    /// What stands back: hints, units.
    pub text_weak: Color32,
    pub accent: Color32,
    pub accent_hovered: Color32,
    pub accent_pressed: Color32,
    /// A breath of the accent behind what is selected.
    pub accent_soft: Color32,
    /// The accent as text on cards.
    pub accent_text: Color32,
    pub on_accent: Color32,
    pub good: Color32,
    pub warning: Color32,
    pub bad: Color32,
    pub shadow: Color32,
    pub scrim: Color32,
    /// Curves and classes, told apart without red against green alone (after Okabe & Ito 2008).
    pub series: [Color32; 8],
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// Deep neutral, a little blue.
pub const DARK: Colors = Colors {
    background: rgb(0x0E0F13),
    panel: rgb(0x13151A),
    card: rgb(0x181A21),
    card_hovered: rgb(0x1D2028),
    field: rgb(0x101217),
    hovered: rgb(0x22252E),
    pressed: rgb(0x2B2F3A),
    separator: rgb(0x22252D),
    border: rgb(0x2A2E38),
    border_strong: rgb(0x3B404E),
    text: rgb(0xC6CAD4),
    text_strong: rgb(0xF2F4F8),
    text_weak: rgb(0x8A90A0),
    accent: rgb(0x4F7CFF),
    accent_hovered: rgb(0x6A91FF),
    accent_pressed: rgb(0x3E68E6),
    accent_soft: rgb(0x1B2541),
    accent_text: rgb(0x8FADFF),
    on_accent: rgb(0xFFFFFF),
    good: rgb(0x3FBF7F),
    warning: rgb(0xE5A83B),
    bad: rgb(0xF0616D),
    shadow: Color32::from_black_alpha(120),
    scrim: Color32::from_black_alpha(150),
    series: [
        rgb(0x5B8CFF),
        rgb(0xF2A33A),
        rgb(0x2FC4A7),
        rgb(0xE26FB0),
        rgb(0x9D7BFF),
        rgb(0xD9D04A),
        rgb(0x55C2F0),
        rgb(0xF07A5A),
    ],
};

/// Crisp white on a cool grey.
pub const LIGHT: Colors = Colors {
    background: rgb(0xF6F7F9),
    panel: rgb(0xFCFCFD),
    card: rgb(0xFFFFFF),
    card_hovered: rgb(0xFAFBFF),
    field: rgb(0xFFFFFF),
    hovered: rgb(0xEEF0F4),
    pressed: rgb(0xE3E6EC),
    separator: rgb(0xE6E8ED),
    border: rgb(0xDCDFE6),
    border_strong: rgb(0xBEC3CE),
    text: rgb(0x3A3F4B),
    text_strong: rgb(0x14161C),
    text_weak: rgb(0x6B7280),
    accent: rgb(0x3F6DF6),
    accent_hovered: rgb(0x2F5DE8),
    accent_pressed: rgb(0x244CC9),
    accent_soft: rgb(0xE8EEFF),
    accent_text: rgb(0x2B57DB),
    on_accent: rgb(0xFFFFFF),
    good: rgb(0x16885A),
    warning: rgb(0xA86A08),
    bad: rgb(0xCF3340),
    shadow: Color32::from_black_alpha(28),
    scrim: Color32::from_black_alpha(70),
    series: [
        rgb(0x2F62F0),
        rgb(0xD97A06),
        rgb(0x0B9A80),
        rgb(0xC2408A),
        rgb(0x7449E0),
        rgb(0x9A8F00),
        rgb(0x1789C4),
        rgb(0xD0502C),
    ],
};

/// The colours in force where `ui` draws.
pub fn colors(ui: &Ui) -> &'static Colors {
    if ui.visuals().dark_mode { &DARK } else { &LIGHT }
}

/// A share, 0 to 1, on a ground of [`Colors::field`]: through the accent to the colour of strong text.
pub fn heat(colors: &Colors, share: f32) -> Color32 {
    /// Where the accent stands.
    const MIDDLE: f32 = 0.65;
    if share < MIDDLE {
        colors.field.lerp_to_gamma(colors.accent, share.max(0.0) / MIDDLE)
    } else {
        colors.accent.lerp_to_gamma(colors.text_strong, (share.min(1.0) - MIDDLE) / (1.0 - MIDDLE))
    }
}

/// A share, 0 to 1, to be laid over a picture: from nothing through red to amber.
pub fn glow(colors: &Colors, share: f32) -> Color32 {
    /// What shows through where the share is 1.
    const MOST: f32 = 0.85;
    let share = share.clamp(0.0, 1.0);
    colors.bad.lerp_to_gamma(colors.warning, share).gamma_multiply(MOST * share)
}

/// Text styles. Body text is egui's own `RichText` with nothing added.
pub mod text {
    use super::{FontId, RichText, fonts};

    pub const DISPLAY_SIZE: f32 = 28.0;
    pub const HEADING_SIZE: f32 = 24.0;
    pub const TITLE_SIZE: f32 = 15.0;
    pub const BODY_SIZE: f32 = 13.5;
    pub const SMALL_SIZE: f32 = 12.0;
    pub const TINY_SIZE: f32 = 11.0;

    /// The one line a screen opens with.
    pub fn display(text: impl Into<String>) -> RichText {
        semibold(text, DISPLAY_SIZE)
    }

    /// The name of a screen.
    pub fn heading(text: impl Into<String>) -> RichText {
        semibold(text, HEADING_SIZE)
    }

    /// The name of a card, a section, a dialog.
    pub fn title(text: impl Into<String>) -> RichText {
        semibold(text, TITLE_SIZE)
    }

    /// Body text that stands out.
    pub fn strong(text: impl Into<String>) -> RichText {
        semibold(text, BODY_SIZE)
    }

    pub fn small(text: impl Into<String>) -> RichText {
        RichText::new(text).size(SMALL_SIZE)
    }

    /// Code, paths, numbers in columns.
    pub fn mono(text: impl Into<String>) -> RichText {
        RichText::new(text).monospace()
    }

    /// An icon of that many points.
    pub fn icon(icon: &str, points: f32) -> RichText {
        RichText::new(icon).font(icon_font(points))
    }

    /// The smallest text: names over numbers, heads of columns.
    pub fn tiny_font() -> FontId {
        FontId::proportional(TINY_SIZE)
    }

    /// Body text that is painted.
    pub fn body_font() -> FontId {
        FontId::proportional(BODY_SIZE)
    }

    /// Small text that is painted.
    pub fn small_font() -> FontId {
        FontId::proportional(SMALL_SIZE)
    }

    /// Numbers that change or stand in columns: every digit as wide as the next.
    pub fn number_font() -> FontId {
        FontId::monospace(SMALL_SIZE)
    }

    /// Numbers that are looked at while they change.
    pub fn value_font() -> FontId {
        FontId::monospace(BODY_SIZE)
    }

    /// Numbers on axes and in small cells.
    pub fn tiny_number_font() -> FontId {
        FontId::monospace(TINY_SIZE)
    }

    fn semibold(text: impl Into<String>, points: f32) -> RichText {
        RichText::new(text).font(semibold_font(points))
    }

    pub fn semibold_font(points: f32) -> FontId {
        FontId::new(points, fonts::semibold())
    }

    pub fn icon_font(points: f32) -> FontId {
        FontId::new(points, fonts::icons())
    }
}

/// Characters of `assets/fonts/icons.ttf` (Phosphor, regular); `icons.md` lists them all.
pub mod icon {
    pub const ARROW_CLOCKWISE: &str = "\u{e036}";
    pub const ARROW_COUNTER_CLOCKWISE: &str = "\u{e038}";
    pub const ARROW_LEFT: &str = "\u{e058}";
    pub const ARROW_UP: &str = "\u{e08e}";
    pub const CARET_DOWN: &str = "\u{e136}";
    pub const CARET_LEFT: &str = "\u{e138}";
    pub const CARET_RIGHT: &str = "\u{e13a}";
    pub const CARET_UP: &str = "\u{e13c}";
    pub const CHART_LINE: &str = "\u{e154}";
    pub const CHECK: &str = "\u{e182}";
    pub const CHECK_CIRCLE: &str = "\u{e184}";
    pub const CIRCLE_NOTCH: &str = "\u{eb44}";
    pub const CLOCK: &str = "\u{e19a}";
    pub const COLUMNS: &str = "\u{e546}";
    pub const COMMAND: &str = "\u{e1c4}";
    pub const CUBE: &str = "\u{e1da}";
    pub const CORNERS_OUT: &str = "\u{e1d0}";
    pub const COPY: &str = "\u{e1ca}";
    pub const DOWNLOAD_SIMPLE: &str = "\u{e20c}";
    pub const EXPORT: &str = "\u{eaf0}";
    pub const CPU: &str = "\u{e610}";
    pub const DOTS_THREE: &str = "\u{e1fe}";
    pub const EYE: &str = "\u{e220}";
    pub const EYE_SLASH: &str = "\u{e224}";
    pub const FAST_FORWARD: &str = "\u{e6a6}";
    pub const FILE: &str = "\u{e230}";
    pub const FILE_CSV: &str = "\u{eb1c}";
    pub const FILE_TEXT: &str = "\u{e23a}";
    pub const FLASK: &str = "\u{e79e}";
    pub const FLOPPY_DISK: &str = "\u{e248}";
    pub const FOLDER: &str = "\u{e24a}";
    pub const FOLDER_OPEN: &str = "\u{e256}";
    pub const FUNNEL: &str = "\u{e266}";
    pub const GAUGE: &str = "\u{e628}";
    pub const GIT_FORK: &str = "\u{e27e}";
    pub const GRAPH: &str = "\u{eb58}";
    pub const GRAPHICS_CARD: &str = "\u{e612}";
    pub const HASH: &str = "\u{e2a2}";
    pub const INFO: &str = "\u{e2ce}";
    pub const MAGNIFYING_GLASS: &str = "\u{e30c}";
    pub const MEMORY: &str = "\u{e9c4}";
    pub const MINUS: &str = "\u{e32a}";
    pub const MOON: &str = "\u{e330}";
    pub const NOTE: &str = "\u{e348}";
    pub const PACKAGE: &str = "\u{e390}";
    pub const PAUSE: &str = "\u{e39e}";
    pub const PLAY: &str = "\u{e3d0}";
    pub const PLUS: &str = "\u{e3d4}";
    pub const PROHIBIT: &str = "\u{e3de}";
    pub const QUESTION: &str = "\u{e3e8}";
    pub const SCALES: &str = "\u{e750}";
    pub const SLIDERS_HORIZONTAL: &str = "\u{e434}";
    pub const SQUARES_FOUR: &str = "\u{e464}";
    pub const STACK: &str = "\u{e466}";
    pub const STAR: &str = "\u{e46a}";
    pub const STOP: &str = "\u{e46c}";
    pub const SUN: &str = "\u{e472}";
    pub const TABLE: &str = "\u{e476}";
    pub const TAG: &str = "\u{e478}";
    pub const TARGET: &str = "\u{e47c}";
    pub const TERMINAL_WINDOW: &str = "\u{eae8}";
    pub const TEXT_AA: &str = "\u{e6ee}";
    pub const TIMER: &str = "\u{e492}";
    pub const TRAIN_SIMPLE: &str = "\u{e4a0}";
    pub const TRANSLATE: &str = "\u{e4a2}";
    pub const TRASH: &str = "\u{e4a6}";
    pub const WARNING: &str = "\u{e4e0}";
    pub const X: &str = "\u{e4f6}";
    pub const X_CIRCLE: &str = "\u{e4f8}";
}

/// Gives a context both themes' styles and the fonts.
pub fn install(ctx: &egui::Context) {
    ctx.set_fonts(fonts::definitions());
    ctx.set_style_of(egui::Theme::Dark, style(&DARK, true));
    ctx.set_style_of(egui::Theme::Light, style(&LIGHT, false));
}

fn style(colors: &Colors, dark: bool) -> Style {
    let mut style = Style {
        text_styles: [
            (TextStyle::Heading, FontId::new(text::HEADING_SIZE, fonts::semibold())),
            (TextStyle::Body, FontId::new(text::BODY_SIZE, FontFamily::Proportional)),
            (TextStyle::Button, FontId::new(text::BODY_SIZE, FontFamily::Proportional)),
            (TextStyle::Small, FontId::new(text::SMALL_SIZE, FontFamily::Proportional)),
            (TextStyle::Monospace, FontId::new(text::SMALL_SIZE, FontFamily::Monospace)),
        ]
        .into(),
        visuals: visuals(colors, dark),
        animation_time: 0.12,
        ..Style::default()
    };
    style.spacing.item_spacing = Vec2::splat(space::S);
    style.spacing.button_padding = Vec2::new(space::M, 6.0);
    style.spacing.interact_size = Vec2::new(size::CONTROL, size::CONTROL);
    style.spacing.window_margin = Margin::same(space::XL as i8);
    style.spacing.menu_margin = Margin::same(space::XS as i8);
    style.spacing.combo_height = 384.0;
    style.spacing.icon_width = 16.0;
    style.spacing.icon_width_inner = 10.0;
    style.spacing.tooltip_width = 320.0;
    style.spacing.scroll = ScrollStyle {
        bar_width: 8.0,
        active_handle_opacity: 0.25,
        active_background_opacity: 0.0,
        interact_handle_opacity: 0.45,
        interact_background_opacity: 0.0,
        ..ScrollStyle::floating()
    };
    style.interaction.tooltip_delay = 0.4;
    style.interaction.selectable_labels = false;
    style
}

fn visuals(colors: &Colors, dark: bool) -> Visuals {
    let shadow = |y, blur| Shadow { offset: [0, y], blur, spread: 0, color: colors.shadow };
    Visuals {
        widgets: widgets(colors),
        selection: Selection { bg_fill: colors.accent_soft, stroke: Stroke::new(1.0, colors.accent) },
        hyperlink_color: colors.accent_text,
        faint_bg_color: colors.card,
        extreme_bg_color: colors.field,
        text_edit_bg_color: Some(colors.field),
        code_bg_color: colors.hovered,
        warn_fg_color: colors.warning,
        error_fg_color: colors.bad,
        window_corner_radius: CornerRadius::same(radius::DIALOG),
        window_shadow: shadow(12, 40),
        window_fill: colors.card,
        window_stroke: Stroke::new(1.0, colors.border),
        menu_corner_radius: CornerRadius::same(radius::CARD),
        panel_fill: colors.panel,
        popup_shadow: shadow(6, 20),
        weak_text_color: Some(colors.text_weak),
        interact_cursor: Some(egui::CursorIcon::PointingHand),
        disabled_alpha: 0.45,
        slider_trailing_fill: true,
        ..if dark { Visuals::dark() } else { Visuals::light() }
    }
}

fn widgets(colors: &Colors) -> Widgets {
    let state = |fill, border, text| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, border),
        corner_radius: CornerRadius::same(radius::CONTROL),
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    Widgets {
        noninteractive: state(colors.card, colors.separator, colors.text),
        inactive: state(colors.card, colors.border, colors.text),
        hovered: state(colors.hovered, colors.border_strong, colors.text_strong),
        active: state(colors.pressed, colors.accent, colors.text_strong),
        open: state(colors.hovered, colors.border_strong, colors.text_strong),
    }
}
