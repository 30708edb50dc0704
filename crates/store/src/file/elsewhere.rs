//! What Unix has and other systems have not, as near as the standard library comes.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

/// Makes a folder by the rules of the one above.
pub(super) fn create_folder(path: &Path) -> io::Result<()> {
    fs::create_dir(path)
}

/// Makes a file by the rules of its folder; one that is there is an error.
pub(super) fn create_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create_new(true).open(path)
}

/// Folders are not opened as files here; NTFS keeps a journal of names.
pub(super) fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Whether a file still lies there; a file that is open is not replaced here.
pub(super) fn is_same(_: &File, path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_file())
}
