//! Whether this machine can draw.

/// Whether there is a graphics adapter; where there is none, says so.
pub fn is_here() -> bool {
    let found = std::panic::catch_unwind(egui_kittest::wgpu::WgpuTestRenderer::new);
    let is_needed = std::env::var_os("TRAINYARD_NEEDS_ADAPTER").is_some();
    assert!(found.is_ok() || !is_needed, "no graphics adapter, and TRAINYARD_NEEDS_ADAPTER is set");
    if found.is_err() {
        println!("skipped: no graphics adapter (on Debian: apt-get install mesa-vulkan-drivers)");
    }
    found.is_ok()
}
