//! Why a file of a stream does not do as it should.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// What lies where a file should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A folder.
    Folder,
    /// A symbolic link.
    SymbolicLink,
    /// A pipe, a socket or a device.
    Other,
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Folder => "a folder",
            Self::SymbolicLink => "a symbolic link",
            Self::Other => "a pipe, a socket or a device",
        })
    }
}

/// Why a file cannot be used. What is said of the file holds when the error is returned.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FileError {
    /// Something else lies there.
    #[error("`{}` is {found}, and streams lie in files", path.display())]
    NotAFile {
        /// Where.
        path: PathBuf,
        /// What it is.
        found: FileKind,
    },
    /// The system refuses to read it.
    #[error("cannot read `{}`: {}", path.display(), said(*kind, what))]
    Read {
        /// The file, or the folder.
        path: PathBuf,
        /// The system's kind of error.
        kind: io::ErrorKind,
        /// What the system says.
        what: String,
    },
    /// The system refuses to write it. It is as it was.
    #[error("cannot write `{}`: {}", path.display(), said(*kind, what))]
    Write {
        /// The file, or the folder.
        path: PathBuf,
        /// The system's kind of error.
        kind: io::ErrorKind,
        /// What the system says.
        what: String,
    },
    /// The system refused to write it, and then to take back what was written: the facts may be
    /// there, or a part of them, which the next append removes.
    #[error(
        "cannot write `{}`: {}; and it cannot be cut back to {bytes} bytes: {then}",
        path.display(),
        said(*kind, what)
    )]
    Unsettled {
        /// The file.
        path: PathBuf,
        /// The system's kind of error, when it was written.
        kind: io::ErrorKind,
        /// What the system said then.
        what: String,
        /// How long it was.
        bytes: u64,
        /// What the system said when it was cut back.
        then: String,
    },
    /// The system does not lock it.
    #[error("cannot lock `{}`: {}", path.display(), said(*kind, what))]
    Lock {
        /// The file.
        path: PathBuf,
        /// The system's kind of error.
        kind: io::ErrorKind,
        /// What the system says.
        what: String,
    },
    /// Another program holds it, or replaced it again and again.
    #[error(
        "another program holds `{}`, also after LOCK_WAIT ({milliseconds} ms)",
        path.display()
    )]
    Busy {
        /// The file.
        path: PathBuf,
        /// How long was waited.
        milliseconds: u128,
    },
    /// It is larger than what is read, or would be.
    #[error("`{}` is or would be larger than {limit} ({bytes} bytes)", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit's name.
        limit: &'static str,
        /// The limit in bytes.
        bytes: u64,
    },
    /// More lies in the folder than is listed.
    #[error("more files lie in `{}` than {limit} ({files})", path.display())]
    TooMany {
        /// The folder.
        path: PathBuf,
        /// The limit's name.
        limit: &'static str,
        /// The limit.
        files: usize,
    },
}

impl FileError {
    pub(super) fn read(path: &Path, error: &io::Error) -> Self {
        Self::Read { path: path.into(), kind: error.kind(), what: error.to_string() }
    }

    pub(super) fn write(path: &Path, error: &io::Error) -> Self {
        Self::Write { path: path.into(), kind: error.kind(), what: error.to_string() }
    }

    pub(super) fn lock(path: &Path, error: &io::Error) -> Self {
        Self::Lock { path: path.into(), kind: error.kind(), what: error.to_string() }
    }

    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NotAFile { .. } => {
                "move it away; a link may lead to what others can write, so none is followed"
            }
            Self::Write { kind, .. } => return hint_of_write(*kind).map(Into::into),
            Self::Unsettled { .. } => {
                "look after the disk first; then read the stream to see whether the facts are there"
            }
            Self::Lock { .. } => {
                "keep streams on a local disk, or on a network file system that locks files"
            }
            Self::Busy { .. } => {
                "another `halligan`, a backup or an editor holds it: wait for it, or end it"
            }
            Self::TooLarge { .. } | Self::TooMany { .. } => {
                "check that nothing else writes there; a stream of that size needs another engine"
            }
            Self::Read { .. } => return None,
        };
        Some(hint.into())
    }
}

fn hint_of_write(kind: io::ErrorKind) -> Option<&'static str> {
    match kind {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            Some("free some space and try again: nothing was recorded, and nothing is lost")
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            Some("run this as the owner of the folder, on a disk that can be written")
        }
        io::ErrorKind::NotFound => Some("make the folder above it first, or name another one"),
        _ => None,
    }
}

fn said(kind: io::ErrorKind, what: &str) -> String {
    match kind {
        io::ErrorKind::NotFound => "no such file or folder".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        io::ErrorKind::ReadOnlyFilesystem => "the disk is mounted read-only".into(),
        io::ErrorKind::StorageFull => "the disk is full".into(),
        io::ErrorKind::NotADirectory => "a file lies where a folder should be".into(),
        _ => what.into(),
    }
}
