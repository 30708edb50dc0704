//! Every folder of exported policies that others published can be assessed.

use std::fs;
use std::path::{Path, PathBuf};

use halligan_app::assess::assess;
use halligan_app::folder::{FileFate, Folder};
use halligan_core::register::{DeclaredAccount, Register, Shape};
use halligan_core::report::Verdict;
use halligan_core::time::Timestamp;

/// The folder beside the repository; `None` says so, and fails where it must be there.
fn shared() -> Option<PathBuf> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/ca-policies");
    if Path::new(path).is_dir() {
        return Some(path.into());
    }
    assert!(std::env::var_os("CI").is_none(), "CI needs ../shared/data/ca-policies");
    eprintln!("skipped: ../shared/data/ca-policies is not there");
    None
}

/// The folders with policies, one per repository that they come from.
fn folders(root: &Path) -> Vec<PathBuf> {
    let inside = |path: &Path| {
        let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        entries
            .filter(|path| path.is_dir() && path.to_string_lossy().contains('+'))
            .collect::<Vec<_>>()
    };
    let mut folders = [inside(root), inside(&root.join("tenants"))].concat();
    folders.sort();
    folders
}

#[test]
fn every_folder_gives_an_assessment() {
    let Some(root) = shared() else { return };
    let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
    let account = |digit: u128, name: &str| DeclaredAccount {
        id: halligan_core::id::UserId::from_u128(digit),
        code_name: name.into(),
    };
    let accounts = vec![account(1, "alpha"), account(2, "bravo")];
    let register = Register::of(accounts, None, Shape::Exempt);
    let folders = folders(&root);
    assert_eq!(folders.len(), 9);
    for path in folders {
        let folder = Folder::read(&path, now).unwrap();
        assert!(folder.policies() > 0, "{}", path.display());
        let assessment = assess(&register, &folder.snapshot, None, now).unwrap();
        // Files alone never prove that a back door stands.
        assert_ne!(assessment.verdict, Verdict::Holds, "{}", path.display());
        for file in &folder.files {
            if let FileFate::Refused(why) | FileFate::NotAPolicy(why) = &file.fate {
                assert!(!why.is_empty() && !why.contains('\n'), "{}", file.path.display());
            }
        }
    }
}

#[test]
fn the_templates_that_forgot_nobody_are_told_from_those_that_did() {
    let Some(root) = shared() else { return };
    let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
    let path = root.join("tenants").join("j0eyv+ConditionalAccessBaseline");
    let folder = Folder::read(&path, now).unwrap();
    assert_eq!(folder.policies(), 36);
    assert_eq!(folder.refused().count(), 0);
    let locations = folder.snapshot.locations.value().map_or(0, Vec::len);
    assert!(locations > 0, "the export holds named locations");
}
