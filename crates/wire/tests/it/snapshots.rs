//! Snapshot files as a whole.

use std::collections::{BTreeMap, BTreeSet};

use halligan_core::id::{GroupId, PrincipalId, UserId};
use halligan_core::tenant::{
    Account, AccountState, AppRoleGrant, ApplicationRead, ApplicationState, Gap, GapReason,
    GroupRead, GroupState, Holder, Part, PartKind, PartName, PerUserMfa, SignInActivity, Snapshot,
    Source,
};
use halligan_core::time::Timestamp;
use halligan_wire::snapshot::{SnapshotError, read, write};
use halligan_wire::{Entity, snapshot};
use serde_json::Value;

use crate::{full, settings};

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn part<T>(value: T) -> Part<T> {
    Part::Read { at: time("2026-11-20T10:00:00.1234567Z"), value }
}

fn one<T: Entity>(value: Value) -> T {
    halligan_wire::read(value.to_string().as_bytes()).unwrap()
}

fn all<T: Entity>(values: Vec<Value>) -> Vec<T> {
    values.into_iter().map(one).collect()
}

fn gap<T>(kind: PartKind, subject: Option<u128>, reason: GapReason) -> Part<T> {
    let subject = subject.map(halligan_core::id::Guid::from_u128);
    Part::Gap(Gap::new(kind, subject, reason))
}

fn accounts() -> BTreeMap<UserId, Account> {
    let present = Account {
        state: part(AccountState::Present(one(full::user()))),
        methods: part(all(full::methods())),
        memberships: part(vec![one(full::membership())]),
        activity: part(SignInActivity {
            last_successful: Some(time("2026-08-20T10:00:00Z")),
            last_interactive: None,
            last_non_interactive: Some(time("2026-08-21T10:00:00Z")),
        }),
        per_user_mfa: part(PerUserMfa::Enforced),
        leave: part(Some(time("2027-01-01T00:00:00Z"))),
        ..Account::unread(UserId::from_u128(0xa1), &GapReason::NotInSource)
    };
    let failed = GapReason::Failed { what: "HTTP 500".into() };
    let absent = |id: u128, state| Account {
        state: part(state),
        methods: gap(PartKind::AccountMethods, Some(id), failed.clone()),
        leave: part(None),
        ..Account::unread(UserId::from_u128(id), &GapReason::NotInSource)
    };
    [present, absent(0xa2, AccountState::Absent), absent(0xa3, AccountState::SoftDeleted)]
        .map(|account| (account.id, account))
        .into()
}

fn groups() -> BTreeMap<GroupId, GroupRead> {
    let present = GroupRead {
        state: part(GroupState::Present(one(full::group()))),
        members: part(all(full::directory_objects())),
        transitive: part(Vec::new()),
        owners: part(Vec::new()),
        eligibilities: part(vec![one(full::group_eligibility())]),
        policies: part(vec![one(settings::group_policy())]),
        ..GroupRead::unread(GroupId::from_u128(0xb1), &GapReason::NotInSource)
    };
    let gone = GroupRead {
        state: part(GroupState::SoftDeleted),
        ..GroupRead::unread(GroupId::from_u128(0xb2), &GapReason::NotInSource)
    };
    [present, gone].map(|group| (group.id, group)).into()
}

fn holders() -> BTreeMap<UserId, Holder> {
    let id = UserId::from_u128(0xd1);
    let holder = Holder {
        id,
        state: part(AccountState::Present(one(full::user()))),
        methods: part(all(full::methods())),
        activity: part(one(settings::sign_in_activity())),
    };
    BTreeMap::from([(id, holder)])
}

fn applications() -> BTreeMap<PrincipalId, ApplicationRead> {
    let ours = ApplicationRead {
        id: PrincipalId::from_u128(0xc1),
        state: part(ApplicationState::Present(one(settings::service_principal()))),
        owners: part(all(full::directory_objects())),
        registration: part(Some(one(settings::registration()))),
        registration_owners: part(Vec::new()),
        federated: part(all(settings::federated_credentials())),
    };
    let gone = ApplicationRead {
        state: part(ApplicationState::Absent),
        registration: part(None),
        ..ApplicationRead::unread(PrincipalId::from_u128(0xc2), &GapReason::NotInSource)
    };
    [ours, gone].map(|application| (application.id, application)).into()
}

/// A snapshot with something of everything.
pub fn sample() -> Snapshot {
    let endpoint = "https://graph.microsoft.com".into();
    let taken = time("2026-11-20T10:00:01Z");
    let mut snapshot = Snapshot::unread(taken, Source::Graph { endpoint }, &GapReason::NotInSource);
    snapshot.organization = part(one(full::organization()));
    snapshot.domains = part(vec![one(full::domain())]);
    snapshot.security_defaults = part(one(full::security_defaults()));
    snapshot.methods_policy = part(one(full::methods_policy()));
    snapshot.strengths = part(vec![one(full::strength())]);
    snapshot.policies = part(vec![one(full::policy())]);
    snapshot.policy_ids_v1 = part(BTreeSet::from(["p1".into(), "P 2".into()]));
    snapshot.locations = part(all(full::locations()));
    snapshot.role_definitions = part(vec![one(full::role_definition())]);
    snapshot.role_assignments = part(vec![one(full::role_assignment())]);
    snapshot.role_schedules = part(vec![one(full::assignment_schedule())]);
    let code = "AadPremiumLicenseRequired".into();
    snapshot.role_eligibilities =
        gap(PartKind::RoleEligibilities, None, GapReason::MissingLicence { code });
    let permission = "User.Read.All".into();
    snapshot.referenced_users =
        gap(PartKind::ReferencedUsers, None, GapReason::MissingPermission { permission });
    snapshot.referenced_groups =
        part(BTreeMap::from([(GroupId::from_u128(0xb1), "Emergency \"access\"".into())]));
    snapshot.watcher = part(one(settings::watcher()));
    snapshot.federations = part(vec![one(settings::federation())]);
    snapshot.directory_sync = part(Some(one(settings::directory_sync())));
    snapshot.authorization_policy = part(one(settings::authorization_policy()));
    snapshot.deleted_policies = part(vec![one(full::policy())]);
    snapshot.authentication_contexts = part(vec![one(settings::authentication_context())]);
    snapshot.protected_actions = part(vec![one(settings::protected_action())]);
    snapshot.role_policies = part(vec![one(settings::role_policy())]);
    snapshot.administrative_units = part(vec![one(settings::administrative_unit())]);
    let mut grant: AppRoleGrant = one(settings::app_role_grant());
    grant.permission = Some("RoleManagement.ReadWrite.Directory".into());
    snapshot.app_role_grants = part(vec![grant]);
    snapshot.delegated_grants = part(vec![one(settings::delegated_grant())]);
    snapshot.partners = part(all(settings::partners()));
    snapshot.delegated_admins = part(vec![one(settings::delegated_admin())]);
    snapshot.access_reviews = part(vec![one(settings::access_review())]);
    snapshot.lifecycle_workflows = part(vec![one(settings::lifecycle_workflow())]);
    snapshot.recovery_jobs = part(all(settings::recovery_jobs()));
    snapshot.recovery_profiles = part(vec![one(settings::recovery_profile())]);
    snapshot.diagnostic_settings = part(vec![one(settings::diagnostic_setting())]);
    snapshot.holders = holders();
    snapshot.applications = applications();
    snapshot.accounts = accounts();
    snapshot.groups = groups();
    let what = "`x.json` is cut off".into();
    snapshot.incomplete = vec![Gap::new(PartKind::Policies, None, GapReason::Failed { what })];
    snapshot
}

#[test]
fn what_is_written_is_read_again() {
    let text = write(&sample());
    assert_eq!(read(text.as_bytes()), Ok(sample()));
    assert_eq!(write(&read(text.as_bytes()).unwrap()), text);
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    assert_eq!(read(&marked), Ok(sample()));
    let nothing =
        Snapshot::unread(time("2026-01-01T00:00:00Z"), Source::Files, &GapReason::NotInSource);
    assert_eq!(read(write(&nothing).as_bytes()), Ok(nothing));
}

#[test]
fn the_head_comes_first_and_every_kind_of_part_is_there() {
    let text = write(&sample());
    let head: Vec<_> = text.lines().take(5).map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(head, ["{", "  \"format\"", "  \"version\"", "  \"digest\"", "  \"taken\""]);
    for kind in PartKind::ALL {
        assert!(text.contains(&format!("\"part\": \"{kind}\"")), "{kind}");
    }
}

#[test]
fn no_secret_and_no_number_of_a_person_is_written() {
    let text = write(&sample());
    for secret in [
        "T0p$ecret",
        "temporaryAccessPass\"",
        "hunter2",
        "2065555555",
        "2065551234",
        "kim@contoso.com",
        "adele@contoso.com",
        "\"password\"",
    ] {
        assert!(!text.contains(secret), "{secret}");
    }
    assert!(text.contains("+* ********55") && text.contains("\"k***\""));
}

#[test]
fn a_changed_file_is_refused() {
    let text = write(&sample());
    assert!(text.contains("\"state\": \"disabled\""));
    let changed = text.replacen("\"state\": \"disabled\"", "\"state\": \"enabled\"", 1);
    let error = read(changed.as_bytes()).unwrap_err();
    assert!(matches!(error, SnapshotError::Changed { .. }), "{error}");
    assert!(error.to_string().contains("was changed after it was taken"));
    // White space is no content: another tool may print the same file anew.
    let compact: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(read(compact.to_string().as_bytes()), Ok(sample()));
}

/// The sample's file with its content changed and a digest that fits again.
fn altered(change: impl FnOnce(&mut Value)) -> Result<Snapshot, SnapshotError> {
    let mut file: Value = serde_json::from_str(&write(&sample())).unwrap();
    change(&mut file);
    let Err(SnapshotError::Changed { found, .. }) = read(file.to_string().as_bytes()) else {
        return read(file.to_string().as_bytes());
    };
    file["digest"] = found.to_string().into();
    read(file.to_string().as_bytes())
}

#[test]
fn other_files_and_newer_ones_say_what_to_do() {
    let error = read(full::policy().to_string().as_bytes()).unwrap_err();
    assert_eq!(error, SnapshotError::NotASnapshot);
    assert!(error.to_string().contains("`--from`"));
    let newer = altered(|file| file["version"] = (snapshot::VERSION + 1).into());
    assert_eq!(newer, Err(SnapshotError::Newer { version: 2 }));
    assert!(newer.unwrap_err().to_string().contains("upgrade"));
    assert!(matches!(read(b"<html>"), Err(SnapshotError::NotJson(_))));
    assert!(matches!(read(b"\xff"), Err(SnapshotError::Encoding(_))));
}

fn parts(file: &mut Value) -> &mut Vec<Value> {
    file["parts"].as_array_mut().unwrap()
}

#[test]
fn a_part_that_is_missing_is_a_gap_and_never_empty() {
    let read = altered(|file| {
        parts(file).retain(|part| {
            let left_out =
                ["conditionalAccessPolicies", "groupOwners", "groupRoleManagementPolicies"];
            !left_out.iter().any(|name| part["part"] == *name)
        });
    });
    let read = read.unwrap();
    let gap = read.policies.value().unwrap_err();
    assert_eq!(gap, &Gap::new(PartKind::Policies, None, GapReason::NotInSource));
    let group = &read.groups[&GroupId::from_u128(0xb1)];
    assert!(group.owners.value().is_err());
    // As in files of versions that did not read it.
    let gap = group.policies.value().unwrap_err();
    assert_eq!(gap.reason, GapReason::NotInSource);
    assert!(group.eligibilities.value().is_ok());
}

#[test]
fn errors_name_the_part_and_the_member() {
    let name = |kind, subject: Option<u128>| PartName {
        kind,
        subject: subject.map(halligan_core::id::Guid::from_u128),
    };
    let twice = altered(|file| {
        let first = parts(file)[0].clone();
        parts(file).push(first);
    });
    assert_eq!(twice, Err(SnapshotError::Duplicate(name(PartKind::Organization, None))));

    let foreign = altered(|file| parts(file)[1]["part"] = "weather".into());
    let weather = PartKind::Other("weather".into());
    assert_eq!(foreign, Err(SnapshotError::Misplaced(name(weather, None))));

    let nobody = altered(|file| {
        let account = parts(file).iter_mut().find(|part| part["part"] == "account").unwrap();
        account["subject"] = Value::Null;
    });
    assert_eq!(nobody, Err(SnapshotError::Misplaced(name(PartKind::Account, None))));

    let wrong = altered(|file| {
        let user = parts(file).iter_mut().find(|part| part["part"] == "account").unwrap();
        user["value"]["accountEnabled"] = "maybe".into();
    });
    let error = wrong.unwrap_err();
    assert_eq!(
        error.to_string(),
        "part account of 00000000-0000-0000-0000-0000000000a1: value.accountEnabled: expected \
         true or false, found the string `maybe`"
    );

    let odd = altered(|file| {
        parts(file)[0] = serde_json::json!({"part": "organization", "gap": {"reason": "lazy"}});
    });
    let message = "parts[0].gap.reason: `lazy` is no reason that this version knows";
    assert_eq!(odd.unwrap_err().to_string(), message);
}
