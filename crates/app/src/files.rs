//! Files: read up to a limit, written whole or not at all.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use thiserror::Error;

/// A file that others write, to be read again when it may have changed.
#[derive(Debug)]
pub(crate) struct Mark {
    path: PathBuf,
    /// Its length and time when it was looked at; the inner `None` where it was not there.
    seen: Option<Option<(u64, SystemTime)>>,
}

impl Mark {
    /// The file at that path, at which nobody has looked yet.
    pub(crate) const fn new(path: PathBuf) -> Self {
        Self { path, seen: None }
    }

    /// Whether it may be other than the last time; true the first time. It is to be read after
    /// this, so that what is written meanwhile is seen the next time.
    pub(crate) fn has_changed(&mut self) -> bool {
        let found = fs::metadata(&self.path).ok();
        let found = found.and_then(|found| Some((found.len(), found.modified().ok()?)));
        let has_changed = self.seen != Some(found);
        self.seen = Some(found);
        has_changed
    }
}

/// Why a file cannot be read or written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FileError {
    /// The system refuses to read it.
    #[error("cannot read `{}`: {}", path.display(), said(*kind, what))]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's kind of error.
        kind: io::ErrorKind,
        /// What the system says.
        what: String,
    },
    /// The system refuses to write it.
    #[error("cannot write `{}`: {}", path.display(), said(*kind, what))]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's kind of error.
        kind: io::ErrorKind,
        /// What the system says.
        what: String,
    },
    /// It is larger than what is read.
    #[error("`{}` is larger than {limit} ({bytes} bytes)", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit's name.
        limit: &'static str,
        /// The limit in bytes.
        bytes: u64,
    },
    /// It is there already, and was not to be replaced.
    #[error("`{}` exists", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
}

impl FileError {
    /// Whether there is no such file.
    pub fn is_absent(&self) -> bool {
        let absent = io::ErrorKind::NotFound;
        matches!(self, Self::Read { kind, .. } if *kind == absent)
    }

    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Exists { .. } => Some("name another file, or replace it with `--force`".into()),
            Self::Write { kind: io::ErrorKind::StorageFull, .. } => {
                Some("free some space and try again; nothing was changed".into())
            }
            _ => None,
        }
    }

    fn read(path: &Path, error: &io::Error) -> Self {
        Self::Read { path: path.into(), kind: error.kind(), what: error.to_string() }
    }

    pub(crate) fn write(path: &Path, error: &io::Error) -> Self {
        Self::Write { path: path.into(), kind: error.kind(), what: error.to_string() }
    }
}

/// What the system says about a file, in the words that every message here uses.
pub(crate) fn system_says(error: &io::Error) -> String {
    said(error.kind(), &error.to_string())
}

fn said(kind: io::ErrorKind, what: &str) -> String {
    match kind {
        io::ErrorKind::NotFound => "no such file or folder".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        io::ErrorKind::StorageFull => "the disk is full".into(),
        io::ErrorKind::IsADirectory => "it is a folder".into(),
        _ => what.into(),
    }
}

/// Reads a file of at most `bytes_max` bytes.
///
/// A regular file that is larger is refused by its size, before a byte of it is read; what has no
/// size or grows meanwhile is refused by counting.
pub fn read_limited(
    path: &Path,
    limit: &'static str,
    bytes_max: u64,
) -> Result<Vec<u8>, FileError> {
    let failed = |error: io::Error| FileError::read(path, &error);
    let too_large = || FileError::TooLarge { path: path.into(), limit, bytes: bytes_max };
    let file = File::open(path).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    if size > bytes_max {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    let mut counted = file.take(bytes_max.saturating_add(1));
    counted.read_to_end(&mut bytes).map_err(failed)?;
    if u64::try_from(bytes.len()).is_ok_and(|read| read > bytes_max) {
        return Err(too_large());
    }
    Ok(bytes)
}

/// Refuses a file that is there already.
pub fn must_be_new(path: &Path) -> Result<(), FileError> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() || found.is_dir() || found.is_symlink() => {
            Err(FileError::Exists { path: path.into() })
        }
        _ => Ok(()),
    }
}

/// Makes a folder and those above it, unless they are there.
pub fn create_folder(path: &Path) -> Result<(), FileError> {
    fs::create_dir_all(path).map_err(|error| FileError::write(path, &error))
}

/// Writes a file whole or not at all: beside it first, flushed to the disk, then in its place.
///
/// What is no regular file (a pipe, a device) is written to directly, and a symbolic link is
/// followed.
pub fn write_whole(path: &Path, content: &[u8]) -> Result<(), FileError> {
    replace(path, |file| file.write_all(content))
}

/// Writes a file that is not there yet, for its owner alone; one that is there stays as it is.
pub fn write_new(path: &Path, content: &[u8]) -> Result<(), FileError> {
    let failed = |error: io::Error| FileError::write(path, &error);
    let mut file = create(path).map_err(failed)?;
    let written = file.write_all(content).and_then(|()| file.sync_all());
    if written.is_err() {
        // It was made here, and half of it is of no use.
        let _ = fs::remove_file(path);
    }
    written.map_err(failed)?;
    sync_folder(path);
    Ok(())
}

fn replace(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), FileError> {
    let failed = |error: io::Error| FileError::write(path, &error);
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.into());
    match fs::metadata(&target) {
        Ok(found) if found.is_dir() => {
            return Err(failed(io::ErrorKind::IsADirectory.into()));
        }
        Ok(found) if !found.is_file() => {
            let mut file = OpenOptions::new().write(true).open(&target).map_err(failed)?;
            return write(&mut file).map_err(failed);
        }
        _ => {}
    }
    let beside = beside(&target);
    let written = begin(&beside)
        .and_then(|mut file| {
            write(&mut file)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&beside, &target));
    if written.is_err() {
        // The first error is the one that matters; what is left behind has a telling name.
        let _ = fs::remove_file(&beside);
    }
    unfinished().remove(&beside);
    written.map_err(failed)?;
    sync_folder(&target);
    Ok(())
}

/// What is being written, beside where it will be.
static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn unfinished() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    // Paths are whole whoever panicked beside them.
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn begin(beside: &Path) -> io::Result<File> {
    let mut unfinished = unfinished();
    let file = create(beside)?;
    unfinished.insert(beside.into());
    Ok(file)
}

/// Removes what is being written and begins no other file: the program is about to end. Whoever
/// writes waits from here on for ever, so that nothing is said about a file that went away.
pub fn abandon() {
    let unfinished = unfinished();
    remove(&unfinished);
    std::mem::forget(unfinished);
}

fn remove(unfinished: &BTreeSet<PathBuf>) {
    for path in unfinished {
        // One that was renamed meanwhile is whole.
        let _ = fs::remove_file(path);
    }
}

/// A name in the same folder, so that renaming never crosses a file system.
fn beside(target: &Path) -> PathBuf {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let mut name = target.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}-{number}.part", std::process::id()));
    target.with_file_name(name)
}

/// Who can read a file that is written here, for a sentence about it.
pub const READABLE_BY: &str =
    if cfg!(unix) { "for you alone to read" } else { "for whoever may read its folder" };

/// For its owner alone to read (on Unix; elsewhere the folder's own rules apply): everything that
/// is written here tells how a tenant is defended.
#[cfg(unix)]
fn create(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Makes the new name durable where a folder can be flushed; elsewhere the rename has to do.
fn sync_folder(target: &Path) {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_at_the_limit_is_read_and_one_beyond_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        fs::write(&path, b"12345").unwrap();
        assert_eq!(read_limited(&path, "LIMIT", 5).unwrap(), b"12345");
        let refused = read_limited(&path, "LIMIT", 4).unwrap_err();
        assert!(refused.to_string().ends_with("is larger than LIMIT (4 bytes)"));
    }

    #[test]
    fn three_gigabytes_are_refused_before_they_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("huge.json");
        let file = File::create(&path).unwrap();
        // Sparse: it takes no space, and reading it would take seconds and three gigabytes.
        file.set_len(3 << 30).unwrap();
        let before = std::time::Instant::now();
        let refused = read_limited(&path, "LIMIT", 64 << 20).unwrap_err();
        assert!(matches!(refused, FileError::TooLarge { limit: "LIMIT", .. }));
        assert!(before.elapsed() < std::time::Duration::from_secs(1));
    }

    #[cfg(unix)]
    #[test]
    fn an_endless_file_is_refused_by_counting() {
        let refused = read_limited(Path::new("/dev/zero"), "LIMIT", 1000).unwrap_err();
        assert!(matches!(refused, FileError::TooLarge { bytes: 1000, .. }));
    }

    #[test]
    fn an_absent_file_and_a_folder_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let absent = read_limited(&folder.path().join("no"), "LIMIT", 9).unwrap_err();
        assert!(absent.is_absent());
        assert!(absent.to_string().ends_with("no`: no such file or folder"));
        assert!(read_limited(folder.path(), "LIMIT", 1 << 20).is_err());
        let refused = write_whole(folder.path(), b"").unwrap_err();
        assert!(refused.to_string().ends_with("it is a folder"));
    }

    #[test]
    fn writing_replaces_the_whole_file_and_leaves_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        write_whole(&path, b"first, and longer").unwrap();
        write_whole(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(names(folder.path()), ["f"]);
        assert_eq!(must_be_new(&path), Err(FileError::Exists { path }));
    }

    #[test]
    fn a_write_that_fails_halfway_leaves_the_old_content() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        fs::write(&path, b"old").unwrap();
        let refused = replace(&path, |file| {
            file.write_all(b"half of the ne")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        let refused = refused.unwrap_err();
        assert!(refused.to_string().ends_with("the disk is full"));
        assert!(refused.hint().unwrap().contains("nothing was changed"));
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["f"]);
    }

    #[test]
    fn a_write_that_is_abandoned_leaves_the_old_content_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        fs::write(&path, b"old").unwrap();
        let refused = replace(&path, |file| {
            file.write_all(b"half of the ne")?;
            assert_eq!(names(folder.path()).len(), 2);
            let all = unfinished().clone();
            let own = all.into_iter().filter(|at| at.starts_with(folder.path()));
            remove(&own.collect());
            assert_eq!(names(folder.path()), ["f"]);
            Ok(())
        });
        assert!(refused.is_err());
        assert_eq!(fs::read(&path).unwrap(), b"old");
        let is_ours = |at: &PathBuf| at.starts_with(folder.path());
        assert!(!unfinished().iter().any(is_ours), "what has ended is forgotten");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_device_is_an_error_that_names_it() {
        let refused = write_whole(Path::new("/dev/full"), b"x").unwrap_err();
        assert_eq!(refused.to_string(), "cannot write `/dev/full`: the disk is full");
    }

    #[cfg(unix)]
    #[test]
    fn a_private_file_is_for_its_owner_and_a_link_stays_a_link() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("f"), folder.path().join("l"));
        write_whole(&path, b"1").unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        std::os::unix::fs::symlink(&path, &link).unwrap();
        write_whole(&link, b"2").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"2");
    }
}
