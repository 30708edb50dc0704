//! Disks that are full, too small or read-only, and folders of others.

use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Output};

use halligan_core::stream::Body;
use halligan_store::file::{FileError, FileStreams};
use halligan_store::{StoreError, Streams as _};

use crate::{again, append, child_folder, custody};

/// Limits the size of files to 4 KiB; who writes more gets an error instead of a signal.
const LIMITED: &str = "ulimit -f 8 && trap '' XFSZ && exec \"$0\" \"$@\"";

/// Mounts a disk of 64 KiB for this process and its children alone; 77 where that is not allowed.
const SMALL_DISK: &str = "mkdir -p \"$1\" && mount -t tmpfs -o size=64k,mode=755 tmpfs \"$1\" \
    || exit 77; shift; exec \"$@\"";

/// The user that owns nothing.
const NOBODY: u32 = 65_534;

fn fact(bytes: usize) -> Body {
    Body::parse(&format!("{{\"text\":\"{}\"}}", "x".repeat(bytes))).unwrap()
}

fn ended_well(output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}{said}", String::from_utf8_lossy(&output.stdout));
}

/// Appends until it is refused, and holds that the file is as it was; gives the system's kind.
fn append_until_refused(engine: &FileStreams, facts: &[Body]) -> ErrorKind {
    let path = engine.path(&custody());
    loop {
        let before = (fs::read(&path).ok(), engine.read(&custody()).unwrap());
        let Err(error) = append(engine, facts.to_vec()) else {
            continue;
        };
        assert_eq!((fs::read(&path).ok(), engine.read(&custody()).unwrap()), before);
        let StoreError::File(FileError::Write { kind, .. }) = error else { panic!("{error}") };
        assert!(error.to_string().starts_with("cannot write `"), "{error}");
        assert!(error.hint().unwrap().contains("nothing is lost"), "{error}");
        return kind;
    }
}

#[test]
fn a_write_that_stops_in_the_middle_is_taken_back() {
    let test = "refused::a_write_that_stops_in_the_middle_is_taken_back";
    if let Some(folder) = child_folder() {
        let engine = FileStreams::new(folder);
        let facts = [fact(100), fact(500), fact(100)];
        assert_eq!(append_until_refused(&engine, &facts), ErrorKind::FileTooLarge);
        let (path, length) = (engine.path(&custody()), engine.head(&custody()).unwrap().length);
        assert!(length > 0 && length.is_multiple_of(3));
        // A torn write is kept beside before the next one is refused, and taken off once.
        let mut torn = fs::read(&path).unwrap();
        torn.extend(b"{\"sequence\":");
        fs::write(&path, &torn).unwrap();
        assert!(append(&engine, facts.to_vec()).is_err());
        assert_eq!(engine.read(&custody()).unwrap().torn, None);
        assert_eq!(append(&engine, vec![fact(1)]).unwrap().repaired, None);
        let kept = fs::read(path.with_extension("ndjson.torn")).unwrap();
        return assert_eq!(kept, b"{\"sequence\":\n");
    }
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("streams");
    ended_well(&again(test, &folder, &["sh", "-c", LIMITED]).output().unwrap());
}

/// Starts `test` with a small disk of its own; `None`, said aloud, where that is not allowed.
fn on_small_disk(test: &str, home: &Path) -> Option<Output> {
    let disk = home.join("disk");
    let mount = disk.to_str().unwrap();
    let wrapper = ["unshare", "--mount", "sh", "-c", SMALL_DISK, "sh", mount];
    match again(test, &disk, &wrapper).output() {
        Ok(output) if output.status.success() || is_reached(&output) => return Some(output),
        Ok(output) => println!("skipped: no disk: {}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => println!("skipped: no `unshare`: {error}"),
    }
    None
}

/// Whether the test itself was reached, and not only what prepares its disk.
fn is_reached(output: &Output) -> bool {
    String::from_utf8_lossy(&output.stdout).contains("running 1 test")
}

#[test]
fn a_full_disk_costs_nothing_that_was_there() {
    let test = "refused::a_full_disk_costs_nothing_that_was_there";
    if let Some(disk) = child_folder() {
        let engine = FileStreams::new(disk.join("streams"));
        append(&engine, vec![fact(10)]).unwrap();
        let rest = disk.join("rest");
        fs::write(&rest, vec![0; 30_000]).unwrap();
        assert_eq!(append_until_refused(&engine, &[fact(9_000)]), ErrorKind::StorageFull);
        // Nor is there room for another stream, or for a file of it.
        let other = "other".parse().unwrap();
        let empty = engine.head(&other).unwrap();
        let now = crate::now();
        assert!(engine.append(&other, &empty, now, vec![fact(60_000)]).is_err());
        assert_eq!(engine.head(&other), Ok(empty));
        assert_eq!(engine.list().unwrap().streams, [custody()]);
        fs::remove_file(rest).unwrap();
        append(&engine, vec![fact(9_000)]).unwrap();
        return;
    }
    let home = tempfile::tempdir().unwrap();
    if let Some(output) = on_small_disk(test, home.path()) {
        ended_well(&output);
    }
}

#[test]
fn a_read_only_disk_is_read_and_not_written() {
    let test = "refused::a_read_only_disk_is_read_and_not_written";
    if let Some(disk) = child_folder() {
        let engine = FileStreams::new(disk.join("streams"));
        let head = append(&engine, vec![fact(1)]).unwrap().head;
        let remount = ["-o", "remount,ro"];
        assert!(Command::new("mount").args(remount).arg(&disk).status().unwrap().success());
        assert_eq!(engine.head(&custody()), Ok(head));
        let error = append(&engine, vec![fact(1)]).unwrap_err();
        assert!(error.to_string().ends_with("the disk is mounted read-only"), "{error}");
        assert!(error.hint().unwrap().contains("a disk that can be written"));
        return;
    }
    let home = tempfile::tempdir().unwrap();
    if let Some(output) = on_small_disk(test, home.path()) {
        ended_well(&output);
    }
}

#[test]
fn a_folder_of_others_is_read_and_not_written() {
    let test = "refused::a_folder_of_others_is_read_and_not_written";
    if let Some(folder) = child_folder() {
        let engine = FileStreams::new(&folder);
        assert_eq!(engine.head(&custody()).unwrap().length, 1);
        for (stream, path) in [("custody", engine.path(&custody())), ("other", folder.clone())] {
            let stream = stream.parse().unwrap();
            let head = engine.head(&stream).unwrap();
            let error = engine.append(&stream, &head, crate::now(), vec![fact(1)]).unwrap_err();
            let said = error.to_string();
            assert!(said.starts_with(&format!("cannot write `{}", path.display())), "{said}");
            assert!(said.ends_with(": permission denied"), "{said}");
            assert!(error.hint().unwrap().contains("owner of the folder"));
        }
        fs::set_permissions(engine.path(&custody()), Permissions::from_mode(0o600)).unwrap_err();
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("streams");
    append(&FileStreams::new(&folder), vec![fact(1)]).unwrap();
    for (path, mode) in
        [(home.path(), 0o755), (&folder, 0o755), (&folder.join("custody.ndjson"), 0o444)]
    {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }
    if fs::metadata(&folder).unwrap().uid() != 0 {
        return println!("skipped: only root can take on another user");
    }
    match again(test, &folder, &[]).uid(NOBODY).gid(NOBODY).output() {
        Ok(output) => ended_well(&output),
        Err(error) => println!("skipped: nobody may not run this test: {error}"),
    }
}
