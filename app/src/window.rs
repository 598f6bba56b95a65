//! The native window around the workbench.

use engine::supervisor::Engine;

use crate::{settings::Settings, workbench::Workbench};

const ICON: &[u8] = include_bytes!("../../assets/icon.png");

/// Opens the window and stays until it is closed.
///
/// Fails where there is no display or no graphics adapter.
pub fn open() -> eframe::Result {
    let mut viewport = egui::ViewportBuilder::default()
        .with_app_id("trainyard")
        .with_inner_size([1280.0, 800.0])
        .with_min_inner_size([900.0, 600.0])
        .with_drag_and_drop(true);
    if let Ok(icon) = eframe::icon_data::from_png_bytes(ICON) {
        viewport = viewport.with_icon(icon);
    }
    let options = eframe::NativeOptions { viewport, ..Default::default() };
    eframe::run_native(
        "Trainyard",
        options,
        Box::new(|cc| {
            let ctx = cc.egui_ctx.clone();
            let engine = Engine::start(move || ctx.request_repaint());
            let settings = Settings::load(cc.storage);
            let mut workbench = Workbench::new(&cc.egui_ctx, engine, settings).with_system_dialogs();
            if let Ok(program) = std::env::current_exe() {
                workbench.set_program(program);
            }
            Ok(Box::new(workbench))
        }),
    )
}
