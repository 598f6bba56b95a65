//! What surrounds every screen: the top bar, the rail of stages, toasts, the palette, shortcuts.

mod drop;
mod palette;
mod rail;
mod shortcuts;
mod stages;
mod toasts;
mod top_bar;

pub use drop::drop_ui;
pub use palette::palette_ui;
pub use rail::stage_rail_ui;
pub use shortcuts::{shortcut_text, shortcuts};
pub use stages::stage_ui;
pub use toasts::{Toast, Toasts, toasts_ui};
pub use top_bar::top_bar_ui;
