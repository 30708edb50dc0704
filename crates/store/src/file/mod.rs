//! The engine `file`: a folder, and in it a file of lines per stream.
//!
//! The stream `incident/7` is the file `incident.7.ndjson`; a line is a record, and the number of a
//! line is its sequence. The format, and how to verify a file without Halligan, is in
//! docs/reference/stream-format.md.
//!
//! - **One writer.** Whoever appends holds the system's exclusive lock on the file, whoever reads
//!   the shared one; both wait at most [`LOCK_WAIT`].
//! - **Durable, all or nothing.** An append is one write of whole lines, flushed to the disk before
//!   it is acknowledged; the folder is flushed with a stream's first append. Records count down to
//!   the last of their append, so that the beginning of one is recognised.
//! - **Torn writes.** What a crash left behind the last whole append is moved into `….ndjson.torn`
//!   by the next append, and reported. Anything else that is wrong is [tampering] and stays as it
//!   is.
//! - **Failed writes.** The file is cut back to where it was; where that fails too, the error says
//!   so.
//!
//! Each read and each append verifies the whole stream, so that nothing is ever built on damage.
//!
//! [tampering]: crate::StoreError::Tampered

mod error;
mod folder;
mod open;
mod scan;
mod write;

#[cfg(not(unix))]
#[path = "elsewhere.rs"]
mod system;
#[cfg(unix)]
#[path = "unix.rs"]
mod system;

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use halligan_core::stream::{Body, Head, StreamName, Tampered, append};
use halligan_core::time::Timestamp;

use crate::error::StoreError;
use crate::streams::{Appended, History, Listed, Repair, Streams};

pub use error::{FileError, FileKind};
pub use folder::FOLDER_FILES_MAX;

use open::Purpose;
use scan::{Scan, scan};

/// How long a reader or writer waits for another one. An append takes milliseconds; who holds a
/// stream for longer is stuck, or not of ours.
pub const LOCK_WAIT: Duration = Duration::from_secs(10);

/// The largest file of a stream, in bytes: some two hundred thousand facts. It is verified as a
/// whole while it is locked, which must end well within [`LOCK_WAIT`].
pub const FILE_BYTES_MAX: u64 = 64 << 20;

/// Streams in the files of one folder.
#[derive(Clone, Debug)]
pub struct FileStreams {
    folder: PathBuf,
    lock_wait: Duration,
}

impl FileStreams {
    /// The streams in `folder`. It is made by the first append, in a folder that is there, for its
    /// owner alone (on Unix; elsewhere the rules of the folder above apply).
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), lock_wait: LOCK_WAIT }
    }

    /// The same streams, with another patience than [`LOCK_WAIT`].
    pub fn with_lock_wait(self, lock_wait: Duration) -> Self {
        Self { lock_wait, ..self }
    }

    /// The file of a stream, whether it is there or not.
    pub fn path(&self, stream: &StreamName) -> PathBuf {
        self.folder.join(folder::file_name(stream))
    }

    fn scanned(&self, stream: &StreamName, bytes: &[u8]) -> Result<Scan, StoreError> {
        scan(stream, bytes).map_err(|tampered: Tampered| StoreError::Tampered {
            stream: stream.clone(),
            place: self.path(stream).display().to_string(),
            tampered,
        })
    }
}

impl Streams for FileStreams {
    fn read(&self, stream: &StreamName) -> Result<History, StoreError> {
        let path = self.path(stream);
        let bytes = match open::locked(&path, Purpose::Read, self.lock_wait)? {
            Some(file) => read_whole(&file, &path)?,
            None => Vec::new(),
        };
        let Scan { records, head, set_back, torn, .. } = self.scanned(stream, &bytes)?;
        Ok(History { records, head, set_back, torn })
    }

    fn append(
        &self,
        stream: &StreamName,
        expected: &Head,
        now: Timestamp,
        facts: Vec<Body>,
    ) -> Result<Appended, StoreError> {
        // Before anything is made: facts that are refused leave no file.
        let records = append(stream, expected, now, facts)
            .map_err(|error| StoreError::Append { stream: stream.clone(), error })?;
        let path = self.path(stream);
        let conflict =
            |found| StoreError::Conflict { stream: stream.clone(), expected: *expected, found };
        let empty = Head::empty(stream);
        let purpose = if *expected == empty { Purpose::Create } else { Purpose::Append };
        let Some(file) = open::locked(&path, purpose, self.lock_wait)? else {
            return Err(conflict(empty));
        };
        let bytes = read_whole(&file, &path)?;
        let scan = self.scanned(stream, &bytes)?;
        if scan.head != *expected {
            return Err(conflict(scan.head));
        }
        let text = write::text(&records, scan.is_terminated);
        write::check_size(&path, scan.end, text.len())?;
        let repaired = match scan.torn {
            Some(torn) => {
                let (_, left) = bytes.split_at(scan.end);
                Some(Repair { torn, kept: write::repair(&file, &path, scan.end, left)? })
            }
            None => None,
        };
        write::append(&file, &path, scan.end, &text)?;
        let head = records.last().map_or(*expected, |last| last.head());
        Ok(Appended { head, repaired })
    }

    fn list(&self) -> Result<Listed, StoreError> {
        Ok(folder::list(&self.folder)?)
    }
}

fn read_whole(file: &File, path: &Path) -> Result<Vec<u8>, FileError> {
    let failed = |error| FileError::read(path, &error);
    let too_large =
        FileError::TooLarge { path: path.into(), limit: "FILE_BYTES_MAX", bytes: FILE_BYTES_MAX };
    let size = file.metadata().map_err(failed)?.len();
    if size > FILE_BYTES_MAX {
        return Err(too_large);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    let mut counted = file.take(FILE_BYTES_MAX.saturating_add(1));
    counted.read_to_end(&mut bytes).map_err(failed)?;
    let is_larger = u64::try_from(bytes.len()).is_ok_and(|read| read > FILE_BYTES_MAX);
    if is_larger { Err(too_large) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests;
