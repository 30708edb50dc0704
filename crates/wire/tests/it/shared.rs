//! Input files that lie beside the repository, and are not part of it.

use std::fs;
use std::path::{Path, PathBuf};

/// A folder of the shared data; `None`, said aloud, where a desk does not have it.
pub fn folder(name: &str) -> Option<PathBuf> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"));
    let folder = root.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "shared data `{name}` is missing, and this is CI");
    println!("skipped: no shared data `{name}`");
    None
}

/// Every file below a folder whose name ends in `.json`, sorted.
pub fn json_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
