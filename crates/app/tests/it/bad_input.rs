//! Input that is wrong or large, from the file to the report.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use halligan_app::assess::assess;
use halligan_app::clock;
use halligan_app::config::Config;
use halligan_app::folder::Folder;
use halligan_core::check::{CheckResult, Outcome, State};
use halligan_core::report::Assessment;
use serde_json::{Value, json};

const REGISTER: &str = "[access]\nshape = \"exempt\"\n";
const ALPHA: &str = "5e11da00-0000-4000-8000-00000000a1fa";

fn result<'a>(assessment: &'a Assessment, id: &str) -> &'a CheckResult {
    assessment.results.iter().find(|one| one.check.id == id).unwrap()
}

fn policy(users: Value) -> Value {
    json!({
        "id": "5e11da00-0000-4000-8000-0000000ca001",
        "displayName": "Block everybody",
        "state": "enabled",
        "conditions": {
            "users": users,
            "applications": { "includeApplications": ["All"] },
            "clientAppTypes": ["all"],
        },
        "grantControls": { "operator": "OR", "builtInControls": ["block"] },
    })
}

/// The assessment of one policy and these accounts.
fn judge(policy: &Value, accounts: &[&str]) -> Assessment {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("policy.json"), policy.to_string()).unwrap();
    let now = clock::now();
    let read = Folder::read(folder.path(), now).unwrap();
    let declared: String =
        accounts.iter().map(|id| format!("[[account]]\nid = \"{id}\"\n")).collect();
    let text = format!("{REGISTER}{declared}");
    let config = Config::parse("r.toml", Path::new(""), &text, now).unwrap();
    assess(&config.register, &read.snapshot, None, now).unwrap()
}

#[test]
fn an_account_that_is_declared_twice_is_one_account() {
    let assessment = judge(&policy(json!({ "includeUsers": ["All"] })), &[ALPHA, ALPHA]);
    assert_eq!(assessment.accounts, 1);
    let judged = result(&assessment, "HG-EXIT-02");
    assert_eq!(judged.outcome, Outcome::Fail);
    assert!(judged.statements.iter().any(|one| one.text.contains("more than once")), "{judged:?}");
}

#[test]
fn a_policy_with_ten_thousand_ids_is_judged_at_once() {
    let mut ids: Vec<String> =
        (0..10_000).map(|n| format!("5e11da00-0000-4000-8000-{n:012x}")).collect();
    let users = |ids: &[String]| json!({ "includeUsers": ["All"], "excludeUsers": ids });
    let before = Instant::now();
    let hit = judge(&policy(users(&ids)), &[ALPHA]);
    assert_eq!(result(&hit, "HG-EXIT-09").outcome, Outcome::Fail);
    ids.push(ALPHA.to_uppercase());
    let spared = judge(&policy(users(&ids)), &[ALPHA]);
    assert!(result(&spared, "HG-EXIT-09").statements.iter().all(|one| one.state != State::Broken));
    assert!(before.elapsed() < Duration::from_secs(2));
}
