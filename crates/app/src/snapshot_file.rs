//! Snapshot files on disk.

use std::path::{Path, PathBuf};

use halligan_core::tenant::Snapshot;
use halligan_wire::snapshot::{self, SnapshotError};
use thiserror::Error;

use crate::files::{FileError, read_limited, write_whole};

/// The largest snapshot file that is read.
pub const SNAPSHOT_BYTES_MAX: u64 = 256 << 20;

/// Why a file gives no snapshot.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum SnapshotFileError {
    /// The file cannot be read.
    #[error("{0}")]
    File(FileError),
    /// It is no snapshot, or not one that can be believed.
    #[error("`{}`: {error}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: SnapshotError,
    },
}

impl SnapshotFileError {
    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::File(error) if error.is_absent() => {
                Some("take one with `halligan snapshot`".into())
            }
            Self::File(error) => error.hint(),
            Self::Content { .. } => None,
        }
    }
}

/// Reads a snapshot file.
pub fn load(path: &Path) -> Result<Snapshot, SnapshotFileError> {
    let bytes = read_limited(path, "SNAPSHOT_BYTES_MAX", SNAPSHOT_BYTES_MAX)
        .map_err(SnapshotFileError::File)?;
    snapshot::read(&bytes).map_err(|error| SnapshotFileError::Content { path: path.into(), error })
}

/// The text of a snapshot file.
pub fn text(snapshot: &Snapshot) -> String {
    snapshot::write(snapshot)
}

/// Writes a snapshot file that its owner alone may read: it is a map for burglars.
pub fn save(path: &Path, snapshot: &Snapshot) -> Result<(), FileError> {
    write_whole(path, text(snapshot).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use halligan_core::check::Case;

    #[test]
    fn what_is_saved_is_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.json");
        let snapshot = Case::sound().snapshot;
        save(&path, &snapshot).unwrap();
        assert_eq!(load(&path).unwrap(), snapshot);
    }

    #[test]
    fn a_changed_and_a_cut_file_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.json");
        let whole = text(&Case::sound().snapshot);
        let changed = whole.replacen("\"accountEnabled\": true", "\"accountEnabled\": false", 1);
        assert_ne!(changed, whole);
        std::fs::write(&path, changed).unwrap();
        let refused = load(&path).unwrap_err().to_string();
        assert!(refused.contains("s.json`: was changed after it was taken"), "{refused}");
        std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        let refused = load(&path).unwrap_err();
        assert!(matches!(refused, SnapshotFileError::Content { .. }));
    }

    #[test]
    fn an_absent_file_comes_with_a_hint() {
        let refused = load(Path::new("no-such-snapshot.json")).unwrap_err();
        assert!(refused.hint().unwrap().contains("halligan snapshot"));
    }
}
