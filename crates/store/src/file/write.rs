//! Writing at the end of a stream's file, and taking back what did not work.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use halligan_core::stream::Record;

use super::FILE_BYTES_MAX;
use super::error::FileError;
use super::folder::torn_path;
use super::open::{folder_of, is_there, sync_folder};
use super::system;

/// The lines of records, behind the end of a line that lacks it.
pub(super) fn text(records: &[Record], is_terminated: bool) -> String {
    let mut text = String::new();
    if !is_terminated {
        text.push('\n');
    }
    for record in records {
        text.push_str(&record.to_line());
        text.push('\n');
    }
    text
}

/// Refuses what would make the file larger than what is read.
pub(super) fn check_size(path: &Path, end: usize, more: usize) -> Result<(), FileError> {
    let size = u64::try_from(end.saturating_add(more)).unwrap_or(u64::MAX);
    if size <= FILE_BYTES_MAX {
        return Ok(());
    }
    let (limit, bytes) = ("FILE_BYTES_MAX", FILE_BYTES_MAX);
    Err(FileError::TooLarge { path: path.into(), limit, bytes })
}

/// Writes `text` behind the first `end` bytes, durably, or leaves the file as it was.
pub(super) fn append(
    mut file: &File,
    path: &Path,
    end: usize,
    text: &str,
) -> Result<(), FileError> {
    let bytes = u64::try_from(end).unwrap_or(u64::MAX);
    let written = file
        .seek(SeekFrom::Start(bytes))
        .and_then(|_| file.write_all(text.as_bytes()))
        .and_then(|()| file.sync_all())
        // Whoever made the file may have died before its name was durable.
        .and_then(|()| if end == 0 { system::sync_folder(folder_of(path)) } else { Ok(()) });
    let Err(error) = written else {
        return Ok(());
    };
    match cut(file, bytes) {
        Ok(()) => Err(FileError::write(path, &error)),
        Err(then) => Err(FileError::Unsettled {
            path: path.into(),
            kind: error.kind(),
            what: error.to_string(),
            bytes,
            then: then.to_string(),
        }),
    }
}

/// Moves what is `left` of a torn write from the end of the file into the file beside it, which
/// comes first: bytes may be there twice, and never nowhere.
pub(super) fn repair(
    file: &File,
    path: &Path,
    end: usize,
    left: &[u8],
) -> Result<PathBuf, FileError> {
    let beside = torn_path(path);
    is_there(&beside)?;
    keep(&beside, left).map_err(|error| FileError::write(&beside, &error))?;
    sync_folder(folder_of(path))?;
    let end = u64::try_from(end).unwrap_or(u64::MAX);
    cut(file, end).map_err(|error| FileError::write(path, &error))?;
    Ok(beside)
}

fn keep(beside: &Path, left: &[u8]) -> io::Result<()> {
    let mut file = match system::create_file(beside) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            OpenOptions::new().append(true).open(beside)?
        }
        made => made?,
    };
    file.write_all(&[left, b"\n"].concat())?;
    file.sync_all()
}

fn cut(file: &File, bytes: u64) -> io::Result<()> {
    file.set_len(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn what_cannot_be_taken_back_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("custody.ndjson");
        fs::write(&path, "line\n").unwrap();
        // A file that can neither be written nor cut.
        let file = File::open(&path).unwrap();
        let error = append(&file, &path, 5, "more\n").unwrap_err();
        assert!(matches!(&error, FileError::Unsettled { bytes: 5, .. }), "{error}");
        assert!(error.to_string().contains("; and it cannot be cut back to 5 bytes: "), "{error}");
        assert!(error.hint().unwrap().contains("read the stream"));
        assert_eq!(fs::read(&path).unwrap(), b"line\n");
    }
}
