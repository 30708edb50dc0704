//! The folder of the streams: which file is whose.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use halligan_core::stream::StreamName;

use super::error::FileError;
use crate::streams::Listed;

/// The most files of a folder that are listed.
pub const FOLDER_FILES_MAX: usize = 100_000;

/// What the file of a stream ends with.
const ENDING: &str = ".ndjson";

/// What the file of torn writes ends with, behind that.
const TORN: &str = ".torn";

/// The name of a stream's file. Names of streams have no `.`, so that no two have one file.
pub(super) fn file_name(stream: &StreamName) -> String {
    format!("{}{ENDING}", stream.as_str().replace('/', "."))
}

/// Where torn writes are kept: beside the stream.
pub(super) fn torn_path(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(TORN);
    path.with_file_name(name)
}

/// The stream whose file has that name.
fn stream_of(file_name: &str) -> Option<StreamName> {
    file_name.strip_suffix(ENDING)?.replace('.', "/").parse().ok()
}

/// Lists the folder; one that nobody made has no streams.
pub(super) fn list(folder: &Path) -> Result<Listed, FileError> {
    let failed = |error| FileError::read(folder, &error);
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Listed::default()),
        entries => entries.map_err(failed)?,
    };
    let mut listed = Listed::default();
    for (number, entry) in entries.enumerate() {
        if number >= FOLDER_FILES_MAX {
            let (limit, files) = ("FOLDER_FILES_MAX", FOLDER_FILES_MAX);
            return Err(FileError::TooMany { path: folder.into(), limit, files });
        }
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let found = entry.metadata().map_err(failed)?;
        match stream_of(&name) {
            // What a first append left that failed: a stream without records.
            Some(_) if found.is_file() && found.len() == 0 => {}
            Some(stream) if found.is_file() => listed.streams.push(stream),
            None if name.strip_suffix(TORN).and_then(stream_of).is_some() => {}
            _ => listed.strangers.push(name),
        }
    }
    listed.streams.sort();
    listed.strangers.sort();
    Ok(listed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_a_file_and_a_file_is_a_stream() {
        for (stream, file) in [
            ("custody", "custody.ndjson"),
            ("incident/7", "incident.7.ndjson"),
            ("incident-7", "incident-7.ndjson"),
            ("a/b-c/0", "a.b-c.0.ndjson"),
        ] {
            let name: StreamName = stream.parse().unwrap();
            assert_eq!(file_name(&name), file);
            assert_eq!(stream_of(file), Some(name));
        }
        for file in
            ["custody", ".ndjson", "A.ndjson", "a..b.ndjson", "custody.ndjson.torn", "con.ndjson"]
        {
            assert_eq!(stream_of(file), None, "{file}");
        }
        assert_eq!(torn_path(Path::new("x/a.ndjson")), Path::new("x/a.ndjson.torn"));
    }

    #[test]
    fn strangers_among_the_streams_are_named() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(list(&folder.path().join("absent")), Ok(Listed::default()));
        for name in
            ["b.ndjson", "a.c.ndjson", "a.ndjson", "a.ndjson.torn", "x.torn", "a (1).ndjson"]
        {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        fs::write(folder.path().join("empty.ndjson"), "").unwrap();
        fs::create_dir(folder.path().join("folder.ndjson")).unwrap();
        let listed = list(folder.path()).unwrap();
        let names: Vec<_> = listed.streams.iter().map(StreamName::as_str).collect();
        assert_eq!(names, ["a", "a/c", "b"]);
        assert_eq!(listed.strangers, ["a (1).ndjson", "folder.ndjson", "x.torn"]);
    }
}
