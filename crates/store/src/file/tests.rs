//! The engine on a real disk: the suite, damage, repair, and what lies where a file should be.

use std::fs;
use std::io::Write as _;
use std::thread;

use halligan_core::stream::{Damage, LineError, Record};
use tempfile::TempDir;

use super::*;
use crate::Torn;
use crate::conformance::Place;

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn streams(&self) -> PathBuf {
        self.0.path().join("streams")
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.streams()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Place for Folder {
    type Engine = FileStreams;

    fn open(&self) -> FileStreams {
        FileStreams::new(self.streams())
    }
}

mod conformance {
    crate::conformance!(super::Folder::new);
}

fn custody() -> StreamName {
    "custody".parse().unwrap()
}

fn now() -> Timestamp {
    Timestamp::from_second(1_795_406_400).unwrap()
}

fn fact(number: usize) -> Body {
    Body::parse(&format!("{{\"number\":{number}}}")).unwrap()
}

fn try_append(engine: &FileStreams, facts: &[usize]) -> Result<Appended, StoreError> {
    let head = engine.head(&custody())?;
    engine.append(&custody(), &head, now(), facts.iter().copied().map(fact).collect())
}

/// A store with two appends, and the file's bytes.
fn filled() -> (Folder, FileStreams, PathBuf, Vec<u8>) {
    let folder = Folder::new();
    let engine = folder.open();
    try_append(&engine, &[1]).unwrap();
    try_append(&engine, &[2, 3]).unwrap();
    let path = engine.path(&custody());
    let bytes = fs::read(&path).unwrap();
    (folder, engine, path, bytes)
}

fn numbers(engine: &FileStreams) -> Vec<usize> {
    let records = engine.read(&custody()).unwrap().records;
    let number = |record: &Record| {
        let text = record.body.as_str();
        text.trim_start_matches("{\"number\":").trim_end_matches('}').parse().unwrap()
    };
    records.iter().map(number).collect()
}

fn damage(engine: &FileStreams) -> Option<(u64, Damage)> {
    match engine.read(&custody()) {
        Err(StoreError::Tampered { tampered, .. }) => Some((tampered.position, tampered.what)),
        _ => None,
    }
}

#[test]
fn a_record_is_a_line_and_its_number_is_its_sequence() {
    let (folder, engine, _, bytes) = filled();
    let text = String::from_utf8(bytes).unwrap();
    let lines: Vec<_> =
        text.lines().map(|line| Record::from_line(line.as_bytes()).unwrap()).collect();
    assert_eq!(lines, engine.read(&custody()).unwrap().records);
    assert!(text.ends_with('\n'));
    assert_eq!(folder.names(), ["custody.ndjson"]);
}

#[test]
fn a_torn_write_is_taken_off_kept_and_told() {
    let (_, _, _, whole) = filled();
    let second = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for left in [1, 40, 200, whole.len() - second - 2] {
        let (folder, engine, path, bytes) = filled();
        fs::write(&path, &bytes[..second + left]).unwrap();
        let torn = Torn { position: 2, bytes: u64::try_from(left).unwrap() };
        let read = engine.read(&custody()).unwrap();
        assert_eq!((read.torn, numbers(&engine)), (Some(torn), vec![1]));
        let kept = folder.streams().join("custody.ndjson.torn");
        assert!(!kept.exists(), "reading changes nothing");
        let appended = try_append(&engine, &[4]).unwrap();
        assert_eq!(appended.repaired, Some(Repair { torn, kept: kept.clone() }));
        assert_eq!(fs::read(&kept).unwrap(), [&bytes[second..second + left], b"\n"].concat());
        assert_eq!((numbers(&engine), engine.read(&custody()).unwrap().torn), (vec![1, 4], None));
        assert_eq!(folder.names(), ["custody.ndjson", "custody.ndjson.torn"]);
        assert_eq!(engine.list().unwrap().strangers, [""; 0]);
    }
}

#[test]
fn torn_writes_are_kept_beside_each_other() {
    let (folder, engine, path, _) = filled();
    for (number, left) in [(4, "{\"seq"), (5, "{")] {
        fs::OpenOptions::new()
            .append(true)
            .open(&path)
            .unwrap()
            .write_all(left.as_bytes())
            .unwrap();
        assert!(try_append(&engine, &[number]).unwrap().repaired.is_some());
    }
    let kept = fs::read_to_string(folder.streams().join("custody.ndjson.torn")).unwrap();
    assert_eq!((kept.as_str(), numbers(&engine)), ("{\"seq\n{\n", vec![1, 2, 3, 4, 5]));
}

#[test]
fn a_line_end_that_an_editor_took_off_comes_back() {
    let (folder, engine, path, bytes) = filled();
    fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    assert_eq!(engine.read(&custody()).unwrap().torn, None);
    assert_eq!(try_append(&engine, &[4]).unwrap().repaired, None);
    assert_eq!(numbers(&engine), [1, 2, 3, 4]);
    assert!(fs::read(&path).unwrap().starts_with(&bytes));
    assert_eq!(folder.names(), ["custody.ndjson"]);
}

#[test]
fn what_is_tampered_with_is_neither_repaired_nor_built_on() {
    let (folder, engine, path, bytes) = filled();
    let head = engine.head(&custody()).unwrap();
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 0x02;
        fs::write(&path, &changed).unwrap();
        let before = bytes[..place].iter().filter(|byte| **byte == b'\n').count();
        let position = u64::try_from(before).unwrap() + 1;
        assert_eq!(damage(&engine).map(|(position, _)| position), Some(position), "byte {place}");
        let appended = engine.append(&custody(), &head, now(), vec![fact(4)]);
        assert!(matches!(appended, Err(StoreError::Tampered { .. })), "{appended:?}");
        assert_eq!(fs::read(&path).unwrap(), changed);
    }
    assert_eq!(folder.names(), ["custody.ndjson"]);
}

#[test]
fn what_editors_and_conversions_do_is_named() {
    let (_folder, engine, path, bytes) = filled();
    let text = String::from_utf8(bytes).unwrap();
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let line = |error| Damage::Line(error);
    for (changed, position, what) in [
        (text.replace('\n', "\r\n").into_bytes(), 1, line(LineError::CarriageReturn)),
        (format!("\u{feff}{text}").into_bytes(), 1, line(LineError::ByteOrderMark)),
        (format!("{text}\n").into_bytes(), 4, line(LineError::Empty)),
        (format!("\n{text}").into_bytes(), 1, line(LineError::Empty)),
        (text.replacen('2', "\0", 1).into_bytes(), 1, line(LineError::Nul)),
        (utf16, 1, line(LineError::Nul)),
        ([b"{\"\xe9\n", text.as_bytes()].concat(), 1, line(LineError::NotUtf8)),
    ] {
        fs::write(&path, changed).unwrap();
        assert_eq!(damage(&engine), Some((position, what)));
        let error = engine.head(&custody()).unwrap_err();
        let said = error.to_string();
        let place = path.display();
        let start = format!(
            "the stream `custody` in `{place}` was tampered with or damaged: record {position}: "
        );
        assert!(said.starts_with(&start) && !said.contains('\n'), "{said}");
        assert!(error.hint().unwrap().contains("anchor"), "{error}");
    }
}

#[test]
fn streams_do_not_change_places() {
    let (_folder, engine, path, _) = filled();
    let drill = "drill".parse().unwrap();
    fs::copy(path, engine.path(&drill)).unwrap();
    let error = engine.read(&drill).unwrap_err();
    assert!(error.to_string().contains("record 1: its digest is not"), "{error}");
}

#[test]
fn a_file_that_is_held_is_waited_for_and_then_named() {
    let (_folder, engine, path, _) = filled();
    let held = fs::File::open(&path).unwrap();
    held.lock().unwrap();
    let impatient = engine.clone().with_lock_wait(Duration::from_millis(30));
    let busy = StoreError::File(FileError::Busy { path: path.clone(), milliseconds: 30 });
    assert_eq!(impatient.read(&custody()), Err(busy.clone()));
    assert!(busy.to_string().contains("LOCK_WAIT (30 ms)"), "{busy}");
    assert!(busy.hint().unwrap().contains("wait for it"));
    thread::scope(|scope| {
        scope.spawn(move || {
            thread::sleep(Duration::from_millis(60));
            drop(held);
        });
        assert_eq!(try_append(&engine, &[4]).map(|appended| appended.head.length), Ok(4));
    });
}

#[test]
fn a_file_that_is_replaced_while_it_is_waited_for_is_not_written_to() {
    let (folder, engine, path, bytes) = filled();
    let head = engine.head(&custody()).unwrap();
    let held = fs::File::open(&path).unwrap();
    held.lock().unwrap();
    thread::scope(|scope| {
        let appending = scope.spawn(|| engine.append(&custody(), &head, now(), vec![fact(4)]));
        thread::sleep(Duration::from_millis(60));
        let copy = folder.streams().join("copy");
        fs::write(&copy, &bytes).unwrap();
        fs::rename(&copy, &path).unwrap();
        drop(held);
        assert_eq!(appending.join().unwrap().map(|appended| appended.head.length), Ok(4));
    });
    assert_eq!(numbers(&engine), [1, 2, 3, 4], "they are in the file of that name");
}

#[test]
fn a_file_beyond_the_limit_is_refused_by_its_name() {
    let (_folder, engine, path, _) = filled();
    let head = engine.head(&custody()).unwrap();
    let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(FILE_BYTES_MAX + 1).unwrap();
    let limit = "FILE_BYTES_MAX";
    let error = FileError::TooLarge { path, limit, bytes: FILE_BYTES_MAX };
    assert_eq!(engine.read(&custody()), Err(error.clone().into()));
    let appended = engine.append(&custody(), &head, now(), vec![fact(4)]);
    assert_eq!(appended, Err(error.into()));
    let (at_limit, beyond) = (usize::try_from(FILE_BYTES_MAX).unwrap() - 10, 11);
    assert_eq!(write::check_size(Path::new("x"), at_limit, 10), Ok(()));
    assert!(write::check_size(Path::new("x"), at_limit, beyond).is_err());
}

#[test]
fn what_is_no_file_is_named_and_left_alone() {
    let folder = Folder::new();
    let engine = folder.open();
    let path = engine.path(&custody());
    fs::create_dir_all(&path).unwrap();
    let error = FileError::NotAFile { path: path.clone(), found: FileKind::Folder };
    assert_eq!(engine.read(&custody()), Err(error.clone().into()));
    let head = Head::empty(&custody());
    assert_eq!(engine.append(&custody(), &head, now(), vec![fact(1)]), Err(error.into()));
    fs::remove_dir(&path).unwrap();
    // The folder of the streams is a file.
    fs::remove_dir(folder.streams()).unwrap();
    fs::write(folder.streams(), "mine").unwrap();
    let said = engine.read(&custody()).unwrap_err().to_string();
    assert!(said.ends_with("a file lies where a folder should be"), "{said}");
    assert!(try_append(&engine, &[1]).is_err() && engine.list().is_err());
    assert_eq!(fs::read_to_string(folder.streams()).unwrap(), "mine");
}

#[test]
fn the_folder_above_must_be_there() {
    let folder = Folder::new();
    let engine = FileStreams::new(folder.streams().join("deeper"));
    let error = try_append(&engine, &[1]).unwrap_err();
    assert!(error.to_string().ends_with("no such file or folder"), "{error}");
    assert!(error.hint().unwrap().starts_with("make the folder above"));
    assert!(!folder.streams().exists());
}

#[test]
fn a_first_append_that_died_before_its_write_left_an_empty_stream() {
    let folder = Folder::new();
    let engine = folder.open();
    fs::create_dir(folder.streams()).unwrap();
    fs::write(engine.path(&custody()), "").unwrap();
    assert_eq!(engine.list(), Ok(Listed::default()));
    assert_eq!(try_append(&engine, &[1]).map(|appended| appended.head.length), Ok(1));
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn files_and_folder_are_for_their_owner_alone() {
        let (folder, engine, path, bytes) = filled();
        fs::write(&path, &bytes[..bytes.len() - 9]).unwrap();
        try_append(&engine, &[4]).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder.streams()), 0o700);
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(&folder.streams().join("custody.ndjson.torn")), 0o600);
    }

    #[test]
    fn links_are_not_followed() {
        let (folder, engine, path, bytes) = filled();
        let elsewhere = folder.0.path().join("elsewhere");
        fs::rename(&path, &elsewhere).unwrap();
        symlink(&elsewhere, &path).unwrap();
        let found = FileKind::SymbolicLink;
        let error = StoreError::File(FileError::NotAFile { path: path.clone(), found });
        assert_eq!(engine.read(&custody()), Err(error.clone()));
        let head = Head::empty(&custody());
        assert_eq!(engine.append(&custody(), &head, now(), vec![fact(1)]), Err(error));
        assert_eq!(engine.list().unwrap().strangers, ["custody.ndjson"]);
        fs::remove_file(&path).unwrap();
        // Nor where torn writes go.
        fs::write(&path, &bytes[..bytes.len() - 9]).unwrap();
        let kept = folder.streams().join("custody.ndjson.torn");
        symlink(&elsewhere, &kept).unwrap();
        let error = FileError::NotAFile { path: kept, found };
        assert_eq!(try_append(&engine, &[4]), Err(error.into()));
        assert_eq!(fs::read(&path).unwrap(), bytes[..bytes.len() - 9]);
        assert_eq!(fs::read(elsewhere).unwrap(), bytes);
    }

    #[test]
    fn a_device_is_not_a_stream() {
        let folder = Folder::new();
        let engine = folder.open();
        fs::create_dir(folder.streams()).unwrap();
        let path = engine.path(&custody());
        let _listening = std::os::unix::net::UnixListener::bind(&path).unwrap();
        let error = FileError::NotAFile { path, found: FileKind::Other };
        assert_eq!(engine.read(&custody()), Err(error.into()));
    }
}
