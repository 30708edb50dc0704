//! Opening a stream's file: a regular file, locked, and still the one of that name.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::error::{FileError, FileKind};
use super::system;

/// How long is slept between two tries to lock: shorter than an append takes on a slow disk.
const LOCK_INTERVAL: Duration = Duration::from_millis(2);

/// What a file is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Reading, beside other readers.
    Read,
    /// Appending, alone.
    Append,
    /// Appending, alone, to a file that is made when there is none.
    Create,
}

/// Opens and locks a file; `None` when there is none and none is to be made.
pub(super) fn locked(
    path: &Path,
    purpose: Purpose,
    wait: Duration,
) -> Result<Option<File>, FileError> {
    let begun = Instant::now();
    loop {
        if !is_there(path)? {
            if purpose != Purpose::Create {
                return Ok(None);
            }
            create(path)?;
        }
        if let Some(file) = open(path, purpose)? {
            lock(&file, path, purpose, begun, wait)?;
            // Whoever held the lock may have removed the file or put another one in its place; what
            // is written to the old one would be lost.
            if system::is_same(&file, path) {
                return Ok(Some(file));
            }
        }
        if begun.elapsed() >= wait {
            return Err(busy(path, wait));
        }
    }
}

/// Whether a regular file is there; anything else in its place is an error.
pub(super) fn is_there(path: &Path) -> Result<bool, FileError> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => return Ok(true),
        Ok(found) if found.is_dir() => FileKind::Folder,
        Ok(found) if found.is_symlink() => FileKind::SymbolicLink,
        Ok(_) => FileKind::Other,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(FileError::read(path, &error)),
    };
    Err(FileError::NotAFile { path: path.into(), found })
}

fn open(path: &Path, purpose: Purpose) -> Result<Option<File>, FileError> {
    let mut options = OpenOptions::new();
    match options.read(true).write(purpose != Purpose::Read).open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) if purpose == Purpose::Read => Err(FileError::read(path, &error)),
        Err(error) => Err(FileError::write(path, &error)),
    }
}

fn create(path: &Path) -> Result<(), FileError> {
    let folder = folder_of(path);
    match system::create_folder(folder) {
        Ok(()) => sync_folder(folder_of(folder))?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(FileError::write(folder, &error)),
    }
    match system::create_file(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(FileError::write(path, &error))
        }
        _ => Ok(()),
    }
}

/// The folder that a path is in.
pub(super) fn folder_of(path: &Path) -> &Path {
    let above = path.parent().filter(|above| !above.as_os_str().is_empty());
    above.unwrap_or(Path::new("."))
}

/// Makes the names in a folder durable.
pub(super) fn sync_folder(folder: &Path) -> Result<(), FileError> {
    system::sync_folder(folder).map_err(|error| FileError::write(folder, &error))
}

fn lock(
    file: &File,
    path: &Path,
    purpose: Purpose,
    begun: Instant,
    wait: Duration,
) -> Result<(), FileError> {
    loop {
        let tried = match purpose {
            Purpose::Read => file.try_lock_shared(),
            Purpose::Append | Purpose::Create => file.try_lock(),
        };
        match tried {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if begun.elapsed() < wait => {
                thread::sleep(LOCK_INTERVAL);
            }
            Err(TryLockError::WouldBlock) => return Err(busy(path, wait)),
            Err(TryLockError::Error(error)) => return Err(FileError::lock(path, &error)),
        }
    }
}

fn busy(path: &Path, wait: Duration) -> FileError {
    FileError::Busy { path: path.into(), milliseconds: wait.as_millis() }
}
