//! Real data that may lie beside the repository.

use std::path::PathBuf;

/// A file of `../shared/data`; where it is absent, says why the test is passed over.
pub fn shared_data(name: &str) -> Option<PathBuf> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(name);
    if file.exists() {
        return Some(file);
    }
    println!("skipped: {} is not here (it is never part of the repository)", file.display());
    None
}
