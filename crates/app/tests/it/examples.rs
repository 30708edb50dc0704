//! The examples, as far as they are read by the app: the transcripts of the CLI run them whole.

use std::collections::BTreeSet;
use std::path::PathBuf;

use halligan_app::config::{Config, CredentialReference, SecretReference, SignIn};
use halligan_app::folder::Folder;
use halligan_app::prove::change::{ChangeError, Outcome, Proposal, compare};
use halligan_app::prove::suppose::suppose;
use halligan_core::ca::Verdict;
use halligan_core::permission::{Need, needs};
use halligan_core::register::{Environment, Shape};
use halligan_core::tenant::Snapshot;
use halligan_core::time::Timestamp;

fn example(path: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples")).join(path)
}

/// Before the day on which the example's acceptance ends, and not too long before.
fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

#[test]
fn the_register_has_every_key() {
    let path = example("register/halligan.toml");
    let config = Config::load(&path, now()).unwrap();
    let register = config.register;
    assert_eq!(register.shape, Shape::Exempt);
    assert_eq!(register.accounts.len(), 2);
    assert!(register.tenant.is_some() && register.group.is_some());
    assert_eq!((register.allowed_licences.len(), register.accepted.len()), (1, 1));
    let Some(SignIn::Application { credential, .. }) = config.sign_in else {
        panic!("{:?}", config.sign_in);
    };
    let CredentialReference::Certificate(SecretReference::File(file)) = credential else {
        panic!("{credential:?}");
    };
    assert_eq!(file, example("register/watcher.pem"));
}

#[test]
fn what_the_register_leaves_as_a_comment_is_valid_too() {
    let text = std::fs::read_to_string(example("register/halligan.toml")).unwrap();
    let text = text
        .replace("cloud = ", "# cloud = ")
        .replace("# graph = ", "graph = ")
        .replace("# login = ", "login = ")
        .replace("certificate = ", "# certificate = ")
        .replace("# secret = { command", "secret = { command")
        .replace("shape = \"exempt\"", "shape = \"exempt+strength\"")
        .replace("# strength_policy = ", "strength_policy = ");
    let config = Config::parse("r.toml", &example("register"), &text, now()).unwrap();
    assert_eq!(config.endpoints.graph(), "http://127.0.0.1:8080");
    assert!(matches!(config.register.shape, Shape::ExemptWithStrength { .. }));
}

#[test]
fn every_file_of_the_folder_is_read() {
    let folder = Folder::read(&example("exported-policies"), now()).unwrap();
    assert_eq!((folder.policies(), folder.refused().count()), (5, 0));
    assert_eq!(folder.files.len(), 6);
    assert_eq!(folder.snapshot.locations.value().unwrap().len(), 1);
}

/// The verdict before and after a folder of changes, for an account with this method.
fn judged(method: &str, change: &str) -> (Verdict, Verdict, Outcome) {
    let group = "e6e20000-4b1d-4c0e-9a2f-10c47b0a1001".parse().unwrap();
    let folder = Folder::read(&example("policies-as-code/tenant"), now()).unwrap();
    assert_eq!((folder.policies(), folder.refused().count()), (4, 0));
    let path = example(&format!("policies-as-code/{change}"));
    let proposal = Proposal::read(&[path], now()).unwrap();
    let methods = [method.parse().unwrap()];
    let subjects = |snapshot: &Snapshot| vec![suppose(&[group], &methods, snapshot)];
    let environment = Environment::default();
    let compared = compare(&folder.snapshot, &proposal, &environment, &subjects, now()).unwrap();
    (compared.before.verdict(), compared.after.verdict(), compared.outcome())
}

#[test]
fn policies_as_code_prove_what_their_page_says() {
    use Verdict::{LockedOut, Proved};
    assert_eq!(judged("fido2", "proposed"), (Proved, LockedOut, Outcome::Worse));
    assert_eq!(judged("fido2", "mended"), (Proved, Proved, Outcome::NoWorse));
    assert_eq!(judged("certificate", "mended"), (Proved, Proved, Outcome::NoWorse));
    assert_eq!(judged("password", "mended"), (LockedOut, LockedOut, Outcome::NoWorse));
    // Another policy denies what CA103 denied: no sign-in got in before.
    assert_eq!(judged("password", "proposed"), (LockedOut, LockedOut, Outcome::NoWorse));
}

#[test]
fn a_proposal_names_the_file_that_it_cannot_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.json");
    std::fs::write(&path, "{\"conditions\": {").unwrap();
    for given in [folder.path().to_path_buf(), path.clone()] {
        let refused = Proposal::read(&[given], now()).unwrap_err();
        assert!(matches!(&refused, ChangeError::File { path: named, .. } if *named == path));
    }
    let refused = Proposal::read(&[folder.path().join("none.json")], now()).unwrap_err();
    assert!(matches!(refused, ChangeError::Folder(_)), "{refused}");
}

fn guide() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide/assess-a-tenant.md");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn every_register_of_the_guide_is_valid() {
    let guide = guide();
    let blocks: Vec<&str> =
        guide.split("\n```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(blocks.len(), 9);
    for block in blocks {
        // Some show one table, which the reader adds to the others.
        let rest = if block.contains("[access]") { "" } else { "[access]\nshape = \"exempt\"\n" };
        let text = format!("{block}\n{rest}");
        let config = Config::parse("guide", std::path::Path::new(""), &text, now());
        assert!(config.is_ok(), "{}", config.unwrap_err());
    }
}

#[test]
fn the_guide_lists_the_permissions_that_the_parts_need() {
    let guide = guide();
    let listed: BTreeSet<&str> = guide
        .lines()
        .filter_map(|line| line.trim().strip_prefix("| `")?.split_once("` |"))
        .map(|(name, _)| name)
        .filter(|name| name.contains(".Read"))
        .collect();
    let needed = needs().into_iter().filter(Need::is_of_graph);
    let needed: BTreeSet<&str> = needed.map(|need| need.permission).collect();
    assert_eq!(listed, needed);
}
